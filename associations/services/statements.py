"""What is stated of an association, of a post, of a person: a new statement for a change in the world, a correction for a typing error."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from associations.access import can_give_to, can_write, can_write_person
from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Decoupling,
    Oversight,
    PartyMembership,
    Person,
)
from portal.core.changes import correct_stated, make_statement
from portal.core.errors import refuse
from portal.core.models import User

Statement = CharterClause | DailyWork | Decoupling | Oversight | PartyMembership


def _subject_of(statement: Statement) -> Association | Person:
    """Return the association or person that a statement is about: in whose change log it appears."""
    if isinstance(statement, PartyMembership):
        return statement.person
    return statement.post.association if isinstance(statement, DailyWork) else statement.association


def correct_statement(*, statement: Statement, actor: User, reason: str, values: Mapping[str, Any]) -> Statement:
    """Put right what was mistyped in a statement; an oversight goes only to a committee that the actor may give to."""
    subject, today = _subject_of(statement), timezone.localdate()
    if isinstance(subject, Person):
        refuse(can_write_person(actor, subject, today))
    else:
        refuse(can_write(actor, subject, today))
    if "committee" in values:
        refuse(can_give_to(actor, values["committee"]))
    correct_stated(statement=statement, actor=actor, reason=reason, values=values, target=subject)
    return statement


def state_charter_clause(
    *, association: Association, actor: User, included: bool, stated_on: datetime.date, reason: str = ""
) -> CharterClause:
    """Record that the charter carries the Party-building clause, or no longer does, from a day on."""
    refuse(can_write(actor, association, timezone.localdate()))
    clause = CharterClause(association=association, included=included, stated_on=stated_on, reason=reason)
    make_statement(statement=clause, actor=actor, target=association)
    return clause


def state_decoupling(
    *, association: Association, actor: User, decoupled: bool, stated_on: datetime.date, reason: str = ""
) -> Decoupling:
    """Record that the association is decoupled, or is not, from a day on."""
    refuse(can_write(actor, association, timezone.localdate()))
    decoupling = Decoupling(association=association, decoupled=decoupled, stated_on=stated_on, reason=reason)
    make_statement(statement=decoupling, actor=actor, target=association)
    return decoupling


def state_daily_work(
    *, post: AssociationPost, actor: User, runs_daily: bool, stated_on: datetime.date, reason: str = ""
) -> DailyWork:
    """Record that the holder of a post runs the daily work, or hands it over, from a day on."""
    refuse(can_write(actor, post.association, timezone.localdate()))
    work = DailyWork(post=post, runs_daily=runs_daily, stated_on=stated_on, reason=reason)
    make_statement(statement=work, actor=actor, target=post.association)
    return work
