"""检查发现问题整改: checks of the last year, most frequent findings, overdue and repeated ones. Absent without any check."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, F

from associations.models import Association
from portal.core.access import subtree_limit
from portal.core.quarters import months_after
from reviews.checks.facts import RECENT_MONTHS
from reviews.checks.models.findings import Finding
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.supervision.indicators.content import ColumnHeading, SectionText, TableText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import ROWS_IN_A_TABLE, compared, named, rate_with_counts
from reviews.supervision.rules.words import spelled

_MOST = 3  # items named as found most


def build(draft: Draft) -> SectionText | None:
    checked = draft.now.rate("checked_recently").numerator
    findings = draft.now.rate("findings_repeated").denominator
    open_ = draft.now.rate("findings_overdue").denominator
    due = draft.now.rate("rectification_rate").denominator
    if not (checked or findings or open_ or due):
        return None
    paragraphs = [_checked(draft)]
    if findings:
        paragraphs += [each for each in (_most(draft), _repeated(draft)) if each]
    if due or open_:
        paragraphs.append(_rectified(draft))
    tables = (_overdue_table(draft),) if draft.now.rate("findings_overdue").numerator else ()
    return SectionText("checks", "检查发现问题整改", tuple(paragraphs), tables)


def _checked(draft: Draft) -> str:
    if not draft.now.rate("checked_recently").numerator:
        return "近一年没有开展现场检查。"
    sentence = (
        f"近一年对{draft.count('checked_recently')}家协会商会开展了现场检查，"
        f"占在册协会商会的{draft.percent('checked_recently')}"
    )
    if not draft.now.rate("findings_repeated").denominator:
        return f"{sentence}，没有发现问题。"
    return f"{sentence}，发现问题{draft.count('findings_repeated', 'all')}项。"


def _most(draft: Draft) -> str:
    """Name the items that were found wrong most often, each with its number."""
    numbers = _by_item(draft)
    if not numbers:
        return ""
    items = "、".join(
        f"“{spelled(label)}”"
        + draft.number(
            f"检查项目“{label}”问题项数",
            number,
            "截至当日的十二个月内该检查项目选“否”的问题数，不予认定的不计入。",
            "findings_repeated",
        )
        + "项"
        for label, number in numbers.most_common(_MOST)
    )
    return f"不符合较多的检查项目依次为：{items}。"


def _by_item(draft: Draft) -> Counter[str]:
    since = months_after(draft.as_of, -RECENT_MONTHS)
    within = Association.objects.live_at(draft.as_of).within(subtree_limit(draft.committee), draft.as_of)
    findings = Finding.objects.counted().filter(association__in=within, found_on__gt=since, found_on__lte=draft.as_of)
    rows = list(
        findings.exclude(item="")
        .order_by()
        .values("visit__spot_check__version", "item")
        .annotate(number=Count("pk"))
        .values_list("visit__spot_check__version", "item", "number")
    )
    versions = QuestionnaireVersion.objects.in_bulk({version for version, _, _ in rows})
    numbers: Counter[str] = Counter()
    for version, code, number in sorted(rows):
        item = versions[version].parts.item(code)
        numbers[item.label if item else code] += number
    return numbers


def _repeated(draft: Draft) -> str:
    if not draft.now.rate("findings_repeated").numerator:
        return ""
    facts = list(draft.now.rows("findings_repeated"))
    total = draft.number("问题反复出现的协会家数", len(facts), "近一年有反复出现的问题的协会数。", "findings_repeated")
    return f"其中反复出现{draft.count('findings_repeated')}项，涉及{named(facts, total)}。"


def _rectified(draft: Draft) -> str:
    sentences = ""
    if draft.now.rate("rectification_rate").denominator:
        sentences = (
            f"整改按期完成率{rate_with_counts(draft, 'rectification_rate')}{compared(draft, 'rectification_rate')}。"
        )
    if not draft.now.rate("findings_overdue").denominator:
        return f"{sentences}已下达整改的问题全部销号。"
    sentences += f"尚未销号的问题{draft.count('findings_overdue', 'all')}项"
    if not draft.now.rate("findings_overdue").numerator:
        return f"{sentences}，均在整改期限内。"
    return f"{sentences}，其中整改逾期{draft.count('findings_overdue')}项。"


def _overdue_table(draft: Draft) -> TableText:
    facts: list[Any] = list(
        draft.now.rows("findings_overdue")
        .select_related("committee")
        .order_by(F("findings_overdue").desc(), "pinyin", "pk")
    )
    rows = tuple(
        (
            fact.name,
            str(fact.committee or "未填写"),
            draft.number(
                f"{fact.name}整改逾期项数",
                fact.findings_overdue,
                "截至当日已下达整改、尚未销号、期限已过的问题数，见名单工作表。",
                "findings_overdue",
            ),
        )
        for fact in facts[:ROWS_IN_A_TABLE]
    )
    note = "按逾期项数从多到少排列" + ("，其余见附件名单。" if len(facts) > ROWS_IN_A_TABLE else "。")
    columns = (
        ColumnHeading("协会商会", 5),
        ColumnHeading("党建工作领导机构", 4),
        ColumnHeading("逾期（项）", 2, is_number=True),
    )
    return TableText("整改逾期的协会商会", columns, rows, note=note)
