"""What addresses may hold that no link of ours ever wrote."""

import datetime

import pytest
from django.urls import reverse

from tests.conftest import ClientOf, Side


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
