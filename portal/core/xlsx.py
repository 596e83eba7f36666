"""Workbooks, mechanics only: hostile files refused, sheets read to located rows, safe watermarked writing. No business words."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.core.errors import UnreadableFile

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a department's ledger never reaches and a hostile file does (security.md §5 and FLT-29).
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 160 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 200_000
MAX_COLUMNS = 200
_CHUNK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb"<row\b")
_FORMULA = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b[^>]*?(?:/>|>.*?</f>)\s*(<v>[^<]|<v |<is>)?', re.DOTALL)


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: `rows[0]` is row 1. `uncalculated` are the cells (row, column from 1) of formulas without a value."""

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


@dataclass(frozen=True)
class Table:
    """One sheet to be written: title line, watermark line, headings, rows."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    notes: Sequence[str] = field(default=())


def read_sheets(data: bytes) -> list[Sheet]:
    """Return the visible sheets of an .xlsx file. Raises UnreadableFile with a sentence for anything else."""
    formulas = _inspect(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, OSError, ValueError) as fault:
        raise UnreadableFile("文件已损坏，无法打开。请用 WPS 或 Excel 打开后另存为 .xlsx 再上传。") from fault
    sheets = []
    for number, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
            rows = sheet.to_python(skip_empty_area=False)
        except (CalamineError, ValueError) as fault:
            raise UnreadableFile(f"工作表“{meta.name}”已损坏，无法读取。") from fault
        merged = tuple((a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in sheet.merged_cell_ranges or ())
        sheets.append(Sheet(meta.name, rows, merged, formulas.get(number, frozenset())))
    if not sheets:
        raise UnreadableFile("文件中没有可读取的工作表。")
    return sheets


def _inspect(data: bytes) -> dict[int, frozenset[tuple[int, int]]]:
    """Refuse what must not be parsed, looking at the zip directory and streaming the sheets; return uncalculated formulas."""
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB，请拆分后分别上传。")
    if not data:
        raise UnreadableFile("文件是空的。")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableFile("文件设有打开密码，无法读取。请取消密码后另存再上传。")
        raise UnreadableFile("文件是旧版格式（.xls 或 .et）。请用 WPS 或 Excel 另存为 .xlsx 再上传。")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise UnreadableFile("文件不是 Excel 工作簿（.xlsx）。请选择用 WPS 或 Excel 保存的台账。") from fault
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableFile("文件不是 Excel 工作簿（.xlsx）。请选择用 WPS 或 Excel 保存的台账。")
    if any(name.lower().endswith("vbaproject.bin") or "/macrosheets/" in name.lower() for name in names):
        raise UnreadableFile("文件含有宏，不予接收。请另存为不含宏的 .xlsx 再上传。")
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnreadableFile("文件解压后过大，不予接收。请只保留台账所需的工作表，另存后再上传。")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("文件设有打开密码，无法读取。请取消密码后另存再上传。")
    sheets = sorted(
        (name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: int(re.findall(r"\d+", name)[-1]),
    )
    try:
        return {number: _scan(archive.open(name)) for number, name in enumerate(sheets)}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as fault:
        raise UnreadableFile("文件已损坏，无法打开。请用 WPS 或 Excel 打开后另存为 .xlsx 再上传。") from fault


def _scan(part: IO[bytes]) -> frozenset[tuple[int, int]]:
    unpacked, rows, carry = 0, 0, b""
    uncalculated: set[tuple[int, int]] = set()
    while chunk := part.read(_CHUNK):
        unpacked += len(chunk)
        if unpacked > MAX_UNPACKED_BYTES:
            raise UnreadableFile("文件解压后过大，不予接收。请只保留台账所需的工作表，另存后再上传。")
        text = carry + chunk
        cut = text.rfind(b"</c>") + 4
        done, carry = (text[:cut], text[cut:]) if cut > 3 else (text, b"")  # noqa: PLR2004 -- 3 + 1: not found
        if b"<!DOCTYPE" in done or b"<!ENTITY" in done:
            raise UnreadableFile("文件含有不允许的内容，不予接收。请用 WPS 或 Excel 另存后再上传。")
        rows += len(_ROW.findall(done))
        widest, lowest = _extent(done)
        if rows > MAX_ROWS or lowest > MAX_ROWS:
            raise UnreadableFile(f"工作表超过 {MAX_ROWS // 10000} 万行，不予接收。请删去多余的空行，或者拆分后上传。")
        if widest > MAX_COLUMNS:
            raise UnreadableFile(f"工作表超过 {MAX_COLUMNS} 列，不予接收。请删去多余的列后再上传。")
        if b"<f" in done:
            uncalculated |= {_position(match[1].decode()) for match in _FORMULA.finditer(done) if not match[2]}
    return frozenset(uncalculated)


def _extent(xml: bytes) -> tuple[int, int]:
    references = set(_CELL.findall(xml))
    widest = max((_column_number(letters.decode()) for letters in {letters for letters, _ in references}), default=0)
    return widest, max((int(row) for _, row in references), default=0)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _position(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), _column_number(letters)


_HEADING = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="EFEFEF"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": Border(*[Side(style="thin", color="999999")] * 4),
}
_BODY_BORDER = Border(*[Side(style="thin", color="CCCCCC")] * 4)


def write_tables(tables: Sequence[Table], *, watermark: str) -> bytes:
    """Return a workbook with one sheet a table; `watermark` (who and when) stands under each title and in the print footer.

    Text is always text: nothing that a user typed becomes a formula (SEC-47).
    """
    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(sheet_title(table.title))
        for number, column in enumerate(table.columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        lines = [table.title, watermark, *table.notes]
        sheet.freeze_panes = f"A{len(lines) + 2}"
        sheet.oddFooter.left.text = watermark.replace("&", "&&")
        sheet.oddFooter.right.text = "第 &P 页 共 &N 页"
        sheet.print_title_rows = f"{len(lines) + 1}:{len(lines) + 1}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        for place, line in enumerate(lines):
            sheet.append([safe_cell(sheet, line, font=Font(bold=place == 0, size=14 if place == 0 else 9))])
        sheet.append([safe_cell(sheet, column.heading, **_HEADING) for column in table.columns])
        for row in table.rows:
            sheet.append([safe_cell(sheet, column.value(row), border=_BODY_BORDER) for column in table.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_title(text: str) -> str:
    """Return `text` as a sheet may be called: 31 characters, none of `[]:*?/\\`."""
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
        if value[:1] in "=+-@\t\r＝＋－＠":
            cell.quotePrefix = True
    elif isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def mark_cells(data: bytes, marks: Iterable[tuple[str, int, int, str]], summary: Table, *, watermark: str) -> bytes:
    """Return the same workbook with the cells of `marks` (sheet, row, column from 1, sentence) red and commented, and a list."""
    book = load_workbook(io.BytesIO(data))
    fill = PatternFill("solid", fgColor="FFC7CE")
    spoken: dict[tuple[str, int, int], list[str]] = {}
    for title, row, column, sentence in marks:
        spoken.setdefault((title, row, max(column, 1)), []).append(sentence)
    for (title, row, column), sentences in spoken.items():
        cell = book[title].cell(row, column)
        anchor = _anchor(book[title], row, column) if type(cell).__name__ == "MergedCell" else cell
        anchor.fill = fill
        anchor.comment = Comment("\n".join(dict.fromkeys(sentences)), "党建工作平台", height=120, width=320)
    title = sheet_title(summary.title)
    if title in book.sheetnames:
        del book[title]
    sheet = book.create_sheet(title, 0)
    lines = [[summary.title], [watermark], *[[note] for note in summary.notes]]
    body = [[column.value(row) for column in summary.columns] for row in summary.rows]
    for line in (*lines, [column.heading for column in summary.columns], *body):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", item) if isinstance(item, str) else item for item in line])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for number, column in enumerate(summary.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
        for name, look in _HEADING.items():
            setattr(sheet.cell(len(lines) + 1, number), name, look)
    sheet.freeze_panes = f"A{len(lines) + 2}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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
