"""Reading findings: the list, one finding with its history and what can be done next, evidence and notices as files."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import DetailView

from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction, Role
from portal.core.docx import WORD_TYPE
from portal.core.models import User
from portal.core.navigation import entry_count
from portal.core.views import FilteredListView, ScopedMixin, file_response, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.checks.access.findings import FINDING_READERS, can_decide_extension, can_keep_check, can_recheck, can_reply
from reviews.checks.choices import ExtensionStatus
from reviews.checks.filters.findings import FindingFilter
from reviews.checks.forms.findings import ExtensionDecisionForm, ExtensionForm, RecheckForm, ReplyForm
from reviews.checks.models.findings import Finding, FindingEvidence, RectificationNotice
from reviews.checks.models.visits import Visit
from reviews.checks.rules.states import FINDING
from reviews.checks.services.reminders import owed_by
from reviews.checks.views.finding_steps import steps_of

_ANY_FILE = "application/octet-stream"  # no browser opens an uploaded file: it is saved


@entry_count("reviews:finding-list")
def findings_owed(user: User) -> int:
    """Return how many findings wait for a secretary's answer; others see their numbers on their first page."""
    return owed_by(user, timezone.localdate())


class FindingList(FilteredListView):
    roles = FINDING_READERS
    model = Finding
    filterset_class = FindingFilter
    template_name = "reviews/checks/finding_list.html"
    title = "整改"
    sorts = {
        "found": "found_on",
        "due": "due_on",
        "association": "association__pinyin",
        "severity": "gravity",
    }
    default_sort = "-found"
    columns = (
        Column("协会名称", lambda finding: finding.association.name, 34),
        Column("统一社会信用代码", lambda finding: finding.association.uscc, 22),
        Column("问题", lambda finding: finding.title, 40, wraps=True),
        Column("具体情况", lambda finding: finding.detail, 50, wraps=True),
        Column("严重程度", lambda finding: finding.get_severity_display()),
        Column("依据", lambda finding: finding.basis, 34, wraps=True),
        Column("抽查", lambda finding: finding.visit.spot_check.name, 30),
        Column("发现日期", lambda finding: finding.found_on),
        Column("状态", lambda finding: finding.get_status_display()),
        Column("整改期限", lambda finding: finding.due_on),
        Column("销号日期", lambda finding: finding.closed_on),
        Column("是否逾期", lambda finding: "是" if finding.is_overdue(timezone.localdate()) else "否"),
        Column("反复出现", lambda finding: "是" if finding.repeats_id else "否"),
    )

    def get_queryset(self) -> QuerySet[Finding]:
        rows = Finding.objects.visible_to(self.request.user, self.today)
        return rows.select_related("association", "visit__spot_check").with_gravity()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(answers=not self.scope.has(*COMMITTEE_ROLES), **kwargs)


class FindingMixin(ScopedMixin):
    """A page about one finding out of those that the reader sees."""

    roles: ClassVar[tuple[Role, ...]] = FINDING_READERS
    kwargs: dict[str, Any]

    @cached_property
    def finding(self) -> Finding:
        rows = Finding.objects.visible_to(self.request.user, self.today)
        related = (
            "association",
            "visit__spot_check__committee",
            "visit__spot_check__version",
            "notice",
            "repeats__visit__spot_check",
            "found_by",
            "closed_by",
        )
        return get_object_or_404(rows.select_related(*related), pk=self.kwargs["pk"])


class FindingDetail(FindingMixin, DetailView):
    """One finding: its facts and deadline, its history, and the acts open to this reader.

    The writing pages are this page with their own form bound, so that a refusal loses no input.
    """

    template_name = "reviews/checks/finding_detail.html"
    context_object_name = "finding"

    def get_object(self, queryset: Any = None) -> Finding:
        return self.finding

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        finding, user = self.finding, self.actor
        check = finding.visit.spot_check
        replies = list(finding.replies.order_by("pk"))
        extension = (
            finding.extensions.filter(status=ExtensionStatus.ASKED).select_related("asked_by", "finding").first()
        )
        oversees = self.scope.has(*COMMITTEE_ROLES)
        answers = can_reply(user, finding) is None
        waits = FINDING.may(finding.status, "pass")
        keeps = oversees and can_keep_check(user, check) is None
        context = {
            "oversees": oversees,
            "steps": steps_of(finding, names=oversees),
            "can_read_visit": oversees and self._visit_is_readable(),
            "item": check.version.parts.item(finding.item) if finding.item else None,
            "waiting_evidence": list(finding.evidence.filter(reply=None)) if answers else [],
            "can_answer": answers and FINDING.may(finding.status, "reply"),
            "can_extend": answers and FINDING.may(finding.status, "extend") and extension is None,
            "recheck_denial": can_recheck(user, finding) if oversees and waits else None,
            "can_look": oversees and waits and can_recheck(user, finding) is None,
            "extension": extension if FINDING.may(finding.status, "extend") else None,
            "decision_denial": can_decide_extension(user, extension) if oversees and extension else None,
            "can_change": keeps and check.takes_findings and FINDING.may(finding.status, "edit"),
            "can_notice": keeps and FINDING.may(finding.status, "notice"),
            "reply_form": ReplyForm(),
            "recheck_form": RecheckForm(initial={"seen_reply": replies[-1].pk if replies else None}),
            "extension_form": ExtensionForm(),
            "decision_form": ExtensionDecisionForm(),
            "refused_files": [],
        }
        return super().get_context_data(**{**context, **kwargs})

    def _visit_is_readable(self) -> bool:
        visible = Visit.objects.visible_to(self.request.user).filter(pk=self.finding.visit_id)
        return visible.readable_by(self.request.user, self.today).exists()


def finding_evidence(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    """Hand out a file of evidence. Every download is logged."""
    refuse_others(request, *FINDING_READERS)
    rows = FindingEvidence.objects.visible_to(request.user, timezone.localdate()).select_related("finding")
    evidence = get_object_or_404(rows, finding=pk, key=key)
    audit.record(signed_in(request), AuditAction.EXPORT, evidence.finding, file=evidence.name, sha256=evidence.sha256)
    with evidence.file.open("rb") as file:
        return file_response(file.read(), evidence.name, _ANY_FILE)


def notice_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out 整改通知 as it was issued. Every download is logged."""
    refuse_others(request, *FINDING_READERS)
    notice = get_object_or_404(RectificationNotice.objects.visible_to(request.user, timezone.localdate()), pk=pk)
    audit.record(signed_in(request), AuditAction.EXPORT, notice, file=notice.name, sha256=notice.sha256)
    with notice.file.open("rb") as file:
        return file_response(file.read(), notice.name, WORD_TYPE)
