"""Associations: registered, described, corrected, moved to another committee, deregistered."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_give_to, can_register, can_write
from associations.models import Association, CharterClause, Decoupling, Oversight
from portal.core import audit
from portal.core.changes import correct_row, make_statement
from portal.core.choices import AuditAction
from portal.core.dated import Stated
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import Committee, User

DESCRIPTIVE = (
    "kind",
    "region",
    "industry",
    "competent_authority",
    "industry_authority",
    "registration_authority",
    "grade",
    "note",
)
CORRECTABLE = ("name", "uscc", "registered_on", "deregistered_on", "deregistration_reason")


@transaction.atomic
def register_association(
    *,
    actor: User,
    uscc: str,
    name: str,
    kind: str,
    registered_on: datetime.date,
    committee: Committee,
    charter_clause: bool | None = None,
    decoupled: bool | None = None,
    **described: Any,
) -> Association:
    """Enter an association with its first oversight; clause and decoupling are stated too where they are known.

    What is stated here holds from the registration on (domain.md, "Reading a ledger"). `described` are the fields of
    `DESCRIPTIVE`.
    """
    refuse(can_register(actor))
    refuse(can_give_to(actor, committee))
    association = Association(uscc=uscc, name=name, kind=kind, registered_on=registered_on, **described)
    refuse_invalid(association)
    association.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        association,
        what="协会商会",
        after=audit.state_of(association, "name", "uscc", "registered_on", *DESCRIPTIVE),
    )
    stated: dict[str, Any] = {"association": association, "stated_on": registered_on}
    statements: list[Stated] = [Oversight(committee=committee, **stated)]
    if charter_clause is not None:
        statements.append(CharterClause(included=charter_clause, **stated))
    if decoupled is not None:
        statements.append(Decoupling(decoupled=decoupled, **stated))
    for statement in statements:
        make_statement(statement=statement, actor=actor, target=association)
    return association


@transaction.atomic
def edit_association(*, association: Association, actor: User, values: Mapping[str, Any]) -> Association:
    """Change what describes an association and has no date of its own: the fields of `DESCRIPTIVE`."""
    refuse(can_write(actor, association, timezone.localdate()))
    names = [name for name in DESCRIPTIVE if name in values and getattr(association, name) != values[name]]
    if not names:
        return association
    before = audit.state_of(association, *names)
    for name in names:
        setattr(association, name, values[name])
    refuse_invalid(association)
    association.save(update_fields=names)
    after = audit.state_of(association, *names)
    audit.record(actor, AuditAction.CHANGE, association, what="基本信息", before=before, after=after)
    return association


@transaction.atomic
def correct_association(
    *, association: Association, actor: User, reason: str, values: Mapping[str, Any]
) -> Association:
    """Put right a typing error in name, code or dates; an emptied deregistration date takes the deregistration back."""
    refuse(can_write(actor, association, timezone.localdate()))
    kept = {name: value for name, value in values.items() if name in CORRECTABLE}
    if "deregistered_on" in kept and kept["deregistered_on"] is None:
        kept["deregistration_reason"] = ""
    correct_row(row=association, fields=CORRECTABLE, actor=actor, reason=reason, values=kept, target=association)
    association.save(update_fields=["pinyin", "initials"])
    return association


@transaction.atomic
def deregister_association(*, association: Association, actor: User, on: datetime.date, reason: str) -> Association:
    """Take an association out of the count from `on` on; its past figures stay as they were."""
    refuse(can_write(actor, association, timezone.localdate()))
    if association.deregistered_on is not None:
        raise RuleViolation(f"该协会已于{association.deregistered_on:%Y-%m-%d}注销。", "on")
    if on < association.registered_on:
        raise RuleViolation("注销日期不能早于成立登记日期。", "on")
    association.deregistered_on, association.deregistration_reason = on, reason
    refuse_invalid(association)
    association.save(update_fields=["deregistered_on", "deregistration_reason"])
    audit.record(
        actor,
        AuditAction.END,
        association,
        what="注销",
        after=audit.state_of(association, "deregistered_on"),
        reason=reason,
    )
    return association


@transaction.atomic
def move_association(
    *, association: Association, actor: User, committee: Committee, from_date: datetime.date, reason: str
) -> Oversight:
    """Let an association answer to another committee from `from_date` on; figures of earlier days keep the old one."""
    refuse(can_write(actor, association, timezone.localdate()))
    refuse(can_give_to(actor, committee))
    if from_date <= association.registered_on:
        raise RuleViolation("调整日期应晚于成立登记日期；登记时就归口错了的，请用“更正录入错误”。", "from_date")
    oversight = Oversight(association=association, committee=committee, stated_on=from_date, reason=reason)
    try:
        make_statement(statement=oversight, actor=actor, target=association)
    except RuleViolation as refusal:
        field = "from_date" if refusal.field == "stated_on" else refusal.field
        raise RuleViolation(refusal.message, field) from refusal
    return oversight


@transaction.atomic
def move_associations(
    *,
    associations: Iterable[Association],
    actor: User,
    committee: Committee,
    from_date: datetime.date,
    reason: str,
) -> int:
    """Move many at once, all or none; those that answer to `committee` on that day already stay. Return how many moved."""
    refuse(can_give_to(actor, committee))
    moved = 0
    for association in associations:
        there = Oversight.objects.live_at(from_date).filter(association=association, committee=committee)
        if there.exists():
            continue
        try:
            move_association(
                association=association, actor=actor, committee=committee, from_date=from_date, reason=reason
            )
        except RuleViolation as refusal:
            raise RuleViolation(f"{association.name}：{refusal.message}", refusal.field) from refusal
        moved += 1
    if not moved:
        raise RuleViolation("所选协会在该日都已归口这个机构，无须调整。", "committee")
    return moved
