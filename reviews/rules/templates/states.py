"""Where a version of a template may go next: one table. A published version never becomes a draft again."""

from __future__ import annotations

from portal.core.errors import RuleViolation
from reviews.choices.templates import VersionStatus as Status

ALLOWED: dict[tuple[str, str], Status | None] = {
    (Status.DRAFT, "edit"): Status.DRAFT,
    (Status.DRAFT, "publish"): Status.PUBLISHED,
    (Status.DRAFT, "discard"): None,
    (Status.PUBLISHED, "retire"): Status.RETIRED,
}
WORDS = {"edit": "修改", "publish": "发布", "discard": "删除", "retire": "停用"}


def next_status(status: str, verb: str) -> Status | None:
    """Return the status that `verb` leads to; None where nothing is left. Raises RuleViolation where it leads nowhere."""
    if (status, verb) not in ALLOWED:
        raise RuleViolation(f"这一版是{Status(status).label}，不能{WORDS[verb]}。需要修改的，请建立新的草稿。")
    return ALLOWED[status, verb]
