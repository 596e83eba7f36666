"""Associations entered, described, corrected, moved, deregistered; what is stated of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.urls import reverse

from associations.access import can_give_to, can_register
from associations.forms import (
    CharterClauseForm,
    CorrectAssociationForm,
    CorrectOversightForm,
    DecouplingForm,
    DeregisterForm,
    DescribingForm,
    MoveForm,
    RegisterForm,
)
from associations.models import Association, CharterClause, Decoupling, Oversight
from associations.services.associations import (
    DESCRIPTIVE,
    correct_association,
    deregister_association,
    edit_association,
    move_association,
    move_associations,
    register_association,
)
from associations.services.statements import correct_statement, state_charter_clause, state_decoupling
from associations.views.pages import (
    ChangeFormView,
    CorrectFormView,
    EndFormView,
    FactFormView,
    OptionsView,
    association_url,
)
from portal.core.errors import Denial
from portal.core.models import Committee
from portal.core.typed import key_from


class AssociationCreate(FactFormView):
    form_class = RegisterForm
    title = "登记协会"
    note = "归口、入章、脱钩自成立登记之日起有效；以后发生的变化在协会页面“登记变更”。"

    def denial(self) -> Denial | None:
        return can_register(self.actor)

    def get_subject(self) -> str:
        return ""

    def get_back_url(self) -> str:
        return reverse("partyorgs:association-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        self.created = register_association(actor=self.actor, **form_data)
        return f"已登记{self.created.name}。"

    def get_success_url(self) -> str:
        return association_url(self.created)


class AssociationEdit(FactFormView):
    form_class = DescribingForm
    title = "修改基本信息"
    note = "这里的各项没有日期，保存后立即生效。名称、代码和日期录入有误的，请用“更正录入错误”。"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in DESCRIPTIVE}

    def perform(self, form_data: dict[str, Any]) -> str:
        edit_association(association=self.row, actor=self.actor, values=form_data)
        return "已保存。"


class AssociationCorrect(CorrectFormView):
    form_class = CorrectAssociationForm
    title = "更正录入错误：登记信息"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_association(association=self.row, actor=self.actor, reason=reason, values=values)


class AssociationEnd(EndFormView):
    form_class = DeregisterForm
    title = "注销"
    submit_label = "确定注销"

    def perform(self, form_data: dict[str, Any]) -> str:
        deregister_association(association=self.row, actor=self.actor, **form_data)
        return "已登记注销。"


class AssociationMove(ChangeFormView):
    form_class = MoveForm
    title = "登记变更：党建归口"

    def perform(self, form_data: dict[str, Any]) -> str:
        refuse_foreign(self.actor, form_data["committee"])
        move_association(association=self.row, actor=self.actor, **form_data)
        return f"自{form_data['from_date']:%Y-%m-%d}起归口{form_data['committee']}。"


class AssociationMoveMany(FactFormView):
    """Two steps on one address: where to and why, then how many go from where to where, to be confirmed."""

    form_class = MoveForm
    template_name = "associations/association_move_many.html"
    title = "批量调整归口"
    note = "自所填日期起归口新的机构；以前各日的数字仍归原机构。"
    submit_label = "下一步"

    def denial(self) -> Denial | None:
        return can_register(self.actor)

    def get_subject(self) -> str:
        return ""

    def get_back_url(self) -> str:
        return reverse("partyorgs:association-list")

    def chosen(self) -> QuerySet[Association]:
        keys = self.request.POST.getlist("pk") or self.request.GET.getlist("pk")
        now = (
            Oversight.objects.visible_to(self.actor, self.today).live_at(self.today).filter(association=OuterRef("pk"))
        )
        rows = Association.objects.visible_to(self.actor, self.today).filter(
            pk__in=[key for text in keys if (key := key_from(text)) is not None]
        )
        return rows.annotate(committee_name=Subquery(now.values("committee__name")[:1])).order_by("pinyin", "pk")

    def form_valid(self, form: Any) -> HttpResponse:
        refuse_foreign(self.actor, form.cleaned_data["committee"])
        if not self.chosen():
            form.add_error(None, "没有选中协会，请回到协会列表勾选。")
            return self.form_invalid(form)
        if "confirmed" not in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, is_confirming=True, told=form.cleaned_data))
        return super().form_valid(form)

    def perform(self, form_data: dict[str, Any]) -> str:
        moved = move_associations(associations=self.chosen(), actor=self.actor, **form_data)
        return f"{moved} 家协会自{form_data['from_date']:%Y-%m-%d}起归口{form_data['committee']}。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.chosen())
        sources = sorted(
            Counter(getattr(row, "committee_name", None) or "未归口" for row in rows).items(), key=lambda pair: -pair[1]
        )
        kwargs.setdefault("is_confirming", False)
        kwargs.setdefault("told", {})
        return super().get_context_data(rows=rows, sources=sources, **kwargs)


def refuse_foreign(user: Any, committee: Committee) -> None:
    if denial := can_give_to(user, committee):
        raise PermissionDenied(denial.reason)


class OversightCorrect(CorrectFormView):
    model = Oversight
    form_class = CorrectOversightForm
    title = "更正录入错误：党建归口"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        refuse_foreign(self.actor, values["committee"])
        correct_statement(statement=self.row, actor=self.actor, reason=reason, values=values)


class CharterClauseCreate(ChangeFormView):
    form_class = CharterClauseForm
    title = "登记变更：党建入章"

    def perform(self, form_data: dict[str, Any]) -> str:
        state_charter_clause(association=self.row, actor=self.actor, **form_data)
        return "已登记。"


class CharterClauseCorrect(CorrectFormView):
    model = CharterClause
    form_class = CharterClauseForm
    title = "更正录入错误：党建入章"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_statement(statement=self.row, actor=self.actor, reason=reason, values=values)


class DecouplingCreate(ChangeFormView):
    form_class = DecouplingForm
    title = "登记变更：脱钩"

    def perform(self, form_data: dict[str, Any]) -> str:
        state_decoupling(association=self.row, actor=self.actor, **form_data)
        return "已登记。"


class DecouplingCorrect(CorrectFormView):
    model = Decoupling
    form_class = DecouplingForm
    title = "更正录入错误：脱钩"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        correct_statement(statement=self.row, actor=self.actor, reason=reason, values=values)


class AssociationOptions(OptionsView):
    def matching(self, text: str) -> QuerySet[Association]:
        return Association.objects.visible_to(self.request.user, self.today).search(text).order_by("pinyin", "pk")
