"""What people are told of targets: the right ones, at the right step, in words."""

import datetime

import pytest

from partyorgs.planning.services.reminders import targets_coming_due
from portal.core.models import User
from tests import recipes
from tests.conftest import Side

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_an_unmet_target_due_within_a_month_is_told_to_its_committee_and_those_above(
    own: Side, province_user: User, committee_user: User, secretary_user: User
) -> None:
    bare = recipes.association.make()
    recipes.oversight.make(association=bare, committee=own.committee)
    (reminder,) = targets_coming_due(day("2025-12-01"))
    assert reminder.users == {province_user.pk, committee_user.pk}
    assert reminder.text == (
        f"{own.committee}的党的组织覆盖率目标应于2025年12月31日前达到 80 %，目前为 50.00 %（1/2），还差 1 家。"
    )


@pytest.mark.parametrize("today", ("2025-11-30", "2026-01-01"))
def test_a_target_further_off_or_past_is_not_told(own: Side, province_user: User, today: str) -> None:
    recipes.oversight.make(association=recipes.association.make(), committee=own.committee)
    assert list(targets_coming_due(day(today))) == []


def test_a_met_target_and_one_without_a_population_are_not_told(own: Side, province_user: User) -> None:
    recipes.target.make(committee=recipes.committee.make(parent=own.committee, path=recipes.path(7, own.committee)))
    assert list(targets_coming_due(day("2025-12-01"))) == []
