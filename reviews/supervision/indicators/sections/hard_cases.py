"""难点情况: the five kinds of hard case (seed 000), with their numbers and the proposals."""

from __future__ import annotations

from partyorgs.organizations.indicators import HARD_CASES
from reviews.supervision.indicators.content import ColumnHeading, SectionText, TableText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import named
from reviews.supervision.rules.words import spelled


def build(draft: Draft) -> SectionText | None:
    cases = [case for case in HARD_CASES if case.indicator.is_computed and draft.now.rate(case.code).numerator]
    if not cases:
        return None
    cases.sort(key=lambda case: -draft.now.rate(case.code).numerator)
    numbers = "；".join(f"“{case.name}”{draft.count(case.code)}家" for case in cases)
    paragraphs = [f"按难点类型梳理，{numbers}。"]
    # Associations with enough members are named: the last section demands something of them.
    for case in cases:
        if case.code in {"does_not_know_how", "unwilling"}:
            facts = list(draft.now.rows(case.code)[:10])
            paragraphs.append(f"属于“{case.name}”的有{named(facts, draft.count(case.code))}。")
    rows = []
    for case in cases:
        before = "—"
        if draft.base is not None:
            before = draft.count(case.code, base=True)
        proposal = spelled(case.proposal.rstrip("。"))
        rows.append((case.name, spelled(case.meaning), draft.count(case.code), before, proposal))
    table = TableText(
        "难点类型和处置意见",
        (
            ColumnHeading("类型", 3),
            ColumnHeading("情形", 4),
            ColumnHeading("本期（家）", 2, is_number=True),
            ColumnHeading("上期（家）", 2, is_number=True),
            ColumnHeading("处置意见", 6),
        ),
        tuple(rows),
        note="同一协会可能同时符合两种情形，各类型之和不等于未覆盖数。",
    )
    return SectionText("hard_cases", "难点问题", tuple(paragraphs), (table,))
