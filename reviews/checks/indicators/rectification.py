"""整改按期完成率 and the plain counts of checks, computed over the facts of this floor.

依据：domain.md, "Coverage: the definitions": closed by the deadline / due. Findings are counted, not associations.
"""

from __future__ import annotations

from django.db.models import Q

from partyorgs.organizations.indicators import compute
from portal.core.measures import Indicator, keep_totals
from reviews.questionnaires.facts import reviewed_facts_at

_SOURCE = "抽查工作办法"

compute(
    "rectification_rate",
    definition=(
        "截至当日整改期限已过的问题中，在期限以前（含期限当日）销号的比例，按问题计算。期限当日仍在期限内；"
        "经批准延期的，按当日有效的期限计算；不予认定的问题不计入。"
    ),
    facts=reviewed_facts_at,
    denominator=Q(rectifications_due__gt=0),
    numerator=Q(rectifications_in_time__gt=0),
    counted=("rectifications_in_time", "rectifications_due"),
    counted_names=("其中按期销号", "应完成整改"),
    unit="项",
)

# The predicates select the associations with anything to sum. The supervision report prints the counts and lists them in its annex.
CHECK_COUNTS = (
    Indicator(
        "checked_recently",
        "近一年检查的协会",
        "截至当日的十二个月内完成过现场检查的协会占全部在册协会的比例。",
        _SOURCE,
        reviewed_facts_at,
        numerator=Q(was_checked=True),
    ),
    Indicator(
        "findings_repeated",
        "近一年反复出现的问题",
        "截至当日的十二个月内发现的问题中，同一协会同一检查项目在此前二十四个月内已发现过的，按问题计算。",
        _SOURCE,
        reviewed_facts_at,
        denominator=Q(findings_recent__gt=0),
        numerator=Q(findings_repeated__gt=0),
        counted=("findings_repeated", "findings_recent"),
        counted_names=("其中反复出现", "近一年发现的问题"),
        unit="项",
    ),
    Indicator(
        "findings_overdue",
        "整改逾期的问题",
        "截至当日已下达整改、尚未销号的问题中，整改期限已过的，按问题计算。",
        _SOURCE,
        reviewed_facts_at,
        denominator=Q(findings_open__gt=0),
        numerator=Q(findings_overdue__gt=0),
        counted=("findings_overdue", "findings_open"),
        counted_names=("其中整改逾期", "尚未销号的问题"),
        unit="项",
    ),
)
keep_totals(CHECK_COUNTS)
