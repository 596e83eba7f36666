"""Where a version of a questionnaire may go next: one table. A published version never becomes a draft again."""

from __future__ import annotations

from portal.core.states import StateTable
from reviews.questionnaires.choices import VersionStatus as Status

ALLOWED: dict[tuple[str, str], Status | None] = {
    (Status.DRAFT, "edit"): Status.DRAFT,
    (Status.DRAFT, "publish"): Status.PUBLISHED,
    (Status.DRAFT, "discard"): None,
    (Status.PUBLISHED, "retire"): Status.RETIRED,
}
WORDS = {"edit": "修改", "publish": "发布", "discard": "删除", "retire": "停用"}

next_status = StateTable(
    Status, ALLOWED, WORDS, "这一版是{state}，不能{verb}。需要修改的，请建立新的草稿。"
).next  # None: nothing is left
