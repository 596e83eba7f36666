"""Sample sizes: how many are drawn in all and from each stratum. Whole numbers only, the same on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

# 民发〔2017〕45号第五条: a province checks at least this share of its associations a year, by two or more people on site.
PROVINCE_FLOOR = Fraction(5, 100)
INSPECTORS_A_VISIT = 2


def number_of(population: int, rate: Decimal | None, number: int | None) -> int:
    """Return the size of the sample: a number, or a rate in per cent rounded up; at most the whole population."""
    size = number if number is not None else up(population * Fraction(rate or 0) / 100)
    return min(size, population)


def floor_of(registered: int, drawn_this_year: int) -> int:
    """Return the least that a province's random check must draw, so that the year's share is reached."""
    return max(up(registered * PROVINCE_FLOOR) - drawn_this_year, 0)


def up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def quotas_of(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """Return how many each stratum gives: in proportion (largest remainder), at least one each where the number allows.

    Of equal remainders the larger stratum goes first, then the name that sorts first. No stratum gives more than it has.
    """
    strata = sorted(name for name, size in sizes.items() if size)
    total = sum(sizes[name] for name in strata)
    number = min(number, total)
    least = 1 if number >= len(strata) else 0
    shares = {name: Fraction(number * sizes[name], total) for name in strata}
    quotas = {name: min(max(int(shares[name]), least), sizes[name]) for name in strata}
    while (left := number - sum(quotas.values())) > 0:
        for name in sorted(strata, key=lambda name: (quotas[name] - shares[name], -sizes[name], name)):
            if left and quotas[name] < sizes[name]:
                quotas[name] += 1
                left -= 1
    while sum(quotas.values()) > number:  # the fullest stratum pays for what small ones got beyond their share
        fullest = min(strata, key=lambda name: (shares[name] - quotas[name] if quotas[name] > least else number, name))
        quotas[fullest] -= 1
    return quotas
