"""办理情况: every step of a report is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portal.core.models import User
from reviews.reports.choices import ReportVerb
from reviews.reports.models.filing import QuarterlyReport, ReportStep


def keep_step(
    *,
    report: QuarterlyReport,
    verb: ReportVerb,
    actor: User | None,
    reason: str = "",
    told: Mapping[str, Any] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> None:
    """Keep who did what with a report when and why; `told` is what stood in it where that is worth keeping."""
    ReportStep.objects.create(
        report=report,
        verb=verb,
        submission=report.submissions,
        actor=actor,
        at=timezone.now(),
        reason=reason[:400],
        told=dict(told or {}),
        explanations=dict(explanations or {}),
    )
