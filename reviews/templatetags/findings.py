"""How findings are shown."""

from __future__ import annotations

import datetime

from django import template

from portal.core.templatetags.portal import status_badge
from reviews.choices.checks import CHECK_BADGES, FINDING_BADGES, VISIT_BADGES, CheckStatus, FindingStatus, VisitStatus
from reviews.choices.templates import ItemSeverity
from reviews.models.checks import SpotCheck
from reviews.models.checks_findings import Finding
from reviews.models.checks_visits import Visit

register = template.Library()
_SEVERITY_BADGES = {ItemSeverity.MINOR: "none", ItemSeverity.MAJOR: "warn", ItemSeverity.SEVERE: "bad"}


@register.inclusion_tag("components/_status_badge.html")
def finding_badge(finding: Finding) -> dict[str, str]:
    """Show where a finding stands."""
    status = FindingStatus(finding.status)
    return status_badge(FINDING_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def severity_badge(finding: Finding) -> dict[str, str]:
    """Show how grave a finding is."""
    severity = ItemSeverity(finding.severity)
    return status_badge(_SEVERITY_BADGES[severity], str(severity.label))


@register.inclusion_tag("components/_status_badge.html")
def overdue_badge(finding: Finding, today: datetime.date) -> dict[str, str]:
    """Show by how many days something is over; to be asked only of what is."""
    days = (today - finding.due_on).days if finding.due_on else 0
    return status_badge("overdue", f"逾期 {days} 天")


@register.filter
def is_overdue(finding: Finding, today: datetime.date) -> bool:
    return finding.is_overdue(today)


@register.inclusion_tag("components/_status_badge.html")
def check_status_badge(check: SpotCheck) -> dict[str, str]:
    """Show where a check stands."""
    status = CheckStatus(check.status)
    return status_badge(CHECK_BADGES[status], str(status.label))


@register.inclusion_tag("components/_status_badge.html")
def visit_status_badge(visit: Visit) -> dict[str, str]:
    """Show whether a visit was made."""
    status = VisitStatus(visit.status)
    return status_badge(VISIT_BADGES[status], str(status.label))
