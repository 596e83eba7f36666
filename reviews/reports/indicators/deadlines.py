"""A deadline in words: how many working days it leaves, which days of them are off or made up, what is not known yet."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from portal.core.models import CalendarDay
from portal.core.workdays import SpecialDay, has_calendar, special_days, workdays_for

SUGGESTED_WORKING_DAYS = 10  # a practice of the house: two weeks to file, no document asks for it


@dataclass(frozen=True)
class Deadline:
    """The time between the opening of a round and its last day."""

    opened_on: datetime.date
    due_on: datetime.date
    working_days: int
    is_workday: bool
    rest: tuple[str, ...]
    made_up: tuple[str, ...]
    unknown_years: tuple[int, ...]

    @property
    def sentences(self) -> list[str]:
        """The deadline as it is told to whoever sets it."""
        sentences = [f"截止日期 {self.due_on:%Y-%m-%d}，是发起后的第 {self.working_days} 个工作日。"]
        if not self.is_workday:
            sentences = [f"截止日期 {self.due_on:%Y-%m-%d} 是休息日，此前有 {self.working_days} 个工作日。"]
        if self.rest:
            sentences.append(f"期间放假：{'、'.join(self.rest)}。")
        if self.made_up:
            sentences.append(f"期间调休上班：{'、'.join(self.made_up)}。")
        sentences += [
            f"{year}年的放假安排还没有公布或者录入，暂按周一至周五计算，公布后请核对截止日期。"
            for year in self.unknown_years
        ]
        return sentences


def suggested_deadline(opened_on: datetime.date) -> datetime.date:
    """Return the last day of the usual time for filing."""
    return workdays_for(opened_on).add(opened_on, SUGGESTED_WORKING_DAYS)


def deadline_of(opened_on: datetime.date, due_on: datetime.date) -> Deadline:
    """Return what lies between two days; `due_on` is not earlier."""
    calendar = workdays_for(opened_on, due_on)
    years = range(opened_on.year, due_on.year + 1)
    rows = list(CalendarDay.objects.filter(date__gt=opened_on, date__lte=due_on))
    special = [day for year in years for day in special_days(year, rows) if opened_on < day.date <= due_on]
    return Deadline(
        opened_on,
        due_on,
        calendar.between(opened_on, due_on),
        calendar.is_workday(due_on),
        tuple(_runs([day for day in special if not day.is_workday])),
        tuple(_runs([day for day in special if day.is_workday])),
        tuple(year for year in years if not has_calendar(year)),
    )


def _runs(days: list[SpecialDay]) -> Iterator[str]:
    """Yield days of one name that follow each other as one: 10-01 至 10-07（国庆节）."""
    for name, run in groupby(enumerate(days), lambda pair: (pair[1].name, pair[1].date.toordinal() - pair[0])):
        dates = [day.date for _, day in run]
        span = f"{dates[0]:%m-%d}" if len(dates) == 1 else f"{dates[0]:%m-%d} 至 {dates[-1]:%m-%d}"
        yield f"{span}（{name[0]}）"
