"""Workbooks, mechanics only: hostile files refused, sheets read to located rows, safe watermarked writing. No business words."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.core.errors import UnreadableFile
from portal.core.packages import repacked
from portal.core.xlsx_guard import BROKEN, inspect_workbook

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: `rows[0]` is row 1. `uncalculated` are the cells (row, column from 1) whose formula has no value or an error."""

    title: str
    rows: list[list[Any]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncalculated: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Column:
    """One column of a list: `value` takes a row object and returns what the cell holds."""

    heading: str
    value: Callable[[Any], Any]
    width: int = 14
    wraps: bool = False


@dataclass(frozen=True)
class Table:
    """One sheet to be written: title line, watermark line, headings, rows."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    notes: Sequence[str] = field(default=())


def read_sheets(data: bytes) -> list[Sheet]:
    """Return the visible sheets of an .xlsx file. Raises UnreadableFile with a sentence for anything else."""
    uncalculated = inspect_workbook(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, OSError, ValueError) as fault:
        raise UnreadableFile(BROKEN) from fault
    sheets = []
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = sheet.to_python(skip_empty_area=False)
        except (CalamineError, OSError, ValueError) as fault:
            raise UnreadableFile(f"工作表“{meta.name}”已损坏，无法读取。") from fault
        merged = tuple((a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
        sheets.append(Sheet(meta.name, rows, merged, uncalculated.get(meta.name, frozenset())))
    if not sheets:
        raise UnreadableFile("文件中没有可读取的工作表。")
    return sheets


_HEADING = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="EFEFEF"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": Border(*[Side(style="thin", color="999999")] * 4),
}
_BODY_BORDER = Border(*[Side(style="thin", color="CCCCCC")] * 4)
# How a cell of a column looks, by whether long words go on in a second line.
_LOOKS: dict[bool, dict[str, Any]] = {
    False: {"border": _BODY_BORDER, "alignment": Alignment(vertical="center")},
    True: {"border": _BODY_BORDER, "alignment": Alignment(vertical="center", wrap_text=True)},
}


def write_tables(tables: Sequence[Table], *, watermark: str, created: datetime.datetime | None = None) -> bytes:
    """Return a workbook with one sheet a table; `watermark` (who and when) stands under each title and in the print footer.

    Text is always text: nothing that a user typed becomes a formula (SEC-47). With `created`, which then stands in the
    file's properties in place of the clock, equal tables give equal bytes: an issued annex can be made again and compared.
    """
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(sheet_title(table.title))
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        lines = [table.title, watermark, *table.notes]
        sheet.freeze_panes = f"A{len(lines) + 2}"
        lay_out_for_print(sheet, len(lines) + 1, len(lines) + 1, watermark)
        for place, line in enumerate(lines):
            sheet.append([safe_cell(sheet, line, font=Font(bold=place == 0, size=14 if place == 0 else 9))])
        sheet.append([safe_cell(sheet, column.heading, **_HEADING) for column in table.columns])
        for number, row in enumerate(table.rows, start=len(lines) + 2):
            values = [column.value(row) for column in table.columns]
            if (high := _lines_of(values, table.columns)) > 1:
                sheet.row_dimensions[number].height = _LINE_POINTS * high
            pairs = zip(values, table.columns, strict=True)
            sheet.append([safe_cell(sheet, value, **_LOOKS[column.wraps]) for value, column in pairs])
    if created:
        book.properties.created = created
    out = io.BytesIO()
    book.save(out)
    return _of_one_date(out.getvalue(), book) if created else out.getvalue()


def _of_one_date(data: bytes, book: Workbook) -> bytes:
    """Return the workbook as made when its properties say: the library writes the clock into them as it saves."""
    book.properties.modified = book.properties.created
    return repacked(data, {"docProps/core.xml": tostring(book.properties.to_tree())})


_LINE_POINTS = 14.5  # one line of an ordinary cell


def _lines_of(values: Sequence[Any], columns: Sequence[Column]) -> int:
    """Return how many lines a row needs: not every program works out the height of words that go on in a second line."""
    needed = [
        -(-sum(1 if letter.isascii() else 2 for letter in str(value)) // max(column.width - 1, 1))
        for value, column in zip(values, columns, strict=True)
        if column.wraps and value is not None
    ]
    return max(needed, default=1)


def sheet_title(text: str) -> str:
    """Return `text` as a sheet may be called: 31 characters, none of `[]:*?/\\`."""  # noqa: D301
    return re.sub(r"[\[\]:*?/\\]", "-", text)[:31] or "表"


def safe_cell(sheet: Any, value: Any, **style: Any) -> WriteOnlyCell:
    """Return a cell that holds `value` as itself: numbers and dates typed, everything else text and never a formula."""
    if isinstance(value, bool):
        value = "是" if value else "否"
    if value is not None and not isinstance(value, (int, float, datetime.date)):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        if value[:1] in "=+-@\t\r＝＋－＠":  # noqa: RUF001
            cell.quotePrefix = True
    elif isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def mark_cells(data: bytes, marks: Iterable[tuple[str, int, int, str]], summary: Table, *, watermark: str) -> bytes:
    """Return the same workbook with the cells of `marks` (sheet, row, column from 1, sentence) red and commented, and a list.

    What can be read can be marked: a workbook whose looks cannot be kept is handed back with its values alone.
    """
    book = _reopened(data)
    spoken: dict[tuple[str, str], list[str]] = {}
    for title, row, column, sentence in marks:
        if title in book.sheetnames:
            anchor = _anchor(book[title], row, max(column, 1))
            spoken.setdefault((title, anchor.coordinate), []).append(sentence)
    for (title, coordinate), sentences in spoken.items():
        cell = book[title][coordinate]
        said_before = [cell.comment.text] if cell.comment else []
        cell.fill = PatternFill("solid", fgColor="FFC7CE")
        lines = list(dict.fromkeys([*sentences, *said_before]))
        cell.comment = Comment("\n".join(lines), "党建工作平台", height=60 + 40 * len(lines), width=320)
    _add_summary(book, summary, watermark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _reopened(data: bytes) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it cannot keep (charts, extensions) it says in English to the log
            book = load_workbook(io.BytesIO(data))
            book.save(io.BytesIO())
            return book
    except (ArithmeticError, AttributeError, LookupError, OSError, SyntaxError, TypeError, ValueError):
        book = Workbook()
        book.remove(book.active)
        for sheet in read_sheets(data):
            copy = book.create_sheet(sheet.title)
            for row in sheet.rows:
                copy.append([ILLEGAL_CHARACTERS_RE.sub("", item) if isinstance(item, str) else item for item in row])
                _keep_as_text(copy[copy.max_row])
        return book


def _add_summary(book: Workbook, summary: Table, watermark: str) -> None:
    title = sheet_title(summary.title)
    while title in book.sheetnames:
        title = sheet_title(f"平台{title}")
    sheet = book.create_sheet(title, 0)
    lines = [[summary.title], [watermark], *[[note] for note in summary.notes]]
    heading = len(lines) + 1
    body = [[column.value(row) for column in summary.columns] for row in summary.rows]
    for line in (*lines, [column.heading for column in summary.columns], *body):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", item) if isinstance(item, str) else item for item in line])
        _keep_as_text(sheet[sheet.max_row])
    sheet["A1"].font = Font(bold=True, size=14)
    for cells in sheet.iter_rows(min_row=heading, max_col=len(summary.columns)):
        for cell in cells:
            cell.border, cell.alignment = _BODY_BORDER, Alignment(vertical="top", wrap_text=True)
    for number, column in enumerate(summary.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        for name, look in _HEADING.items():
            setattr(sheet.cell(heading, number), name, look)
    sheet.freeze_panes = f"A{heading + 1}"
    lay_out_for_print(sheet, heading, heading, watermark)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def lay_out_for_print(sheet: Any, first_heading: int, last_heading: int, footer: str) -> None:
    """Print across: as wide as one page, the headings again on every page, page numbers below."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{first_heading}:{last_heading}"
    sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "第 &P 页 共 &N 页"


def _keep_as_text(cells: Iterable[Any]) -> None:
    for cell in cells:
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _anchor(sheet: Any, row: int, column: int) -> Any:
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(row, column)


def located(sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
    """Yield the row number (from 1) and the cells of every row that holds anything."""
    for number, row in enumerate(sheet.rows, start=1):
        if any(cell not in ("", None) for cell in row):
            yield number, row
