"""Posts in an association: taken up, ended, corrected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write, can_write_person
from associations.models import Association, AssociationPost, Person
from associations.services.people import person_at
from associations.services.statements import state_daily_work
from portal.core import audit
from portal.core.changes import correct_row, end_fact
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User


@transaction.atomic
def appoint_leader(
    *,
    association: Association,
    actor: User,
    title: str,
    begins_on: datetime.date,
    person: Person | None = None,
    name: str = "",
    wording: str = "",
    runs_daily: bool | None = None,
) -> AssociationPost:
    """Give a post to a person already known, or to a new one by name. `runs_daily` None leaves daily work unsaid."""
    refuse(can_write(actor, association, timezone.localdate()))
    holder = person_at(association=association, actor=actor, person=person, name=name)
    post = AssociationPost(association=association, person=holder, title=title, wording=wording, begins_on=begins_on)
    same = AssociationPost.objects.live_at(begins_on).filter(association=association, person=holder, title=title)
    if same.exists():
        raise RuleViolation(f"{holder.name}在该日已担任这个职务。", "title")
    refuse_invalid(post)
    post.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        association,
        what="协会职务",
        row=post.pk,
        after=audit.state_of(post, "person", "title", "wording", "begins_on"),
    )
    if runs_daily is not None:
        state_daily_work(post=post, actor=actor, runs_daily=runs_daily, stated_on=begins_on)
    return post


def end_post(*, post: AssociationPost, actor: User, on: datetime.date, reason: str) -> AssociationPost:
    """End a post: `on` is the first day on which it is no longer held."""
    refuse(can_write(actor, post.association, timezone.localdate()))
    end_fact(fact=post, actor=actor, on=on, reason=reason, target=post.association)
    return post


def correct_post(*, post: AssociationPost, actor: User, reason: str, values: Mapping[str, Any]) -> AssociationPost:
    """Put right what was mistyped in a post, its dates included."""
    refuse(can_write(actor, post.association, timezone.localdate()))
    if "person" in values:
        refuse(can_write_person(actor, values["person"], timezone.localdate()))
    fields = ("person", "title", "wording", "begins_on", "ends_on")
    correct_row(row=post, fields=fields, actor=actor, reason=reason, values=values, target=post.association)
    return post
