"""What a column and a table of a ledger are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# How a heading ends that asks for a day.
DAY = r"(时间|日期|年月日|年月|日)"


@dataclass(frozen=True)
class LedgerColumn:
    """One thing that a ledger may say. `patterns` are tried on the heading without blanks and brackets, the best first.

    `unlike` are headings that only look like it. `section` is the word group of the merged heading above it; it decides between two columns with one heading.
    """

    key: str
    heading: str
    patterns: tuple[str, ...]
    read: Callable[[Any], Any]
    section: str
    required: bool = False
    sample: tuple[Any, ...] = ()
    help: str = ""
    unlike: str = ""


@dataclass(frozen=True)
class LedgerTable:
    """One kind of sheet: associations, people or instructors. A sheet is of this kind when it has all of `signs`."""

    key: str
    name: str
    columns: tuple[LedgerColumn, ...]
    signs: tuple[tuple[str, ...], ...]

    def column(self, key: str) -> LedgerColumn:
        return next(column for column in self.columns if column.key == key)
