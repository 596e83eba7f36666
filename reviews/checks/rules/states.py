"""State tables of a check, a visit and a finding. 依据：domain.md, "Work cycles" 2."""

from __future__ import annotations

from portal.core.states import StateTable
from reviews.checks.choices import CheckStatus, FindingStatus, VisitStatus

WORDS = {
    "edit": "修改",
    "commit": "封存",
    "draw": "抽取",
    "draw again": "重新抽取",
    "assign": "改派",
    "release": "下发",
    "close": "结束",
    "publish": "公布",
    "cancel": "取消",
    "enter": "记录",
    "finish": "完成",
    "excuse": "登记未检查",
    "resume": "恢复检查",
    "notice": "下达整改",
    "drop": "不予认定",
    "reply": "答复",
    "extend": "延期",
    "pass": "销号",
    "send back": "退回",
}
CHECK = StateTable(
    CheckStatus,
    {
        (CheckStatus.DRAFT, "edit"): CheckStatus.DRAFT,
        (CheckStatus.DRAFT, "commit"): CheckStatus.COMMITTED,
        (CheckStatus.DRAFT, "release"): CheckStatus.RELEASED,  # where associations are chosen one by one
        (CheckStatus.DRAFT, "cancel"): CheckStatus.CANCELLED,
        (CheckStatus.COMMITTED, "draw"): CheckStatus.DRAWN,
        (CheckStatus.COMMITTED, "cancel"): CheckStatus.CANCELLED,
        (CheckStatus.DRAWN, "draw again"): CheckStatus.COMMITTED,
        (CheckStatus.DRAWN, "assign"): CheckStatus.DRAWN,
        (CheckStatus.DRAWN, "release"): CheckStatus.RELEASED,
        (CheckStatus.DRAWN, "cancel"): CheckStatus.CANCELLED,
        (CheckStatus.RELEASED, "assign"): CheckStatus.RELEASED,
        (CheckStatus.RELEASED, "close"): CheckStatus.CLOSED,
        (CheckStatus.CLOSED, "publish"): CheckStatus.PUBLISHED,
    },
    WORDS,
    "抽查{state}，不能{verb}。",
)
VISIT = StateTable(
    VisitStatus,
    {
        (VisitStatus.PLANNED, "release"): VisitStatus.OPEN,
        (VisitStatus.OPEN, "enter"): VisitStatus.OPEN,
        (VisitStatus.OPEN, "finish"): VisitStatus.DONE,
        (VisitStatus.OPEN, "excuse"): VisitStatus.EXCUSED,
        (VisitStatus.EXCUSED, "resume"): VisitStatus.OPEN,
    },
    WORDS,
    "检查任务{state}，不能{verb}。",
)
FINDING = StateTable(
    FindingStatus,
    {
        (FindingStatus.RAISED, "edit"): FindingStatus.RAISED,
        (FindingStatus.RAISED, "notice"): FindingStatus.NOTICED,
        (FindingStatus.RAISED, "drop"): FindingStatus.DROPPED,
        (FindingStatus.NOTICED, "reply"): FindingStatus.REPLIED,
        (FindingStatus.NOTICED, "extend"): FindingStatus.NOTICED,
        (FindingStatus.REPLIED, "pass"): FindingStatus.CLOSED,
        (FindingStatus.REPLIED, "send back"): FindingStatus.NOTICED,
    },
    WORDS,
    "该问题{state}，不能{verb}。",
)
next_check, next_visit, next_finding = CHECK.next, VISIT.next, FINDING.next
