"""回避: every situation that keeps an inspector away, from rows; and that nobody is drawn who must stay away."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from associations.models import KnownAs
from portal.core.models import Committee, User
from reviews.checks.choices import Avoidance, CheckStatus, VisitStatus
from reviews.checks.indicators.avoidance import kept_away, pool_of, without_pair
from reviews.checks.models.inspectors import Inspector, InspectorTie
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.worlds import check_of, inspector_of, visit_of

TODAY = datetime.date(2024, 9, 2)
YEAR_AGO = datetime.date(2023, 9, 1)
Situation = Callable[[Side, Inspector], None]


def holds_a_post(side: Side, inspector: Inspector) -> None:
    inspector.person = side.person
    inspector.save()


def held_a_post_until_a_year_ago(side: Side, inspector: Inspector) -> None:
    inspector.person = recipes.person.make(name="离任人员")
    inspector.save()
    recipes.association_post.make(association=side.association, person=inspector.person, ends_on=YEAR_AGO)


def held_a_party_post_there(side: Side, inspector: Inspector) -> None:
    inspector.person = recipes.person.make()
    inspector.save()
    recipes.party_post.make(
        organization=side.organization, association=side.association, person=inspector.person, ends_on=YEAR_AGO
    )


def was_its_instructor(side: Side, inspector: Inspector) -> None:
    inspector.person = recipes.person.make()
    inspector.save()
    recipes.instructor.make(association=side.association, person=inspector.person, ends_on=YEAR_AGO)


def was_merged_into_somebody_who_holds_one(side: Side, inspector: Inspector) -> None:
    inspector.person = recipes.person.make(merged_into=side.person)
    inspector.save()


def has_the_name_of_somebody_who_left_a_year_ago(side: Side, inspector: Inspector) -> None:
    person = recipes.person.make(name=inspector.user.name)
    recipes.association_post.make(association=side.association, person=person, ends_on=YEAR_AGO)


def has_a_name_that_a_ledger_gave_there(side: Side, inspector: Inspector) -> None:
    KnownAs.objects.create(association=side.association, person=recipes.person.make(), name=inspector.user.name)


def works_for_a_member_of_it(side: Side, inspector: Inspector) -> None:
    inspector.employer_association = side.association
    inspector.save()


def works_for_it(side: Side, inspector: Inspector) -> None:
    inspector.employer = side.association.name
    inspector.save()


def works_at_its_competent_department(side: Side, inspector: Inspector) -> None:
    inspector.authority = side.authority
    inspector.save()


def works_at_its_department_as_typed(side: Side, inspector: Inspector) -> None:
    side.association.industry_authority = recipes.authority.make(name="省工业厅")
    side.association.save()
    inspector.employer = "省工业厅"
    inspector.save()


def made_the_last_visit(side: Side, inspector: Inspector) -> None:
    check = check_of(side.committee, CheckStatus.RELEASED)
    visit_of(side.association, check, VisitStatus.DONE, (inspector,))


def declared_a_tie(side: Side, inspector: Inspector) -> None:
    InspectorTie.objects.create(inspector=inspector, association=side.association, reason="亲属在该协会任职")


SITUATIONS: tuple[tuple[Situation, Avoidance], ...] = (
    (holds_a_post, Avoidance.POST),
    (held_a_post_until_a_year_ago, Avoidance.POST),
    (held_a_party_post_there, Avoidance.POST),
    (was_its_instructor, Avoidance.POST),
    (was_merged_into_somebody_who_holds_one, Avoidance.POST),
    (has_the_name_of_somebody_who_left_a_year_ago, Avoidance.SAME_NAME),
    (has_a_name_that_a_ledger_gave_there, Avoidance.SAME_NAME),
    (works_for_a_member_of_it, Avoidance.EMPLOYER),
    (works_for_it, Avoidance.EMPLOYER),
    (works_at_its_competent_department, Avoidance.AUTHORITY),
    (works_at_its_department_as_typed, Avoidance.AUTHORITY),
    (made_the_last_visit, Avoidance.LAST_TIME),
    (declared_a_tie, Avoidance.DECLARED),
)


def kept(*sides: Side) -> dict[tuple[int, int], tuple[Avoidance, ...]]:
    return kept_away(pool_of(Inspector.objects.all()), [side.association.pk for side in sides])


@pytest.mark.parametrize(("arrange", "reason"), SITUATIONS, ids=[arrange.__name__ for arrange, _ in SITUATIONS])
def test_each_situation_keeps_the_inspector_away_from_that_association_alone(
    own: Side, other: Side, province: Committee, arrange: Situation, reason: Avoidance
) -> None:
    inspector, free = inspector_of(province), inspector_of(province)
    arrange(own, inspector)
    found = kept(own, other)
    assert found == {(own.association.pk, inspector.pk): (reason,)}
    assert free.pk not in {number for _, number in found}


def test_who_made_the_visit_before_the_last_may_go_again(own: Side, province: Committee) -> None:
    before, last = inspector_of(province), inspector_of(province)
    for inspector in (before, last):
        visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), VisitStatus.DONE, (inspector,))
    assert kept(own) == {(own.association.pk, last.pk): (Avoidance.LAST_TIME,)}


def test_the_registration_authority_checks_what_it_registers(own: Side, province: Committee) -> None:
    own.association.registration_authority = recipes.authority.make(name="省民政厅")
    own.association.save()
    inspector_of(province, authority=own.association.registration_authority, employer="省民政厅")
    assert kept(own) == {}


def test_every_reason_is_told_and_not_the_first_alone(own: Side, province: Committee) -> None:
    inspector = inspector_of(province)
    holds_a_post(own, inspector)
    declared_a_tie(own, inspector)
    assert kept(own) == {(own.association.pk, inspector.pk): (Avoidance.POST, Avoidance.DECLARED)}


def test_an_association_that_no_two_may_visit_is_named_with_what_keeps_each_away(
    own: Side, other: Side, province: Committee
) -> None:
    tied, working, free = inspector_of(province), inspector_of(province), inspector_of(province)
    declared_a_tie(own, tied)
    works_for_it(own, working)
    names = {side.association.pk: (side.association.name, side.association.uscc) for side in (own, other)}
    (stranded,) = without_pair(names, pool_of(Inspector.objects.all()))
    assert (stranded.name, stranded.reasons) == (
        own.association.name,
        ((str(tied), "本人申报有利害关系"), (str(working), "工作单位为该协会或者其会员单位")),
    )
    assert str(free) not in dict(stranded.reasons)


@pytest.mark.parametrize("count", (1, 6))
def test_how_many_inspectors_there_are_costs_no_more_queries(
    own: Side, other: Side, province: Committee, count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for _ in range(count):
        inspector_of(province, person=recipes.person.make(), authority=own.authority)
    with django_assert_num_queries(11):
        kept(own, other)


def test_the_user_who_is_an_inspector_need_not_be_in_the_registry(
    own: Side, province: Committee, inspector_user: User
) -> None:
    inspector_of(province, inspector_user)
    assert kept(own) == {}
