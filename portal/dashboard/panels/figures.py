"""The names behind a figure: each association with the reason why it counts or does not, and whether it may be opened."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse

from associations.choices import AssociationKind
from associations.models import Association
from associations.rules import ASSOCIATION_TERM_YEARS
from partyorgs.organizations.choices import TermState
from partyorgs.organizations.facts import organizations_of
from partyorgs.organizations.indicators import HARD_CASE_COUNTS
from partyorgs.organizations.models import AssociationFact, PartyOrganization
from partyorgs.organizations.rules import joint_partners
from portal.core.access import Limit
from portal.core.measures import Indicator, Rate
from portal.core.quarters import years_after

if TYPE_CHECKING:
    from portal.core.models import User

TOO_FEW_MEMBERS = "too_few_members"
MOVED = "已调整归口，详情由现归口机构查看"
UNTOLD = "—"


@dataclass(frozen=True)
class FigureLine:
    """One association of a list; `url` is empty where the reader may not open it today.

    Such an association counted on the day and stays in the list, but only with facts of that day: facts without a date are today's, and
    today another committee oversees it.
    """

    fact: AssociationFact
    url: str
    organizations: tuple[tuple[PartyOrganization, str], ...]
    reason: str
    partners: tuple[str, ...] = ()
    counted: tuple[int, int] = (0, 0)
    findings: str = ""

    @property
    def note(self) -> str:
        return "" if self.url else MOVED

    @property
    def committee(self) -> str:
        return str(self.fact.committee or "未填写")

    @property
    def region(self) -> str:
        return str(self.fact.region or "未填写") if self.url else UNTOLD

    @property
    def kind(self) -> str:
        return str(AssociationKind(self.fact.kind).label) if self.url else UNTOLD

    @property
    def setups(self) -> str:
        return "、".join(dict.fromkeys(setup for _, setup in self.organizations))

    @property
    def organization_names(self) -> str:
        return "、".join(organization.name for organization, _ in self.organizations)

    @property
    def party_term_badge(self) -> str:
        return _term_badge(self.fact.party_term_state)  # type: ignore[attr-defined]  # annotated by these facts

    @property
    def association_term_badge(self) -> str:
        return _term_badge(self.fact.association_term_state)  # type: ignore[attr-defined]  # annotated by these facts

    @property
    def party_term(self) -> str:
        return str(TermState(self.fact.party_term_state).label)  # type: ignore[attr-defined]

    @property
    def association_term(self) -> str:
        return str(TermState(self.fact.association_term_state).label)  # type: ignore[attr-defined]

    @property
    def association_term_ends_on(self) -> datetime.date | None:
        """Five years after the chair took office: the latest day that an association's term can end."""
        since = self.fact.chair_since
        return years_after(since, ASSOCIATION_TERM_YEARS) if since else None

    @property
    def proposal(self) -> str:
        """Name the neighbours to found a joint branch with, or say what to do without any: neighbours are of today."""
        if not self.url:
            return UNTOLD
        if self.partners:
            return f"可与{'、'.join(self.partners)}联合组建"
        return "附近没有可联合的协会，建立功能型党组织，或者选派党建工作指导员"


def _term_badge(state: str) -> str:
    """Return the kind of badge beside a term's end; empty where it is far away."""
    if state == TermState.LATER:
        return ""
    return "overdue" if state == TermState.OVERDUE else "soon"


def rows_behind(indicator: Indicator, as_of: datetime.date, limit: Limit) -> QuerySet[AssociationFact]:
    """Return the facts in an indicator's denominator, each with the `reason` why it is not counted, empty where it is."""
    unexplained = next((text for sign, text in indicator.reasons if not sign), "")
    cases = [When(indicator.numerator, then=Value(""))] if indicator.numerator else []
    cases += [When(sign, then=Value(text)) for sign, text in indicator.reasons if sign]
    reason: Any = Case(*cases, default=Value(unexplained), output_field=CharField()) if cases else Value(unexplained)
    if indicator.tells_all:
        reason = indicator.all_reasons
    return (
        indicator.rows(as_of, limit)
        .filter(indicator.denominator)
        .annotate(reason=reason)
        .select_related("committee", "region")
    )


def rate_behind(indicator: Indicator, rows: QuerySet[AssociationFact]) -> Rate:
    """Count the rows of a list by the predicates that split it: the same numbers as the figure that leads to it."""
    if indicator.counted:
        numerator, denominator = indicator.counted
        sums = rows.aggregate(numerator=Sum(numerator), denominator=Sum(denominator))
        return Rate(sums["numerator"] or 0, sums["denominator"] or 0)
    counts = rows.aggregate(numerator=Count("pk", filter=indicator.numerator or None), denominator=Count("pk"))
    return Rate(counts["numerator"], counts["denominator"])


def nulls_last(rows: QuerySet[AssociationFact], ordering: Sequence[str]) -> QuerySet[AssociationFact]:
    """Order by columns that may be empty: rows without a date have nothing due and come last either way."""
    return rows.order_by(
        *(
            F(name.removeprefix("-")).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
            for name in ordering
        )
    )


def counts_of(indicator: Indicator | None, fact: AssociationFact) -> tuple[int, int]:
    """Return the two numbers that an indicator sums of one association, the denominator's first; zeros where it sums nothing."""
    if indicator is None or indicator.counted is None:
        return 0, 0
    numerator, denominator = indicator.counted
    return getattr(fact, denominator), getattr(fact, numerator)


def lines_of(
    facts: Iterable[AssociationFact],
    user: User,
    as_of: datetime.date,
    today: datetime.date,
    indicator: Indicator | None = None,
) -> list[FigureLine]:
    """Return the lines of a page or an export: organizations of that day, links only to what `user` may open today."""
    facts = list(facts)
    keys = [fact.pk for fact in facts]
    opened = opened_by(user, keys, today)
    organizations: dict[int, list[tuple[PartyOrganization, str]]] = {}
    for part in in_parts(keys):
        organizations |= organizations_of(part, as_of)
    return [
        FigureLine(
            fact,
            reverse("partyorgs:association-detail", args=[fact.pk]) if fact.pk in opened else "",
            tuple(organizations.get(fact.pk, ())),
            getattr(fact, "reason", ""),
            counted=counts_of(indicator, fact),
        )
        for fact in facts
    ]


def opened_by(user: User, keys: Sequence[int], today: datetime.date) -> set[int]:
    """Return which of these associations `user` may open today: figures at a past day follow the oversight of that day."""
    visible = Association.objects.visible_to(user, today)
    return {key for part in in_parts(keys) for key in visible.filter(pk__in=part).values_list("pk", flat=True)}


def in_parts(keys: Sequence[int], size: int = 5000) -> Iterable[Sequence[int]]:
    """Cut a long list of keys into parts that a database takes as parameters of one query."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def with_partners(lines: Sequence[FigureLine], as_of: datetime.date, limit: Limit) -> list[FigureLine]:
    """Add to each association too small for an own branch its equally small neighbours: same committee or same region."""
    case = HARD_CASE_COUNTS[TOO_FEW_MEMBERS]
    small = case.rows(as_of, limit).filter(case.numerator & Q(formal_members__gt=0)).order_by("pinyin", "pk")
    columns = ("association_id", "name", "formal_members", "committee_id", "region_id")
    candidates = list(small.values_list(*columns))
    extended = []
    for line in lines:
        fact = line.fact
        near = [
            (committee == fact.committee_id and region == fact.region_id, name, members)
            for key, name, members, committee, region in candidates
            if key != fact.pk and (committee == fact.committee_id or (region is not None and region == fact.region_id))
        ]
        nearest_first = [(name, members) for _, name, members in sorted(near, key=lambda pair: not pair[0])]
        partners = tuple(joint_partners(fact.formal_members, nearest_first))
        extended.append(FigureLine(fact, line.url, line.organizations, line.reason, partners))
    return extended
