"""Files of a quarterly report: attachments in and out, the workbook to fill in, the filled-in workbook read and saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, UnreadableFile
from portal.core.typed import key_from
from portal.core.views import file_response, refuse_others, signed_in, watermark
from reviews.questionnaires.forms.filing import WorkbookForm
from reviews.questionnaires.rules.answers import changes_between
from reviews.questionnaires.rules.attachments import MAX_BYTES
from reviews.questionnaires.rules.problems import completed
from reviews.questionnaires.services.attachments import attach_file, may_read_file, remove_file
from reviews.questionnaires.services.filing import Filing, filing_of, save_sheet
from reviews.questionnaires.xlsx.filling import answers_workbook
from reviews.questionnaires.xlsx.reading import Filled, read_answers
from reviews.reports.access import can_file
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.views.filing import JSON, FilingMixin, fill_context, own_report
from reviews.reports.views.reading import READERS, readable_reports

_HOURS_TO_SAVE = 12  # what was uploaded can be saved for as long as one works in a day

# --- attachments ---


@require_POST
def report_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a file at an item. Answers JSON to the script, a page to everybody else."""
    report = own_report(request, pk)
    upload, item = request.FILES.get("file"), request.POST.get("item", "")
    if upload is None:
        return _answer(request, report, item, "请选择要上传的文件。")
    if (upload.size or 0) > MAX_BYTES:  # before it is read into memory
        return _answer(request, report, item, size_fault(upload.name or ""))
    try:
        attach_file(sheet=report, actor=signed_in(request), item=item, name=upload.name or "", data=upload.read())
    except RuleViolation as refusal:
        return _answer(request, report, item, refusal.message)
    return _answer(request, report, item, "")


@require_POST
def report_detach(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Take a file off; what was submitted with it keeps it."""
    report = own_report(request, pk)
    try:
        remove_file(sheet=report, actor=signed_in(request), key=key)
    except RuleViolation as refusal:
        return _answer(request, report, "", refusal.message)
    return _answer(request, report, "", "")


def size_fault(name: str) -> str:
    return f"“{name}”：文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩后重新选择。"


def _answer(request: HttpRequest, report: QuarterlyReport, item: str, refused: str) -> HttpResponse:
    """Tell what became of a file. Its write moves the revision on; whoever had an older page still has an older page."""
    if request.headers.get("Accept") != JSON:
        if refused:
            messages.error(request, refused)
        else:
            messages.success(request, "附件已保存。" if item else "附件已移除。")
        return redirect(f"{reverse('reviews:report-fill', args=[report.pk])}{f'#item-{item}' if item else ''}")
    if refused:
        return JsonResponse({"is_saved": False, "is_stale": False, "message": refused})
    seen, before = key_from(request.POST.get("seen", "")), report.revision
    report = own_report(request, report.pk)
    context = fill_context(
        report, filing_of(report), signed_in(request), tells_missing=request.POST.get("check") == "1"
    )
    return JsonResponse(
        {
            "is_saved": True,
            "revision": report.revision if seen == before == report.revision - 1 else seen,
            "at": f"{timezone.localtime():%H:%M}",
            "page": render_to_string("reviews/reports/_report_parts.html", context),
        }
    )


def report_attachment(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Hand out a file to whoever reads the report; one that was never handed in, to who files alone. Every look is logged."""
    refuse_others(request, *READERS)
    report = get_object_or_404(readable_reports(request), pk=pk)
    attachment = get_object_or_404(report.attachments, key=key)
    if not may_read_file(attachment, is_filer=signed_in(request).scope.files_for(report.association_id)):
        raise Http404
    audit.record(signed_in(request), AuditAction.EXPORT, report, file=attachment.name, sha256=attachment.sha256)
    with attachment.file.open("rb") as file:
        return file_response(file.read(), attachment.name, "application/octet-stream")


# --- the workbook ---


def workbook_title(report: QuarterlyReport) -> str:
    return f"{report.association}{report.quarter}季报填报表"


def report_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the own report as a workbook, prefilled with what is kept."""
    report, user = own_report(request, pk), signed_in(request)
    filing, title = filing_of(report), workbook_title(report)
    audit.record(user, AuditAction.EXPORT, report, file=f"{title}.xlsx")
    content = answers_workbook(
        filing.content,
        report.answers,
        filing.last,
        filing.known,
        title=title,
        watermark=watermark(user),
        explanations=report.explanations,
    )
    return file_response(content, f"{title}.xlsx")


class ReportUpload(FilingMixin, FormView):
    """A filled-in workbook: what it would change and what is wrong in which cell first, saved on a second word."""

    template_name = "reviews/reports/report_upload.html"
    form_class = WorkbookForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._refusal() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if refused := self._refusal():
            return refused
        if "read" in request.POST:
            return self._save(request.POST["read"])
        return super().post(request, *args, **kwargs)

    def _refusal(self) -> HttpResponse | None:
        if denial := can_file(self.actor, self.report):
            messages.warning(self.request, denial.reason)
            return redirect("reviews:report-detail", self.report.pk)
        return None

    def form_valid(self, form: Any) -> HttpResponse:
        filing, expected = filing_of(self.report), workbook_title(self.report)
        try:
            filled = read_answers(filing.content, form.cleaned_data["file"].read(), filing.known)
        except UnreadableFile as refusal:
            form.add_error("file", refusal.message)
            return self.form_invalid(form)
        if filled.title != expected:
            sentence = f"这份表的标题是“{filled.title}”，不是“{expected}”。请下载本期的填报表填写后上传。"
            form.add_error("file", sentence)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, **self._told(filing, filled)))

    def _told(self, filing: Filing, filled: Filled) -> dict[str, Any]:
        report, content = filing.sheet, filing.content
        laid = filled.over(content, report.answers, report.explanations, filing.known, filing.locked)
        changes = changes_between(content, filing.complete, completed(content, laid.answers, filing.known))
        explained = [
            (item.label, report.explanations.get(item.code, ""), laid.explanations.get(item.code, ""))
            for item in content.items
            if report.explanations.get(item.code, "") != laid.explanations.get(item.code, "")
        ]
        labels = {item.code: item.label for item in content.items}
        ignored = [
            item.label
            for item in content.items
            if item.code in filing.locked
            and item.code in filled.answers
            and filled.answers[item.code] != report.answers.get(item.code)
        ]
        return {
            "is_read": True,
            "changes": changes,
            "explained": explained,
            "ignored": ignored,
            "problems": [
                (labels[found.problem.item], found) for found in laid.judged(content, filing.last, filing.known)
            ],
            "read": signing.dumps(
                {"seen": report.revision, "answers": laid.answers, "explanations": laid.explanations},
                salt=self._salt,
                compress=True,
            ),
        }

    @property
    def _salt(self) -> str:
        return f"reviews.report-upload:{self.actor.pk}:{self.report.pk}"

    def _save(self, read: str) -> HttpResponse:
        """Save what was shown: it comes back signed, so that nothing else can be put in its place."""
        try:
            upload = signing.loads(read, salt=self._salt, max_age=_HOURS_TO_SAVE * 3600)
            save_sheet(
                sheet=self.report,
                actor=self.actor,
                seen=upload["seen"],
                answers=upload["answers"],
                explanations=upload["explanations"],
            )
        except signing.BadSignature:
            messages.error(self.request, "上传的内容已过期，没有保存。请重新上传。")
            return redirect("reviews:report-upload", self.report.pk)
        except RuleViolation as refusal:
            messages.error(self.request, f"{refusal.message}表中的内容没有保存，请核对后重新上传。")
            return redirect("reviews:report-upload", self.report.pk)
        messages.success(self.request, "表中的内容已保存。")
        return redirect(f"{reverse('reviews:report-fill', args=[self.report.pk])}?check=1")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"report": self.report, "is_read": False, "problems": [], **kwargs})
