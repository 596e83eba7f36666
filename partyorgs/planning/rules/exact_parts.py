"""The best that can be done with a small part of a plan, by looking at every set of its associations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS
from partyorgs.planning.rules.joining import Group, Unit, apart, gain_of, may_unite

EXACT_UNITS = 12  # 3 ** 12 pairs of a set and a part of it: a third of a second


@dataclass(frozen=True)
class Means:
    """The means of a plan besides own branches, and whether an instructor counts for its indicator."""

    joint: bool = True
    functional: bool = True
    instructor: bool = False


@dataclass(frozen=True)
class Share:
    """The contribution of one part to a plan."""

    groups: tuple[Group, ...] = ()
    functional: Group = ()
    instructors: Group = ()


def spread(group: Group) -> int:
    """Return how far the units of a joint branch are from its first one, all together."""
    return sum(apart(group[0], unit) for unit in group[1:])


class ExactPart:
    """A part of at most `EXACT_UNITS` small units, solved by dynamic programming over its subsets.

    For every subset the fewest legal joint branches that divide it exactly; from them, for every number of new
    organizations, the most that can be gained. What is left of the subset gets functional branches (one new organization
    each) or, where instructors count, instructors (none), which only those may have who belong to no legal joint branch of
    what is left.
    """

    is_exact = True

    def __init__(self, units: list[Unit], means: Means) -> None:
        self.units = sorted(units)
        self.means = means
        self._legal = self._legal_sets() if means.joint else {}
        self._best: dict[
            int, tuple[int, int, int]
        ] = {}  # set -> branches, spread, the branch that holds its first unit
        self._joinable = self._joinable_sets()
        self._divide()
        self.gains, self._choices = self._options()

    def bound(self, organizations: int) -> int:
        """Return the most that so many new organizations gain here: exactly that."""
        return self.gains[min(organizations, len(self.gains) - 1)]

    def realize(self, organizations: int) -> Share:
        """Return branches, functional branches and instructors of the best choice with so many new organizations."""
        mask, functional = self._choices[organizations]
        groups, left = [], mask
        while left:
            chosen = self._best[left][2]
            groups.append(self._members(chosen))
            left &= ~chosen
        rest = ((1 << len(self.units)) - 1) & ~mask
        alone = self._functional(rest)[:functional]
        return Share(tuple(groups), alone, self._instructors(rest))

    def _members(self, mask: int) -> Group:
        return tuple(unit for place, unit in enumerate(self.units) if mask >> place & 1)

    def _legal_sets(self) -> dict[int, int]:
        branches = {}
        for size in range(2, JOINT_BRANCH_MAX_UNITS + 1):
            for places in combinations(range(len(self.units)), size):
                group = tuple(self.units[place] for place in places)
                if may_unite(group):
                    branches[sum(1 << place for place in places)] = spread(group)
        return branches

    def _joinable_sets(self) -> list[int]:
        """Return for every set the union of the legal branches inside it."""
        sets = [0] * (1 << len(self.units))
        for mask in range(1, len(sets)):
            if mask in self._legal:
                sets[mask] = mask
            else:
                bits = mask
                while bits:
                    lowest = bits & -bits
                    sets[mask] |= sets[mask & ~lowest]
                    bits ^= lowest
        return sets

    def _divide(self) -> None:
        by_first: dict[int, list[tuple[int, int]]] = {}
        for group, cost in sorted(self._legal.items()):
            by_first.setdefault(group & -group, []).append((group, cost))
        self._best[0] = (0, 0, 0)
        for mask in range(1, 1 << len(self.units)):
            best: tuple[int, int, int] | None = None
            for group, cost in by_first.get(mask & -mask, ()):
                rest = self._best.get(mask & ~group) if group & ~mask == 0 else None
                if rest is not None:
                    candidate = (rest[0] + 1, rest[1] + cost, group)
                    best = candidate if best is None or candidate < best else best
            if best is not None:
                self._best[mask] = best

    def _functional(self, rest: int) -> Group:
        if not self.means.functional or self.means.instructor:
            return ()
        return tuple(unit for unit in self._members(rest) if unit.formal and not unit.is_counted)

    def _instructors(self, rest: int) -> Group:
        if not self.means.instructor:
            return ()
        return tuple(unit for unit in self._members(rest & ~self._joinable[rest]) if not unit.is_counted)

    def _options(self) -> tuple[list[int], list[tuple[int, int]]]:
        whole = (1 << len(self.units)) - 1
        ranked: dict[int, tuple[tuple[int, ...], tuple[int, int]]] = {}
        for mask, (branches, cost, _) in self._best.items():
            rest = whole & ~mask
            gain = gain_of(self._members(mask)) + len(self._instructors(rest))
            for functional in range(len(self._functional(rest)) + 1):
                order = (-gain - functional, functional, cost, mask)
                known = ranked.get(branches + functional)
                if known is None or order < known[0]:
                    ranked[branches + functional] = (order, (mask, functional))
        gains, choices = [-ranked[0][0][0]], [ranked[0][1]]
        for organizations in range(1, max(ranked) + 1):
            gain = -ranked[organizations][0][0] if organizations in ranked else gains[-1]
            if gain < gains[-1] or organizations not in ranked:  # one organization fewer does as much
                gain, choice = gains[-1], choices[-1]
            else:
                choice = ranked[organizations][1]
            gains.append(gain)
            choices.append(choice)
        return gains, choices
