"""Calendar quarters, the beat of the whole cycle."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter: `Quarter(2025, 3)` runs from 1 July to 30 September 2025."""

    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> datetime.date:
        return self.next.first_day - datetime.timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)  # noqa: PLR2004

    @property
    def previous(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"


def quarter_ends(until: datetime.date, count: int) -> list[datetime.date]:
    """Return the last days of the `count` quarters finished by `until`, then `until` itself where it is not one; oldest first."""
    quarter = Quarter.of(until)
    days = [] if quarter.last_day == until else [until]
    if not days:
        quarter = quarter.next
    while len(days) < count + (0 if Quarter.of(until).last_day == until else 1):
        quarter = quarter.previous
        days.append(quarter.last_day)
    return days[::-1]


def years_after(day: datetime.date, years: int) -> datetime.date:
    """Return the same day `years` later; 29 February becomes the 28th where there is none (《民法典》第二百零二条：没有对应日的，月末日为期间的最后一日)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the same day `months` later (earlier where negative), or the month's last day where it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    first = datetime.date(month // 12, month % 12 + 1, 1)
    following = datetime.date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(first + datetime.timedelta(days=day.day - 1), following - datetime.timedelta(days=1))


def begun_by(day: datetime.date, years: int) -> datetime.date:
    """Return the latest day whose `years_after` is not later than `day`: what began then or before is over on `day`."""
    following = day + datetime.timedelta(days=1)
    try:
        return following.replace(year=following.year - years) - datetime.timedelta(days=1)
    except ValueError:  # 29 February, and no such day in the other year
        return following.replace(year=following.year - years, day=28)
