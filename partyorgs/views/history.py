"""变更记录: who changed what of one thing, by hand and by ledger, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from partyorgs.facts import ledger_changes_of
from partyorgs.models import LedgerChange
from portal.core import audit
from portal.core.dated import Stated
from portal.core.models import AuditEntry

SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """One change: `values` are label, before, after."""

    at: datetime.datetime
    who: str
    action: str
    what: str
    values: tuple[tuple[str, str, str], ...]
    reason: str = ""
    source: str = ""


def history(target: models.Model, association_id: int | None = None) -> list[Entry]:
    """Return the newest changes of `target`, and of ledgers to the association, newest first."""
    found = [_by_hand(entry) for entry in audit.changes_of(target)[:SHOWN]]
    if association_id is not None:
        found += _by_ledger(association_id)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:SHOWN]


def _by_hand(entry: AuditEntry) -> Entry:
    before, after = entry.data.get("before") or {}, entry.data.get("after") or {}
    values = tuple(
        (label, _said(before.get(label)), _said(after.get(label)))
        for label in {**before, **after}
        if before.get(label) or after.get(label) not in (None, "")
    )
    return Entry(
        at=entry.at,
        who=entry.actor_name,
        action=str(entry.get_action_display()),
        what=entry.data.get("about") or entry.data.get("what") or entry.target_name,
        values=values,
        reason=entry.data.get("reason") or "",
    )


def _said(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


def _by_ledger(association_id: int) -> list[Entry]:
    changes = list(ledger_changes_of(association_id)[:SHOWN])
    names = _names_of(changes)
    return [
        Entry(
            at=change.upload.applied_at or change.upload.uploaded_at or timezone.now(),
            who=change.upload.uploaded_by.name if change.upload.uploaded_by else "系统",
            action=str(change.get_verb_display()),
            what=str(apps.get_model(change.model)._meta.verbose_name),
            values=tuple(_values(change, names)),
            source=f"台账《{change.upload.file_name}》{change.cell}",
        )
        for change in changes
    ]


def _fields(change: LedgerChange) -> Iterable[models.Field[Any, Any]]:
    """Return what a reader wants to see of a row: neither keys made for sorting nor spans that follow from statements."""
    model = apps.get_model(change.model)
    spans = {"begins_on", "ends_on"} if issubclass(model, Stated) else set()
    told = {**change.before, **change.after}
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.editable and field.attname in told and field.attname not in spans
    ]


def _names_of(changes: Iterable[LedgerChange]) -> dict[tuple[Any, Any], str]:
    """Return the names behind the foreign keys of all changes, one query for each kind of row."""
    keys: dict[Any, set[Any]] = {}
    for change in changes:
        for field in _fields(change):
            if field.related_model:
                values = (change.before.get(field.attname), change.after.get(field.attname))
                keys.setdefault(field.related_model, set()).update(value for value in values if value is not None)
    return {
        (model, pk): str(row)
        for model, wanted in keys.items()
        for pk, row in model._meta.default_manager.in_bulk(wanted).items()
    }


def _values(change: LedgerChange, names: dict[tuple[Any, Any], str]) -> Iterable[tuple[str, str, str]]:
    for field in _fields(change):
        before, after = (_shown(field, told.get(field.attname), names) for told in (change.before, change.after))
        if before != after:
            yield str(field.verbose_name), before, after


def _shown(field: models.Field[Any, Any], value: Any, names: dict[tuple[Any, Any], str]) -> str:
    if value in (None, ""):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if field.related_model:
        return names.get((field.related_model, value), "—")
    return str(dict(field.flatchoices).get(value, value))
