"""Pages of the pools of inspectors: members, ties, absences, and a month of the pool."""

from __future__ import annotations

import calendar
import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.views import FilteredListView, ScopedMixin, ServiceFormView, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.checks.choices import UPCOMING, AssignmentStatus, VisitStatus
from reviews.checks.filters.plan import InspectorFilter
from reviews.checks.forms.inspectors import AbsenceForm, InspectorForm, TieForm
from reviews.checks.indicators.avoidance import calendar_of, pool_of, promised
from reviews.checks.models.inspectors import Inspector, InspectorAbsence, InspectorTie
from reviews.checks.models.visits import Visit
from reviews.checks.services.inspectors import (
    add_absence,
    add_inspector,
    declare_tie,
    edit_inspector,
    remove_absence,
    remove_tie,
)

_ASSIGNED = Q(assignments__status=AssignmentStatus.ASSIGNED)


class InspectorList(FilteredListView):
    roles = COMMITTEE_ROLES
    model = Inspector
    filterset_class = InspectorFilter
    template_name = "reviews/checks/inspector_list.html"
    title = "抽查人员"
    sorts = {"name": "user__name", "employer": "employer", "committee": "committee__path", "open": "open_visits"}
    default_sort = "name"
    columns = (
        Column("姓名", lambda inspector: inspector.user.name),
        Column("工作单位", lambda inspector: inspector.employer, 30),
        Column("所属机构", lambda inspector: inspector.committee.name, 30),
        Column("专长", lambda inspector: "、".join(inspector.skills), 20),
        Column("在库", lambda inspector: "是" if inspector.is_active else "否"),
        Column("待检查", lambda inspector: inspector.open_visits),
        Column("已检查", lambda inspector: inspector.done_visits),
    )

    def get_queryset(self) -> QuerySet[Inspector]:
        people = Inspector.objects.visible_to(self.request.user).select_related("user", "committee")
        waiting = _ASSIGNED & Q(assignments__visit__status__in=UPCOMING)
        return people.annotate(
            open_visits=Count("assignments", filter=waiting),
            done_visits=Count("assignments", filter=_ASSIGNED & Q(assignments__visit__status=VisitStatus.DONE)),
        )


class InspectorMixin(ScopedMixin):
    """A page about one inspector of the pools that the reader looks after."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    kwargs: dict[str, Any]

    @cached_property
    def inspector(self) -> Inspector:
        people = Inspector.objects.visible_to(self.request.user)
        related = ("user", "committee", "person", "authority", "employer_association")
        return get_object_or_404(people.select_related(*related), pk=self.kwargs["pk"])


class InspectorDetail(InspectorMixin, TemplateView):
    """One inspector's page: facts, absences, ties, visits."""

    template_name = "reviews/checks/inspector_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        inspector = self.inspector
        visible = Visit.objects.visible_to(self.request.user)
        parts = inspector.assignments.filter(visit__in=visible)
        parts = parts.select_related("visit__association", "visit__spot_check").order_by("-visit__planned_on", "-pk")
        return super().get_context_data(
            inspector=inspector,
            absences=inspector.absences.order_by("-first_day"),
            ties=inspector.ties.select_related("association"),
            parts=parts[:50],
            **kwargs,
        )


class InspectorFormView(InspectorMixin, ServiceFormView):
    """One form about one inspector."""

    def get_subject(self) -> str:
        return str(self.inspector)

    def get_back_url(self) -> str:
        return reverse("reviews:inspector-detail", args=[self.inspector.pk])


class FactFormMixin(ServiceFormView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor, "today": self.today}


class InspectorCreate(FactFormMixin):
    title = "新增抽查人员"
    note = "工作单位、对应人员用于计算回避，请如实填写。"
    form_class = InspectorForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "inspector": None}

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = add_inspector(**form_data, actor=self.actor)
        return "已入库。"

    def get_back_url(self) -> str:
        return reverse("reviews:inspector-list")

    def get_success_url(self) -> str:
        return reverse("reviews:inspector-detail", args=[self.made.pk])


class InspectorEdit(InspectorFormView, FactFormMixin):
    title = "修改抽查人员"
    form_class = InspectorForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "inspector": self.inspector}

    def get_initial(self) -> dict[str, Any]:
        names = ("employer", "authority", "employer_association", "person", "is_active")
        initial = {name: getattr(self.inspector, name) for name in names}
        return {**initial, "skills": "、".join(self.inspector.skills)}

    def perform(self, form_data: dict[str, Any]) -> str:
        edit_inspector(inspector=self.inspector, **form_data, actor=self.actor)
        return "已保存。"


class AbsenceAdd(InspectorFormView, FactFormMixin):
    title = "登记不能参加的日期"
    form_class = AbsenceForm

    def perform(self, form_data: dict[str, Any]) -> str:
        absence = add_absence(inspector=self.inspector, **form_data, actor=self.actor)
        within = Q(inspector=self.inspector, visit__planned_on__range=(absence.first_day, absence.last_day))
        clashes = promised(within & Q(visit__status__in=UPCOMING)).count()
        return f"已登记。这几天已安排 {clashes} 次检查，请改期或者改派。" if clashes else "已登记。"


class TieAdd(InspectorFormView, FactFormMixin):
    title = "登记利害关系"
    note = "登记后不再抽取、指派该人员检查这家协会。已经安排的检查请改派。"
    form_class = TieForm

    def perform(self, form_data: dict[str, Any]) -> str:
        declare_tie(inspector=self.inspector, **form_data, actor=self.actor)
        return "已登记。"


@require_POST
def absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    refuse_others(request, *COMMITTEE_ROLES)
    visible = Inspector.objects.visible_to(request.user)
    absence = get_object_or_404(InspectorAbsence.objects.filter(inspector__in=visible), pk=pk)
    try:
        remove_absence(absence=absence, actor=signed_in(request))
        messages.success(request, "已删除。")
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("reviews:inspector-detail", absence.inspector_id)


class TieRemove(ServiceFormView):
    title = "解除利害关系"
    form_class = ReasonForm
    submit_label = "解除"
    is_dangerous = True
    kwargs: dict[str, Any]

    @cached_property
    def tie(self) -> InspectorTie:
        visible = Inspector.objects.visible_to(self.request.user)
        ties = InspectorTie.objects.filter(inspector__in=visible).select_related("association", "inspector__user")
        return get_object_or_404(ties, pk=self.kwargs["pk"])

    def get_subject(self) -> str:
        return str(self.tie)

    def get_back_url(self) -> str:
        return reverse("reviews:inspector-detail", args=[self.tie.inspector_id])

    def perform(self, form_data: dict[str, Any]) -> str:
        remove_tie(tie=self.tie, reason=form_data["reason"], actor=self.actor)
        return "已解除。"


class InspectorCalendar(ScopedMixin, TemplateView):
    """A month of the pool: visits by day, absences, totals by inspector."""

    roles = COMMITTEE_ROLES
    template_name = "reviews/checks/inspector_calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first = self._month()
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        people = pool_of(Inspector.objects.visible_to(self.request.user).active())
        month = calendar_of([each.pk for each in people], first, last)
        days = [first + datetime.timedelta(days=passed) for passed in range(last.day)]
        rows = []
        for each in people:
            away = month.absent.get(each.pk, frozenset())
            cells = [
                {"visits": month.taken.get((each.pk, day), 0), "away": day in away, "rest": day not in month.days}
                for day in days
            ]
            rows.append({"inspector": each, "cells": cells, "visits": sum(cell["visits"] for cell in cells)})
        return super().get_context_data(
            month=first,
            days=[{"day": day, "rest": day not in month.days} for day in days],
            rows=rows,
            previous=first - datetime.timedelta(days=1),
            following=last + datetime.timedelta(days=1),
            **kwargs,
        )

    def _month(self) -> datetime.date:
        """Return the first day of the month in the address, else of this month."""
        try:
            first_day = parse_date(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            first_day = None
        return first_day if first_day and 2000 < first_day.year < 2100 else self.today.replace(day=1)  # noqa: PLR2004
