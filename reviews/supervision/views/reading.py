"""Reading supervision reports: the list, the text with its numbers, the names behind a number, versions, files."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import DetailView

from associations.models import Association
from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction, JobStatus, Role
from portal.core.docx import WORD_TYPE
from portal.core.outbox import progress_of
from portal.core.views import FilteredListView, ScopedMixin, file_response, refuse_others, signed_in, watermark
from portal.core.xlsx import CONTENT_TYPE, Column
from reviews.supervision.access import can_keep, can_read_names, can_sign_off, can_sign_receipt
from reviews.supervision.choices import DocumentKind
from reviews.supervision.docx import report_document
from reviews.supervision.filters import ReportNameFilter, SupervisionReportFilter
from reviews.supervision.indicators.content import ReportContent, ReportField, content_of
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.models import Receipt, SupervisionReport
from reviews.supervision.rules.states import may
from reviews.supervision.services.editing import current_version
from reviews.supervision.views.pages import changes_between, read_sections
from reviews.supervision.xlsx import annex_workbook


class SupervisionList(FilteredListView):
    roles = COMMITTEE_ROLES
    model = SupervisionReport
    filterset_class = SupervisionReportFilter
    template_name = "reviews/supervision/supervision_list.html"
    title = "督查报告"
    sorts = {"as_of": "as_of", "committee": "committee__path", "status": "status", "issued": "issued_at"}
    default_sort = "-as_of"
    columns = (
        Column("发文字号", lambda report: report.number or "—", 22),
        Column("报告范围", lambda report: report.committee.name, 30),
        Column("截止日期", lambda report: report.as_of),
        Column("状态", lambda report: report.get_status_display()),
        Column("印发时间", lambda report: report.issued_at and timezone.localtime(report.issued_at).date()),
        Column("应签收", lambda report: report.receipts_due),
        Column("已签收", lambda report: report.receipts_signed),
    )

    def get_queryset(self) -> QuerySet[SupervisionReport]:
        reports = SupervisionReport.objects.visible_to(self.request.user).select_related("committee")
        return reports.defer("content").annotate(
            receipts_due=Count("receipts"),
            receipts_signed=Count("receipts", filter=Q(receipts__signed_by__isnull=False)),
        )


class SupervisionMixin(ScopedMixin):
    """A page about one report out of those that the reader sees."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> SupervisionReport:
        reports = SupervisionReport.objects.visible_to(self.request.user)
        related = (
            "committee",
            "job",
            "previous",
            "requested_by",
            "submitted_by",
            "signed_off_by",
            "issued_by",
            "closed_by",
        )
        return get_object_or_404(reports.select_related(*related), pk=self.kwargs["pk"])

    @cached_property
    def content(self) -> ReportContent:
        return content_of(self.report.content)


class SupervisionDetail(SupervisionMixin, DetailView):
    """The report as it is read on a desk or a phone; each number leads to the names behind it."""

    template_name = "reviews/supervision/supervision_detail.html"
    context_object_name = "report"

    def get_object(self, queryset: Any = None) -> SupervisionReport:
        return self.report

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, user = self.report, self.actor
        version = current_version(report) if report.version else None
        keeps = can_keep(user, report) is None
        receipts = list(Receipt.objects.visible_to(user).filter(report=report).select_related("committee", "signed_by"))
        return super().get_context_data(
            version=version,
            sections=read_sections(self.content, version, report.pk) if version else [],
            job=report.job,
            progress=progress_of(report.job) if report.job else None,
            job_failed=bool(report.job and report.job.status == JobStatus.FAILED),
            keeps=keeps,
            names_denial=can_read_names(user, report),
            may={verb.replace(" ", "_"): keeps and may(report.status, verb) for verb in _VERBS},
            sign_off_denial=can_sign_off(user, report) if may(report.status, "sign off") else None,
            receipts=receipts,
            signed=sum(receipt.signed_at is not None for receipt in receipts),
            owed=[
                receipt
                for receipt in receipts
                if receipt.signed_at is None
                and may(report.status, "sign receipt")
                and can_sign_receipt(user, receipt) is None
            ],
            documents={document.kind: document for document in report.documents.all()},
            **kwargs,
        )


_VERBS = ("edit", "submit", "return", "sign off", "number", "issue", "withdraw", "discard")


class SupervisionNames(SupervisionMixin, FilteredListView):
    """The associations that one number of the report counts, from its frozen snapshot; only those of the own scope."""

    filterset_class = ReportNameFilter
    template_name = "reviews/supervision/supervision_names.html"
    title = "名单"
    sorts = {"name": "pinyin", "committee": "committee_path", "formal": "formal_members", "term": "own_term_ends_on"}
    default_sort = "name"
    columns = (
        Column("协会名称", lambda fact: fact.name, 34),
        Column("统一社会信用代码", lambda fact: fact.uscc, 22),
        Column("党建工作领导机构", lambda fact: str(fact.committee or "未填写"), 26),
        Column("正式党员数", lambda fact: fact.formal_members),
    )

    @cached_property
    def field(self) -> ReportField:
        """Return the field in the address; 404 where the report does not have it or it counts nobody."""
        field = self.content.fields.get(self.request.GET.get("field", ""))
        if field is None or not field.tab:
            raise Http404
        return field

    @property
    def moment(self) -> Moment:
        report, field = self.report, self.field
        if field.is_base and report.base_as_of and field.as_of == report.base_as_of.isoformat():
            return Moment(report.committee, report.base_as_of, report.base_snapshot_id)
        if field.as_of != report.as_of.isoformat():
            raise Http404
        return Moment(report.committee, report.as_of, report.snapshot_id)

    def get_queryset(self) -> Any:
        rows = self.moment.rows(self.field.code, self.field.tab).filter(committee_path__startswith=self.field.path)
        within = self.scope.limit.q(path="committee_path", association="association_id", authorities=())
        return rows.filter(within).select_related("committee")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            report=self.report,
            field=self.field,
            sees_all=self.scope.limit.covers(self.report.committee.path),
            **kwargs,
        )
        shown = [fact.pk for fact in context["page_obj"].object_list]
        visible = Association.objects.visible_to(self.request.user, self.today)
        context["opened"] = set(visible.filter(pk__in=shown).values_list("pk", flat=True))
        return context


class SupervisionVersions(SupervisionMixin, DetailView):
    """Changes of words: two versions beside each other, with author and time."""

    template_name = "reviews/supervision/supervision_versions.html"
    context_object_name = "report"

    def get_object(self, queryset: Any = None) -> SupervisionReport:
        if denial := can_keep(self.actor, self.report):
            raise PermissionDenied(denial.reason)
        return self.report

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.report.versions.select_related("written_by").order_by("-number"))
        by_number = {str(version.number): version for version in versions}
        later = by_number.get(self.request.GET.get("to", "")) or (versions[0] if versions else None)
        default = str(later.number - 1) if later else ""
        earlier = by_number.get(self.request.GET.get("from", default))
        return super().get_context_data(
            versions=versions,
            later=later,
            earlier=earlier,
            changes=changes_between(self.content, earlier, later) if earlier and later else [],
            may_restore=may(self.report.status, "edit"),
            **kwargs,
        )


def supervision_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out a file: of an issued report the stored one, of a draft one made for this reader. Every download is logged."""
    refuse_others(request, *COMMITTEE_ROLES)
    report = get_object_or_404(
        SupervisionReport.objects.visible_to(request.user).select_related("committee"), pk=pk, version__gt=0
    )
    if kind not in DocumentKind.values:
        raise Http404
    user = signed_in(request)
    if kind == DocumentKind.ANNEX and (denial := can_read_names(user, report)):
        raise PermissionDenied(denial.reason)
    content_type = WORD_TYPE if kind == DocumentKind.TEXT else CONTENT_TYPE
    stored = report.documents.filter(kind=kind).first()
    if stored is not None:
        audit.record(user, AuditAction.EXPORT, report, file=stored.name, sha256=stored.sha256)
        with stored.file.open("rb") as file:
            return file_response(file.read(), stored.name, content_type)
    version = current_version(report)
    name = f"{version.title}（{report.get_status_display()}，第{version.number}版）"
    audit.record(user, AuditAction.EXPORT, report, file=name, version=version.number)
    if kind == DocumentKind.TEXT:
        return file_response(report_document(report, version, issued_on=None), f"{name}.docx", content_type)
    annex = annex_workbook(report, mark=watermark(user))
    return file_response(annex, f"{name}附件.xlsx", content_type)
