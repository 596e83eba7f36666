"""What needs a human's eyes first in a queue of sheets: rules broken, large changes, a first sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from reviews.questionnaires.choices import AttentionReason, ItemType, RuleSeverity
from reviews.questionnaires.rules.content import Content
from reviews.questionnaires.rules.problems import Problem

LARGE_CHANGE = Fraction(3, 10)  # 季报审核口径：较上季度变化超过30%须说明
LARGE_CHANGE_MIN = 3  # heads, firms, meetings: below it a change of 30 % is one or two
EXPLAINED, HINTED, CHANGED, FIRST = 5, 2, 3, 4


@dataclass(frozen=True)
class Attention:
    """The weight by which a sheet needs a look, with the reasons in words; 0 means that it can be approved with others."""

    weight: int = 0
    reasons: tuple[str, ...] = ()


def attention_of(
    content: Content,
    answers: Mapping[str, Any],
    last: Mapping[str, Any],
    problems: Iterable[Problem],
    *,
    has_open_changes: bool,
) -> Attention:
    """Return how much a submitted sheet needs a look: `told` are its complete answers, `last` those of the sheet before."""
    explained = [problem for problem in problems if problem.severity == RuleSeverity.EXPLAIN]
    hinted = [problem for problem in problems if problem.severity == RuleSeverity.HINT]
    jumps = [
        item.label
        for item in content.items
        if item.type == ItemType.WHOLE and is_large(last.get(item.code), answers.get(item.code))
    ]
    weight = 0
    reasons: list[str] = []
    if not last:
        weight += FIRST
        reasons.append(AttentionReason.FIRST.value)
    if explained:
        weight += EXPLAINED * len(explained)
        reasons.append(f"{AttentionReason.EXPLAINED} {len(explained)} 项")
    if jumps:
        weight += CHANGED * len(jumps)
        reasons.append(f"{'、'.join(jumps[:2])}{'等' if len(jumps) > 2 else ''}{AttentionReason.JUMPED}")  # noqa: PLR2004
    if has_open_changes:
        weight += CHANGED
        reasons.append(AttentionReason.POSTS.value)
    if hinted:
        weight += HINTED * len(hinted)
        reasons.append(f"{AttentionReason.HINTED} {len(hinted)} 项")
    return Attention(weight, tuple(reasons))


def is_large(before: Any, after: Any) -> bool:
    """Tell whether a number moved by more than 30 % and by more than a handful."""
    if not (_is_number(before) and _is_number(after)):
        return False
    moved: int = abs(after - before)
    return moved >= LARGE_CHANGE_MIN and moved > LARGE_CHANGE * before


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
