"""Posts inside the Party: taken up, ended, corrected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write, can_write_person
from associations.models import Association, Person
from associations.services.people import person_at
from partyorgs.organizations.access import can_write_organization
from partyorgs.organizations.models import Affiliation, PartyOrganization, PartyPost
from portal.core import audit
from portal.core.changes import correct_row, end_fact
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User


@transaction.atomic
def appoint_officer(
    *,
    organization: PartyOrganization,
    association: Association,
    actor: User,
    title: str,
    begins_on: datetime.date,
    person: Person | None = None,
    name: str = "",
    wording: str = "",
) -> PartyPost:
    """Give a post in an organization to somebody serving through `association`, which the organization must cover."""
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    if not organization.is_live(begins_on):
        raise RuleViolation("任职日期须在党组织成立之后、撤销之前。", "begins_on")
    if not Affiliation.objects.filter(organization=organization, association=association).exists():
        raise RuleViolation(f"{organization.name}没有覆盖{association.name}，不能由该协会人员任职。", "association")
    holder = person_at(association=association, actor=actor, person=person, name=name)
    same = PartyPost.objects.live_at(begins_on).filter(organization=organization, person=holder, title=title)
    if same.exists():
        raise RuleViolation(f"{holder.name}在该日已担任这个职务。", "title")
    post = PartyPost(
        organization=organization,
        association=association,
        person=holder,
        title=title,
        wording=wording,
        begins_on=begins_on,
    )
    refuse_invalid(post)
    post.save(force_insert=True)
    told = audit.state_of(post, "organization", "person", "title", "wording", "begins_on")
    for target in (association, organization):
        audit.record(actor, AuditAction.CREATE, target, what="党内职务", row=post.pk, after=told)
    return post


def end_party_post(*, post: PartyPost, actor: User, on: datetime.date, reason: str) -> PartyPost:
    """End a post: `on` is the first day on which it is no longer held."""
    refuse(can_write(actor, post.association, timezone.localdate()))
    end_fact(fact=post, actor=actor, on=on, reason=reason, target=post.association)
    return post


def correct_party_post(*, post: PartyPost, actor: User, reason: str, values: Mapping[str, Any]) -> PartyPost:
    """Put right what was mistyped in a post, its dates included."""
    refuse(can_write(actor, post.association, timezone.localdate()))
    if "person" in values:
        refuse(can_write_person(actor, values["person"], timezone.localdate()))
    fields = ("person", "title", "wording", "begins_on", "ends_on")
    correct_row(row=post, fields=fields, actor=actor, reason=reason, values=values, target=post.association)
    return post
