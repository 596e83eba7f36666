"""How states of the work cycles are shown."""

from __future__ import annotations

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
def check_badge(check: SpotCheck) -> dict[str, str]:
    """Show where a spot check stands."""
    status = CheckStatus(check.status)
    return status_badge(CHECK_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def visit_badge(visit: Visit) -> dict[str, str]:
    """Show where a visit stands."""
    status = VisitStatus(visit.status)
    return status_badge(VISIT_BADGES[status], str(status.label))
