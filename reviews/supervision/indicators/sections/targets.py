"""目标完成情况: each target beside its figure, the gap and the time left. Absent where no target is set."""

from __future__ import annotations

from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.models import CoverageTarget
from portal.core.templatetags.portal import target_percent
from reviews.supervision.indicators.content import ColumnHeading, SectionText, TableText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import compared


def build(draft: Draft) -> SectionText | None:
    due = [(code, target) for code in INDICATORS if (target := _judged(draft, code))]
    if not due:
        return None
    sentences, rows = [], []
    for code, target in due:
        name, rate = INDICATORS[code].name, draft.now.rate(code)
        aim = draft.number(f"{name}目标", target_percent(target.value), f"依据：{target.source}。", code)
        day = draft.date(f"{name}目标期限", target.due_on, f"依据：{target.source}。")
        short = rate.short_of(target.fraction)
        missing = draft.number(
            f"{name}还差",
            short,
            f"达到目标所需的{INDICATORS[code].unit}数：目标值乘以分母，不足一的按一计，减去分子。",
            code,
        )
        met = rate.meets(target.fraction)
        sentence = f"{name}目标为{day}前达到{aim}，目前为{draft.percent(code)}{compared(draft, code)}，"
        if met:
            sentence += "已达到目标。"
        elif target.due_on < draft.as_of:
            sentence += f"到期未达到目标，还差{missing}{INDICATORS[code].unit}。"
        else:
            sentence += f"尚未达到目标，还差{missing}{INDICATORS[code].unit}。"
        sentences.append(sentence)
        rows.append((name, aim, day, draft.percent(code), "达标" if met else "未达标", "—" if met else missing))
    table = TableText(
        "目标完成情况",
        (
            ColumnHeading("指标", 3),
            ColumnHeading("目标", 2, is_number=True),
            ColumnHeading("完成期限", 4),
            ColumnHeading("目前", 2, is_number=True),
            ColumnHeading("结果", 2),
            ColumnHeading("还差", 2, is_number=True),
        ),
        tuple(rows),
    )
    return SectionText("targets", "目标完成情况", tuple(sentences), (table,))


def _judged(draft: Draft, code: str) -> CoverageTarget | None:
    """Return the target in force for an indicator that has a population on the day."""
    target = draft.target(code)
    if target is None or not INDICATORS[code].is_computed or not draft.now.rate(code).denominator:
        return None
    return target
