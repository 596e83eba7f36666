"""Verbs of planning and drawing checks, and of the pools of inspectors."""

from __future__ import annotations

from portal.core.access import scope_of, verb
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.models import Committee, User
from reviews.checks.choices import AssignmentStatus
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import VisitAssignment


@verb
def can_plan_in(user: User, committee: Committee) -> Denial | None:
    """Let a committee plan checks of its own subtree."""
    scope = scope_of(user)
    if not scope.has(*COMMITTEE_ROLES):
        return Denial("抽查由党建工作领导机构组织。")
    return None if scope.oversees(committee) else Denial("只能组织本机构范围内的抽查。")


@verb
def can_plan(user: User, check: SpotCheck) -> Denial | None:
    """Let those change a check who oversee its whole subtree; committees below only read it, once it is published."""
    return can_plan_in(user, check.committee)


@verb
def can_keep_pool(user: User, inspector: Inspector) -> Denial | None:
    """Let the committee that has a pool, or one above it, keep its inspectors."""
    return None if can_plan_in(user, inspector.committee) is None else Denial("只能维护本机构范围内的抽查人员。")


@verb
def can_decline(user: User, assignment: VisitAssignment) -> Denial | None:
    """Let an inspector decline an own visit while it is assigned."""
    is_own = scope_of(user).has(Role.INSPECTOR) and assignment.inspector.user_id == user.pk
    if not is_own or assignment.status != AssignmentStatus.ASSIGNED:
        return Denial("只能推辞指派给本人的检查任务。")
    return None
