"""Where a check, a visit and a finding may go next: a table each. 依据：domain.md, "Work cycles" 2."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.errors import RuleViolation
from reviews.choices.checks import CheckStatus, FindingStatus, VisitStatus

CHECK: dict[tuple[str, str], CheckStatus] = {
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
}
VISIT: dict[tuple[str, str], VisitStatus] = {
    (VisitStatus.PLANNED, "release"): VisitStatus.OPEN,
    (VisitStatus.OPEN, "enter"): VisitStatus.OPEN,
    (VisitStatus.OPEN, "finish"): VisitStatus.DONE,
    (VisitStatus.OPEN, "excuse"): VisitStatus.EXCUSED,
    (VisitStatus.EXCUSED, "resume"): VisitStatus.OPEN,
}
FINDING: dict[tuple[str, str], FindingStatus] = {
    (FindingStatus.RAISED, "edit"): FindingStatus.RAISED,
    (FindingStatus.RAISED, "notice"): FindingStatus.NOTICED,
    (FindingStatus.RAISED, "drop"): FindingStatus.DROPPED,
    (FindingStatus.NOTICED, "reply"): FindingStatus.REPLIED,
    (FindingStatus.NOTICED, "extend"): FindingStatus.NOTICED,
    (FindingStatus.REPLIED, "pass"): FindingStatus.CLOSED,
    (FindingStatus.REPLIED, "send back"): FindingStatus.NOTICED,
}
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


def next_check(status: str, verb: str) -> CheckStatus:
    """Return where `verb` leads a check. Raises RuleViolation where it leads nowhere."""
    return CheckStatus(_next(CHECK, status, verb, f"抽查{CheckStatus(status).label}"))


def next_visit(status: str, verb: str) -> VisitStatus:
    """Return where `verb` leads a visit. Raises RuleViolation where it leads nowhere."""
    return VisitStatus(_next(VISIT, status, verb, f"检查任务{VisitStatus(status).label}"))


def next_finding(status: str, verb: str) -> FindingStatus:
    """Return where `verb` leads a finding. Raises RuleViolation where it leads nowhere."""
    return FindingStatus(_next(FINDING, status, verb, f"该问题{FindingStatus(status).label}"))


def _next(table: Mapping[tuple[str, str], str], status: str, verb: str, words: str) -> str:
    if (status, verb) not in table:
        raise RuleViolation(f"{words}，不能{WORDS[verb]}。")
    return table[status, verb]


def may(table: Mapping[tuple[str, str], str], status: str, verb: str) -> bool:
    """Tell whether `verb` leads anywhere from `status` in one of the tables."""
    return (status, verb) in table
