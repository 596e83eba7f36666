"""When scheduled work was last due. Each due moment is a slot with a name of its own: it runs once, however many ask."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from portal.core.quarters import Quarter


class When(Protocol):
    """The parts of celery.schedules.crontab that a line of the schedule uses."""

    minute: AbstractSet[int]
    hour: AbstractSet[int]
    day_of_week: AbstractSet[int]
    day_of_month: AbstractSet[int]
    month_of_year: AbstractSet[int]


_FURTHEST = 100  # days: a quarter and some


@dataclass(frozen=True)
class Slot:
    """One due moment: `name` tells it from all others of its kind of work, `day` is the day that the work is about."""

    name: str
    day: datetime.date


def _daily(due: datetime.date) -> Slot:
    return Slot(due.isoformat(), due)


def _quarter_end(due: datetime.date) -> Slot:
    """Name the quarter that was over when the work became due; its last day is what the work is about."""
    quarter = Quarter.of(due).previous
    return Slot(f"{quarter.year}Q{quarter.number}", quarter.last_day)


# A week's slot is the day on which it is due, as a day's is.
SLOTS: dict[str, Callable[[datetime.date], Slot]] = {"daily": _daily, "weekly": _daily, "quarter_end": _quarter_end}


def latest_due(when: When, now: datetime.datetime) -> datetime.date:
    """Return the latest day on which `when` was due by `now`, which is local time; a line is due once a day at most."""
    clock = datetime.time(min(when.hour), min(when.minute))
    today = now.date()
    for back in range(_FURTHEST):
        day = today - datetime.timedelta(days=back)
        if (day < today or now.time() >= clock) and _falls_on(when, day):
            return day
    message = f"not due within {_FURTHEST} days: {when}"
    raise ValueError(message)


def _falls_on(when: When, day: datetime.date) -> bool:
    return day.month in when.month_of_year and day.day in when.day_of_month and day.isoweekday() % 7 in when.day_of_week


def latest_slot(when: When, rule: str, now: datetime.datetime) -> Slot:
    """Return the slot that is due, or was missed, at `now`."""
    return SLOTS[rule](latest_due(when, now))
