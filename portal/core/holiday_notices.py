"""Reading the yearly holiday notice of the State Council's office as it is published: which days are off, which made up."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from portal.core.errors import RuleViolation

_WEEK = "一二三四五六日"
# What a day's verb says of the days named before it.
_VERBS = {"放假": False, "休息": False, "上班": True}
_DATE = r"(?:(?P<{0}year>\d{{4}})年)?(?:(?P<{0}month>\d{{1,2}})月)?(?P<{0}day>\d{{1,2}})日(?:\([^()]*?(?:周|星期)(?P<{0}week>[一二三四五六日天])\))?"
_TOKEN = re.compile(
    rf"{_DATE.format('first_')}(?:(?:至|到|-|—|~){_DATE.format('last_')})?|(?P<verb>{'|'.join(_VERBS)})"
)
_ITEM = re.compile(r"\n|(?<=。)(?=\s*[一二三四五六七八九十]+、)")
_NAME = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、])?\s*([^:：\d]{1,20})[:：]")
_UNNAMED = "节假日"
LONGEST = 31  # days: the longest holiday so far had 9; a range beyond a month is a misprint


@dataclass(frozen=True)
class StatedDay:
    """One day that a notice speaks of: worked or not, and on account of which holiday."""

    date: datetime.date
    is_workday: bool
    name: str


def days_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """Return the days from `first` to `last`, both included. Raises RuleViolation for an order or length that cannot be meant."""
    if last < first:
        raise RuleViolation("结束日期不能早于开始日期。", "last")
    if (last - first).days >= LONGEST:
        raise RuleViolation(f"一次最多录入 {LONGEST} 天，请核对起止日期。", "last")
    return [first + datetime.timedelta(days=passed) for passed in range((last - first).days + 1)]


def read_notice(text: str, year: int) -> list[StatedDay]:
    """Return the days that a notice about `year` names, in its own order.

    It is read as published (「二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）上班。」) or line by line
    (「2027-02-06 至 2027-02-12 休息」). Raises RuleViolation where a day does not exist, falls on another day of the week
    than the notice says (mostly a wrong year), or nothing can be read.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"(\d{4})-(\d{1,2})-(\d{1,2})", r"\1年\2月\3日", plain)
    plain = re.sub(r"(?<=\S)[ \t]+|[ \t]+(?=\S)", "", plain)
    days = [day for item in _ITEM.split(plain) for day in _read_item(item, year)]
    if not any(not day.is_workday for day in days):
        raise RuleViolation("没有读到放假日期，请粘贴通知中“一、元旦：……放假”的各项原文。", "text")
    both = {day.date for day in days if day.is_workday} & {day.date for day in days if not day.is_workday}
    if both:
        raise RuleViolation(f"{min(both):%Y-%m-%d} 既写放假又写上班，请核对。", "text")
    return days


def _read_item(item: str, year: int) -> Iterator[StatedDay]:
    named = _NAME.match(item)
    name = named[1] if named else _UNNAMED
    waiting: list[datetime.date] = []
    year_now, month_now = year, 0
    for token in _TOKEN.finditer(item):
        if token["verb"]:
            yield from (StatedDay(day, _VERBS[token["verb"]], name) for day in waiting)
            waiting = []
            continue
        ends = []
        for end in ("first", "last") if token["last_day"] else ("first",):
            year_now = int(token[f"{end}_year"] or year_now)
            month_now = int(token[f"{end}_month"] or month_now)
            ends.append(_day(year_now, month_now, token, end))
        waiting += days_between(ends[0], ends[-1])
        year_now = year  # a year that is written belongs to its own date: the rest of the notice speaks of its year


def _day(year: int, month: int, token: re.Match[str], end: str) -> datetime.date:
    number = int(token[f"{end}_day"])
    try:
        day = datetime.date(year, month, number)
    except ValueError:
        raise RuleViolation(f"没有“{year}年{month}月{number}日”这一天，请核对。", "text") from None
    week = (token[f"{end}_week"] or "").replace("天", "日")
    if week and _WEEK[day.weekday()] != week:
        raise RuleViolation(
            f"{year}年{month}月{number}日是周{_WEEK[day.weekday()]}，通知写的是周{week}，请核对年份。", "text"
        )
    return day
