"""From a ledger's rows to a plan: leaders, Party officers and instructors. In a ledger a person is association + name."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from associations.choices import PostTitle, Sex
from associations.models import AssociationPost, DailyWork, KnownAs, PartyMembership, Person
from associations.rules import membership_of, title_of
from partyorgs.ledgers.choices import ProblemKind
from partyorgs.ledgers.services.posts import beginning_of, match_post
from partyorgs.ledgers.services.records import (
    LedgerAssociation,
    LedgerInstructor,
    LedgerPartyPost,
    LedgerPerson,
    LedgerPost,
)
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Row
from partyorgs.organizations.choices import PartyTitle
from partyorgs.organizations.models import Instructor, PartyPost
from partyorgs.organizations.rules import SECRETARY_TITLES, instructor_kind_of, party_title_of
from portal.core.cells import name_of


def plan_people(world: LedgerWorld) -> None:
    """Plan the people of the ledger and their posts on both sides."""
    directory = _Directory(world)
    for row in world.ledger.people:
        association = directory.association_of(row)
        if association is None or row.refused:
            continue
        person = directory.person_of(association, row)
        _describe(world, association, person, row)
        if not row["title"] and not row["party_title"]:
            world.warn(row, "title", ProblemKind.NO_POST, "没有填协会职务，也没有填党内职务，只登记人员")
        if row["title"]:
            _plan_post(world, association, person, row)
        if row["party_title"]:
            _plan_party_post(world, association, person, row)
    if world.ledger.people:
        _check_secretaries(world)


def plan_instructors(world: LedgerWorld) -> None:
    """Plan the instructors of the ledger."""
    directory = _Directory(world)
    for row in world.ledger.instructors:
        association = directory.association_of(row)
        if association is None or row.refused:
            continue
        _plan_instructor(world, association, directory.person_of(association, row), row)


def _plan_instructor(world: LedgerWorld, association: LedgerAssociation, person: LedgerPerson, row: Row) -> None:
    assignments = association.instructors[person]
    cell = row.cell("name")
    fields: dict[str, Any] = {
        "kind": instructor_kind_of(row["kind"] or ""),
        "dispatched_by": (row["dispatched_by"] or "")[:100],
    }
    known = match_post(world, assignments, row, ("begins_on", "ends_on"), association)
    if known is not None:
        instructor = known.row
        if instructor.described_on is None or instructor.described_on <= world.as_of:
            described: dict[str, Any] = {"described_on": world.as_of}
            world.plan.change(instructor, cell=cell, association=association.row, **fields)
            world.plan.change(instructor, cell=cell, association=association.row, silent=True, **described)
        return
    instructor = Instructor(
        association=association.row,
        person=person.row,
        begins_on=beginning_of(world, row, "begins_on", association, association.row.registered_on),
        ends_on=row["ends_on"],
        described_on=world.as_of,
        **fields,
    )
    assignments.append(LedgerInstructor(instructor, is_listed=True))
    world.plan.create(instructor, cell=cell, association=association.row)


class _Directory:
    """Finds the association and the person that a row speaks of."""

    def __init__(self, world: LedgerWorld) -> None:
        self.world = world
        by_code = world.registry.by_code
        self.refused: set[str] = set()  # names and codes of associations whose own row has an error
        self.listed: dict[str, list[LedgerAssociation]] = defaultdict(list)  # by the name that the ledger writes
        for row in world.ledger.associations:
            known = by_code.get(row["uscc"] or "")
            if row.refused:
                self.refused |= {row["name"], row["uscc"], name_of(known.row.name) if known else ""} - {"", None}
            elif known is not None:
                self.listed[row["name"]].append(known)

    def association_of(self, row: Row) -> LedgerAssociation | None:
        """Return the row's association; None when it is unknown (an error), refused or one of several (set aside)."""
        world, name, code = self.world, row["association"] or "", row["uscc"] or ""
        by_code = world.registry.by_code.get(code) if code else None
        if by_code is not None and code not in self.refused:
            return by_code
        namesakes = self.listed.get(name) or ([] if name in self.refused else world.registry.by_name.get(name, []))
        if len(namesakes) == 1:
            return namesakes[0]
        if len(namesakes) > 1:
            sentence = f"“{name}”有 {len(namesakes)} 家，请填统一社会信用代码，本行暂不导入"
            world.warn(row, "association", ProblemKind.SAME_NAME, sentence)
        elif name in self.refused or code in self.refused:
            if not row.refused:
                sentence = f"“{name}”所在行有错误，改正后一并导入"
                world.warn(row, "association", ProblemKind.SET_ASIDE, sentence)
        elif name or code:
            sentence = "台账和平台中都没有这家协会，请核对名称"
            world.ledger.refuse(row, "association", ProblemKind.UNKNOWN_ASSOCIATION, sentence)
        return None

    def person_of(self, association: LedgerAssociation, row: Row) -> LedgerPerson:
        """Return the person whom the association knows by the row's name; a new one is planned."""
        name = row["name"]
        if name not in association.people:
            person = association.people[name] = LedgerPerson(Person(name=name[:60]))
            known = KnownAs(association=association.row, name=name[:60], person=person.row)
            self.world.plan.create(person.row, cell=row.cell("name"), association=association.row)
            self.world.plan.create(known, cell=row.cell("name"), association=association.row)
        return association.people[name]


def _describe(world: LedgerWorld, association: LedgerAssociation, record: LedgerPerson, row: Row) -> None:
    """Take over sex and politics from a ledger no older than the last one; politics is a statement besides."""
    person, cell = record.row, row.cell("name")
    if person.described_on is None or person.described_on <= world.as_of:
        fields: dict[str, Any] = {}
        if row["sex"]:
            fields["sex"] = Sex.MALE if "男" in row["sex"] else Sex.FEMALE if "女" in row["sex"] else person.sex
        if row["politics"]:
            fields["political_wording"] = row["politics"][:40]
        world.plan.change(person, cell=cell, association=association.row, **fields)
        world.plan.change(person, cell=cell, association=association.row, silent=True, described_on=world.as_of)
    if row["politics"]:
        new = PartyMembership(person=person, stated_on=world.as_of, membership=membership_of(row["politics"]))
        cell, before = row.cell("politics"), record.described_before
        world.state(association, record.memberships, new, "membership", cell=cell, described_before=before)


def _plan_post(world: LedgerWorld, association: LedgerAssociation, person: LedgerPerson, row: Row) -> None:
    title, wording = title_of(row["title"]), row["title"][:60]
    posts = association.posts[person]
    same = [
        post for post in posts if post.row.title == title and (title != PostTitle.OTHER or post.row.wording == wording)
    ]
    record = match_post(world, same, row, ("begins_on", "ends_on"), association)
    if record is None:
        record = _add_post(world, association, person, row)
        posts.append(record)
    if row.has("runs_daily"):
        duty = DailyWork(post=record.row, stated_on=world.as_of, runs_daily=row["runs_daily"])
        cell, before = row.cell("runs_daily"), person.described_before
        world.state(association, record.daily_work, duty, "runs_daily", cell=cell, described_before=before)


def _add_post(world: LedgerWorld, association: LedgerAssociation, person: LedgerPerson, row: Row) -> LedgerPost:
    registered_on = association.row.registered_on
    begins_on = beginning_of(world, row, "begins_on", association, registered_on)
    post = AssociationPost(
        association=association.row,
        person=person.row,
        title=title_of(row["title"]),
        wording=row["title"][:60],
        begins_on=begins_on,
        ends_on=row["ends_on"],
        end_reason="据台账" if row["ends_on"] else "",
    )
    world.plan.create(post, cell=row.cell("title"), association=association.row)
    if begins_on < registered_on:
        world.warn(row, "begins_on", ProblemKind.OLDER_THAN_ASSOCIATION, "任职时间早于协会成立时间")
    return LedgerPost(post, is_listed=True)


def _plan_party_post(world: LedgerWorld, association: LedgerAssociation, person: LedgerPerson, row: Row) -> None:
    named = association.organization
    organization = named.row if named is not None else association.organization_at(world.as_of)
    if organization is None:
        sentence = f"“{association}”没有党组织，党内职务暂不导入"
        world.warn(row, "party_title", ProblemKind.WITHOUT_ORGANIZATION, sentence)
        return
    title, wording = party_title_of(row["party_title"]), row["party_title"][:60]
    posts = association.party_posts[person]
    same = [
        post
        for post in posts
        if post.row.organization is organization
        and post.row.title == title
        and (title != PartyTitle.OTHER or post.row.wording == wording)
    ]
    if match_post(world, same, row, ("party_begins_on", "party_ends_on"), association) is not None:
        return
    begins_on = beginning_of(world, row, "party_begins_on", association, organization.begins_on)
    post = PartyPost(
        organization=organization,
        association=association.row,
        person=person.row,
        title=title,
        wording=wording,
        begins_on=begins_on,
        ends_on=row["party_ends_on"],
        end_reason="据台账" if row["party_ends_on"] else "",
    )
    posts.append(LedgerPartyPost(post, is_listed=True))
    world.plan.create(post, cell=row.cell("party_title"), association=association.row)
    if begins_on < organization.begins_on:
        sentence = "党内任职时间早于党组织成立时间"
        world.warn(row, "party_begins_on", ProblemKind.OLDER_THAN_ORGANIZATION, sentence)


def _check_secretaries(world: LedgerWorld) -> None:
    """Note the organizations of the ledger that have no secretary on its date."""
    with_secretary = [
        record.row.organization
        for association in world.registry.by_code.values()
        for records in association.party_posts.values()
        for record in records
        if record.row.title in SECRETARY_TITLES and record.row.is_live(world.as_of)
    ]
    for organization in world.named_organizations:
        if not any(led is organization.row for led in with_secretary):
            row, _ = organization.covered[0]
            sentence = f"“{organization.row}”没有在任书记"
            world.warn(row, "organization_name", ProblemKind.WITHOUT_SECRETARY, sentence)
