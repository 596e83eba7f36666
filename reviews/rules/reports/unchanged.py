"""本季度无变化: what one tap may answer from the last report, and what it may not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reviews.choices.templates import ItemType
from reviews.rules.templates.answers import check_answer, is_nothing
from reviews.rules.templates.conditions import codes_in
from reviews.rules.templates.content import Content, Item, Section

# What says something of one quarter alone is never said again by a tap: texts, tables, files.
REPEATED = frozenset(
    {ItemType.WHOLE, ItemType.MONEY, ItemType.DATE, ItemType.YES_NO, ItemType.CHOICE, ItemType.CHOICES}
)


def repeated_answers(content: Content, section: Section, last: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that 「本季度无变化」 gives in a section: those of the last report, as they still fit.

    A yes or no upon which a table of the section hangs asks whether something changed (班子成员有变动): it becomes no. What
    the portal knows is not answered at all.
    """
    gates = {
        code
        for item in section.items
        if item.type == ItemType.TABLE and item.asked_if
        for code in codes_in(item.asked_if)
    }
    told: dict[str, Any] = {}
    for item in section.items:
        if item.known_from or item.type not in REPEATED:
            continue
        value = False if item.code in gates and item.type == ItemType.YES_NO else last.get(item.code)
        if not is_nothing(value) and not check_answer(item, value):
            told[item.code] = value
    return told


def can_repeat(content: Content, section: Section, last: Mapping[str, Any], asked: frozenset[str]) -> bool:
    """Tell whether one tap answers all that a section requires of those `asked`."""
    told = repeated_answers(content, section, last)
    needed = [item for item in section.items if _is_needed(item) and item.code in asked]
    return all(item.code in told for item in needed)


def _is_needed(item: Item) -> bool:
    return item.required and not item.known_from
