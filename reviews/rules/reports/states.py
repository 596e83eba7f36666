"""Where a quarterly report may go next: one table. 依据：domain.md, "Work cycles" 1 — 填报、提交、审核、退回、通过、解锁。"""

from __future__ import annotations

from portal.core.errors import RuleViolation
from reviews.choices.reports import QuarterlyStatus as Status

ALLOWED: dict[tuple[str, str], Status] = {
    (Status.DRAFT, "save"): Status.DRAFT,
    (Status.RETURNED, "save"): Status.RETURNED,
    (Status.UNLOCKED, "save"): Status.UNLOCKED,
    (Status.DRAFT, "submit"): Status.SUBMITTED,
    (Status.RETURNED, "submit"): Status.SUBMITTED,
    (Status.UNLOCKED, "submit"): Status.SUBMITTED,
    (Status.SUBMITTED, "return"): Status.RETURNED,
    (Status.SUBMITTED, "pass"): Status.PASSED,
    (Status.SUBMITTED, "approve"): Status.APPROVED,
    (Status.PASSED, "return"): Status.RETURNED,
    (Status.PASSED, "approve"): Status.APPROVED,
    (Status.APPROVED, "unlock"): Status.UNLOCKED,
    (Status.UNLOCKED, "lock"): Status.APPROVED,
}
WORDS = {
    "save": "修改",
    "submit": "提交",
    "withdraw": "撤回",
    "return": "退回",
    "pass": "审核",
    "approve": "审核",
    "unlock": "解锁",
    "lock": "恢复",
}


def next_status(status: str, verb: str) -> Status:
    """Return the status that `verb` leads to. Raises RuleViolation where it leads nowhere from here."""
    if (status, verb) not in ALLOWED:
        raise RuleViolation(f"季报{Status(status).label}，不能{WORDS[verb]}。")
    return ALLOWED[status, verb]


def may(status: str, verb: str) -> bool:
    """Tell whether `verb` leads anywhere from `status`."""
    return (status, verb) in ALLOWED
