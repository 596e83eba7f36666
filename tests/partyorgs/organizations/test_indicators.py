import datetime

import pytest
from django.core.cache import cache

from partyorgs.organizations.indicators import COMPUTED, INDICATORS
from portal.core.access import Limit
from portal.core.measures import GROUPINGS, Rate, measure
from tests.partyorgs.reference import Books
from tests.partyorgs.worlds import ASKED, PROVINCE, World, seed_of

pytestmark = pytest.mark.django_db
ANYWHERE = Limit(paths=(PROVINCE,))


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()  # a rolled-back test leaves its figures under a data version that the next test has again


def total(counts) -> Rate:
    pairs = list(counts)
    return Rate(sum(numerator for numerator, _ in pairs), sum(denominator for _, denominator in pairs))


@pytest.mark.parametrize("number", (1, 2))
def test_every_indicator_is_what_the_definitions_say_on_every_day(number):
    World(seed_of(number))
    books = Books()
    for day in ASKED:
        seen = books.truths(day)
        expected = {code: total(truth.counts[code] for truth in seen) for code in (i.code for i in COMPUTED)}
        found = measure(COMPUTED, day, ANYWHERE)
        assert (found.associations, dict(found.rates)) == (len(seen), expected), day


def test_every_list_names_the_associations_that_the_definitions_say():
    World(seed_of(3))
    books = Books()
    for day in ASKED:
        seen = books.truths(day)
        for indicator in COMPUTED:
            if indicator.counted:
                continue
            rows = indicator.rows(day, ANYWHERE).filter(indicator.denominator)
            expected = {truth.association.pk for truth in seen if truth.counts[indicator.code] == (1, 1)}
            assert set(rows.filter(indicator.numerator).values_list("pk", flat=True)) == expected, (indicator.code, day)
            missing = {truth.association.pk for truth in seen if truth.counts[indicator.code] == (0, 1)}
            assert set(rows.exclude(indicator.numerator).values_list("pk", flat=True)) == missing, (indicator.code, day)


def test_groups_are_what_the_definitions_say_and_add_up_to_the_total():
    World(seed_of(4))
    books = Books()
    keys = {
        "committee": lambda truth: truth.committee_id,
        "region": lambda truth: truth.association.region_id,
        "industry": lambda truth: truth.association.industry_id,
        "kind": lambda truth: truth.association.kind,
    }
    for day in ASKED[::3]:
        seen = books.truths(day)
        for by in GROUPINGS:
            found = measure(COMPUTED, day, ANYWHERE, by)
            for indicator in COMPUTED:
                expected = {
                    key: total(truth.counts[indicator.code] for truth in seen if keys[by](truth) == key)
                    for key in {keys[by](truth) for truth in seen}
                }
                assert {group.key: group.rates[indicator.code] for group in found.groups} == expected
                assert sum(expected.values(), Rate(0, 0)) == found[indicator.code]


def test_a_subtree_counts_its_own_associations_by_the_oversight_of_that_day():
    world = World(seed_of(5))
    books = Books()
    for committee in world.committees:
        below = {other.pk for other in world.committees if other.path.startswith(committee.path)}
        for day in ASKED[::2]:
            seen = [truth for truth in books.truths(day) if truth.committee_id in below]
            found = measure(COMPUTED, day, Limit(paths=(committee.path,)))
            assert found.associations == len(seen)
            assert found["leader_party_ratio"] == total(truth.counts["leader_party_ratio"] for truth in seen)


def test_an_empty_limit_counts_nothing():
    World(6)
    assert measure(COMPUTED, datetime.date(2024, 6, 30), Limit()).associations == 0


def test_every_reason_that_is_given_is_one_of_the_indicators():
    World(7)
    for indicator in COMPUTED:
        rows = indicator.rows(datetime.date(2024, 6, 30), ANYWHERE).filter(indicator.denominator)
        unexplained = rows.exclude(indicator.numerator)
        for sign, _ in indicator.reasons:
            unexplained = unexplained.exclude(sign) if sign else unexplained.none()
        assert indicator.counted or not unexplained.exists(), indicator.code


def test_what_a_later_cycle_feeds_says_so_in_place_of_a_figure():
    assert {code for code, indicator in INDICATORS.items() if not indicator.is_computed} == {
        "secretary_training_rate",
    }
    assert all(indicator.waits_for for indicator in INDICATORS.values() if not indicator.is_computed)
