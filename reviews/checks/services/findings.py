"""Findings before their notice: raised by hand, worded, dropped with a reason, marked where they repeat others.

Findings by items of the check list are raised when the visit is finished (raising.py).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User
from reviews.checks.access.findings import can_keep_check
from reviews.checks.choices import VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit
from reviews.checks.rules.repeats import DatedFinding, repeats_of
from reviews.checks.rules.states import next_finding

# Codes of items are their check list's own: the same code in another list is another thing.
_QUESTIONNAIRE = F("visit__spot_check__version__questionnaire")
WORDING = ("title", "severity", "detail", "basis", "demand")


@transaction.atomic
def raise_finding(
    *,
    visit: Visit,
    actor: User,
    today: datetime.date,
    title: str,
    severity: str,
    detail: str = "",
    basis: str = "",
    demand: str = "",
) -> Finding:
    """Raise a finding outside the items of the check list. Raises RuleViolation once the result is published."""
    visit = Visit.objects.select_related("spot_check__committee", "association").get(pk=visit.pk)
    _refuse_unkept(visit, actor)
    if visit.status not in {VisitStatus.OPEN, VisitStatus.DONE}:
        raise RuleViolation("该协会没有检查，不能登记问题。")
    finding = Finding(
        visit=visit,
        association=visit.association,
        title=title.strip(),
        severity=severity,
        detail=detail.strip(),
        basis=basis.strip(),
        demand=demand.strip(),
        found_on=today,
        found_by=actor,
    )
    refuse_invalid(finding)
    finding.save()
    audit.record(actor, AuditAction.CREATE, finding, **audit.state_of(finding, "association", "visit", *WORDING))
    return finding


@transaction.atomic
def edit_finding(*, finding: Finding, actor: User, **wording: str) -> Finding:
    """Change the wording of a finding before its notice; the item it belongs to stays."""
    finding = locked_finding(finding)
    _refuse_unkept(finding.visit, actor)
    next_finding(finding.status, "edit")
    before = audit.state_of(finding, *WORDING)
    for name in WORDING:
        setattr(finding, name, wording.get(name, getattr(finding, name)).strip())
    refuse_invalid(finding)
    finding.save(update_fields=WORDING)
    audit.record(actor, AuditAction.CHANGE, finding, before=before, after=audit.state_of(finding, *WORDING))
    return finding


@transaction.atomic
def drop_finding(*, finding: Finding, actor: User, reason: str) -> Finding:
    """不予认定, with the reason. A finding that repeated the dropped one is judged again."""
    finding = locked_finding(finding)
    _refuse_unkept(finding.visit, actor)
    finding.status = next_finding(finding.status, "drop")
    if not reason.strip():
        raise RuleViolation("请写明不予认定的原因。", "reason")
    finding.drop_reason, finding.repeats = reason.strip(), None
    refuse_invalid(finding)
    finding.save(update_fields=["status", "drop_reason", "repeats"])
    mark_repeats(findings=[finding])
    audit.record(actor, AuditAction.CHANGE, finding, step="不予认定", reason=finding.drop_reason)
    return finding


@transaction.atomic
def mark_repeats(*, findings: Iterable[Finding]) -> int:
    """Mark for the items of these findings, at their associations, which finding repeats which. Return how many repeat one.

    All findings of those items are judged anew: one entered late may stand between two others. Call it in the transaction that creates
    findings. Its result is derived from them, so it leaves no entry in the audit log.
    """
    findings = list(findings)
    given = [(finding.association_id, finding.item) for finding in findings if finding.item]
    if not given:
        return 0
    rows = Finding.objects.counted().filter(
        association__in={association for association, _ in given}, item__in={item for _, item in given}
    )
    standing = list(rows.annotate(questionnaire=_QUESTIONNAIRE).order_by("pk"))
    repeated = repeats_of(
        DatedFinding(row.pk, row.association_id, (row.questionnaire, row.item), row.found_on) for row in standing
    )
    changed = [row for row in standing if row.repeats_id != repeated[row.pk]]
    for row in changed:
        row.repeats_id = repeated[row.pk]
    Finding.objects.bulk_update(changed, ["repeats"])
    keys = {finding.pk for finding in findings}
    return sum(1 for key, before in repeated.items() if key in keys and before is not None)


def locked_finding(finding: Finding) -> Finding:
    """Return the finding as it stands, locked until the transaction ends."""
    rows = Finding.objects.select_for_update(of=("self",))
    return rows.select_related("association", "notice", "visit__spot_check__committee").get(pk=finding.pk)


def _refuse_unkept(visit: Visit, actor: User) -> None:
    refuse(can_keep_check(actor, visit.spot_check))
    if not visit.spot_check.takes_findings:
        raise RuleViolation(f"抽查{visit.spot_check.get_status_display()}，不能登记或者更改问题。")
