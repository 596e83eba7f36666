"""有形覆盖与有效覆盖: the distance between the two, and the conditions of effective coverage that fail most.

Before any quarterly report was due the registry judges two conditions: a secretary in post, the term not overdue; until then no
figure here is called 有效覆盖率. 依据：seed 004 「为覆盖而覆盖」.
"""

from __future__ import annotations

from reviews.reports.indicators.effective import CONDITIONS
from reviews.supervision.indicators.content import SectionText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import compared, is_settled, named, rate_with_counts
from reviews.supervision.rules.words import points, points_between

# How the text speaks of each failing condition.
_WORDS = {
    "without_secretary": "党组织书记空缺",
    "term_over": "党组织任期届满应换届未换届",
    "life_untold": "上一季度组织生活情况没有经审核通过的季报",
    "meetings_short": "上一季度三会一课未达到最低次数",
    "report_unapproved": "最近一期到期季报未报送或者未通过审核",
}


def build(draft: Draft) -> SectionText | None:
    if not draft.now.rate("org_coverage").numerator:
        return None
    counted = sorted(
        ((draft.now.rate(condition.code).numerator, condition.code) for condition in CONDITIONS),
        key=lambda each: -each[0],
    )
    failing = [code for number, code in counted if number]
    covered = draft.count("org_coverage")
    paragraphs = [_gap(draft)] if draft.now.rate("effective_coverage").denominator else []
    if not failing:
        paragraphs.append(
            f"已覆盖的{covered}家协会商会均符合有效覆盖的各项条件。"
            if paragraphs
            else f"已覆盖的{covered}家协会商会均有在任书记，党组织任期均未届满。"
        )
    else:
        reasons = "；".join(f"{_WORDS[code]}的{draft.count(code)}家" for code in failing)
        many = "同一协会商会可有多项。" if len(failing) > 1 else ""
        paragraphs.append(
            f"在已覆盖的{covered}家协会商会中，存在影响有效覆盖的问题：{reasons}。{many}有形覆盖尚未完全转化为有效覆盖。"
        )
    if draft.now.rate("without_secretary").numerator:
        vacant = list(draft.now.rows("without_secretary")[:10])
        paragraphs.append(f"书记空缺的协会商会：{named(vacant, draft.count('without_secretary'))}。")
    return SectionText("quality", "有形覆盖与有效覆盖", tuple(paragraphs))


def _gap(draft: Draft) -> str:
    """Put the two coverages beside each other, with the distance between them."""
    covered, effective = draft.now.rate("org_coverage"), draft.now.rate("effective_coverage")
    sentence = (
        f"有形覆盖即党的组织覆盖率{draft.percent('org_coverage')}，有效覆盖率{rate_with_counts(draft, 'effective_coverage')}"
        f"{compared(draft, 'effective_coverage') if is_settled(draft) else ''}"
    )
    apart = points_between(effective, covered)
    unsettled = (
        "" if is_settled(draft) else "截止日期前最近一个完整季度的季报尚未截止，该季度组织生活以已通过的季报为准。"
    )
    if not apart:
        return f"{sentence}，二者一致。{unsettled}"
    token = draft.number(
        "有形覆盖与有效覆盖之差",
        points(apart),
        "党的组织覆盖率与有效覆盖率所列百分比之差，单位：百分点。",
        "effective_coverage",
    )
    return f"{sentence}，二者相差{token}个百分点。{unsettled}"
