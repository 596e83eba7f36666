"""A good division of a large part of a plan into joint branches, and a bound that no division can beat."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from partyorgs.rules import JOINT_BRANCH_MAX_UNITS, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
from partyorgs.rules.exact_parts import Group, Means, Share
from partyorgs.rules.joining import COMMITTEE, REGION, Place, Unit, apart, joinable, may_unite, most_branches

FULL = JOINT_BRANCH_MAX_UNITS
# Members of the units that together make three: nothing wasted first.
_SEEDS = ((2, 1), (1, 2), (1, 1, 1), (2, 2))
_HEAVIEST = 2 * FULL  # formal members of the largest branch
_LEFT_WITH_NONE = OWN_ORGANIZATION_MIN_FORMAL_MEMBERS - 1  # so many members at a place found no branch any more


class Numbers:
    """How many units without, with one and with two formal members are to be united at one place."""

    __slots__ = ("of",)

    def __init__(self) -> None:
        self.of = [0, 0, 0]

    @property
    def value(self) -> int:
        """Rank what can be founded here: full branches first, then what is left in few places, members too."""
        branches = most_branches(self.of[1], self.of[2])
        covered = min(sum(self.of), FULL * branches)
        members = self.of[1] + 2 * self.of[2]
        left = min(members - OWN_ORGANIZATION_MIN_FORMAL_MEMBERS * branches, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS)
        return 100 * (covered // FULL * FULL**2 + (covered % FULL) ** 2) + left**2

    def changed(self, formal: int, by: int) -> int:
        """Return what the value would grow by."""
        before = self.value
        self.of[formal] += by
        after = self.value
        self.of[formal] -= by
        return after - before


class Assignment:
    """At which of its two places each unit is to be united; improved by chains of moves until none helps."""

    def __init__(self, units: list[Unit], first: str) -> None:
        self.numbers: dict[Place, Numbers] = {}
        # (from, to, formal members) -> the units that can be moved so.
        self.movable: dict[tuple[Place, Place, int], list[Unit]] = {}
        self.fixed: dict[Place, list[Unit]] = {}
        self.ways: dict[Place, set[Place]] = {}
        for unit in units:
            here, *other = sorted(unit.places, key=lambda place: place[0] != first)
            self.numbers.setdefault(here, Numbers()).of[unit.formal] += 1
            for there in other:
                self.numbers.setdefault(there, Numbers())
                self.movable.setdefault((here, there, unit.formal), []).append(unit)
                self.ways.setdefault(here, set()).add(there)
                self.ways.setdefault(there, set()).add(here)
            if not other:
                self.fixed.setdefault(here, []).append(unit)

    def improve(self) -> None:
        """Move one unit along the best chain of places, again and again; each chain leaves the places between as they were."""
        improved = True
        while improved:
            improved = False
            for start in sorted(self.numbers):
                for formal in (2, 1, 0):
                    while chain := self._chain(start, formal):
                        self._follow(chain, formal)
                        improved = True

    @property
    def value(self) -> int:
        return sum(numbers.value for numbers in self.numbers.values())

    def places(self) -> dict[Place, list[Unit]]:
        """Return who is to be united where."""
        found = {place: list(units) for place, units in self.fixed.items()}
        for (here, _, _), units in self.movable.items():
            found.setdefault(here, []).extend(units)
        return {place: sorted(units) for place, units in sorted(found.items()) if units}

    def _chain(self, start: Place, formal: int) -> list[Place]:
        if not self.numbers[start].of[formal]:
            return []
        lost = self.numbers[start].changed(formal, -1)
        came: dict[Place, Place] = {start: start}
        queue, best, end = deque([start]), 0, start
        while queue:
            here = queue.popleft()
            for there in sorted(self.ways.get(here, ())):
                if there in came or not self.movable.get((here, there, formal)):
                    continue
                came[there] = here
                queue.append(there)
                if (gained := lost + self.numbers[there].changed(formal, 1)) > best:
                    best, end = gained, there
        chain = [end] if best else []
        while chain and chain[-1] != start:
            chain.append(came[chain[-1]])
        return chain[::-1]

    def _follow(self, chain: list[Place], formal: int) -> None:
        for here, there in zip(chain, chain[1:], strict=False):
            unit = self.movable[(here, there, formal)].pop()
            self.movable.setdefault((there, here, formal), []).append(unit)
        self.numbers[chain[0]].of[formal] -= 1
        self.numbers[chain[-1]].of[formal] += 1


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
        for formal in seed[1:]:
            group.append(take(min((u for u in left if u.formal == formal), key=lambda u: (apart(first, u), u.key))))
        while len(group) < FULL:
            near = [u for u in left if not u.formal or enough(after, u.formal)]
            if not near:
                break
            group.append(take(min(near, key=lambda u: (u.is_counted, apart(first, u), u.key))))
        groups.append(tuple(group))
    return groups


@dataclass(frozen=True)
class AtMost:
    """What bounds a large part: counts over all of it. `freed` is, unit by unit, with how many branches it may get an instructor."""

    branches: int
    unitable: int
    outside: int
    alone: int
    covered: int
    freed: list[int]


class LargePart:
    """A part too large to look at every subset: assigned to places, improved, divided; the bound tells how good it is."""

    is_exact = False

    def __init__(self, units: list[Unit], means: Means) -> None:
        self.units = sorted(units)
        self.means = means
        self._start = joinable(self.units) if means.joint else set()
        self._places: dict[Place, list[Unit]] = {}
        groups = self._divided() if means.joint else []
        self._groups = sorted(groups, key=lambda group: (-gain_of(group), group[0].key))
        self.gains = self._gains()
        self._at_most = self._most()

    def _divided(self) -> list[Group]:
        starts = [Assignment(sorted(self._start), first) for first in (COMMITTEE, REGION)]
        for start in starts:
            start.improve()
        best = max(starts, key=lambda start: start.value)
        self._places = best.places()
        groups = []
        for units in self._places.values():
            ones, twos = (sum(unit.formal == formal for unit in units) for formal in (1, 2))
            groups += divide(units, min(most_branches(ones, twos), -(-len(units) // FULL)))
        taken = {unit for group in groups for unit in group}
        left = [unit for unit in self.units if unit not in taken]
        return with_others(groups, left, self.units)

    def _gains(self) -> list[int]:
        gains, taken, total = [], set(), 0
        for count in range(len(self._groups) + 1):
            if count:
                taken |= set(self._groups[count - 1])
                total += gain_of(self._groups[count - 1])
            gains.append(max(total + len(self._instructors(taken)), gains[-1] if gains else 0))
        rest = self._functional(taken)
        return gains + [gains[-1] + number for number in range(1, len(rest) + 1)]

    def _rest(self, taken: set[Unit]) -> list[Unit]:
        return [unit for unit in self.units if unit not in taken and not unit.is_counted]

    def _functional(self, taken: set[Unit]) -> Group:
        if not self.means.functional or self.means.instructor:
            return ()
        return tuple(unit for unit in self._rest(taken) if unit.formal)

    def _instructors(self, taken: set[Unit]) -> Group:
        if not self.means.instructor:
            return ()
        rest = [unit for unit in self.units if unit not in taken]
        united = joinable(rest) if self.means.joint else set()
        return tuple(unit for unit in self._rest(taken) if unit not in united)

    def bound(self, organizations: int) -> int:
        """Return what so many new organizations cannot exceed here, wherever the units are.

        A joint branch covers five at most and needs three members of the whole part; every other organization covers one.
        An instructor is for those who can join nobody: with so many branches only where the members of both places are
        used up.
        """
        at_most = self._at_most
        branches = min(organizations, at_most.branches, -(-at_most.unitable // FULL))
        if self.means.instructor:
            freed = bisect_right(at_most.freed, branches) if branches else 0
            return min(at_most.unitable, FULL * branches + freed) + at_most.outside
        covered = min(at_most.unitable, FULL * branches)
        if not self.means.functional:
            return covered
        return min(at_most.covered, covered + min(organizations - branches, at_most.alone))

    def _most(self) -> AtMost:
        ones, twos = (sum(unit.formal == formal for unit in self._start) for formal in (1, 2))
        gaining = [unit for unit in self._start if not unit.is_counted]
        outside = [unit for unit in self.units if not unit.is_counted and unit not in self._start]
        members: dict[Place, int] = {}
        for unit in self._start:
            for place in unit.places:
                members[place] = members.get(place, 0) + unit.formal
        over = [max(members[place] for place in unit.places) - _LEFT_WITH_NONE for unit in gaining]
        return AtMost(
            branches=most_branches(ones, twos),
            unitable=len(gaining),
            outside=len(outside),
            alone=sum(bool(unit.formal) for unit in (*gaining, *outside)),
            covered=len(gaining) + sum(bool(unit.formal) for unit in outside),
            freed=sorted(-(-max(0, members) // _HEAVIEST) for members in over),
        )

    def realize(self, organizations: int) -> Share:
        """Return the branches, functional branches and instructors with so many new organizations."""
        groups = tuple(self._groups[:organizations])
        taken = {unit for group in groups for unit in group}
        alone = self._functional(taken)[: max(0, organizations - len(self._groups))]
        return Share(groups, alone, self._instructors(taken))


def gain_of(group: Group) -> int:
    return sum(not unit.is_counted for unit in group)


def grown(groups: list[Group], others: list[Unit]) -> list[Group]:
    """Let `others` join the branches that have room, the nearest first."""
    left, found = list(others), []
    for group in groups:
        for unit in sorted(left, key=lambda unit: (unit.is_counted, apart(group[0], unit), unit.key)):
            if may_unite((*group, unit)):
                group = (*group, unit)  # noqa: PLW2901 -- a branch grows
                left.remove(unit)
        found.append(group)
    return found


def with_others(groups: list[Group], others: list[Unit], units: Sequence[Unit]) -> list[Group]:
    """Unite those of `others` for whom a legal joint branch is left: in one with room, or with whoever of `units` is left."""
    found = grown(groups, sorted(others))
    taken = {unit for group in found for unit in group}
    waiting, left = sorted(set(others) - taken), [unit for unit in units if unit not in taken]
    while can := [unit for unit in waiting if unit in joinable(left)]:
        found.append(branch_with(can[0], left))
        waiting = [unit for unit in waiting if unit not in found[-1]]
        left = [unit for unit in left if unit not in found[-1]]
    return found


def branch_with(first: Unit, units: Sequence[Unit]) -> Group:
    """Return a joint branch of `first` with the nearest of `units`: members first, until there are three."""
    ways = []
    for place in first.places:
        here = [unit for unit in units if unit != first and place in unit.places]
        group = (first,)
        while len(group) < FULL and len(group) <= len(here):
            short = sum(unit.formal for unit in group) < OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
            free = (unit for unit in here if unit not in group)
            group = (*group, min(free, key=lambda u: (-u.formal * short, u.is_counted, apart(first, u), u.key)))
        ways.append(group)
    return max((group for group in ways if may_unite(group)), key=lambda group: (gain_of(group), -group[1].key))
