"""Who is left while branches are founded: who may still join one, and who can join nobody any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
from partyorgs.planning.rules.joining import Group, Place, Unit, apart, gain_of, joinable, may_unite

FULL = JOINT_BRANCH_MAX_UNITS


class Remaining:
    """The units left while branches are founded, and those of them that can join no other any more (`free`)."""

    def __init__(self, unitable: Iterable[Unit], units: Iterable[Unit]) -> None:
        self._here: dict[Place, dict[int, set[Unit]]] = {}
        self._heaviest: dict[Place, Group] = {}
        for unit in unitable:
            for place in unit.places:
                self._here.setdefault(place, {0: set(), 1: set(), 2: set()})[unit.formal].add(unit)
        self.free = {unit for unit in units if not unit.is_counted and not self._can_join(unit)}

    def remove(self, group: Group) -> None:
        """Take a branch out and find who is left alone by it."""
        touched = {place for unit in group for place in unit.places if place in self._here}
        for unit in group:
            self.free.discard(unit)
            for place in unit.places:
                self._here.get(place, {}).get(unit.formal, set()).discard(unit)
        for place in touched:
            self._heaviest.pop(place, None)
            for formal, units in self._here[place].items():
                if units and not self._founds(place, formal):
                    self.free |= {unit for unit in units if not unit.is_counted and not self._can_join(unit)}

    def heaviest(self) -> Group:
        """Return the branch of most formal members, of the smallest keys among equals; empty where none is left."""
        for place, by_formal in self._here.items():
            if place not in self._heaviest:
                ordered = (unit for formal in (2, 1, 0) for unit in sorted(by_formal[formal]))
                group = tuple(islice(ordered, FULL))
                self._heaviest[place] = group if may_unite(group) else ()
        weighed = ((-sum(unit.formal for unit in group), place) for place, group in self._heaviest.items() if group)
        best = min(weighed, default=None)
        return self._heaviest[best[1]] if best else ()

    def _can_join(self, unit: Unit) -> bool:
        return any(place in self._here and self._founds(place, unit.formal) for place in unit.places)

    def _founds(self, place: Place, formal: int) -> bool:
        """Tell whether somebody with `formal` members who is at `place` finds enough there."""
        ones, twos = (len(self._here[place][members]) - (formal == members) for members in (1, 2))
        heavy = min(twos, FULL - 1)
        return formal + 2 * heavy + min(ones, FULL - 1 - heavy) >= OWN_ORGANIZATION_MIN_FORMAL_MEMBERS


def grown(groups: list[Group], others: list[Unit]) -> list[Group]:
    """Let `others` join the branches that have room, the nearest first."""
    left, branches = list(others), []
    for group in groups:
        for unit in sorted(left, key=lambda unit: (unit.is_counted, apart(group[0], unit), unit.key)):
            if may_unite((*group, unit)):
                group = (*group, unit)  # noqa: PLW2901 -- a branch grows
                left.remove(unit)
        branches.append(group)
    return branches


def with_others(groups: list[Group], others: list[Unit], units: Sequence[Unit]) -> list[Group]:
    """Unite each of `others` that a legal joint branch can still take: one with room, or a new one with the rest of `units`."""
    branches = grown(groups, sorted(others))
    taken = {unit for group in branches for unit in group}
    waiting, left = sorted(set(others) - taken), [unit for unit in units if unit not in taken]
    while can := [unit for unit in waiting if unit in joinable(left)]:
        branches.append(branch_with(can[0], left))
        waiting = [unit for unit in waiting if unit not in branches[-1]]
        left = [unit for unit in left if unit not in branches[-1]]
    return branches


def branch_with(first: Unit, units: Sequence[Unit]) -> Group:
    """Return a joint branch of `first` with the nearest of `units`: members first, until there are three."""
    ways = []
    for place in first.places:
        here = [unit for unit in units if unit != first and place in unit.places]
        group: Group = (first,)
        while len(group) < FULL and len(group) <= len(here):
            short = sum(unit.formal for unit in group) < OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
            free = (unit for unit in here if unit not in group)
            group = (*group, min(free, key=lambda u: (-u.formal * short, u.is_counted, apart(first, u), u.key)))
        ways.append(group)
    return max((group for group in ways if may_unite(group)), key=lambda group: (gain_of(group), -group[1].key))
