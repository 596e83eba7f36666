"""Who sees what: a user's scope, and nothing without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.core.choices import ADMINISTRATORS, Role
from portal.core.errors import Denial

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser

    from portal.core.models import Committee, User


@dataclass(frozen=True)
class Limit:
    """A part of the province to count in: subtrees by path, single associations, associations of an authority.

    Empty means nothing at all: whoever forgets to fill it in sees no row.
    """

    paths: tuple[str, ...] = ()
    association_ids: tuple[int, ...] = ()
    authority_ids: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.paths or self.association_ids or self.authority_ids)

    def q(self, *, path: str, association: str, authorities: Iterable[str]) -> Q:
        """Return the condition on a QuerySet whose columns for path, association and authorities have these names."""
        parts = [Q((f"{path}__startswith", prefix)) for prefix in self.paths]
        if self.association_ids:
            parts.append(Q((f"{association}__in", self.association_ids)))
        if self.authority_ids:
            parts.extend(Q((f"{column}__in", self.authority_ids)) for column in authorities)
        return reduce(or_, parts) if parts else Q(pk__in=())

    def covers(self, path: str) -> bool:
        """Tell whether a committee's path lies in one of the subtrees."""
        return any(path.startswith(prefix) for prefix in self.paths)


@dataclass(frozen=True)
class Scope:
    """What a user is and over what; `limit` is the part of the province whose data he or she may see."""

    roles: frozenset[Role] = frozenset()
    limit: Limit = field(default_factory=Limit)
    committees: tuple[Committee, ...] = ()

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def role(self) -> Role | None:
        """The role that decides which pages come first: the first of the list of roles that the user has."""
        return next((role for role in Role if role in self.roles), None)

    @property
    def committee(self) -> Committee | None:
        """The highest committee of the scope; None for secretaries, viewers, inspectors and administrators."""
        return self.committees[0] if self.committees else None


NOTHING = Scope()


def scope_of(user: User | AnonymousUser) -> Scope:
    """Return the scope of `user`, read once for each user object; unknown, signed-out or disabled users have none."""
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    return user.scope


def read_scope(user: User) -> Scope:
    """Read the scope from the grants; `User.scope` keeps it for as long as the request's user object lives."""
    grants = list(user.grants.select_related("committee"))
    roles = frozenset(Role(grant.role) for grant in grants)
    if not roles.isdisjoint(ADMINISTRATORS):
        # 三员分立: an administrator's business scope is empty, whatever else was granted.
        return Scope(roles=roles & frozenset(ADMINISTRATORS))
    committees = sorted(
        {grant.committee for grant in grants if grant.committee is not None}, key=lambda committee: committee.path
    )
    limit = Limit(
        paths=tuple(committee.path for committee in committees),
        association_ids=tuple(sorted(grant.association_id for grant in grants if grant.association_id is not None)),
        authority_ids=tuple(sorted(grant.authority_id for grant in grants if grant.authority_id is not None)),
    )
    return Scope(roles=roles, limit=limit, committees=tuple(committees))


def subtree_limit(committee: Committee) -> Limit:
    """Return the limit that holds a committee and all below it."""
    return Limit(paths=(committee.path,))


def can_manage_users(user: User) -> Denial | None:
    """Accounts are the system administrator's alone (三员分立)."""
    return None if scope_of(user).has(Role.SYSADMIN) else Denial("只有系统管理员可以管理账户。")


def can_read_audit(user: User) -> Denial | None:
    """The audit log is the auditor's alone (三员分立)."""
    return None if scope_of(user).has(Role.AUDITOR) else Denial("只有安全审计员可以查看操作记录。")
