"""Which associations may found a joint branch together, and how many such branches so many members make."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS, OWN_ORGANIZATION_MIN_FORMAL_MEMBERS, should_build

Place = tuple[str, int]
COMMITTEE, REGION = "committee", "region"


@dataclass(frozen=True, order=True)
class Unit:
    """An association without organization, as far as a plan needs to know it; `is_counted` where it already counts.

    One that already counts (work coverage: it has an instructor) may lend its members to a joint branch but adds nothing.
    """

    key: int
    formal: int
    committee: int | None
    region: int | None
    industry: int | None = None
    is_counted: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """Return the places where the association may be united with others: its committee, its city."""
        own = ((COMMITTEE, self.committee), (REGION, self.region))
        return tuple((kind, key) for kind, key in own if key is not None)

    @property
    def is_small(self) -> bool:
        return not should_build(self.formal)


Group = tuple[Unit, ...]


def may_unite(units: Collection[Unit]) -> bool:
    """Tell whether these may found one joint branch. 《支部工作条例》第四条: 地域相邻、行业相近、规模适当.

    Two to five units, none of which must found its own, together three formal members, all of one committee or one city.
    A unit without formal members may be among them: the others bring the three.
    """
    if not 1 < len(units) <= JOINT_BRANCH_MAX_UNITS or not all(unit.is_small for unit in units):
        return False
    if sum(unit.formal for unit in units) < OWN_ORGANIZATION_MIN_FORMAL_MEMBERS:
        return False
    return bool(set.intersection(*(set(unit.places) for unit in units)))


def most_branches(ones: int, twos: int) -> int:
    """Return how many sums of three formal members so many units with one and with two members make at most."""
    pairs = min(ones, twos)
    return pairs + (ones - pairs) // 3 + (twos - pairs) // 2


def joinable(units: Iterable[Unit]) -> set[Unit]:
    """Return those of `units` that still belong to a legal joint branch of some of them."""
    here: dict[Place, list[Unit]] = {}
    for unit in units:
        if unit.is_small:
            for place in unit.places:
                here.setdefault(place, []).append(unit)
    units_joined = set()
    for neighbours in here.values():
        largest = sorted((unit.formal for unit in neighbours), reverse=True)[:JOINT_BRANCH_MAX_UNITS]
        for unit in neighbours:
            # The best branch of a unit: itself and the four largest others.
            members = sum(largest) - max(0, largest[-1] - unit.formal)
            if members >= OWN_ORGANIZATION_MIN_FORMAL_MEMBERS:
                units_joined.add(unit)
    return units_joined


def apart(unit: Unit, other: Unit) -> int:
    """Return how far two units are from each other: another city counts twice another industry, another committee once."""
    return (
        2 * (unit.region is None or unit.region != other.region)
        + (unit.industry is None or unit.industry != other.industry)
        + (unit.committee is None or unit.committee != other.committee)
    )


def gain_of(group: Iterable[Unit]) -> int:
    """Return how many of them newly count."""
    return sum(not unit.is_counted for unit in group)


def components(units: Iterable[Unit]) -> list[list[Unit]]:
    """Cut small units into parts that share no place: what is united in one part never touches another."""
    root: dict[Place, Place] = {}

    def find(place: Place) -> Place:
        while root.setdefault(place, place) != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    ordered = sorted(unit for unit in units if unit.places)
    for unit in ordered:
        for place in unit.places[1:]:
            root[find(place)] = find(unit.places[0])
    parts: dict[Place, list[Unit]] = {}
    for unit in ordered:
        parts.setdefault(find(unit.places[0]), []).append(unit)
    return sorted(parts.values())
