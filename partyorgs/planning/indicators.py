"""Figures beside their targets, and the candidates of a plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from partyorgs.organizations.indicators import COMPUTED, COVERED, INDICATORS
from partyorgs.planning.models import CoverageTarget
from partyorgs.planning.rules.joining import Unit
from partyorgs.planning.rules.pace import Projection, pace_days, project
from portal.core.access import Limit
from portal.core.measures import Indicator, Measurement, Rate, measure
from portal.core.models import Committee

PLANNABLE = ("org_coverage", "work_coverage")  # what founding organizations reaches: see rules.planning


def target_at(
    targets: Iterable[CoverageTarget], path: str, indicator: str, as_of: datetime.date
) -> CoverageTarget | None:
    """Return the target in force for the committee at `path`: its own, else that of its nearest ancestor that has one.

    Of several the one due next on or after `as_of`, else the one due last before it.
    """
    known = [target for target in targets if target.indicator == indicator and path.startswith(target.committee.path)]
    nearest = max((target.committee.path for target in known), key=len, default="")
    own = sorted((target for target in known if target.committee.path == nearest), key=lambda target: target.due_on)
    return next((target for target in own if target.due_on >= as_of), own[-1] if own else None)


@dataclass(frozen=True)
class TargetLine:
    """A target beside the figure of the day of the committee's whole subtree; no rate where a later cycle feeds it."""

    target: CoverageTarget
    rate: Rate | None
    projection: Projection | None = None

    @property
    def will_meet(self) -> bool | None:
        """Tell whether the pace of the last year is enough; None where there is none to go by."""
        return None if self.projection is None else self.projection.meets(self.target.fraction)

    @property
    def name(self) -> str:
        return INDICATORS[self.target.indicator].name

    @property
    def waits_for(self) -> str:
        return INDICATORS[self.target.indicator].waits_for

    @property
    def unit(self) -> str:
        return INDICATORS[self.target.indicator].unit

    @property
    def is_plannable(self) -> bool:
        return self.target.indicator in PLANNABLE

    @property
    def met(self) -> bool | None:
        return None if self.rate is None else self.rate.meets(self.target.fraction)

    @property
    def short_of(self) -> int | None:
        return None if self.rate is None else self.rate.short_of(self.target.fraction)


def target_lines(targets: Sequence[CoverageTarget], as_of: datetime.date, limit: Limit) -> list[TargetLine]:
    """Return each target with the figure of its committee and all below it, and where the pace of the last year leads.

    All of them come from one measurement a day, however many targets there are.
    """
    codes = {target.indicator for target in targets}
    wanted = [indicator for indicator in COMPUTED if indicator.code in codes]
    measured = [measure(wanted, day, limit, by="committee") for day in pace_days(as_of)]
    keys = {group.key for measurement in measured for group in measurement.groups}
    paths = dict(Committee.objects.filter(pk__in=keys).values_list("pk", "path"))
    lines = []
    for target in targets:
        if not INDICATORS[target.indicator].is_computed:
            lines.append(TargetLine(target, None))
            continue
        rates = [(measurement.as_of, _rate_below(measurement, target, paths)) for measurement in measured]
        history = [(day, rate.numerator, rate.denominator) for day, rate in rates]
        lines.append(TargetLine(target, rates[-1][1], project(history, target.due_on)))
    return lines


def _rate_below(measurement: Measurement, target: CoverageTarget, paths: Mapping[int, str]) -> Rate:
    below = (group for group in measurement.groups if paths.get(group.key, "").startswith(target.committee.path))
    return sum((group.rates[target.indicator] for group in below), Rate(0, 0))


@dataclass(frozen=True)
class Candidate:
    """An association without organization as a plan needs it, with the words for it."""

    unit: Unit
    name: str
    uscc: str
    committee: str
    region: str
    industry: str


def candidates(indicator: Indicator, as_of: datetime.date, limit: Limit) -> list[Candidate]:
    """Return the associations without any organization on `as_of`, and whether they count for `indicator` all the same."""
    rows = indicator.rows(as_of, limit).filter(~COVERED).order_by("association_id")
    counted = set(rows.filter(indicator.numerator).values_list("association_id", flat=True))
    return [
        Candidate(
            Unit(key, formal or 0, committee, region, industry, key in counted),
            name,
            uscc,
            committee_name or "未填写",
            region_name or "未填写",
            industry_name or "",
        )
        for key, formal, committee, region, industry, name, uscc, committee_name, region_name, industry_name in (
            rows.values_list(
                "association_id",
                "formal_members",
                "committee_id",
                "region_id",
                "industry_id",
                "name",
                "uscc",
                "committee__name",
                "region__name",
                "industry__name",
            )
        )
    ]
