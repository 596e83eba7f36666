"""What stands against answers: the one judge for the form, the upload and the review, so that all three say the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reviews.questionnaires.choices import RuleSeverity
from reviews.questionnaires.rules.answers import check_answer, is_nothing
from reviews.questionnaires.rules.conditions import Answers, holds
from reviews.questionnaires.rules.content import Content, Item

UNFIT, MISSING = "unfit", "missing"  # the two rules that no questionnaire states


@dataclass(frozen=True)
class Known:
    """An answer that the portal has: since when it holds and where it comes from."""

    value: Any
    since: datetime.date | None = None
    source: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing that stands against the answers, told at `item`; `rule` is the rule's code."""

    item: str
    severity: str
    sentence: str
    rule: str
    basis: str = ""
    explanation: str = ""

    @property
    def is_refusal(self) -> bool:
        return self.severity == RuleSeverity.REFUSE

    @property
    def is_hint(self) -> bool:
        return self.severity == RuleSeverity.HINT

    @property
    def is_open(self) -> bool:
        """Whether it keeps the answers from being handed in: an explanation settles what asks for one."""
        return self.severity == RuleSeverity.REFUSE or (self.severity == RuleSeverity.EXPLAIN and not self.explanation)


def completed(content: Content, answers: Mapping[str, Any], known: Mapping[str, Known]) -> dict[str, Any]:
    """Return the answers with what the portal knows (by provider) where nothing else is said or may be said."""
    complete = {code: value for code, value in answers.items() if not is_nothing(value)}
    for item in content.items:
        have = known.get(item.known_from) if item.known_from else None
        if have is not None and not is_nothing(have.value) and (item.code not in complete or not item.correctable):
            complete[item.code] = have.value
    return complete


def fitting(content: Content, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that fit their items; what does not, or belongs to no item, counts as not given."""
    return {
        code: value
        for code, value in answers.items()
        if (item := content.item(code)) is not None and not is_nothing(value) and not check_answer(item, value)
    }


def asked_of(content: Content, answers: Mapping[str, Any], last: Mapping[str, Any]) -> list[Item]:
    """Return the items that these answers call for, in order: those without a condition, and those whose condition holds.

    The same for the condition of its section. An answer to an item that is not asked counts as not given, so whether one is
    asked may hang on any item before it; a condition that needs a missing answer asks for nothing until it is given.
    """
    state = Answers(content, fitting(content, answers), fitting(content, last))
    asked = []
    for section in content.sections:
        for item in section.items:
            if all(not each or holds(each, state) for each in (section.asked_if, item.asked_if)):
                asked.append(item)
            else:
                state = Answers(
                    content, {code: value for code, value in state.now.items() if code != item.code}, state.last
                )
    return asked


def problems_of(
    content: Content, answers: Mapping[str, Any], last: Mapping[str, Any], explanations: Mapping[str, str]
) -> list[Problem]:
    """Return what stands against `answers` (see content.py), in the order of the items, the gravest first at each.

    `answers` are complete: what the portal knows is in them (`completed`). `last` are those of the period before, empty at the
    first report. `explanations` are by item code. A rule that needs an answer which is missing or unfit says nothing; that it
    is missing is told where it is required.
    """
    asked = asked_of(content, answers, last)
    codes = {item.code for item in asked}
    problems = [problem for item in asked if (problem := _own_problem(item, answers.get(item.code)))]
    fit = {code: value for code, value in fitting(content, answers).items() if code in codes}
    state = Answers(content, fit, fitting(content, last))
    problems.extend(
        Problem(rule.item, rule.severity, rule.sentence, rule.code, rule.basis, explanations.get(rule.item, "").strip())
        for rule in content.rules
        if rule.item in codes and holds(rule.condition, state) is False
    )
    order = {item.code: place for place, item in enumerate(asked)}
    grave = {severity: place for place, severity in enumerate(RuleSeverity.values)}
    return sorted(problems, key=lambda problem: (order[problem.item], grave[problem.severity]))


def _own_problem(item: Item, value: Any) -> Problem | None:
    if is_nothing(value):
        return Problem(item.code, RuleSeverity.REFUSE, "请填写。", MISSING) if item.required else None
    sentence = check_answer(item, value)
    return Problem(item.code, RuleSeverity.REFUSE, sentence, UNFIT) if sentence else None


def problems_at(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Return problems by the item at which they are told."""
    by_item: dict[str, list[Problem]] = {}
    for problem in problems:
        by_item.setdefault(problem.item, []).append(problem)
    return by_item
