"""Ledgers handed back: the same workbook with its problems marked, and the blank one to fill in."""

from __future__ import annotations

import io
from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from partyorgs.ledgers.choices import Severity
from partyorgs.ledgers.xlsx.association_columns import ASSOCIATIONS
from partyorgs.ledgers.xlsx.people_columns import INSTRUCTORS, PEOPLE
from partyorgs.ledgers.xlsx.table import LedgerColumn, LedgerTable
from portal.core.cells import date_of, figure_of, flag_of, name_of
from portal.core.xlsx import Column, Table, lay_out_for_print, mark_cells

if TYPE_CHECKING:
    from partyorgs.ledgers.models import LedgerUpload

_PROBLEM_COLUMNS = (
    Column("性质", lambda problem: Severity(problem["severity"]).label, 8),
    Column("工作表", itemgetter("sheet"), 18),
    Column("行", itemgetter("row"), 8),
    Column("列", itemgetter("column"), 18),
    Column("原内容", itemgetter("value"), 26),
    Column("应为", itemgetter("message"), 60),
)
# Columns that a blank ledger leaves out: they repeat what another column or heading row says.
_LEFT_OUT = frozenset({"members", "level", "uscc_of_person", "kind"})
_HEADINGS = {"association": "社会组织基本情况", "headcount": "党员情况", "organization": "党组织情况", "state": "其他"}
_YES_NO = frozenset({"decoupled", "has_organization", "charter", "runs_daily"})
_LISTS = {
    "setup": "单独组建,联合组建,功能型,依托组建",
    "sex": "男,女",
    "grade": "5A,4A,3A,2A,1A,未评估",
    "state": "正常,已注销",
}
_EDGE = Border(*[Side(style="thin", color="999999")] * 4)
_ROWS = 500
_WIDTHS: dict[Callable[[Any], Any], int] = {name_of: 24, date_of: 11, figure_of: 8, flag_of: 8}


def marked_ledger(upload: LedgerUpload, *, watermark: str) -> bytes:
    """Return the uploaded workbook with the cells of its problems marked, and a first sheet that lists them all."""
    with upload.file.open("rb") as file:
        content = file.read()
    marks = [(problem["sheet"], problem["row"], problem["number"], problem["message"]) for problem in upload.problems]
    summary = Table("问题清单", _PROBLEM_COLUMNS, upload.problems)
    return mark_cells(content, marks, summary, watermark=watermark)


def blank_ledger() -> bytes:
    """Return an empty ledger with the headings, sample rows in grey and choices to pick from; what this portal reads back."""
    book = Workbook()
    book.remove(book.active)
    _draw_associations(book)
    for table in (PEOPLE, INSTRUCTORS):
        _draw_table(book, table)
    _draw_help(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(table: LedgerTable) -> list[LedgerColumn]:
    return [
        column
        for column in table.columns
        if column.key not in _LEFT_OUT and not (table is not ASSOCIATIONS and column.key in {"uscc", "serial"})
    ]


def _draw_associations(book: Workbook) -> None:
    sheet = book.create_sheet("台账")
    columns = _columns(ASSOCIATIONS)
    last = get_column_letter(len(columns))
    sheet.append(["全省性行业协会商会党建工作台账（截至　　年　月　日）"])
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    sheet.append(["填报单位："])
    sheet.append([_HEADINGS[column.section] for column in columns])
    sheet.append([column.heading for column in columns])
    start = 1
    for number in range(2, len(columns) + 2):
        if number > len(columns) or columns[number - 1].section != columns[start - 1].section:
            if number - start > 1:
                sheet.merge_cells(start_row=3, start_column=start, end_row=3, end_column=number - 1)
            start = number
    _finish(sheet, ASSOCIATIONS, columns, heading_rows=(3, 4))


def _draw_table(book: Workbook, table: LedgerTable) -> None:
    sheet = book.create_sheet(table.name)
    columns = _columns(table)
    sheet.append([column.heading for column in columns])
    _finish(sheet, table, columns, heading_rows=(1,))


def _finish(sheet: object, table: LedgerTable, columns: list[LedgerColumn], *, heading_rows: tuple[int, ...]) -> None:
    first = heading_rows[-1] + 1
    for row in heading_rows:
        for number in range(1, len(columns) + 1):
            cell = sheet.cell(row, number)  # type: ignore[attr-defined]
            cell.font, cell.border = Font(bold=True), _EDGE
            cell.fill = PatternFill("solid", fgColor="EFEFEF")
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _width(column)  # type: ignore[attr-defined]
        head = sheet.cell(heading_rows[-1], number)  # type: ignore[attr-defined]
        if column.help or column.sample:
            samples = "、".join(str(sample) for sample in column.sample if sample != "")
            head.comment = Comment(
                "\n".join(filter(None, (column.help, f"例：{samples}" if samples else ""))), "党建工作平台"
            )
        choices = "是,否" if column.key in _YES_NO else _LISTS.get(column.key)
        if choices:
            offered = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            sheet.add_data_validation(offered)  # type: ignore[attr-defined]
            offered.add(f"{letter}{first}:{letter}{first + _ROWS}")
        if column.key == "uscc":
            for row in range(first, first + _ROWS):
                sheet.cell(row, number).number_format = "@"  # type: ignore[attr-defined]
    sheet.freeze_panes = sheet.cell(first, 3)  # type: ignore[attr-defined]
    sheet.row_dimensions[heading_rows[-1]].height = 46  # type: ignore[attr-defined]
    lay_out_for_print(sheet, heading_rows[0], heading_rows[-1], "")
    if table is ASSOCIATIONS:
        sheet.page_setup.paperSize = "8"  # type: ignore[attr-defined]  # A3: more columns than A4 can show


def _width(column: LedgerColumn) -> int:
    if column.key in {"serial", "sex"}:
        return 6
    if column.key == "uscc":
        return 21
    return _WIDTHS.get(column.read, 11)


def _draw_help(book: Workbook) -> None:
    sheet = book.create_sheet("填写说明")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = (
        22,
        60,
        40,
    )
    sheet.append(["列", "填写要求", "示例"])
    for column in (*_columns(ASSOCIATIONS), *_columns(PEOPLE), *_columns(INSTRUCTORS)):
        samples = "、".join(str(sample) for sample in column.sample if sample != "")
        need = "必填。" if column.required else ""
        sheet.append([column.heading, f"{need}{column.help}", samples])
    sheet.append(
        ["归口", "每个行业党委单独一行标题，例如“一、省工业和信息化行业党委（14家）”；也可以填“党建归口”列。", ""]
    )
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EFEFEF")
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.border, cell.alignment = _EDGE, Alignment(vertical="top", wrap_text=True)
    lay_out_for_print(sheet, 1, 1, "")
