"""Wording of figures in official Chinese: changes, lists, days. Pure: words in, words out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Literal

from portal.core.measures import Rate

Direction = Literal["up", "down", "same"]
NUMERALS = "一二三四五六七八九十"


def numeral(number: int) -> str:
    """Return a heading's number, 1 to 99, in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


def sentence_day(day: datetime.date) -> str:
    """Return a day as it stands in a sentence: 2026年9月30日 (GB/T 9704-2012, 7.3.5.4: no leading zeros)."""
    return f"{day.year}年{day.month}月{day.day}日"


def hundredths(rate: Rate) -> int | None:
    """Return the rate as it is printed, in hundredths of a per cent, rounded down; None without a population."""
    return rate.numerator * 10000 // rate.denominator if rate.denominator else None


def points_between(before: Rate, now: Rate) -> int | None:
    """Return the change between two printed rates in hundredths of a percentage point; None where one has no population.

    The printed rates are subtracted, so that a reader who subtracts them on paper finds the same.
    """
    earlier, later = hundredths(before), hundredths(now)
    return None if earlier is None or later is None else later - earlier


def points(change: int) -> str:
    """Return hundredths of a percentage point without a sign: 52 is 0.52."""
    return f"{abs(change) // 100}.{abs(change) % 100:02d}"


def direction(change: int) -> Direction:
    return "up" if change > 0 else "down" if change < 0 else "same"


def spelled(rule: str) -> str:
    """Return a rule's wording with its threshold in characters (正式党员三名): in a report every Arabic digit is a figure."""
    return re.sub(r"(\d{1,2})(?=名|个|年|次|届)", lambda match: numeral(int(match[1])), rule)


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: 甲、乙和丙."""
    return "和".join(part for part in ("、".join(names[:-1]), names[-1]) if part) if names else ""
