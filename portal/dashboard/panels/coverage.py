"""The first page of the province and of a committee, and the table of all figures by group."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from associations.choices import AssociationKind
from associations.models import Industry, Region
from partyorgs.organizations.indicators import (
    COMPUTED,
    HARD_CASE_COUNTS,
    HARD_CASES,
    INDICATORS,
    SETUP_COUNTS,
    TERM_COUNTS,
    URGENT_STATES,
    HardCase,
)
from partyorgs.planning.indicators import target_at
from partyorgs.planning.models import CoverageTarget
from partyorgs.planning.rules.pace import DAYS_A_MONTH, Projection, pace_days, project
from portal.core.access import Limit, Scope
from portal.core.chart_data import BAR, LINE, Chart, Series
from portal.core.choices import Role
from portal.core.measures import Group, Indicator, Measurement, Rate, measure
from portal.core.models import Committee
from portal.core.quarters import quarter_ends
from portal.core.templatetags.portal import date_sentence
from portal.dashboard.panels.gap import Count, Gap, gap_of
from portal.dashboard.panels.links import address, figure_address, group_value
from reviews.reports.indicators.effective import CONDITIONS

TREND_QUARTERS = 8
LEAD, WORK, EFFECTIVE = "org_coverage", "work_coverage", "effective_coverage"
NOT_FILLED_IN = "未填写"
DIMENSIONS = {"committee": "党建工作领导机构", "region": "所在地", "industry": "行业门类", "kind": "类别"}


@dataclass(frozen=True)
class Goal:
    """A target beside the rate that it judges: the gap, the time left, the pace needed and the pace so far."""

    target: CoverageTarget
    rate: Rate
    as_of: datetime.date
    projection: Projection | None = None

    @property
    def will_meet(self) -> bool | None:
        """Tell whether the pace of the last year is enough; None where there is none to go by."""
        return None if self.projection is None else self.projection.meets(self.target.fraction)

    @property
    def met(self) -> bool | None:
        return self.rate.meets(self.target.fraction)

    @property
    def short_of(self) -> int:
        return self.rate.short_of(self.target.fraction)

    @property
    def days_left(self) -> int:
        return (self.target.due_on - self.as_of).days

    @property
    def days_over(self) -> int:
        return max(0, -self.days_left)

    @property
    def pace(self) -> str:
        """Return how many a month are needed until the due day, rounded up to a tenth; empty where the target is met or overdue."""
        if not self.short_of or self.days_left <= 0:
            return ""
        tenths = math.ceil(self.short_of * DAYS_A_MONTH / self.days_left * 10)
        return f"{min(tenths, self.short_of * 10) / 10:g}"


@dataclass(frozen=True)
class IndicatorFigure:
    """One indicator's figure: its rate (None where a later cycle feeds it), its target, the list behind it."""

    indicator: Indicator
    rate: Rate | None
    goal: Goal | None
    as_of: datetime.date

    @property
    def url(self) -> str:
        return figure_address(self.indicator.code, self.as_of)

    @property
    def missing_url(self) -> str:
        return figure_address(self.indicator.code, self.as_of, tab="out")

    @property
    def counted_url(self) -> str:
        return figure_address(self.indicator.code, self.as_of, tab="in")

    @property
    def computation(self) -> str:
        """Return in words how the figure of the day is computed."""
        if self.rate is None:
            return self.indicator.waits_for
        day, unit = date_sentence(self.as_of), self.indicator.unit
        counts = f"截至{day}，分母 {self.rate.denominator:,} {unit}，其中计入分子 {self.rate.numerator:,} {unit}。"
        if not self.rate.denominator:
            return f"{counts}没有符合条件的对象，不计算比例。"
        return f"{counts}{self.rate.numerator:,} ÷ {self.rate.denominator:,} = {self.rate.percent} %，只舍不入。"


@dataclass(frozen=True)
class HardCaseCount:
    """A kind of hard case: its number (None where a later cycle finds them), the proposal, the list."""

    case: HardCase
    count: int | None
    url: str


@dataclass(frozen=True)
class Clock:
    """The terms of one kind counted by state; `counts` follows `URGENT_STATES`."""

    name: str
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        return sum(count.count for count in self.counts)


@dataclass(frozen=True)
class Ranked:
    """A committee's place by result; equal results share a place."""

    place: int | None
    name: str
    rate: Rate
    goal: Goal | None
    url: str
    missing_url: str


@dataclass(frozen=True)
class Overview:
    """Everything on the first page of the province, a committee or an authority."""

    as_of: datetime.date
    associations: int
    lead: IndicatorFigure
    trio: tuple[IndicatorFigure, ...]
    gap: Gap | None
    setups: tuple[Count, ...]
    others: tuple[IndicatorFigure, ...]
    trend: Chart
    ranking: tuple[Ranked, ...]
    ranking_chart: Chart | None
    hard_cases: tuple[HardCaseCount, ...]
    clocks: tuple[Clock, ...]
    actions: tuple[Count, ...]
    acts_first: bool
    elections_url: str
    coverage_url: str
    plan_url: str


def overview(scope: Scope, as_of: datetime.date) -> Overview:
    """Return the first page's figures for one scope on one day."""
    counts = (*SETUP_COUNTS.values(), *HARD_CASE_COUNTS.values(), *TERM_COUNTS, *CONDITIONS)
    measured = measure(COMPUTED, as_of, scope.limit, by="committee")
    counted = measure(counts, as_of, scope.limit)  # apart: one question with all predicates takes twice as long
    path = scope.committee.path if scope.committee else ""
    targets = list(CoverageTarget.objects.select_related("committee"))
    figures = {code: figure_of(indicator, measured, targets, path) for code, indicator in INDICATORS.items()}
    lead = projected(figures[LEAD], scope.limit)
    ranking = ranking_of(measured, targets, INDICATORS[LEAD])
    cases = hard_cases_of(counted)
    clocks = tuple(clock_of(name, key, counted) for key, name in (("party", "党组织"), ("association", "协会")))
    return Overview(
        as_of=as_of,
        associations=measured.associations,
        lead=lead,
        trio=tuple(figures[code] for code in (LEAD, WORK, EFFECTIVE)),
        gap=gap_of(measured[LEAD], measured[EFFECTIVE], counted),
        setups=tuple(
            Count(setup.name, counted[setup.code].numerator, address("dashboard:setup-list", as_of, code))
            for code, setup in SETUP_COUNTS.items()
        ),
        others=tuple(figure for code, figure in figures.items() if code not in (LEAD, WORK, EFFECTIVE)),
        trend=trend_of(scope.limit, as_of, lead.goal),
        ranking=ranking,
        ranking_chart=ranking_chart(ranking, as_of, lead.goal) if len(ranking) > 1 else None,
        hard_cases=cases,
        clocks=clocks,
        actions=() if scope.role == Role.VIEWER else actions_of(clocks, cases),
        acts_first=scope.role == Role.COMMITTEE,
        elections_url=address("dashboard:elections", as_of),
        coverage_url=address("dashboard:coverage", as_of),
        plan_url="" if scope.role == Role.VIEWER else address("partyorgs:plan", as_of),
    )


def figure_of(
    indicator: Indicator, measured: Measurement, targets: Iterable[CoverageTarget], path: str
) -> IndicatorFigure:
    """Return one indicator's figure with the target in force at `path`; an empty path has none."""
    return figure_with(indicator, measured.rates.get(indicator.code), targets, path, measured.as_of)


def figure_at(indicator: Indicator, rate: Rate, path: str, as_of: datetime.date) -> IndicatorFigure:
    """Return a figure already counted with the target in force at `path`."""
    targets = CoverageTarget.objects.select_related("committee") if path else ()
    return figure_with(indicator, rate, targets, path, as_of)


def figure_with(
    indicator: Indicator, rate: Rate | None, targets: Iterable[CoverageTarget], path: str, as_of: datetime.date
) -> IndicatorFigure:
    target = target_at(targets, path, indicator.code, as_of) if path else None
    goal = Goal(target, rate, as_of) if target is not None and rate is not None else None
    return IndicatorFigure(indicator, rate, goal, as_of)


def projected(figure: IndicatorFigure, limit: Limit) -> IndicatorFigure:
    """Return the figure with the result that its pace leads to on its target's due day; the days are those of the trend."""
    if figure.goal is None:
        return figure
    days = pace_days(figure.as_of)
    rates = [(day, trend_at(day, limit)[figure.indicator.code]) for day in days]
    history = [(day, rate.numerator, rate.denominator) for day, rate in rates]
    return replace(figure, goal=replace(figure.goal, projection=project(history, figure.goal.target.due_on)))


def trend_at(day: datetime.date, limit: Limit) -> Measurement:
    """Return the two rates of one day of the trend."""
    return measure([INDICATORS[LEAD], INDICATORS[WORK]], day, limit)


def hard_cases_of(counted: Measurement) -> tuple[HardCaseCount, ...]:
    return tuple(
        HardCaseCount(
            case,
            counted[case.code].numerator if case.code in counted.rates else None,
            address("dashboard:hard-case", counted.as_of, case.code),
        )
        for case in HARD_CASES
    )


def clock_of(name: str, key: str, measured: Measurement) -> Clock:
    """Return the counts of one clock's urgent states."""
    return Clock(
        name,
        tuple(
            Count(
                str(state.label),
                measured[f"{key}_{state}"].numerator,
                address("dashboard:elections", measured.as_of, **{f"{key}_term": state.value}),
            )
            for state in URGENT_STATES
        ),
    )


def actions_of(clocks: Sequence[Clock], cases: Sequence[HardCaseCount]) -> tuple[Count, ...]:
    """Return the counts that ask for action, overdue ones first."""
    due = [
        Count(f"{clock.name}{count.name}", count.count, count.url)
        for place in range(len(URGENT_STATES))
        for clock in clocks
        for count in clock.counts[place : place + 1]
    ]
    waiting = [*due[:2], *(Count(case.case.name, case.count or 0, case.url) for case in cases), *due[2:]]
    return tuple(count for count in waiting if count.count)


def trend_of(limit: Limit, as_of: datetime.date, goal: Goal | None) -> Chart:
    """Return organization and work coverage at the last quarters' ends and on the day itself: two lines, never one figure."""
    days = quarter_ends(as_of, TREND_QUARTERS)
    shown = [INDICATORS[LEAD], INDICATORS[WORK]]
    measured = [trend_at(day, limit) for day in days]
    return Chart(
        key="trend",
        kind=LINE,
        title="覆盖率走势",
        as_of=as_of,
        categories=tuple(day.isoformat() for day in days),
        series=tuple(
            Series(
                indicator.name,
                tuple(measurement[indicator.code] for measurement in measured),
                tuple(figure_address(indicator.code, day) for day in days),
            )
            for indicator in shown
        ),
        target=goal.target.fraction if goal else None,
    )


def ranking_of(measured: Measurement, targets: Sequence[CoverageTarget], indicator: Indicator) -> tuple[Ranked, ...]:
    """Return the committees by result, compared exactly; equal results share a place, without a population there is none."""
    committees = Committee.objects.in_bulk([group.key for group in measured.groups if group.key is not None])

    def order(group: Group) -> tuple[Any, ...]:
        share = group.rates[indicator.code].fraction
        path = committees[group.key].path if group.key in committees else "~"
        return (share is None, -(share or 0), path)

    ranked: list[Ranked] = []
    for number, group in enumerate(sorted(measured.groups, key=order), start=1):
        rate = group.rates[indicator.code]
        tied = bool(ranked) and ranked[-1].rate.fraction == rate.fraction
        committee = committees.get(group.key)
        target = target_at(targets, committee.path, indicator.code, measured.as_of) if committee else None
        where = {"committee": group_value(group)}
        ranked.append(
            Ranked(
                place=None if rate.fraction is None else ranked[-1].place if tied else number,
                name=committee.name if committee else NOT_FILLED_IN,
                rate=rate,
                goal=Goal(target, rate, measured.as_of) if target else None,
                url=figure_address(indicator.code, measured.as_of, tab="in", **where),
                missing_url=figure_address(indicator.code, measured.as_of, tab="out", **where),
            )
        )
    return tuple(ranked)


def ranking_chart(ranking: Sequence[Ranked], as_of: datetime.date, goal: Goal | None) -> Chart:
    """Return the ranking as bars, each leading to the associations not counted."""
    return Chart(
        key="ranking",
        kind=BAR,
        title=f"各机构{INDICATORS[LEAD].name}",
        as_of=as_of,
        categories=tuple(ranked.name for ranked in ranking),
        series=(
            Series(
                INDICATORS[LEAD].name,
                tuple(ranked.rate for ranked in ranking),
                tuple(ranked.missing_url for ranked in ranking),
            ),
        ),
        target=goal.target.fraction if goal else None,
    )


def group_names(by: str, keys: Iterable[Any]) -> dict[Any, str]:
    """Return the names of a dimension's groups in the order of lists; “not filled in” comes last."""
    wanted = set(keys)
    if by == "kind":
        names: dict[Any, str] = {kind.value: str(kind.label) for kind in AssociationKind}
    else:
        model: Any = {"committee": Committee, "region": Region, "industry": Industry}[by]
        names = {row.pk: str(row) for row in model.objects.filter(pk__in=[key for key in wanted if key is not None])}
    present = {key: name for key, name in names.items() if key in wanted}
    return {**present, None: NOT_FILLED_IN} if None in wanted else present


def group_choices(limit: Limit, as_of: datetime.date, by: str) -> list[tuple[str, str]]:
    """Return the choices of a filter: the groups that have associations within `limit` on that day."""
    measured = measure([INDICATORS[LEAD]], as_of, limit, by=by)
    names = group_names(by, [group.key for group in measured.groups if group.key is not None])
    return [(str(key), name) for key, name in names.items()]
