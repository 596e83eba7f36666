"""The forms of the registry: what they refuse, what they keep, whom they offer."""

import datetime

import pytest
from django.urls import reverse

from associations.models import Association, AssociationPost, Oversight
from portal.core.choices import AuditAction
from portal.core.models import AuditEntry, User
from tests import recipes
from tests.conftest import ClientOf, Side

MANY = reverse("associations:association-move-many")
MOVED = "2024-10-01"


def committee_now(association: Association) -> str:
    return Oversight.objects.live_at(datetime.date(2026, 1, 1)).get(association=association).committee.name


def form_of(side: Side) -> dict[str, str]:
    return {
        "name": "江苏省模具行业协会",
        "uscc": recipes.credit_code(),
        "kind": "association",
        "registered_on": "2020-05-06",
        "committee": str(side.committee.pk),
        "charter_clause": "True",
        "decoupled": "",
    }


def test_registering_leads_to_the_new_association(client_of: ClientOf, own: Side) -> None:
    answer = client_of("committee").post(reverse("associations:association-create"), form_of(own))
    created = Association.objects.get(name="江苏省模具行业协会")
    assert answer.url == reverse("partyorgs:association-detail", args=[created.pk])
    assert (created.charter_clauses.count(), created.decouplings.count()) == (1, 0)


def test_a_credit_code_is_read_as_it_was_typed(client_of: ClientOf, own: Side) -> None:
    told = form_of(own)
    typed = f" {told['uscc'][:8]} {told['uscc'][8:].lower()}"
    client_of("province").post(reverse("associations:association-create"), {**told, "uscc": typed})
    assert Association.objects.get(name="江苏省模具行业协会").uscc == told["uscc"]


def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(client_of: ClientOf, own: Side) -> None:
    told = {**form_of(own), "uscc": own.association.uscc}
    page = client_of("province").post(reverse("associations:association-create"), told)
    assert page.context["form"].errors == {"uscc": ["该统一社会信用代码已登记。"]}
    assert page.context["form"]["name"].value() == "江苏省模具行业协会"


def test_a_committee_registers_into_its_own_subtree_only(client_of: ClientOf, world: dict[str, Side]) -> None:
    page = client_of("committee").post(reverse("associations:association-create"), form_of(world["other"]))
    assert list(page.context["form"].errors) == ["committee"]
    assert "钟表行业党委" not in page.content.decode()


def test_a_day_that_has_not_come_is_refused(client_of: ClientOf, own: Side) -> None:
    told = {"as_of": "2999-01-01", "formal": "3", "source": "电话核实"}
    page = client_of("committee").post(reverse("associations:headcount-create", args=[own.association.pk]), told)
    assert page.context["form"].errors == {"as_of": ["日期不能晚于今天。"]}


def test_ending_wants_a_reason(client_of: ClientOf, own: Side) -> None:
    page = client_of("committee").post(
        reverse("associations:association-end", args=[own.association.pk]), {"on": "2024-10-01"}
    )
    assert list(page.context["form"].errors) == ["reason"]


def test_moving_many_is_told_in_numbers_before_anything_moves(client_of: ClientOf, world: dict[str, Side]) -> None:
    own, other = world["own"], world["other"]
    told = {
        "pk": [own.association.pk, other.association.pk],
        "committee": other.committee.pk,
        "from_date": MOVED,
        "reason": "机构调整",
    }
    client = client_of("province")
    asked = client.post(MANY, told)
    assert (asked.context["is_confirming"], asked.context["sources"]) == (
        True,
        [("家具行业党委", 1), ("钟表行业党委", 1)],
    )
    assert committee_now(own.association) == "家具行业党委"
    done = client.post(MANY, {**told, "confirmed": "yes"})
    assert done.url == reverse("partyorgs:association-list")
    assert committee_now(own.association) == "钟表行业党委"


def test_moving_many_leaves_out_what_the_user_does_not_see(client_of: ClientOf, world: dict[str, Side]) -> None:
    page = client_of("committee").get(MANY, {"pk": [side.association.pk for side in world.values()]})
    assert [row.name for row in page.context["rows"]] == ["江苏省家具行业协会"]


def test_a_committee_moves_nothing_out_of_its_subtree(client_of: ClientOf, world: dict[str, Side]) -> None:
    told = {"committee": world["other"].committee.pk, "from_date": MOVED, "reason": "调整"}
    address = reverse("associations:association-move", args=[world["own"].association.pk])
    assert list(client_of("committee").post(address, told).context["form"].errors) == ["committee"]


@pytest.mark.parametrize("typed", ("家具王建国", "家具王建国（编号{pk}）"))
def test_a_post_is_given_to_a_person_named_in_full_or_picked(client_of: ClientOf, own: Side, typed: str) -> None:
    told = {"person": typed.format(pk=own.person.pk), "title": "director", "begins_on": MOVED}
    client_of("committee").post(reverse("associations:post-create", args=[own.association.pk]), told)
    assert AssociationPost.objects.get(title="director").person == own.person


def test_a_post_wants_a_known_person_or_a_new_name_not_both(client_of: ClientOf, own: Side) -> None:
    address = reverse("associations:post-create", args=[own.association.pk])
    told = {"title": "director", "begins_on": MOVED}
    client = client_of("committee")
    for extra in ({}, {"person": "家具王建国", "name": "李敏"}):
        assert list(client.post(address, {**told, **extra}).context["form"].errors) == ["name"]


def test_a_person_of_another_subtree_cannot_be_named(client_of: ClientOf, world: dict[str, Side]) -> None:
    address = reverse("associations:post-create", args=[world["own"].association.pk])
    told = {"person": f"钟表王建国（编号{world['other'].person.pk}）", "title": "director", "begins_on": MOVED}
    assert list(client_of("committee").post(address, told).context["form"].errors) == ["person"]


def test_of_two_namesakes_one_has_to_be_picked(client_of: ClientOf, own: Side) -> None:
    namesake = recipes.person.make(name=own.person.name)
    recipes.known_as.make(association=own.association, person=namesake, name=namesake.name)
    address = reverse("associations:post-create", args=[own.association.pk])
    told = {"person": own.person.name, "title": "director", "begins_on": MOVED}
    page = client_of("committee").post(address, told)
    assert page.context["form"].errors == {"person": ["有同名的记录，请从提示中选择一条。"]}


@pytest.mark.parametrize(
    ("url_name", "text"),
    (
        ("associations:association-options", "hyxh"),
        ("associations:person-options", "王建国"),
        ("partyorgs:organization-options", "支部"),
    ),
)
def test_pickers_offer_nothing_of_another_subtree(
    client_of: ClientOf, world: dict[str, Side], url_name: str, text: str
) -> None:
    everything = client_of("province").get(reverse(url_name), {"person": text}).content.decode()
    own_alone = client_of("committee").get(reverse(url_name), {"person": text}).content.decode()
    assert (everything.count("<option"), own_alone.count("<option")) == (2, 1)
    assert ("家具" in own_alone, "钟表" in own_alone) == (True, False)


def test_correcting_shows_what_stands_there(client_of: ClientOf, own: Side) -> None:
    form = client_of("committee").get(reverse("associations:post-correct", args=[own.post.pk])).context["form"]
    assert (form["person"].value(), form["title"].value()) == (f"家具王建国（编号{own.person.pk}）", "chair")


def test_the_province_adds_regions_and_authorities(client_of: ClientOf, province_user: User) -> None:
    client = client_of("province")
    client.post(reverse("associations:region-create"), {"name": "昆山市", "code": "320583"})
    client.post(reverse("associations:authority-create"), {"name": "省体育局"})
    page = client.get(reverse("associations:region-list"), {"search": "昆山"})
    assert [(row.name, row.code) for row in page.context["object_list"]] == [("昆山市", "320583")]


@pytest.mark.parametrize("form", ("person-edit", "membership-create", "membership-correct"))
def test_opening_a_form_that_shows_what_is_personal_is_written_down(client_of: ClientOf, own: Side, form: str) -> None:
    row = own.membership if form == "membership-correct" else own.person
    client_of("committee").get(reverse(f"associations:{form}", args=[row.pk]))
    looks = AuditEntry.objects.filter(action=AuditAction.LOOK).values_list("target_name", flat=True)
    assert list(looks) == [str(own.person)]


def test_a_form_that_is_refused_is_no_look(client_of: ClientOf, own: Side, other: Side) -> None:
    client_of("committee").get(reverse("associations:person-edit", args=[other.person.pk]))
    assert list(AuditEntry.objects.filter(action=AuditAction.LOOK)) == []
