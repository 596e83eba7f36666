"""Posts inside the Party: taken up, ended, corrected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from associations.models import Association, Person
from associations.services.people import person_at
from associations.services.posts import end_fact
from associations.services.statements import correct_row
from partyorgs.organizations.models import Affiliation, PartyOrganization, PartyPost
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse_invalid
from portal.core.models import User


@transaction.atomic
def appoint_officer(
    *,
    organization: PartyOrganization,
    association: Association,
    actor: User | None,
    title: str,
    begins_on: datetime.date,
    person: Person | None = None,
    name: str = "",
    wording: str = "",
) -> PartyPost:
    """Give a post in an organization to somebody serving through `association`, which the organization must cover."""
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


def end_party_post(*, post: PartyPost, actor: User | None, on: datetime.date, reason: str) -> PartyPost:
    """End a post: `on` is the first day on which it is no longer held."""
    end_fact(fact=post, actor=actor, on=on, reason=reason, target=post.association)
    return post


def correct_party_post(*, post: PartyPost, actor: User, reason: str, values: Mapping[str, Any]) -> PartyPost:
    """Put right what was mistyped in a post, its dates included."""
    correct_row(row=post, actor=actor, reason=reason, values=values, target=post.association)
    return post
