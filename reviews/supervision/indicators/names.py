"""The names behind a report's numbers: one row an association, with its mark in each figure and the reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Concat

from partyorgs.organizations.indicators import INDICATORS
from partyorgs.organizations.models import AssociationFact
from portal.core.access import subtree_limit
from portal.core.measures import Indicator, rows_at
from portal.core.models import PATH_STEP, Committee
from reviews.questionnaires.facts import reviewed_facts_with_terms
from reviews.supervision.indicators.figures import COUNTED, Moment

COUNTS, COUNTS_NOT, OUTSIDE = "计入", "未计入", "—"
# Figures of which every association either counts or not; those of posts carry two numbers instead.
LISTED = tuple(code for code, indicator in COUNTED.items() if not indicator.counted)
SUMMED = tuple(code for code, indicator in COUNTED.items() if indicator.counted)


@dataclass(frozen=True)
class NameRow:
    """One association of the report: `marks` by figure's code."""

    fact: AssociationFact
    unit: str
    marks: dict[str, str]
    sums: dict[str, tuple[int, int]]


def name_rows(moment: Moment) -> Iterator[NameRow]:
    """Yield the associations of the subtree, by committee and name; memory does not grow with their number."""
    committee = moment.committee
    names = dict(Committee.objects.filter(path__startswith=committee.path).values_list("path", "name"))
    # These facts hold every figure's columns.
    rows = rows_at(reviewed_facts_with_terms, moment.as_of, subtree_limit(committee), moment.frozen)
    marked = rows.annotate(**{f"mark_{code}": _mark(COUNTED[code]) for code in LISTED})
    ordered = marked.select_related("committee", "region").order_by("committee_path", "pinyin", "pk")
    for fact in ordered.iterator(chunk_size=2000):
        yield NameRow(
            fact,
            names.get(fact.committee_path[: len(committee.path) + PATH_STEP], committee.name),
            {code: getattr(fact, f"mark_{code}") for code in LISTED},
            {code: _sums(COUNTED[code], fact) for code in SUMMED},
        )


def _mark(indicator: Indicator) -> Case:
    """Return an expression for an association's mark: 计入, 未计入 with its reason, or — outside the denominator."""
    inside = indicator.denominator
    cases: list[When] = [When(inside & indicator.numerator, then=Value(COUNTS))]
    if indicator.code in INDICATORS and indicator.tells_all:
        cases.append(When(inside, then=Concat(Value(f"{COUNTS_NOT}："), indicator.all_reasons)))
    elif indicator.code in INDICATORS:
        cases += [
            When(inside & sign if sign else inside, then=Value(f"{COUNTS_NOT}：{text}"))
            for sign, text in indicator.reasons
            if inside or sign
        ]
    default = OUTSIDE
    if inside:
        cases.append(When(inside, then=Value(COUNTS_NOT)))
    else:
        default = next((f"{COUNTS_NOT}：{text}" for sign, text in indicator.reasons if not sign), COUNTS_NOT)
    return Case(*cases, default=Value(default), output_field=CharField())


def _sums(indicator: Indicator, fact: Any) -> tuple[int, int]:
    numerator, denominator = indicator.counted or ("", "")
    return getattr(fact, numerator), getattr(fact, denominator)
