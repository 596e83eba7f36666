"""What an earlier ledger had and this one lacks: listed, and ended only where a person ticks it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from associations.models import Association, Oversight

if TYPE_CHECKING:
    from partyorgs.ledgers.services.planner import LedgerPlanner


def list_absent(planner: LedgerPlanner, *, people_told: bool, instructors_told: bool) -> None:
    """List what holds on the ledger's date and is not in it. Only a later ledger lacks anything: an earlier one knew less."""
    registry, plan = planner.registry, planner.plan
    rows: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    for told, known, what in (
        (people_told, registry.posts, "协会职务"),
        (people_told, registry.party_posts, "党内职务"),
        (instructors_told, registry.instructors, "党建指导员"),
    ):
        for (owner, _), posts in known.items() if told else ():
            rows[owner].extend((what, post) for post in posts)
    for association in list(registry.by_code.values()):
        before = planner.described_before.get(id(association))
        if id(association) not in planner.rows_of or before is None or before >= planner.as_of:
            continue
        for affiliation in registry.affiliations[id(association)]:
            if not affiliation.is_live(planner.as_of) or not affiliation.organization.is_live(planner.as_of):
                continue
            if affiliation.pk and affiliation.organization is not planner.organizations.get(id(association)):
                plan.lack(affiliation, association, f"{association}：未列党组织“{affiliation.organization}”")
        for what, post in rows[id(association)]:
            if post.pk and post.is_live(planner.as_of) and id(post) not in planner.named:
                plan.lack(post, association, f"{association}：未列{what}“{post}”")
    _list_absent_associations(planner)


def _list_absent_associations(planner: LedgerPlanner) -> None:
    """An association is lacking where the ledger reports on its committee and does not name it."""
    listed = {row["uscc"] for row in planner.ledger.associations}
    mentioned = {
        planner.committees[row["committee"]].pk
        for row in planner.ledger.associations
        if row["committee"] in planner.committees
    } - {None}
    overseen = Oversight.objects.live_at(planner.as_of).filter(committee__in=mentioned)
    lacking = Association.objects.live_at(planner.as_of).filter(pk__in=overseen.values("association"))
    for association in lacking.order_by("pinyin", "pk"):
        if association.uscc in listed or (association.described_on and association.described_on >= planner.as_of):
            continue
        planner.plan.lack(association, association, f"未列协会“{association}”", end_column="deregistered_on")
