"""Headcounts: figures of one association as of a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from associations.models import Association, Headcount
from associations.services.statements import correct_row
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse_invalid
from portal.core.models import User

FIGURES = ("formal", "probationary", "staff", "member_firms")


@transaction.atomic
def record_headcount(
    *,
    association: Association,
    actor: User | None,
    as_of: datetime.date,
    source: str,
    formal: int | None = None,
    probationary: int | None = None,
    staff: int | None = None,
    member_firms: int | None = None,
) -> Headcount:
    """Record figures as of a day; earlier days keep theirs. A day has one row: a second one is a correction."""
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
    correct_row(row=headcount, actor=actor, reason=reason, values=values, target=headcount.association)
    return headcount
