"""The indicators that quarterly reports feed, and the fifth kind of hard case: declared below, computed from here.

依据：domain.md, "Coverage: the definitions". 书记轮训率 is not among them: a report says that the secretary of a quarter was
trained, not who that was, so that of a secretary who took office since nothing is known.
"""

from __future__ import annotations

from django.db.models import Q

from partyorgs.organizations.indicators import COVERED, compute, find_cases
from portal.core.measures import Indicator, keep_totals
from reviews.questionnaires.facts import reviewed_facts_at
from reviews.reports.models.outcomes import OrganizationLife
from reviews.reports.rules.life import LIFE, MEETINGS

IN_USE = Q(reports_in_use=True)
_UNTOLD = (COVERED & Q(life_told=False), "上季度组织生活尚未报送，或者季报尚未通过")
_SOURCE = "省委社会工作部提质增效专项行动要求"


def _shortfalls(codes: tuple[str, ...], unnamed: Q, words: str) -> tuple[tuple[Q, str], ...]:
    """Return the signs of those items whose minimum was not met, each by name; `unnamed` is the sign where none is told."""
    short = [(code, Q(life_shortfalls__contains=f'"{code}"')) for code in codes]
    none = COVERED & Q(life_told=True) & unnamed
    for _, sign in short:
        none &= ~sign
    labels = {code: OrganizationLife._meta.get_field(code).verbose_name for code in codes}  # type: ignore[union-attr]
    return (*((COVERED & sign, f"上季度{labels[code]}未达到最低次数") for code, sign in short), (none, words))


_UNCOVERED = (
    (Q(has_organization=False, has_instructor=True), "未建立党组织，仅选派党建工作指导员"),
    (Q(has_organization=False, has_instructor=False), "未建立党组织"),
)
_REPORT_REASONS = (
    (COVERED & Q(report_due=False), "还没有到期的季报"),
    (COVERED & Q(report_due=True, report_submitted=False), "最近一期季报未报送"),
    (COVERED & Q(report_submitted=True, report_approved=False), "最近一期季报未通过审核"),
)
_EFFECTIVE_REASONS = (
    *_UNCOVERED,
    (COVERED & Q(has_secretary=False), "没有在任书记"),
    (COVERED & Q(has_current_term=False), "党组织任期已届满"),
    _UNTOLD,
    *_shortfalls(MEETINGS, Q(meetings_met=False), "上季度三会一课未达标"),
    *_REPORT_REASONS,
)

# Each condition that fails of those covered: counted, listed, told in the supervision report, the most frequent first. The
# registry alone judges the first two; the others are judged once reports are in use.
CONDITIONS = tuple(
    Indicator(
        code,
        name,
        definition,
        _SOURCE,
        reviewed_facts_at,
        denominator=COVERED & judged,
        numerator=fails,
        reasons=_EFFECTIVE_REASONS,
        tells_all=True,
    )
    for code, name, definition, judged, fails in (
        (
            "without_secretary",
            "书记空缺",
            "已被党组织覆盖，但覆盖它的党组织截至当日没有在任书记的协会。",
            Q(),
            Q(has_secretary=False),
        ),
        (
            "term_over",
            "任期届满",
            "已被党组织覆盖，但覆盖它的党组织截至当日任期均已届满的协会。",
            Q(),
            Q(has_current_term=False),
        ),
        (
            "life_untold",
            "组织生活未报送",
            "已被党组织覆盖，但上一完整季度的组织生活情况没有经审核通过的季报的协会。",
            IN_USE,
            Q(life_told=False),
        ),
        (
            "meetings_short",
            "三会一课未达标",
            "已被党组织覆盖，已报送上一完整季度的组织生活情况，但三会一课未达到最低次数的协会。",
            IN_USE,
            Q(life_told=True, meetings_met=False),
        ),
        (
            "report_unapproved",
            "季报未通过",
            "已被党组织覆盖，但截至当日最近一期到期的季报没有报送或者没有通过审核的协会。",
            IN_USE,
            Q(report_approved=False),
        ),
    )
)
CONDITION_COUNTS = {condition.code: condition for condition in CONDITIONS}

compute(
    "effective_coverage",
    facts=reviewed_facts_at,
    denominator=IN_USE,
    numerator=COVERED & Q(has_secretary=True, has_current_term=True, meetings_met=True, report_approved=True),
    reasons=_EFFECTIVE_REASONS,
    tells_all=True,
)
compute(
    "org_life_rate",
    facts=reviewed_facts_at,
    denominator=COVERED & Q(life_in_use=True),
    numerator=Q(minimum_met=True),
    reasons=(_UNTOLD, *_shortfalls(LIFE, Q(minimum_met=False), "上季度组织生活未达标")),
    tells_all=True,
)
compute(
    "report_on_time_rate",
    definition="截至当日，最近一期到期季报在截止日期以前（含当日）报送的协会占应报协会的比例。",
    facts=reviewed_facts_at,
    denominator=Q(report_due=True),
    numerator=Q(report_on_time=True),
    reasons=((Q(report_submitted=True), "迟报"), (Q(), "未报送")),
)
# What of the last due reports was not in time, by how it was not.
PUNCTUALITY = tuple(
    Indicator(code, name, definition, "季报制度", reviewed_facts_at, denominator=Q(report_due=True), numerator=sign)
    for code, name, definition, sign in (
        (
            "report_late",
            "季报迟报",
            "最近一期到期季报在截止日期以后、截至当日已报送的协会。",
            Q(report_submitted=True, report_on_time=False),
        ),
        ("report_overdue", "季报未报送", "最近一期到期季报截至当日尚未报送的协会。", Q(report_submitted=False)),
    )
)
find_cases("in_name_only", sign=Q(is_in_name_only=True), facts=reviewed_facts_at, reasons=_EFFECTIVE_REASONS)
keep_totals((*CONDITIONS, *PUNCTUALITY))
