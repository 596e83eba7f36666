"""What quarterly reports, and checks, add to what is known of an association on a day: annotated over the registry's facts.

The last quarter is the last full one: a quarter's last day belongs to it. Organization life belongs to its quarter's last day,
whenever it was told; a report is due, handed in, approved from the days on which it was.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from associations.facts import association_facts
from associations.models import Association
from partyorgs.facts import (
    fact_rows,
    live_affiliations,
    with_party_facts,
    with_secretary,
    with_terms,
    within_term,
)
from partyorgs.models.facts import AssociationFact
from portal.core.quarters import Quarter
from portal.core.snapshots import derive_facts, keep_facts
from reviews.checks.facts import with_check_facts
from reviews.reports.choices import RoundStatus
from reviews.reports.models.facts import ReviewedFact, StoredReview
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import OrganizationLife


def last_full_quarter(day: datetime.date) -> Quarter:
    """Return the quarter that is over at the end of `day`."""
    quarter = Quarter.of(day)
    return quarter if quarter.last_day == day else quarter.previous


def reviewed_facts_at(as_of: datetime.date) -> QuerySet[ReviewedFact]:
    """Return the facts of every association in S on `as_of` with what its reports and checks add, one row each."""
    rows: QuerySet[Any] = _asked_at(as_of).all()
    return rows


@lru_cache(maxsize=64)
def _asked_at(as_of: datetime.date) -> QuerySet[Any]:
    """Put the question once, as the lower floor does. Nothing is read here."""
    known = with_party_facts(association_facts(as_of), as_of)
    return fact_rows(ReviewedFact, with_check_facts(with_review_facts(known, as_of), as_of))


def reviewed_facts_with_terms(as_of: datetime.date) -> QuerySet[AssociationFact]:
    """Return the same rows with both term clocks: every column that any indicator names."""
    rows: QuerySet[Any] = reviewed_facts_at(as_of)
    return with_terms(rows, as_of)


def with_review_facts(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
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
    told = Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
    last = due.order_by("-quarter_end").annotate(holds=told).values("holds")[:1]
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


# Those of the registry's columns that the indicators over these rows name, and those by which any are narrowed and grouped.
_NAMED = (
    "committee_id",
    "committee_path",
    "region_id",
    "industry_id",
    "kind",
    "competent_authority_id",
    "industry_authority_id",
    "registration_authority_id",
    "has_organization",
    "has_secretary",
)
keep_facts(reviewed_facts_at, StoredReview, beside="fact", named=_NAMED)
derive_facts(reviewed_facts_with_terms, reviewed_facts_at, with_terms)
