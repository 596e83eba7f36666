"""Facts that checks add to an association's facts on a day: its visits and findings as they stood then.

They are exact at any past day: a deadline is the one in force on that day (the notice's, or that of the newest extension granted by
then), and a finding is overdue only after its deadline's day. Dropped findings are never counted.
"""

from __future__ import annotations

import datetime

from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from associations.models import Association
from portal.core.quarters import months_after
from reviews.checks.choices import ExtensionStatus, VisitStatus
from reviews.checks.models.facts import StoredCheckFact
from reviews.checks.models.findings import ExtensionRequest, Finding
from reviews.checks.models.visits import Visit
from reviews.questionnaires.facts import add_columns

# Visits and findings of the last year count as recent: the floor of 5 % is a year's too (民发〔2017〕45号第五条).
RECENT_MONTHS = 12


def with_check_facts(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate associations with visits and findings of the last year, and with open, overdue and due findings on `as_of`."""
    since = months_after(as_of, -RECENT_MONTHS)
    recent = Finding.objects.counted().filter(association=OuterRef("pk"), found_on__gt=since, found_on__lte=as_of)
    noticed = Finding.objects.counted().filter(association=OuterRef("pk"), notice__issued_on__lte=as_of)
    due = noticed.annotate(deadline=_deadline_at(as_of)).filter(deadline__lt=as_of)
    not_closed = Q(closed_on=None) | Q(closed_on__gt=as_of)
    visited = Visit.objects.filter(
        association=OuterRef("pk"), status=VisitStatus.DONE, planned_on__gt=since, planned_on__lte=as_of
    )
    return associations.annotate(
        was_checked=Exists(visited),
        findings_recent=_number(recent),
        findings_repeated=_number(recent.filter(repeats__isnull=False)),
        findings_open=_number(noticed.filter(not_closed)),
        findings_overdue=_number(due.filter(not_closed)),
        rectifications_due=_number(due),
        rectifications_in_time=_number(due.filter(closed_on__lte=F("deadline"))),
    )


def _deadline_at(day: datetime.date) -> Coalesce:
    """Return the deadline in force on `day`: extensions granted later do not count."""
    granted = ExtensionRequest.objects.filter(
        finding=OuterRef("pk"), status=ExtensionStatus.GRANTED, decided_on__lte=day
    )
    until = granted.order_by("-decided_on", "-pk").values("until")[:1]
    return Coalesce(Subquery(until), F("notice__due_on"), output_field=DateField())


def _number(findings: QuerySet[Finding]) -> Coalesce:
    counted = findings.order_by().values("association").annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


add_columns(with_check_facts, StoredCheckFact, "storedcheckfact")
