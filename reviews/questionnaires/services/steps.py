"""办理情况: every step of a sheet is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portal.core.models import User
from reviews.questionnaires.choices import SheetVerb
from reviews.questionnaires.models import FiledSheet


def row_beside(rows: Any, sheet: FiledSheet, **values: Any) -> Any:
    """Return an unsaved row of a sheet's `rows` (its steps, comments or attachments), whatever class and key these have."""
    return rows.model(**{rows.field.name: sheet}, **values)


def keep_step(
    *,
    sheet: FiledSheet,
    verb: SheetVerb,
    actor: User | None,
    reason: str = "",
    told: Mapping[str, Any] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> None:
    """Keep who did what with a sheet when and why; `told` is what stood in it where that is worth keeping."""
    sheet.steps.create(
        verb=verb,
        submission=sheet.submissions,
        actor=actor,
        at=timezone.now(),
        reason=reason[:400],
        told=dict(told or {}),
        explanations=dict(explanations or {}),
    )
