"""The workbook in which somebody fills in a version: prefilled, one row an item, a sheet for each table; read back located."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.core.xlsx import lay_out_for_print, safe_cell, sheet_title
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import LARGEST, MOST_ROWS, is_nothing, longest_of, show_answer, typed_answer
from reviews.questionnaires.rules.conditions import Answers, holds
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.rules.problems import Known, completed

SHEET = "填报"
HEADINGS = ("编号", "项目", "单位", "平台已有", "上期", "本期填写", "情况说明", "填写说明")
_WIDTHS = (7, 28, 7, 20, 20, 30, 30, 50)
CODE, ANSWER, EXPLANATION = 0, 5, 6
NOT_TO_FILL, _ONLINE = "（不用填写）", "（请在网页上传）"
_EDGE = Border(*[Side(style="thin", color="999999")] * 4)
_HEADING = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="EFEFEF"),
    "border": _EDGE,
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
}
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_GIVEN = {"border": _EDGE, "alignment": _WRAPPED, "font": Font(color="666666")}
_ASKED = {"border": _EDGE, "alignment": _WRAPPED, "fill": PatternFill("solid", fgColor="FFFBE6")}
_LONGEST_LIST = 250
_NOTE = "黄色格填写。没有的数填0；平台已有的数无误时不用填，有变化时填在“本期填写”。请不要改动编号、工作表名称和表头。"


def answers_workbook(
    content: Content,
    answers: Mapping[str, Any],
    last: Mapping[str, Any],
    known: Mapping[str, Known],
    *,
    title: str,
    watermark: str,
    explanations: Mapping[str, str] | None = None,
) -> bytes:
    """Return the workbook to fill in, prefilled with `answers` and `explanations`; `read_answers` reads the same back.

    Items whose condition what the portal knows for good already denies are left out. `title` stands in the first cell.
    """
    book = Workbook(write_only=True)
    sheet = _main_sheet(book, title, watermark)
    row, tables = 5, []
    for section, items in offered(content, known):
        sheet.append(
            [None, safe_cell(sheet, section.title, font=Font(bold=True)), *[None] * 5, _plain(sheet, section.help)]
        )
        row += 1
        for item in items:
            have = known.get(item.known_from) if item.known_from else None
            where = table_title(item, content)
            cells = _line(sheet, item, (answers.get(item.code), last.get(item.code)), have, where)
            cells[EXPLANATION] = safe_cell(sheet, (explanations or {}).get(item.code), **_ASKED)
            sheet.append(cells)
            _offer(sheet, item, f"{get_column_letter(ANSWER + 1)}{row}")
            row += 1
            if item.type == ItemType.TABLE:
                tables.append(item)
    for item in tables:
        _draw_table(book, item, table_title(item, content), answers.get(item.code) or [], watermark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _main_sheet(book: Any, title: str, watermark: str) -> Any:
    """Return the sheet of the answers with all that stands above them: title, watermark, how to fill in, headings."""
    sheet = book.create_sheet(SHEET)
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "C5"
    lay_out_for_print(sheet, 4, 4, watermark)
    for place, line in enumerate((title, watermark, _NOTE)):
        sheet.append([safe_cell(sheet, line, font=Font(bold=place == 0, size=14 if place == 0 else 9))])
    sheet.append([safe_cell(sheet, heading, **_HEADING) for heading in HEADINGS])
    return sheet


def offered(content: Content, known: Mapping[str, Known]) -> list[tuple[Section, list[Item]]]:
    """Return the sections and items that may be asked, whatever else is answered: what can be corrected settles nothing."""
    settled = {
        code: value
        for code, value in completed(content, {}, known).items()
        if (item := content.item(code)) is not None and not item.correctable
    }
    state = Answers(content, settled, {})
    sections = []
    for section in content.sections:
        items = [
            item
            for item in section.items
            if not any(each and holds(each, state) is False for each in (section.asked_if, item.asked_if))
        ]
        if items:
            sections.append((section, items))
    return sections


def table_title(item: Item, content: Content) -> str:
    """Return the name of the sheet in which a table is filled in: its label, told apart where a sheet has that name."""
    titles = [sheet_title(each.label) for each in content.items if each.type == ItemType.TABLE]
    title = sheet_title(item.label)
    return sheet_title(f"{item.code}-{item.label}") if titles.count(title) > 1 or title == SHEET else title


def _plain(sheet: Any, text: str) -> Any:
    return safe_cell(sheet, text or None, **_GIVEN)


def _line(sheet: Any, item: Item, values: tuple[Any, Any], have: Known | None, where: str) -> list[Any]:
    answer, last = values
    cell: Any = cell_value(item, answer)
    if have is not None and not item.correctable:
        cell = NOT_TO_FILL
    elif item.type == ItemType.TABLE:
        cell = f"（填在工作表“{where}”）"
    elif item.type == ItemType.ATTACHMENT:
        cell = _ONLINE
    given = ""
    if have is not None:
        since = f"（{have.since:%Y-%m-%d}起）" if have.since else ""
        given = f"{show_answer(item, have.value)}{since}"
    is_word = cell in {NOT_TO_FILL, _ONLINE} if isinstance(cell, str) else False
    look = _GIVEN if is_word or item.type == ItemType.TABLE else _ASKED
    written = safe_cell(sheet, cell, **look)
    if item.type in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT}:
        written.number_format = "@"
    return [
        _plain(sheet, item.code),
        safe_cell(sheet, f"{item.label}{'（必填）' if item.required else ''}", border=_EDGE, alignment=_WRAPPED),
        _plain(sheet, item.unit),
        _plain(sheet, given),
        _plain(sheet, "" if is_nothing(last) else show_answer(item, last)),
        written,
        None,
        _plain(sheet, help_of(item)),
    ]


def help_of(item: Item) -> str:
    """Return what stands beside an item in a workbook: its help and, for several choices, what they are."""
    choices = f"可填：{'、'.join(item.options)}（用顿号隔开）。" if item.type == ItemType.CHOICES else ""
    return f"{item.help}{choices}"


def cell_value(item: Item, value: Any) -> Any:
    """Return an answer as a cell holds it: numbers and dates typed, everything else as words."""
    if is_nothing(value) or item.type in {ItemType.TABLE, ItemType.ATTACHMENT}:
        return None
    if item.type == ItemType.MONEY and isinstance(value, int):
        return value / 100 if value % 100 else value // 100
    if item.type == ItemType.DATE and isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return value
    return value if isinstance(value, int) and not isinstance(value, bool) else typed_answer(item, value)


def _offer(sheet: Any, item: Item, cells: str) -> None:
    offer = _validation(item)
    if offer is not None:
        offer.add(cells)
        sheet.data_validations.append(offer)


def _validation(item: Item) -> DataValidation | None:
    wishes = {"allow_blank": True, "showErrorMessage": True, "errorTitle": "填写的内容不符合要求"}
    options = ("是", "否") if item.type == ItemType.YES_NO else item.options if item.type == ItemType.CHOICE else ()
    if options and len(",".join(options)) <= _LONGEST_LIST:
        return DataValidation(type="list", formula1=f'"{",".join(options)}"', error="请从列表中选择。", **wishes)
    if item.type in {ItemType.WHOLE, ItemType.MONEY}:
        scale = 100 if item.type == ItemType.MONEY else 1
        least, most = (item.minimum or 0) / scale, (LARGEST if item.maximum is None else item.maximum) / scale
        kind = "whole" if item.type == ItemType.WHOLE else "decimal"
        words = f"应填{item.type_label}，不小于 {least:g}" + (
            f"，不大于 {most:g}。" if item.maximum is not None else "。"
        )
        return DataValidation(
            type=kind, operator="between", formula1=f"{least:g}", formula2=f"{most:f}", error=words, **wishes
        )
    if item.type in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT}:
        most = longest_of(item)
        return DataValidation(
            type="textLength",
            operator="lessThanOrEqual",
            formula1=str(most),
            error=f"不能超过 {most} 个字。",
            **wishes,
        )
    return None


def _draw_table(book: Any, item: Item, title: str, rows: Any, watermark: str) -> None:
    sheet = book.create_sheet(title)
    room = item.maximum or MOST_ROWS
    for number, column in enumerate(item.columns, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 40 if column.type == ItemType.LONG_TEXT else 18
        _offer(sheet, column, f"{letter}4:{letter}{3 + room}")
    sheet.freeze_panes = "A4"
    lay_out_for_print(sheet, 3, 3, watermark)
    sheet.append([safe_cell(sheet, item.label, font=Font(bold=True, size=14))])
    sheet.append([safe_cell(sheet, item.help or None, font=Font(size=9))])
    sheet.append([safe_cell(sheet, column_heading(column), **_HEADING) for column in item.columns])
    kept = [row for row in rows if isinstance(row, dict)]
    for place in range(max(len(kept), min(room, 10))):
        row = kept[place] if place < len(kept) else {}
        sheet.append([safe_cell(sheet, cell_value(column, row.get(column.code)), **_ASKED) for column in item.columns])


def column_heading(column: Item) -> str:
    return f"{column.label}{f'（{column.unit}）' if column.unit else ''}{'（必填）' if column.required else ''}"
