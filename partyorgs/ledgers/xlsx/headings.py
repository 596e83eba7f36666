"""Headings matched by meaning: which rows of a sheet are its heading, and what each column says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from partyorgs.ledgers.xlsx.columns import SECTIONS, TABLES
from partyorgs.ledgers.xlsx.table import LedgerColumn, LedgerTable
from portal.core.xlsx import Sheet

_SEARCHED_ROWS, _HEADING_ROWS = 40, 3
IGNORED = "ignored"
# 填报单位：… above the table is no heading, though it may name an association or a committee.
_EXPLANATION = re.compile(r"(说明|须知|字典|填写要求|填报要求|问题清单)$")
_LONGEST = 40
# In brackets and yet no remark: 党员（正式）.
_MEANT = re.compile(r"[(\[【](正式|预备|党内|会内|正式党员|预备党员)[)\]】]")
_FORM_LINE = re.compile(r"^(填报|填表|制表|报送|联系|审核|截至|截止|统计|单位|日期)[^:]*:")


@dataclass
class SheetMapping:
    """The reading of one sheet: its table, its heading rows, and the meaning of each column."""

    sheet: str
    table: str = IGNORED
    first_row: int = 0
    last_row: int = 0
    columns: dict[int, str] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "table": self.table,
            "first_row": self.first_row,
            "last_row": self.last_row,
            "columns": {str(number): key for number, key in self.columns.items()},
            "headings": {str(number): text for number, text in self.headings.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> SheetMapping:
        return cls(
            data["sheet"],
            data["table"],
            data["first_row"],
            data["last_row"],
            {int(number): key for number, key in data["columns"].items()},
            {int(number): text for number, text in data["headings"].items()},
        )


def guess_mapping(sheets: list[Sheet]) -> list[SheetMapping]:
    """Return how each sheet is to be read; a sheet that is no part of a ledger is `ignored`."""
    return [_guess_sheet(sheet) for sheet in sheets]


def _guess_sheet(sheet: Sheet) -> SheetMapping:
    best, best_score = SheetMapping(sheet.title), (0, 0)
    if _EXPLANATION.search(sheet.title):
        return best
    for first in range(min(len(sheet.rows), _SEARCHED_ROWS)):
        if best.table != IGNORED and first > best.last_row:
            break
        if _is_form_line(sheet.rows[first]):
            continue
        for height in range(1, min(_HEADING_ROWS, len(sheet.rows) - first) + 1):
            for score, offered in _offers(sheet, first, height):
                if (score, -height) > best_score:
                    best, best_score = offered, (score, -height)
    return best


def _offers(sheet: Sheet, first: int, height: int) -> Iterator[tuple[int, SheetMapping]]:
    """Yield what the rows may be the heading of, and how well they fit."""
    paths = heading_paths(sheet, first, height) or {}
    for table in TABLES if paths else ():
        columns, score = match_columns(table, paths)
        keys = set(columns.values())
        if any(keys.issuperset(sign) for sign in table.signs):
            headings = {number: _spoken(path) for number, path in paths.items()}
            yield score, SheetMapping(sheet.title, table.key, first + 1, first + height, columns, headings)


def _is_form_line(row: list[Any]) -> bool:
    texts = [text for cell in row if (text := _text(cell))]
    labelled = sum(":" in text for text in texts)
    return labelled * 2 >= len(texts) > 0 and any(_FORM_LINE.match(text) for text in texts)


def heading_paths(sheet: Sheet, first: int, height: int) -> dict[int, tuple[str, ...]] | None:
    """Return for each column (from 1) its headings from top to bottom, merged ones filled in; None where rows are no heading."""
    width = max((len(row) for row in sheet.rows[first : first + height]), default=0)
    grid = [
        [_text(row[number]) if number < len(row) else "" for number in range(width)]
        for row in sheet.rows[first : first + height]
    ]
    if any(_is_data(row) for row in sheet.rows[first : first + height]) or not any(grid[-1]):
        return None
    if any(len({text for text in row if text}) == 1 and width > 1 for row in grid[:-1]):
        return None  # a title stands above a heading, it is no part of it
    for top, left, bottom, right in sheet.merged:
        if first + 1 <= top <= first + height:
            text = grid[top - first - 1][left - 1] if left <= width else ""
            for row in range(top, min(bottom, first + height) + 1):
                for column in range(left, min(right, width) + 1):
                    grid[row - first - 1][column - 1] = grid[row - first - 1][column - 1] or text
    _fill_unmerged_parents(grid)
    paths = {}
    for number in range(width):
        parts = tuple(dict.fromkeys(row[number] for row in grid if row[number]))
        if parts:
            paths[number + 1] = parts
    return paths


def _fill_unmerged_parents(grid: list[list[str]]) -> None:
    """Carry an upper heading to the right over columns that only have a lower one: some ledgers centre instead of merge."""
    for upper, lower in pairwise(grid):
        parent = ""
        for number, text in enumerate(upper):
            parent = text or (parent if lower[number] else "")
            upper[number] = parent


def _is_data(row: list[Any]) -> bool:
    return sum(not isinstance(cell, str) and cell is not None for cell in row) > 1


def _text(cell: Any) -> str:
    text = unicodedata.normalize("NFKC", str(cell if cell is not None else ""))
    return re.sub(r"\s+", "", text)


@lru_cache(maxsize=4096)  # each heading is held against every column that the portal knows
def plain(heading: str) -> str:
    """Return a heading without blanks, remarks in brackets, marks of required fields and final colons."""
    kept = _MEANT.sub(r"\1", _text(heading))
    return re.sub(r"[(\[【{〔][^)\]】}〕]*[)\]】}〕]|[*:?_#、,。☆★]|^其中|^\d+[.、]?(?=\D)", "", kept)


def _spoken(path: tuple[str, ...]) -> str:
    return path[-1]


def match_columns(table: LedgerTable, paths: dict[int, tuple[str, ...]]) -> tuple[dict[int, str], int]:
    """Return which column says what, and how well all of it fits; each meaning is given once, the best fit first."""
    sections = _running_sections(table, paths)
    offers = []
    for number, path in paths.items():
        for place, column in enumerate(table.columns):
            if score := _fit(column, path, sections.get(number, "")):
                offers.append((-score, number, place, column.key))
    columns: dict[int, str] = {}
    total = 0
    for negative, number, _, key in sorted(offers):
        if number not in columns and key not in columns.values():
            columns[number] = key
            total -= negative
    return dict(sorted(columns.items())), total


def _fit(column: LedgerColumn, path: tuple[str, ...], running: str) -> int:
    leaf = plain(path[-1])
    whole = plain("".join(path))
    is_sentence = "。" in path[-1] or len(leaf) > _LONGEST
    if is_sentence or (column.unlike and re.search(column.unlike, leaf)):
        return 0
    score = 0
    for place, pattern in enumerate(column.patterns):
        if re.search(pattern, leaf):
            score = 100 - 25 * place
            break
        if len(path) > 1 and re.search(pattern, whole):
            score = 60 - 20 * place
            break
    if score <= 0:
        return 0
    section = _section_of(path[:-1]) or running
    if len(path) == 1 and column.section == "organization" and re.search(r"党|支部", leaf):
        section = column.section  # it says so itself, whatever stands beside it
    if section and section != column.section:
        score -= 30 if {section, column.section} & {"organization", "party"} else 5
    elif section:
        score += 15
    return max(score, 0)


def _section_of(parents: tuple[str, ...]) -> str:
    for parent in reversed(parents):
        for section, pattern in SECTIONS.items():
            if re.search(pattern, parent):
                return section
    return ""


def _running_sections(table: LedgerTable, paths: dict[int, tuple[str, ...]]) -> dict[int, str]:
    """Return the section of each column that has no merged heading above it: that of the columns before it."""
    sections: dict[int, str] = {}
    running = ""
    for number in sorted(paths):
        path = paths[number]
        if len(path) > 1:
            running = ""
            continue
        sections[number] = running
        for column in table.columns:
            if re.search(column.patterns[0], plain(path[-1])):
                running = column.section
                break
    return sections
