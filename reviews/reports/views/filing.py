"""The filer's pages of a quarterly report: the list, filling in, what will change, handing in, taking back."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from portal.core.access import scope_of
from portal.core.choices import Role
from portal.core.errors import RuleViolation
from portal.core.models import User
from portal.core.typed import key_from
from portal.core.views import FilteredListView, ScopedMixin, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.questionnaires.choices import WITH_FILER, ItemType, SheetStatus
from reviews.questionnaires.forms.answers import typed_answers, typed_explanations
from reviews.questionnaires.forms.filing import filing_form
from reviews.questionnaires.services.filing import (
    Filing,
    StaleSheet,
    confirm_unchanged,
    filing_of,
    save_sheet,
    submit_sheet,
    withdraw_sheet,
)
from reviews.reports.access import can_file
from reviews.reports.choices import RoundStatus
from reviews.reports.filters.filing import OwnReportFilter
from reviews.reports.models.filing import QuarterlyReport, QuarterlyReportQuerySet, ReportComment
from reviews.reports.services.outcomes import outcome_of

FILERS = (Role.SECRETARY,)
JSON = "application/json"


def own_reports(request: HttpRequest) -> QuarterlyReportQuerySet:
    """Return the reports of the associations for which the reader files, of rounds whose drafts are written."""
    user = signed_in(request)
    own = scope_of(user).limit.association_ids
    reports = QuarterlyReport.objects.visible_to(user, timezone.localdate()).filter(association__in=own)
    related = ("round__version__questionnaire", "association", "edited_by", "reviewer", "unlocked_by")
    return reports.exclude(round__status=RoundStatus.OPENING).select_related(*related)


def own_report(request: HttpRequest, pk: int) -> QuarterlyReport:
    """Return one of them for a view that is a function; anybody else's is 404."""
    refuse_others(request, *FILERS)
    return get_object_or_404(own_reports(request), pk=pk)


class FilingMixin(ScopedMixin):
    """A page about one report of the own association."""

    roles: ClassVar[tuple[Role, ...]] = FILERS
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> QuarterlyReport:
        return get_object_or_404(own_reports(self.request), pk=self.kwargs["pk"])


class ReportMine(FilteredListView):
    """The own association's reports, the one owed first."""

    roles = FILERS
    model = QuarterlyReport
    filterset_class = OwnReportFilter
    template_name = "reviews/reports/report_mine.html"
    title = "季报"
    sorts: ClassVar[dict[str, str]] = {"quarter": "quarter_end", "due": "due_on", "status": "status"}
    default_sort = "-quarter"
    columns = (
        Column("协会名称", lambda report: report.association.name, 34),
        Column("季度", lambda report: str(report.quarter)),
        Column("状态", lambda report: report.get_status_display()),
        Column("截止日期", lambda report: report.due_on),
        Column("首次提交日期", lambda report: report.submitted_on),
        Column("通过日期", lambda report: report.approved_on),
    )

    def get_queryset(self) -> QuarterlyReportQuerySet:
        return own_reports(self.request).counted().defer("known", "told")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owed = [
            report
            for report in own_reports(self.request).owed().order_by("due_on", "pk")
            if can_file(signed_in(self.request), report) is None
        ]
        many = len(self.scope.limit.association_ids) > 1
        return super().get_context_data(owed=owed, has_many=many, **kwargs)


def last_comments(report: QuarterlyReport) -> list[ReportComment]:
    """Return what the reviewer said of what was last handed in."""
    return list(report.comments.filter(submission=report.submissions).select_related("author"))


def fill_context(report: QuarterlyReport, filing: Filing, user: User, *, tells_missing: bool) -> dict[str, Any]:
    """Return what the page and each answer to a save draw from."""
    is_returned = report.status == SheetStatus.RETURNED
    form = filing_form(filing, last_comments(report) if is_returned else [], tells_missing=tells_missing)
    return {
        "report": report,
        "form": form,
        "parts": form.parts,
        "check": tells_missing,
        "uploads_to": report,
        "reopened": [(item.code, item.label) for item in filing.content.items if item.code in report.reopened],
        "file_items": [item for item in filing.content.items if item.type == ItemType.ATTACHMENT],
        # With it the browser encrypts what it keeps until it is saved: nobody else who signs in there reads it (SEC-35).
        "keep_key": salted_hmac("reviews.report-draft", f"{user.pk}:{report.pk}", algorithm="sha256").hexdigest(),
    }


class ReportFill(FilingMixin, TemplateView):
    """Section by section on one page, saved as one types; without the script by a button."""

    template_name = "reviews/reports/report_fill.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if denial := can_file(self.actor, self.report):
            messages.warning(request, denial.reason)
            return redirect("reviews:report-detail", self.report.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = filing_of(self.report)
        tells = bool(self.report.submissions) or self.request.GET.get("check") == "1"
        context = fill_context(self.report, filing, self.actor, tells_missing=tells)
        return super().get_context_data(today=self.today, refused="", **context, **kwargs)


@require_POST
def report_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed; with `unchanged` also say it of a section. Answers JSON to the script, a page to everybody else."""
    report, user = own_report(request, pk), signed_in(request)
    filing = filing_of(report)
    seen = key_from(request.POST.get("seen", ""))
    answers = typed_answers(filing.content, request.POST, report.answers, filing.known)
    explanations = typed_explanations(filing.content, request.POST, report.explanations)
    try:
        saved = save_sheet(
            sheet=report, actor=user, seen=-1 if seen is None else seen, answers=answers, explanations=explanations
        )
    except RuleViolation as refusal:
        report.answers, report.explanations = answers, explanations  # shown again, not kept
        return _refused(request, report, refusal)
    if section := request.POST.get("unchanged", ""):
        try:
            saved = confirm_unchanged(sheet=saved, actor=user, seen=saved.revision, section=section)
        except RuleViolation as refusal:
            return _refused(request, saved, refusal)
    if request.headers.get("Accept") == JSON:
        # What the portal knows and what was told before did not change with it.
        return _saved(request, saved, replace(filing, sheet=saved))
    if request.POST.get("then") == "confirm":
        return redirect("reviews:report-confirm", pk)
    messages.success(request, "已保存。")
    place = f"#part-{section}" if section else ""
    return redirect(f"{reverse('reviews:report-fill', args=[pk])}{place}")


def _tells_missing(request: HttpRequest, report: QuarterlyReport) -> bool:
    return bool(report.submissions) or request.POST.get("check") == "1"


def _saved(request: HttpRequest, report: QuarterlyReport, filing: Filing) -> JsonResponse:
    """Answer the script: the new revision, and the form as it now is — what stands against it, what is asked next."""
    context = fill_context(report, filing, signed_in(request), tells_missing=_tells_missing(request, report))
    return JsonResponse(
        {
            "is_saved": True,
            "revision": report.revision,
            "at": f"{timezone.localtime():%H:%M}",
            "page": render_to_string("reviews/reports/_report_parts.html", context),
        }
    )


def _refused(request: HttpRequest, report: QuarterlyReport, refusal: RuleViolation) -> HttpResponse:
    """Say why nothing was kept; the script keeps what was typed, the page shows it again over what is there by now."""
    if request.headers.get("Accept") == JSON:
        is_stale = isinstance(refusal, StaleSheet)
        return JsonResponse({"is_saved": False, "is_stale": is_stale, "message": refusal.message})
    user = signed_in(request)
    if denial := can_file(user, report):
        messages.error(request, denial.reason)
        return redirect("reviews:report-detail", report.pk)
    context = fill_context(report, filing_of(report), user, tells_missing=_tells_missing(request, report))
    return render(
        request,
        "reviews/reports/report_fill.html",
        {**context, "today": timezone.localdate(), "refused": refusal.message},
    )


class ReportConfirm(FilingMixin, TemplateView):
    """The page before handing in: the changes in the registry, and the problems that are left."""

    template_name = "reviews/reports/report_confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if denial := can_file(self.actor, self.report):
            messages.warning(request, denial.reason)
            return redirect("reviews:report-detail", self.report.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filing = filing_of(self.report)
        labels = {item.code: item.label for item in filing.content.items}
        context = [(labels[problem.item], problem) for problem in filing.problems]
        return super().get_context_data(
            report=self.report,
            today=self.today,
            outcome=outcome_of(filing),
            open=[each for each in context if each[1].is_open],
            hints=[each for each in context if not each[1].is_open],
            **kwargs,
        )


@require_POST
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the report in; a second click finds it handed in."""
    report = own_report(request, pk)
    seen = key_from(request.POST.get("seen", ""))
    try:
        submit_sheet(
            sheet=report,
            actor=signed_in(request),
            seen=-1 if seen is None else seen,
            today=timezone.localdate(),
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        if report.status in WITH_FILER:
            return redirect("reviews:report-confirm", pk)
        return redirect("reviews:report-detail", pk)
    messages.success(request, f"{report.quarter}季报已提交。")
    return redirect("reviews:report-detail", pk)


@require_POST
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report back, until its review has begun."""
    report = own_report(request, pk)
    try:
        withdraw_sheet(sheet=report, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("reviews:report-detail", pk)
    messages.success(request, "已撤回，可以继续修改。修改后请重新提交。")
    return redirect("reviews:report-fill", pk)
