"""Rounds of quarterly reports: the list, how far one is, the reports in it, and what is done with it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from portal.core.access import can_rerun
from portal.core.choices import COMMITTEE_ROLES, JobStatus, Role
from portal.core.errors import RuleViolation
from portal.core.outbox import progress_of
from portal.core.views import FilteredListView, ScopedMixin, refuse_others, signed_in, xlsx_response
from portal.core.xlsx import Column, Table
from reviews.questionnaires.indicators.progress import progress_by_committee, progress_by_round, total_of
from reviews.questionnaires.rules.lateness import punctuality
from reviews.reports.access import can_open_round, can_remind
from reviews.reports.choices import RoundStatus
from reviews.reports.filters.rounds import ReportFilter, RoundFilter
from reviews.reports.models.filing import QuarterlyReport, QuarterlyReportQuerySet, ReportRound
from reviews.reports.services.telling import remind_round


class RoundList(FilteredListView):
    roles = COMMITTEE_ROLES
    model = ReportRound
    filterset_class = RoundFilter
    template_name = "reviews/reports/round_list.html"
    title = "季报"
    sorts: ClassVar[dict[str, str]] = {"due": "due_on", "committee": "committee__path", "status": "status"}
    columns = (
        Column("批次", str, 26),
        Column("填报范围", lambda round_: round_.committee.name, 30),
        Column("截止日期", lambda round_: round_.due_on),
        Column("状态", lambda round_: round_.get_status_display()),
        Column("应报", lambda round_: round_.progress.due),
        Column("已报", lambda round_: round_.progress.filed),
        Column("已通过", lambda round_: round_.progress.approved),
    )

    def get_queryset(self) -> QuerySet[ReportRound]:
        return ReportRound.objects.visible_to(self.request.user).select_related("committee")

    def get_ordering(self) -> list[str]:
        return super().get_ordering() if self.sort else ["-year", "-number", "-pk"]

    def counted(self, rounds: list[ReportRound]) -> list[ReportRound]:
        """Give each round its progress in the reader's own part."""
        reports = QuarterlyReport.objects.visible_to(self.request.user, self.today).filter(round__in=rounds)
        progress = progress_by_round(reports, self.today)
        for round_ in rounds:
            round_.progress = progress.get(round_.pk, total_of(()))  # type: ignore[attr-defined]
        return rounds

    def export(self) -> HttpResponse:
        self.object_list = self.counted(list(self.object_list))
        return super().export()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            open_denial=can_open_round(signed_in(self.request)),
            **kwargs,
        )
        context["page_obj"].object_list = self.counted(list(context["page_obj"].object_list))
        return context


class RoundMixin(ScopedMixin):
    """A page about one round out of those that concern the reader."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    kwargs: dict[str, Any]

    @cached_property
    def round(self) -> ReportRound:
        rounds = ReportRound.objects.visible_to(self.request.user)
        related = ("committee", "version__questionnaire", "job", "opened_by", "closed_by", "snapshot")
        return get_object_or_404(rounds.select_related(*related), pk=self.kwargs["pk"])

    def reports(self) -> QuarterlyReportQuerySet:
        """Return the round's reports in the reader's own part."""
        return QuarterlyReport.objects.visible_to(self.request.user, self.today).filter(round=self.round)


class RoundDetail(RoundMixin, DetailView):
    """The overview: who has filed by committee, each count with its list behind it."""

    template_name = "reviews/reports/round_detail.html"
    context_object_name = "round"
    columns = (
        Column("党建工作领导机构", lambda line: line.name, 34),
        Column("应报", lambda line: line.progress.due),
        Column("按时", lambda line: line.progress.on_time),
        Column("迟报", lambda line: line.progress.late),
        Column("未到期未报", lambda line: line.progress.open),
        Column("逾期未报", lambda line: line.progress.overdue),
        Column("审核中", lambda line: line.progress.in_review),
        Column("退回、解锁修改中", lambda line: line.progress.with_filer, 18),
        Column("已通过", lambda line: line.progress.approved),
    )

    def get_object(self, queryset: Any = None) -> ReportRound:
        return self.round

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "xlsx":
            rows = progress_by_committee(self.reports(), self.today)
            title = f"{self.round}填报情况"
            table = Table(f"{title}（{self.today:%Y-%m-%d}）", self.columns, rows)
            return xlsx_response(request, [table], f"{title}{self.today:%Y%m%d}.xlsx", rows=len(rows))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        round_, user = self.round, self.actor
        lines = progress_by_committee(self.reports(), self.today)
        job = round_.job if round_.job and round_.job.owner_id == user.pk else None  # a job's page is its owner's alone
        is_shown = job is not None and (job.status == JobStatus.FAILED or job.is_open)
        manages = can_open_round(user) is None
        return super().get_context_data(
            lines=lines,
            total=total_of(lines),
            job=job if is_shown else None,
            progress=progress_of(job) if job and is_shown else None,
            can_rerun=bool(job and can_rerun(user, job) is None),
            days_left=(round_.due_on - self.today).days,
            nearness=punctuality(round_.due_on, None, self.today).words,
            remind_denial=can_remind(user, round_),
            may_close=manages and round_.status == RoundStatus.OPEN,
            may_cancel=manages and round_.status in (RoundStatus.OPENING, RoundStatus.OPEN),
            may_reopen=manages and round_.status in (RoundStatus.CLOSED, RoundStatus.CANCELLED),
            reports_url=reverse("reviews:round-reports", args=[round_.pk]),
            **kwargs,
        )


class RoundReports(RoundMixin, FilteredListView):
    """The reports of a round: what a count of the overview leads to; the province ticks some to move their deadline."""

    filterset_class = ReportFilter
    template_name = "reviews/reports/round_reports.html"
    title = "季报名单"
    sorts: ClassVar[dict[str, str]] = {
        "name": "association__pinyin",
        "committee": "committee_path",
        "due": "due_on",
        "submitted": "submitted_at",
        "status": "status",
    }
    default_sort = "name"

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]  # lateness is told on a day
        return (
            Column("协会名称", lambda report: report.association.name, 34),
            Column("统一社会信用代码", lambda report: report.association.uscc, 22),
            Column("党建工作领导机构", lambda report: report.committee_name or "—", 26),
            Column("状态", lambda report: report.get_status_display()),
            Column("截止日期", lambda report: report.due_on),
            Column("报送情况", lambda report: report.punctuality(self.today).words),
            Column("提交时间", lambda report: report.submitted_at and timezone.localtime(report.submitted_at).date()),
            Column("提交次数", lambda report: report.submissions),
        )

    def get_queryset(self) -> QuarterlyReportQuerySet:
        return self.reports().with_committee(self.today).select_related("association").listed()

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "today": self.today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round,
            may_extend=can_open_round(self.actor) is None and self.round.status != RoundStatus.CANCELLED,
            **kwargs,
        )


@require_POST
def round_remind(request: HttpRequest, pk: int) -> HttpResponse:
    refuse_others(request, *COMMITTEE_ROLES)
    round_ = get_object_or_404(ReportRound.objects.visible_to(request.user), pk=pk)
    try:
        reminded = remind_round(round_=round_, actor=signed_in(request), today=timezone.localdate())
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, reminded.sentence)
    return redirect(reverse("reviews:round-detail", args=[pk]))
