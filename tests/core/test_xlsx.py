"""Files that are not what they claim: each is refused with one sentence; what can be read can be marked."""

import datetime
import io
import struct
import zipfile
from collections.abc import Callable

import pytest
import time_machine
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from portal.core.errors import UnreadableFile
from portal.core.xlsx import Column, Table, mark_cells, read_sheets, write_tables

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
NOT_A_WORKBOOK = "文件不是 Excel 工作簿（.xlsx）。请选择用 WPS 或 Excel 保存的文件。"
BROKEN = "文件已损坏，无法打开。请用 WPS 或 Excel 打开后另存为 .xlsx 再上传。"
LOCKED = "文件设有打开密码，无法读取。请取消密码后另存再上传。"
TOO_LARGE = "文件解压后过大，不予接收。请只保留台账所需的工作表，另存后再上传。"
MACROS = "文件含有宏，不予接收。请另存为不含宏的 .xlsx 再上传。"
FORBIDDEN = "文件含有不允许的内容，不予接收。请用 WPS 或 Excel 另存后再上传。"
NO_SHEETS = "文件中没有可读取的工作表。"
MERGED = "工作表中合并的单元格过多，不予接收。请取消不需要的合并后再上传。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def workbook(change: Callable[[Workbook], object] = lambda _: None) -> bytes:
    book = Workbook()
    book.active.append(["社会组织名称", "统一社会信用代码"])
    book.active.append(["甲协会", "513200005000002850"])
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rewritten(
    *, replace: dict[str, Callable[[bytes], bytes]] | None = None, add: dict[str, bytes] | None = None, drop: str = " "
) -> bytes:
    """Return a good workbook with some parts replaced, added or dropped (those whose name begins with `drop`)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            if not name.startswith(drop):
                bad.writestr(name, (replace or {}).get(name, bytes)(good.read(name)))
        for name, content in (add or {}).items():
            bad.writestr(name, content)
    return out.getvalue()


def sheet(rows: bytes) -> dict[str, Callable[[bytes], bytes]]:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return {SHEET: lambda _: head + rows + b"</sheetData></worksheet>"}


def declaring(size: int, content: bytes) -> bytes:
    """Return the file with another unpacked size told for its first sheet, in both places where a zip tells it."""
    data = bytearray(content)
    for mark, length_at, name_at, size_at in ((b"PK\x01\x02", 28, 46, 24), (b"PK\x03\x04", 26, 30, 22)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            length = struct.unpack("<H", data[place + length_at : place + length_at + 2])[0]
            if data[place + name_at : place + name_at + length] == SHEET.encode():
                data[place + size_at : place + size_at + 4] = struct.pack("<I", size)
    return bytes(data)


def shared_over_and_over() -> bytes:
    rows = b"".join(b'<row r="%d">' % row + b'<c t="s"><v>0</v></c>' * 20 + b"</row>" for row in range(1, 301))
    text = b"<sst><si><t>" + b"x" * 32_000 + b"</t></si></sst>"
    return rewritten(replace=sheet(rows), add={STRINGS: text}, drop=STRINGS)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "文件是空的。"),
    "csv": ("名称,代码\n甲,1".encode, NOT_A_WORKBOOK),
    "pdf": (lambda: b"%PDF-1.4\n" + b"x" * 999, NOT_A_WORKBOOK),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 99, NOT_A_WORKBOOK),
    "docx": (lambda: rewritten(add={"word/document.xml": b"<a/>"}, drop="xl/"), NOT_A_WORKBOOK),
    "xls": (lambda: OLE, "文件是旧版格式（.xls 或 .et）。请用 WPS 或 Excel 另存为 .xlsx 再上传。"),
    "encrypted": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "macros": (lambda: rewritten(add={"xl/vbaProject.bin": b"x"}), MACROS),
    "macro sheet": (lambda: rewritten(add={"xl/macrosheets/sheet1.xml": b"<a/>"}), MACROS),
    "truncated": (lambda: workbook()[:-200], NOT_A_WORKBOOK),
    "large": (lambda: b"PK\x03\x04" + b"0" * 21_000_000, "文件超过 20 MB，请拆分后分别上传。"),
    "bomb": (lambda: rewritten(replace=sheet(b" " * 9_000_000)), TOO_LARGE),
    "huge size told": (lambda: declaring(4_000_000_000, workbook()), TOO_LARGE),
    "small size told": (lambda: declaring(100, rewritten(replace=sheet(b" " * 9_000_000))), BROKEN),
    "many parts": (lambda: rewritten(add={f"xl/media/{number}.xml": b"<a/>" for number in range(600)}), TOO_LARGE),
    "one text everywhere": (shared_over_and_over, TOO_LARGE),
    "far row": (
        lambda: rewritten(replace=sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "工作表超过 20 万行，不予接收。请删去多余的空行，或者拆分后上传。",
    ),
    "million rows": (
        lambda: rewritten(replace=sheet(b"<row><c><v>1</v></c></row>" * 200_001)),
        "工作表超过 20 万行，不予接收。请删去多余的空行，或者拆分后上传。",
    ),
    "16k columns": (
        lambda: rewritten(replace=sheet(b'<row r="1">' + b"<c><v>1</v></c>" * 16_384 + b"</row>")),
        "工作表超过 200 列，不予接收。请删去多余的列后再上传。",
    ),
    "wide and low": (
        lambda: rewritten(replace=sheet(b'<row r="199999"><c r="GR199999"><v>1</v></c></row>')),
        TOO_LARGE,
    ),
    "merged beyond": (
        lambda: rewritten(
            replace={
                SHEET: lambda xml: xml.replace(
                    b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
                )
            }
        ),
        MERGED,
    ),
    "document type": (
        lambda: rewritten(replace={SHEET: lambda xml: b'<!DOCTYPE a [<!ENTITY x "y">]>' + xml}),
        FORBIDDEN,
    ),
    "document type in utf-16": (
        lambda: rewritten(
            replace={
                "xl/styles.xml": lambda _: '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")
            }
        ),
        FORBIDDEN,
    ),
    "half a sheet": (lambda: rewritten(replace={SHEET: lambda xml: xml[: len(xml) // 2]}), BROKEN),
    "impossible place": (lambda: rewritten(replace={SHEET: lambda xml: xml.replace(b'r="A1"', b'r="!!"')}), BROKEN),
    "no relations": (lambda: rewritten(drop="xl/_rels"), BROKEN),
    "no such sheet": (lambda: rewritten(drop=SHEET), "工作表“Sheet”已损坏，无法读取。"),
    "no sheets": (
        lambda: rewritten(replace={"xl/workbook.xml": lambda _: b"<workbook><sheets/></workbook>"}),
        NO_SHEETS,
    ),
    "hidden": (
        lambda: rewritten(replace={"xl/workbook.xml": lambda xml: xml.replace(b'"visible"', b'"hidden"')}),
        NO_SHEETS,
    ),
    "chart alone": (lambda: workbook(lambda book: (book.create_chartsheet("图"), book.remove(book.active))), NO_SHEETS),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_ledger_is_refused_with_one_sentence(name: str) -> None:
    content, sentence = HOSTILE[name]
    with pytest.raises(UnreadableFile) as refused:
        read_sheets(content())
    assert refused.value.message == sentence


@pytest.mark.parametrize("drop", (STRINGS, "xl/styles.xml", "docProps/", "xl/theme"))
def test_what_can_be_read_can_be_marked(drop: str) -> None:
    content = rewritten(drop=drop)
    assert len(read_sheets(content)[0].rows) == 2
    marked = mark_cells(
        content, [("Sheet", 2, 2, "错")], Table("问题清单", [Column("列", str)], ["一"]), watermark="谁"
    )
    book = load_workbook(io.BytesIO(marked))
    assert (book.sheetnames, book["Sheet"]["B2"].comment.text) == (["问题清单", "Sheet"], "错")


def test_formulas_without_a_value_and_errors_are_located_by_the_sheets_name() -> None:
    def change(book: Workbook) -> None:
        book.active["B2"], book.active["A3"] = "=A1&A2", "#REF!"
        book.move_sheet(book.create_sheet("后来的"), -1)

    sheets = {told.title: told.uncalculated for told in read_sheets(workbook(change))}
    assert sheets == {"后来的": frozenset(), "Sheet": frozenset({(2, 2), (3, 1)})}


def test_a_formula_whose_value_is_an_empty_text_is_calculated() -> None:
    row = b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c><c r="B1"><v>1</v></c></row>'
    assert read_sheets(rewritten(replace=sheet(row)))[0].uncalculated == frozenset()


def test_marks_on_merged_and_commented_cells_keep_what_was_said() -> None:
    def change(book: Workbook) -> None:
        book.active["A2"].comment = Comment("原有批注", "某人")
        book.active.merge_cells("A2:A3")

    marks = [("Sheet", 2, 1, "错一"), ("Sheet", 3, 1, "错二"), ("没有的表", 1, 1, "错三")]
    marked = mark_cells(workbook(change), marks, Table("Sheet", [Column("列", str)], ["=1+1"]), watermark="谁")
    book = load_workbook(io.BytesIO(marked))
    assert book.sheetnames == ["平台Sheet", "Sheet"]
    assert book["Sheet"]["A2"].comment.text == "错一\n错二\n原有批注"
    assert (book["平台Sheet"]["A4"].value, book["平台Sheet"]["A4"].data_type) == ("=1+1", "s")


def annex(created: datetime.datetime | None) -> bytes:
    table = Table("附表", [Column("名称", str)], ["甲协会", "=cmd"])
    return write_tables([table], watermark="省委社会工作部 苏社工督〔2026〕5号", created=created)


def test_an_annex_of_a_given_date_is_equal_to_the_last_byte_whenever_it_is_made() -> None:
    issued = datetime.datetime(2026, 11, 5, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(issued):
        first = annex(issued)
    with time_machine.travel(issued + datetime.timedelta(days=40)):
        assert annex(issued) == first
    told = load_workbook(io.BytesIO(first)).properties
    assert told.created == told.modified == issued.replace(tzinfo=None)
    assert read_sheets(first)[0].rows == [
        ["附表"],
        ["省委社会工作部 苏社工督〔2026〕5号"],
        ["名称"],
        ["甲协会"],
        ["=cmd"],
    ]
