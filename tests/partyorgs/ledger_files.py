"""A ledger of a few rows, drawn as a department might draw it; a test changes only what it is about."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from partyorgs.ledgers.xlsx.headings import guess_mapping
from partyorgs.ledgers.xlsx.reader import Ledger, read_ledger
from portal.core.xlsx import read_sheets
from tests import recipes

COMMITTEE, OTHER_COMMITTEE = "省甲行业党委", "省社会组织综合党委"

# Heading and cell of a full row, by what the column says.
ASSOCIATION: dict[str, tuple[str, Any]] = {
    "serial": ("序号", 1),
    "name": ("社会组织名称", "江苏省甲行业协会"),
    "uscc": ("统一社会信用代码", "513200005000002850"),
    "registered_on": ("成立时间", "2010-05-18"),
    "region": ("所在地", "南京市"),
    "competent_authority": ("业务主管单位", "省民政厅"),
    "decoupled": ("是否脱钩", "是"),
    "member_firms": ("会员单位数", 120),
    "staff": ("专职人员数", 12),
    "grade": ("评估等级", "4A"),
    "formal": ("正式党员数", 6),
    "probationary": ("预备党员数", 1),
    "has_organization": ("是否建立党组织", "是"),
    "organization_name": ("党组织名称", "中共江苏省甲行业协会支部委员会"),
    "setup": ("组建方式", "单独组建"),
    "founded_on": ("党组织成立时间", "2016-07-01"),
    "elected_on": ("本届选举时间", "2023-07-01"),
    "charter": ("党建是否写入章程", "是"),
    "state": ("登记状态", "正常"),
    "deregistered_on": ("注销时间", None),
}
PERSON: dict[str, tuple[str, Any]] = {
    "association": ("社会组织名称", "江苏省甲行业协会"),
    "name": ("姓名", "张三"),
    "sex": ("性别", "男"),
    "politics": ("政治面貌", "中共党员"),
    "title": ("协会职务", "会长"),
    "runs_daily": ("是否主持日常工作", "是"),
    "begins_on": ("协会任职时间", "2022-06-18"),
    "ends_on": ("协会离任时间", None),
    "party_title": ("党内职务", "书记"),
    "party_begins_on": ("党内任职时间", "2023-07-01"),
    "party_ends_on": ("党内离任时间", None),
}
INSTRUCTOR: dict[str, tuple[str, Any]] = {
    "name": ("姓名", "王五"),
    "kind": ("类型", "党建工作指导员"),
    "dispatched_by": ("派出单位", "省社会组织综合党委"),
    "association": ("联系社会组织", "江苏省甲行业协会"),
    "begins_on": ("开始时间", "2024-01-10"),
    "ends_on": ("结束时间", None),
}

Cells = dict[str, Any]


def association(number: int = 1, **cells: Any) -> Cells:
    """Return a full row about the `number`th association; `cells` replace what a test is about."""
    row = {key: cell for key, (_, cell) in ASSOCIATION.items()} | {"serial": number}
    if number > 1:
        name = f"江苏省第{number}行业协会"
        row |= {"name": name, "uscc": recipes.credit_code(), "organization_name": f"中共{name}支部委员会"}
    return row | cells


def person(**cells: Any) -> Cells:
    return {key: cell for key, (_, cell) in PERSON.items()} | cells


def instructor(**cells: Any) -> Cells:
    return {key: cell for key, (_, cell) in INSTRUCTOR.items()} | cells


def draw(
    sheet: Worksheet,
    spec: dict[str, tuple[str, Any]],
    rows: Sequence[Cells],
    headings: dict[str, str] | None = None,
    order: Sequence[str] | None = None,
) -> None:
    """Draw one table with one row of headings; `headings` words some of them otherwise or adds columns."""
    told = {key: heading for key, (heading, _) in spec.items()} | (headings or {})
    keys = list(order or told)
    sheet.append([told[key] for key in keys])
    for row in rows:
        sheet.append([row.get(key) for key in keys])


def ledger_book(
    associations: Sequence[Cells] = (),
    people: Sequence[Cells] = (),
    instructors: Sequence[Cells] = (),
    *,
    change: Callable[[Workbook], None] = lambda _: None,
) -> bytes:
    """Return a workbook with the tables that have rows."""
    book = Workbook()
    book.remove(book.active)
    for title, spec, rows in (
        ("台账", ASSOCIATION, associations),
        ("负责人及班子成员", PERSON, people),
        ("党建指导员", INSTRUCTOR, instructors),
    ):
        if rows:
            draw(book.create_sheet(title), spec, rows)
    change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, as_of: Any) -> Ledger:
    """Read a workbook as an import would, up to what the cells alone can tell."""
    sheets = read_sheets(content)
    return read_ledger(sheets, guess_mapping(sheets), as_of)


def grid_book(*tables: tuple[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook of plain grids: for ledgers that are laid out in their own way."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in tables:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return saved(book)
