"""How states of the work cycles are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import template

from portal.core.templatetags.portal import status_badge
from reviews.choices.checks import CHECK_BADGES, VISIT_BADGES, CheckStatus, VisitStatus
from reviews.choices.supervision import STATUS_BADGES, ReportStatus
from reviews.models.checks import SpotCheck
from reviews.models.checks_visits import Visit
from reviews.models.supervision import SupervisionReport

register = template.Library()


@register.inclusion_tag("components/_status_badge.html")
def report_badge(report: SupervisionReport) -> dict[str, str]:
    """Show where a supervision report stands."""
    status = ReportStatus(report.status)
    return status_badge(STATUS_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def state_badge(badges: Mapping[str, str], row: Any) -> dict[str, str]:
    """Show the state of anything with a `status`, by the badges of its states."""
    return status_badge(badges[row.status], row.get_status_display())


@register.inclusion_tag("reviews/_list_count.html", takes_context=True)
def list_count(
    context: template.Context, count: int, committee: str | int, *, tone: str = "", **narrowed: str
) -> dict[str, Any]:
    """Show a count of a round's overview with the list behind it; nothing to see behind a zero."""
    narrowed |= {"overseer": str(committee)} if committee else {}
    url = f"{context['reports_url']}?{urlencode(narrowed)}" if narrowed else context["reports_url"]
    return {"count": count, "url": url if count else "", "tone": tone if count else ""}


@register.inclusion_tag("components/_status_badge.html")
def check_badge(check: SpotCheck) -> dict[str, str]:
    """Show where a spot check stands."""
    status = CheckStatus(check.status)
    return status_badge(CHECK_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def visit_badge(visit: Visit) -> dict[str, str]:
    """Show where a visit stands."""
    status = VisitStatus(visit.status)
    return status_badge(VISIT_BADGES[status], str(status.label))
