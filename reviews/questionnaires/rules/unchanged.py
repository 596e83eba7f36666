"""本季度无变化: what one tap may answer from the last sheet, and what it may not."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import check_answer, is_nothing
from reviews.questionnaires.rules.conditions import codes_in
from reviews.questionnaires.rules.content import Item, Section

# What says something of one quarter alone is never said again by a tap: texts, tables, files.
REPEATED = frozenset(
    {ItemType.WHOLE, ItemType.MONEY, ItemType.DATE, ItemType.YES_NO, ItemType.CHOICE, ItemType.CHOICES}
)


def repeated_answers(section: Section, last: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    """Return the answers that 「本季度无变化」 gives in a section: those of the last sheet, as they still fit.

    A yes or no upon which a table of the section hangs asks whether something changed (班子成员有变动): it becomes no. What
    the portal knows (`known`: item codes) is not answered at all.
    """
    gates = {
        code
        for item in section.items
        if item.type == ItemType.TABLE and item.asked_if
        for code in codes_in(item.asked_if)
    }
    repeated: dict[str, Any] = {}
    for item in section.items:
        if item.code in known or item.type not in REPEATED:
            continue
        value = False if item.code in gates and item.type == ItemType.YES_NO else last.get(item.code)
        if not is_nothing(value) and not check_answer(item, value):
            repeated[item.code] = value
    return repeated


def can_repeat(section: Section, last: Mapping[str, Any], known: Container[str], asked: Container[str]) -> bool:
    """Tell whether one tap answers all that a section requires of those `asked`."""
    repeated = repeated_answers(section, last, known)
    return all(item.code in repeated for item in needed_of(section, known, asked))


def needed_of(section: Section, known: Container[str], asked: Container[str]) -> list[Item]:
    """Return the items of a section that must be answered by hand: asked, required and not known to the portal."""
    return [item for item in section.items if item.required and item.code in asked and item.code not in known]
