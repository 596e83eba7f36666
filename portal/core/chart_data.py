"""What a chart is told: numbers, their words, where each leads. The same rows stand in the table behind it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from portal.core.measures import Rate
from portal.core.templatetags.portal import target_percent

LINE: Final = "line"
BAR: Final = "bar"


@dataclass(frozen=True)
class Series:
    """One line or one row of bars: a rate for each category, and where each leads."""

    name: str
    rates: tuple[Rate, ...]
    links: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A chart of rates in per cent; `key` names it on its page."""

    key: str
    kind: str
    title: str
    as_of: datetime.date
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    target: Fraction | None = None

    @property
    def is_line(self) -> bool:
        """Tell whether the chart is drawn as lines instead of bars."""
        return self.kind == LINE

    @property
    def subtitle(self) -> str:
        """Say the day and the unit."""
        return f"截至 {self.as_of:%Y-%m-%d}，单位：%"

    @property
    def data(self) -> dict[str, Any]:
        """Return what the script draws, as plain values; the percentages are rounded down as everywhere."""
        return {
            "kind": self.kind,
            "title": self.title,
            "categories": self.categories,
            "series": [
                {
                    "name": series.name,
                    "values": [hundredths(rate) for rate in series.rates],
                    "words": [str(rate) for rate in series.rates],
                    "links": series.links,
                }
                for series in self.series
            ],
            "target": None if self.target is None else float(self.target * 100),
            "target_words": "" if self.target is None else f"目标 {target_percent(self.target)}",
        }

    @property
    def rows(self) -> Sequence[tuple[str, list[tuple[str, str]]]]:
        """Return the table behind the chart: the category, then (words, link) of each series."""
        return [
            (category, [(str(series.rates[place]), series.links[place]) for series in self.series])
            for place, category in enumerate(self.categories)
        ]


def hundredths(rate: Rate) -> float | None:
    """Return the percentage with two decimals, rounded down; None without a population."""
    return rate.numerator * 10000 // rate.denominator / 100 if rate.denominator else None
