"""Deadlines in Chinese working days: holidays and make-up days of the yearly notices, corrected by rows of our own.

A row (`CalendarDay`) goes before the package, which knows the notices published when it was released; a year that neither
knows is reckoned Monday to Friday, and pages say so (`has_calendar`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import chinese_calendar

from portal.core.models import CalendarDay

# 《全国年节及纪念日放假办法》第二条: these are rest days of every year; a year whose notice was entered has all three.
FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1))
_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
_ONE_DAY = datetime.timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class KnownDay:
    """One day of the calendar: worked or not, and its name where a notice names it."""

    is_workday: bool
    name: str = ""


def known_to_package(day: datetime.date) -> KnownDay | None:
    """Return what the package knows of a day; None in a year whose notice it does not have."""
    try:
        is_rest, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    return KnownDay(not is_rest, _NAMES.get(holiday, ""))


@dataclass(frozen=True)
class Workdays:
    """The calendar from `first` to `last` (None: without end), read once; for loops over many deadlines."""

    first: datetime.date | None
    last: datetime.date | None
    rows: Mapping[datetime.date, bool]

    def is_workday(self, day: datetime.date) -> bool:
        if (self.first and day < self.first) or (self.last and day > self.last):
            message = f"{day} lies outside the calendar that was read, {self.first} to {self.last}"
            raise ValueError(message)
        if day in self.rows:
            return self.rows[day]
        known = known_to_package(day)
        return known.is_workday if known else day.weekday() < _SATURDAY

    def add(self, day: datetime.date, count: int) -> datetime.date:
        """Return the `count`th working day after `day`, before it where negative.

        The day itself does not count (《民法典》第二百零一条). With 0 it is the day, or the next one worked where it is not
        (第二百零三条：期间的最后一日是法定休假日的，以法定休假日结束的次日为期间的最后一日).
        """
        left, step = abs(count), -_ONE_DAY if count < 0 else _ONE_DAY
        while left:
            day += step
            left -= self.is_workday(day)
        while not self.is_workday(day):
            day += step
        return day

    def between(self, start: datetime.date, end: datetime.date) -> int:
        """Return how many working days lie after `start` up to and with `end`; negative where `end` is earlier.

        So that `between(day, add(day, n)) == n` for every n above 0.
        """
        if end < start:
            return -self.between(end, start)
        return sum(self.is_workday(start + _ONE_DAY * passed) for passed in range(1, (end - start).days + 1))


def workdays_for(first: datetime.date | None = None, last: datetime.date | None = None) -> Workdays:
    """Read the calendar between two days, or without bounds: a year has a few dozen rows at most. One query."""
    rows = CalendarDay.objects.all()
    if first:
        rows = rows.filter(date__gte=first)
    if last:
        rows = rows.filter(date__lte=last)
    return Workdays(first, last, dict(rows.values_list("date", "is_workday")))


def is_workday(day: datetime.date) -> bool:
    """Tell whether a day is worked. One query: for many days take `workdays_for`."""
    return workdays_for(day, day).is_workday(day)


def add_workdays(day: datetime.date, count: int) -> datetime.date:
    """Return the `count`th working day after `day` (`Workdays.add`). One query."""
    return workdays_for(*((None, day) if count < 0 else (day, None))).add(day, count)


def workdays_between(start: datetime.date, end: datetime.date) -> int:
    """Return how many working days lie after `start` up to and with `end` (`Workdays.between`). One query."""
    return workdays_for(min(start, end), max(start, end)).between(start, end)


def has_calendar(year: int) -> bool:
    """Tell whether a year's holidays are known; where not, deadlines reckon Monday to Friday and the page must say so.

    A single corrected day does not make a year known: all holidays of fixed dates must stand in our rows. One query at most.
    """
    days = [datetime.date(year, month, day) for month, day in FIXED_HOLIDAYS]
    if known_to_package(days[0]) is not None:
        return True
    return CalendarDay.objects.filter(date__in=days, is_workday=False).count() == len(days)


@dataclass(frozen=True)
class SpecialDay:
    """One day that is worked or not against the week, or that a notice names; `source` empty where the package knows it."""

    date: datetime.date
    is_workday: bool
    name: str
    source: str = ""


def special_days(year: int, rows: Iterable[CalendarDay]) -> list[SpecialDay]:
    """Return the days of a year that a notice or a row of ours speaks of, in their order; `rows` of other years are left out."""
    by_date = {}
    for passed in range(366):
        day = datetime.date(year, 1, 1) + _ONE_DAY * passed
        known = known_to_package(day)
        if day.year == year and known and known.name:
            by_date[day] = SpecialDay(day, known.is_workday, known.name)
    for row in rows:
        if row.date.year == year:
            by_date[row.date] = SpecialDay(row.date, row.is_workday, row.name, row.source)
    return [by_date[day] for day in sorted(by_date)]
