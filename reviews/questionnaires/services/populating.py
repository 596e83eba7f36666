"""Sheets for a whole population at once, and deadlines moved for many: the same for every cycle."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.questionnaires.choices import SheetVerb
from reviews.questionnaires.models import FiledSheet
from reviews.questionnaires.services.cycles import cycle_for
from reviews.questionnaires.services.filing import Sheet
from reviews.questionnaires.services.steps import row_beside


def write_sheets(*, draft: FiledSheet, owner: str, owners: QuerySet[Any]) -> None:
    """Write a copy of `draft` for each of `owners`, whose key goes into the field `owner`: one statement, however many they are."""
    model = type(draft)
    fields = model._meta.concrete_fields
    own = next(field for field in fields if field.name == owner)
    same = [field for field in fields if not field.primary_key and field is not own]
    quote = connection.ops.quote_name
    sql, params = owners.order_by().values(owed_by=F("pk")).query.sql_with_params()
    names = ", ".join(quote(field.column or "") for field in (*same, own))
    values = [field.get_db_prep_save(getattr(draft, field.attname), connection) for field in same]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) "  # noqa: S608 -- names of our own model
            f"SELECT {', '.join(['%s'] * len(same))}, owing.owed_by FROM ({sql}) owing",
            [*values, *params],
        )


@transaction.atomic
def extend_sheets(
    *,
    model: type[Sheet],
    sheets: Iterable[Sheet],
    due_on: datetime.date,
    today: datetime.date,
    actor: User,
    reason: str,
) -> list[Sheet]:
    """Move the deadline of sheets of one model that are still owed, one or many, for a reason. All of them or none."""
    cycle = cycle_for(model)
    refuse(cycle.can_open(actor))
    keys = [sheet.pk for sheet in sheets]
    if not reason.strip():
        raise RuleViolation("请填写延期原因。", "reason")
    if due_on < today:
        raise RuleViolation("新的截止日期不能早于今天。", "due_on")
    if not keys:
        raise RuleViolation(f"请选择要延期的{cycle.noun}。")
    rows: list[Any] = list(model._default_manager.select_for_update().filter(pk__in=keys).order_by("pk"))
    for sheet in rows:
        refuse(cycle.can_extend(actor, sheet, today))
        if due_on <= sheet.due_on:
            raise RuleViolation(f"新的截止日期须晚于原定的 {sheet.due_on:%Y-%m-%d}。", "due_on")
    _move_deadlines(rows, due_on, actor, reason.strip())
    return rows


def _move_deadlines(sheets: list[Sheet], due_on: datetime.date, actor: User, reason: str) -> None:
    """Write the new deadline of locked sheets, a step of each with the old one, and the audit."""
    now = timezone.now()
    before = {sheet.pk: sheet.due_on for sheet in sheets}
    type(sheets[0])._default_manager.filter(pk__in=before).update(due_on=due_on)
    steps = [
        row_beside(
            sheet.steps,
            sheet,
            verb=SheetVerb.EXTEND,
            actor=actor,
            at=now,
            reason=f"{before[sheet.pk]:%Y-%m-%d} 延至 {due_on:%Y-%m-%d}：{reason}"[:400],
        )
        for sheet in sheets
    ]
    sheets[0].steps.bulk_create(steps)
    for sheet in sheets:
        sheet.due_on = due_on
        audit.record(
            actor, AuditAction.CHANGE, sheet, step="延期", before=before[sheet.pk], after=due_on, reason=reason
        )
