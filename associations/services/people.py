"""People: as little as serves. Who a name means at an association is kept, so that one human stays one record."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write, can_write_person
from associations.models import Association, KnownAs, PartyMembership, Person
from associations.rules import membership_of
from portal.core import audit
from portal.core.changes import correct_row, make_statement
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User

_CORRECTABLE = ("name", "sex", "political_wording")


@transaction.atomic
def create_person(
    *,
    association: Association,
    actor: User,
    name: str,
    sex: str = "",
    political_wording: str = "",
    stated_on: datetime.date | None = None,
) -> Person:
    """Enter a new human, known by `name` at `association`; a namesake there stays a person of his or her own.

    With `stated_on` the wording of 政治面貌 also states the Party membership on that day.
    """
    refuse(can_write(actor, association, timezone.localdate()))
    person = Person(name=name.strip(), sex=sex, political_wording=political_wording)
    refuse_invalid(person)
    person.save(force_insert=True)
    KnownAs.objects.create(association=association, name=person.name, person=person)
    audit.record(
        actor,
        AuditAction.CREATE,
        person,
        what="人员",
        at=association.name,
        after=audit.state_of(person, "name", "sex", "political_wording"),
    )
    if stated_on is not None and political_wording:
        state_membership(
            person=person, actor=actor, membership=membership_of(political_wording), stated_on=stated_on, reason=""
        )
    return person


def person_at(*, association: Association, actor: User, person: Person | None, name: str) -> Person:
    """Return whom a post is for: the person chosen, else the one known by `name` at the association, else a new one.

    Raises RuleViolation where the name means several people there, or nobody is named.
    """
    refuse(can_write(actor, association, timezone.localdate()))
    if person is not None:
        refuse(can_write_person(actor, person, timezone.localdate()))
        KnownAs.objects.get_or_create(association=association, name=person.name, person=person)
        return person
    if not name.strip():
        raise RuleViolation("请选择已有人员，或者填写新人员的姓名。", "name")
    namesakes = list(
        Person.objects.counted().filter(known_as__association=association, known_as__name=name.strip()).distinct()
    )
    if len(namesakes) > 1:
        raise RuleViolation(f"本协会有{len(namesakes)}名同名的{name.strip()}，请在“已有人员”中选择。", "person")
    return namesakes[0] if namesakes else create_person(association=association, actor=actor, name=name)


@transaction.atomic
def edit_person(*, person: Person, actor: User, reason: str, values: Mapping[str, Any]) -> Person:
    """Put right name, sex or wording of a person; the name under which a ledger knows the person stays known."""
    refuse(can_write_person(actor, person, timezone.localdate()))
    correct_row(row=person, fields=_CORRECTABLE, actor=actor, reason=reason, values=values, target=person)
    person.save(update_fields=["pinyin", "initials"])
    for association in Association.objects.filter(known_people__person=person).distinct():
        KnownAs.objects.get_or_create(association=association, name=person.name, person=person)
    return person


def state_membership(
    *, person: Person, actor: User, membership: str, stated_on: datetime.date, reason: str = ""
) -> PartyMembership:
    """Record that a person is a Party member, a probationary one or none, from a day on."""
    refuse(can_write_person(actor, person, timezone.localdate()))
    statement = PartyMembership(person=person, membership=membership, stated_on=stated_on, reason=reason)
    make_statement(statement=statement, actor=actor, target=person)
    return statement
