"""Quarterly reports and organization life on an association's time line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from associations.models import Association
from partyorgs.organizations.views.timeline import Event, tells_of_associations
from portal.core.models import User
from portal.core.quarters import Quarter
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import OrganizationLife
from reviews.reports.rules.life import LIFE


@tells_of_associations
def report_events(association: Association, user: User, today: datetime.date) -> Iterator[Event]:
    """Tell when each report was handed in and approved, which was never, and what organization life it told."""
    reports = QuarterlyReport.objects.visible_to(user, today).counted().filter(association=association)
    for report in reports.select_related("organization_life"):
        name = f"{report.quarter}季报"
        lateness = report.punctuality(today)
        if report.submitted_on:
            yield Event(
                report.submitted_on,
                "季报",
                f"{name}{lateness.words}报送" if not lateness.days else f"{name}报送，{lateness.words}",
            )
        elif report.due_on < today:
            yield Event(report.due_on, "季报", f"{name}到期未报送，{lateness.words}")
        if report.approved_on:
            yield Event(report.approved_on, "季报", f"{name}审核通过")
        if life := getattr(report, "organization_life", None):
            yield Event(life.quarter_end, "组织生活", f"{Quarter.of(life.quarter_end)}{words_of(life)}")


def words_of(life: OrganizationLife) -> str:
    """Tell the meetings of a quarter and what fell short."""
    labels = {code: str(OrganizationLife._meta.get_field(code).verbose_name) for code in LIFE}  # type: ignore[union-attr]
    held = [f"{labels[code]}{getattr(life, code)}次" for code in LIFE if getattr(life, code) is not None]
    if life.organization_meeting:
        held.append("召开组织生活会")
    if life.appraisal:
        held.append("开展民主评议党员")
    short = "、".join(labels[code] for code in LIFE if code in life.shortfalls)
    return f"{'，'.join(held)}；{f'{short}未达到最低次数' if short else '达标'}"
