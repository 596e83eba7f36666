import datetime

import pytest

from associations.choices import Membership
from associations.models import AssociationPost, KnownAs, PartyMembership, Person
from associations.services.people import person_at
from partyorgs.organizations.models import Instructor, PartyPost
from partyorgs.organizations.services.people import merge_people, undo_merge
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, User
from tests import recipes
from tests.conftest import Side

STATED = datetime.date(2024, 6, 30)


def state_of(person: Person) -> dict[str, list[int]]:
    """Return everything that hangs on a person."""
    models = (AssociationPost, PartyPost, Instructor, PartyMembership, KnownAs)
    return {
        model.__name__: sorted(model.objects.filter(person=person).values_list("pk", flat=True)) for model in models
    }


def test_merge_people_gives_everything_to_the_survivor_and_undo_gives_it_back(
    province_user: User, own: Side, other: Side
) -> None:
    PartyMembership.objects.filter(person=other.person).update(stated_on=datetime.date(2024, 12, 31))
    before = state_of(own.person), state_of(other.person)
    merge = merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    assert state_of(own.person) == {name: sorted([*before[0][name], *before[1][name]]) for name in before[0]}
    assert set(map(len, state_of(other.person).values())) == {0}
    assert Person.objects.counted().filter(pk=other.person.pk).exists() is False
    undo_merge(merge=merge, actor=province_user, reason="确属两人")
    assert (state_of(own.person), state_of(other.person)) == before
    assert Person.objects.get(pk=other.person.pk).merged_into is None


def test_merge_people_keeps_the_survivors_word_where_both_spoke_on_one_day(
    province_user: User, own: Side, other: Side
) -> None:
    PartyMembership.objects.filter(person=other.person).update(membership=Membership.NONE)
    merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    assert PartyMembership.objects.live_at(STATED).get(person=own.person).membership == Membership.FORMAL
    assert PartyMembership.objects.filter(person=other.person).count() == 1


def test_after_a_merge_the_name_at_the_association_means_the_survivor(
    province_user: User, own: Side, other: Side
) -> None:
    merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    found = person_at(association=other.association, actor=province_user, person=None, name=other.person.name)
    assert found == own.person


def test_what_comes_after_a_merge_stays_with_the_survivor(province_user: User, own: Side, other: Side) -> None:
    merge = merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    later = recipes.association_post.make(association=other.association, person=own.person)
    undo_merge(merge=merge, actor=province_user, reason="确属两人")
    assert AssociationPost.objects.get(pk=later.pk).person == own.person


def test_merge_people_refuses_a_record_with_itself_and_one_merged_already(
    province_user: User, own: Side, other: Side
) -> None:
    with pytest.raises(RuleViolation):
        merge_people(survivor=own.person, duplicate=own.person, actor=province_user, reason="同一人")
    merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    with pytest.raises(RuleViolation):
        merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")


def test_undo_merge_refuses_a_second_time_and_while_the_survivor_is_merged_itself(
    province_user: User, own: Side, other: Side
) -> None:
    third = recipes.known_as.make(association=own.association).person
    first = merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    second = merge_people(survivor=third, duplicate=own.person, actor=province_user, reason="同一人")
    with pytest.raises(RuleViolation, match="先撤销后一次合并"):
        undo_merge(merge=first, actor=province_user, reason="有误")
    undo_merge(merge=second, actor=province_user, reason="有误")
    undo_merge(merge=first, actor=province_user, reason="有误")
    with pytest.raises(RuleViolation, match="已经撤销"):
        undo_merge(merge=first, actor=province_user, reason="有误")


def test_a_merge_stands_in_the_log_of_both(province_user: User, own: Side, other: Side) -> None:
    merge_people(survivor=own.person, duplicate=other.person, actor=province_user, reason="同一人")
    entries = AuditEntry.objects.filter(action=AuditAction.MERGE).order_by("pk")
    assert [(entry.target_id, entry.data["other"]) for entry in entries] == [
        (own.person.pk, other.person.pk),
        (other.person.pk, own.person.pk),
    ]
