"""有形覆盖与有效覆盖: of what is covered on paper, which conditions of effective coverage fail most.

The registry judges two of them: a secretary in post, the term not overdue. The others, and with them the rate itself, come with
the quarterly reports; until then no figure here is called 有效覆盖率. 依据：seed 004 「为覆盖而覆盖」.
"""

from __future__ import annotations

from partyorgs.indicators import INDICATORS
from reviews.indicators.supervision.content import SectionText
from reviews.indicators.supervision.figures import Draft
from reviews.indicators.supervision.phrases import compared, named, rate_with_counts

# Each failing condition, and how the text speaks of it.
_FAILINGS = (
    ("party_overdue", "单独组建的党组织任期届满应换届未换届"),
    ("without_secretary", "党组织书记空缺"),
)


def build(draft: Draft) -> SectionText | None:
    if not draft.now.rate("org_coverage").numerator:
        return None
    found = sorted(
        ((draft.now.rate(code).numerator, code, words) for code, words in _FAILINGS), key=lambda each: -each[0]
    )
    failing = [(code, words) for number, code, words in found if number]
    covered = draft.count("org_coverage")
    if not failing:
        first = f"已覆盖的{covered}家协会商会均有在任书记，党组织任期均未届满。"
    else:
        told = "；".join(f"{words}的{draft.count(code)}家" for code, words in failing)
        first = f"在已覆盖的{covered}家协会商会中，存在影响有效覆盖的问题：{told}。有形覆盖尚未完全转化为有效覆盖。"
    paragraphs = [first]
    if draft.now.rate("without_secretary").numerator:
        vacant = list(draft.now.rows("without_secretary")[:10])
        paragraphs.append(f"书记空缺的协会商会：{named(vacant, draft.count('without_secretary'))}。")
    if INDICATORS["effective_coverage"].is_computed:
        paragraphs.insert(
            0, f"有效覆盖率{rate_with_counts(draft, 'effective_coverage')}{compared(draft, 'effective_coverage')}。"
        )
    return SectionText("quality", "有形覆盖与有效覆盖", tuple(paragraphs))
