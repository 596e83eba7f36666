"""Verbs of visits."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.core.access import scope_of, verb
from portal.core.choices import Role
from portal.core.errors import Denial
from portal.core.models import User
from reviews.checks.choices import AssignmentStatus
from reviews.checks.models.visits import Visit

NOT_OWN = Denial("这次检查没有指派给您。")


def sent_to(user: User) -> QuerySet[Visit]:
    """Return the released visits that a person was sent to, ended ones too: what a phone sends late still gets an answer."""
    return Visit.objects.released_to(user) if scope_of(user).has(Role.INSPECTOR) else Visit.objects.none()


@verb
def can_fill(user: User, visit: Visit) -> Denial | None:
    """Let only those inspectors enter answers who were sent."""
    if not scope_of(user).has(Role.INSPECTOR):
        return NOT_OWN
    own = visit.assignments.filter(inspector__user=user, status=AssignmentStatus.ASSIGNED)
    return None if own.exists() else NOT_OWN


@verb
def can_excuse(user: User, visit: Visit) -> Denial | None:
    """Let the inspectors who were sent, or the committee that keeps the check, say that a visit was not made."""
    return None if scope_of(user).oversees(visit.spot_check.committee) else can_fill(user, visit)


@verb
def can_resume(user: User, visit: Visit) -> Denial | None:
    """Let the committee that keeps the check reopen an excused visit."""
    return None if scope_of(user).oversees(visit.spot_check.committee) else Denial("由组织抽查的机构恢复检查。")
