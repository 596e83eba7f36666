"""The indicators of domain.md, "Coverage: the definitions", as data. Everything that shows a figure reads these lines."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from partyorgs.organizations.choices import TermState
from partyorgs.organizations.facts import association_facts_at, facts_with_terms
from partyorgs.organizations.rules import OWN_ORGANIZATION_MIN_FORMAL_MEMBERS
from portal.core.measures import Indicator, keep_totals

COVERED = Q(has_organization=True)
OWN = Q(has_own_organization=True)
SHOULD_BUILD = Q(formal_members__gte=OWN_ORGANIZATION_MIN_FORMAL_MEMBERS)
IN_A_LATER_CYCLE = "季报启用后计算"

_NO_OWN = (Q(has_organization=False), "未建立党组织")


_ALL = (
    Indicator(
        "org_coverage",
        "党的组织覆盖率",
        "截至当日，已被党组织覆盖的协会占全部在册协会的比例。单独组建、联合组建、功能型、依托组建均计入，党建工作指导员不计入。",
        "《关于加强社会组织党的建设工作的意见（试行）》：党的组织覆盖",
        association_facts_at,
        numerator=COVERED,
        reasons=(
            (Q(has_organization=False, has_instructor=True), "未建立党组织，仅选派党建工作指导员"),
            (Q(has_organization=False), "未建立党组织"),
        ),
    ),
    Indicator(
        "own_org_rate",
        "单独组建率",
        "截至当日，单独建立党组织的协会占全部在册协会的比例。",
        "《中国共产党支部工作条例（试行）》第四条",
        association_facts_at,
        numerator=OWN,
        reasons=(
            _NO_OWN,
            (Q(has_joint_organization=True), "联合组建"),
            (Q(has_functional_organization=True), "功能型党组织"),
            (Q(), "依托组建"),
        ),
    ),
    Indicator(
        "work_coverage",
        "党的工作覆盖率",
        "截至当日，已被党组织覆盖，或者已选派党建工作指导员、联络员、组织员的协会占全部在册协会的比例。",
        "《关于加强社会组织党的建设工作的意见（试行）》：党的工作覆盖",
        association_facts_at,
        numerator=COVERED | Q(has_instructor=True),
        reasons=((Q(), "未建立党组织，也未选派党建工作指导员"),),
    ),
    Indicator(
        "should_build_rate",
        "应建已建率",
        "正式党员3名以上的协会中，已单独建立党组织的比例。",
        "《中国共产党支部工作条例（试行）》第四条",
        association_facts_at,
        denominator=SHOULD_BUILD,
        numerator=OWN,
        reasons=(
            (Q(has_joint_organization=True), "已联合组建，符合单独组建条件"),
            (Q(has_functional_organization=True), "已建功能型党组织，符合单独组建条件"),
            (Q(has_organization=True), "依托组建，符合单独组建条件"),
            (Q(has_organization=False), "符合条件，尚未建立党组织"),
        ),
    ),
    Indicator(
        "effective_coverage",
        "有效覆盖率",
        "已被党组织覆盖，且书记在任、任期未届满、上季度三会一课达标、最近一期季报已通过的协会占全部在册协会的比例。",
        "省委社会工作部提质增效专项行动要求",
        waits_for=IN_A_LATER_CYCLE,
    ),
    Indicator(
        "head_secretary_rate",
        "主要负责人担任书记率",
        "单独组建党组织的协会中，由会长（理事长）或者主持日常工作的负责人担任书记的比例。",
        "《关于加强社会组织党的建设工作的意见（试行）》：提倡主要负责人担任书记",
        association_facts_at,
        denominator=OWN,
        numerator=Q(head_is_secretary=True),
        reasons=((Q(has_secretary=False), "没有在任书记"), (Q(), "书记由其他人员担任")),
    ),
    Indicator(
        "cross_appointment_rate",
        "交叉任职率",
        "单独组建党组织的协会中，至少有一人同时担任协会职务和党内职务的比例。",
        "双向进入、交叉任职",
        association_facts_at,
        denominator=OWN,
        numerator=Q(has_cross_appointment=True),
        reasons=((Q(), "没有人员同时担任协会职务和党内职务"),),
    ),
    Indicator(
        "supervisor_cross_rate",
        "纪检委员—监事交叉任职率",
        "设有纪检委员（纪委书记）的单独组建党组织、且协会设有监事的，由监事长或者监事担任纪检委员的比例。",
        "双向进入、交叉任职",
        association_facts_at,
        denominator=OWN & Q(has_discipline_member=True, has_supervisors=True),
        numerator=Q(supervisor_is_discipline_member=True),
        reasons=((Q(), "纪检委员未由监事长或者监事担任"),),
    ),
    Indicator(
        "leader_party_ratio",
        "负责人中党员比例",
        "在册协会的负责人职务（会长、副会长、秘书长）中，由中共党员（含预备党员）担任的比例，按职务计算。",
        "民发〔2015〕166号",
        association_facts_at,
        counted=("leader_party_posts", "leader_posts"),
        counted_names=("其中由党员担任", "负责人职务数"),
        unit="个职务",
    ),
    Indicator(
        "charter_rate",
        "党建入章率",
        "截至当日，章程载有党的建设内容的协会占全部在册协会的比例。",
        "《关于在社会组织章程增加党的建设和社会主义核心价值观有关内容的通知》",
        association_facts_at,
        numerator=Q(has_charter_clause=True),
        reasons=((Q(), "党建内容未写入章程"),),
    ),
    Indicator(
        "election_on_time_rate",
        "按期换届率",
        "单独组建的党组织中，本届任期尚未届满的比例。任期自最近一次选举（没有选举的自成立）起，党支部、党总支3年，党委5年。",
        "《关于党的基层组织任期的意见》",
        facts_with_terms,
        denominator=OWN,
        numerator=Q(term_is_current=True),
        reasons=((Q(), "任期已届满，应换届未换届"),),
    ),
    Indicator(
        "org_life_rate",
        "组织生活达标率",
        "上一完整季度三会一课等达到最低次数的党组织占全部党组织的比例。",
        "《中国共产党支部工作条例（试行）》",
        waits_for=IN_A_LATER_CYCLE,
    ),
    Indicator(
        "report_on_time_rate", "季报按时报送率", "应报季报中按时报送的比例。", "季报制度", waits_for=IN_A_LATER_CYCLE
    ),
    Indicator(
        "rectification_rate",
        "整改按期完成率",
        "应完成的整改事项中按期销号的比例。",
        "抽查工作办法",
        waits_for="抽查启用后计算",
    ),
    Indicator(
        "secretary_training_rate",
        "书记轮训率",
        "在任书记中近12个月参加过轮训的比例。",
        "《关于加强社会组织党的建设工作的意见（试行）》",
        waits_for="培训记录启用后计算",
    ),
)

INDICATORS = {indicator.code: indicator for indicator in _ALL}
COMPUTED = [indicator for indicator in _ALL if indicator.is_computed]


@dataclass(frozen=True)
class HardCase:
    """One of the five kinds of hard case (seed 000): its sign over the facts, and what the portal proposes."""

    code: str
    name: str
    sign: Q | None
    meaning: str
    proposal: str
    waits_for: str = ""
    facts: Callable[[datetime.date], Any] = association_facts_at
    reasons: tuple[tuple[Q, str], ...] = ()  # what each association of the kind is to put right

    @property
    def indicator(self) -> Indicator:
        """The same sign as an indicator, so that it is counted and listed like any figure."""
        facts = None if self.sign is None else self.facts
        numerator = self.sign or Q()
        told: dict[str, Any] = {"reasons": self.reasons, "tells_all": bool(self.reasons), "waits_for": self.waits_for}
        return Indicator(self.code, self.name, self.meaning, "", facts, numerator=numerator, **told)


HARD_CASES = [
    HardCase(
        "too_few_members",
        "党员不足无法建",
        Q(has_organization=False) & ~SHOULD_BUILD,
        "正式党员不足3名，尚未被党组织覆盖",
        "与同一机构、同一地区或相近行业的协会联合组建；条件不具备的建立功能型党组织，或者选派党建工作指导员。",
    ),
    HardCase(
        "does_not_know_how",
        "想建不会建",
        SHOULD_BUILD & Q(has_organization=False, ever_had_organization=False, was_asked_to_found=False),
        "正式党员3名以上，从未建立党组织",
        "选派党建工作指导员，按组建步骤逐项帮建。",
    ),
    HardCase(
        "unwilling",
        "符合条件不愿建",
        SHOULD_BUILD & Q(has_organization=False, ever_had_organization=False, was_asked_to_found=True),
        "正式党员3名以上，经约谈动员仍未建立党组织",
        "再次约谈主要负责人；仍不组建的，列入督查。",
    ),
    HardCase(
        "built_again",
        "质量不高反复建",
        Q(lost_organization=True),
        "党组织撤销后再次组建，或者撤销后尚未恢复",
        "列为抽查对象，查明撤销原因。",
    ),
    HardCase(
        "in_name_only",
        "功能不强应付建",
        None,
        "已覆盖，但连续两个季度未达到有效覆盖",
        "按未达标的条件逐项列出任务。",
        waits_for=IN_A_LATER_CYCLE,
    ),
]

SETUPS = (
    ("has_own_organization", "单独组建"),
    ("has_joint_organization", "联合组建"),
    ("has_functional_organization", "功能型"),
    ("has_hosted_organization", "依托组建"),
)

# What is only counted and listed, never a rate against a target: kinds of organization, hard cases, terms by their state.
SETUP_COUNTS = {
    column.removeprefix("has_").removesuffix("_organization"): Indicator(
        column, name, f"截至当日，由{name}党组织覆盖的协会。", "", association_facts_at, numerator=Q((column, True))
    )
    for column, name in SETUPS
}
HARD_CASE_COUNTS = {case.code: case.indicator for case in HARD_CASES}
URGENT_STATES = (TermState.OVERDUE, TermState.MONTH, TermState.QUARTER, TermState.HALF_YEAR)
TERM_COUNTS = tuple(
    Indicator(
        f"{clock}_{state}", state.label, "", "", facts_with_terms, numerator=Q((f"{clock}_term_is_{state}", True))
    )
    for clock in ("party", "association")
    for state in URGENT_STATES
)
keep_totals((*COMPUTED, *SETUP_COUNTS.values(), *HARD_CASE_COUNTS.values(), *TERM_COUNTS))


def compute(code: str, **how: Any) -> None:
    """Say how an indicator declared here is computed, on the floor that knows its ingredients. Everybody holds these very lists."""
    INDICATORS[code] = replace(INDICATORS[code], waits_for="", **how)
    COMPUTED[:] = [indicator for indicator in INDICATORS.values() if indicator.is_computed]
    keep_totals([INDICATORS[code]])


def find_cases(code: str, **how: Any) -> None:
    """Say by which sign over which facts a kind of hard case declared here is found."""
    HARD_CASES[:] = [replace(case, waits_for="", **how) if case.code == code else case for case in HARD_CASES]
    HARD_CASE_COUNTS[code] = next(case.indicator for case in HARD_CASES if case.code == code)
    keep_totals([HARD_CASE_COUNTS[code]])
