"""Deadlines of rectification: their length, how far they can be extended, when people are reminded of them.

Where no document is named, a number is practice.
"""

from __future__ import annotations

import datetime
import re

from portal.core.errors import RuleViolation
from portal.core.quarters import months_after

DEFAULT_WORKDAYS, MOST_WORKDAYS = 15, 60
MOST_EXTENDED_MONTHS = 6  # an extension is for what takes longer, not for what is put off for good
DEFAULT_DEMAND = "对照依据完成整改，并建立长效机制。"
REMINDED_WORKDAYS_BEFORE = 3
ESCALATED_DAYS_AFTER = 14  # then the next level above is notified; a late report stays amber as long
# 发文字号: 代字〔年份〕顺序号, GB/T 9704-2012, 7.2.5.
_NUMBER = re.compile(r"(?P<prefix>[\u4e00-\u9fff]{2,12})〔(?P<year>\d{4})〕(?P<serial>[1-9]\d{0,4})号")


def refuse_bad_term(workdays: int) -> None:
    """Raise RuleViolation unless a term of rectification is a number of working days that a notice can give."""
    if not 1 <= workdays <= MOST_WORKDAYS:
        raise RuleViolation(f"整改期限为 1 至 {MOST_WORKDAYS} 个工作日。", "workdays")


def refuse_bad_extension(due_on: datetime.date, until: datetime.date, today: datetime.date) -> None:
    """Raise RuleViolation for an extension that extends nothing, ends in the past, or goes too far."""
    if until <= due_on:
        raise RuleViolation(f"延期后的期限须晚于现在的期限（{due_on:%Y-%m-%d}）。", "until")
    if until <= today:
        raise RuleViolation("延期后的期限须晚于今天。", "until")
    if until > months_after(due_on, MOST_EXTENDED_MONTHS):
        raise RuleViolation(f"一次延期不能超过 {MOST_EXTENDED_MONTHS} 个月。", "until")


def refuse_bad_number(number: str) -> None:
    """Raise RuleViolation unless `number` is empty or a 发文字号."""
    if number and not _NUMBER.fullmatch(number):
        raise RuleViolation(
            "发文字号由代字、年份、顺序号组成，例如：苏社工改〔2026〕3号。没有编号的可以不填。", "number"
        )


def number_after(number: str, year: int) -> str:
    """Return the number that follows the last one given; empty where the last one has another form."""
    if (last := _NUMBER.fullmatch(number)) is None:
        return ""
    serial = int(last["serial"]) + 1 if int(last["year"]) == year else 1
    return f"{last['prefix']}〔{year}〕{serial}号"


def is_overdue(due_on: datetime.date | None, closed_on: datetime.date | None, day: datetime.date) -> bool:
    """Tell whether a finding is open after its deadline; the day of the deadline itself still belongs to the term."""
    return due_on is not None and closed_on is None and due_on < day
