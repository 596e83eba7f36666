"""What cannot be chosen from a filter shows nothing, on the page and in its export, and says why."""

import io
import re

import pytest
from openpyxl import load_workbook

from tests.conftest import ClientOf, Side

pytestmark = pytest.mark.once

LISTS = (
    ("committee", "/associations/?committee={other}"),
    ("committee", "/organizations/?committee={other}"),
    ("committee", "/people/?committee={other}"),
    ("committee", "/instructors/?committee={other}"),
    ("committee", "/targets/?committee={other}"),
    ("province", "/associations/?committee=999999"),
    ("province", "/associations/?region=999999"),
    ("province", "/associations/?kind=zz"),
    ("province", "/associations/?state=zz"),
    ("province", "/targets/?indicator=zz"),
    ("province", "/ledgers/?status=zz"),
    ("province", "/committees/?kind=zz"),
    ("sysadmin", "/users/?role=zz"),
    ("secadmin", "/grants/?role=zz"),
    ("auditor", "/audit/?since=zz"),
    ("province", "/figures/org_coverage/?tab=in&committee=999999"),
    ("province", "/elections/?party_term=zz"),
    ("committee", "/reports/review/?committee={other}"),
    ("committee", "/reports/post-changes/?committee={other}"),
    ("committee", "/reports/difficulties/?committee={other}"),
    ("province", "/reports/rounds/?status=zz"),
)


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_what_is_not_to_be_chosen_from_shows_no_row_instead_of_every_row(
    client_of: ClientOf, world: dict[str, Side], role: str, address: str
) -> None:
    answer = client_of(role).get(address.format(other=world["other"].committee.pk))
    page = answer.content.decode()
    shown = (answer.context["page_obj"].paginator.count, "没有符合条件的记录。" in page, page.count("清除筛选") > 0)
    assert shown == (0, True, True)
    assert len(answer.context["filter"].form.errors) == 1
    assert re.search(r'class="invalid-feedback">', page)


@pytest.mark.parametrize("address", ("/associations/?committee=999999", "/organizations/?committee=999999"))
def test_an_export_of_what_is_not_to_be_chosen_from_has_no_row(
    client_of: ClientOf, world: dict[str, Side], address: str
) -> None:
    answer = client_of("province").get(f"{address}&export=xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    text = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert [world[side].name in text for side in world] == [False, False]
