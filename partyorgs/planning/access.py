"""Who may take back a coverage task."""

from __future__ import annotations

from associations.access import can_register
from partyorgs.planning.models import CoverageTask
from portal.core.errors import Denial
from portal.core.models import Committee, User


def can_cancel_task(user: User, task: CoverageTask) -> Denial | None:
    """A task is taken back by the committee that it was given under, or by one above."""
    if denial := can_register(user):
        return denial
    if not Committee.objects.visible_to(user).filter(pk=task.committee_id).exists():
        return Denial("这项任务由上级机构安排，请由上级机构取消。")
    return None
