"""A good division of a large part of a plan into joint branches, and a bound that no division can beat."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from partyorgs.organizations.rules import OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
from partyorgs.planning.rules.assigning import FULL, WEIGHT, Assignment, beginnings, divide, starts
from partyorgs.planning.rules.bounds import most_covered
from partyorgs.planning.rules.exact_parts import Means, Share
from partyorgs.planning.rules.joining import COMMITTEE, REGION, Group, Place, Unit, gain_of, joinable, most_branches
from partyorgs.planning.rules.leftovers import Remaining, with_others

_HEAVIEST = 2 * FULL  # formal members of the largest branch
_ALL_LOOKED_AT = 400  # units
_LEFT_WITH_NONE = OWN_ORGANIZATION_MIN_FORMAL_MEMBERS - 1  # so many members at a place found no branch any more


@dataclass(frozen=True)
class AtMost:
    """The upper bounds of a large part: counts over all of it.

    `covered` is by joint branches, `alone_too` by joint and functional ones,
    `packed` tells what using up the members of places sets free, `reach` for each unit how many branches use up its places.
    """

    unitable: int
    outside: int
    covered: list[int]
    alone_too: list[int]
    packed: tuple[list[tuple[int, int]], ...]
    reach: list[int]


class LargePart:
    """A part too large to look at every subset: assigned to places, improved, divided; the bound tells how good it is."""

    is_exact = False

    def __init__(self, units: list[Unit], means: Means, looked_at: Callable[[int, int], None] | None = None) -> None:
        self.units = sorted(units)
        self.means = means
        self._start = joinable(self.units) if means.joint else set()
        self._orders: list[list[Group]] = []
        divisions = self._divisions(looked_at) if means.joint else [[]]
        self.gains = self._gains([*divisions, *([self._using_up_members()] if means.instructor else [])])
        self._at_most = self._most()

    def _divisions(self, looked_at: Callable[[int, int], None] | None) -> list[list[Group]]:
        """Return what the beginnings lead to, the largest branches first; the best division of the whole comes first."""
        if not self._start:
            return [[]]
        units = sorted(self._start)
        full, rest = divmod(len(units), FULL)
        tried: list[Assignment] = []
        for start in starts(units):
            start.improve()
            tried.append(start)
            if looked_at:
                looked_at(len(tried), beginnings(units))
            if start.value >= WEIGHT * (full * FULL**2 + rest**2):  # nothing is better than five and five and the rest
                break
        # A worse division of the whole may have more full branches among its first: worth a look where it is quick.
        kept = tried if len(units) <= _ALL_LOOKED_AT else [max(tried, key=lambda start: start.value)]
        divisions = [sorted(self._divided(start), key=lambda group: (-gain_of(group), group)) for start in kept]
        return sorted(divisions, key=lambda groups: (-sum(map(gain_of, groups)), len(groups)))

    def _divided(self, assignment: Assignment) -> list[Group]:
        groups: list[Group] = []
        for here in assignment.places().values():
            ones, twos = (sum(unit.formal == formal for unit in here) for formal in (1, 2))
            groups += divide(here, min(most_branches(ones, twos), -(-len(here) // FULL)))
        taken = {unit for group in groups for unit in group}
        left = [unit for unit in self.units if unit not in taken]
        return with_others(groups, left, self.units)

    def _gains(self, orders: list[list[Group]]) -> list[int]:
        """Return what is gained with 0, 1, 2 … organizations and remember with which order of branches."""
        longest = max(map(len, orders)) if self.means.instructor else len(orders[0])
        gains, self._orders = [-1] * (longest + 1), [orders[0]] * (longest + 1)
        for order in orders:
            for count, gain in enumerate(self._gained(order)[: longest + 1]):
                if gain > gains[count]:
                    gains[count], self._orders[count] = gain, order
        alone = self._functional({unit for group in orders[0] for unit in group})
        gains = list(accumulate(gains, max))
        return gains + [gains[-1] + number for number in range(1, len(alone) + 1)]

    def _gained(self, order: list[Group]) -> list[int]:
        if not self.means.instructor:
            return list(accumulate(map(gain_of, order), initial=0))
        rest, total = Remaining(self.units if self.means.joint else (), self.units), 0
        gains = [len(rest.free)]
        for group in order:
            rest.remove(group)
            total += gain_of(group)
            gains.append(total + len(rest.free))
        return gains

    def _using_up_members(self) -> list[Group]:
        """Return branches of those with most members: soon nobody else can found one, and instructors may be sent."""
        rest = Remaining(self.units if self.means.joint else (), self.units)
        branches = []
        while group := rest.heaviest():
            branches.append(group)
            rest.remove(group)
        return branches

    def _functional(self, taken: set[Unit]) -> Group:
        if not self.means.functional or self.means.instructor:
            return ()
        return tuple(unit for unit in self.units if unit not in taken and unit.formal and not unit.is_counted)

    def _instructors(self, taken: set[Unit]) -> Group:
        if not self.means.instructor:
            return ()
        rest = [unit for unit in self.units if unit not in taken]
        united = joinable(rest) if self.means.joint else set()
        return tuple(unit for unit in rest if unit not in united and not unit.is_counted)

    def bound(self, organizations: int) -> int:
        """Return what so many new organizations cannot exceed here, wherever the units are.

        Joint branches cover no more than `bounds.most_covered` says and need three members each; every other organization
        covers one. An instructor is for those who can join nobody: with so many branches only where members are used up.
        """
        at_most = self._at_most
        branches = min(organizations, len(at_most.covered) - 1)
        if not self.means.instructor:
            return at_most.alone_too[min(organizations, len(at_most.alone_too) - 1)]
        ways = (bisect_right(at_most.reach, branches), *(_freed(packed, branches) for packed in at_most.packed))
        freed = min(ways) if branches else 0
        return min(at_most.unitable, at_most.covered[branches] + freed) + at_most.outside

    def _most(self) -> AtMost:
        ones, twos = (sum(unit.formal == formal for unit in self._start) for formal in (1, 2))
        gaining = [unit for unit in self._start if not unit.is_counted]
        outside = [unit for unit in self.units if not unit.is_counted and unit not in self._start]
        members: dict[Place, int] = {}
        for unit in self._start:
            for place in unit.places:
                members[place] = members.get(place, 0) + unit.formal
        over = (max(members[place] for place in unit.places) - _LEFT_WITH_NONE for unit in gaining)
        covered = most_covered(sorted(self._start), min(most_branches(ones, twos), len(gaining)))
        alone = sum(bool(unit.formal) for unit in outside) if self.means.functional else 0
        most = covered[-1] + sum(bool(unit.formal) for unit in (*gaining, *outside)) if self.means.functional else 0
        alone_too = covered[:1]
        while self.means.functional and alone_too[-1] < min(most, len(gaining) + alone):
            joined = covered[min(len(alone_too), len(covered) - 1)]
            alone_too.append(min(max(joined, alone_too[-1] + 1), len(gaining) + alone))
        return AtMost(
            unitable=len(gaining),
            outside=len(outside),
            covered=covered,
            alone_too=alone_too if self.means.functional else covered,
            packed=tuple(_packed(self._start, kind) for kind in (COMMITTEE, REGION)),
            reach=sorted(-(-max(0, used) // _HEAVIEST) for used in over),
        )

    def realize(self, organizations: int) -> Share:
        """Return the branches, functional branches and instructors with so many new organizations."""
        order = self._orders[min(organizations, len(self._orders) - 1)]
        groups = tuple(order[:organizations])
        taken = {unit for group in groups for unit in group}
        alone = self._functional(taken)[: max(0, organizations - len(self._orders) + 1)]
        return Share(groups, alone, self._instructors(taken))


def _packed(units: Iterable[Unit], kind: str) -> list[tuple[int, int]]:
    """Return for every committee (or city) the members to be used up before an instructor may go there, and to how many then.

    At most two formal members may be left at a place; those used up are of at least half as many units, which are in
    branches themselves. Whoever has no such place is free of it.
    """
    places: dict[int, list[Unit]] = {}
    nowhere = 0
    for unit in units:
        own = dict(unit.places).get(kind)
        if own is None:
            nowhere += not unit.is_counted
        else:
            places.setdefault(own, []).append(unit)
    ways = [(0, nowhere)]
    for here in places.values():
        used = max(0, sum(unit.formal for unit in here) - _LEFT_WITH_NONE)
        free = min(len(here) - -(-used // 2), sum(not unit.is_counted for unit in here))
        ways.append((used, free))
    return sorted(ways, key=lambda pair: (bool(pair[0]), -Fraction(pair[1], pair[0] or 1), pair))


def _freed(packed: Iterable[tuple[int, int]], branches: int) -> int:
    """Return how many units so many branches set free at most: the places that free most for their members come first."""
    members, freed = Fraction(_HEAVIEST * branches), Fraction(0)
    for used, free in packed:
        share = min(Fraction(1), members / used) if used else Fraction(1)
        freed += share * free
        members -= share * used
    return math.floor(freed)
