"""From a ledger's rows to a plan: associations, who oversees them, their charters, decoupling and headcounts."""

from __future__ import annotations

from typing import Any

from associations.models import Association, CharterClause, Decoupling, Headcount, Oversight
from associations.rules import kind_of
from partyorgs.ledgers.choices import ChangeVerb, ProblemKind
from partyorgs.ledgers.services.organizations import plan_organization
from partyorgs.ledgers.services.records import LedgerAssociation
from partyorgs.ledgers.services.references import committee_of, description_of, stated_kind
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Row
from portal.core.models import Committee


def plan_association(world: LedgerWorld, row: Row) -> None:
    """Plan what one row says of its association and of the Party organization there."""
    association = world.registry.by_code.get(row["uscc"])
    committee = committee_of(world, row)
    if association is None:
        if row["registered_on"] is None:
            world.ledger.refuse(row, "registered_on", ProblemKind.MISSING_DATE, "应填登记证书上的成立登记日期")
            return
        association = _register(world, row)
    else:
        _update(world, association, row)
    association.is_listed = True
    _plan_statements(world, association, row, committee)
    _count_heads(world, association, row)
    if row["organization_name"]:
        plan_organization(world, association, row)


def _plan_statements(world: LedgerWorld, association: LedgerAssociation, row: Row, committee: Committee) -> None:
    """Plan what the row says of the association that holds from a day on: committee, charter, decoupling."""
    new: dict[str, Any] = {"stated_on": world.as_of, "association": association.row}
    before = association.described_before
    oversight = Oversight(committee=committee, **new)
    cell = row.cell("name")
    world.state(association, association.oversights, oversight, "committee", cell=cell, described_before=before)
    if row.has("charter"):
        clause = CharterClause(included=row["charter"], **new)
        cell = row.cell("charter")
        world.state(association, association.clauses, clause, "included", cell=cell, described_before=before)
    if row.has("decoupled"):
        decoupling = Decoupling(decoupled=row["decoupled"], **new)
        cell = row.cell("decoupled")
        world.state(association, association.decouplings, decoupling, "decoupled", cell=cell, described_before=before)


def _register(world: LedgerWorld, row: Row) -> LedgerAssociation:
    association = Association(
        uscc=row["uscc"],
        name=row["name"],
        kind=stated_kind(row) or kind_of(row["name"]),
        registered_on=row["registered_on"],
        deregistered_on=row["deregistered_on"],
        deregistration_reason="据台账" if row["deregistered_on"] else "",
        described_on=world.as_of,
        **description_of(world, row),
    )
    world.plan.create(association, cell=row.cell("name"), association=association)
    return world.registry.add_association(association)


def _update(world: LedgerWorld, record: LedgerAssociation, row: Row) -> None:
    """Take over what a ledger no older than the last one says of a known association; list dates that differ."""
    association, cell = record.row, row.cell("name")
    before = record.described_before = association.described_on
    if before is None or world.as_of >= before:
        fields = {"name": row["name"], **description_of(world, row)}
        if kind := stated_kind(row):
            fields["kind"] = kind
        world.plan.change(association, cell=cell, association=association, **fields)
        world.plan.change(association, cell=cell, association=association, silent=True, described_on=world.as_of)
    if row["registered_on"] and row["registered_on"] != association.registered_on:
        sentence = f"平台登记为 {association.registered_on:%Y-%m-%d}，未改动；确属录入错误的，在协会页面更正"
        world.warn(row, "registered_on", ProblemKind.DATE_DIFFERS, sentence)
    if row["deregistered_on"]:
        _deregister(world, association, row)


def _deregister(world: LedgerWorld, association: Association, row: Row) -> None:
    gone = row["deregistered_on"]
    if association.deregistered_on is None:
        world.plan.change(
            association,
            cell=row.cell("deregistered_on"),
            association=association,
            verb=ChangeVerb.END,
            deregistered_on=max(gone, association.registered_on),
            deregistration_reason="据台账",
        )
    elif association.deregistered_on != gone:
        sentence = f"平台登记为 {association.deregistered_on:%Y-%m-%d}，未改动"
        world.warn(row, "deregistered_on", ProblemKind.DATE_DIFFERS, sentence)


def _count_heads(world: LedgerWorld, association: LedgerAssociation, row: Row) -> None:
    if not any(row.has(key) for key in ("formal", "probationary", "members", "staff", "member_firms")):
        return
    figures = _figures_of(row)
    cell = row.cell("formal")
    for headcount in association.headcounts:
        if headcount.as_of == world.as_of:
            world.plan.change(headcount, cell=cell, association=association.row, **figures)
            return
    headcount = Headcount(
        association=association.row, as_of=world.as_of, source=f"台账 {world.as_of:%Y-%m-%d}", **figures
    )
    association.headcounts.append(headcount)
    world.plan.create(headcount, cell=cell, association=association.row)


def _figures_of(row: Row) -> dict[str, Any]:
    """Return the figures of a headcount; formal members follow from all members where only these are told."""
    probationary = row["probationary"] or 0
    formal = row["formal"] or 0
    if not row.has("formal") and row.has("members"):
        formal = max((row["members"] or 0) - probationary, 0)
    return {
        "formal": formal if row.has("formal") or row.has("members") else None,
        "probationary": probationary if row.has("probationary") else None,
        "staff": row["staff"],
        "member_firms": row["member_firms"],
    }
