"""What so many joint branches can cover at most, wherever and however they are founded: a bound by prices.

Each unit may be united at one of its two places only. Let it be counted at both, but pay a price p for being covered once and
keep what is left of it, 1 less p, at each place where it is covered: for any prices the sum of all prices and of the most
valuable branches is at least as much as any real plan covers (Lagrangian relaxation). At given prices the most valuable
branches are found by sorting; prices that make the sum small are found by raising them where a unit is covered twice and
lowering them where it is not covered. Whole numbers throughout: a price is in sixtieths.
"""

from __future__ import annotations

from collections.abc import Sequence

from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS
from partyorgs.planning.rules.joining import Place, Unit, most_branches

_WHOLE = 60
_TARGETS, _ROUNDS, _UNIT_ROUNDS = 6, 60, 60000  # how often prices are bettered, more seldom for more units
_FIRST_STEP = 24

Branch = tuple[int, tuple[int, ...]]  # its value and the numbers of its units


def most_covered(units: Sequence[Unit], most: int) -> list[int]:
    """Return for 0, 1, … `most` joint branches how many of the `units` that do not count yet they cover at most."""
    here: dict[Place, list[int]] = {}
    for number, unit in enumerate(units):
        for place in unit.places:
            here.setdefault(place, []).append(number)
    places = [(numbers, _branches(units, numbers)) for _, numbers in sorted(here.items())]
    prices = [0] * len(units)
    gaining = sum(not unit.is_counted for unit in units)
    covered = [min(gaining, JOINT_BRANCH_MAX_UNITS * count) for count in range(most + 1)]
    rounds = min(_ROUNDS, _UNIT_ROUNDS // (_TARGETS * max(1, len(units)))) + 1
    for target in sorted({most * part // _TARGETS for part in range(1, _TARGETS + 1)}, reverse=True):
        for turn in range(rounds):
            branches = _most_valuable(units, places, prices)
            total = sum(price for price, unit in zip(prices, units, strict=True) if not unit.is_counted)
            for count in range(most + 1):
                covered[count] = min(covered[count], total // _WHOLE)
                if count < len(branches):
                    total += branches[count][0]
            _reprice(prices, branches[:target], max(1, _FIRST_STEP * (rounds - turn) // rounds))
    return covered


def _branches(units: Sequence[Unit], numbers: Sequence[int]) -> int:
    ones, twos = (sum(units[number].formal == formal for number in numbers) for formal in (1, 2))
    return most_branches(ones, twos)


def _most_valuable(
    units: Sequence[Unit], places: Sequence[tuple[list[int], int]], prices: Sequence[int]
) -> list[Branch]:
    valued = []
    for numbers, branches in places:
        worth = sorted((number for number in numbers if not units[number].is_counted), key=lambda n: (prices[n], n))
        for start in range(0, min(len(worth), JOINT_BRANCH_MAX_UNITS * branches), JOINT_BRANCH_MAX_UNITS):
            chosen = tuple(worth[start : start + JOINT_BRANCH_MAX_UNITS])
            valued.append((sum(_WHOLE - prices[number] for number in chosen), chosen))
    return sorted(valued, key=lambda branch: (-branch[0], branch[1]))


def _reprice(prices: list[int], branches: Sequence[Branch], step: int) -> None:
    covered = [0] * len(prices)
    for _, chosen in branches:
        for number in chosen:
            covered[number] += 1
    for number, times in enumerate(covered):
        prices[number] = min(_WHOLE, max(0, prices[number] + step * (times - 1)))
