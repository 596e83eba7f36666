"""What a return opens: the items with comments, and what their new answers make it necessary to answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from reviews.questionnaires.choices import RuleSeverity
from reviews.questionnaires.rules.problems import Problem


def opened_items(
    reopened: Iterable[str],
    *,
    asked: Collection[str],
    asked_before: Collection[str],
    problems: Iterable[Problem],
    problems_before: Iterable[Problem],
) -> frozenset[str]:
    """Return the items that may be changed after a return; `…_before` speak of what was handed in.

    Whoever corrects one answer may be asked for another (班子成员有变动: 是, so by whom) or owe a word at a third that was in
    order before: these open with it, or nobody could hand the sheet in again.
    """
    stood = {(problem.item, problem.rule) for problem in problems_before}
    new = {
        problem.item
        for problem in problems
        if problem.severity != RuleSeverity.HINT and (problem.item, problem.rule) not in stood
    }
    return frozenset(reopened) | (frozenset(asked) - frozenset(asked_before)) | new
