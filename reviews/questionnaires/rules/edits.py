"""A content with one thing added, changed, moved or taken out. Values in, values out; whether it is sound is soundness.py's."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeVar

from portal.core.errors import RuleViolation
from reviews.questionnaires.rules.conditions import codes_in
from reviews.questionnaires.rules.content import Content, Item, Rule, Section

Part = Literal["section", "item", "rule"]
P = TypeVar("P", Section, Item, Rule)
GONE = "这一项已经不在草稿中，可能刚被删除。请刷新页面。"


def next_code(content: Content, part: Part) -> str:
    """Return a code that nothing of this kind has: s1, q1, r1 and so on."""
    taken: set[str]
    if part == "section":
        taken, letter = {section.code for section in content.sections}, "s"
    elif part == "item":
        taken, letter = {item.code for item in content.items}, "q"
    else:
        taken, letter = {rule.code for rule in content.rules}, "r"
    return next(code for number in range(1, len(taken) + 2) if (code := f"{letter}{number}") not in taken)


def with_section(content: Content, section: Section, before: str = "") -> Content:
    """Add a section at the end, or put it in the place of the one with the code `before`; its items stay."""
    if not before:
        return replace(content, sections=(*content.sections, section))
    old = _found(content.sections, before)
    return replace(content, sections=_put(content.sections, before, replace(section, items=old.items)))


def with_item(content: Content, item: Item, section: str, before: str = "") -> Content:
    """Add an item at the end of a section, or put it in the place of the one with the code `before`, there or moved here."""
    home = _found(content.sections, section)
    old = content.section_of(before) if before else None
    if before and old is None:
        raise RuleViolation(GONE)
    if old is not None and old.code == section:
        return replace(
            content, sections=_put(content.sections, section, replace(home, items=_put(home.items, before, item)))
        )
    sections = tuple(
        replace(each, items=(*each.items, item))
        if each.code == section
        else replace(each, items=tuple(one for one in each.items if one.code != before))
        for each in content.sections
    )
    return replace(content, sections=sections)


def with_rule(content: Content, rule: Rule, before: str = "") -> Content:
    """Add a rule at the end, or put it in the place of the one with the code `before`."""
    if not before:
        return replace(content, rules=(*content.rules, rule))
    _found(content.rules, before)
    return replace(content, rules=_put(content.rules, before, rule))


def without(content: Content, part: Part, code: str) -> Content:
    """Take something out. Raises RuleViolation for a section with items, and for an item that a rule or condition speaks of."""
    if part == "section":
        if _found(content.sections, code).items:
            raise RuleViolation("栏目里还有项目，请先移走或者删除这些项目。")
        return replace(content, sections=tuple(each for each in content.sections if each.code != code))
    if part == "rule":
        _found(content.rules, code)
        return replace(content, rules=tuple(each for each in content.rules if each.code != code))
    if users := users_of(content, code):
        raise RuleViolation(f"“{_found(tuple(content.items), code).label}”还用于{'、'.join(users)}，请先修改这些地方。")
    return replace(
        content,
        sections=tuple(
            replace(section, items=tuple(item for item in section.items if item.code != code))
            for section in content.sections
        ),
    )


def users_of(content: Content, code: str) -> list[str]:
    """Return in words which rules and conditions speak of an item."""
    return [
        *(f"规则“{rule.sentence}”" for rule in content.rules if code == rule.item or code in codes_in(rule.condition)),
        *(f"栏目“{section.title}”的填写条件" for section in content.sections if code in codes_in(section.asked_if)),
        *(f"项目“{item.label}”的填写条件" for item in content.items if code in codes_in(item.asked_if)),
    ]


def moved(content: Content, part: Part, code: str, step: Literal[-1, 1]) -> Content:
    """Move something one place up or down; at the end of its row an item goes on to the next section, anything else stays."""
    if part == "section":
        return replace(content, sections=_stepped(content.sections, code, step))
    if part == "rule":
        return replace(content, rules=_stepped(content.rules, code, step))
    sections = list(content.sections)
    place = next((at for at, each in enumerate(sections) if any(item.code == code for item in each.items)), None)
    if place is None:
        raise RuleViolation(GONE)
    home = sections[place]
    item = _found(home.items, code)
    at_edge = home.items[0 if step < 0 else -1] is item
    if not at_edge:
        sections[place] = replace(home, items=_stepped(home.items, code, step))
    elif 0 <= place + step < len(sections):
        other = sections[place + step]
        sections[place] = replace(home, items=tuple(each for each in home.items if each is not item))
        sections[place + step] = replace(other, items=(*other.items, item) if step < 0 else (item, *other.items))
    return replace(content, sections=tuple(sections))


def _found(parts: tuple[P, ...], code: str) -> P:
    part = next((part for part in parts if part.code == code), None)
    if part is None:
        raise RuleViolation(GONE)
    return part


def _put(parts: tuple[P, ...], code: str, new: P) -> tuple[P, ...]:
    return tuple(new if part.code == code else part for part in parts)


def _stepped(parts: tuple[P, ...], code: str, step: int) -> tuple[P, ...]:
    row = list(parts)
    place = row.index(_found(parts, code))
    if 0 <= place + step < len(row):
        row[place], row[place + step] = row[place + step], row[place]
    return tuple(row)
