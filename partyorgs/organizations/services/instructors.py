"""Instructors sent to associations, and the talks that ask an association to found an organization."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write, can_write_person
from associations.models import Association, Person
from associations.services.people import person_at
from partyorgs.organizations.models import FoundingTalk, Instructor
from portal.core import audit
from portal.core.changes import correct_row, end_fact
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User


@transaction.atomic
def assign_instructor(
    *,
    association: Association,
    actor: User,
    kind: str,
    begins_on: datetime.date,
    person: Person | None = None,
    name: str = "",
    dispatched_by: str = "",
) -> Instructor:
    """Send somebody to an association from a day on: work coverage counts it, organization coverage does not."""
    refuse(can_write(actor, association, timezone.localdate()))
    sent = person_at(association=association, actor=actor, person=person, name=name)
    if Instructor.objects.live_at(begins_on).filter(association=association, person=sent).exists():
        raise RuleViolation(f"{sent.name}在该日已联系这家协会。", "person" if person else "name")
    instructor = Instructor(
        association=association, person=sent, kind=kind, begins_on=begins_on, dispatched_by=dispatched_by
    )
    refuse_invalid(instructor)
    instructor.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        association,
        what="党建指导员",
        row=instructor.pk,
        after=audit.state_of(instructor, "person", "kind", "dispatched_by", "begins_on"),
    )
    return instructor


def end_instructor(*, instructor: Instructor, actor: User, on: datetime.date, reason: str) -> Instructor:
    """Call an instructor back: `on` is the first day without him or her."""
    refuse(can_write(actor, instructor.association, timezone.localdate()))
    end_fact(fact=instructor, actor=actor, on=on, reason=reason, target=instructor.association)
    return instructor


def correct_instructor(*, instructor: Instructor, actor: User, reason: str, values: Mapping[str, Any]) -> Instructor:
    """Put right what was mistyped about an assignment."""
    refuse(can_write(actor, instructor.association, timezone.localdate()))
    if "person" in values:
        refuse(can_write_person(actor, values["person"], timezone.localdate()))
    fields = ("person", "kind", "dispatched_by", "begins_on", "ends_on")
    correct_row(row=instructor, fields=fields, actor=actor, reason=reason, values=values, target=instructor.association)
    return instructor


@transaction.atomic
def record_talk(*, association: Association, actor: User, held_on: datetime.date, summary: str) -> FoundingTalk:
    """Record that the association was asked to found an organization; from then on it counts as unwilling, not unable."""
    refuse(can_write(actor, association, timezone.localdate()))
    talk = FoundingTalk(association=association, held_on=held_on, summary=summary)
    refuse_invalid(talk)
    talk.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        association,
        what="约谈动员",
        row=talk.pk,
        after=audit.state_of(talk, "held_on", "summary"),
    )
    return talk


def correct_talk(*, talk: FoundingTalk, actor: User, reason: str, values: Mapping[str, Any]) -> FoundingTalk:
    """Put right day or words of a talk."""
    refuse(can_write(actor, talk.association, timezone.localdate()))
    fields = ("held_on", "summary")
    correct_row(row=talk, fields=fields, actor=actor, reason=reason, values=values, target=talk.association)
    return talk
