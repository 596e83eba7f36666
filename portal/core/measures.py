"""Figures: exact rates, indicators as data, and `measure`, the only door to a figure.

An app describes an association's state at a day as a QuerySet with one row an association (`facts`). Its columns are read
through an unmanaged model, so that one pair of predicates counts, groups and lists, whatever lies behind the columns.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, CharField, Count, F, Func, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Substr

from portal.core.access import Limit
from portal.core.models import Snapshot, SnapshotTotal
from portal.core.snapshots import SOME_DAY, STORES, AsOf, facts_at, standing, store_of

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
        """Return the rate in percent with two decimals, rounded down: 339/424 is 79.95, and no page shows 80.00 beside 未达标."""
        if not self.denominator:
            return "—"
        hundredths = self.numerator * 10000 // self.denominator
        return f"{hundredths // 100}.{hundredths % 100:02d}"

    @property
    def missing(self) -> int:
        """Return how many of the denominator are not in the numerator."""
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
    names the two columns (numerator's, denominator's) to be summed, `counted_names` how lists head them. `waits_for` is said in place of a figure that a later
    work cycle feeds. `reasons` explains, column by column, why an association in the denominator is not in the numerator: the
    first that applies, or with `tells_all` every one.
    """

    code: str
    name: str
    definition: str
    source: str
    facts: Callable[[AsOf], QuerySet[Any]] | None = None
    denominator: Q = Q()
    numerator: Q = Q()
    counted: tuple[str, str] | None = None
    counted_names: tuple[str, str] = ("", "")
    unit: str = "家"
    reasons: tuple[tuple[Q, str], ...] = ()
    tells_all: bool = False
    waits_for: str = ""

    @property
    def is_computed(self) -> bool:
        return self.facts is not None

    @property
    def all_reasons(self) -> Func:
        """Return the expression for every reason that applies, one after the other; empty for what counts."""
        parts = [Case(When(sign, then=Value(f"；{text}")), default=Value("")) for sign, text in self.reasons]
        # One flat row of them: nested pairs, as Concat writes them, are too deep for SQLite's parser.
        flat = Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=CharField())
        return Substr(flat, 2)

    def rows(self, as_of: AsOf, within: Limit, frozen: int | None = None) -> QuerySet[Any]:
        """Return the facts of the associations within `within` on `as_of`, a row each; those of a frozen snapshot if asked."""
        assert self.facts is not None, self.code  # noqa: S101 -- callers ask `is_computed` first
        return rows_at(self.facts, as_of, within, frozen)


def rows_at(
    facts: Callable[[AsOf], QuerySet[Any]], as_of: AsOf, within: Limit, frozen: int | None = None
) -> QuerySet[Any]:
    """Return the rows of `facts` within one part of the province: kept ones where they are true, else worked out."""
    snapshot = current_snapshot(as_of)[1] if frozen is None else frozen_snapshot(frozen, as_of).pk
    return within_limit(facts_at(facts, as_of, snapshot), within)


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


def measure(
    indicators: Sequence[Indicator], as_of: AsOf, within: Limit, by: str | None = None, frozen: int | None = None
) -> Measurement:
    """Return the exact figures of `indicators` on `as_of`, in all and by one of `GROUPINGS`.

    With `frozen` they are those of that frozen snapshot, whatever has been learnt since. Else they are of now: read from
    the totals or the rows kept for the day where those are true at the newest write, worked out otherwise. The answer is
    remembered until business data next changes. Raises KeyError for an unknown grouping.
    """
    column = GROUPINGS[by] if by else None
    computed = [indicator for indicator in indicators if indicator.is_computed]
    if frozen is None:
        version, snapshot = current_snapshot(as_of)
        codes, place = tuple(KEPT), str(version)
    else:
        kept = frozen_snapshot(frozen, as_of)
        snapshot, codes, place = kept.pk, tuple(kept.codes), f"frozen-{kept.pk}"
    digest = hashlib.sha256(repr((within, [indicator.code for indicator in computed])).encode()).hexdigest()
    key = f"measure:{place}:{as_of}:{by}:{digest}"
    known: Measurement | None = cache.get(key)
    if known is None:
        if snapshot is not None:
            known = _from_totals(computed, as_of, within, by, snapshot=snapshot, codes=codes)
        known = known or _measure(computed, as_of, within, column, snapshot)
        cache.set(key, known, timeout=3600)
    return known


def _measure(
    indicators: list[Indicator], as_of: AsOf, within: Limit, column: str | None, snapshot: int | None
) -> Measurement:
    """Count rows, all indicators over one kind of rows in one question."""
    counts: dict[Any, dict[str, int]] = {}
    questions: dict[Any, list[Indicator]] = {}
    for indicator in indicators:
        if indicator.facts is not None:
            store = store_of(indicator.facts)
            questions.setdefault(store.facts if store else indicator.facts, []).append(indicator)
    for facts, of_facts in questions.items():
        aggregates: dict[str, Any] = {"associations": Count("pk")}
        for indicator in of_facts:
            aggregates |= aggregates_of(indicator)
        rows = within_limit(facts_at(facts, as_of, snapshot), within)
        if store := store_of(facts):
            rows = store.countable(rows, as_of) if snapshot is None else store.annotated(rows, as_of)
        grouped: Iterable[dict[str, Any]] = (
            rows.values(group=F(column)).annotate(**aggregates).order_by() if column else [rows.aggregate(**aggregates)]
        )
        for row in grouped:
            counts.setdefault(row.pop("group", None), {}).update({name: value or 0 for name, value in row.items()})
    groups = tuple(
        Group(
            key=group,
            associations=numbers["associations"],
            rates={i.code: Rate(numbers[f"{i.code}_numerator"], numbers[f"{i.code}_denominator"]) for i in indicators},
        )
        for group, numbers in counts.items()
    )
    rates = {i.code: sum((group.rates[i.code] for group in groups), Rate(0, 0)) for i in indicators}
    return Measurement(as_of, sum(group.associations for group in groups), rates, groups if column else ())


def aggregates_of(indicator: Indicator) -> dict[str, Any]:
    """Return the aggregates of one indicator's two counts, by name."""
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


# --- totals: what a snapshot keeps of every subtree and group ---

# The indicators that every snapshot adds up, by code. Filled from above, before the first figure is asked for.
KEPT: dict[str, Indicator] = {}


def keep_totals(indicators: Iterable[Indicator]) -> None:
    """Let every snapshot keep the two counts of these indicators, for each subtree, region, industry and kind."""
    KEPT.update({indicator.code: indicator for indicator in indicators if indicator.is_computed})


def kept_of(facts: Iterable[Callable[[AsOf], QuerySet[Any]]]) -> list[Indicator]:
    """Return the kept indicators over any of these facts functions."""
    wanted = set(facts)
    return [indicator for indicator in KEPT.values() if indicator.facts in wanted]


def current_snapshot(as_of: AsOf) -> tuple[int, int | None]:
    """Return the data version, and the snapshot that is true at it; None where figures of the day are to be worked out."""
    now = standing(as_of)
    return now.data_version, now.snapshot if now.snapshot is not None and now.definition == definition() else None


def frozen_snapshot(pk: int, as_of: AsOf) -> Snapshot:
    """Return a frozen snapshot of the day. Raises Snapshot.DoesNotExist where there is none: no figure may stand in for it."""
    return Snapshot.objects.get(pk=pk, as_of=as_of, is_frozen=True, built_at__isnull=False)


def definition() -> str:
    """Return the fingerprint of every question that a snapshot answers, worked out once a process."""
    return _fingerprint(connection.vendor, tuple(KEPT))


@lru_cache(maxsize=8)
def _fingerprint(vendor: str, codes: tuple[str, ...]) -> str:
    parts = list(codes)
    for store in STORES:
        rows = store.annotated(store.facts(SOME_DAY), SOME_DAY)
        aggregates: dict[str, Any] = {}
        for indicator in kept_of((store.facts, *store.annotations)):
            aggregates |= aggregates_of(indicator)
        questions = (
            store.facts(SOME_DAY).values("association_id", *store.columns),
            rows.values("pk").annotate(**aggregates),
        )
        parts += [repr(question.order_by().query.sql_with_params()) for question in questions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _from_totals(
    indicators: list[Indicator], as_of: AsOf, within: Limit, by: str | None, *, snapshot: int, codes: tuple[str, ...]
) -> Measurement | None:
    """Read figures from a snapshot's totals; None where they do not hold the answer: another limit, another indicator."""
    if within.is_empty or within.association_ids or within.authority_ids:
        return None
    if any(indicator.code not in codes or KEPT.get(indicator.code) != indicator for indicator in indicators):
        return None
    paths = [
        path
        for path in sorted(set(within.paths))
        if not any(path != other and path.startswith(other) for other in within.paths)
    ]
    below = Limit(paths=tuple(paths)).q(path="path", association="pk", authorities=())
    wanted = below if by == "committee" else Q(path__in=paths)
    totals = SnapshotTotal.objects.filter(snapshot=snapshot)
    rows = totals.filter(wanted & Q(dimension=by or "")) | totals.filter(dimension="", path="")
    by_group: dict[Any, list[int]] = {}
    is_there = False
    for dimension, path, key, associations, counts in rows.order_by("dimension", "path", "key").values_list(
        "dimension", "path", "key", "associations", "counts"
    ):
        is_there = is_there or not (dimension or path)
        if dimension == (by or "") and (dimension or path in paths):
            group = by_group.setdefault(key, [0] * (len(counts) + 1))
            by_group[key] = [one + other for one, other in zip(group, (associations, *counts), strict=True)]
    if not is_there:
        return None
    places = {indicator.code: 1 + 2 * codes.index(indicator.code) for indicator in indicators}
    groups = tuple(
        Group(
            key=_key_of(by, key),
            associations=counts[0],
            rates={code: Rate(counts[place], counts[place + 1]) for code, place in places.items()},
        )
        for key, counts in by_group.items()
    )
    rates = {code: sum((group.rates[code] for group in groups), Rate(0, 0)) for code in places}
    return Measurement(as_of, sum(group.associations for group in groups), rates, groups if by else ())


def _key_of(by: str | None, key: str) -> Any:
    if not key:
        return None
    return int(key) if by and GROUPINGS[by].endswith("_id") else key
