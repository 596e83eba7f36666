"""The list of associations and the page about one: what is found, what is shown, what never is."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from associations.models import Association, Industry, Oversight
from associations.services.associations import correct_association, deregister_association, move_association
from partyorgs.ledgers.models import LedgerChange
from partyorgs.organizations.models import Instructor, PartyOrganization
from portal.core.models import User
from tests import recipes
from tests.conftest import ClientOf, Side

LIST = reverse("partyorgs:association-list")
MOVED = datetime.date(2024, 10, 1)


def names(answer: object) -> list[str]:
    return [row.name for row in answer.context["object_list"]]


def page_of(association: Association) -> str:
    return reverse("partyorgs:association-detail", args=[association.pk])


@pytest.mark.parametrize("text", ("家具", "jjhy", "JJ HY"))
def test_list_finds_by_name_and_initials(client_of: ClientOf, world: dict[str, Side], text: str) -> None:
    assert names(client_of("province").get(LIST, {"search": text})) == ["江苏省家具行业协会"]


def test_list_finds_by_credit_code(client_of: ClientOf, world: dict[str, Side]) -> None:
    code = world["other"].association.uscc.lower()
    assert names(client_of("province").get(LIST, {"search": code})) == ["江苏省钟表行业协会"]


def test_list_filters_by_committee_on_the_day_of_the_page(
    client_of: ClientOf, province_user: User, world: dict[str, Side]
) -> None:
    move_association(
        association=world["own"].association,
        actor=province_user,
        committee=world["other"].committee,
        from_date=MOVED,
        reason="调整",
    )
    asked = {"committee": world["other"].committee.pk}
    client = client_of("province")
    assert names(client.get(LIST, asked)) == ["江苏省家具行业协会", "江苏省钟表行业协会"]
    assert names(client.get(LIST, {**asked, "as_of": "2024-09-30"})) == ["江苏省钟表行业协会"]


@pytest.mark.parametrize(
    ("state", "found"), (("", []), ("deregistered", ["江苏省家具行业协会"]), ("all", ["江苏省家具行业协会"]))
)
def test_list_shows_what_is_registered_unless_more_is_asked_for(
    client_of: ClientOf, province_user: User, own: Side, state: str, found: list[str]
) -> None:
    deregister_association(association=own.association, actor=province_user, on=MOVED, reason="解散")
    assert names(client_of("province").get(LIST, {"state": state} if state else {})) == found


def test_list_filters_by_coverage(client_of: ClientOf, world: dict[str, Side]) -> None:
    PartyOrganization.objects.filter(pk=world["own"].organization.pk).update(ends_on=MOVED)
    client = client_of("province")
    assert names(client.get(LIST, {"coverage": "own"})) == ["江苏省钟表行业协会"]
    assert names(client.get(LIST, {"coverage": "instructor"})) == ["江苏省家具行业协会"]
    Instructor.objects.filter(association=world["own"].association).delete()
    assert names(client.get(LIST, {"coverage": "none"})) == ["江苏省家具行业协会"]
    assert names(client.get(LIST, {"coverage": "own", "as_of": "2024-09-30"})) == [
        "江苏省家具行业协会",
        "江苏省钟表行业协会",
    ]


def test_list_sorts_both_ways(client_of: ClientOf, world: dict[str, Side]) -> None:
    client = client_of("province")
    assert names(client.get(LIST, {"sort": "-name"})) == names(client.get(LIST, {"sort": "name"}))[::-1]


def test_export_holds_exactly_what_is_filtered(client_of: ClientOf, world: dict[str, Side]) -> None:
    answer = client_of("province").get(LIST, {"search": "家具", "export": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[:6] for row in rows] == [
        ["江苏省家具行业协会", world["own"].association.uscc, "行业协会", "家具行业党委", "单独组建", 5]
    ]


@pytest.mark.parametrize("role", ("committee", "secretary", "viewer"))
def test_list_count_and_export_hold_no_trace_of_another_subtree(
    client_of: ClientOf, world: dict[str, Side], role: str
) -> None:
    client = client_of(role)
    page, export = client.get(LIST), client.get(LIST, {"export": "xlsx"})
    text = "".join(str(cell.value) for row in load_workbook(io.BytesIO(export.content)).worksheets[0] for cell in row)
    assert page.context["page_obj"].paginator.count == 1
    assert ("钟表" in page.content.decode(), "钟表" in text) == (False, False)


@pytest.mark.parametrize(
    "url_name",
    ("partyorgs:association-list", "partyorgs:organization-list", "partyorgs:instructor-list", "partyorgs:person-list"),
)
def test_no_list_of_a_committee_holds_a_trace_of_another_subtree(
    client_of: ClientOf, world: dict[str, Side], url_name: str
) -> None:
    page = client_of("committee").get(reverse(url_name), {"state": "all"})
    assert (page.context["page_obj"].paginator.count, "钟表" in page.content.decode()) == (1, False)


def test_a_foreign_committee_in_the_address_finds_nothing_at_all(client_of: ClientOf, world: dict[str, Side]) -> None:
    page = client_of("committee").get(LIST, {"committee": world["other"].committee.pk})
    assert names(page) == []


@pytest.mark.parametrize("url_name", ("association", "organization", "instructor", "person"))
def test_lists_ask_as_often_for_many_rows_as_for_one(
    client_of: ClientOf, province_user: User, own: Side, url_name: str, django_assert_num_queries: object
) -> None:
    client, address = client_of("province"), reverse(f"partyorgs:{url_name}-list")
    queries = _queries_of(client, address)
    for _ in range(4):
        association = recipes.association.make(region=recipes.region.make())
        recipes.oversight.make(association=association, committee=own.committee)
        person = recipes.person.make()
        recipes.known_as.make(association=association, person=person)
        recipes.association_post.make(association=association, person=person)
        recipes.instructor.make(association=association, person=person)
        recipes.affiliation.make(association=association, organization=recipes.organization.make())
    with django_assert_num_queries(queries):
        client.get(address)


def _queries_of(client: object, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


def test_detail_speaks_of_the_day_of_the_page(client_of: ClientOf, province_user: User, world: dict[str, Side]) -> None:
    own = world["own"]
    move_association(
        association=own.association,
        actor=province_user,
        committee=world["other"].committee,
        from_date=MOVED,
        reason="调整",
    )
    client = client_of("province")
    earlier = client.get(page_of(own.association), {"as_of": "2024-09-30"})
    assert earlier.context["record"].oversight.committee == own.committee
    assert [event.text for event in earlier.context["events"] if event.what == "党建归口"] == ["归口家具行业党委"]
    now = client.get(page_of(own.association))
    assert now.context["record"].oversight.committee == world["other"].committee


def test_detail_marks_who_serves_on_both_sides(client_of: ClientOf, own: Side) -> None:
    record = client_of("province").get(page_of(own.association)).context["record"]
    assert [(held.post.person, held.is_cross) for held in record.leaders] == [(own.person, True)]
    assert [(held.post.person, held.is_cross) for held in record.organizations[0].officers] == [(own.person, True)]
    assert record.why == "自2016年1月1日起由中共江苏省家具行业协会支部委员会覆盖（单独组建）。"


def test_detail_says_what_to_do_where_nothing_covers(client_of: ClientOf, own: Side) -> None:
    association = recipes.association.make()
    recipes.oversight.make(association=association, committee=own.committee)
    recipes.headcount.make(association=association, formal=4)
    record = client_of("province").get(page_of(association)).context["record"]
    assert record.proposal == "想建不会建：选派党建工作指导员，按组建步骤逐项帮建。"


@pytest.mark.parametrize(
    ("role", "shown"), (("province", True), ("committee", True), ("secretary", True), ("viewer", False))
)
def test_political_affiliation_is_shown_to_the_committees_and_the_association_alone(
    client_of: ClientOf, own: Side, role: str, *, shown: bool
) -> None:
    client = client_of(role)
    page = client.get(page_of(own.association)).content.decode()
    record = client.get(reverse("partyorgs:person-detail", args=[own.person.pk])).content.decode()
    assert ("正式党员</div>" in page, "正式党员" in record, "政治面貌" in record) == (shown, shown, shown)


def test_a_viewer_gets_no_change_log(client_of: ClientOf, own: Side) -> None:
    page = client_of("viewer").get(page_of(own.association), {"tab": "history"})
    assert (page.context["tab"], page.context["entries"]) == ("record", [])


def test_change_log_tells_before_after_and_reason(client_of: ClientOf, province_user: User, own: Side) -> None:
    correct_association(
        association=own.association, actor=province_user, reason="抄错", values={"name": "江苏省木业协会"}
    )
    entry = client_of("committee").get(page_of(own.association), {"tab": "history"}).context["entries"][0]
    assert (entry.action, entry.values, entry.reason) == (
        "更正",
        (("名称", "江苏省家具行业协会", "江苏省木业协会"),),
        "抄错",
    )


def test_only_whoever_may_write_is_offered_a_form(client_of: ClientOf, own: Side) -> None:
    offered = {
        role: "登记变更" in client_of(role).get(page_of(own.association)).content.decode()
        for role in ("province", "committee", "secretary", "viewer")
    }
    assert offered == {"province": True, "committee": True, "secretary": False, "viewer": False}


def test_an_association_that_moved_away_is_gone_from_the_old_committee(
    client_of: ClientOf, province_user: User, world: dict[str, Side]
) -> None:
    own = world["own"]
    move_association(
        association=own.association,
        actor=province_user,
        committee=world["other"].committee,
        from_date=MOVED,
        reason="调整",
    )
    assert client_of("committee").get(page_of(own.association)).status_code == 404
    assert Oversight.objects.filter(association=own.association).count() == 2


def test_change_log_tells_what_a_ledger_changed_and_where_it_stood(client_of: ClientOf, own: Side) -> None:
    industry, _ = Industry.objects.get_or_create(code="C", defaults={"name": "制造业"})
    LedgerChange.objects.create(
        upload=own.upload,
        verb="change",
        model="associations.association",
        object_id=own.association.pk,
        association_id=own.association.pk,
        before={"kind": "association", "industry_id": None},
        after={"kind": "chamber", "industry_id": industry.pk},
        cell="协会!B7",
    )
    entry = client_of("committee").get(page_of(own.association), {"tab": "history"}).context["entries"][0]
    assert (entry.what, entry.values, entry.source) == (
        "协会商会",
        (("类别", "行业协会", "商会"), ("行业门类", "—", "制造业")),
        "台账《台账-2024-06-30.xlsx》协会!B7",
    )
