"""Who may plan coverage, set targets and take tasks back."""

from __future__ import annotations

from associations.access import can_register
from partyorgs.planning.models import CoverageTask
from portal.core.access import scope_of, verb
from portal.core.choices import Role
from portal.core.errors import Denial
from portal.core.models import Committee, User


@verb
def can_cancel_task(user: User, task: CoverageTask) -> Denial | None:
    """Allow the committee that a task was given under, and those above it, to cancel the task."""
    if denial := can_register(user):
        return denial
    if not Committee.objects.visible_to(user).filter(pk=task.committee_id).exists():
        return Denial("这项任务由上级机构安排，请由上级机构取消。")
    return None


@verb
def can_plan_coverage(user: User, committee: Committee) -> Denial | None:
    """Allow a committee to plan, and to have tasks made, for itself and those below."""
    if scope_of(user).oversees(committee):
        return None
    return Denial("只能推演和安排本机构及其下级机构的组建工作。")


@verb
def can_set_targets(user: User, committee: Committee) -> Denial | None:
    """Allow the province alone to set targets: a committee reads those that it is judged by."""
    scope = scope_of(user)
    if not scope.has(Role.PROVINCE):
        return Denial("覆盖目标由省委社会工作部设定，需要调整的，请与其联系。")
    return None if scope.oversees(committee) else Denial("该机构不在您的管理范围内，不能设定目标。")
