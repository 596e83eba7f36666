"""Dated rows stated, corrected and ended, each with its entry in the change log: the mechanics under the services.

They ask nobody for rights: the services that call them do, each by its own verb (a house test holds that nobody else calls).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.dated import Dated, Stated, settle, value_at
from portal.core.errors import RuleViolation, refuse_invalid
from portal.core.models import User


def owner_field(statement: type[Stated]) -> str:
    """Return the name of the relation to the thing that a kind of statement is about: its first foreign key."""
    return next(field.name for field in statement._meta.concrete_fields if isinstance(field, models.ForeignKey))


def value_field(statement: type[Stated]) -> str:
    """Return the name of the field that says what holds: the last one of the model."""
    return statement._meta.concrete_fields[-1].name


def _all_about(statement: Stated) -> models.QuerySet[Stated]:
    owner = owner_field(type(statement))
    rows: models.QuerySet[Stated] = type(statement).objects.filter(**{owner: getattr(statement, owner)})
    return rows


@transaction.atomic
def make_statement(*, statement: Stated, actor: User, target: models.Model) -> Stated:
    """Write an unsaved statement and work out all spans anew; what already holds on that day needs no second row.

    `target` is in whose change log the statement appears. Raises RuleViolation where the day has a statement already, or
    the same is said to hold already.
    """
    value = value_field(type(statement))
    name = str(statement._meta.verbose_name)
    others = list(_all_about(statement).order_by("stated_on"))
    if any(other.stated_on == statement.stated_on for other in others):
        raise RuleViolation(
            f"{statement.stated_on:%Y-%m-%d}的{name}已有记录。录入有误的，请用“更正录入错误”。", "stated_on"
        )
    held = value_at([(other.stated_on, getattr(other, value)) for other in others], statement.stated_on)
    if others and held == getattr(statement, value):
        raise RuleViolation(f"{statement.stated_on:%Y-%m-%d}的{name}与已有记录相同，无须登记变更。", value)
    refuse_invalid(statement)
    statement.save(force_insert=True)
    settle(_all_about(statement))
    audit.record(
        actor,
        AuditAction.CHANGE if others else AuditAction.CREATE,
        target,
        what=name,
        row=statement.pk,
        before=audit.state_of(_with(statement, value, held), value) if others else {},
        after=audit.state_of(statement, value, "stated_on"),
        reason=statement.reason,
    )
    return statement


def _with(statement: Stated, name: str, value: Any) -> Stated:
    earlier = type(statement)(**{owner_field(type(statement)): getattr(statement, owner_field(type(statement)))})
    setattr(earlier, name, value)
    return earlier


@transaction.atomic
def correct_stated(
    *, statement: Stated, actor: User, reason: str, values: Mapping[str, Any], target: models.Model
) -> None:
    """Put right what was mistyped in a statement: it holds from the corrected day as if it had been said so at once."""
    fields = ("stated_on", value_field(type(statement)))
    correct_row(row=statement, fields=fields, actor=actor, reason=reason, values=values, target=target)
    settle(_all_about(statement))


@transaction.atomic
def correct_row(
    *,
    row: models.Model,
    fields: Collection[str],
    actor: User,
    reason: str,
    values: Mapping[str, Any],
    target: models.Model,
) -> None:
    """Overwrite mistyped fields of any row; the log keeps what stood there before, and why it was wrong.

    `fields` are those that may be corrected: whose a row is, is none of them, for the rights were asked about its owner.
    """
    if others := set(values).difference(fields):
        message = f"not to be corrected: {sorted(others)}"
        raise ValueError(message)
    if not reason.strip():
        raise RuleViolation("请写明更正的原因。", "reason")
    names = [name for name, value in values.items() if getattr(row, name) != value]
    if not names:
        raise RuleViolation("没有改动任何内容，无须更正。")
    before = audit.state_of(row, *names)
    for name in names:
        setattr(row, name, values[name])
    refuse_invalid(row)
    row.save(update_fields=names)
    audit.record(
        actor,
        AuditAction.CORRECT,
        target,
        what=str(row._meta.verbose_name),
        row=row.pk,
        about=str(row) if row != target else "",
        before=before,
        after=audit.state_of(row, *names),
        reason=reason,
    )


@transaction.atomic
def end_fact(*, fact: Dated, actor: User, on: datetime.date, reason: str, target: models.Model) -> None:
    """End any dated fact, once, not before it began; `target` is in whose change log it appears."""
    if fact.ends_on is not None:
        raise RuleViolation(f"已于{fact.ends_on:%Y-%m-%d}终止。日期有误的，请用“更正录入错误”。", "on")
    if on < fact.begins_on:
        raise RuleViolation(f"终止日期不能早于开始日期{fact.begins_on:%Y-%m-%d}。", "on")
    fact.ends_on, fact.end_reason = on, reason
    fact.save(update_fields=["ends_on", "end_reason"])
    audit.record(
        actor,
        AuditAction.END,
        target,
        what=str(fact._meta.verbose_name),
        row=fact.pk,
        about=str(fact),
        after=audit.state_of(fact, "ends_on"),
        reason=reason,
    )
