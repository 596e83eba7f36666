"""The day of each visit: a working day of the period, loads spread evenly, nobody beyond what a day holds."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

VISITS_A_DAY = 2  # one in the morning, one in the afternoon


def capacity_of(days: Iterable[datetime.date], absent: AbstractSet[datetime.date], taken: int) -> int:
    """Return how many more visits an inspector can make on these working days, `taken` being promised already."""
    return max(VISITS_A_DAY * sum(day not in absent for day in days) - taken, 0)


def spread_days(
    pairs: Mapping[str, Sequence[int]],
    days: Sequence[datetime.date],
    absent: Mapping[int, AbstractSet[datetime.date]],
    taken: Mapping[tuple[int, datetime.date], int],
) -> dict[str, datetime.date | None]:
    """Return {code: day}: the day on which both inspectors are least busy, then the one with fewest visits, then the earliest.

    The day is None where the two have none in common. `pairs` choose in their order.
    """
    loads = Counter(dict(taken))
    visits: Counter[datetime.date] = Counter()
    planned: dict[str, datetime.date | None] = {}
    for code, pair in pairs.items():
        open_days = [
            day
            for day in days
            if all(day not in absent.get(each, frozenset()) and loads[each, day] < VISITS_A_DAY for each in pair)
        ]
        day = (
            min(open_days, key=lambda day: (max(loads[each, day] for each in pair), visits[day], day), default=None)
            if pair
            else None
        )
        planned[code] = day
        if day is not None:
            visits[day] += 1
            for each in pair:
                loads[each, day] += 1
    return planned
