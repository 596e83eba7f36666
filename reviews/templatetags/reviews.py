"""How states of the work cycles are shown."""

from __future__ import annotations

from django import template

from portal.core.templatetags.portal import status_badge
from reviews.choices.supervision import STATUS_BADGES, ReportStatus
from reviews.models.supervision import SupervisionReport

register = template.Library()


@register.inclusion_tag("components/_status_badge.html")
def report_badge(report: SupervisionReport) -> dict[str, str]:
    """Show where a supervision report stands."""
    status = ReportStatus(report.status)
    return status_badge(STATUS_BADGES[status], str(status.label))
