"""Works out what a ledger changes: reads the registry once, plans sheet by sheet, writes nothing."""

from __future__ import annotations

from partyorgs.ledgers.services.absent import list_absent
from partyorgs.ledgers.services.associations import plan_association
from partyorgs.ledgers.services.changes import ChangePlan
from partyorgs.ledgers.services.organizations import check_joint_organizations
from partyorgs.ledgers.services.people import plan_instructors, plan_people
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Ledger
from portal.core.models import Committee
from portal.core.progress import Progress

_REPORTED_EVERY = 200  # rows


def plan_ledger(
    *, ledger: Ledger, root: Committee, create_committees: bool, ticked: tuple[str, ...], progress: Progress
) -> ChangePlan:
    """Return what the ledger changes; what is merely odd is added to the ledger's problems on the way."""
    world = LedgerWorld.of(ledger, root, create_committees=create_committees, ticked=ticked)
    rows = [row for row in ledger.associations if not row.refused]
    for done, row in enumerate(rows):
        if done % _REPORTED_EVERY == 0:
            progress(done, len(rows), "核对协会")
        plan_association(world, row)
    check_joint_organizations(world)
    progress(len(rows), len(rows), "核对负责人和党务干部")
    plan_people(world)
    progress(len(rows), len(rows), "核对党建指导员")
    plan_instructors(world)
    list_absent(world)
    return world.plan
