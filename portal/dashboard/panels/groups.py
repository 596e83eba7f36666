"""All figures by one dimension: the table, its total, a chart of one indicator."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from partyorgs.organizations.indicators import COMPUTED, INDICATORS
from partyorgs.planning.models import CoverageTarget
from portal.core.access import Scope
from portal.core.chart_data import BAR, Chart, Series
from portal.core.measures import Indicator, Rate, measure
from portal.dashboard.panels.coverage import DIMENSIONS, IndicatorFigure, figure_of, group_names
from portal.dashboard.panels.links import figure_address, group_value


@dataclass(frozen=True)
class CoverageCell:
    """One figure of the coverage table."""

    indicator: Indicator
    rate: Rate
    url: str


@dataclass(frozen=True)
class CoverageRow:
    """One group of the coverage table, or its total."""

    name: str
    associations: int
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True)
class CoverageTable:
    """All indicators by one dimension, the total first, and a chart of one of them."""

    as_of: datetime.date
    by: str
    dimension: str
    figures: tuple[IndicatorFigure, ...]
    total: CoverageRow
    rows: tuple[CoverageRow, ...]
    waiting: tuple[Indicator, ...]
    chart: Chart
    chosen: Indicator


def coverage_table(scope: Scope, as_of: datetime.date, by: str, chosen: Indicator) -> CoverageTable:
    """Return every computed indicator for every group of one dimension."""
    measured = measure(COMPUTED, as_of, scope.limit, by=by)
    names = group_names(by, [group.key for group in measured.groups])
    targets = list(CoverageTarget.objects.select_related("committee"))
    path = scope.committee.path if scope.committee else ""
    groups = sorted(measured.groups, key=lambda group: list(names).index(group.key))
    rows = tuple(
        CoverageRow(names[group.key], group.associations, cells_of(group.rates, as_of, **{by: group_value(group)}))
        for group in groups
    )
    goal = figure_of(chosen, measured, targets, path).goal
    return CoverageTable(
        as_of=as_of,
        by=by,
        dimension=DIMENSIONS[by],
        figures=tuple(figure_of(indicator, measured, targets, path) for indicator in COMPUTED),
        total=CoverageRow("合计", measured.associations, cells_of(measured.rates, as_of)),
        rows=rows,
        waiting=tuple(indicator for indicator in INDICATORS.values() if not indicator.is_computed),
        chart=Chart(
            key="groups",
            kind=BAR,
            title=f"{chosen.name}（按{DIMENSIONS[by]}）",
            as_of=as_of,
            categories=tuple(row.name for row in rows),
            series=(
                Series(
                    chosen.name,
                    tuple(group.rates[chosen.code] for group in groups),
                    tuple(
                        figure_address(chosen.code, as_of, tab="out", **{by: group_value(group)}) for group in groups
                    ),
                ),
            ),
            target=goal.target.fraction if goal else None,
        ),
        chosen=chosen,
    )


def cells_of(rates: Any, as_of: datetime.date, **where: str) -> tuple[CoverageCell, ...]:
    """Return a row of figures, each with the list behind it."""
    return tuple(
        CoverageCell(indicator, rates[indicator.code], figure_address(indicator.code, as_of, **where))
        for indicator in COMPUTED
    )
