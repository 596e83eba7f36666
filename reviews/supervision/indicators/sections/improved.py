"""改进情况: indicators that have risen since the last issue, and newly covered associations. Absent without a base."""

from __future__ import annotations

from partyorgs.organizations.indicators import COMPUTED
from partyorgs.organizations.models import AssociationFact
from reviews.supervision.indicators.content import SectionText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import NAMES_IN_A_SENTENCE, is_settled, named
from reviews.supervision.rules.words import points_between

_BY_QUARTER = ("effective_coverage", "org_life_rate")  # what the last full quarter's reports alone can tell


def build(draft: Draft) -> SectionText | None:
    if draft.base is None:
        return None
    settled = is_settled(draft)
    moved = [
        (change, indicator)
        for indicator in COMPUTED
        if indicator.code not in _BY_QUARTER or settled
        if (change := points_between(draft.base.rate(indicator.code), draft.now.rate(indicator.code)))
    ]
    risen = [indicator for change, indicator in sorted(moved, key=lambda each: -each[0]) if change > 0]
    fallen = [indicator for change, indicator in sorted(moved, key=lambda each: each[0]) if change < 0]
    sentences = []
    if risen:
        changes = "、".join(f"{each.name}上升{draft.change(each.code)[1]}个百分点" for each in risen)
        sentences.append(f"与上期相比，{changes}。")
    if fallen:
        changes = "、".join(f"{each.name}下降{draft.change(each.code)[1]}个百分点" for each in fallen)
        sentences.append(f"{'但' if risen else '与上期相比，'}{changes}，应当引起重视。")
    if not sentences:
        sentences.append("与上期相比，各项指标均无变化。")
    paragraphs = ["".join(sentences)]
    fresh, number = _newly_covered(draft)
    if number:
        total = draft.number(
            "新覆盖数",
            number,
            "截止日期已被党组织覆盖、上期日期在册而未被覆盖的协会数，见名单工作表“较上期”列。",
            "org_coverage",
        )
        verb = f"上期以来新实现组织覆盖的有{total}家"
        paragraphs.append(f"{verb}：{named(fresh, total)}。")
    return SectionText("improved", "改进情况", tuple(paragraphs))


def _newly_covered(draft: Draft) -> tuple[list[AssociationFact], int]:
    """Return the first associations covered now that existed uncovered on the earlier day, and the number of all of them."""
    if draft.base is None:
        return [], 0
    uncovered = set(draft.base.rows("org_coverage", "out").values_list("pk", flat=True))
    fresh: list[AssociationFact] = []
    number = 0
    for fact in draft.now.rows("org_coverage").iterator(chunk_size=2000):
        if fact.pk in uncovered:
            number += 1
            if len(fresh) <= NAMES_IN_A_SENTENCE:
                fresh.append(fact)
    return fresh, number
