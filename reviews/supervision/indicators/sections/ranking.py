"""各机构情况: committees by result and by improvement. Ranked by results only (国办函〔2026〕12号: no rankings by activity)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.core.chart_data import BAR
from reviews.supervision.indicators.content import ChartText, ColumnHeading, SectionText, TableText
from reviews.supervision.indicators.figures import Draft, ReportUnit
from reviews.supervision.rules.words import points_between

LEAD = "org_coverage"
_NAMED = 3


def build(draft: Draft) -> SectionText | None:
    units = by_result(draft.units)
    if len(units) < 2:  # noqa: PLR2004 -- one alone has no place
        return None
    best = [unit for unit in units if _share(unit) == _share(units[0])]
    paragraphs = []
    if len(best) == len(units):
        paragraphs.append(f"各机构党的组织覆盖率均为{draft.percent(LEAD, unit=units[0])}。")
    else:
        top, bottom = units[:_NAMED], [unit for unit in units[-_NAMED:] if unit not in units[:_NAMED]]
        sentence = f"从党的组织覆盖率看，{_with_rates(draft, top)}居前"
        sentence += f"；{_with_rates(draft, bottom)}居后。" if bottom else "。"
        below = [unit for unit in units if unit.target and unit.now[LEAD].meets(unit.target.fraction) is False]
        if below:
            number = draft.number(
                "未达到本机构目标的机构数", len(below), "组织覆盖率低于本机构（没有的按上级）目标的机构数。"
            )
            sentence += f"未达到目标的有{number}个机构。"
        elif all(unit.target for unit in units):
            sentence += "各机构均达到目标。"
        paragraphs.append(sentence)
    if improved := by_improvement(draft.units):
        risen = [unit for unit in improved if _points(unit) > 0][:_NAMED]
        fallen = [unit for unit in improved if _points(unit) < 0]
        clauses = []
        if risen:
            clauses.append(f"较上期提升较大的有{_with_changes(draft, risen)}")
        if fallen:
            clauses.append(f"较上期下降的有{_with_changes(draft, fallen[-_NAMED:])}")
        paragraphs.append(f"{'；'.join(clauses)}。" if clauses else "各机构党的组织覆盖率均与上期持平。")
    return SectionText("ranking", "各机构工作情况", tuple(paragraphs), (_table(draft, units),), (_chart(draft, units),))


def by_result(units: Sequence[ReportUnit]) -> list[ReportUnit]:
    """Return the committees by the exact share, equal ones in the order of the tree."""
    return sorted(units, key=lambda unit: (-_share(unit), unit.committee.path))


def by_improvement(units: Sequence[ReportUnit]) -> list[ReportUnit]:
    """Return the committees that had associations on the earlier day too, most risen first."""
    comparable = [unit for unit in units if unit.before and unit.before[LEAD].denominator]
    return sorted(comparable, key=lambda unit: (-_points(unit), unit.committee.path))


def _share(unit: ReportUnit) -> Any:
    return unit.now[LEAD].fraction


def _points(unit: ReportUnit) -> int:
    return points_between(unit.before[LEAD], unit.now[LEAD]) or 0 if unit.before else 0


def _with_rates(draft: Draft, units: Sequence[ReportUnit]) -> str:
    return "、".join(f"{unit.name}（{draft.percent(LEAD, unit=unit)}）" for unit in units)


def _with_changes(draft: Draft, units: Sequence[ReportUnit]) -> str:
    return "、".join(f"{unit.name}（{draft.change(LEAD, unit=unit)[1]}个百分点）" for unit in units)


def _table(draft: Draft, units: Sequence[ReportUnit]) -> TableText:
    places: dict[Any, int] = {}
    rows = []
    for number, unit in enumerate(units, start=1):
        place = places.setdefault(_share(unit), number)
        way, token = draft.change(LEAD, unit=unit)
        moved = {"上升": f"↑{token}", "下降": f"↓{token}", "持平": "持平", "": "—"}[way]
        met = unit.target and unit.now[LEAD].meets(unit.target.fraction)
        rows.append(
            (
                draft.number(f"{unit.name}位次", place, "按组织覆盖率精确值由高到低排列，相同的并列。", LEAD),
                unit.name,
                draft.count(LEAD, "all", unit=unit),
                draft.percent(LEAD, unit=unit),
                moved,
                draft.percent("work_coverage", unit=unit),
                "—" if met is None else "达标" if met else "未达标",
            )
        )
    return TableText(
        "各机构党的组织覆盖情况",
        (
            ColumnHeading("位次", 1, is_number=True),
            ColumnHeading("机构", 4),
            ColumnHeading("在册协会", 2, is_number=True),
            ColumnHeading("组织覆盖率", 2, is_number=True),
            ColumnHeading("较上期（百分点）", 2, is_number=True),
            ColumnHeading("工作覆盖率", 2, is_number=True),
            ColumnHeading("与目标比", 2),
        ),
        tuple(rows),
        note="按组织覆盖率由高到低排列，相同的并列。" + ("" if draft.base else "没有可比较的上期数据。"),
    )


def _chart(draft: Draft, units: Sequence[ReportUnit]) -> ChartText:
    target = draft.target(LEAD)
    names = tuple(draft.percent(LEAD, unit=unit)[1:-1] for unit in units)
    return ChartText(
        BAR,
        "各机构党的组织覆盖率",
        tuple(unit.name for unit in units),
        (("党的组织覆盖率", names),),
        target=str(target.value) if target else "",
    )
