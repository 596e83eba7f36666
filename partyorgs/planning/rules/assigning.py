"""Who is to be united at which place: improved by chains of moves, then divided into branches of neighbours."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
from partyorgs.planning.rules.joining import COMMITTEE, REGION, Group, Place, Unit, apart, most_branches

FULL = JOINT_BRANCH_MAX_UNITS
WEIGHT = 100  # of what is founded, against members that lie idle
# Members of the units that together make three: nothing wasted first.
_SEEDS = ((2, 1), (1, 2), (1, 1, 1), (2, 2))
_MIXTURES, _MIXED_UNITS = 40, 4000  # how many beginnings are tried, fewer for more units


@lru_cache(maxsize=100_000)
def _worth(none: int, ones: int, twos: int) -> int:
    """Rank what can be founded at one place: full branches first, then what is left in few places, members too."""
    branches = most_branches(ones, twos)
    covered = min(none + ones + twos, FULL * branches)
    members = ones + 2 * twos
    left = min(members - OWN_ORGANIZATION_MIN_FORMAL_MEMBERS * branches, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS)
    return WEIGHT * (covered // FULL * FULL**2 + (covered % FULL) ** 2) + left**2


class Numbers:
    """The numbers of units with no, one and two formal members to be united at one place."""

    __slots__ = ("of",)

    def __init__(self) -> None:
        self.of = [0, 0, 0]

    @property
    def value(self) -> int:
        return _worth(*self.of)

    def changed(self, arriving: int | None, leaving: int | None) -> int:
        """Return what the value would grow by if a unit with so many members came and one with so many left."""
        then = self.of.copy()
        if arriving is not None:
            then[arriving] += 1
        if leaving is not None:
            then[leaving] -= 1
        return _worth(*then) - _worth(*self.of)

    def add(self, arriving: int | None, leaving: int | None) -> None:
        if arriving is not None:
            self.of[arriving] += 1
        if leaving is not None:
            self.of[leaving] -= 1


class Assignment:
    """At which of its two places each unit is to be united; improved by chains of moves until none helps."""

    def __init__(self, units: list[Unit], first: Callable[[], str]) -> None:
        self.numbers: dict[Place, Numbers] = {}
        # (from, to, formal members) -> the units that can be moved so.
        self.movable: dict[tuple[Place, Place, int], list[Unit]] = {}
        self.fixed: dict[Place, list[Unit]] = {}
        self.ways: dict[Place, set[Place]] = {}
        for unit in units:
            wanted = first()
            here, *other = sorted(unit.places, key=lambda place: place[0] != wanted)
            self.numbers.setdefault(here, Numbers()).of[unit.formal] += 1
            for there in other:
                self.numbers.setdefault(there, Numbers())
                self.movable.setdefault((here, there, unit.formal), []).append(unit)
                self.ways.setdefault(here, set()).add(there)
                self.ways.setdefault(there, set()).add(here)
            if not other:
                self.fixed.setdefault(here, []).append(unit)

    def improve(self) -> None:
        """Move units along the best chain of places, again and again; no chain makes a place between worse."""
        improved = True
        while improved:
            improved = False
            for start in sorted(self.numbers):
                for formal in (2, 1, 0):
                    while chain := self._chain(start, formal):
                        self._follow(chain)
                        improved = True

    @property
    def value(self) -> int:
        return sum(numbers.value for numbers in self.numbers.values())

    def places(self) -> dict[Place, list[Unit]]:
        """Return who is to be united where."""
        by_place = {place: list(units) for place, units in self.fixed.items()}
        for (here, _, _), units in self.movable.items():
            by_place.setdefault(here, []).extend(units)
        return {place: sorted(units) for place, units in sorted(by_place.items()) if units}

    def _chain(self, start: Place, formal: int) -> list[tuple[Place, Place, int]]:
        """Return the moves (from, to, members) that gain most, beginning with a unit of `formal` members at `start`."""
        if not self.numbers[start].of[formal]:
            return []
        lost = self.numbers[start].changed(None, formal)
        came: dict[Place, tuple[Place, int]] = {}
        queue: deque[tuple[Place, int | None, int]] = deque([(start, None, lost)])
        best, end = 0, start
        while queue:
            here, arrived, so_far = queue.popleft()
            for leaving in (formal,) if arrived is None else (arrived, *(f for f in (2, 1, 0) if f != arrived)):
                change = 0 if arrived is None else self.numbers[here].changed(arrived, leaving)
                if change < 0:
                    continue
                for there in sorted(self.ways.get(here, ())):
                    if there == start or there in came or not self.movable.get((here, there, leaving)):
                        continue
                    came[there] = (here, leaving)
                    queue.append((there, leaving, so_far + change))
                    if (gained := so_far + change + self.numbers[there].changed(leaving, None)) > best:
                        best, end = gained, there
        chain = []
        while best and end != start:
            here, leaving = came[end]
            chain.append((here, end, leaving))
            end = here
        return chain[::-1]

    def _follow(self, chain: list[tuple[Place, Place, int]]) -> None:
        for here, there, formal in chain:
            unit = self.movable[(here, there, formal)].pop()
            self.movable.setdefault((there, here, formal), []).append(unit)
            self.numbers[here].add(None, formal)
            self.numbers[there].add(formal, None)


def beginnings(units: list[Unit]) -> int:
    """Return how many beginnings are tried."""
    return 2 + min(_MIXTURES, _MIXED_UNITS // len(units))


def starts(units: list[Unit]) -> Iterator[Assignment]:
    """Yield where to begin: everybody within the committee, everybody within the city, and a fixed series of mixtures."""
    for kind in (COMMITTEE, REGION):
        yield Assignment(units, partial(next, itertools.repeat(kind)))
    for seed in range(beginnings(units) - 2):
        chance = random.Random(seed)  # noqa: S311 -- the same series for the same units: nothing is secret
        yield Assignment(units, partial(chance.choice, (COMMITTEE, REGION)))


def divide(units: list[Unit], branches: int) -> list[Group]:
    """Return so many joint branches at one place, as large as can be, each of neighbours near to its first unit.

    There must be members for so many: what a branch takes never leaves too few for those after it.
    """
    left = sorted(units, key=lambda unit: (unit.region or 0, unit.industry or 0, unit.committee or 0, unit.key))
    numbers = [sum(unit.formal == formal for unit in left) for formal in range(3)]

    def take(unit: Unit) -> Unit:
        left.remove(unit)
        numbers[unit.formal] -= 1
        return unit

    def enough(needed: int, *taken: int) -> bool:
        ones, twos = numbers[1] - taken.count(1), numbers[2] - taken.count(2)
        return min(ones, twos) >= 0 and most_branches(ones, twos) >= needed

    groups = []
    for after in range(branches - 1, -1, -1):
        seeds = [seed for seed in _SEEDS if enough(after, *seed)]
        first = next(unit for unit in left if any(seed[0] == unit.formal for seed in seeds))
        seed = next(seed for seed in seeds if seed[0] == first.formal)
        group = [take(first)]
        wanted: list[int | None] = [*seed[1:], *[None] * (FULL - len(seed))]  # None: whoever is near
        for formal in wanted:
            near = [u for u in left if (u.formal == formal if formal else not u.formal or enough(after, u.formal))]
            if near:
                order = partial(_nearness, first, formal is None)
                group.append(take(min(near, key=order)))
        groups.append(tuple(group))
    return groups


def _nearness(first: Unit, is_to_gain: bool, unit: Unit) -> tuple[bool, int, int]:  # noqa: FBT001 -- called by `min` alone
    return (is_to_gain and unit.is_counted, apart(first, unit), unit.key)
