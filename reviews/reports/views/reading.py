"""A quarterly report to read: all answers, where it stands, what was done with it when, by whom and why."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import TemplateView

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.views import ScopedMixin, signed_in
from reviews.questionnaires.choices import WITH_FILER, SheetStatus, SheetVerb
from reviews.questionnaires.forms.filing import read_sections
from reviews.questionnaires.services.filing import filing_of
from reviews.reports.access import can_file, can_withdraw
from reviews.reports.models.filing import QuarterlyReport

READERS = (*COMMITTEE_ROLES, Role.SECRETARY)


def readable_reports(request: HttpRequest) -> QuerySet[QuarterlyReport]:
    """Return the reports that the reader may see: of the own subtree, of the own association."""
    reports = QuarterlyReport.objects.visible_to(request.user, timezone.localdate())
    related = (
        "round__version__questionnaire",
        "round__committee",
        "association",
        "reviewer",
        "unlocked_by",
        "submitted_by",
    )
    return reports.select_related(*related)


class ReportDetail(ScopedMixin, TemplateView):
    """One report as it is read. A draft is shown to who files it alone, to others what was last handed in."""

    roles: ClassVar[tuple[Role, ...]] = READERS
    template_name = "reviews/reports/report_detail.html"
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> QuarterlyReport:
        return get_object_or_404(readable_reports(self.request), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.report, signed_in(self.request)
        is_filer = self.scope.files_for(report.association_id)  # what is being typed is nobody else's yet
        filing = filing_of(report)
        is_current = is_filer or report.status not in WITH_FILER
        answers = filing.complete if is_filer and report.status in WITH_FILER else report.told or filing.complete
        comments = list(report.comments.select_related("author"))
        shown = [each for each in comments if each.submission == report.submissions]
        has_content = is_filer or bool(report.submissions)
        return super().get_context_data(
            report=report,
            today=self.today,
            is_filer=is_filer,
            is_current=is_current,
            has_content=has_content,
            sections=read_sections(filing, answers, shown) if has_content else [],
            steps=steps_of(report, comments),
            file_denial=can_file(user, report),
            withdraw_denial=can_withdraw(user, report),
            committee=report.reviewing_committee(self.today),
            is_returned=report.status == SheetStatus.RETURNED,
            **kwargs,
        )


def steps_of(report: QuarterlyReport, comments: list[Any]) -> list[dict[str, Any]]:
    """Return what was done with a report, the newest first, a return with its comments."""
    content = report.content
    labels = {item.code: item.label for item in content.items}
    return [
        {
            "step": step,
            "comments": [
                (labels.get(comment.item, comment.item), comment.text)
                for comment in comments
                if step.verb == SheetVerb.RETURN and comment.submission == step.submission
            ],
        }
        for step in report.steps.select_related("actor").defer("told").order_by("-pk")
    ]
