"""Entries of checks on an association's time line: visits, findings, closings."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse

from associations.models import Association
from partyorgs.organizations.views.timeline import Event, tells_of_associations
from portal.core.models import User
from reviews.checks.choices import VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit


@tells_of_associations
def check_events(association: Association, user: User, today: datetime.date) -> Iterator[Event]:
    """Yield the visits made and the counted findings that a person may see."""
    visits = Visit.objects.visible_to(user).filter(association=association, status=VisitStatus.DONE)
    for visit in visits.exclude(planned_on=None).select_related("spot_check"):
        assert visit.planned_on is not None  # noqa: S101 -- the others are left out
        yield Event(visit.planned_on, "现场检查", visit.spot_check.name)
    findings = Finding.objects.visible_to(user, today).counted().filter(association=association)
    for finding in findings.order_by("pk"):
        address = reverse("reviews:finding-detail", args=[finding.pk])
        again = "（反复出现）" if finding.repeats_id else ""
        yield Event(finding.found_on, "检查发现", f"{finding}{again}", url=address)
        if finding.closed_on:
            late = "，晚于期限" if finding.due_on and finding.closed_on > finding.due_on else ""
            yield Event(finding.closed_on, "问题销号", f"{finding}{late}", url=address)
