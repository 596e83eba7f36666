"""反复出现: the same item at the same association again within 24 months. 依据：domain.md, "Work cycles" 2."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.core.quarters import months_after

REPEAT_MONTHS = 24


@dataclass(frozen=True)
class DatedFinding:
    """One finding as repeats are judged. `item` holds the check list too: codes of items are its own."""

    key: int
    association: int
    item: tuple[int, str]
    found_on: datetime.date


def is_within(earlier: datetime.date, later: datetime.date) -> bool:
    """Tell whether `later` comes within 24 months after `earlier`; the same day of the month is the last that does."""
    return earlier <= later <= months_after(earlier, REPEAT_MONTHS)


def repeats_of(findings: Iterable[DatedFinding]) -> Mapping[int, int | None]:
    """Return {finding: the nearest earlier finding that it repeats}; None where there is none within 24 months.

    Findings without an item must not be given: only people can say whether two of them are the same.
    """
    last: dict[tuple[int, tuple[int, str]], DatedFinding] = {}
    repeated: dict[int, int | None] = {}
    for each in sorted(findings, key=lambda one: (one.found_on, one.key)):
        before = last.get((each.association, each.item))
        repeated[each.key] = before.key if before and is_within(before.found_on, each.found_on) else None
        last[each.association, each.item] = each
    return repeated
