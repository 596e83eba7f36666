"""What addresses may hold that no link of ours ever wrote."""

import datetime

import pytest
from django.urls import reverse

from portal.core.models import AuditEntry
from tests import recipes
from tests.conftest import ClientOf, Side

pytestmark = pytest.mark.once


@pytest.mark.parametrize(("asked", "size"), (("50", 50), ("²", 20), ("\u0665\u0660", 20), ("-1", 20), ("9" * 5000, 20)))
def test_a_list_has_one_of_the_page_sizes_whatever_is_asked_for(client_of: ClientOf, asked: str, size: int) -> None:
    answer = client_of("province").get(reverse("core:committee-list"), {"page_size": asked})
    assert (answer.status_code, answer.context["page_size"]) == (200, size)


@pytest.mark.parametrize("url_name", ("home", "coverage", "elections", "matrix"))
def test_a_day_before_anything_was_counted_is_read_as_today(client_of: ClientOf, own: Side, url_name: str) -> None:
    client = client_of("province")
    for asked in ("0001-01-01", "1949-09-30"):
        answer = client.get(reverse(f"dashboard:{url_name}"), {"as_of": asked})
        assert (answer.status_code, answer.context["as_of"]) == (200, answer.context["today"])
    answer = client.get(reverse(f"dashboard:{url_name}"), {"as_of": "1949-10-01"})
    assert (answer.status_code, answer.context["as_of"]) == (200, datetime.date(1949, 10, 1))
    assert 'min="1949-10-01"' in answer.content.decode()


def test_targets_open_on_a_day_before_anything_was_counted(client_of: ClientOf, own: Side) -> None:
    assert client_of("province").get(reverse("partyorgs:target-list"), {"as_of": "0001-01-01"}).status_code == 200


NO_KEYS = ("²", "9" * 23, str(2**63), "-1", "1e3", "9" * 5000)


@pytest.mark.parametrize("asked", NO_KEYS)
def test_what_is_no_key_chooses_nothing(client_of: ClientOf, own: Side, asked: str) -> None:
    client = client_of("province")
    moving = reverse("associations:association-move-many")
    for answer in (client.get(moving, {"pk": asked}), client.post(moving, {"pk": asked})):
        assert (answer.status_code, answer.context["rows"]) == (200, [])
    founding = client.get(reverse("partyorgs:organization-create"), {"association": asked})
    assert (founding.status_code, founding.context["form"].initial) == (200, {})
    assert client.get(reverse("dashboard:matrix"), {"within": asked}).status_code == 404


def test_a_number_that_no_person_has_is_not_found(client_of: ClientOf, own: Side) -> None:
    address = reverse("associations:post-create", args=[own.association.pk])
    form = client_of("province").post(address, {"person": f"王建国（编号{'9' * 23}）"}).context["form"]
    assert form.errors["person"] == ["没有找到，请输入部分名称后从提示中选择，或者输入全称。"]


def test_the_search_of_the_top_bar_stays_on_the_day_of_the_page(client_of: ClientOf, own: Side) -> None:
    client, address = client_of("province"), reverse("core:committee-list")
    hidden = '<input type="hidden" name="as_of" value="2024-06-30">'

    def search_form(**asked: str) -> str:
        return client.get(address, asked).content.decode().partition('role="search"')[2].partition("</form>")[0]

    assert [hidden in search_form(), hidden in search_form(as_of="2024-06-30")] == [False, True]


def nul_addresses(own: Side) -> list[tuple[str, str, dict[str, str]]]:
    nul = "\x00"
    return [
        ("province", reverse("associations:association-options"), {"association": nul}),
        ("province", reverse("associations:person-options"), {"person": f"王{nul}"}),
        ("province", reverse("partyorgs:organization-options"), {"organization": nul}),
        ("secadmin", reverse("core:grant-options", args=["association"]), {"association": nul}),
        ("province", reverse("partyorgs:association-list"), {"search": nul, "export": "xlsx"}),
        ("province", reverse("partyorgs:person-list"), {"search": nul, f"x{nul}": nul}),
        ("province", reverse("core:committee-list"), {"search": nul, "as_of": nul, "sort": nul, "page": nul}),
    ]


def test_the_character_that_no_database_keeps_is_left_out_of_addresses(client_of: ClientOf, own: Side) -> None:
    answers = [client_of(role).get(address, asked) for role, address, asked in nul_addresses(own)]
    assert [answer.status_code for answer in answers] == [200] * 7
    found = client_of("province").get(reverse("partyorgs:association-list"), {"search": "家\x00具", "page_size": "50"})
    assert [row.name for row in found.context["page_obj"]] == ["江苏省家具行业协会"]
    assert found.context["page_size"] == 50


def test_the_character_that_no_database_keeps_is_left_out_of_what_is_typed(client_of: ClientOf, own: Side) -> None:
    told = {"username": "no\x00body", "password": "x"}
    assert client_of("anonymous").post(reverse("core:sign-in"), told).status_code == 200
    assert AuditEntry.objects.get().data == {"username": "nobody"}


def test_an_address_that_takes_forms_only_says_so(client_of: ClientOf) -> None:
    person = recipes.user.make()
    answer = client_of("sysadmin").get(reverse("core:user-reset", args=[person.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个页面不能直接打开" in answer.content.decode()
