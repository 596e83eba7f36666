"""Phrases that several sections share, in plain official Chinese, right for 0, 1 and nothing."""

from __future__ import annotations

from collections.abc import Sequence

from partyorgs.organizations.models import AssociationFact
from reviews.reports.choices import RoundStatus
from reviews.reports.facts import last_full_quarter
from reviews.reports.models.filing import ReportRound
from reviews.supervision.indicators.figures import Draft, ReportUnit
from reviews.supervision.rules.words import listed

NAMES_IN_A_SENTENCE = 8  # of more only the number is given; the annex has them all
ROWS_IN_A_TABLE = 20


def compared(draft: Draft, code: str, unit: ReportUnit | None = None) -> str:
    """Return "，较上期上升…个百分点", "，与上期持平", or nothing where there is nothing to compare."""
    way, token = draft.change(code, unit=unit)
    if not way:
        return ""
    return "，与上期持平" if way == "持平" else f"，较上期{way}{token}个百分点"


def rate_with_counts(draft: Draft, code: str, unit: ReportUnit | None = None) -> str:
    """Return "79.95 %（339/424）" with all three as fields; "暂无可计算的对象" without a population."""
    rate = unit.now[code] if unit else draft.now.rate(code)
    if not rate.denominator:
        return "暂无可计算的对象"
    counts = f"{draft.count(code, unit=unit)}/{draft.count(code, 'all', unit=unit)}"
    return f"{draft.percent(code, unit=unit)}（{counts}）"


def named(facts: Sequence[AssociationFact], total: str) -> str:
    """Return the names of a few associations; of many the first ones and their number as a field."""
    names = [fact.name for fact in facts[: NAMES_IN_A_SENTENCE + 1]]
    if len(names) <= NAMES_IN_A_SENTENCE:
        return listed(names)
    return f"{'、'.join(names[:NAMES_IN_A_SENTENCE])}等{total}家协会商会（名单见附件）"


def is_settled(draft: Draft) -> bool:
    """Tell whether all reports of the last full quarter are in: before that, a fall against the last issue means nothing."""
    quarter = last_full_quarter(draft.as_of)
    rounds = ReportRound.objects.filter(year=quarter.year, number=quarter.number).exclude(status=RoundStatus.CANCELLED)
    return set(rounds.values_list("status", flat=True)) == {RoundStatus.CLOSED}
