"""Pages of Party organizations, officers and people on both sides."""

import datetime

import pytest
from django.urls import reverse

from associations.models import Person
from partyorgs.organizations.models import Affiliation, PartyOrganization, PartyPost
from partyorgs.organizations.services.registry import affiliate
from portal.core.choices import AuditAction
from portal.core.models import AuditEntry, User
from tests import recipes
from tests.conftest import ClientOf, Side

LIST = reverse("partyorgs:organization-list")


def page_of(organization: PartyOrganization) -> str:
    return reverse("partyorgs:organization-detail", args=[organization.pk])


def names(answer: object) -> list[str]:
    return [row.name for row in answer.context["object_list"]]


@pytest.mark.parametrize(
    ("day", "state"),
    (
        ("2025-10-31", "later"),
        ("2025-11-01", "half_year"),
        ("2026-01-31", "half_year"),
        ("2026-02-01", "quarter"),
        ("2026-04-01", "month"),
        ("2026-04-30", "month"),
        ("2026-05-01", "overdue"),
    ),
)
def test_the_clock_of_a_term_is_told_six_three_and_one_months_before(
    client_of: ClientOf, own: Side, day: str, state: str
) -> None:
    client = client_of("committee")
    assert client.get(page_of(own.organization), {"as_of": day}).context["term_state"] == state
    assert names(client.get(LIST, {"as_of": day, "term_state": state})) == [own.organization.name]


def test_list_filters_by_setup_level_and_state(client_of: ClientOf, own: Side) -> None:
    client = client_of("committee")
    own_name = [own.organization.name]
    assert names(client.get(LIST, {"setup": "own", "level": "branch"})) == own_name
    assert names(client.get(LIST, {"setup": "joint"})) == []
    PartyOrganization.objects.filter(pk=own.organization.pk).update(ends_on=datetime.date(2024, 1, 1))
    assert (names(client.get(LIST)), names(client.get(LIST, {"state": "dissolved"}))) == ([], own_name)


def test_a_joint_branch_shows_each_committee_its_own_side_alone(
    client_of: ClientOf, province_user: User, world: dict[str, Side]
) -> None:
    own, other = world["own"], world["other"]
    affiliate(
        organization=own.organization,
        association=other.association,
        actor=province_user,
        begins_on=datetime.date(2020, 1, 1),
    )
    recipes.party_post.make(organization=own.organization, association=other.association, person=other.person)
    page = client_of("committee").get(page_of(own.organization))
    assert [cover.association for cover in page.context["covers"]] == [own.association]
    assert [post.person for post in page.context["officers"]] == [own.person]
    assert other.name not in page.content.decode()


def test_a_joint_branch_across_subtrees_is_the_provinces_to_change(
    client_of: ClientOf, province_user: User, world: dict[str, Side]
) -> None:
    own, other = world["own"], world["other"]
    affiliate(
        organization=own.organization,
        association=other.association,
        actor=province_user,
        begins_on=datetime.date(2020, 1, 1),
    )
    address = reverse("partyorgs:organization-end", args=[own.organization.pk])
    assert [client_of(role).get(address).status_code for role in ("province", "committee")] == [200, 403]


def test_founding_covers_the_associations_named(client_of: ClientOf, own: Side) -> None:
    told = {
        "name": "中共江苏省家具行业协会第二支部委员会",
        "setup": "functional",
        "founded_on": "2024-03-01",
        "association_1": own.association.uscc,
    }
    answer = client_of("committee").post(reverse("partyorgs:organization-create"), told)
    organization = PartyOrganization.objects.get(name=told["name"])
    assert answer.url == page_of(organization)
    assert Affiliation.objects.get(organization=organization).association == own.association


def test_an_own_organization_covers_one_association(client_of: ClientOf, world: dict[str, Side]) -> None:
    told = {
        "name": "中共联合支部委员会",
        "setup": "own",
        "founded_on": "2024-03-01",
        "association_1": world["own"].association.uscc,
        "association_2": world["other"].association.uscc,
    }
    page = client_of("province").post(reverse("partyorgs:organization-create"), told)
    assert list(page.context["form"].errors) == ["setup"]


def test_an_organization_of_one_association_needs_no_association_for_its_officers(
    client_of: ClientOf, own: Side
) -> None:
    told = {"person": own.person.name, "title": "discipline", "begins_on": "2024-03-01"}
    client_of("committee").post(reverse("partyorgs:officer-create", args=[own.organization.pk]), told)
    assert PartyPost.objects.get(title="discipline").association == own.association


def test_dissolving_wants_day_and_reason(client_of: ClientOf, own: Side) -> None:
    address = reverse("partyorgs:organization-end", args=[own.organization.pk])
    client = client_of("committee")
    assert sorted(client.post(address, {}).context["form"].errors) == ["on", "reason"]
    client.post(address, {"on": "2024-03-01", "reason": "党员不足"})
    assert PartyOrganization.objects.get(pk=own.organization.pk).ends_on == datetime.date(2024, 3, 1)


def test_each_look_at_a_full_record_is_written_down(client_of: ClientOf, own: Side) -> None:
    client = client_of("committee")
    for _ in range(2):
        client.get(reverse("partyorgs:person-detail", args=[own.person.pk]))
    looks = AuditEntry.objects.filter(action=AuditAction.LOOK, target_id=own.person.pk)
    assert [look.target_type for look in looks] == ["associations.person"] * 2


def test_a_record_shows_a_committee_no_post_of_another_subtree(client_of: ClientOf, world: dict[str, Side]) -> None:
    own, other = world["own"], world["other"]
    recipes.association_post.make(association=other.association, person=own.person)
    recipes.known_as.make(association=other.association, person=own.person, name=own.person.name)
    page = client_of("committee").get(reverse("partyorgs:person-detail", args=[own.person.pk]))
    assert [post.association for post, _ in page.context["posts"]] == [own.association]
    assert other.name not in page.content.decode()


def test_people_known_elsewhere_too_are_merged_by_the_province(client_of: ClientOf, world: dict[str, Side]) -> None:
    own, other = world["own"], world["other"]
    recipes.known_as.make(association=other.association, person=own.person, name=own.person.name)
    address = reverse("partyorgs:person-merge", args=[own.person.pk])
    assert [client_of(role).get(address).status_code for role in ("province", "committee")] == [200, 403]


def test_two_records_are_merged_and_the_merge_is_undone_in_the_browser(
    client_of: ClientOf, world: dict[str, Side]
) -> None:
    own, other = world["own"], world["other"]
    client = client_of("province")
    address = reverse("partyorgs:person-merge", args=[own.person.pk])
    client.post(address, {"duplicate": f"{other.person.name}（编号{other.person.pk}）", "reason": "同一人"})
    merged = Person.objects.get(pk=other.person.pk)
    assert merged.merged_into == own.person
    record = client.get(reverse("partyorgs:person-detail", args=[own.person.pk]))
    client.post(reverse("partyorgs:merge-undo", args=[record.context["merges"][0].pk]), {"reason": "确属两人"})
    merged.refresh_from_db()
    assert merged.merged_into is None
