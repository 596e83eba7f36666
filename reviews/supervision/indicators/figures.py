"""The figures of a report: measured once for its day and once for the day it is compared with, by committee below.

Everything comes from `measure`. A number becomes a `ReportField` at the moment a section names it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from partyorgs.organizations.indicators import COMPUTED, HARD_CASE_COUNTS, INDICATORS, SETUP_COUNTS, TERM_COUNTS
from partyorgs.organizations.models import AssociationFact
from partyorgs.planning.indicators import target_at
from partyorgs.planning.models import CoverageTarget
from portal.core.access import subtree_limit
from portal.core.measures import Indicator, Measurement, Rate, measure
from portal.core.models import PATH_STEP, Committee
from reviews.checks.indicators.rectification import CHECK_COUNTS
from reviews.reports.indicators.effective import CONDITIONS, PUNCTUALITY
from reviews.supervision.indicators.content import ReportField, Tab
from reviews.supervision.rules.words import direction, points, points_between, sentence_day

COUNTED: dict[str, Indicator] = {
    indicator.code: indicator
    for indicator in (
        *COMPUTED,
        *SETUP_COUNTS.values(),
        *(case for case in HARD_CASE_COUNTS.values() if case.is_computed),
        *TERM_COUNTS,
        *CONDITIONS,
        *PUNCTUALITY,
        *CHECK_COUNTS,
    )
}
_COUNTS = tuple(indicator for code, indicator in COUNTED.items() if code not in INDICATORS)


@dataclass(frozen=True)
class Moment:
    """A committee's subtree on a day, as a whole and by the committees directly below; `frozen` is a snapshot's key."""

    committee: Committee
    as_of: datetime.date
    frozen: int | None = None

    @cached_property
    def _measured(self) -> tuple[Measurement, Measurement]:
        limit = subtree_limit(self.committee)
        # Apart: one question with all predicates takes twice as long.
        return (
            measure(COMPUTED, self.as_of, limit, by="committee", frozen=self.frozen),
            measure(_COUNTS, self.as_of, limit, by="committee", frozen=self.frozen),
        )

    @property
    def associations(self) -> int:
        return self._measured[0].associations

    def rate(self, code: str) -> Rate:
        """Return the figure of the whole subtree."""
        rates, counts = self._measured
        return rates.rates[code] if code in INDICATORS else counts.rates[code]

    def rows(self, code: str, tab: Tab = "in") -> QuerySet[AssociationFact]:
        """Return the facts of the associations that `count(code, tab)` counts."""
        indicator = COUNTED[code]
        rows = indicator.rows(self.as_of, subtree_limit(self.committee), frozen=self.frozen)
        rows = rows.filter(indicator.denominator)
        if tab == "in":
            rows = rows.filter(indicator.numerator)
        elif tab == "out":
            rows = rows.exclude(indicator.numerator)
        return rows.order_by("pinyin", "pk")

    @cached_property
    def units(self) -> dict[str, dict[str, Rate]]:
        """Return {path: figures} of each committee directly below with its subtree; own associations stand under the own path."""
        units: dict[str, dict[str, Rate]] = {}
        paths = dict(Committee.objects.values_list("pk", "path"))
        for measurement in self._measured:
            for group in measurement.groups:
                path = paths.get(group.key, self.committee.path)[: len(self.committee.path) + PATH_STEP]
                sums = units.setdefault(path, {})
                for code, rate in group.rates.items():
                    sums[code] = sums.get(code, Rate(0, 0)) + rate
        return dict(sorted(units.items()))


@dataclass(frozen=True)
class ReportUnit:
    """A committee directly below the report's, with the figures of its subtree on both days."""

    committee: Committee
    now: Mapping[str, Rate]
    before: Mapping[str, Rate] | None
    target: CoverageTarget | None

    @property
    def name(self) -> str:
        return self.committee.name


@dataclass
class Draft:
    """The input of the sections and the register of their numbers. `base` is the day compared with, None where there is none."""

    now: Moment
    base: Moment | None
    targets: Sequence[CoverageTarget]
    committees: Mapping[str, Committee]
    fields: dict[str, ReportField] = field(default_factory=dict)

    @property
    def committee(self) -> Committee:
        return self.now.committee

    @property
    def as_of(self) -> datetime.date:
        return self.now.as_of

    @property
    def scope(self) -> str:
        """Return the name of the subtree in the text: 全省, or the committee's own name."""
        return "全省" if self.committee.parent_id is None else self.committee.name

    @property
    def whose(self) -> str:
        """Return the words before 行业协会商会: 全省, or the committee's name."""
        return self.scope if self.committee.parent_id is None else f"{self.scope}归口的"

    @property
    def day(self) -> str:
        """Return the day of the figures as a field, like every number."""
        return self.date("截止日期", self.as_of, "报告数据的截止日期。")

    @property
    def base_day(self) -> str:
        """Return the day compared with as a field; empty where there is none."""
        return self.date("上期日期", self.base.as_of, "用于比较的上期数据的截止日期。") if self.base else ""

    def date(self, name: str, day: datetime.date, definition: str) -> str:
        """Return the field of a day."""
        return self.number(name, sentence_day(day), definition)

    def target(self, code: str, path: str = "") -> CoverageTarget | None:
        return target_at(self.targets, path or self.committee.path, code, self.as_of)

    @cached_property
    def units(self) -> list[ReportUnit]:
        """Return the committees directly below that have associations."""
        before = self.base.units if self.base else None
        return [
            ReportUnit(
                self.committees[path],
                rates,
                before.get(path) if before is not None else None,
                self.target("org_coverage", path),
            )
            for path, rates in self.now.units.items()
            if rates["org_coverage"].denominator
        ]

    # --- numbers: each is written down where it is named, and stands in the text as {its name} ---

    def put(self, each: ReportField) -> str:
        """Register a field and return its place holder for the text. Raises ValueError where one name stands for two numbers."""
        registered = self.fields.setdefault(each.name, each)
        if registered != each:
            raise ValueError(each.name)
        return f"{{{each.name}}}"

    def percent(self, code: str, *, unit: ReportUnit | None = None, base: bool = False) -> str:
        """Return the field of a rate, as it is printed: 79.95 %."""
        rate = self._rate(code, unit, base=base)
        text = f"{rate.percent} %" if rate.denominator else "—"
        return self.put(self._field(code, suffix="", text=text, rate=rate, tab="in", unit=unit, base=base))

    def count(self, code: str, tab: Tab = "in", *, unit: ReportUnit | None = None, base: bool = False) -> str:
        """Return the field of a number of associations (posts): the numerator, the rest, or the denominator."""
        rate = self._rate(code, unit, base=base)
        number = {"in": rate.numerator, "out": rate.missing, "all": rate.denominator}[tab or "in"]
        counts = f"{COUNTED[code].unit}数"
        suffix = {"in": "分子" if code in INDICATORS else counts, "out": "未计入数", "all": "分母"}[tab or "in"]
        return self.put(self._field(code, suffix=suffix, text=f"{number:,}", rate=rate, tab=tab, unit=unit, base=base))

    def number(self, name: str, value: int | str, definition: str, code: str = "") -> str:
        """Return the field of a number computed from others; `definition` says how."""
        text = f"{value:,}" if isinstance(value, int) else value
        indicator = COUNTED[code].name if code else ""
        return self.put(
            ReportField(
                name,
                text,
                definition,
                self.as_of.isoformat(),
                self.scope,
                self.committee.path,
                code=code,
                indicator=indicator,
            )
        )

    def change(self, code: str, *, unit: ReportUnit | None = None) -> tuple[str, str]:
        """Return the direction (上升, 下降, 持平, empty without a base) and the field of the percentage points."""
        before = self._before(code, unit)
        now = self._rate(code, unit)
        change = None if before is None else points_between(before, now)
        if change is None:
            return "", ""
        self.percent(code, unit=unit, base=True)  # so that the annex shows what was compared with
        of = f"{unit.name}" if unit else ""
        token = self.number(
            f"{of}{COUNTED[code].name}变化",
            points(change),
            f"{sentence_day(self.as_of)}与{sentence_day(self.base.as_of)}两日所列百分比之差的绝对值，单位：百分点。"
            if self.base
            else "",
            code,
        )
        return {"up": "上升", "down": "下降", "same": "持平"}[direction(change)], token

    def _before(self, code: str, unit: ReportUnit | None) -> Rate | None:
        if self.base is None:
            return None
        if unit is None:
            return self.base.rate(code)
        return (unit.before or {}).get(code)

    def _rate(self, code: str, unit: ReportUnit | None, *, base: bool = False) -> Rate:
        if base:
            return self._before(code, unit) or Rate(0, 0)
        return unit.now[code] if unit else self.now.rate(code)

    def _field(
        self, code: str, *, suffix: str, text: str, rate: Rate, tab: Tab, unit: ReportUnit | None, base: bool
    ) -> ReportField:
        indicator = COUNTED[code]
        moment = self.base if base and self.base else self.now
        return ReportField(
            name=f"{'上期' if base else ''}{unit.name if unit else ''}{name_of(code)}{suffix}",
            text=text,
            definition=indicator.definition or f"截至当日，{indicator.name}的协会数。",
            as_of=moment.as_of.isoformat(),
            scope=unit.name if unit else self.scope,
            path=unit.committee.path if unit else self.committee.path,
            code=code,
            indicator=name_of(code),
            numerator=rate.numerator,
            denominator=rate.denominator,
            tab=tab,
            is_base=base,
        )


def name_of(code: str) -> str:
    """Return the name of a count in the report: the states of the two clocks share their words."""
    clock, _, _ = code.partition("_")
    name = COUNTED[code].name
    if COUNTED[code] in TERM_COUNTS:
        return f"{ {'party': '党组织', 'association': '协会'}[clock] }{name}"
    return name
