"""Where a supervision report may go next: one table. 依据：domain.md, "Work cycles" 5 — 起草、签发、编号、印发、签收。"""

from __future__ import annotations

from portal.core.errors import RuleViolation
from reviews.choices.supervision import ReportStatus as Status

ALLOWED: dict[tuple[str, str], Status] = {
    (Status.BUILDING, "build"): Status.DRAFT,
    (Status.BUILDING, "discard"): Status.DISCARDED,
    (Status.DRAFT, "edit"): Status.DRAFT,
    (Status.DRAFT, "submit"): Status.SUBMITTED,
    (Status.DRAFT, "discard"): Status.DISCARDED,
    (Status.SUBMITTED, "return"): Status.DRAFT,
    (Status.SUBMITTED, "sign off"): Status.SIGNED,
    (Status.SUBMITTED, "discard"): Status.DISCARDED,
    (Status.SIGNED, "number"): Status.SIGNED,
    (Status.SIGNED, "return"): Status.DRAFT,
    (Status.SIGNED, "issue"): Status.ISSUED,
    (Status.SIGNED, "discard"): Status.DISCARDED,
    (Status.ISSUED, "sign receipt"): Status.ISSUED,
    (Status.ISSUED, "withdraw"): Status.WITHDRAWN,
}
WORDS = {
    "build": "生成",
    "edit": "修改",
    "submit": "送签",
    "return": "退回",
    "sign off": "签发",
    "number": "编号",
    "issue": "印发",
    "sign receipt": "签收",
    "withdraw": "撤回",
    "discard": "作废",
}


def next_status(status: str, verb: str) -> Status:
    """Return the status that `verb` leads to. Raises RuleViolation where it leads nowhere from here."""
    if (status, verb) not in ALLOWED:
        raise RuleViolation(f"报告{Status(status).label}，不能{WORDS[verb]}。")
    return ALLOWED[status, verb]


def may(status: str, verb: str) -> bool:
    """Tell whether `verb` leads anywhere from `status`."""
    return (status, verb) in ALLOWED
