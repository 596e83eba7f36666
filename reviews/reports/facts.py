"""What quarterly reports add to what is known of an association on a day: annotated over the registry's facts.

The last quarter is the last full one: a quarter's last day belongs to it. Organization life belongs to its quarter's last day,
whenever it was told; a report is due, handed in, approved from the days on which it was.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from associations.models import Association
from partyorgs.organizations.facts import live_affiliations, with_secretary, within_term
from portal.core.quarters import Quarter
from reviews.questionnaires.facts import add_columns
from reviews.reports.choices import RoundStatus
from reviews.reports.models.facts import StoredReportFact
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import OrganizationLife


def last_full_quarter(day: datetime.date) -> Quarter:
    """Return the quarter that is over at the end of `day`."""
    quarter = Quarter.of(day)
    return quarter if quarter.last_day == day else quarter.previous


def with_report_facts(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate associations with what their quarterly reports tell on `as_of`.

    Before any round was due anywhere (`reports_in_use`) 有效覆盖 cannot be judged and has no denominator; from then on all of
    its conditions are required of everybody, also of those of whom no report was due yet.
    """
    quarter = last_full_quarter(as_of)
    life = OrganizationLife.objects.filter(association=OuterRef("pk"), quarter_end=quarter.last_day)
    shortfalls = life.annotate(told=Cast("shortfalls", TextField())).values("told")[:1]
    due = _due_at(as_of)
    rounds = ReportRound.objects.exclude(status=RoundStatus.CANCELLED)
    earlier = Q(year__lt=quarter.year) | Q(year=quarter.year, number__lte=quarter.number)
    return _with_name_only(associations, as_of).annotate(
        reports_in_use=_is_in_use(as_of),
        life_in_use=Exists(rounds.filter(earlier)),
        has_current_term=Exists(within_term(_covering(as_of), as_of)),
        life_told=Exists(life),
        meetings_met=Exists(life.filter(meetings_met=True)),
        minimum_met=Exists(life.filter(minimum_met=True)),
        life_shortfalls=Coalesce(Subquery(shortfalls), Value(""), output_field=TextField()),
        report_due=Exists(due),
        report_submitted=_of_last(due, Q(submitted_on__lte=as_of)),
        report_on_time=_of_last(due, Q(submitted_on__lte=F("due_on"))),
        report_approved=_of_last(due, Q(approved_on__lte=as_of)),
    )


def _due_at(day: datetime.date) -> QuerySet[QuarterlyReport]:
    """Return the reports of an outer association whose deadline has come by `day`."""
    return QuarterlyReport.objects.counted().filter(association=OuterRef("pk"), due_on__lte=day)


def _of_last(due: QuerySet[QuarterlyReport], condition: Q) -> Coalesce:
    """Return whether a condition holds of the newest of these reports; not where there is none."""
    answer = Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
    last = due.order_by("-quarter_end").annotate(holds=answer).values("holds")[:1]
    return Coalesce(Subquery(last), Value(False), output_field=BooleanField())


def _is_in_use(day: datetime.date) -> Exists:
    return Exists(ReportRound.objects.exclude(status=RoundStatus.CANCELLED).filter(due_on__lte=day))


def _covering(day: datetime.date) -> QuerySet[Any]:
    return live_affiliations(day).filter(association=OuterRef("pk"))


def _with_name_only(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate whether one is 功能不强应付建: covered at the ends of the last two quarters and since, and effective at neither.

    What a quarter's report tells counts for its last day, so between that day and the approval the quarter is not met. Not
    judged where reports were not in use at the first of the two ends.
    """
    quarter = last_full_quarter(as_of)
    last, before = quarter.last_day, quarter.previous.last_day
    covered = Q(Exists(_covering(as_of))) & Q(Exists(_covering(last))) & Q(Exists(_covering(before)))
    sign = Q(_is_in_use(before)) & covered & ~_is_effective(last) & ~_is_effective(before)
    return associations.annotate(
        is_in_name_only=Case(When(sign, then=Value(True)), default=Value(False), output_field=BooleanField())
    )


def _is_effective(day: datetime.date) -> Q:
    """Return the condition of 有效覆盖 at a quarter's end, of an association that was covered then."""
    covering = _covering(day)
    met = OrganizationLife.objects.filter(association=OuterRef("pk"), quarter_end=day, meetings_met=True)
    due = _due_at(day)
    newer = QuarterlyReport.objects.counted().filter(
        association=OuterRef("association"), due_on__lte=day, quarter_end__gt=OuterRef("quarter_end")
    )
    return (
        Q(Exists(met))
        & Q(Exists(due.filter(~Exists(newer), approved_on__lte=day)))
        & Q(Exists(with_secretary(covering, day)))
        & Q(Exists(within_term(covering, day)))
    )


add_columns(with_report_facts, StoredReportFact, "storedreportfact", named=("has_organization", "has_secretary"))
