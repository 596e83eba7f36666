"""Figures: exact rates, indicators as data, and `measure`, the only door to a figure.

An app describes an association's state at a day as a QuerySet with one row an association (`facts`). Its columns are read
through an unmanaged model, so that one pair of predicates counts, groups and lists, whatever lies behind the columns.
"""

from __future__ import annotations

import datetime
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.cache import cache
from django.db import models
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.sql import Query
from django.db.models.sql.datastructures import BaseTable

from portal.core import audit
from portal.core.access import Limit

AsOf = datetime.date
# How an indicator's population can be split; the values are columns of the facts.
GROUPINGS = {"committee": "committee_id", "region": "region_id", "industry": "industry_id", "kind": "kind"}


@dataclass(frozen=True)
class Rate:
    """A share, kept as its two counts: compared exactly, shown rounded down, "—" without a population."""

    numerator: int
    denominator: int

    @property
    def fraction(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> str:
        """Two decimals, rounded down: 339/424 is 79.95, and no page shows 80.00 beside 未达标."""
        if not self.denominator:
            return "—"
        hundredths = self.numerator * 10000 // self.denominator
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    @property
    def missing(self) -> int:
        """How many of the denominator are not in the numerator."""
        return self.denominator - self.numerator

    def meets(self, target: Fraction) -> bool | None:
        """Compare the exact fraction; None where there is nothing to compare."""
        return None if self.fraction is None else self.fraction >= target

    def short_of(self, target: Fraction) -> int:
        """Return how many more of this denominator are needed to reach `target`: 339 of 424 lack 1 to 80 %."""
        return max(0, math.ceil(target * self.denominator) - self.numerator)

    def __str__(self) -> str:
        return f"{self.percent} %（{self.numerator:,}/{self.denominator:,}）" if self.denominator else "—"

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)


@dataclass(frozen=True)
class Indicator:
    """One line that dashboard, target, list, annex and report all read.

    `denominator` and `numerator` are predicates over the facts. Where posts are counted instead of associations, `counted`
    names the two columns (numerator's, denominator's) to be summed. `waits_for` is said in place of a figure that a later
    work cycle feeds. `reasons` explains, column by column, why an association in the denominator is not in the numerator.
    """

    code: str
    name: str
    definition: str
    source: str
    facts: Callable[[AsOf], QuerySet[Any]] | None = None
    denominator: Q = Q()
    numerator: Q = Q()
    counted: tuple[str, str] | None = None
    unit: str = "家"
    reasons: tuple[tuple[Q, str], ...] = ()
    waits_for: str = ""

    @property
    def is_computed(self) -> bool:
        return self.facts is not None

    def rows(self, as_of: AsOf, within: Limit) -> QuerySet[Any]:
        """Return the facts of the associations within `within` on `as_of`, a row each."""
        assert self.facts is not None, self.code  # noqa: S101 -- callers ask `is_computed` first
        return within_limit(self.facts(as_of), within)


def within_limit(facts: QuerySet[Any], within: Limit) -> QuerySet[Any]:
    """Keep the rows of one part of the province, by the oversight of the day that the facts describe."""
    return facts.filter(
        within.q(
            path="committee_path",
            association="association_id",
            authorities=("competent_authority_id", "industry_authority_id", "registration_authority_id"),
        )
    )


@dataclass(frozen=True)
class Group:
    """One committee's, region's, industry's or kind's share of a measurement; `key` None where nothing is filled in."""

    key: Any
    associations: int
    rates: Mapping[str, Rate]


@dataclass(frozen=True)
class Measurement:
    """Figures of one day within one limit: how many associations, a rate by indicator code, and the groups asked for."""

    as_of: AsOf
    associations: int
    rates: Mapping[str, Rate]
    groups: tuple[Group, ...] = ()

    def __getitem__(self, code: str) -> Rate:
        return self.rates[code]


def measure(indicators: Sequence[Indicator], as_of: AsOf, within: Limit, by: str | None = None) -> Measurement:
    """Return the exact figures of `indicators` on `as_of`, in all and by one of `GROUPINGS`.

    All indicators of one kind of facts are counted in one query; the answer is kept until business data next changes.
    Raises KeyError for an unknown grouping.
    """
    column = GROUPINGS[by] if by else None
    computed = [indicator for indicator in indicators if indicator.is_computed]
    asked = hashlib.sha256(repr((within, [indicator.code for indicator in computed])).encode()).hexdigest()
    key = f"measure:{audit.data_version()}:{as_of}:{by}:{asked}"
    known: Measurement | None = cache.get(key)
    if known is None:
        known = _measure(computed, as_of, within, column)
        cache.set(key, known, timeout=3600)
    return known


def _measure(indicators: list[Indicator], as_of: AsOf, within: Limit, column: str | None) -> Measurement:
    counts: dict[Any, dict[str, int]] = {}
    for facts in dict.fromkeys(indicator.facts for indicator in indicators):
        asked = [indicator for indicator in indicators if indicator.facts is facts]
        aggregates: dict[str, Any] = {"associations": Count("pk")}
        for indicator in asked:
            aggregates |= _aggregates(indicator)
        rows = asked[0].rows(as_of, within)
        grouped: Iterable[dict[str, Any]] = (
            rows.values(group=F(column)).annotate(**aggregates).order_by() if column else [rows.aggregate(**aggregates)]
        )
        for row in grouped:
            counts.setdefault(row.pop("group", None), {}).update({name: value or 0 for name, value in row.items()})
    groups = tuple(
        Group(
            key=group,
            associations=found["associations"],
            rates={i.code: Rate(found[f"{i.code}_numerator"], found[f"{i.code}_denominator"]) for i in indicators},
        )
        for group, found in counts.items()
    )
    rates = {i.code: sum((group.rates[i.code] for group in groups), Rate(0, 0)) for i in indicators}
    return Measurement(as_of, sum(group.associations for group in groups), rates, groups if column else ())


def _aggregates(indicator: Indicator) -> dict[str, Any]:
    both = indicator.denominator & indicator.numerator
    if indicator.counted:
        numerator, denominator = indicator.counted
        return {
            f"{indicator.code}_numerator": Sum(numerator, filter=both or None),
            f"{indicator.code}_denominator": Sum(denominator, filter=indicator.denominator or None),
        }
    return {
        f"{indicator.code}_numerator": Count("pk", filter=both or None),
        f"{indicator.code}_denominator": Count("pk", filter=indicator.denominator or None),
    }


def rows_of(model: type[models.Model], inner: QuerySet[Any]) -> QuerySet[Any]:
    """Return a QuerySet of `model` whose table is the subquery `inner`; its columns carry the model's column names.

    So the very predicates that will read a stored snapshot read the computed rows, and each column is worked out once.
    """

    class Subquery(BaseTable):
        def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
            sql, params = inner.query.get_compiler(connection=connection).as_sql()
            return f"({sql}) {compiler.quote_name_unless_alias(self.table_alias)}", params

        def relabeled_clone(self, change_map: dict[str | None, str]) -> Subquery:
            return Subquery(self.table_name, change_map.get(self.table_alias, self.table_alias))

    query = Query(model)
    query.base_table_class = Subquery
    return QuerySet(model, query)
