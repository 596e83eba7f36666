"""Posts in an association: taken up, ended, corrected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from associations.models import Association, AssociationPost, Person
from associations.services.people import person_at
from associations.services.statements import correct_row, state_daily_work
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.dated import Dated
from portal.core.errors import RuleViolation, refuse_invalid
from portal.core.models import User


@transaction.atomic
def appoint_leader(
    *,
    association: Association,
    actor: User | None,
    title: str,
    begins_on: datetime.date,
    person: Person | None = None,
    name: str = "",
    wording: str = "",
    runs_daily: bool | None = None,
) -> AssociationPost:
    """Give a post to a person already known, or to a new one by name. `runs_daily` None leaves daily work unsaid."""
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
    end_fact(fact=post, actor=actor, on=on, reason=reason, target=post.association)
    return post


def correct_post(*, post: AssociationPost, actor: User, reason: str, values: Mapping[str, Any]) -> AssociationPost:
    """Put right what was mistyped in a post, its dates included."""
    correct_row(row=post, actor=actor, reason=reason, values=values, target=post.association)
    return post


@transaction.atomic
def end_fact(*, fact: Dated, actor: User | None, on: datetime.date, reason: str, target: Any) -> None:
    """End any dated fact, once, not before it began; `target` is in whose change log it appears."""
    if fact.ends_on is not None:
        raise RuleViolation(f"已于{fact.ends_on:%Y-%m-%d}终止。日期有误的，请用“更正录入错误”。", "on")
    if on < fact.begins_on:
        raise RuleViolation(f"终止日期不能早于开始日期{fact.begins_on:%Y-%m-%d}。", "on")
    fact.ends_on, fact.end_reason = on, reason
    fact.save(update_fields=["ends_on", "end_reason"])
    audit.record(
        actor,
        AuditAction.END,
        target,
        what=str(fact._meta.verbose_name),
        row=fact.pk,
        about=str(fact),
        after=audit.state_of(fact, "ends_on"),
        reason=reason,
    )
