"""Who sees what: a user's scope, and nothing without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce, wraps
from operator import or_
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from django.db import models
from django.db.models import Q

from portal.core.choices import ADMINISTRATORS, COMMITTEE_ROLES, JobStatus, Role
from portal.core.errors import Denial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.auth.models import AnonymousUser

    from portal.core.models import Committee, Grant, Job, Notice, User

M = TypeVar("M", bound="type[models.Model]")
P = ParamSpec("P")


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


# What commands count in: every association, overseen or not. No user ever has it.
EVERYTHING = Limit(paths=("",))


@dataclass(frozen=True)
class Scope:
    """The roles of a user and what they reach; `limit` is the part of the province whose data he or she may see."""

    roles: frozenset[Role] = frozenset()
    limit: Limit = field(default_factory=Limit)
    committees: tuple[Committee, ...] = ()

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def role(self) -> Role | None:
        """Return the role that decides which pages come first: the first of the list of roles that the user has."""
        return next((role for role in Role if role in self.roles), None)

    @property
    def committee(self) -> Committee | None:
        """Return the highest committee of the scope; None for secretaries, viewers, inspectors and administrators."""
        return self.committees[0] if self.committees else None

    def oversees(self, committee: Committee) -> bool:
        """Tell whether the user is of the staff of this committee or of one above it."""
        return self.has(*COMMITTEE_ROLES) and self.limit.covers(committee.path)

    def files_for(self, association: int) -> bool:
        """Tell whether the user is the association's Party secretary or liaison."""
        return self.has(Role.SECRETARY) and association in self.limit.association_ids


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


def verb(question: Callable[Concatenate[User, P], Denial | None]) -> Callable[Concatenate[User, P], Denial | None]:
    """Mark an access verb: the built-in operator is allowed, of everybody else the verb decides.

    This is the one rule for management commands and scheduled jobs. It concerns rights alone: what the state of a row
    forbids, its service refuses to the operator too.
    """

    @wraps(question)
    def answer(user: User, /, *about: P.args, **named: P.kwargs) -> Denial | None:
        return None if user.is_operator else question(user, *about, **named)

    return answer


@verb
def can_manage_users(user: User) -> Denial | None:
    """Allow the system administrator alone to manage accounts (三员分立)."""
    return None if scope_of(user).has(Role.SYSADMIN) else Denial("账户由系统管理员管理，您的角色不能办理。")


@verb
def can_edit_committees(user: User, parent: Committee | None) -> Denial | None:
    """Allow the province to edit the tree, each unit of it below its own committee. `parent` None is a new root."""
    scope = scope_of(user)
    if not scope.has(Role.PROVINCE):
        return Denial("机构由省委社会工作部维护，需要增加或者更名的，请与其联系。")
    if parent is not None and not scope.oversees(parent):
        return Denial("该机构不在您的管理范围内，请由其上级机构办理。")
    return None


@verb
def can_edit_calendar(user: User) -> Denial | None:
    """Allow the province alone to enter which days are worked: everybody's deadlines follow them."""
    if scope_of(user).has(Role.PROVINCE):
        return None
    return Denial("工作日历由省委社会工作部维护，日期有误的，请与其联系。")


@verb
def can_work_unattended(user: User) -> Denial | None:
    """Allow no person to start what the clock and its commands do; the operator is allowed by `verb`."""
    return Denial("这项工作由系统按时完成，不需要人员办理。")


@verb
def can_read_notice(user: User, notice: Notice) -> Denial | None:
    """Allow a notice to be read by the person it was written to."""
    return None if notice.user_id == user.pk else Denial("这条通知是发给别人的，不能代为阅读。")


def not_failed(job: Job) -> Denial | None:
    """Deny to try a job anew that has not failed, also to the operator."""
    return None if job.status == JobStatus.FAILED else Denial("这项任务没有停止，不需要重新运行。")


@verb
def can_rerun(user: User, job: Job) -> Denial | None:
    """Allow a failed job to be tried anew by its owner; where the machine was at fault, by the system administrator too."""
    if denial := not_failed(job):
        return denial
    if job.owner_id == user.pk or (job.parked and scope_of(user).has(Role.SYSADMIN)):
        return None
    return Denial("这项任务因业务原因没有完成，只能由发起人处理。")


@dataclass(frozen=True)
class Grantable:
    """A kind of thing of a floor above that a grant can be over; `keys` are the columns that name one exactly."""

    model: type[models.Model]
    keys: tuple[str, ...]
    searched: tuple[str, ...]

    def named(self, text: str) -> models.QuerySet[models.Model]:
        """Return the things that `text` names exactly."""
        return self._where([Q((key, text.strip())) for key in self.keys])

    def search(self, text: str) -> models.QuerySet[models.Model]:
        """Return the things whose name, code or pinyin initials hold `text`."""
        key = text.strip()
        return self._where([Q((f"{column}__icontains", key)) for column in (*self.keys, *self.searched)])

    def _where(self, conditions: list[Q]) -> models.QuerySet[models.Model]:
        return self.model._default_manager.filter(reduce(or_, conditions))


# The column of Grant -> what stands behind it. Filled from above: this floor imports none of them.
GRANTABLE: dict[str, Grantable] = {}


def grantable(column: str, *, keys: tuple[str, ...], searched: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Register a model as what the grants' `column` points at."""

    def register(model: M) -> M:
        GRANTABLE[column] = Grantable(model, keys, searched)
        return model

    return register


def granted_over(grants: Iterable[Grant]) -> dict[int, str]:
    """Return {grant id: name of what the grant is over}, with at most one query for each kind of thing."""
    rows = list(grants)
    by_column = {
        column: kind.model._default_manager.in_bulk({getattr(row, column) for row in rows} - {None})
        for column, kind in GRANTABLE.items()
    }
    words = {}
    for row in rows:
        things = [
            by_column[column].get(getattr(row, column)) for column in by_column if getattr(row, column) is not None
        ]
        words[row.pk] = str(row.committee or next(iter(things), None) or "—")
    return words


@verb
def can_grant_roles(user: User) -> Denial | None:
    """Allow the security administrator alone to grant and revoke roles (三员分立)."""
    return (
        None
        if scope_of(user).has(Role.SECADMIN)
        else Denial("授权由安全保密管理员办理，您的角色不能授权或者撤销授权。")
    )
