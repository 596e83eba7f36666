"""Party organizations: founded, covering associations, electing, dissolved."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from associations.access import can_write
from associations.models import Association
from partyorgs.organizations.access import can_affiliate, can_found, can_write_organization
from partyorgs.organizations.models import Affiliation, Election, OrganizationSetup, PartyOrganization, PartyPost
from partyorgs.organizations.rules import level_of, term_ends_on
from portal.core import audit
from portal.core.changes import correct_row, correct_stated, end_fact, make_statement
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User


@transaction.atomic
def found_organization(
    *,
    actor: User,
    name: str,
    setup: str,
    founded_on: datetime.date,
    covers: Sequence[Association],
    level: str = "",
    elected_on: datetime.date | None = None,
) -> PartyOrganization:
    """Found an organization with its setup and whom it covers; the level follows the name unless stated.

    Its first term runs from the founding, a later election opens its own.
    """
    refuse(can_found(actor))
    for association in covers:
        refuse(can_write(actor, association, timezone.localdate()))
    level = level or level_of(name)
    organization = PartyOrganization(
        name=name, level=level, begins_on=founded_on, first_term_ends_on=term_ends_on(founded_on, level)
    )
    refuse_invalid(organization)
    organization.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        organization,
        what="党组织",
        after=audit.state_of(organization, "name", "level", "begins_on"),
    )
    stated = OrganizationSetup(organization=organization, setup=setup, stated_on=founded_on)
    make_statement(statement=stated, actor=actor, target=organization)
    for association in covers:
        _cover(organization, association, actor, founded_on)
    if elected_on is not None:
        record_election(organization=organization, actor=actor, held_on=elected_on)
    return organization


@transaction.atomic
def correct_organization(
    *, organization: PartyOrganization, actor: User, reason: str, values: Mapping[str, Any]
) -> PartyOrganization:
    """Put right a mistyped name, level or date; the ends of all its terms follow level and founding."""
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    fields = ("name", "level", "begins_on", "ends_on")
    correct_row(row=organization, fields=fields, actor=actor, reason=reason, values=values, target=organization)
    organization.first_term_ends_on = term_ends_on(organization.begins_on, organization.level)
    organization.save(update_fields=["first_term_ends_on", "pinyin", "initials"])
    for election in organization.elections.all():
        election.term_ends_on = term_ends_on(election.held_on, organization.level)
        election.save(update_fields=["term_ends_on"])
    return organization


@transaction.atomic
def affiliate(
    *, organization: PartyOrganization, association: Association, actor: User, begins_on: datetime.date
) -> Affiliation:
    """Let an organization cover an association from a day on."""
    refuse(can_affiliate(actor, organization, association, timezone.localdate()))
    return _cover(organization, association, actor, begins_on)


def _cover(
    organization: PartyOrganization, association: Association, actor: User, begins_on: datetime.date
) -> Affiliation:
    if not organization.is_live(begins_on):
        raise RuleViolation("覆盖日期须在党组织成立之后、撤销之前。", "begins_on")
    affiliation = Affiliation(organization=organization, association=association, begins_on=begins_on)
    if Affiliation.objects.live_at(begins_on).filter(organization=organization, association=association).exists():
        raise RuleViolation(f"{association.name}在该日已由这个党组织覆盖。", "association")
    refuse_invalid(affiliation)
    affiliation.save(force_insert=True)
    told = audit.state_of(affiliation, "organization", "association", "begins_on")
    for target in (association, organization):
        audit.record(actor, AuditAction.CREATE, target, what="覆盖关系", row=affiliation.pk, after=told)
    return affiliation


@transaction.atomic
def end_affiliation(*, affiliation: Affiliation, actor: User, on: datetime.date, reason: str) -> Affiliation:
    """End the cover of one association; the organization goes on with the others."""
    refuse(can_write(actor, affiliation.association, timezone.localdate()))
    end_fact(fact=affiliation, actor=actor, on=on, reason=reason, target=affiliation.association)
    return affiliation


@transaction.atomic
def dissolve_organization(
    *, organization: PartyOrganization, actor: User, on: datetime.date, reason: str
) -> PartyOrganization:
    """Dissolve an organization; the covers and posts that still hold end on the same day, for the same reason.

    Raises RuleViolation where a cover or a post begins only afterwards: one of the two dates must be wrong.
    """
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    affiliations = organization.affiliations.filter(still).select_related("association", "organization")
    posts = PartyPost.objects.filter(still, organization=organization).select_related("association", "organization")
    if affiliations.filter(begins_on__gt=on).exists() or posts.filter(begins_on__gt=on).exists():
        raise RuleViolation("有覆盖关系或者任职自撤销日期之后才开始，请先核对日期。", "on")
    end_fact(fact=organization, actor=actor, on=on, reason=reason, target=organization)
    for fact in (*affiliations, *posts):
        fact.ends_on = None
        end_fact(fact=fact, actor=actor, on=on, reason=f"党组织撤销：{reason}"[:200], target=fact.association)
    return organization


@transaction.atomic
def record_election(*, organization: PartyOrganization, actor: User, held_on: datetime.date) -> Election:
    """Record an election; it opens a term of 3 or 5 years by the organization's level."""
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    if not organization.is_live(held_on):
        raise RuleViolation("选举日期须在党组织成立之后、撤销之前。", "held_on")
    election = Election(
        organization=organization, held_on=held_on, term_ends_on=term_ends_on(held_on, organization.level)
    )
    refuse_invalid(election)
    election.save(force_insert=True)
    audit.record(
        actor,
        AuditAction.CREATE,
        organization,
        what="换届选举",
        row=election.pk,
        after=audit.state_of(election, "held_on", "term_ends_on"),
    )
    return election


@transaction.atomic
def correct_election(*, election: Election, actor: User, reason: str, held_on: datetime.date) -> Election:
    """Put right the day of an election; the end of its term follows."""
    organization = election.organization
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    if not organization.is_live(held_on):
        raise RuleViolation("选举日期须在党组织成立之后、撤销之前。", "held_on")
    values = {"held_on": held_on, "term_ends_on": term_ends_on(held_on, organization.level)}
    correct_row(row=election, fields=tuple(values), actor=actor, reason=reason, values=values, target=organization)
    return election


def state_setup(
    *,
    organization: PartyOrganization,
    actor: User,
    setup: str,
    stated_on: datetime.date,
    reason: str = "",
) -> OrganizationSetup:
    """Record how an organization is set up from a day on: own, joint, functional, hosted."""
    refuse(can_write_organization(actor, organization, timezone.localdate()))
    statement = OrganizationSetup(organization=organization, setup=setup, stated_on=stated_on, reason=reason)
    make_statement(statement=statement, actor=actor, target=organization)
    return statement


def correct_setup(
    *, setup: OrganizationSetup, actor: User, reason: str, values: Mapping[str, Any]
) -> OrganizationSetup:
    """Put right a mistyped setup, or the day from which it holds."""
    refuse(can_write_organization(actor, setup.organization, timezone.localdate()))
    correct_stated(statement=setup, actor=actor, reason=reason, values=values, target=setup.organization)
    return setup


def correct_affiliation(
    *, affiliation: Affiliation, actor: User, reason: str, values: Mapping[str, Any]
) -> Affiliation:
    """Put right the dates of a cover."""
    refuse(can_write(actor, affiliation.association, timezone.localdate()))
    fields = ("begins_on", "ends_on")
    correct_row(
        row=affiliation, fields=fields, actor=actor, reason=reason, values=values, target=affiliation.association
    )
    return affiliation
