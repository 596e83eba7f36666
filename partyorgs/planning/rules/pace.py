"""How fast a figure moves and where that leads by a due day. Exact fractions; what is shown is rounded down."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.core.quarters import quarter_ends

DAYS_A_MONTH = Fraction(1461, 48)  # four years have 1461 days
PACE_QUARTERS = (
    4  # the pace is that since the end of the fourth quarter before: a year and what has passed of this quarter
)


def pace_days(as_of: datetime.date) -> list[datetime.date]:
    """Return the days that the pace is read from: the ends of the four quarters before `as_of`, then `as_of`."""
    return quarter_ends(as_of, PACE_QUARTERS + 1)[-PACE_QUARTERS - 1 :]


Counted = tuple[datetime.date, int, int]  # day, numerator, denominator


@dataclass(frozen=True)
class Projection:
    """The figure reached on the due day if numerator and denominator go on as since `since`; `pace` is the numerator's a month."""

    since: datetime.date
    pace: Fraction
    numerator: Fraction
    denominator: Fraction

    @property
    def share(self) -> Fraction:
        return self.numerator / self.denominator

    @property
    def count(self) -> int:
        return math.floor(self.numerator)

    @property
    def percent(self) -> str:
        """Return the share in percent with two decimals, rounded down, as rates are."""
        hundredths = math.floor(self.share * 10000)
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    @property
    def monthly(self) -> str:
        """Return the pace in words: 每月净增, 净减, to a tenth and towards zero; no number where nothing moved."""
        tenths = math.floor(abs(self.pace) * 10)
        if not self.pace:
            return "没有净增"
        size = f"{tenths / 10:g}" if tenths else "不足 0.1"
        return f"每月净{'增' if self.pace > 0 else '减'} {size}"

    def meets(self, target: Fraction) -> bool:
        return self.share >= target


def project(history: Sequence[Counted], due_on: datetime.date) -> Projection | None:
    """Carry the last figure of `history` (oldest first) on to `due_on` at the pace since the oldest that has a population.

    None without two days to compare, without a population today or at the due day, or where the due day is over. Neither
    falls below zero nor the numerator above the denominator: a closed association takes its coverage along.
    """
    known = [counted for counted in history if counted[2]]
    if not history or len(known) < 2 or known[-1] != history[-1]:  # noqa: PLR2004
        return None
    (first, early_numerator, early_denominator), (last, numerator, denominator) = known[0], known[-1]
    if due_on < last or first >= last:
        return None
    months, ahead = (last - first).days / DAYS_A_MONTH, (due_on - last).days / DAYS_A_MONTH
    pace = (numerator - early_numerator) / months
    population = denominator + (denominator - early_denominator) / months * ahead
    if population <= 0:
        return None
    reached = min(max(numerator + pace * ahead, Fraction(0)), population)
    return Projection(first, pace, reached, population)
