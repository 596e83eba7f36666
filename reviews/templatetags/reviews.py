"""How states of the work cycles are shown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db import models

from portal.core.templatetags.portal import status_badge
from reviews.checks.choices import CHECK_BADGES, FINDING_BADGES, VISIT_BADGES
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.questionnaires.choices import SHEET_BADGES
from reviews.questionnaires.choices import STATUS_BADGES as VERSION_BADGES
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.reports.choices import CHANGE_BADGES, DIFFICULTY_BADGES, ROUND_BADGES
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import Difficulty, PostChange
from reviews.supervision.choices import STATUS_BADGES as SUPERVISION_BADGES
from reviews.supervision.models import SupervisionReport

register = template.Library()

BADGES: dict[type[models.Model], Mapping[Any, str]] = {
    Difficulty: DIFFICULTY_BADGES,
    Finding: FINDING_BADGES,
    PostChange: CHANGE_BADGES,
    QuarterlyReport: SHEET_BADGES,
    ReportRound: ROUND_BADGES,
    SpotCheck: CHECK_BADGES,
    SupervisionReport: SUPERVISION_BADGES,
    QuestionnaireVersion: VERSION_BADGES,
    Visit: VISIT_BADGES,
}


@register.inclusion_tag("components/_status_badge.html")
def state_badge(row: Any) -> dict[str, str]:
    """Show where anything with a `status` stands, by the badges of its states."""
    return status_badge(BADGES[type(row)][row.status], row.get_status_display())


@register.inclusion_tag("components/_status_badge.html")
def lateness_badge(report: QuarterlyReport, today: datetime.date) -> dict[str, str]:
    """Show how a quarterly report stands against its deadline: 按时, 迟报 3 天, 逾期 20 天, 还剩 5 天."""
    stands = report.punctuality(today)
    return status_badge(stands.badge, stands.words)


@register.inclusion_tag("reviews/reports/_list_count.html", takes_context=True)
def list_count(
    context: template.Context, count: int, committee: str | int, *, tone: str = "", **narrowed: str
) -> dict[str, Any]:
    """Show a count of a round's overview with the list behind it; nothing to see behind a zero."""
    narrowed |= {"overseer": str(committee)} if committee else {}
    url = f"{context['reports_url']}?{urlencode(narrowed)}" if narrowed else context["reports_url"]
    return {"count": count, "url": url if count else "", "tone": tone if count else ""}
