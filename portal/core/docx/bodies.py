"""The body of a document as markup: headings numbered from their place, paragraphs, tables, pictures."""

from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from portal.core.docx.blocks import Block, Heading, PageBreak, Paragraph, Picture, Run, TableBlock
from portal.core.docx.markup import lines, paragraph, plain, run
from portal.core.docx.page import LINE, SIZE_SMALL_4, TYPE_WIDTH

_DIGITS = "零一二三四五六七八九"
_BREAK = '<w:r><w:br w:type="page"/></w:r>'
_FEW_COLUMNS = 5  # up to here a table has room for 小四, above it takes 五号

Place = Callable[[Picture], str]


def chinese_number(number: int) -> str:
    """Return 1 to 999 as headings are numbered: 一、十、十二、二十三、一百零一、一百一十."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    ending = _DIGITS[ones] if ones else ""
    if hundreds:
        middle = f"{_DIGITS[tens]}十" if tens else ("零" if ones else "")
        return f"{_DIGITS[hundreds]}百{middle}{ending}"
    return (f"{_DIGITS[tens] if tens > 1 else ''}十" if tens else "") + ending


def heading_number(level: int, number: int) -> str:
    """Return the number of a heading as GB/T 9704-2012, 7.3.3 orders them: 一、（一）1.（1）."""
    return (f"{chinese_number(number)}、", f"（{chinese_number(number)}）", f"{number}. ", f"（{number}）")[level - 1]


def body_markup(blocks: Sequence[Block], place: Place) -> Iterator[str]:
    """Yield the markup of each block; `place` puts a picture into the file and returns the markup that shows it."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        match block:
            case Heading(level, text):
                counts[level - 1 :] = [counts[level - 1] + 1, *[0] * (4 - level)]
                yield paragraph(f"Heading{level}", run(heading_number(level, counts[level - 1]) + plain(text)))
            case Paragraph(text, indent):
                yield from _paragraphs(text, indent=indent)
            case TableBlock():
                yield table_markup(block)
            case Picture():
                yield place(block)
                if block.caption:
                    yield paragraph("Caption", run(plain(block.caption)), '<w:keepNext w:val="0"/>')
            case PageBreak():
                yield paragraph("Anchor", _BREAK)
            case _:
                assert_never(block)


def _paragraphs(text: str | Sequence[Run], *, indent: bool) -> Iterator[str]:
    runs = [Run(text)] if isinstance(text, str) else text
    filled = [""]
    for piece in runs:
        for number, line in enumerate(_kept_lines(piece.text)):
            if number:
                filled.append("")
            if line:
                filled[-1] += run(line, "<w:b/>" if piece.bold else "")
    settings = "" if indent else '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    yield from (paragraph("Body", content, settings) for content in filled if content)


def _kept_lines(text: str) -> list[str]:
    """Return the lines with what begins and ends the text: a line end between two runs still parts them."""
    return [plain(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _widths(table: TableBlock) -> list[int]:
    total = sum(column.share for column in table.columns)
    widths = [int(TYPE_WIDTH * column.share / total) for column in table.columns]
    widths[-1] += TYPE_WIDTH - sum(widths)
    return widths


_CELL_AIR = 40  # twentieths of a point between a cell's words and its edge


def table_markup(table: TableBlock) -> str:
    """Return caption, table and note. All cells are written row by row as text, never looked up in a finished table."""
    widths = _widths(table)
    size = f'<w:sz w:val="{SIZE_SMALL_4}"/><w:szCs w:val="{SIZE_SMALL_4}"/>' if len(widths) <= _FEW_COLUMNS else ""
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="000000"/>'
        for side, width in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4), ("insideH", 4), ("insideV", 4))
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    opens = [
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>' for width in widths
    ]
    heads = "".join(
        start + _cell_lines("TableHead", column.heading, size, "") + "</w:tc>"
        for start, column in zip(opens, table.columns, strict=True)
    )
    places = [f'<w:jc w:val="{column.align}"/>' for column in table.columns]
    last = len(table.rows) - 1
    body = "".join(
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{LINE - 159}" w:hRule="atLeast"/></w:trPr>'
        + "".join(
            start
            + _cell_lines("TableText", text, size, ("<w:keepNext/>" if table.note and number == last else "") + place)
            + "</w:tc>"
            for start, text, place in zip(opens, row, places, strict=True)
        )
        + "</w:tr>"
        for number, row in enumerate(table.rows)
    )
    caption = plain(table.caption)
    note = lines(table.note)
    return (
        (paragraph("Caption", run(caption)) if caption else "")
        + f'<w:tbl><w:tblPr><w:tblW w:w="{TYPE_WIDTH}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="{_CELL_AIR}" w:type="dxa"/><w:bottom w:w="{_CELL_AIR}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/>"
        f'<w:trHeight w:val="{LINE - 159}" w:hRule="atLeast"/><w:tblHeader/></w:trPr>{heads}</w:tr>{body}</w:tbl>'
        + ("".join(paragraph("TableNote", run(line)) for line in note) or paragraph("TableNote", ""))
    )


def _cell_lines(style: str, text: str, size: str, settings: str) -> str:
    return "".join(paragraph(style, run(line, size), settings) for line in lines(text) or [""])
