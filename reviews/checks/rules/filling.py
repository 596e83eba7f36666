"""Completeness of a check list: required items answered, no conflict open, 否 and 不适用 explained, somebody signed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reviews.checks.rules.merging import ItemStanding
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import is_nothing
from reviews.questionnaires.rules.content import Content, Item
from reviews.questionnaires.rules.problems import asked_of, problems_of

NOT_APPLICABLE = "不适用"  # stands beside 是 and 否 wherever a check list asks for one of them
SIGNATURE = "signature"  # stands where the code of an item stands


@dataclass(frozen=True)
class VisitGap:
    """One reason why a visit cannot be finished: the item, its label, the sentence."""

    item: str
    label: str
    sentence: str


def is_applicable(value: Any) -> bool:
    return bool(value != NOT_APPLICABLE)


def is_found_wrong(item: Item, value: Any) -> bool:
    """Tell whether an answer is a finding: 否 to an item that should be so."""
    return item.type == ItemType.YES_NO and value is False


def gaps_of(
    content: Content,
    standings: Mapping[str, ItemStanding],
    *,
    photographed: Collection[str],
    is_signed: bool,
) -> list[VisitGap]:
    """Return what keeps a visit from being finished, in the order of the check list, conflicts first."""
    labels = {item.code: item.label for item in content.items}
    gaps = [
        VisitGap(code, labels[code], "两人的记录不一致，请先确认采用哪一个。")
        for code in labels
        if code in standings and standings[code].is_conflict
    ]
    values = {code: standing.value for code, standing in standings.items() if code in labels}
    notes = {code: standing.note for code, standing in standings.items() if code in labels}
    skipped = {code for code, value in values.items() if not is_applicable(value)}
    # Photos stand at their item, not in an answer.
    photos = {item.code for item in content.items if item.type == ItemType.ATTACHMENT}
    open_ones = {gap.item for gap in gaps} | skipped | (photos & set(photographed))
    answers = {code: value for code, value in values.items() if code not in skipped}
    gaps += [
        VisitGap(problem.item, labels[problem.item], problem.sentence)
        for problem in problems_of(content, answers, {}, notes)
        if problem.is_open and problem.item not in open_ones
    ]
    asked_codes = {item.code for item in asked_of(content, answers, {})}
    gaps += [
        VisitGap(item.code, item.label, "请写明具体情况。")
        for item in content.items
        if item.code in asked_codes
        and item.code in values
        and not is_nothing(values[item.code])
        and (is_found_wrong(item, values[item.code]) or item.code in skipped)
        and not notes[item.code].strip()
    ]
    if not is_signed:
        gaps.append(VisitGap(SIGNATURE, "在场人员签字", "请在场人员签字，或者写明未签字的原因。"))
    return gaps
