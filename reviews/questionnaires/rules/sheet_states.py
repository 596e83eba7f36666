"""Where a filed sheet may go next: one table. 依据：domain.md, "Work cycles" 1 — 填报、提交、审核、退回、通过、解锁。"""

from __future__ import annotations

from portal.core.states import StateTable
from reviews.questionnaires.choices import SheetStatus as Status

ALLOWED: dict[tuple[str, str], Status] = {
    (Status.DRAFT, "save"): Status.DRAFT,
    (Status.RETURNED, "save"): Status.RETURNED,
    (Status.UNLOCKED, "save"): Status.UNLOCKED,
    (Status.DRAFT, "submit"): Status.SUBMITTED,
    (Status.RETURNED, "submit"): Status.SUBMITTED,
    (Status.UNLOCKED, "submit"): Status.SUBMITTED,
    (Status.SUBMITTED, "withdraw"): Status.DRAFT,
    (Status.SUBMITTED, "withdraw correction"): Status.RETURNED,  # what was handed in after a return
    (Status.SUBMITTED, "withdraw change"): Status.UNLOCKED,  # what was handed in after an unlock
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
    "withdraw correction": "撤回",
    "withdraw change": "撤回",
    "return": "退回",
    "pass": "审核",
    "approve": "审核",
    "unlock": "解锁",
    "lock": "恢复",
}


def next_status(status: str, verb: str, noun: str) -> Status:
    """Return where `verb` leads a sheet that is called `noun`. Raises RuleViolation where it leads nowhere."""
    return StateTable(Status, ALLOWED, WORDS, f"{noun}{{state}}，不能{{verb}}。").next(status, verb)
