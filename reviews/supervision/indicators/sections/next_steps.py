"""下一步工作要求: demands that follow from rules, on named committees and associations, each with a day.

A target's gap is due on the target's day; what a Party rule demands at once is due at the end of the next quarter.
"""

from __future__ import annotations

from portal.core.quarters import Quarter
from reviews.supervision.indicators.content import SectionText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import named
from reviews.supervision.indicators.sections.ranking import LEAD, by_result
from reviews.supervision.rules.words import listed, numeral


def build(draft: Draft) -> SectionText | None:
    steps = [
        step for step in (_gap(draft), _assist(draft), _talk(draft), _elect(draft), _fill(draft), _send(draft)) if step
    ]
    if not steps:
        return SectionText(
            "next_steps", "下一步工作要求", ("各机构要巩固现有成果，保持党组织和党的工作覆盖，持续提升党建工作质量。",)
        )
    paragraphs = [f"（{numeral(number)}）{step}" for number, step in enumerate(steps, start=1)]
    return SectionText("next_steps", "下一步工作要求", tuple(paragraphs))


def _deadline(draft: Draft) -> str:
    day = Quarter.of(draft.as_of).next.last_day
    return draft.date("整改期限", day, "截止日期所在季度的下一季度末。")


def _gap(draft: Draft) -> str:
    """Ask the committees below their target to close the gap by the target's day, the largest gap first."""
    lacking = []
    for unit in by_result(draft.units):
        if unit.target is None or unit.now[LEAD].meets(unit.target.fraction) is not False:
            continue
        short = unit.now[LEAD].short_of(unit.target.fraction)
        token = draft.number(
            f"{unit.name}还差",
            short,
            "达到本机构组织覆盖目标所需的家数：目标值乘以分母，不足一的按一计，减去分子。",
            LEAD,
        )
        lacking.append((short, f"{unit.name}{token}家"))
    if not lacking:
        return ""
    gaps = "、".join(words for _, words in sorted(lacking, key=lambda each: -each[0]))
    target = draft.target(LEAD)
    if target is not None and target.due_on >= draft.as_of:
        day = draft.date("覆盖目标期限", target.due_on, f"依据：{target.source}。")
        return f"补齐覆盖缺口。距组织覆盖目标尚有差距的机构，要在{day}前补齐：{gaps}。"
    return f"补齐覆盖缺口。距组织覆盖目标尚有差距的机构，要在{_deadline(draft)}前补齐：{gaps}。"


def _names_counted(draft: Draft, code: str) -> str:
    """Return the names of the associations that a count counts; empty where there are none."""
    if not draft.now.rate(code).numerator:
        return ""
    return named(list(draft.now.rows(code)[:10]), draft.count(code))


def _assist(draft: Draft) -> str:
    who = _names_counted(draft, "does_not_know_how")
    return (
        who
        and f"帮建一批党组织。归口机构要选派党建工作指导员，按组建步骤逐项指导，于{_deadline(draft)}前完成组建：{who}。"
    )


def _talk(draft: Draft) -> str:
    who = _names_counted(draft, "unwilling")
    return (
        who
        and f"约谈一批负责人。对经动员仍未组建的，归口机构要于{_deadline(draft)}前再次约谈主要负责人；仍不组建的，列入督查：{who}。"
    )


def _elect(draft: Draft) -> str:
    who = _names_counted(draft, "party_overdue")
    return who and (
        f"按期完成换届。任期届满的党组织要于{_deadline(draft)}前完成换届；确需延期的，按程序报上级党组织批准，延长期限一般不超过一年：{who}。"
    )


def _fill(draft: Draft) -> str:
    who = _names_counted(draft, "without_secretary")
    return who and f"配齐党组织书记。书记空缺的党组织，归口机构要于{_deadline(draft)}前指导选配到位：{who}。"


def _send(draft: Draft) -> str:
    missing = draft.now.rate("work_coverage").missing
    if not missing:
        return ""
    units = [unit for unit in draft.units if unit.now["work_coverage"].missing]
    gaps = listed([f"{unit.name}{draft.count('work_coverage', 'out', unit=unit)}家" for unit in units])
    return f"消除工作空白点。对既未建立党组织又未选派党建工作指导员的协会商会，要于{_deadline(draft)}前选派指导员或者联络员：{gaps or draft.count('work_coverage', 'out') + '家'}。"
