"""Headcounts: figures of one association as of a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write
from associations.models import Association, Headcount
from portal.core import audit
from portal.core.changes import correct_row
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User

FIGURES = ("formal", "probationary", "staff", "member_firms")


@transaction.atomic
def record_headcount(
    *,
    association: Association,
    actor: User,
    as_of: datetime.date,
    source: str,
    formal: int | None = None,
    probationary: int | None = None,
    staff: int | None = None,
    member_firms: int | None = None,
) -> Headcount:
    """Record figures as of a day; earlier days keep theirs. A day has one row: a second one is a correction."""
    refuse(can_write(actor, association, timezone.localdate()))
    headcount = Headcount(
        association=association,
        as_of=as_of,
        formal=formal,
        probationary=probationary,
        staff=staff,
        member_firms=member_firms,
        source=source,
    )
    if all(getattr(headcount, name) is None for name in FIGURES):
        raise RuleViolation("请至少填写一项人数。", "formal")
    if Headcount.objects.filter(association=association, as_of=as_of).exists():
        raise RuleViolation("该日已有人数记录。录入有误的，请用“更正录入错误”。", "as_of")
    refuse_invalid(headcount)
    headcount.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        association,
        what="党员与从业人员数",
        row=headcount.pk,
        after=audit.state_of(headcount, "as_of", *FIGURES, "source"),
    )
    return headcount


def correct_headcount(*, headcount: Headcount, actor: User, reason: str, values: Mapping[str, Any]) -> Headcount:
    """Put right mistyped figures or their day; every figure computed for those days follows."""
    refuse(can_write(actor, headcount.association, timezone.localdate()))
    fields = ("as_of", *FIGURES, "source")
    correct_row(row=headcount, fields=fields, actor=actor, reason=reason, values=values, target=headcount.association)
    return headcount
