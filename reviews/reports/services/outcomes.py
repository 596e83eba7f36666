"""What an approval would write, told before a report is handed in: the same that posting.py writes afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reviews.questionnaires.rules.answers import difference_of, show_answer
from reviews.questionnaires.rules.content import Item
from reviews.questionnaires.services.filing import Filing
from reviews.reports.rules.life import LIFE, shortfalls
from reviews.reports.services.posting import HAS_ORGANIZATION, PROVIDERS_OF_FIGURES


@dataclass(frozen=True)
class Figure:
    """One headcount as the registry has it and as the report tells it."""

    label: str
    unit: str
    before: str
    after: str
    difference: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Held:
    """The meetings of one kind that were held; `is_short` where it is below the minimum."""

    label: str
    unit: str
    told: str
    is_short: bool


@dataclass(frozen=True)
class Outcome:
    """The changes that a report makes in the registry, and its requests to the committee."""

    figures: tuple[Figure, ...]
    life: tuple[Held, ...]
    post_changes: tuple[dict[str, Any], ...]
    difficulties: tuple[dict[str, Any], ...]

    @property
    def changed_figures(self) -> int:
        return sum(figure.is_changed for figure in self.figures)


def outcome_of(filing: Filing) -> Outcome:
    """Return what approving a report as it stands would write. Answers that are not asked for, or do not fit, write nothing."""
    content, asked = filing.content, filing.asked
    answers = {code: value for code, value in filing.complete.items() if code in asked}
    figures = [
        _figure(item, filing.known[provider].value if provider in filing.known else None, answers[item.code])
        for provider in PROVIDERS_OF_FIGURES.values()
        for item in content.items
        if item.known_from == provider and isinstance(answers.get(item.code), int)
    ]
    has = any(answers.get(item.code) for item in content.items if item.known_from == HAS_ORGANIZATION)
    short = shortfalls(filing.problems)
    items = [item for code in LIFE if (item := content.item(code)) is not None and code in answers] if has else []
    return Outcome(
        figures=tuple(figures),
        life=tuple(
            Held(item.label, item.unit, show_answer(item, answers[item.code]), item.code in short) for item in items
        ),
        post_changes=_rows(answers.get("post_changes")),
        difficulties=_rows(answers.get("difficulties")),
    )


def _figure(item: Item, before: Any, after: Any) -> Figure:
    return Figure(
        item.label, item.unit, show_answer(item, before), show_answer(item, after), difference_of(item, before, after)
    )


def _rows(answers: Any) -> tuple[dict[str, Any], ...]:
    return tuple(row for row in answers if isinstance(row, dict)) if isinstance(answers, list) else ()
