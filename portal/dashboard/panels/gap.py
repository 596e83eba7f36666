"""有形覆盖 and 有效覆盖: the distance between them, and the conditions that cause it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.measures import Measurement, Rate
from portal.dashboard.panels.links import address, figure_address
from reviews.reports.indicators.effective import CONDITIONS
from reviews.supervision.rules.words import points, points_between


@dataclass(frozen=True)
class Count:
    """A number of associations (or of what `unit` says) and the list of them."""

    name: str
    count: int
    url: str
    unit: str = "家"


@dataclass(frozen=True)
class Gap:
    """The difference between 有形覆盖 and 有效覆盖, and the failing conditions, the most frequent first."""

    covered: int
    effective: int
    points: str
    url: str
    failing: tuple[Count, ...]

    @property
    def missing(self) -> int:
        return self.covered - self.effective


def gap_of(covered: Rate, effective: Rate, counted: Measurement) -> Gap | None:
    """Return the gap between the two coverages; None before any quarterly report was due."""
    if not effective.denominator:
        return None
    failing = [
        Count(
            condition.name,
            counted[condition.code].numerator,
            address("dashboard:condition", counted.as_of, condition.code),
        )
        for condition in CONDITIONS
    ]
    return Gap(
        covered=covered.numerator,
        effective=effective.numerator,
        points=points(points_between(effective, covered) or 0),
        url=figure_address("effective_coverage", counted.as_of, tab="out"),
        failing=tuple(sorted((one for one in failing if one.count), key=lambda one: -one.count)),
    )
