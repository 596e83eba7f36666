"""State table of a supervision report. 依据：domain.md, "Work cycles" 5 — 起草、签发、编号、印发、签收。"""

from __future__ import annotations

from portal.core.states import StateTable
from reviews.supervision.choices import ReportStatus as Status

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

_TABLE = StateTable(Status, ALLOWED, WORDS, "报告{state}，不能{verb}。")
next_status, may = _TABLE.next, _TABLE.may
