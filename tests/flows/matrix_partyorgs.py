"""Who may open which page of `partyorgs`: one row for each URL name and way of asking. See tests/flows/matrix.py."""

import datetime
from typing import Any

from associations.models import PersonMerge
from partyorgs.ledgers.services.importing import stage_ledger
from partyorgs.ledgers.xlsx.writer import blank_ledger
from portal.core.operator_account import operator_at_work
from tests import recipes
from tests.flows.matrix import Row
from tests.flows.matrix_associations import WRITERS, key_of, writing

READERS = {"province": 200, "committee": 200, "secretary": 200, "viewer": 200}
READERS_ELSEWHERE = {"province": 200, "committee": 404, "secretary": 404, "viewer": 404}


def reading(url_name: str, noun: str) -> Row:
    """Return the row of a page about a thing."""
    return Row(url_name, own=READERS, other=READERS_ELSEWHERE, kwargs=key_of(noun))


def a_merge(world: Any, side: str) -> dict[str, Any]:
    """Return a merge of the side's person with another record."""
    duplicate = recipes.person.make(merged_into=world[side].person)
    return {"pk": PersonMerge.objects.create(survivor=world[side].person, duplicate=duplicate, reason="同一人").pk}


REGISTRY = [
    Row("partyorgs:association-list", own=READERS),
    reading("partyorgs:association-detail", "association"),
    *writing("partyorgs:association-join", "association"),
    *writing("partyorgs:instructor-create", "association"),
    *writing("partyorgs:talk-create", "association"),
    Row("partyorgs:person-list", own=WRITERS),
    reading("partyorgs:person-detail", "person"),
    *writing("partyorgs:person-merge", "person"),
    *(
        Row("partyorgs:merge-undo", own=WRITERS, other={"committee": 404}, kwargs=a_merge, method=method)
        for method in ("get", "post")
    ),
    Row("partyorgs:organization-list", own=READERS),
    Row("partyorgs:organization-create", own=WRITERS),
    Row("partyorgs:organization-create", own=WRITERS, method="post"),
    Row("partyorgs:organization-options", own=WRITERS),
    reading("partyorgs:organization-detail", "organization"),
    *writing("partyorgs:organization-correct", "organization"),
    *writing("partyorgs:organization-end", "organization"),
    *writing("partyorgs:affiliation-create", "organization"),
    *writing("partyorgs:affiliation-end", "affiliation"),
    *writing("partyorgs:affiliation-correct", "affiliation"),
    *writing("partyorgs:election-create", "organization"),
    *writing("partyorgs:election-correct", "election"),
    *writing("partyorgs:setup-create", "organization"),
    *writing("partyorgs:setup-correct", "setup"),
    *writing("partyorgs:officer-create", "organization"),
    *writing("partyorgs:officer-end", "party_post"),
    *writing("partyorgs:officer-correct", "party_post"),
    Row("partyorgs:instructor-list", own=READERS),
    *writing("partyorgs:instructor-end", "instructor"),
    *writing("partyorgs:instructor-correct", "instructor"),
    *writing("partyorgs:talk-correct", "talk"),
]

# The province sets targets; a committee reads its own.
TARGETS = [
    Row("partyorgs:target-list", own={"province": 200, "committee": 200}),
    Row("partyorgs:target-create", own={"province": 200}),
    Row("partyorgs:target-create", own={"province": 200}, method="post"),
    *(
        Row(f"partyorgs:target-{verb}", own={"province": 200}, kwargs=key_of("target"), method=method)
        for verb in ("edit", "delete")
        for method in ("get", "post")
    ),
]


def a_task(world: Any, side: str) -> dict[str, Any]:
    """Return a task for an association of the side that no organization covers."""
    bare = recipes.association.make(name=f"江苏省{world[side].name}商会")
    recipes.oversight.make(association=bare, committee=world[side].committee)
    task = recipes.coverage_task.make(committee=world[side].committee)
    task.associations.set([bare])
    return {"pk": task.pk}


# A plan changes nothing: both ask for one; nothing is planned where all are covered, so tasks are asked for in vain.
PLANS = [
    Row("partyorgs:plan", own=WRITERS),
    Row("partyorgs:plan-start", own={"province": 302, "committee": 302}, method="post"),
    Row("partyorgs:task-create", own=WRITERS),
    Row("partyorgs:task-create", own=WRITERS, method="post"),
    Row("partyorgs:task-list", own={**WRITERS, "secretary": 200}),
    *(
        Row("partyorgs:task-cancel", own=WRITERS, other={"committee": 404}, kwargs=a_task, method=method)
        for method in ("get", "post")
    ),
]


def a_ledger(world: Any, side: str) -> dict[str, Any]:
    """Return a blank ledger handed in for the side's committee."""
    upload = stage_ledger(
        content=blank_ledger(),
        file_name="空白台账.xlsx",
        as_of=datetime.date(2024, 6, 30),
        committee=world[side].committee,
        actor=operator_at_work(),
    )
    return {"pk": upload.pk}


# Ledgers of the whole province are read in by the province alone.
IMPORTERS = {"province": 200}
LEDGERS = [
    Row("partyorgs:ledger-list", own=IMPORTERS),
    Row("partyorgs:ledger-create", own=IMPORTERS),
    Row("partyorgs:ledger-create", own=IMPORTERS, method="post"),
    Row("partyorgs:ledger-blank", own=IMPORTERS),
    Row("partyorgs:ledger-detail", own=IMPORTERS, kwargs=a_ledger),
    Row("partyorgs:ledger-problems", own=IMPORTERS, kwargs=a_ledger),
    *(
        Row(f"partyorgs:ledger-{verb}", own={"province": 302}, kwargs=a_ledger, method="post")
        for verb in ("remap", "confirm", "undo")
    ),
]

ROWS: list[Row] = [*REGISTRY, *TARGETS, *PLANS, *LEDGERS]
