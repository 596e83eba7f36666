"""变更记录: who changed what of one thing, by hand and by ledger, in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from portal.core import audit
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


Source = Callable[[int, int], Iterable[Entry]]
_SOURCES: list[Source] = []


def tells_changes(source: Source) -> Source:
    """Let a subject above tell what it changed about an association: it takes the association's key and how many at most."""
    _SOURCES.append(source)
    return source


def history(target: models.Model, association_id: int | None = None) -> list[Entry]:
    """Return the newest changes of `target`, and what subjects above changed about the association, newest first."""
    found = [_by_hand(entry) for entry in audit.changes_of(target)[:SHOWN]]
    if association_id is not None:
        found += [entry for source in _SOURCES for entry in source(association_id, SHOWN)]
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
