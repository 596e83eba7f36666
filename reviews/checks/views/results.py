"""Pages of a check's results: visits with findings, statistics, the published list; closing and publishing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction, Role
from portal.core.docx import WORD_TYPE
from portal.core.errors import RuleViolation
from portal.core.models import User
from portal.core.views import ScopedMixin, file_response, refuse_others, signed_in, watermark
from portal.core.xlsx import CONTENT_TYPE
from reviews.checks.access.findings import can_keep_check
from reviews.checks.choices import WITH_RESULTS, FindingStatus
from reviews.checks.docx import public_list as public_document
from reviews.checks.indicators.results import public_list
from reviews.checks.indicators.statistics import statistics
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.models.plan import SpotCheck
from reviews.checks.rules.states import CHECK
from reviews.checks.services.closing import close_check, open_visits, publish_check
from reviews.checks.xlsx import public_workbook


def checks_with_results(request: HttpRequest) -> Any:
    rows = SpotCheck.objects.visible_to(request.user).filter(status__in=WITH_RESULTS)
    return rows.select_related("committee", "version", "closed_by", "published_by")


class CheckResults(ScopedMixin, DetailView):
    """Tabs of one check: `visits` and `numbers` for whoever keeps it, `list` as it is published."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    template_name = "reviews/checks/check_results.html"
    context_object_name = "check"

    def get_queryset(self) -> Any:
        return checks_with_results(self.request)

    @cached_property
    def keeps(self) -> bool:
        return can_keep_check(self.actor, self.object) is None

    @property
    def tab(self) -> str:
        tab = self.request.GET.get("tab", "")
        if not self.keeps or tab == "list":
            return "list"
        return "numbers" if tab == "numbers" else "visits"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check, tab = self.object, self.tab
        results = public_list(check, self.today)
        return super().get_context_data(
            tab=tab,
            keeps=self.keeps,
            results=results,
            visits=self.visits() if tab == "visits" else [],
            waiting=open_visits(check) if tab == "visits" else [],
            numbers=statistics(check, self.today) if tab == "numbers" else None,
            can_close=self.keeps and CHECK.may(check.status, "close"),
            can_publish=self.keeps and CHECK.may(check.status, "publish"),
            can_raise=self.keeps and check.takes_findings,
            **kwargs,
        )

    def visits(self) -> list[dict[str, Any]]:
        """Return each visit with its findings and its notice; three queries, whatever their number."""
        check = self.object
        findings: dict[int, list[Finding]] = {}
        rows = Finding.objects.visible_to(self.request.user, self.today).filter(visit__spot_check=check)
        for finding in rows.order_by("pk"):
            findings.setdefault(finding.visit_id, []).append(finding)
        seen = RectificationNotice.objects.visible_to(self.request.user, self.today).filter(spot_check=check)
        notices = {notice.association_id: notice for notice in seen}
        visits = check.visits.select_related("association").order_by("association__pinyin", "pk")
        return [
            {
                "visit": visit,
                "findings": findings.get(visit.pk, []),
                "notice": notices.get(visit.association_id),
                "waits": any(each.status == FindingStatus.RAISED for each in findings.get(visit.pk, []))
                and visit.association_id not in notices,
            }
            for visit in visits
        ]


def check_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out the result list as a Word or an Excel file. Every download is logged."""
    refuse_others(request, *COMMITTEE_ROLES)
    check = get_object_or_404(checks_with_results(request), pk=pk)
    if kind not in {"word", "excel"}:
        raise Http404
    user, now = signed_in(request), timezone.now()
    results = public_list(check, timezone.localdate())
    name = f"{check.name}结果.{'docx' if kind == 'word' else 'xlsx'}"
    audit.record(user, AuditAction.EXPORT, check, file=name)
    if kind == "word":
        return file_response(public_document(results, created=now), name, WORD_TYPE)
    return file_response(public_workbook(results, mark=watermark(user), created=now), name, CONTENT_TYPE)


@require_POST
def check_close(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, close_check, "检查已结束。处理完全部问题后即可公布结果。")


@require_POST
def check_publish(request: HttpRequest, pk: int) -> HttpResponse:
    return _turn(request, pk, publish_check, "检查结果已公布。")


def _turn(request: HttpRequest, pk: int, verb: Callable[..., SpotCheck], done: str) -> HttpResponse:
    refuse_others(request, *COMMITTEE_ROLES)
    check = get_object_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    actor: User = signed_in(request)
    try:
        verb(check=check, actor=actor)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("reviews:check-results", check.pk)
