"""What imports wrote about associations, and whose facts that can alter."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from associations.models import KnownAs, PartyMembership
from partyorgs.ledgers.models import LedgerChange
from partyorgs.organizations.facts import column_of, of_associations, of_organizations, of_people
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    OrganizationSetup,
    PartyPost,
)
from portal.core.snapshots import reaches


def ledger_changes_of(association_id: int) -> QuerySet[LedgerChange]:
    """Return what imports that were not undone wrote about an association, newest first."""
    changes = LedgerChange.objects.filter(association_id=association_id, upload__undone_at__isnull=True)
    return changes.select_related("upload__uploaded_by").order_by("-pk")


@reaches("partyorgs.ledgerupload")
def of_ledgers(ids: set[int]) -> set[int]:
    """Return all that imports, or their undoing, touched: by the rows written, which may since have been taken back."""
    touched: dict[str, set[int]] = defaultdict(set)
    changes = LedgerChange.objects.filter(upload__in=ids).order_by()
    for model, row, association, after in changes.values_list(
        "model", "object_id", "association_id", "after"
    ).iterator():
        touched[model].add(row)
        touched["association"].add(association or 0)
        touched["organization"].add(after.get("organization_id") or 0)
        touched["person"].add(after.get("person_id") or 0)
    organizations = touched["organization"] | touched["partyorgs.partyorganization"]
    for owned in (OrganizationSetup, Election, Affiliation, PartyPost):
        rows = owned.objects.filter(pk__in=touched[owned._meta.label_lower])
        organizations.update(column_of(rows, "organization_id"))
    people = touched["person"] | touched["associations.person"]
    people.update(
        column_of(PartyMembership.objects.filter(pk__in=touched[PartyMembership._meta.label_lower]), "person_id")
    )
    people.update(column_of(KnownAs.objects.filter(association__in=touched["association"]), "person_id"))
    return of_associations(touched["association"]) | of_organizations(organizations) | of_people(people)
