"""总体情况: the two coverages, never mixed into one figure; charters; the trend."""

from __future__ import annotations

from partyorgs.organizations.indicators import INDICATORS
from portal.core.access import subtree_limit
from portal.core.chart_data import LINE
from portal.core.measures import measure
from portal.core.quarters import quarter_ends
from reviews.supervision.indicators.content import ChartText, ReportField, SectionText
from reviews.supervision.indicators.figures import Draft, Moment
from reviews.supervision.indicators.phrases import compared, rate_with_counts
from reviews.supervision.rules.words import sentence_day

_TREND_QUARTERS = 8


def build(draft: Draft) -> SectionText:
    first = (
        f"截至{draft.day}，{draft.whose}在册行业协会商会{draft.count('org_coverage', 'all')}家。"
        f"其中，已被党组织覆盖{draft.count('org_coverage')}家，党的组织覆盖率{draft.percent('org_coverage')}"
        f"{compared(draft, 'org_coverage')}；"
        f"已被党的工作覆盖{draft.count('work_coverage')}家，党的工作覆盖率{draft.percent('work_coverage')}"
        f"{compared(draft, 'work_coverage')}。"
    )
    missing = draft.now.rate("work_coverage").missing
    first += (
        f"尚有{draft.count('work_coverage', 'out')}家既未建立党组织，也未选派党建工作指导员。"
        if missing
        else "在册行业协会商会已实现党的工作全覆盖。"
    )
    second = f"党建内容写入章程{draft.count('charter_rate')}家，党建入章率{draft.percent('charter_rate')}{compared(draft, 'charter_rate')}。"
    if draft.now.rate("should_build_rate").denominator:
        second += (
            f"正式党员达到三名、应当单独组建党组织的协会商会中，应建已建率{rate_with_counts(draft, 'should_build_rate')}"
            f"{compared(draft, 'should_build_rate')}。"
        )
    return SectionText("overview", "总体情况", (first, second), charts=_trend(draft))


def _trend(draft: Draft) -> tuple[ChartText, ...]:
    """Return organization and work coverage at the last quarters' ends and on the day itself: two lines."""
    shown = ("org_coverage", "work_coverage")
    days = quarter_ends(draft.as_of, _TREND_QUARTERS)
    series: dict[str, list[str]] = {code: [] for code in shown}
    for day in days:
        frozen = draft.now.frozen if day == draft.as_of else None
        measured = measure([INDICATORS[code] for code in shown], day, subtree_limit(draft.committee), frozen=frozen)
        for code in shown:
            rate = measured[code]
            name = f"{sentence_day(day)}{INDICATORS[code].name}"
            draft.put(
                ReportField(
                    name,
                    f"{rate.percent} %" if rate.denominator else "—",
                    INDICATORS[code].definition,
                    day.isoformat(),
                    draft.scope,
                    draft.committee.path,
                    code=code,
                    indicator=INDICATORS[code].name,
                    numerator=rate.numerator,
                    denominator=rate.denominator,
                    tab="in",
                    is_base=day != draft.as_of,
                )
            )
            series[code].append(name)
    if not any(Moment(draft.committee, day).associations for day in days[:-1]):
        return ()
    target = draft.target("org_coverage")
    return (
        ChartText(
            LINE,
            f"{draft.scope}党的组织覆盖率和工作覆盖率走势",
            tuple(f"{day:%Y-%m-%d}" for day in days),
            tuple((INDICATORS[code].name, tuple(names)) for code, names in series.items()),
            target=str(target.value) if target else "",
        ),
    )
