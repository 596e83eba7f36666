"""How findings are shown."""

from __future__ import annotations

import datetime

from django import template

from portal.core.templatetags.portal import status_badge
from reviews.checks.models.findings import Finding
from reviews.questionnaires.choices import ItemSeverity

register = template.Library()
_SEVERITY_BADGES = {ItemSeverity.MINOR: "none", ItemSeverity.MAJOR: "warn", ItemSeverity.SEVERE: "bad"}


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
