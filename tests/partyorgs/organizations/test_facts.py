"""Things that begin and end on the very day: the end date is the first day on which a thing no longer holds."""

import datetime

import pytest

from associations.choices import PostTitle
from partyorgs.organizations.choices import OrganizationLevel, Setup, TermState
from partyorgs.organizations.facts import association_facts_at, cross_appointments, facts_with_terms, organizations_of
from partyorgs.organizations.rules import term_ends_on
from tests import recipes

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 6, 30)
BEFORE = DAY - datetime.timedelta(days=1)
LONG_AGO = datetime.date(2020, 1, 1)


def fact(association, day=DAY):
    return association_facts_at(day).filter(pk=association.pk).first()


def branch(association, setup=Setup.OWN, **made):
    organization = recipes.organization.make(**made)
    recipes.organization_setup.make(organization=organization, setup=setup)
    return recipes.affiliation.make(organization=organization, association=association)


@pytest.fixture
def association(db):
    return recipes.association.make()


def test_an_association_counts_from_the_day_of_its_registration(association):
    association.registered_on = DAY
    association.save()
    assert (fact(association, BEFORE), fact(association, DAY).name) == (None, association.name)


def test_an_association_no_longer_counts_on_the_day_of_its_deregistration(association):
    association.deregistered_on = DAY
    association.save()
    assert (fact(association, BEFORE).name, fact(association, DAY)) == (association.name, None)


@pytest.mark.parametrize("what", ("affiliation", "organization"))
def test_cover_is_over_on_the_day_on_which_affiliation_or_organization_ends(association, what):
    affiliation = branch(association)
    row = affiliation if what == "affiliation" else affiliation.organization
    row.ends_on = DAY
    row.save()
    assert (fact(association, BEFORE).has_organization, fact(association, DAY).has_organization) == (True, False)


def test_cover_begins_on_the_day_on_which_the_affiliation_begins(association):
    affiliation = branch(association)
    affiliation.begins_on = DAY
    affiliation.save()
    assert (fact(association, BEFORE).has_organization, fact(association, DAY).has_organization) == (False, True)


def test_an_organization_that_changed_its_setup_is_what_it_was_on_each_day(association):
    affiliation = branch(association, Setup.JOINT)
    first = affiliation.organization.setups.get()
    first.ends_on = DAY
    first.save()
    recipes.organization_setup.make(
        organization=affiliation.organization, setup=Setup.OWN, stated_on=DAY, begins_on=DAY
    )
    assert [
        (found.has_joint_organization, found.has_own_organization)
        for found in (fact(association, BEFORE), fact(association, DAY))
    ] == [(True, False), (False, True)]


def test_what_was_stated_first_also_held_before_it_was_stated(association):
    recipes.charter_clause.make(association=association, stated_on=DAY, included=True)
    assert fact(association, LONG_AGO).has_charter_clause is True


def test_the_figure_of_a_day_is_the_latest_before_it_else_the_earliest(association):
    recipes.headcount.make(association=association, as_of=DAY, formal=4)
    recipes.headcount.make(association=association, as_of=datetime.date(2024, 12, 31), formal=9)
    days = (LONG_AGO, DAY, datetime.date(2024, 12, 30), datetime.date(2024, 12, 31))
    assert [fact(association, day).formal_members for day in days] == [4, 4, 4, 9]


def test_a_term_is_over_from_its_very_last_day_on(association):
    affiliation = branch(association, begins_on=datetime.date(2021, 6, 30), first_term_ends_on=DAY)
    states = [facts_with_terms(day).get(pk=association.pk).party_term_state for day in (BEFORE, DAY)]
    assert (affiliation.organization.first_term_ends_on, states) == (DAY, [TermState.MONTH, TermState.OVERDUE])


@pytest.mark.parametrize(
    ("ends_on", "state"),
    (
        (datetime.date(2024, 6, 30), TermState.OVERDUE),
        (datetime.date(2024, 7, 1), TermState.MONTH),
        (datetime.date(2024, 7, 30), TermState.MONTH),
        (datetime.date(2024, 7, 31), TermState.QUARTER),
        (datetime.date(2024, 9, 30), TermState.QUARTER),
        (datetime.date(2024, 10, 1), TermState.HALF_YEAR),
        (datetime.date(2024, 12, 30), TermState.HALF_YEAR),
        (datetime.date(2024, 12, 31), TermState.LATER),
    ),
)
def test_terms_are_reminded_of_six_three_and_one_months_before(association, ends_on, state):
    branch(association, first_term_ends_on=ends_on)
    assert facts_with_terms(DAY).get(pk=association.pk).party_term_state == state


@pytest.mark.parametrize(
    ("since", "state"),
    (
        (datetime.date(2019, 6, 30), TermState.OVERDUE),
        (datetime.date(2019, 7, 1), TermState.MONTH),
        (datetime.date(2019, 7, 31), TermState.QUARTER),
        (datetime.date(2020, 1, 1), TermState.LATER),
    ),
)
def test_an_associations_clock_runs_five_years_from_its_live_chair(association, since, state):
    recipes.association_post.make(association=association, title=PostTitle.CHAIR, begins_on=since)
    recipes.association_post.make(
        association=association, title=PostTitle.CHAIR, begins_on=datetime.date(2023, 1, 1), ends_on=DAY
    )
    assert facts_with_terms(DAY).get(pk=association.pk).association_term_state == state


def test_without_chair_or_organization_there_is_no_clock(association):
    found = facts_with_terms(DAY).get(pk=association.pk)
    assert (found.party_term_state, found.association_term_state) == (TermState.UNKNOWN, TermState.UNKNOWN)


def test_a_general_committee_serves_five_years():
    assert term_ends_on(datetime.date(2020, 2, 29), OrganizationLevel.COMMITTEE) == datetime.date(2025, 2, 28)


def test_a_secretary_of_a_joint_branch_serves_all_whom_it_covers(association):
    affiliation = branch(association, Setup.JOINT)
    elsewhere = recipes.association.make()
    recipes.affiliation.make(organization=affiliation.organization, association=elsewhere)
    recipes.party_post.make(organization=affiliation.organization, association=elsewhere)
    assert fact(association).has_secretary is True


def test_an_officer_of_somebody_elses_organization_is_none_of_ours(association):
    branch(association)
    person = recipes.person.make()
    recipes.association_post.make(association=association, person=person)
    other = branch(recipes.association.make())
    recipes.party_post.make(organization=other.organization, association=other.association, person=person)
    assert fact(association).has_cross_appointment is False


def test_a_post_in_an_organization_that_no_longer_covers_us_is_no_cross_appointment(association):
    affiliation = branch(association)
    person = recipes.person.make()
    recipes.association_post.make(association=association, person=person)
    recipes.party_post.make(organization=affiliation.organization, association=association, person=person)
    affiliation.ends_on = DAY
    affiliation.save()
    everyone = type(association).objects.all()
    assert [cross_appointments(day, everyone).count() for day in (BEFORE, DAY)] == [1, 0]


def test_organizations_are_told_with_the_setup_of_the_day(association):
    affiliation = branch(association, Setup.FUNCTIONAL)
    assert organizations_of([association.pk], DAY) == {association.pk: [(affiliation.organization, "功能型")]}
