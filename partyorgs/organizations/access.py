"""Who may do what with Party organizations and with people on both sides."""

from __future__ import annotations

import datetime

from associations.access import can_register, can_write
from associations.models import Association, KnownAs, Person
from partyorgs.organizations.models import Affiliation, PartyOrganization
from portal.core.access import Limit, scope_of, verb
from portal.core.choices import COMMITTEE_ROLES
from portal.core.dated import live_q
from portal.core.errors import Denial
from portal.core.models import User


@verb
def can_found(user: User) -> Denial | None:
    """The province and the committees found organizations for the associations they oversee."""
    return can_register(user)


@verb
def can_write_organization(user: User, organization: PartyOrganization, today: datetime.date) -> Denial | None:
    """An organization is kept by a committee above all associations it covers; a mixed one by the province."""
    if denial := can_register(user):
        return denial
    overseen = Association.objects.within(Limit(paths=scope_of(user).limit.paths), today)
    covered = Affiliation.objects.filter(organization=organization)
    # A dissolved organization covers nothing any more: then all that it ever covered decide.
    live = covered.filter(live_q(today))
    covered = live if live.exists() else covered
    if covered.exclude(association__in=overseen).exists() or not covered.exists():
        return Denial("该党组织覆盖的协会不全部归口您所在的机构，请由上级机构办理。")
    return None


@verb
def can_affiliate(
    user: User, organization: PartyOrganization, association: Association, today: datetime.date
) -> Denial | None:
    """The keepers of an association may let any organization in sight cover it, also one that covers others elsewhere."""
    if denial := can_write(user, association, today):
        return denial
    if not PartyOrganization.objects.visible_to(user, today).filter(pk=organization.pk).exists():
        return Denial("该党组织没有覆盖您所在机构归口的协会，请由其上级机构办理。")
    return None


@verb
def can_merge(user: User, person: Person, today: datetime.date) -> Denial | None:
    """Records are merged by whoever keeps every association at which the person is known.

    What is known of a record that was merged stands with the one that it went into.
    """
    if denial := can_register(user):
        return denial
    while person.merged_into is not None:
        person = person.merged_into
    overseen = Association.objects.within(Limit(paths=scope_of(user).limit.paths), today)
    known = KnownAs.objects.filter(person=person)
    if known.exclude(association__in=overseen).exists() or not known.exists():
        return Denial("合并须由能看到该人员全部任职的机构办理，请联系省委社会工作部。")
    return None


@verb
def can_freeze_snapshot(user: User) -> Denial | None:
    """Those who issue reports or close rounds may freeze the figures of the day."""
    if scope_of(user).has(*COMMITTEE_ROLES):
        return None
    return Denial("数据由党建工作领导机构在结束季报、起草督查报告时固定，您的角色不能办理。")
