"""The reviewer's pages: the queue, ordered by what needs a human, and one report."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import DetailView

from associations.models import Association
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.views import FilteredListView, ScopedMixin, signed_in
from portal.core.xlsx import Column
from reviews.questionnaires.choices import Lateness, SheetStatus
from reviews.reports.access import can_decide, can_unlock
from reviews.reports.filters.rounds import ReviewFilter
from reviews.reports.models.filing import QuarterlyReport, QuarterlyReportQuerySet
from reviews.reports.views.reviewing_pages import review_page, steps_of


class ReviewQueue(FilteredListView):
    """Reports that wait for a decision: those that need a human first. By default the reader's own turn."""

    roles = COMMITTEE_ROLES
    filterset_class = ReviewFilter
    template_name = "reviews/reports/review_queue.html"
    title = "待审核季报"
    sorts: ClassVar[dict[str, str]] = {
        "attention": "attention",
        "submitted": "submitted_at",
        "name": "association__pinyin",
        "quarter": "quarter_end",
    }

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]  # lateness is told on a day
        return (
            Column("协会名称", lambda report: report.association.name, 34),
            Column("党建工作领导机构", lambda report: report.committee_name or "—", 26),
            Column("季度", lambda report: str(report.quarter), 18),
            Column("状态", lambda report: report.get_status_display()),
            Column("须留意之处", lambda report: "；".join(report.attention_reasons) or "—", 40),
            Column("报送情况", lambda report: report.punctuality(self.today).words),
            Column("提交时间", lambda report: report.submitted_at and timezone.localtime(report.submitted_at).date()),
            Column("提交次数", lambda report: report.submissions),
        )

    @property
    def shows_all(self) -> bool:
        return self.request.GET.get("tab") == "all"

    def waiting(self, *, is_all: bool) -> QuarterlyReportQuerySet:
        if is_all:
            return QuarterlyReport.objects.visible_to(self.request.user, self.today).counted().in_review()
        return QuarterlyReport.objects.turn_of(self.request.user, self.today)

    def get_queryset(self) -> QuarterlyReportQuerySet:
        rows = self.waiting(is_all=self.shows_all).with_committee(self.today)
        return rows.select_related("association", "round", "reviewer").listed()

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "today": self.today}

    def get_ordering(self) -> list[str]:
        return super().get_ordering() if self.sort else ["-attention", "submitted_at", "pk"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            shows_all=self.shows_all,
            others=self.waiting(is_all=not self.shows_all).count(),
            plain=self.waiting(is_all=self.shows_all).filter(attention=0).count(),
            ticks_plain=self.request.GET.get("tick") == "plain",
            **kwargs,
        )
        user = signed_in(self.request)
        for report in context["page_obj"].object_list:
            report.is_late = report.punctuality(self.today).kind == Lateness.LATE
            report.denial = can_decide(user, report)
        return context


class ReportMixin(ScopedMixin):
    """A page about one report out of those of the reader's own part."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> QuarterlyReport:
        reports = QuarterlyReport.objects.visible_to(self.request.user, self.today).with_committee(self.today)
        related = (
            "association",
            "round__version",
            "submitted_by",
            "reviewer",
            "passed_by",
            "approved_by",
            "unlocked_by",
        )
        return get_object_or_404(reports.select_related(*related), pk=self.kwargs["pk"])


def comments_from(request: HttpRequest) -> dict[str, str]:
    """Return the comments that a form holds, by item."""
    return {
        name.removeprefix("c-"): text.strip()
        for name, text in request.POST.items()
        if name.startswith("c-") and isinstance(text, str) and text.strip()
    }


class ReviewDetail(ReportMixin, DetailView):
    """One report: by default only what differs, was explained, or came back. Looking at it writes nothing."""

    template_name = "reviews/reports/review_detail.html"
    context_object_name = "report"

    def get_object(self, queryset: Any = None) -> QuarterlyReport:
        return self.report

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.report, self.actor
        kwargs.setdefault("refusal", "")
        decides = can_decide(user, report)
        is_second = report.status == SheetStatus.PASSED
        visible = Association.objects.visible_to(user, self.today).filter(pk=report.association_id)
        return super().get_context_data(
            page=review_page(report, kwargs.pop("typed", {})) if report.submissions else None,
            steps=steps_of(report),
            decide_denial=decides,
            may_begin=decides is None and report.review_begun_at is None,
            may_unlock=can_unlock(user, report) is None,
            approve_label="复核通过" if is_second else "初审通过" if report.round.has_second_review else "通过",
            association=visible.first(),
            **kwargs,
        )
