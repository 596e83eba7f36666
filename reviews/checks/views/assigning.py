"""Pages of assignments: the visits of a check, released, reassigned, moved, chosen by hand, declined."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.views import FilteredListView, ServiceFormView, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.checks.access.plan import can_plan
from reviews.checks.choices import AssignmentStatus, CheckStatus
from reviews.checks.filters.plan import VisitFilter
from reviews.checks.forms.plan import VisitAssignForm, VisitForm, VisitMoveForm
from reviews.checks.indicators.avoidance import InspectorLoad, loads_in, pool_of, words_kept
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.services.assigning import (
    add_visit,
    decline_visit,
    move_visit,
    reassign,
    release_check,
    remove_visit,
)
from reviews.checks.views.plan import CheckFormView, CheckMixin


class SpotCheckVisits(CheckMixin, FilteredListView):
    """All visits of a check, with the inspectors assigned and those who declined."""

    filterset_class = VisitFilter
    template_name = "reviews/checks/spot_check_visits.html"
    title = "检查任务"
    sorts = {"day": "planned_on", "name": "association__pinyin", "status": "status", "stratum": "stratum"}
    default_sort = "day"
    columns = (
        Column("协会名称", lambda visit: visit.association.name, 36),
        Column("统一社会信用代码", lambda visit: visit.association.uscc, 22),
        Column("分层", lambda visit: visit.stratum, 30),
        Column("检查日期", lambda visit: visit.planned_on),
        Column("检查人员", lambda visit: "、".join(str(each.inspector) for each in visit.going), 20),
        Column("状态", lambda visit: visit.get_status_display()),
    )

    def get_queryset(self) -> QuerySet[Visit]:
        parts = VisitAssignment.objects.select_related("inspector__user").order_by("pk")
        going = parts.filter(status=AssignmentStatus.ASSIGNED)
        gone = parts.exclude(status=AssignmentStatus.ASSIGNED)
        visits = Visit.objects.visible_to(self.request.user).filter(spot_check=self.check)
        readable = Visit.objects.readable_by(self.request.user, self.today).filter(pk=OuterRef("pk"))
        return (
            visits.annotate(is_readable=Exists(readable))
            .select_related("association")
            .prefetch_related(
                Prefetch("assignments", queryset=going, to_attr="going"),
                Prefetch("assignments", queryset=gone, to_attr="gone"),
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = self.check
        return super().get_context_data(
            check=check,
            may_assign=can_plan(self.actor, check) is None
            and check.status in {CheckStatus.DRAFT, CheckStatus.DRAWN, CheckStatus.RELEASED},
            is_draft=check.is_draft,
            **kwargs,
        )


@require_POST
def spot_check_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the visits to the inspectors."""
    refuse_others(request, *COMMITTEE_ROLES)
    check = get_object_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    try:
        release_check(check=check, actor=signed_in(request))
        messages.success(request, "已下发，检查人员已收到通知。")
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("reviews:spot-check-detail", check.pk)


class VisitAdd(CheckFormView):
    title = "添加检查对象"
    form_class = VisitForm
    submit_label = "添加"

    def get_form_kwargs(self) -> dict[str, Any]:
        people = Inspector.objects.visible_to(self.request.user).active().select_related("user")
        return {**super().get_form_kwargs(), "user": self.actor, "today": self.today, "people": people}

    def get_initial(self) -> dict[str, Any]:
        return {"planned_on": self.check.begins_on}

    def perform(self, form_data: dict[str, Any]) -> str:
        add_visit(
            check=self.check,
            association=form_data["association"],
            inspectors=[form_data["first"], form_data["second"]],
            planned_on=form_data["planned_on"],
            actor=self.actor,
        )
        return f"已添加{form_data['association']}。"


class VisitFormView(ServiceFormView):
    """One form about one visit, for those who plan its check."""

    kwargs: dict[str, Any]

    @cached_property
    def visit(self) -> Visit:
        visits = Visit.objects.visible_to(self.request.user).select_related("association", "spot_check__committee")
        return get_object_or_404(visits, pk=self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_others(request, *self.roles)
        if denial := can_plan(self.actor, self.visit.spot_check):
            raise PermissionDenied(denial.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_subject(self) -> str:
        return str(self.visit.association)

    def get_back_url(self) -> str:
        return reverse("reviews:spot-check-visits", args=[self.visit.spot_check_id])


class VisitAssign(VisitFormView):
    """Another inspector for a visit; beside the form the load of each inspector and the reasons to stay away."""

    title = "指派检查人员"
    template_name = "reviews/checks/visit_assign.html"
    form_class = VisitAssignForm
    submit_label = "指派"

    @cached_property
    def people(self) -> QuerySet[Inspector]:
        return Inspector.objects.visible_to(self.request.user).active().select_related("user")

    @cached_property
    def loads(self) -> list[InspectorLoad]:
        check = self.visit.spot_check
        return loads_in(pool_of(self.people), check.begins_on, check.ends_on)

    @cached_property
    def kept(self) -> dict[int, str]:
        return words_kept([load.inspector for load in self.loads], self.visit.association_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        parts = VisitAssignment.objects.filter(
            visit__in=Visit.objects.visible_to(self.request.user).filter(pk=self.visit.pk),
            status=AssignmentStatus.ASSIGNED,
        ).select_related("inspector__user")
        return {**super().get_form_kwargs(), "people": self.people, "kept": self.kept, "parts": parts}

    def get_initial(self) -> dict[str, Any]:
        return {"planned_on": self.visit.planned_on}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(load, self.kept.get(load.inspector.pk, "")) for load in self.loads]
        return super().get_context_data(visit=self.visit, rows=rows, **kwargs)

    def perform(self, form_data: dict[str, Any]) -> str:
        reassign(
            visit=self.visit,
            replaced=form_data["replaced"],
            inspector=form_data["inspector"],
            planned_on=form_data["planned_on"],
            reason=form_data["reason"],
            actor=self.actor,
        )
        return f"已指派{form_data['inspector']}。"


class VisitMove(VisitFormView):
    title = "安排检查日期和地址"
    form_class = VisitMoveForm
    submit_label = "保存"

    def get_initial(self) -> dict[str, Any]:
        return {"planned_on": self.visit.planned_on, "address": self.visit.address}

    def perform(self, form_data: dict[str, Any]) -> str:
        move_visit(visit=self.visit, planned_on=form_data["planned_on"], address=form_data["address"], actor=self.actor)
        return "日期和地址已保存。"


@require_POST
def visit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove an association from a check that is not drawn and not released yet."""
    refuse_others(request, *COMMITTEE_ROLES)
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("association", "spot_check"), pk=pk)
    try:
        remove_visit(visit=visit, actor=signed_in(request))
        messages.success(request, f"已移出{visit.association}。")
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("reviews:spot-check-visits", visit.spot_check_id)


class VisitDecline(ServiceFormView):
    """An inspector gives an own open visit back."""

    roles: ClassVar[tuple[Role, ...]] = (Role.INSPECTOR,)
    title = "推辞检查任务"
    note = "推辞后由党建工作领导机构改派，您不再看到这项任务。"
    form_class = ReasonForm
    submit_label = "推辞"
    is_dangerous = True
    kwargs: dict[str, Any]

    @cached_property
    def assignment(self) -> VisitAssignment:
        visit = get_object_or_404(Visit.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        own = visit.assignments.filter(inspector__user=self.actor, status=AssignmentStatus.ASSIGNED)
        assignment = own.select_related("visit__association", "inspector__user").first()
        if assignment is None or not visit.is_open:
            raise Http404
        return assignment

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.assignment  # noqa: S101 -- looked up before the page is drawn, so that another person's is 404
        return super().get_context_data(**kwargs)

    def get_subject(self) -> str:
        return str(self.assignment.visit.association)

    def get_back_url(self) -> str:
        return reverse("reviews:visit-mine")

    def perform(self, form_data: dict[str, Any]) -> str:
        decline_visit(assignment=self.assignment, reason=form_data["reason"], actor=self.actor)
        return "已推辞，机构会另派人员。"
