"""The parts around the body, in the order of GB/T 9704-2012: 版头, title, 主送机关, 附件说明, signature, 版记."""

import datetime
from collections.abc import Iterator

from portal.core.docx.blocks import OfficialDocument
from portal.core.docx.markup import paragraph, plain, run
from portal.core.docx.page import (
    CHARACTER,
    CHARACTER_4,
    INDENT,
    LINE,
    MARK_DROP,
    MARK_NARROWEST,
    MARK_SMALLEST,
    MARK_WIDEST,
    RED,
    RULE_RED,
    RULE_RED_SPACE,
    RULE_THICK,
    RULE_THIN,
    TYPE_WIDTH,
    characters,
)
from portal.core.docx.titles import title_lines

_EMPTY = paragraph("Normal", "")
_EMPTY_KEPT = paragraph("Normal", "", "<w:keepNext/>")
_ENDS = "。，；、：,;.: "


def chinese_date(day: datetime.date) -> str:
    """Return 2026年11月5日: Arabic, without leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"


def before_body(document: OfficialDocument) -> Iterator[str]:
    """Yield what stands above the text: 密级, 紧急程度, red head with number and rule, title, 主送机关."""
    marks = [plain(text) for text in (document.secrecy, document.urgency) if plain(text)]
    yield from (paragraph("Urgency", run(mark)) for mark in marks)
    number = plain(document.number)
    if head := plain(document.red_head):
        yield red_head(head, drop=MARK_DROP - LINE * len(marks))
        yield _EMPTY * 2
        rule = (
            f'<w:pBdr><w:bottom w:val="single" w:sz="{RULE_RED}" w:space="{RULE_RED_SPACE}" w:color="{RED}"/></w:pBdr>'
        )
        yield paragraph("Number", run(number), rule)
    yield _EMPTY * 2
    titles = (
        title_lines(document.title) if isinstance(document.title, str) else [plain(line) for line in document.title]
    )
    yield from (paragraph("DocumentTitle", run(line)) for line in titles)
    if mark := plain(document.draft_mark).strip("（）()"):
        yield paragraph("DraftMark", run(f"（{mark}）"))
    if number and not head:
        yield paragraph("Number", run(number))
    yield _EMPTY
    if addressees := plain(document.addressees).rstrip(_ENDS):
        yield paragraph("Addressees", run(f"{addressees}："))


def red_head(text: str, *, drop: int) -> str:
    """Return the mark on one line, its letters' upper edge `drop` below what stands above.

    The size is free: as large as fits, long names in narrower letters. The line is so high that the letters' upper edge is its own.
    """
    fitting = TYPE_WIDTH / 10 / max(len(text), 1)
    size = min(MARK_WIDEST, max(fitting, min(MARK_SMALLEST, fitting * 100 / MARK_NARROWEST)))
    half_points = int(size)
    scale = int(100 * fitting / half_points)
    height = round(half_points * 10 * 1.075)
    narrow = f'<w:w w:val="{scale}"/>' if size > fitting else ""
    look = f'{narrow}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    spacing = f'<w:spacing w:before="{drop}" w:after="0" w:line="{height}" w:lineRule="exact"/>'
    return paragraph("RedHead", run(text, look), spacing)


def after_body(document: OfficialDocument) -> Iterator[str]:
    """Yield what stands below the text: 附件说明, signer and date as without seal, 附注."""
    names = [name for name in (plain(text).rstrip(_ENDS) for text in document.attachments) if name]
    yield from attachment_list(names)
    signer, day = plain(document.signer), chinese_date(document.signed_on) if document.signed_on else ""
    if signer or day:
        yield paragraph("Signature", "")
        for line, place in zip((signer, day), signature_places(signer, day), strict=True):
            if line:
                yield paragraph("Signature", run(line), place)
    if note := plain(document.note).strip("（）()"):
        yield paragraph("Note", run(f"（{note}）"))


def attachment_list(names: list[str]) -> Iterator[str]:
    """Yield 附件：1. …, two characters in, every further line under the first character of its name.

    The last one stays with the signature, so that no page holds a signature alone.
    """
    if not names:
        return
    yield _EMPTY_KEPT
    label = INDENT + 3 * CHARACTER
    if len(names) == 1:
        yield paragraph(
            "Attachment",
            run(f"附件：{names[0]}"),
            f'<w:keepNext/><w:ind w:left="{label}" w:hanging="{3 * CHARACTER}"/>',
        )
        return
    number_width = round(CHARACTER * (1 if len(names) < 10 else 1.5))  # noqa: PLR2004
    for number, name in enumerate(names, start=1):
        lead = 0 if number > 1 else 3 * CHARACTER
        kept = "<w:keepNext/>" if number == len(names) else ""
        indent = f'{kept}<w:ind w:left="{label + number_width}" w:hanging="{lead + number_width}"/>'
        content = run(("附件：" if lead else "") + f"{number}.") + "<w:r><w:tab/></w:r>" + run(name)
        yield paragraph("Attachment", content, indent)


def signature_places(signer: str, day: str) -> tuple[str, str]:
    """Return where signer and date stand, as GB/T 9704-2012, 7.3.5.2 orders a document without seal.

    The date begins two characters right of the signer, who ends two characters from the right; a longer date
    ends there itself and moves the signer further in.
    """
    signer_width, day_width = (round(characters(text) * CHARACTER) for text in (signer, day))
    at_right = f'<w:ind w:right="{INDENT}"/>'
    if day_width <= signer_width:
        # Placed from the right: a stand-in font with wider digits must not tear the date.
        return at_right, f'<w:ind w:right="{signer_width - day_width}"/>'
    return f'<w:ind w:left="{TYPE_WIDTH - 2 * INDENT - day_width}"/><w:jc w:val="left"/>', at_right


def imprint(document: OfficialDocument) -> str:
    """Return 版记, a table held at the lower edge of the type area of the page that it falls on."""
    copies, printer = plain(document.copies_to).rstrip(_ENDS), plain(document.printed_by)
    day = f"{chinese_date(document.printed_on)}印发" if document.printed_on else ""
    entries = []
    if copies:
        hanging = f'<w:ind w:left="{4 * CHARACTER_4}" w:right="{CHARACTER_4}" w:hanging="{3 * CHARACTER_4}"/>'
        entries.append(paragraph("Imprint", run(f"抄送：{copies.removeprefix('抄送：')}。"), hanging))
    if printer or day:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{TYPE_WIDTH - CHARACTER_4}"/></w:tabs>'
        sides = f'<w:ind w:left="{CHARACTER_4}" w:right="{CHARACTER_4}"/>'
        entries.append(paragraph("Imprint", run(printer) + "<w:r><w:tab/></w:r>" + run(day), tab + sides))
    if not entries:
        return ""
    cell = f'<w:tc><w:tcPr><w:tcW w:w="{TYPE_WIDTH}" w:type="dxa"/></w:tcPr>'
    rows = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}{entry}</w:tc></w:tr>" for entry in entries)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="000000"/>'
        for side, width in (("top", RULE_THICK), ("bottom", RULE_THICK), ("insideH", RULE_THIN))
    )
    none = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    return (
        _EMPTY_KEPT
        + '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="margin"'
        ' w:tblpXSpec="left" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
        f'<w:tblW w:w="{TYPE_WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar>{none}</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{TYPE_WIDTH}"/></w:tblGrid>{rows}</w:tbl>'
    ) + paragraph("Anchor", "")
