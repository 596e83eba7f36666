import datetime

import pytest

from associations.choices import Membership, PostTitle
from associations.models import AssociationPost, DailyWork, Headcount, KnownAs, PartyMembership, Person
from associations.services.headcounts import correct_headcount, record_headcount
from associations.services.people import create_person, edit_person, state_membership
from associations.services.posts import appoint_leader, correct_post, end_post
from associations.services.statements import state_daily_work
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, User
from tests.conftest import Side

DAY = datetime.date(2024, 9, 1)


def test_create_person_is_known_at_the_association_and_states_the_membership(province_user: User, own: Side) -> None:
    person = create_person(
        association=own.association, actor=province_user, name="李敏", political_wording="中共预备党员", stated_on=DAY
    )
    assert KnownAs.objects.get(person=person).association == own.association
    assert PartyMembership.objects.get(person=person).membership == Membership.PROBATIONARY


def test_two_people_of_one_name_stay_two(province_user: User, own: Side) -> None:
    first = create_person(association=own.association, actor=province_user, name="李敏")
    second = create_person(association=own.association, actor=province_user, name="李敏")
    assert Person.objects.filter(pk__in=(first.pk, second.pk)).count() == 2


def test_appoint_leader_takes_whom_the_name_means_at_the_association(province_user: User, own: Side) -> None:
    first = appoint_leader(
        association=own.association, actor=province_user, title=PostTitle.VICE_CHAIR, name="李敏", begins_on=DAY
    )
    second = appoint_leader(
        association=own.association, actor=province_user, title=PostTitle.SECRETARY_GENERAL, name="李敏", begins_on=DAY
    )
    assert first.person == second.person


def test_appoint_leader_makes_a_namesake_elsewhere_another_person(province_user: User, own: Side, other: Side) -> None:
    here, there = (
        appoint_leader(
            association=side.association, actor=province_user, title=PostTitle.VICE_CHAIR, name="李敏", begins_on=DAY
        )
        for side in (own, other)
    )
    assert here.person != there.person


def test_appoint_leader_asks_which_of_two_namesakes_is_meant(province_user: User, own: Side) -> None:
    for _ in range(2):
        create_person(association=own.association, actor=province_user, name="李敏")
    with pytest.raises(RuleViolation) as refusal:
        appoint_leader(
            association=own.association, actor=province_user, title=PostTitle.CHAIR, name="李敏", begins_on=DAY
        )
    assert refusal.value.field == "person"


def test_appoint_leader_makes_a_person_of_elsewhere_known_here(province_user: User, own: Side, other: Side) -> None:
    appoint_leader(
        association=own.association,
        actor=province_user,
        title=PostTitle.VICE_CHAIR,
        person=other.person,
        begins_on=DAY,
    )
    assert KnownAs.objects.filter(association=own.association, person=other.person).count() == 1


def test_appoint_leader_refuses_a_post_that_the_person_holds_already(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        appoint_leader(
            association=own.association, actor=province_user, title=PostTitle.CHAIR, person=own.person, begins_on=DAY
        )
    assert refusal.value.field == "title"


def test_daily_work_is_handed_over_from_a_day(province_user: User, own: Side) -> None:
    state_daily_work(post=own.post, actor=province_user, runs_daily=False, stated_on=DAY, reason="移交")
    running = [
        DailyWork.objects.live_at(day).get(post=own.post).runs_daily for day in (DAY - datetime.timedelta(days=1), DAY)
    ]
    assert running == [True, False]


def test_end_post_ends_it_once(province_user: User, own: Side) -> None:
    end_post(post=own.post, actor=province_user, on=DAY, reason="届满")
    assert not AssociationPost.objects.live_at(DAY).filter(pk=own.post.pk).exists()
    with pytest.raises(RuleViolation, match="已于2024-09-01终止"):
        end_post(post=own.post, actor=province_user, on=DAY, reason="届满")


def test_end_post_refuses_a_day_before_it_began(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        end_post(post=own.post, actor=province_user, on=datetime.date(2015, 12, 31), reason="届满")
    assert refusal.value.field == "on"


def test_correct_post_refuses_an_end_before_the_beginning(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation, match="终止日期不能早于开始日期"):
        correct_post(post=own.post, actor=province_user, reason="抄错", values={"ends_on": datetime.date(2015, 12, 31)})


def test_edit_person_keeps_the_name_by_which_a_ledger_knows_the_person(province_user: User, own: Side) -> None:
    edit_person(person=own.person, actor=province_user, reason="姓名有误", values={"name": "王建囯"})
    names = KnownAs.objects.filter(person=own.person).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["家具王建国", "王建囯"]


def test_state_membership_never_rewrites_the_days_before(province_user: User, own: Side) -> None:
    state_membership(person=own.person, actor=province_user, membership=Membership.NONE, stated_on=DAY, reason="退党")
    held = [
        PartyMembership.objects.live_at(day).get(person=own.person).membership
        for day in (DAY - datetime.timedelta(days=1), DAY)
    ]
    assert held == [Membership.FORMAL, Membership.NONE]


def test_record_headcount_has_one_row_a_day(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        record_headcount(
            association=own.association,
            actor=province_user,
            as_of=own.headcount.as_of,
            source="电话",
            formal=4,
        )
    assert refusal.value.field == "as_of"


def test_record_headcount_wants_at_least_one_figure(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation, match="至少填写一项"):
        record_headcount(association=own.association, actor=province_user, as_of=DAY, source="电话")


def test_correct_headcount_overwrites_the_row_and_tells_what_stood_there(province_user: User, own: Side) -> None:
    correct_headcount(headcount=own.headcount, actor=province_user, reason="抄错", values={"formal": 2})
    entry = AuditEntry.objects.latest("pk")
    assert Headcount.objects.get(pk=own.headcount.pk).formal == 2
    assert (entry.action, entry.data["before"], entry.data["after"]) == (
        AuditAction.CORRECT,
        {"正式党员数": 5},
        {"正式党员数": 2},
    )
