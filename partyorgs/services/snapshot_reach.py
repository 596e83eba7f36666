"""Whose facts a change can alter: all of an organization's associations, all of a person's, all that a ledger touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from associations.models import AssociationPost, KnownAs, PartyMembership
from partyorgs.models import Affiliation, Election, Instructor, LedgerChange, OrganizationSetup, PartyPost
from portal.core.snapshots import reaches, reaches_nothing

# Names, accounts, targets and files of these are no facts; new facts of theirs come with a target of their own.
reaches_nothing(
    "associations.authority",
    "associations.region",
    "core.committee",
    "core.job",
    "core.snapshot",
    "core.user",
    "partyorgs.coveragetarget",
)


@reaches("partyorgs.partyorganization")
def of_organizations(ids: set[int]) -> set[int]:
    """Return all whom these organizations ever covered, and through whom anybody ever served in them."""
    return {
        association
        for model in (Affiliation, PartyPost)
        for association in _column(model.objects.filter(organization__in=ids), "association_id")
    }


@reaches("associations.association")
def of_associations(ids: set[int]) -> set[int]:
    """Return these and all that share an organization with them: its secretary serves them all."""
    organizations = {
        organization
        for model in (Affiliation, PartyPost)
        for organization in _column(model.objects.filter(association__in=ids), "organization_id")
    }
    return ids | of_organizations(organizations)


@reaches("associations.person")
def of_people(ids: set[int]) -> set[int]:
    """Return all at which these people ever held a post of any kind."""
    return {
        association
        for model in (AssociationPost, PartyPost, Instructor)
        for association in _column(model.objects.filter(person__in=ids), "association_id")
    }


@reaches("partyorgs.ledgerupload")
def of_ledgers(ids: set[int]) -> set[int]:
    """Return all that imports, or their undoing, touched: by the rows written, which may since have been taken back."""
    told: dict[str, set[int]] = defaultdict(set)
    changes = LedgerChange.objects.filter(upload__in=ids).order_by()
    for model, row, association, after in changes.values_list(
        "model", "object_id", "association_id", "after"
    ).iterator():
        told[model].add(row)
        told["association"].add(association or 0)
        told["organization"].add(after.get("organization_id") or 0)
        told["person"].add(after.get("person_id") or 0)
    organizations = told["organization"] | told["partyorgs.partyorganization"]
    for owned in (OrganizationSetup, Election, Affiliation, PartyPost):
        rows = owned.objects.filter(pk__in=told[owned._meta.label_lower])
        organizations.update(_column(rows, "organization_id"))
    people = told["person"] | told["associations.person"]
    people.update(_column(PartyMembership.objects.filter(pk__in=told[PartyMembership._meta.label_lower]), "person_id"))
    people.update(_column(KnownAs.objects.filter(association__in=told["association"]), "person_id"))
    return of_associations(told["association"]) | of_organizations(organizations) | of_people(people)


def _column(rows: QuerySet[Any], name: str) -> Iterable[int]:
    return rows.order_by().values_list(name, flat=True).distinct()
