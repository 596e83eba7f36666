"""变更记录: what imports changed about an association, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from partyorgs.ledgers.facts import ledger_changes_of
from partyorgs.ledgers.models import LedgerChange
from partyorgs.organizations.views.history import Entry, tells_changes
from portal.core.dated import Stated


@tells_changes
def changes_by_ledger(association_id: int, most: int) -> list[Entry]:
    """Return the newest changes that imports made to an association's rows, at most so many."""
    changes = list(ledger_changes_of(association_id)[:most])
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
    columns = {**change.before, **change.after}
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.editable and field.attname in columns and field.attname not in spans
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
        before, after = (_shown(field, side.get(field.attname), names) for side in (change.before, change.after))
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
