import datetime

import pytest

from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from partyorgs.organizations.services.instructors import assign_instructor, end_instructor, record_talk
from partyorgs.organizations.services.officers import appoint_officer, end_party_post
from partyorgs.organizations.services.registry import (
    affiliate,
    correct_election,
    correct_organization,
    dissolve_organization,
    end_affiliation,
    found_organization,
    record_election,
    state_setup,
)
from portal.core.errors import RuleViolation
from portal.core.models import User
from tests.conftest import Side

FOUNDED = datetime.date(2020, 2, 29)
DAY = datetime.date(2024, 9, 1)


def found(actor: User, *sides: Side, **changed: object) -> PartyOrganization:
    told = {"name": "中共江苏省模具联合支部委员会", "setup": Setup.JOINT, "founded_on": FOUNDED}
    return found_organization(actor=actor, covers=[side.association for side in sides], **{**told, **changed})


def test_found_organization_takes_level_and_first_term_from_its_name(province_user: User, own: Side) -> None:
    branch = found(province_user, own)
    committee = found(province_user, own, name="中共江苏省模具行业协会委员会")
    assert (branch.level, branch.first_term_ends_on) == (OrganizationLevel.BRANCH, datetime.date(2023, 2, 28))
    assert (committee.level, committee.first_term_ends_on) == (OrganizationLevel.COMMITTEE, datetime.date(2025, 2, 28))


def test_found_organization_covers_all_its_associations_from_its_founding(
    province_user: User, own: Side, other: Side
) -> None:
    organization = found(province_user, own, other, elected_on=DAY)
    covers = Affiliation.objects.live_at(FOUNDED).filter(organization=organization).order_by("pk")
    assert [cover.association for cover in covers] == [own.association, other.association]
    assert organization.elections.get().term_ends_on == datetime.date(2027, 9, 1)
    assert OrganizationSetup.objects.live_at(FOUNDED).get(organization=organization).setup == Setup.JOINT


def test_correct_organization_moves_the_ends_of_all_its_terms(province_user: User, own: Side) -> None:
    organization = found(province_user, own, elected_on=DAY)
    correct_organization(
        organization=organization,
        actor=province_user,
        reason="层级录错",
        values={"level": OrganizationLevel.COMMITTEE},
    )
    organization.refresh_from_db()
    assert organization.first_term_ends_on == datetime.date(2025, 2, 28)
    assert organization.elections.get().term_ends_on == datetime.date(2029, 9, 1)


def test_affiliate_refuses_a_day_outside_the_organizations_life_and_a_second_cover(
    province_user: User, own: Side, other: Side
) -> None:
    organization = found(province_user, own)
    with pytest.raises(RuleViolation) as early:
        affiliate(
            organization=organization,
            association=other.association,
            actor=province_user,
            begins_on=FOUNDED - datetime.timedelta(days=1),
        )
    with pytest.raises(RuleViolation) as twice:
        affiliate(organization=organization, association=own.association, actor=province_user, begins_on=DAY)
    assert (early.value.field, twice.value.field) == ("begins_on", "association")


def test_dissolve_organization_ends_covers_and_posts_the_same_day_and_leaves_ended_ones(
    province_user: User, own: Side, other: Side
) -> None:
    organization = found(province_user, own, other)
    gone = Affiliation.objects.get(organization=organization, association=other.association)
    end_affiliation(affiliation=gone, actor=province_user, on=datetime.date(2022, 1, 1), reason="调出")
    post = appoint_officer(
        organization=organization,
        association=own.association,
        actor=province_user,
        title=PartyTitle.SECRETARY,
        person=own.person,
        begins_on=FOUNDED,
    )
    dissolve_organization(organization=organization, actor=province_user, on=DAY, reason="党员不足")
    ends = Affiliation.objects.filter(organization=organization).order_by("pk").values_list("ends_on", flat=True)
    assert list(ends) == [DAY, datetime.date(2022, 1, 1)]
    assert PartyPost.objects.get(pk=post.pk).ends_on == DAY
    assert PartyOrganization.objects.get(pk=organization.pk).end_reason == "党员不足"


def test_dissolve_organization_refuses_a_day_before_a_cover_begins(province_user: User, own: Side, other: Side) -> None:
    organization = found(province_user, own)
    affiliate(organization=organization, association=other.association, actor=province_user, begins_on=DAY)
    with pytest.raises(RuleViolation) as refusal:
        dissolve_organization(
            organization=organization, actor=province_user, on=DAY - datetime.timedelta(days=1), reason="撤"
        )
    assert refusal.value.field == "on"
    assert PartyOrganization.objects.get(pk=organization.pk).ends_on is None


def test_record_election_opens_a_term_and_correct_election_moves_it(province_user: User, own: Side) -> None:
    organization = found(province_user, own)
    election = record_election(organization=organization, actor=province_user, held_on=DAY)
    correct_election(election=election, actor=province_user, reason="抄错", held_on=datetime.date(2024, 8, 1))
    assert Election.objects.get(pk=election.pk).term_ends_on == datetime.date(2027, 8, 1)


def test_record_election_refuses_a_day_before_the_founding_and_a_day_used_already(
    province_user: User, own: Side
) -> None:
    organization = found(province_user, own, elected_on=DAY)
    for day in (FOUNDED - datetime.timedelta(days=1), DAY):
        with pytest.raises(RuleViolation):
            record_election(organization=organization, actor=province_user, held_on=day)
    assert organization.elections.count() == 1


def test_state_setup_changes_how_an_organization_counts_from_a_day(province_user: User, own: Side) -> None:
    state_setup(organization=own.organization, actor=province_user, setup=Setup.JOINT, stated_on=DAY, reason="合并组建")
    setups = [
        OrganizationSetup.objects.live_at(day).get(organization=own.organization).setup
        for day in (DAY - datetime.timedelta(days=1), DAY)
    ]
    assert setups == [Setup.OWN, Setup.JOINT]


def test_appoint_officer_refuses_an_association_that_the_organization_does_not_cover(
    province_user: User, own: Side, other: Side
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        appoint_officer(
            organization=own.organization,
            association=other.association,
            actor=province_user,
            title=PartyTitle.MEMBER,
            name="李敏",
            begins_on=DAY,
        )
    assert refusal.value.field == "association"


def test_one_person_holds_posts_on_both_sides(province_user: User, own: Side) -> None:
    post = appoint_officer(
        organization=own.organization,
        association=own.association,
        actor=province_user,
        title=PartyTitle.DISCIPLINE,
        name=own.person.name,
        begins_on=DAY,
    )
    assert post.person == own.person
    end_party_post(post=post, actor=province_user, on=DAY, reason="误任")
    assert not PartyPost.objects.live_at(DAY).filter(pk=post.pk).exists()


def test_assign_instructor_refuses_the_same_person_twice_until_the_first_term_ends(
    province_user: User, own: Side
) -> None:
    told = {
        "association": own.association,
        "actor": province_user,
        "kind": InstructorKind.LIAISON,
        "person": own.person,
        "begins_on": DAY,
    }
    with pytest.raises(RuleViolation):
        assign_instructor(**told)
    end_instructor(instructor=own.instructor, actor=province_user, on=DAY, reason="轮换")
    again = assign_instructor(**told)
    assert Instructor.objects.live_at(DAY).get(association=own.association) == again


def test_record_talk_keeps_day_and_words(province_user: User, own: Side) -> None:
    talk = record_talk(association=own.association, actor=province_user, held_on=DAY, summary="会长表示年内组建")
    assert (talk.held_on, talk.summary) == (DAY, "会长表示年内组建")
