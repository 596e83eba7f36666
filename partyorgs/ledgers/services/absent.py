"""What an earlier ledger had and this one lacks: listed, and ended only where a person ticks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from associations.models import Association, Oversight
from partyorgs.ledgers.services.records import (
    LedgerAssociation,
    LedgerInstructor,
    LedgerPartyPost,
    LedgerPerson,
    LedgerPost,
)
from partyorgs.ledgers.services.world import LedgerWorld

_Assignment = LedgerPost | LedgerPartyPost | LedgerInstructor


def list_absent(world: LedgerWorld) -> None:
    """List what holds on the ledger's date and is not in it. Only a later ledger lacks anything: an earlier one knew less."""
    for association in list(world.registry.by_code.values()):
        before = association.described_before
        if not association.is_listed or before is None or before >= world.as_of:
            continue
        _list_absent_affiliations(world, association)
        _list_absent_posts(world, association)
    _list_absent_associations(world)


def _list_absent_affiliations(world: LedgerWorld, association: LedgerAssociation) -> None:
    named = association.organization.row if association.organization else None
    for affiliation in association.affiliations:
        if not affiliation.is_live(world.as_of) or not affiliation.organization.is_live(world.as_of):
            continue
        if affiliation.pk and affiliation.organization is not named:
            sentence = f"{association}：未列党组织“{affiliation.organization}”"
            world.plan.lack(affiliation, association.row, sentence)


def _list_absent_posts(world: LedgerWorld, association: LedgerAssociation) -> None:
    """List the posts that the ledger does not name; a ledger without the sheet for them lacks none."""
    for kind, record in _assignments(world, association):
        if record.row.pk and record.row.is_live(world.as_of) and not record.is_listed:
            world.plan.lack(record.row, association.row, f"{association}：未列{kind}“{record.row}”")


def _assignments(world: LedgerWorld, association: LedgerAssociation) -> Iterator[tuple[str, _Assignment]]:
    by_kind: list[tuple[str, Mapping[LedgerPerson, Sequence[_Assignment]]]] = []
    if world.ledger.people:
        by_kind += [("协会职务", association.posts), ("党内职务", association.party_posts)]
    if world.ledger.instructors:
        by_kind += [("党建指导员", association.instructors)]
    for kind, by_person in by_kind:
        for records in by_person.values():
            for record in records:
                yield kind, record


def _list_absent_associations(world: LedgerWorld) -> None:
    """List the associations of each committee that the ledger reports on, where it does not name them."""
    listed = {row["uscc"] for row in world.ledger.associations}
    mentioned = {
        world.committees[row["committee"]].pk
        for row in world.ledger.associations
        if row["committee"] in world.committees
    } - {None}
    overseen = Oversight.objects.live_at(world.as_of).filter(committee__in=mentioned)
    lacking = Association.objects.live_at(world.as_of).filter(pk__in=overseen.values("association"))
    for association in lacking.order_by("pinyin", "pk"):
        if association.uscc in listed or (association.described_on and association.described_on >= world.as_of):
            continue
        world.plan.lack(association, association, f"未列协会“{association}”", end_column="deregistered_on")
