"""What the form pages of this floor and the next have in common: the row they are about, who may, where they lead back."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from associations.access import can_write
from associations.forms import OFFERED, option_of
from associations.models import Association
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.views import ScopedMixin, ServiceFormView

# Who reads the registry: an inspector sees the own visits, the three administrators nothing.
READERS = (Role.PROVINCE, Role.COMMITTEE, Role.SECRETARY, Role.VIEWER)
NEW_DATE = "登记实际发生的变化：自所填日期起按新情况计算，以前各日的数字不变。原来就录错了的，请用“更正录入错误”。"
TYPING_ERROR = (
    "只用于更正录入错误：相关各日的数字随之改正，原来的内容和原因记入变更记录。实际情况发生变化的，请用“登记变更”。"
)


def association_url(association: Association) -> str:
    """Return the page about an association: it lies one floor up, where both sides can be seen; its address is ours."""
    return reverse("partyorgs:association-detail", args=[association.pk])


class FactFormView(ServiceFormView):
    """A form about one row out of what the user sees; the verb of `access` decides before anything is shown."""

    model: ClassVar[Any] = Association

    def rows(self) -> Any:
        return self.model.objects.visible_to(self.request.user, self.today)

    @cached_property
    def row(self) -> Any:
        return get_object_or_404(self.rows(), pk=self.kwargs["pk"])

    @property
    def association(self) -> Association:
        row = self.row
        association: Association = row if isinstance(row, Association) else row.association
        return association

    def denial(self) -> Denial | None:
        return can_write(self.actor, self.association, self.today)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse()
        return super().post(request, *args, **kwargs)

    def refuse(self) -> None:
        if denial := self.denial():
            raise PermissionDenied(denial.reason)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user, "today": self.today}

    def get_subject(self) -> str:
        return str(self.row)

    def get_back_url(self) -> str:
        return association_url(self.association)


class ChangeFormView(FactFormView):
    """A change in the world: a new date, the past stays."""

    title = "登记变更"
    note = NEW_DATE


class CorrectFormView(FactFormView):
    """A typing error: the row is overwritten, with a reason. `correct` is the service."""

    note = TYPING_ERROR
    submit_label = "更正"
    what: ClassVar[str] = ""

    def get_initial(self) -> dict[str, Any]:
        names = [name for name in self.get_form_class().base_fields if name != "reason"]
        return {name: getattr(self.row, name) for name in names}

    def perform(self, form_data: dict[str, Any]) -> str:
        reason = form_data.pop("reason")
        self.correct(reason, form_data)
        return "已更正。"

    def correct(self, reason: str, values: dict[str, Any]) -> None:
        raise NotImplementedError


class EndFormView(FactFormView):
    """The end of a fact, from a day on, with a reason."""

    is_dangerous = True
    submit_label = "确定终止"


class OptionsView(ScopedMixin, View):
    """The choices of a picker for the text typed so far: a few of the rows that the user sees."""

    roles = COMMITTEE_ROLES

    def matching(self, text: str) -> Any:
        raise NotImplementedError

    def describe(self, row: Any) -> str:
        return ""

    def get(self, request: HttpRequest) -> HttpResponse:
        text = str(next(iter(request.GET.values()), "")).strip()
        rows = self.matching(text)[:OFFERED] if text else ()
        options = [(option_of(row), self.describe(row)) for row in rows]
        return render(request, "associations/_options.html", {"options": options})
