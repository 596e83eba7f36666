"""Templates as workbooks: written, read back equal, refused with every mistake at its cell."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from portal.core.errors import UnreadableFile
from reviews.questionnaires.rules.attachments import MAX_BYTES, attachment_fault
from reviews.questionnaires.xlsx.book import questionnaire_workbook, read_questionnaire
from reviews.reports.rules.preset import QUARTERLY

DATA = questionnaire_workbook(QUARTERLY, title="季报", watermark="导出人：某人")


def edited(*cells: tuple[str, str, Any], gone: str = "") -> bytes:
    book = load_workbook(io.BytesIO(DATA))
    for sheet, cell, value in cells:
        book[sheet][cell].value = value
    if gone:
        del book[gone]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def found(data: bytes) -> list[tuple[str, int, str, str, str]]:
    _, problems = read_questionnaire(data)
    return [(each.sheet, each.row, each.column, each.value, each.expected) for each in problems]


def test_an_exported_template_is_read_back_equal() -> None:
    assert read_questionnaire(DATA) == (QUARTERLY, [])
    assert questionnaire_workbook(QUARTERLY, title="季报", watermark="w").startswith(b"PK")


def test_a_workbook_that_went_through_another_program_is_read_the_same() -> None:
    assert read_questionnaire(edited()) == (QUARTERLY, [])


def test_all_that_is_wrong_is_told_at_once_at_its_cell() -> None:
    data = edited(
        ("项目", "D4", "数字"),
        ("项目", "C5", None),
        ("项目", "L6", "工资表"),
        ("项目", "G7", "也许"),
        ("规则", "B4", "「没有的」 ≥ 1"),
        ("规则", "F5", "没有的"),
        ("表格列", "A4", "没有的"),
    )
    assert [(sheet, row, column, value) for sheet, row, column, value, _ in found(data)][:4] == [
        ("项目", 4, "类型", "数字"),
        ("项目", 5, "名称", ""),
        ("项目", 6, "平台已知", "工资表"),
        ("项目", 7, "必填", "也许"),
    ]
    told = {(sheet, row, column): expected for sheet, row, column, _, expected in found(data)}
    assert told["项目", 4, "类型"] == "应为：整数、金额、日期、是否、单选、多选、短文字、长文字、附件、表格。"
    assert told["项目", 5, "名称"] == "不能为空。"
    assert told["规则", 4, "条件"] == "没有名称为“没有的”的项目。"
    assert told["规则", 5, "显示在"] == "应为工作表“项目”中的项目名称。"
    assert told["表格列", 4, "所属表格"] == "应为工作表“项目”中表格类项目的名称。"


def test_what_the_portal_knows_is_refused_in_a_workbook_too() -> None:
    assert found(edited(("项目", "L4", None), ("项目", "M4", None))) == [
        ("项目", 4, "名称", "正式党员数", "“正式党员数”平台已有，来自台账或者已通过的季报，请改为“平台已知”项。")
    ]


def test_codes_left_out_are_given_and_sections_go_on_downwards() -> None:
    content, problems = read_questionnaire(edited(("项目", "A5", None), ("项目", "B24", None), gone="规则"))
    assert problems == []
    assert ([item.code for item in content.items][20], content.sections[0]) == ("q1", QUARTERLY.sections[0])


def test_another_workbook_is_not_taken_for_a_template() -> None:
    for data in (edited(gone="项目"), b"not a workbook"):
        with pytest.raises(UnreadableFile):
            read_questionnaire(data)


# --- attachments ---

ZIP = b"PK\x05\x06" + b"\0" * 18


def office(*names: str) -> bytes:
    import zipfile  # noqa: PLC0415 -- only here

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    (
        ("会议记录.docx", office("word/document.xml")),
        ("名单.XLSX", DATA),
        ("照片.jpg", b"\xff\xd8\xff\xe0rest"),
        ("照片.jpeg", b"\xff\xd8\xff\xe0rest"),
        ("照片.png", b"\x89PNG\r\n\x1a\nrest"),
        ("扫描.pdf", b"%PDF-1.7 text"),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"),
    ),
)
def test_office_files_pdf_and_pictures_may_be_handed_in(name: str, data: bytes) -> None:
    assert attachment_fault(name, data) == ""


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    (
        ("空.pdf", b"", "文件是空的，请重新选择。"),
        ("大.pdf", b"%PDF-" + b"0" * MAX_BYTES, "文件超过 20 MB，请压缩后重新选择。"),
        ("程序.exe", b"MZ", "只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        ("图.svg", b"<svg/>", "只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        ("宏.xlsm", DATA, "只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        ("没有后缀", b"%PDF-", "只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        ("程序.pdf", b"MZ", "文件内容不是 PDF 格式，请用原来的程序打开后重新保存。"),
        ("网页.jpg", b"<html>", "文件内容不是 JPG 格式，请用原来的程序打开后重新保存。"),
        ("压缩.docx", ZIP, "文件内容不是 DOCX 格式，请用原来的程序打开后重新保存。"),
        ("表.docx", DATA, "文件内容不是 DOCX 格式，请用原来的程序打开后重新保存。"),
        ("宏.docx", office("word/document.xml", "word/vbaProject.bin"), "文件含有宏，不予接收。请另存为不含宏的文件。"),
        (
            "宏.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"),
            "文件含有宏，不予接收。请另存为不含宏的文件。",
        ),
        (
            "密码.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "文件设有打开密码，请取消密码后重新选择。",
        ),
        ("文本.doc", b"text", "文件内容不是 Office 格式，请用 WPS 或 Office 打开后重新保存。"),
        ("脚本.pdf", b"%PDF-1.7 /JavaScript (x)", "PDF 含有脚本或者内嵌文件，不予接收。请重新打印为 PDF。"),
    ),
)
def test_anything_else_is_refused_by_what_it_is(name: str, data: bytes, sentence: str) -> None:
    assert attachment_fault(name, data) == sentence
