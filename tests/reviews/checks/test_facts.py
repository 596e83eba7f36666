"""What checks add to an association's facts: every deadline to its day, and the same figures from rows, snapshots and totals."""

import datetime
from typing import Any

import pytest
from django.core.cache import cache

from partyorgs.organizations.indicators import INDICATORS
from partyorgs.organizations.services.snapshots import build_snapshot, check_snapshots, refresh_snapshots
from portal.core import audit
from portal.core.access import EVERYTHING, subtree_limit
from portal.core.choices import AuditAction
from portal.core.measures import Rate, measure
from portal.core.models import User
from portal.core.operator_account import operator_at_work
from reviews.checks.choices import CheckStatus, ExtensionStatus, FindingStatus, VisitStatus
from reviews.checks.indicators.rectification import CHECK_COUNTS
from reviews.checks.models.findings import ExtensionRequest, Finding
from reviews.models import ReviewedFact
from reviews.questionnaires.facts import reviewed_facts_at
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.worlds import BEGINS, DUE_ON, ENDS, check_of, finding_of, visit_of

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(days=1)
LATER = datetime.date(2024, 12, 31)


def noticed(side: Side, closed_on: datetime.date | None = None, **more: Any) -> Finding:
    visit = visit_of(side.association, check_of(side.committee, CheckStatus.RELEASED), VisitStatus.DONE)
    if closed_on is None:
        return finding_of(visit, FindingStatus.NOTICED, **more)
    return finding_of(visit, FindingStatus.CLOSED, closed_on=closed_on, **more)


def fact_of(side: Side, day: datetime.date) -> ReviewedFact:
    return reviewed_facts_at(day).get(association_id=side.association.pk)


def due_of(side: Side, day: datetime.date) -> tuple[int, int]:
    fact = fact_of(side, day)
    return fact.rectifications_in_time, fact.rectifications_due


def rate_at(day: datetime.date) -> Rate:
    cache.clear()
    return measure([INDICATORS["rectification_rate"]], day, EVERYTHING)["rectification_rate"]


def test_a_finding_is_due_from_the_day_after_its_deadline(own: Side) -> None:
    noticed(own)
    assert [due_of(own, day) for day in (DUE_ON, DUE_ON + ONE_DAY)] == [(0, 0), (0, 1)]


@pytest.mark.parametrize(("closed_on", "expected"), ((DUE_ON, (1, 1)), (DUE_ON + ONE_DAY, (0, 1))))
def test_closed_on_the_day_itself_is_in_time_and_the_day_after_is_not(
    own: Side, closed_on: datetime.date, expected: tuple[int, int]
) -> None:
    noticed(own, closed_on)
    assert due_of(own, LATER) == expected


def test_an_extension_counts_from_the_day_on_which_it_was_granted(own: Side) -> None:
    finding = noticed(own)
    until = DUE_ON + 20 * ONE_DAY
    granted_on = DUE_ON + 5 * ONE_DAY
    asked = ExtensionRequest(finding=finding, until=until, reason="报批", asked_by=recipes.user.make())
    asked.status, asked.decided_by, asked.decided_on = ExtensionStatus.GRANTED, recipes.user.make(), granted_on
    asked.save()
    finding.due_on = until
    finding.save()
    days = (granted_on - ONE_DAY, granted_on, until, until + ONE_DAY)
    assert [due_of(own, day) for day in days] == [(0, 1), (0, 0), (0, 0), (0, 1)]
    assert [fact_of(own, day).findings_overdue for day in days] == [1, 0, 0, 1]


def test_what_was_only_raised_or_found_to_be_none_is_never_due(own: Side) -> None:
    visit = visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), VisitStatus.DONE)
    finding_of(visit)
    finding_of(visit, FindingStatus.DROPPED, item="dues")
    fact = fact_of(own, LATER)
    assert (fact.rectifications_due, fact.findings_open, fact.findings_recent) == (0, 0, 1)


def test_open_and_overdue_are_of_the_day(own: Side) -> None:
    noticed(own, DUE_ON + 10 * ONE_DAY)
    days = (ENDS - ONE_DAY, ENDS, DUE_ON + ONE_DAY, DUE_ON + 10 * ONE_DAY)
    found = [(fact_of(own, day).findings_open, fact_of(own, day).findings_overdue) for day in days]
    assert found == [(0, 0), (1, 0), (1, 1), (0, 0)]


def test_lately_is_the_twelve_months_up_to_the_day(own: Side) -> None:
    first = noticed(own)
    finding_of(first.visit, item="dues", repeats=first)
    days = (BEGINS - ONE_DAY, BEGINS, datetime.date(2025, 9, 1), datetime.date(2025, 9, 2))
    facts = [fact_of(own, day) for day in days]
    assert [(fact.was_checked, fact.findings_recent, fact.findings_repeated) for fact in facts] == [
        (False, 0, 0),
        (True, 2, 1),
        (True, 2, 1),
        (False, 0, 0),
    ]


def test_the_rate_counts_findings_and_nothing_due_is_no_rate(own: Side, other: Side) -> None:
    assert str(rate_at(LATER)) == "—"
    first = noticed(own, DUE_ON)
    finding_of(first.visit, FindingStatus.CLOSED, item="dues", closed_on=DUE_ON)
    noticed(other)
    assert rate_at(LATER) == Rate(2, 3)
    own_rate = measure([INDICATORS["rectification_rate"]], LATER, subtree_limit(own.committee))
    assert own_rate["rectification_rate"] == Rate(2, 2)


def test_rows_snapshot_and_totals_say_the_same_and_follow_a_write(
    own: Side, other: Side, committee_user: User, django_capture_on_commit_callbacks: Any
) -> None:
    finding = noticed(own, DUE_ON)
    noticed(other)
    asked = [INDICATORS["rectification_rate"], *CHECK_COUNTS]
    computed = measure(asked, LATER, EVERYTHING, by="committee")
    build_snapshot(as_of=LATER, actor=operator_at_work())
    cache.clear()
    assert measure(asked, LATER, EVERYTHING, by="committee").rates == computed.rates
    assert check_snapshots(as_of=LATER, actor=operator_at_work()) == []

    Finding.objects.filter(pk=finding.pk).update(closed_on=DUE_ON + ONE_DAY)
    audit.record(committee_user, AuditAction.CORRECT, finding)
    refresh_snapshots(actor=operator_at_work())
    assert rate_at(LATER) == Rate(0, 2)
    assert check_snapshots(as_of=LATER, actor=operator_at_work()) == []


def test_a_visit_that_is_over_reaches_its_association(own: Side, committee_user: User) -> None:
    visit = visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED))
    build_snapshot(as_of=LATER, actor=operator_at_work())
    type(visit).objects.filter(pk=visit.pk).update(
        status=VisitStatus.DONE, done_by=committee_user, done_at="2024-09-02T10:00+08:00"
    )
    audit.record(committee_user, AuditAction.CHANGE, visit)
    refresh_snapshots(actor=operator_at_work())
    cache.clear()
    assert measure(CHECK_COUNTS, LATER, EVERYTHING)["checked_recently"].numerator == 1
