"""How quarterly reports are shown to whoever files them."""

from __future__ import annotations

import datetime

from django import template

from portal.core.templatetags.portal import status_badge
from reviews.choices.reports import REPORT_BADGES, QuarterlyStatus
from reviews.models.reports import QuarterlyReport

register = template.Library()


@register.inclusion_tag("components/_status_badge.html")
def quarterly_badge(report: QuarterlyReport) -> dict[str, str]:
    """Show where a quarterly report stands."""
    status = QuarterlyStatus(report.status)
    return status_badge(REPORT_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def lateness_badge(report: QuarterlyReport, today: datetime.date) -> dict[str, str]:
    """Show how a quarterly report stands against its deadline: 按时, 迟报 3 天, 逾期 20 天, 还剩 5 天."""
    stands = report.punctuality(today)
    return status_badge(stands.badge, stands.words)
