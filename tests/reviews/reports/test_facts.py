"""What quarterly reports add to an association's facts: each condition of effective coverage, from its very day to its very day."""

import datetime
import random
from itertools import product
from typing import Any

import pytest
from django.core.cache import cache

from associations.models import Association
from partyorgs.organizations.models import Affiliation, Election, OrganizationSetup, PartyOrganization, PartyPost
from partyorgs.organizations.services.snapshots import build_snapshot, check_snapshots, in_use, refresh_snapshots
from portal.core import audit, measures
from portal.core.access import EVERYTHING
from portal.core.choices import AuditAction
from portal.core.measures import GROUPINGS, KEPT, current_snapshot, measure
from portal.core.models import Committee
from portal.core.operator_account import operator_at_work
from portal.core.quarters import Quarter
from reviews.models import ReviewedFact
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.facts import reviewed_facts_at
from reviews.reports.choices import RoundStatus
from reviews.reports.facts import last_full_quarter
from reviews.reports.models.facts import StoredReportFact
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import OrganizationLife
from tests import recipes
from tests.conftest import Side
from tests.partyorgs.worlds import DAYS, World, seed_of
from tests.reviews.reports.rounds import DUE_ON, OPENED_ON, QUARTER, report_of, round_of

pytestmark = pytest.mark.django_db
ONE_DAY = datetime.timedelta(days=1)
APPROVED_ON = datetime.date(2024, 10, 20)


def fact_of(association: Association, day: datetime.date) -> ReviewedFact:
    return reviewed_facts_at(day).get(association_id=association.pk)


def life_of(report: QuarterlyReport, *shortfalls: str) -> OrganizationLife:
    """Return the organization life that a report told, short of these items."""
    return OrganizationLife.objects.create(
        report=report,
        association=report.association,
        quarter_end=report.quarter_end,
        shortfalls=list(shortfalls),
        meetings_met=not set(shortfalls) - {"theme_days"},
        minimum_met=not shortfalls,
    )


@pytest.fixture
def approved(province: Committee, own: Side) -> QuarterlyReport:
    """The third quarter's report of 2024: handed in on 8 October, due on the 25th, approved on the 20th."""
    report = report_of(
        own.association, round_of(province), SheetStatus.APPROVED, approved_on=APPROVED_ON, submitted_on=OPENED_ON
    )
    life_of(report)
    return report


# --- the last full quarter ---


@pytest.mark.parametrize(
    ("day", "quarter"),
    (
        (datetime.date(2024, 9, 29), Quarter(2024, 2)),
        (datetime.date(2024, 9, 30), Quarter(2024, 3)),
        (datetime.date(2024, 10, 1), Quarter(2024, 3)),
        (datetime.date(2024, 12, 31), Quarter(2024, 4)),
        (datetime.date(2025, 1, 1), Quarter(2024, 4)),
    ),
)
def test_a_quarter_is_full_on_its_last_day(day: datetime.date, quarter: Quarter) -> None:
    assert last_full_quarter(day) == quarter


def test_organization_life_holds_from_its_quarters_last_day_to_the_day_before_the_next_ones(
    approved: QuarterlyReport,
) -> None:
    end = QUARTER.last_day
    days = (end - ONE_DAY, end, QUARTER.next.last_day - ONE_DAY, QUARTER.next.last_day)
    facts = [fact_of(approved.association, day) for day in days]
    assert [(fact.life_told, fact.meetings_met, fact.minimum_met, fact.life_in_use) for fact in facts] == [
        (False, False, False, False),
        (True, True, True, True),
        (True, True, True, True),
        (False, False, False, True),
    ]


def test_what_fell_short_is_told_by_item(approved: QuarterlyReport) -> None:
    OrganizationLife.objects.all().delete()
    life_of(approved, "lectures", "theme_days")
    fact = fact_of(approved.association, QUARTER.last_day)
    assert (fact.meetings_met, fact.minimum_met, '"lectures"' in fact.life_shortfalls) == (False, False, True)


# --- the last due report ---


def test_a_report_is_due_from_its_deadline_and_handed_in_and_approved_from_their_days(
    approved: QuarterlyReport,
) -> None:
    facts = [fact_of(approved.association, day) for day in (DUE_ON - ONE_DAY, DUE_ON)]
    assert [
        (fact.reports_in_use, fact.report_due, fact.report_submitted, fact.report_on_time, fact.report_approved)
        for fact in facts
    ] == [(False, False, False, False, False), (True, True, True, True, True)]


@pytest.mark.parametrize(("late", "on_time"), ((0, True), (1, False)))
def test_on_time_is_up_to_and_on_the_deadline(approved: QuarterlyReport, *, late: int, on_time: bool) -> None:
    approved.submitted_on = DUE_ON + late * ONE_DAY
    approved.save()
    fact = fact_of(approved.association, DUE_ON + ONE_DAY)
    assert (fact.report_submitted, fact.report_on_time) == (True, on_time)


def test_a_report_handed_in_late_and_approved_late_was_neither_before(approved: QuarterlyReport) -> None:
    approved.submitted_on, approved.approved_on = DUE_ON + 2 * ONE_DAY, DUE_ON + 5 * ONE_DAY
    approved.save()
    days = (1, 2, 4, 5)
    facts = [fact_of(approved.association, DUE_ON + days * ONE_DAY) for days in days]
    assert [(fact.report_submitted, fact.report_approved) for fact in facts] == [
        (False, False),
        (True, False),
        (True, False),
        (True, True),
    ]


def test_of_several_due_reports_the_newest_counts(approved: QuarterlyReport, province: Committee) -> None:
    later = round_of(
        province, quarter=QUARTER.next, opened_on=datetime.date(2025, 1, 6), due_on=datetime.date(2025, 1, 24)
    )
    report_of(approved.association, later)
    days = (datetime.date(2025, 1, 23), datetime.date(2025, 1, 24))
    facts = [fact_of(approved.association, day) for day in days]
    assert [(fact.report_submitted, fact.report_approved) for fact in facts] == [(True, True), (False, False)]


def test_a_cancelled_round_is_due_for_nobody(approved: QuarterlyReport) -> None:
    QuarterlyReport.objects.update(is_void=True)
    ReportRound.objects.update(status=RoundStatus.CANCELLED, closed_at=approved.approved_at)
    fact = fact_of(approved.association, DUE_ON)
    assert (fact.reports_in_use, fact.report_due, fact.report_approved) == (False, False, False)


# --- the term of whatever organization covers ---


def test_the_term_of_a_joint_branch_counts_for_all_whom_it_covers(approved: QuarterlyReport, own: Side) -> None:
    own.setup.setup = "joint"
    own.setup.save()
    end = own.election.term_ends_on
    assert [fact_of(own.association, day).has_current_term for day in (end - ONE_DAY, end)] == [True, False]


# --- 功能不强应付建 ---


def test_covered_and_effective_at_neither_of_two_quarters_is_in_name_only(province: Committee, own: Side) -> None:
    """Reports in use from the first of the two ends on; covered on the day and at both ends."""
    rounds = [
        round_of(
            province,
            quarter=quarter,
            opened_on=quarter.next.first_day,
            due_on=quarter.next.first_day + 20 * ONE_DAY,
        )
        for quarter in (Quarter(2024, 1), Quarter(2024, 2), Quarter(2024, 3))
    ]
    for round_ in rounds:
        report_of(own.association, round_)
    days = (datetime.date(2024, 9, 29), datetime.date(2024, 9, 30), datetime.date(2024, 11, 1))
    assert [fact_of(own.association, day).is_in_name_only for day in days] == [False, True, True]
    own.affiliation.ends_on = datetime.date(2024, 11, 1)
    own.affiliation.save()
    assert fact_of(own.association, days[-1]).is_in_name_only is False


def test_one_effective_quarter_of_two_is_not_in_name_only(province: Committee, own: Side) -> None:
    told = {"submitted_on": datetime.date(2024, 4, 10), "approved_on": datetime.date(2024, 4, 12)}
    first = round_of(
        province, quarter=Quarter(2024, 1), opened_on=datetime.date(2024, 4, 1), due_on=datetime.date(2024, 4, 22)
    )
    report_of(own.association, first, SheetStatus.APPROVED, **told)
    second = round_of(
        province, quarter=Quarter(2024, 2), opened_on=datetime.date(2024, 7, 1), due_on=datetime.date(2024, 7, 22)
    )
    later = {"submitted_on": datetime.date(2024, 7, 10), "approved_on": datetime.date(2024, 7, 12)}
    life_of(report_of(own.association, second, SheetStatus.APPROVED, **later))
    day = datetime.date(2024, 9, 30)
    assert fact_of(own.association, day).is_in_name_only is False
    OrganizationLife.objects.all().delete()
    assert fact_of(own.association, day).is_in_name_only is True


# --- held against the rule in plain Python ---


def add_reports(world: World) -> None:
    """Let rounds of several quarters be filed in every way, their days often those of everything else."""
    chance = world.random
    for organization in PartyOrganization.objects.all():
        association = world.pick(world.associations)
        recipes.party_post.make(
            organization=organization,
            association=association,
            person=world.pick(world.people[association.pk]),
            begins_on=world.day(),
        )
    for number, quarter in enumerate([Quarter(2023, 1), Quarter(2023, 3), Quarter(2023, 4), Quarter(2024, 2)]):
        opened_on = quarter.next.first_day
        due_on = chance.choice([day for day in DAYS if day >= opened_on] or [opened_on]) if number % 2 else opened_on
        status = RoundStatus.CANCELLED if number == 1 else RoundStatus.OPEN
        round_ = round_of(world.committees[0], status, quarter=quarter, opened_on=opened_on, due_on=due_on)
        for association in world.associations:
            if chance.random() < 0.2:
                continue
            state = chance.choice([SheetStatus.DRAFT, SheetStatus.SUBMITTED, SheetStatus.APPROVED])
            days = [day for day in (*DAYS, due_on, due_on + ONE_DAY) if day >= opened_on]
            more: dict[str, Any] = {"is_void": status == RoundStatus.CANCELLED}
            if state != SheetStatus.DRAFT:
                more["submitted_on"] = chance.choice(days)
            if state == SheetStatus.APPROVED:
                more["approved_on"] = chance.choice([day for day in days if day >= more["submitted_on"]])
            if chance.random() < 0.2:
                more["due_on"] = due_on + ONE_DAY
            report = report_of(association, round_, state, **more)
            if state == SheetStatus.APPROVED and not report.is_void and chance.random() < 0.9:
                life_of(
                    report, *chance.sample(["lectures", "theme_days", "members_meetings"], chance.choice([0, 0, 1, 2]))
                )


def live(row: Any, day: datetime.date) -> bool:
    return bool(row.begins_on <= day and (row.ends_on is None or day < row.ends_on))


class Plain:
    """The conditions once more, slowly, over the rows themselves."""

    def __init__(self) -> None:
        self.organizations = {row.pk: row for row in PartyOrganization.objects.all()}
        self.affiliations = list(Affiliation.objects.all())
        self.posts = list(PartyPost.objects.filter(title="secretary"))
        self.elections = list(Election.objects.all())
        self.reports = list(QuarterlyReport.objects.filter(is_void=False))
        self.life = {(row.association_id, row.quarter_end): row for row in OrganizationLife.objects.all()}
        self.rounds = [row for row in ReportRound.objects.all() if row.status != RoundStatus.CANCELLED]

    def conditions(self, key: int, day: datetime.date) -> tuple[bool, bool, bool, bool, bool]:
        """Return whether it is covered, has a secretary, a current term, met its meetings, has its last report approved."""
        covering = [
            row.organization_id
            for row in self.affiliations
            if row.association_id == key and live(row, day) and live(self.organizations[row.organization_id], day)
        ]
        quarter = Quarter.of(day)
        end = day if quarter.last_day == day else quarter.previous.last_day
        life = self.life.get((key, end))
        last = self.last_due(key, day)
        return (
            bool(covering),
            any(post.organization_id in covering and live(post, day) for post in self.posts),
            any(self.term_end(organization, day) > day for organization in covering),
            bool(life and life.meetings_met),
            bool(last and last.approved_on and last.approved_on <= day),
        )

    def last_due(self, key: int, day: datetime.date) -> QuarterlyReport | None:
        due = [row for row in self.reports if row.association_id == key and row.due_on <= day]
        return max(due, key=lambda row: row.quarter_end, default=None)

    def term_end(self, organization: int, day: datetime.date) -> datetime.date:
        held = [row for row in self.elections if row.organization_id == organization and row.held_on <= day]
        if held:
            return max(held, key=lambda row: row.held_on).term_ends_on
        return self.organizations[organization].first_term_ends_on

    def in_name_only(self, key: int, day: datetime.date) -> bool:
        quarter = Quarter.of(day) if Quarter.of(day).last_day == day else Quarter.of(day).previous
        ends = (quarter.last_day, quarter.previous.last_day)
        covered = all(self.conditions(key, one)[0] for one in (day, *ends))
        in_use = any(round_.due_on <= ends[1] for round_ in self.rounds)
        return covered and in_use and not any(all(self.conditions(key, one)) for one in ends)


ASKED = (*DAYS, *(day + ONE_DAY for day in DAYS), datetime.date(2024, 4, 1), datetime.date(2024, 7, 2))


@pytest.mark.parametrize("number", (1, 2))
def test_the_facts_are_what_the_plain_rule_says_on_every_day(number: int) -> None:
    world = World(seed_of(number))
    add_reports(world)
    plain, effective, hard = Plain(), 0, 0
    for day in ASKED:
        for fact in reviewed_facts_at(day):
            last = plain.last_due(fact.pk, day)
            told = (
                fact.has_organization,
                fact.has_secretary,
                fact.has_current_term,
                fact.meetings_met,
                fact.report_approved,
            )
            assert told == plain.conditions(fact.pk, day), (day, fact.pk)
            assert fact.is_in_name_only == plain.in_name_only(fact.pk, day), (day, fact.pk)
            assert (fact.report_due, fact.report_on_time, fact.reports_in_use) == (
                last is not None,
                bool(last and last.submitted_on and last.submitted_on <= last.due_on),
                any(round_.due_on <= day for round_ in plain.rounds),
            ), (day, fact.pk)
            effective += all(told)
            hard += fact.is_in_name_only
    assert effective + hard > 0, "nothing was tried"


# --- kept with snapshots ---


def figures_of(day: datetime.date, snapshot: int | None, by: str | None) -> Any:
    cache.clear()
    found = measures._measure(list(KEPT.values()), day, EVERYTHING, GROUPINGS[by] if by else None, snapshot)
    return found.associations, found.rates, {group.key: group.rates for group in found.groups}


@pytest.mark.slow
def test_figures_from_the_data_from_kept_rows_and_from_totals_are_one() -> None:
    add_reports(World(5, associations=14))
    days = (datetime.date(2023, 12, 31), datetime.date(2024, 7, 2))
    for day in days:
        build_snapshot(as_of=day, actor=operator_at_work())
    for day, by in product(days, (None, *GROUPINGS)):
        snapshot = current_snapshot(day)[1]
        assert snapshot is not None
        computed = figures_of(day, None, by)
        assert figures_of(day, snapshot, by) == computed
        added = measures._from_totals(list(KEPT.values()), day, EVERYTHING, by, snapshot=snapshot, codes=tuple(KEPT))
        assert added is not None
        assert (added.associations, added.rates, {group.key: group.rates for group in added.groups}) == computed
    assert [check_snapshots(as_of=day, actor=operator_at_work()) for day in days] == [[], []]


@pytest.mark.slow
def test_after_any_change_of_a_report_or_a_round_the_kept_rows_are_right_without_building_anew() -> None:
    world = World(7, associations=10)
    days = (datetime.date(2023, 12, 31), datetime.date(2024, 7, 2))
    for day in days:
        build_snapshot(as_of=day, actor=operator_at_work())
    built = set(in_use().values_list("pk", flat=True))
    add_reports(world)
    for round_ in ReportRound.objects.all():
        audit.record(None, AuditAction.CREATE, round_)
    chance = random.Random(3)
    for _ in range(6):
        refresh_snapshots(actor=operator_at_work())
        assert [check_snapshots(as_of=day, actor=operator_at_work()) for day in days] == [[], []]
        report = chance.choice(list(QuarterlyReport.objects.filter(is_void=False)))
        report.due_on += chance.choice([-1, 1, 400]) * ONE_DAY
        report.submitted_on = chance.choice([None, report.due_on, *DAYS]) if report.status == "draft" else report.due_on
        report.save()
        audit.record(None, AuditAction.CHANGE, report)
    assert set(in_use().values_list("pk", flat=True)) == built
    assert StoredReportFact.objects.exists()


def test_the_first_round_of_all_reaches_everybody_and_a_later_one_its_own(province: Committee, own: Side) -> None:
    outside = recipes.association.make()
    recipes.oversight.make(association=outside, committee=province)
    build_snapshot(as_of=DUE_ON, actor=operator_at_work())
    first = round_of(own.committee)
    report_of(own.association, first)
    audit.record(None, AuditAction.CREATE, first)
    refresh_snapshots(actor=operator_at_work())
    assert check_snapshots(as_of=DUE_ON, actor=operator_at_work()) == []
    assert measure([KEPT["effective_coverage"]], DUE_ON, EVERYTHING)["effective_coverage"].denominator == 2
    assert OrganizationSetup.objects.count() == 1
