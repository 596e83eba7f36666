"""The end of a check: closed once every visit is done or excused, then its results published. Findings go on after it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.checks.access.findings import can_keep_check
from reviews.checks.choices import FindingStatus, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.rules.states import next_check
from reviews.checks.services.plan import locked_check

_NAMED = 5  # of open visits in the sentence; the page lists them all


@transaction.atomic
def close_check(*, check: SpotCheck, actor: User) -> SpotCheck:
    """End a check. Raises RuleViolation naming the visits that are neither done nor excused."""
    check = _locked(check, actor)
    status = next_check(check.status, "close")
    if waiting := open_visits(check):
        names = "、".join(waiting[:_NAMED])
        more = "等" if len(waiting) > _NAMED else ""
        raise RuleViolation(f"还有 {len(waiting)} 家没有检查，也没有登记未检查的原因：{names}{more}。")
    check.status, check.closed_by, check.closed_at = status, actor, timezone.now()
    check.save(update_fields=["status", "closed_by", "closed_at"])
    audit.record(actor, AuditAction.END, check, step="结束检查", visits=check.visits.count())
    return check


@transaction.atomic
def publish_check(*, check: SpotCheck, actor: User) -> SpotCheck:
    """Publish the result list to all below. Raises RuleViolation while a finding is neither noticed nor dropped."""
    check = _locked(check, actor)
    status = next_check(check.status, "publish")
    raised = Finding.objects.filter(visit__spot_check=check, status=FindingStatus.RAISED)
    if waiting := raised.count():
        raise RuleViolation(f"还有 {waiting} 项问题没有下达整改，也没有不予认定，请先处理。")
    check.status, check.published_by, check.published_at = status, actor, timezone.now()
    check.save(update_fields=["status", "published_by", "published_at"])
    audit.record(actor, AuditAction.CHANGE, check, step="公布结果")
    return check


def open_visits(check: SpotCheck) -> list[str]:
    """Return the names of the associations whose visit is neither done nor excused."""
    visits = check.visits.exclude(status__in=(VisitStatus.DONE, VisitStatus.EXCUSED))
    return list(visits.order_by("association__pinyin", "pk").values_list("association__name", flat=True))


def _locked(check: SpotCheck, actor: User) -> SpotCheck:
    check = locked_check(check)
    refuse(can_keep_check(actor, check))
    return check
