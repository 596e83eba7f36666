"""Official documents are laid out as GB/T 9704-2012 orders, keep every text as text, and come out equal twice."""

import datetime
import io
import itertools
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal.core.docx import document_text, official_document
from portal.core.docx.blocks import (
    Block,
    Heading,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    TableBlock,
    TableColumn,
)
from portal.core.docx.bodies import chinese_number
from portal.core.docx.markup import plain
from portal.core.docx.page import characters
from portal.core.docx.titles import title_lines

AT = datetime.datetime(2026, 11, 5, 9, 0, tzinfo=datetime.UTC)
HOSTILE = "甲&乙<协会>\"'=cmd|' /C calc'!A0{{7*7}}{%x%}</w:t>"
FULL = OfficialDocument(
    title="关于2026年第三季度全省行业协会商会党建工作督查情况的通报",
    red_head="中共江苏省委社会工作部文件",
    number="苏社工督〔2026〕5号",
    secrecy="内部",
    urgency="特急",
    draft_mark="征求意见稿",
    addressees="各省级行业党委",
    body=[Paragraph("现将有关情况通报如下。")],
    attachments=["覆盖情况一览表", "名单"],
    signer="中共江苏省委社会工作部",
    signed_on=datetime.date(2026, 11, 5),
    note="此件公开发布",
    copies_to="省委办公厅，省民政厅",
    printed_by="中共江苏省委社会工作部办公室",
    printed_on=datetime.date(2026, 11, 6),
)
BARE = OfficialDocument(title="通报", body=[])


def made(document: OfficialDocument) -> bytes:
    return official_document(document, author="王伟", created=AT)


def bodied(*blocks: Block) -> bytes:
    return made(replace(BARE, body=blocks))


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def attributes(element: Any, *path: str) -> dict[str, str]:
    """Return the attributes of the one element at `path`, without their namespace."""
    found = element.find("/".join(qn(step) for step in path))
    return {name.rpartition("}")[2]: value for name, value in found.attrib.items()}


def style(word: Any, ident: str) -> Any:
    return next(found for found in word.styles.element if found.get(qn("w:styleId")) == ident)


def styled(word: Any, ident: str) -> list[Any]:
    return [found for found in word.element.body.iter(qn("w:p")) if found.style == ident]


def picture(width: int = 60, height: int = 20) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def test_every_part_stands_in_the_order_of_the_standard() -> None:
    assert document_text(made(FULL)) == [
        "内部",
        "特急",
        "中共江苏省委社会工作部文件",
        "苏社工督〔2026〕5号",
        "关于2026年第三季度",
        "全省行业协会商会党建工作督查情况的通报",
        "（征求意见稿）",
        "各省级行业党委：",
        "现将有关情况通报如下。",
        "附件：1. 覆盖情况一览表",
        "2. 名单",
        "中共江苏省委社会工作部",
        "2026年11月5日",
        "（此件公开发布）",
        "抄送：省委办公厅，省民政厅。",
        "中共江苏省委社会工作部办公室 2026年11月6日印发",
    ]


def test_what_is_empty_is_not_drawn() -> None:
    assert document_text(made(BARE)) == ["通报"]


def test_a_number_without_a_red_head_stands_below_the_title() -> None:
    assert document_text(made(replace(BARE, number="苏社工督〔2026〕5号"))) == ["通报", "苏社工督〔2026〕5号"]


def test_marks_that_are_already_there_are_not_doubled() -> None:
    document = replace(
        FULL,
        addressees="各省级行业党委：",
        draft_mark="（征求意见稿）",
        note="（此件公开发布）",
        attachments=["覆盖情况一览表；", "名单。"],
        copies_to="抄送：省委办公厅，省民政厅。",
    )
    assert document_text(made(document)) == document_text(made(FULL))


def test_the_page_has_the_margins_and_the_grid_of_the_standard() -> None:
    section = opened(made(FULL)).sections[0]
    lengths = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in (section.page_width, section.page_height, *lengths)] == [
        210,
        297,
        37,
        35,
        28,
        26,
    ]
    assert attributes(section._sectPr, "w:docGrid") == {"type": "lines", "linePitch": "579"}


def test_body_text_is_fangsong_of_size_three_on_lines_that_give_22_a_page() -> None:
    word = opened(made(FULL))
    normal, body = style(word, "Normal"), style(word, "Body")
    assert attributes(normal, "w:rPr", "w:rFonts") == {
        "ascii": "Times New Roman",
        "hAnsi": "Times New Roman",
        "eastAsia": "仿宋_GB2312",
        "cs": "Times New Roman",
    }
    assert [attributes(normal, "w:rPr", name)["val"] for name in ("w:sz", "w:spacing")] == ["32", "-5"]
    assert attributes(normal, "w:pPr", "w:spacing") == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}
    assert attributes(normal, "w:pPr", "w:widowControl") == {"val": "0"}
    assert attributes(body, "w:pPr", "w:ind") == {"firstLineChars": "200", "firstLine": "630"}


@pytest.mark.parametrize(
    ("ident", "font", "size"),
    (
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("Heading3", "仿宋_GB2312", None),
        ("Heading4", "仿宋_GB2312", None),
        ("DocumentTitle", "方正小标宋简体", "44"),
        ("RedHead", "方正小标宋简体", None),
        ("Urgency", "黑体", None),
        ("Footer", "宋体", "28"),
    ),
)
def test_each_part_has_the_font_of_the_standard(ident: str, font: str, size: str | None) -> None:
    found = style(opened(made(BARE)), ident)
    assert attributes(found, "w:rPr", "w:rFonts")["eastAsia"] == font
    assert [element.get(qn("w:val")) for element in found.iter(qn("w:sz"))] == ([size] if size else [])


def test_fonts_are_named_with_substitutes_and_never_embedded() -> None:
    files = members(made(FULL))
    assert [name for name in files if "fonts/" in name or name.endswith(".odttf")] == []
    table = files["word/fontTable.xml"].decode()
    assert table.count("<w:altName ") == 5
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,FangSong,' in table


def test_the_red_head_is_red_and_begins_35_mm_below_the_type_area_s_edge_whatever_stands_above() -> None:
    drops = []
    for marks in ({"secrecy": "", "urgency": ""}, {"urgency": ""}, {}):
        word = opened(made(replace(FULL, **marks)))
        head = styled(word, "RedHead")[0]
        drops.append(int(attributes(head, "w:pPr", "w:spacing")["before"]) + 579 * len(styled(word, "Urgency")))
    assert drops == [Mm(35).twips] * 3
    assert attributes(style(word, "RedHead"), "w:rPr", "w:color") == {"val": "FF0000"}
    assert attributes(styled(word, "Number")[0], "w:pPr", "w:pBdr", "w:bottom")["color"] == "FF0000"


@pytest.mark.parametrize(
    "name", ("江苏省行业党委", "中共江苏省委社会工作部文件", "江苏省行业协会商会综合行业党委督查工作领导小组办公室文件")
)
def test_a_red_head_of_any_length_fits_on_its_line(name: str) -> None:
    head = styled(opened(made(replace(FULL, red_head=name))), "RedHead")[0]
    size = int(attributes(head, "w:r", "w:rPr", "w:sz")["val"]) / 2
    scale = [int(element.get(qn("w:val"))) for element in head.iter(qn("w:w"))] or [100]
    assert size * len(name) * scale[0] / 100 <= 442.25


def test_page_numbers_stand_right_on_odd_pages_and_left_on_even_ones() -> None:
    word = opened(made(BARE))
    assert word.settings.odd_and_even_pages_header_footer is True
    for footer, side in ((word.sections[0].footer, "right"), (word.sections[0].even_page_footer, "left")):
        line = footer.paragraphs[0]._p
        assert "".join(text.text for text in line.iter(qn("w:t"))) == "— 1 —"
        assert attributes(line, "w:fldSimple") == {"instr": " PAGE "}
        assert attributes(line, "w:pPr", "w:jc") == {"val": side}
        assert attributes(line, "w:pPr", "w:ind") == {side: "280"}


def test_headings_are_numbered_by_their_place() -> None:
    levels: Sequence[Any] = (1, 2, 3, 4, 4, 3, 2, 3, 1, 2)
    assert document_text(bodied(*[Heading(level, "甲") for level in levels])) == [
        "通报", "一、甲", "（一）甲", "1. 甲", "（1）甲", "（2）甲", "2. 甲", "（二）甲", "1. 甲", "二、甲", "（一）甲"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "text"),
    (
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (234, "二百三十四"),
    ),
)
def test_numbers_are_spoken_as_chinese_counts(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_a_line_end_begins_a_new_paragraph_and_runs_may_be_bold() -> None:
    data = bodied(Paragraph("甲\r\n\n乙"), Paragraph([Run("要求：", bold=True), Run("丙\n丁")], indent=False))
    assert document_text(data) == ["通报", "甲", "乙", "要求：丙", "丁"]
    runs = [run for paragraph in opened(data).paragraphs for run in paragraph.runs]
    assert [run.text for run in runs if run.bold] == ["要求："]


TABLE = TableBlock(
    caption="表1　覆盖率",
    columns=[TableColumn("序号", 1), TableColumn("名称", 3, "left"), TableColumn("覆盖率", 1, "right")],
    rows=[[str(number), HOSTILE, "79.95 %"] for number in range(1, 31)],
    note="注：不进位。\n另注。",
)


def test_a_table_repeats_its_heading_row_keeps_rows_whole_and_is_as_wide_as_the_text() -> None:
    data = bodied(TABLE)
    table = opened(data).element.body.find(qn("w:tbl"))
    rows = table.findall(qn("w:tr"))
    assert [number for number, row in enumerate(rows) if row.find(f".//{qn('w:tblHeader')}") is not None] == [0]
    assert [row.find(f".//{qn('w:cantSplit')}") is not None for row in rows] == [True] * 31
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert (sum(widths), widths[1] // widths[0]) == (8845, 3)
    assert [cell.get(qn("w:val")) for cell in rows[1].iter(qn("w:jc"))] == ["center", "left", "right"]
    head = ["通报", "表1　覆盖率", "序号", "名称", "覆盖率"]
    body = itertools.chain.from_iterable(TABLE.rows)
    assert document_text(data) == [*head, *body, "注：不进位。", "另注。"]


def test_a_row_with_too_few_cells_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zip"):
        bodied(replace(TABLE, rows=[["1"]]))


def test_a_picture_has_its_width_and_says_what_it_shows() -> None:
    data = bodied(
        Picture(picture(), alt='<图> "甲"', width=150, caption="图1"), Picture(picture(), alt="同一张"), PageBreak()
    )
    word = opened(data)
    assert [round(shape.width.mm) for shape in word.inline_shapes] == [150, 150]
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ['<图> "甲"', "同一张"]
    assert [shape._inline.docPr.get("id") for shape in word.inline_shapes] == ["1", "2"]
    assert [name for name in members(data) if "/media/" in name] == ["word/media/image1.png"]
    assert [text.strip() for text in document_text(data)] == ["通报", "图1"]


def test_text_stays_text_wherever_it_stands() -> None:
    document = OfficialDocument(
        title=[HOSTILE],
        red_head=HOSTILE,
        number=HOSTILE,
        addressees=HOSTILE,
        body=[Heading(1, HOSTILE), Paragraph(HOSTILE), replace(TABLE, caption=HOSTILE, note=HOSTILE)],
        attachments=[HOSTILE],
        signer=HOSTILE,
        note=HOSTILE,
        copies_to=HOSTILE,
        printed_by=HOSTILE,
    )
    data = made(document)
    assert sum(HOSTILE in text for text in document_text(data)) == 13 + 30
    body = opened(data).element.body
    assert [element.tag for element in body.iter(qn("w:fldSimple"), qn("w:instrText"), qn("w:fldChar"))] == []


@pytest.mark.parametrize(
    "bad", ("\x00", "\x08", "\x1b", "\x85", "\u202e", "\u2066", "\ufffe", "\ud800", "\ufeff", "\n")
)
def test_control_characters_never_reach_the_file(bad: str) -> None:
    assert plain(f"甲{bad}乙") == "甲乙"
    assert document_text(made(replace(BARE, title=f"甲{bad}乙")))[0] == "甲乙"


@pytest.mark.slow
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_gives_a_file_that_opens_and_says_it(text: str) -> None:
    table = TableBlock("", [TableColumn("甲")], [[text]])
    paragraphs = document_text(bodied(Paragraph(text), table))
    assert "".join(paragraphs).replace("\n", "") == f"通报{plain(text)}甲{plain(text)}"


def test_equal_documents_are_equal_to_the_last_byte() -> None:
    document = replace(FULL, body=[TABLE, Picture(picture(), alt="图")])
    assert made(document) == made(document)
    assert made(document) != official_document(document, author="王伟", created=AT + datetime.timedelta(seconds=1))


def test_the_file_tells_title_author_and_date_and_nothing_of_its_maker() -> None:
    data = made(FULL)
    told = opened(data).core_properties
    assert (told.title, told.author, told.last_modified_by) == (FULL.title, "王伟", "王伟")
    assert (told.created, told.modified, told.language) == (AT, AT, "zh-CN")
    assert sorted(members(data)) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert [part for part in members(data).values() if b"python" in part.lower()] == []


def test_the_date_begins_two_characters_right_of_the_signer_who_ends_two_from_the_right() -> None:
    signer, day = styled(opened(made(FULL)), "Signature")[1:]
    assert attributes(signer, "w:pPr", "w:ind") == {"right": "630"}
    # Told from the right, where a stand-in font with wider digits cannot tear the date: it begins 11 characters from there.
    assert attributes(day, "w:pPr", "w:ind") == {"right": str(11 * 315 - round(characters("2026年11月5日") * 315))}


def test_a_date_longer_than_the_signer_ends_two_from_the_right_and_moves_the_signer_in() -> None:
    signer, day = styled(opened(made(replace(FULL, signer="省委办"))), "Signature")[1:]
    width = round(characters("2026年11月5日") * 315)
    assert attributes(day, "w:pPr", "w:ind") == {"right": "630"}
    assert attributes(signer, "w:pPr", "w:ind") == {"left": str(8845 - 630 - width - 630)}


def test_the_imprint_lies_at_the_foot_between_rules_of_two_thicknesses() -> None:
    table = opened(made(FULL)).element.body.findall(qn("w:tbl"))[-1]
    place = attributes(table, "w:tblPr", "w:tblpPr")
    assert (place["vertAnchor"], place["tblpYSpec"]) == ("margin", "bottom")
    edges = table.find(qn("w:tblPr")).find(qn("w:tblBorders"))
    assert [edge.get(qn("w:sz")) for edge in edges] == ["8", "8", "6"]


@pytest.mark.parametrize(
    ("title", "lines"),
    (
        ("关于年度督查的通报", ["关于年度督查的通报"]),
        (
            "江苏省2026年第三季度行业协会商会党建工作督查情况通报",
            ["江苏省2026年第三季度", "行业协会商会党建工作督查情况通报"],
        ),
        ("关于印发《甲办法》的通知", ["关于印发《甲办法》的通知"]),
    ),
)
def test_a_title_is_broken_where_its_meaning_pauses(title: str, lines: list[str]) -> None:
    assert title_lines(title) == lines


def test_a_title_loses_nothing_by_being_broken_and_no_line_is_too_wide() -> None:
    for length in range(1, 90):
        title = ("关于印发《全省性行业协会商会党建工作质量提升行动实施方案（2026—2028年）》的通知" * 3)[:length]
        lines = title_lines(title)
        assert "".join(lines) == title
        assert max(map(characters, lines)) <= 20
