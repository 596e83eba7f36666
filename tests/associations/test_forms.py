"""What the fields of the registry take."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from tests.conftest import ClientOf, Side

TODAY = datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)
TOO_EARLY = ["日期不能早于1900年1月1日，请核对年份。"]
TOO_FAR = ["日期不能晚于2036年底，请核对年份。"]


@pytest.mark.parametrize(
    ("url_name", "field", "faults"),
    (
        ("associations:association-move", "from_date", {"1899-12-31": TOO_EARLY, "2037-01-01": TOO_FAR}),
        ("associations:association-end", "on", {"0026-03-01": TOO_EARLY, "2026-03-03": ["日期不能晚于今天。"]}),
        ("partyorgs:target-create", "due_on", {"1899-12-31": TOO_EARLY, "9999-12-31": TOO_FAR}),
        ("partyorgs:ledger-create", "as_of", {"0202-06-30": TOO_EARLY, "2026-03-03": ["日期不能晚于今天。"]}),
    ),
)
def test_a_day_of_another_century_is_taken_for_a_slip(
    client_of: ClientOf, own: Side, url_name: str, field: str, faults: dict[str, list[str]]
) -> None:
    address = reverse(url_name, args=[own.association.pk] if url_name.startswith("associations") else [])
    with time_machine.travel(TODAY):
        client = client_of("province")
        told = {day: client.post(address, {field: day}).context["form"].errors[field] for day in faults}
        good = client.post(address, {field: "2026-03-02"}).context["form"].errors
    assert (told, field in good) == (faults, False)


def test_the_calendar_of_a_field_ends_where_the_field_does(client_of: ClientOf, own: Side) -> None:
    with time_machine.travel(TODAY):
        page = client_of("province").get(reverse("associations:association-move", args=[own.association.pk]))
    attributes = page.context["form"].fields["from_date"].widget.attrs
    assert (attributes["min"], attributes["max"]) == ("1900-01-01", "2036-12-31")
