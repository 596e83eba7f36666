"""Where a quarterly report may go next: one table. 依据：domain.md, "Work cycles" 1 — 填报、提交、审核、退回、通过、解锁。"""

from __future__ import annotations

from portal.core.states import StateTable
from reviews.reports.choices import QuarterlyStatus as Status

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
    "return": "退回",
    "pass": "审核",
    "approve": "审核",
    "unlock": "解锁",
    "lock": "恢复",
}

next_status = StateTable(Status, ALLOWED, WORDS, "季报{state}，不能{verb}。").next
