"""Writing coverage targets: committee × indicator × due day × value, each with the document it comes from."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import transaction

from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.access import can_set_targets
from partyorgs.planning.models import CoverageTarget
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import Committee, User

_TOLD = ("committee", "indicator", "due_on", "value", "source")


@transaction.atomic
def set_target(
    *, committee: Committee, indicator: str, due_on: datetime.date, value: Decimal, source: str, actor: User
) -> CoverageTarget:
    """Set what a committee is to reach by a day. Earlier targets stay: figures of their time are judged by them."""
    refuse(can_set_targets(actor, committee))
    target = CoverageTarget(committee=committee, indicator=indicator, due_on=due_on, value=value, source=source.strip())
    _refuse_invalid(target)
    target.save(force_insert=True)
    audit.record(actor, AuditAction.CREATE, target, after=audit.state_of(target, *_TOLD))
    return target


@transaction.atomic
def change_target(
    *,
    target: CoverageTarget,
    committee: Committee,
    indicator: str,
    due_on: datetime.date,
    value: Decimal,
    source: str,
    actor: User,
) -> CoverageTarget:
    """Correct a target that was entered wrongly."""
    target = CoverageTarget.objects.select_for_update().get(pk=target.pk)
    for one in (target.committee, committee):
        refuse(can_set_targets(actor, one))
    before = audit.state_of(target, *_TOLD)
    target.committee, target.indicator, target.due_on = committee, indicator, due_on
    target.value, target.source = value, source.strip()
    _refuse_invalid(target)
    target.save()
    audit.record(actor, AuditAction.CORRECT, target, before=before, after=audit.state_of(target, *_TOLD))
    return target


@transaction.atomic
def delete_target(*, target: CoverageTarget, reason: str, actor: User) -> None:
    """Take a target back that should never have been set."""
    refuse(can_set_targets(actor, target.committee))
    audit.record(actor, AuditAction.END, target, before=audit.state_of(target, *_TOLD), reason=reason.strip())
    target.delete()


def _refuse_invalid(target: CoverageTarget) -> None:
    if target.indicator not in INDICATORS:
        raise RuleViolation("没有这项指标。", "indicator")
    if not target.source:
        raise RuleViolation("请写明目标的依据。", "source")
    refuse_invalid(target)
