"""What a row below the heading is: data, the heading of a committee's group, or nothing that a ledger says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from partyorgs.ledgers.xlsx.headings import SheetMapping
from partyorgs.ledgers.xlsx.table import LedgerTable
from portal.core.cells import name_of, text_of
from portal.core.xlsx import Sheet

_NUMERALS = "一二三四五六七八九十百零〇壹贰叁肆伍陆柒捌玖拾"
_GROUP_NUMBER = re.compile(
    rf"^(?:第[{_NUMERALS}\d]+(?:部分|类|组|章|篇|批)?[、.,:)\s]*|[(\[【]?[{_NUMERALS}\d]+[)\]】]?[、.,:)\]】\s]+|[IVX]+[、.]\s*"
    rf"|[(\[【][{_NUMERALS}\d]+[)\]】]|\d{{1,3}}(?=[^\d\s.、,家个]))"
)
_COUNT = rf"[\d{_NUMERALS}]+\s*(?:家|个|户)?\s*(?:协会|商会|行业协会|行业协会商会|单位|社会组织|会员)*"
_GROUP_COUNT = re.compile(
    rf"[(（【\[]\s*(?:合计|小计|共|计|含|下辖|归口|数量)?\s*:?\s*{_COUNT}\s*[)）】\]]$"
    rf"|[\s,，:：—-]*(?:合计|小计|共|计|共计|下辖|归口)?\s*[\d{_NUMERALS}]+\s*(?:家|个|户)\s*(?:协会|商会|行业协会|行业协会商会|单位|社会组织)*$"
)
_GROUP_LABEL = re.compile(r"^(党建)?(工作)?(归口|主管|所属|隶属|领导)[^:：]{0,8}[:：]")
_COMMITTEE = re.compile(r"(党委|工委|党组|党工委|委员会|总支|社会工作部|党建办|两新办)$")
_TOTAL = re.compile(r"^(.{0,12}(合计|总计|小计|共计|累计|汇总)|总数)($|[:：(（\d])")
_REMARK = re.compile(
    r"^(注|备注|说明|填表|填报|制表|审核|复核|负责人签|联系电话|联系人|单位负责|主要负责|分管|签字|签章|盖章|公章|附|截至|统计|日期|本表|以上|※|★|\*|[(（]注)"
)
_LABELLED = re.compile(r"^[^:：]{1,12}[:：]")
_COLUMN_NUMBER = re.compile(r"^[(（]?(\d{1,2}|[甲乙丙丁戊己庚辛壬癸]|栏次|行次)[)）]?$")
_CODE_LIKE = re.compile(r"[0-9A-Za-z]{4}[-\s]?[0-9A-Za-z]{2}")
_LONG, _WIDE = 40, 3


class RowKind(Enum):
    DATA = "data"
    GROUP = "group"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Frame:
    """What the rows of one sheet are judged by: where its keys stand, what its heading says, how wide each row is merged."""

    serial: int
    keys: tuple[int, ...]
    key_is_code: bool
    name: int
    heading: frozenset[str]
    title: frozenset[str]
    last_row: int
    merged: Mapping[int, int]

    @classmethod
    def of(cls, sheet: Sheet, mapped: SheetMapping, table: LedgerTable) -> Frame:
        place = {key: number for number, key in mapped.columns.items()}
        keys = ("uscc",) if table.key == "associations" else ("name",)
        rows = [{_squeezed(cell) for cell in row} - {""} for row in sheet.rows[: mapped.last_row]]
        first = mapped.first_row - 1
        merged: dict[int, int] = {}
        for top, left, bottom, right in sheet.merged:
            if top == bottom:
                merged[top] = max(merged.get(top, 1), right - left + 1)
        return cls(
            serial=place.get("serial", 0),
            keys=tuple(place[key] for key in keys if key in place),
            key_is_code=table.key == "associations",
            name=place.get("name" if table.key == "associations" else "association", 0),
            heading=frozenset().union(*rows[first:]),
            title=frozenset().union(*rows[:first]),
            last_row=mapped.last_row,
            merged=merged,
        )


def kind_of_row(number: int, cells: list[Any], frame: Frame) -> tuple[RowKind, str]:
    """Return what a row is and, for the heading of a group, the name that it gives."""
    filled = {place: text for place, cell in enumerate(cells, start=1) if (text := text_of(cell))}
    squeezed = {place: _squeezed(text) for place, text in filled.items()}
    if not filled or (set(filled) == {frame.serial} and filled[frame.serial].isdigit()):
        return RowKind.NOTHING, ""
    if _repeats_heading(squeezed, frame) or _numbers_columns(number, squeezed, frame):
        return RowKind.NOTHING, ""
    if any(_is_key(squeezed[place], frame) for place in frame.keys if place in squeezed):
        return RowKind.DATA, ""
    if _is_total(squeezed) or _is_signature(squeezed):
        return RowKind.NOTHING, ""
    return _kind_of_line(number, filled, frame)


def _is_key(text: str, frame: Frame) -> bool:
    """Tell whether a text is a credit code, right or wrong, or a person's name: a row that holds one is data."""
    if frame.key_is_code:
        return bool(_CODE_LIKE.search(text))
    return not (_REMARK.match(text) or _TOTAL.match(text) or _GROUP_NUMBER.match(text) or len(text) > _LONG)


def _repeats_heading(squeezed: dict[int, str], frame: Frame) -> bool:
    """Tell whether a row repeats the heading or the title, as at the top of a printed page."""
    texts = set(squeezed.values())
    return (len(texts) > 1 and texts <= frame.heading) or (len(texts) == 1 and texts <= frame.title)


def _numbers_columns(number: int, squeezed: dict[int, str], frame: Frame) -> bool:
    """Tell whether a row numbers the columns: 甲 乙 1 2 3 … below the heading of a statistical form."""
    if number != frame.last_row + 1 or len(squeezed) < _WIDE:
        return False
    texts = list(squeezed.values())
    figures = [int(digits) for text in texts if (digits := re.sub(r"\D", "", text))]
    return all(_COLUMN_NUMBER.match(text) for text in texts) and all(
        later - earlier == 1 for earlier, later in pairwise(figures)
    )


def _is_total(squeezed: dict[int, str]) -> bool:
    return any(_TOTAL.match(text) for text in list(squeezed.values())[:3])


def _is_signature(squeezed: dict[int, str]) -> bool:
    """Tell whether a row is for signatures: 填表人：… 审核人：… 日期：… side by side."""
    texts = list(squeezed.values())
    labelled = sum(bool(_LABELLED.match(text)) for text in texts)
    return bool(_REMARK.match(texts[0])) and (len(texts) <= 2 or labelled * 2 >= len(texts))  # noqa: PLR2004


def _kind_of_line(number: int, filled: dict[int, str], frame: Frame) -> tuple[RowKind, str]:
    """Judge a row that may be one line of text: figures, numbering and counts beside it do not make it data."""
    texts = {
        text
        for text in filled.values()
        if not text.isdigit() and (_GROUP_COUNT.sub("", _GROUP_NUMBER.sub("", f"{text} ")).strip())
    }
    if len(texts) != 1:
        return RowKind.DATA, ""
    text = texts.pop()
    name = group_name(text)
    apart = frame.name not in filled or frame.merged.get(number, 1) >= _WIDE
    if _COMMITTEE.search(name) or _GROUP_NUMBER.match(text):
        return RowKind.GROUP, name
    if _REMARK.match(_squeezed(text)) or (apart and (len(text) > _LONG or "。" in text)):
        return RowKind.NOTHING, ""
    only = len([cell for cell in filled.values() if not cell.isdigit()]) == 1
    return (RowKind.GROUP, name) if apart and only else (RowKind.DATA, "")


def group_name(text: str) -> str:
    """Return the name in the heading of a group, without its number, its label and how many it counts."""
    text = _GROUP_LABEL.sub("", _GROUP_NUMBER.sub("", text_of(text)).strip()).strip()
    return name_of(_GROUP_COUNT.sub("", text).rstrip(":：,，、 "))


def committee_of_title(title: str) -> str:
    """Return the committee that a sheet is named after, if it is."""
    name = group_name(title)
    return name if _COMMITTEE.search(name) else ""


def _squeezed(cell: Any) -> str:
    return re.sub(r"\s+", "", text_of(cell))
