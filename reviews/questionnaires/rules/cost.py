"""How many answers a questionnaire costs whoever fills it in, and how long."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.content import Content, Item

# Seconds for one answer: our own estimates, shown beside the sum. Reading and typing a figure that is at hand; a sum is looked up
# in the accounts; a long text is three or four sentences; a table is two rows of its columns.
SECONDS: dict[str, int] = {
    ItemType.WHOLE: 15,
    ItemType.MONEY: 40,
    ItemType.DATE: 20,
    ItemType.YES_NO: 5,
    ItemType.CHOICE: 8,
    ItemType.CHOICES: 15,
    ItemType.SHORT_TEXT: 25,
    ItemType.LONG_TEXT: 150,
    ItemType.ATTACHMENT: 90,
}
TABLE_ROWS = 2
SECONDS_SHOWN = 3  # what is known is glanced at


@dataclass(frozen=True)
class Cost:
    """Answers that are asked for, of these the required and the conditional ones; items shown because known; minutes."""

    asked: int
    required: int
    conditional: int
    shown: int
    minutes: int


def cost_of(content: Content) -> Cost:
    """Return what filling in costs at most: every condition met, every optional item answered, everything known known."""
    items = [item for item in content.items if not item.known_from]
    shown = [item for item in content.items if item.known_from]
    conditional = [
        item
        for section in content.sections
        for item in section.items
        if item in items and (item.asked_if or section.asked_if)
    ]
    return Cost(
        asked=len(items),
        required=sum(item.required for item in items),
        conditional=len(conditional),
        shown=len(shown),
        minutes=math.ceil((_seconds(items) + SECONDS_SHOWN * len(shown)) / 60),
    )


def _seconds(items: Iterable[Item]) -> int:
    return sum(
        TABLE_ROWS * _seconds(item.columns) if item.type == ItemType.TABLE else SECONDS.get(item.type, 0)
        for item in items
    )
