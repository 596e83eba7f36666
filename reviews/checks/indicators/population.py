"""总体: the associations that a check is drawn from, by the facts of its day; exclusions, strata and quotas."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When

from associations.models import Association, Headcount
from partyorgs.organizations.indicators import HARD_CASES
from portal.core.access import subtree_limit
from portal.core.measures import rows_at
from portal.core.models import Committee, lineage
from reviews.checks.choices import WITH_RESULTS, CheckKind, CheckStatus, Stratum
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.quotas import floor_of, number_of, quotas_of
from reviews.questionnaires.facts import reviewed_facts_at

# High risk: one of the five kinds of hard case, or the term of the own organization is over.
HIGH, ORDINARY = "风险高", "风险一般"
SIZES = ((300, "会员单位300家以上"), (100, "会员单位100至299家"), (0, "会员单位100家以下"))
WHOLE = "不分层"
UNASSIGNED = "未归口"
# Filters of a population: the code in `SpotCheck.filters` -> column of the facts.
FILTERS = {"regions": "region_id", "industries": "industry_id", "kinds": "kind"}
COMMITTEES = "committees"  # and all below them
SKIP_DRAWN = "skip_drawn"  # leave out associations drawn by another random check of the year


@dataclass(frozen=True)
class Outline:
    """Everything that decides a population, taken from a stored check or from a form being filled in."""

    kind: str
    committee: Committee
    begins_on: datetime.date
    as_of: datetime.date
    filters: Mapping[str, Any] = field(default_factory=dict)
    strata: tuple[str, ...] = ()
    rate: Decimal | None = None
    number: int | None = None
    excluded: Mapping[int, str] = field(default_factory=dict)  # by hand: association -> reason
    check: int | None = None

    @property
    def has_floor(self) -> bool:
        """Tell whether the year's share is owed: only by a random check of the whole province."""
        return self.kind == CheckKind.RANDOM and self.committee.level == 1


@dataclass(frozen=True)
class Member:
    pk: int
    code: str
    name: str
    stratum: str


@dataclass(frozen=True)
class Excluded:
    pk: int
    code: str
    name: str
    reason: str
    by_hand: bool


@dataclass(frozen=True)
class StratumLine:
    name: str
    size: int
    quota: int


@dataclass(frozen=True)
class Population:
    """The associations that can be drawn, the excluded ones with reasons, the sample by stratum.

    `floor` is None where no share of the year is owed.
    """

    members: tuple[Member, ...]
    excluded: tuple[Excluded, ...]
    strata: tuple[StratumLine, ...]
    registered: int
    drawn_this_year: int
    sample: int
    floor: int | None

    @property
    def is_below_floor(self) -> bool:
        return self.floor is not None and self.sample < self.floor


def outline_of(check: SpotCheck) -> Outline:
    return Outline(
        kind=check.kind,
        committee=check.committee,
        begins_on=check.begins_on,
        as_of=check.as_of,
        filters=check.filters,
        strata=tuple(check.strata),
        rate=check.rate,
        number=check.number,
        excluded=dict(check.exclusions.values_list("association_id", "reason")),
        check=check.pk,
    )


def population_of(outline: Outline) -> Population:
    """Compute a population. `registered` counts the whole subtree without filters: the floor is a share of it."""
    rows = rows_at(reviewed_facts_at, outline.as_of, subtree_limit(outline.committee))
    registered = rows.count()
    drawn = drawn_in_year(outline)
    skipped = drawn_anywhere(outline) if outline.filters.get(SKIP_DRAWN) else {}
    still = set(
        Association.objects.within(subtree_limit(outline.committee), outline.begins_on)
        .order_by()
        .values_list("pk", flat=True)
    )
    members, excluded = [], []
    for row in _narrowed(rows, outline.filters, outline.as_of):
        code, name, pk = row["uscc"], row["name"], row["association_id"]
        gone = row["association__deregistered_on"]
        if pk in outline.excluded:
            excluded.append(Excluded(pk, code, name, outline.excluded[pk], by_hand=True))
        elif gone is not None and gone <= outline.begins_on:
            excluded.append(Excluded(pk, code, name, f"已于{gone:%Y-%m-%d}注销", by_hand=False))
        elif pk not in still:
            excluded.append(Excluded(pk, code, name, "归口已经调整，不在检查范围内", by_hand=False))
        elif pk in skipped:
            excluded.append(Excluded(pk, code, name, f"今年已列入{skipped[pk]}", by_hand=False))
        else:
            members.append(Member(pk, code, name, _stratum(row, outline.strata)))
    sizes = Counter(member.stratum for member in members)
    sample = number_of(len(members), outline.rate, outline.number)
    quotas = quotas_of(sizes, sample) if sample else {}
    return Population(
        members=tuple(members),
        excluded=tuple(excluded),
        strata=tuple(StratumLine(name, sizes[name], quotas.get(name, 0)) for name in sorted(sizes)),
        registered=registered,
        drawn_this_year=len(drawn),
        sample=sample,
        floor=floor_of(registered, len(drawn)) if outline.has_floor else None,
    )


def drawn_in_year(outline: Outline) -> dict[int, str]:
    """Return {association: name of the check} of random checks of the same scope in the same year."""
    visits = _drawn_visits(outline).filter(spot_check__committee=outline.committee)
    return dict(visits.order_by("pk").values_list("association_id", "spot_check__name"))


def drawn_anywhere(outline: Outline) -> dict[int, str]:
    """Return {association: check in words} of all random checks of the year that drew associations of this subtree.

    A check from above is not mentioned before its release, and never by its name.
    """
    below = Q(spot_check__committee__path__startswith=outline.committee.path)
    *paths, _ = lineage(outline.committee.path)
    above = Q(spot_check__committee__path__in=paths, spot_check__status__in=WITH_RESULTS)
    visits = _drawn_visits(outline).filter(below | above).order_by("pk")
    return {
        association: f"“{name}”" if path.startswith(outline.committee.path) else "上级随机抽查"
        for association, name, path in visits.values_list(
            "association_id", "spot_check__name", "spot_check__committee__path"
        )
    }


def _drawn_visits(outline: Outline) -> QuerySet[Visit]:
    checks = SpotCheck.objects.filter(kind=CheckKind.RANDOM, begins_on__year=outline.begins_on.year)
    checks = checks.exclude(status=CheckStatus.CANCELLED)
    if outline.check is not None:
        checks = checks.exclude(pk=outline.check)
    return Visit.objects.filter(spot_check__in=checks, draw__isnull=False)


def _narrowed(rows: QuerySet[Any], filters: Mapping[str, Any], as_of: datetime.date) -> Iterable[dict[str, Any]]:
    conditions = {f"{column}__in": filters[code] for code, column in FILTERS.items() if filters.get(code)}
    if filters.get(COMMITTEES):
        paths = Committee.objects.filter(pk__in=filters[COMMITTEES]).values_list("path", flat=True)
        rows = rows.filter(reduce(or_, (Q(committee_path__startswith=path) for path in paths), Q(pk__in=())))
    figures = Headcount.objects.at(as_of).filter(association=OuterRef("association_id"), member_firms__isnull=False)
    signs = (
        case.sign for case in HARD_CASES if case.sign is not None
    )  # read at each call: upper floors register theirs
    is_high = reduce(or_, signs) | Q(own_term_ends_on__lte=as_of)
    rows = rows.filter(**conditions).annotate(
        is_high=Case(When(is_high, then=Value(value=True)), default=Value(value=False)),
        firms=Subquery(figures.values("member_firms")[:1]),
    )
    columns = ("association_id", "uscc", "name", "committee__name", "association__deregistered_on", "is_high", "firms")
    return rows.order_by("uscc").values(*columns)


def _stratum(row: Mapping[str, Any], strata: Iterable[str]) -> str:
    parts = []
    for stratum in strata:
        if stratum == Stratum.COMMITTEE:
            parts.append(row["committee__name"] or UNASSIGNED)
        elif stratum == Stratum.RISK:
            parts.append(HIGH if row["is_high"] else ORDINARY)
        else:
            parts.append(next(words for least, words in SIZES if (row["firms"] or 0) >= least))
    return " · ".join(parts) or WHOLE
