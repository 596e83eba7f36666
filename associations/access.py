"""Who may do what in the registry: the province, and a committee for the associations that answer to it today."""

from __future__ import annotations

import datetime

from associations.models import Association, AssociationQuerySet, KnownAs, Person
from portal.core.access import Limit, scope_of, verb
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.models import Committee, User

_READERS_ONLY = Denial("登记信息由省委社会工作部和归口的党建工作机构维护，您的角色只能查看。")


@verb
def can_register(user: User) -> Denial | None:
    """The province registers anywhere, a committee in its own subtree (the form offers no other)."""
    return None if scope_of(user).has(*COMMITTEE_ROLES) else _READERS_ONLY


@verb
def can_write(user: User, association: Association, today: datetime.date) -> Denial | None:
    """Facts of an association are kept by the committees above it; who merely reads it changes nothing."""
    scope = scope_of(user)
    if not scope.has(*COMMITTEE_ROLES):
        return _READERS_ONLY
    if not _overseen(user, today).filter(pk=association.pk).exists():
        return Denial("该协会不归口您所在的机构，不能修改。")
    return None


@verb
def can_give_to(user: User, committee: Committee) -> Denial | None:
    """An association goes only to a committee within the own subtree; across subtrees the province moves it."""
    if scope_of(user).limit.covers(committee.path):
        return None
    return Denial("只能归口到您所在机构及其下级机构；跨机构调整由省委社会工作部办理。")


@verb
def can_write_person(user: User, person: Person, today: datetime.date) -> Denial | None:
    """A person's record is kept by whoever keeps an association at which the person is known."""
    if not scope_of(user).has(*COMMITTEE_ROLES):
        return _READERS_ONLY
    if not KnownAs.objects.filter(person=person, association__in=_overseen(user, today)).exists():
        return Denial("该人员不在您所在机构归口的协会任职，不能修改。")
    return None


@verb
def can_see_membership(user: User, person: Person, today: datetime.date) -> Denial | None:
    """政治面貌 is for the committees above and the association itself; authorities that merely read do not see it."""
    limit = scope_of(user).limit
    overseen = Association.objects.within(Limit(paths=limit.paths, association_ids=limit.association_ids), today)
    if KnownAs.objects.filter(person=person, association__in=overseen).exists():
        return None
    return Denial("政治面貌只向归口的党建工作机构和本协会显示。")


@verb
def can_see_memberships_of(user: User, association: Association, today: datetime.date) -> Denial | None:
    """As `can_see_membership`, asked once for everybody at one association."""
    limit = scope_of(user).limit
    overseen = Association.objects.within(Limit(paths=limit.paths, association_ids=limit.association_ids), today)
    return (
        None if overseen.filter(pk=association.pk).exists() else Denial("政治面貌只向归口的党建工作机构和本协会显示。")
    )


@verb
def can_edit_references(user: User) -> Denial | None:
    """Regions and authorities are the province's: everybody's lists are made of them."""
    return None if scope_of(user).has(Role.PROVINCE) else Denial("行政区划和部门由省委社会工作部维护。")


def _overseen(user: User, today: datetime.date) -> AssociationQuerySet:
    return Association.objects.within(Limit(paths=scope_of(user).limit.paths), today)
