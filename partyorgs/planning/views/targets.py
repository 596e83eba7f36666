"""Coverage targets: the province sets them, a committee reads its own; each beside the figure of the day."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import reverse

from associations.views.pages import FactFormView
from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.access import can_set_targets
from partyorgs.planning.filters import TargetFilter
from partyorgs.planning.forms import DeleteTargetForm, TargetForm
from partyorgs.planning.indicators import TargetLine, target_lines
from partyorgs.planning.models import CoverageTarget
from partyorgs.planning.services.targets import change_target, delete_target, set_target
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.views import FilteredListView, signed_in, xlsx_response
from portal.core.xlsx import Column, Table


def _figure(line: TargetLine) -> str:
    return line.waits_for or str(line.rate)


class TargetList(FilteredListView):
    roles = COMMITTEE_ROLES
    filterset_class = TargetFilter
    template_name = "partyorgs/planning/target_list.html"
    title = "目标"
    sorts: ClassVar[dict[str, str]] = {"committee": "committee__path", "due": "due_on", "value": "value"}
    default_sort = "due"
    columns = (
        Column("党建工作领导机构", lambda line: line.target.committee.name, 30),
        Column("指标", lambda line: line.name, 24),
        Column("完成期限", lambda line: line.target.due_on),
        Column("目标值（%）", lambda line: line.target.value),
        Column("当前结果", _figure, 24),
        Column("还差", lambda line: line.short_of),
        Column("依据", lambda line: line.target.source, 40),
    )

    def get_queryset(self) -> Any:
        return CoverageTarget.objects.visible_to(self.request.user).select_related("committee")

    def lines(self, targets: Any) -> list[TargetLine]:
        return target_lines(list(targets), self.as_of, self.scope.limit)

    def export(self) -> Any:
        day, lines = self.as_of, self.lines(self.object_list)
        table = Table(f"{self.title}（{day:%Y-%m-%d}）", self.columns, lines)
        return xlsx_response(self.request, [table], f"{self.title}{day:%Y%m%d}.xlsx", rows=len(lines))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, own = signed_in(self.request), self.scope.committee
        may_write = own is not None and can_set_targets(user, own) is None
        context = super().get_context_data(may_write=may_write, **kwargs)
        context["page_obj"].object_list = self.lines(context["page_obj"].object_list)
        return context


class TargetFormView(FactFormView):
    """Pages that write targets are the province's."""

    roles = (Role.PROVINCE,)
    model = CoverageTarget
    form_class: Any = TargetForm

    def rows(self) -> Any:
        return CoverageTarget.objects.visible_to(self.request.user)

    def denial(self) -> Denial | None:
        """Return None: whose role it is has been asked, and rows out of sight are 404."""
        if "pk" in self.kwargs:
            _ = self.row
        return None

    def get_back_url(self) -> str:
        return reverse("partyorgs:target-list")


class TargetCreate(TargetFormView):
    title = "新增目标"

    def get_subject(self) -> str:
        return ""

    def perform(self, form_data: dict[str, Any]) -> str:
        target = set_target(actor=self.actor, **form_data)
        return f"已设定{target.committee.name}的{INDICATORS[target.indicator].name}目标。"


class TargetEdit(TargetFormView):
    title = "修改目标"

    def get_initial(self) -> dict[str, Any]:
        names = ("committee", "indicator", "due_on", "value", "source")
        return {name: getattr(self.row, name) for name in names}

    def perform(self, form_data: dict[str, Any]) -> str:
        change_target(target=self.row, actor=self.actor, **form_data)
        return "目标已修改。"


class TargetDelete(TargetFormView):
    title = "删除目标"
    note = "删除后不再与这一目标比较，删除的内容和原因记入操作记录。"
    form_class = DeleteTargetForm
    is_dangerous = True
    submit_label = "确定删除"

    def perform(self, form_data: dict[str, Any]) -> str:
        delete_target(target=self.row, reason=form_data["reason"], actor=self.actor)
        return "目标已删除。"
