"""季报和组织生活: punctuality, figures from the reports, difficulties and what became of them.

It is there only where reports are in use. Meetings are those of the last full quarter, difficulties those of the newest report due.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from associations.models import Association
from portal.core.access import subtree_limit
from portal.core.quarters import Quarter
from reviews.reports.choices import DifficultyStatus
from reviews.reports.facts import last_full_quarter
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import Difficulty, OrganizationLife
from reviews.supervision.indicators.content import ColumnHeading, ReportField, SectionText, TableText
from reviews.supervision.indicators.figures import Draft, Moment
from reviews.supervision.indicators.phrases import compared, is_settled, named
from reviews.supervision.rules.words import listed

DUE, LATE, OVERDUE = "report_on_time_rate", "report_late", "report_overdue"
# Meetings that are added up, with the words for one quarter's sum.
_MEETINGS = (("members_meetings", "支部党员大会"), ("lectures", "党课"), ("theme_days", "主题党日"))
_MEMBERS = (("formal_members", "正式党员"), ("probationary_members", "预备党员"))


def build(draft: Draft) -> SectionText | None:
    paragraphs = [
        paragraph for paragraph in (_punctuality(draft), _life(draft), _heads(draft), _difficulties(draft)) if paragraph
    ]
    if not (draft.now.rate(DUE).denominator or draft.now.rate("org_life_rate").denominator) or not paragraphs:
        return None
    return SectionText("reports", "季报和组织生活", tuple(paragraphs), _table(draft))


def _punctuality(draft: Draft) -> str:
    rate = draft.now.rate(DUE)
    if not rate.denominator:
        return ""
    sentences = (
        f"截至{draft.day}，最近一期到期季报应报{draft.count(DUE, 'all')}家，按时报送{draft.count(DUE)}家，"
        f"按时报送率{draft.percent(DUE)}{compared(draft, DUE)}。"
    )
    if not rate.missing:
        return f"{sentences}应报的均已按时报送。"
    late, overdue = draft.now.rate(LATE).numerator, draft.now.rate(OVERDUE).numerator
    parts = [f"迟报{draft.count(LATE)}家"] if late else []
    parts += [f"逾期仍未报送{draft.count(OVERDUE)}家"] if overdue else []
    sentences += f"{'，'.join(parts)}。"
    if overdue:
        facts = list(draft.now.rows(OVERDUE)[:10])
        sentences += f"逾期仍未报送的有{named(facts, draft.count(OVERDUE))}。"
    return sentences


def _within(moment: Moment) -> QuerySet[Association]:
    """Return the associations of a moment: figures from reports are added up over these."""
    return Association.objects.live_at(moment.as_of).within(subtree_limit(moment.committee), moment.as_of)


def _meetings(moment: Moment, quarter: Quarter) -> dict[str, Any]:
    rows = OrganizationLife.objects.filter(quarter_end=quarter.last_day, association__in=_within(moment))
    return rows.aggregate(told=Count("pk"), **{code: Sum(code) for code, _ in _MEETINGS})


def _life(draft: Draft) -> str:
    rate = draft.now.rate("org_life_rate")
    if not rate.denominator:
        return ""
    quarter = last_full_quarter(draft.as_of)
    name = draft.number("组织生活所属季度", str(quarter), "截止日期以前（含当日）最近一个完整的季度。")
    sentences = (
        f"{name}，已被党组织覆盖的{draft.count('org_life_rate', 'all')}家协会商会中，组织生活达标{draft.count('org_life_rate')}家，"
        f"组织生活达标率{draft.percent('org_life_rate')}"
    )
    settled = is_settled(draft)
    sentences += (
        f"{compared(draft, 'org_life_rate')}。" if settled else "。该季度季报尚未截止，未通过审核的暂未计入达标。"
    )
    now = _meetings(draft.now, quarter)
    if not now["told"]:
        return sentences
    before = None
    if settled and draft.base is not None and (earlier := last_full_quarter(draft.base.as_of)) != quarter:
        before = _meetings(draft.base, earlier)
    sums = []
    for code, words in _MEETINGS:
        number = draft.number(f"{words}次数", now[code] or 0, f"该季度已通过的季报所报{words}次数之和。")
        change = ""
        if before is not None and before["told"]:
            change = _moved(draft, f"{words}次数", now[code] or 0, before[code] or 0, "次")
        sums.append(f"{words}{number}次{change}")
    reported = draft.number("报送组织生活的协会数", now["told"], "该季度季报已通过并报送组织生活情况的协会数。")
    return f"{sentences}已报送的{reported}家共召开或者开展{'，'.join(sums)}。"


def _moved(draft: Draft, name: str, now: int, before: int, unit: str) -> str:
    """Return （较上期增加…） with both numbers in the annex, or （与上期持平）."""
    if draft.base is None:
        return ""
    day, path = draft.base.as_of.isoformat(), draft.committee.path
    earlier = ReportField(
        f"上期{name}", f"{before:,}", f"上期的{name}，算法相同。", day, draft.scope, path, is_base=True
    )
    draft.put(earlier)
    if now == before:
        return "（与上期持平）"
    token = draft.number(f"{name}变化", abs(now - before), f"{name}与上期{name}之差的绝对值。")
    return f"（较上期{'增加' if now > before else '减少'}{token}{unit}）"


def _heads(draft: Draft) -> str:
    """Give the number of Party members, by the headcounts last reported on or before the day."""
    sums = {column: Sum(column) for column, _ in _MEMBERS}
    now = draft.now.rows("org_coverage", "all").order_by().aggregate(**sums)
    before = draft.base.rows("org_coverage", "all").order_by().aggregate(**sums) if draft.base else None
    counts = []
    for column, words in _MEMBERS:
        number = now[column] or 0
        token = draft.number(f"{words}数", number, f"在册协会截止日期所用人数中{words}数之和。")
        change = _moved(draft, f"{words}数", number, before[column] or 0, "名") if before else ""
        counts.append(f"{words}{token}名{change}")
    return f"在册行业协会商会共有{'，'.join(counts)}。"


def _difficulties(draft: Draft) -> str:
    within = _within(draft.now)
    due = QuarterlyReport.objects.counted().filter(association__in=within, due_on__lte=draft.as_of)
    end: datetime.date | None = due.order_by("-quarter_end").values_list("quarter_end", flat=True).first()
    if end is None:
        return ""
    difficulties = Difficulty.objects.filter(
        report__association__in=within, report__quarter_end=end, report__approved_on__lte=draft.as_of
    )
    answered = Q(answered_on__lte=draft.as_of)
    counts = difficulties.aggregate(
        total=Count("pk"),
        solved=Count("pk", filter=answered & Q(status=DifficultyStatus.SOLVED)),
        answered=Count("pk", filter=answered & Q(status=DifficultyStatus.ANSWERED)),
    )
    if not counts["total"]:
        return ""
    name = draft.number("困难诉求所属季度", str(Quarter.of(end)), "截止日期以前（含当日）到期的最近一期季报的季度。")
    total = draft.number("困难诉求件数", counts["total"], "该期已通过的季报所反映的困难诉求件数。")
    waiting = counts["total"] - counts["solved"] - counts["answered"]
    parts = [
        f"{words}{draft.number(f'困难诉求{words}件数', number, f'其中截至截止日期{words}的件数。')}件"
        for words, number in (
            ("已解决", counts["solved"]),
            ("已答复、暂不能解决", counts["answered"]),
            ("待答复", waiting),
        )
        if number
    ]
    kinds = difficulties.order_by().values("kind").annotate(number=Count("pk")).order_by("-number", "kind")
    parts_by_kind = [
        f"{row['kind']}{draft.number('困难诉求（' + row['kind'] + '）件数', row['number'], '其中该类别的件数。')}件"
        for row in kinds[:3]
    ]
    return (
        f"{name}季报反映困难诉求{total}件，{'，'.join(parts)}；较多的是{listed(parts_by_kind)}。"
        if len(kinds) > 1
        else (f"{name}季报反映困难诉求{total}件（{kinds[0]['kind']}），{'，'.join(parts)}。")
    )


def _table(draft: Draft) -> tuple[TableText, ...]:
    units = [unit for unit in draft.units if unit.now[DUE].denominator]
    if len(units) < 2:  # noqa: PLR2004 -- the text covers a single one
        return ()
    rows = tuple(
        (
            unit.name,
            draft.count(DUE, "all", unit=unit),
            draft.count(DUE, unit=unit),
            draft.count(LATE, unit=unit),
            draft.count(OVERDUE, unit=unit),
            draft.percent(DUE, unit=unit),
        )
        for unit in units
    )
    headings = ("应报（家）", "按时（家）", "迟报（家）", "未报送（家）", "按时报送率")
    columns = (ColumnHeading("机构", 4), *(ColumnHeading(words, 2, is_number=True) for words in headings))
    return (TableText("各机构季报报送情况", columns, rows, note="最近一期到期的季报。"),)
