"""From a ledger's rows to a plan: Party organizations, their setups and elections, and the associations they cover."""

from __future__ import annotations

import datetime
import re

from partyorgs.ledgers.choices import ProblemKind
from partyorgs.ledgers.services.records import LedgerAssociation, LedgerOrganization
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Row
from partyorgs.organizations.choices import Setup
from partyorgs.organizations.models import Affiliation, Election, OrganizationSetup, PartyOrganization
from partyorgs.organizations.rules import (
    JOINT_BRANCH_MAX_UNITS,
    OWN_ORGANIZATION_MIN_FORMAL_MEMBERS,
    level_of,
    term_ends_on,
)


def plan_organization(world: LedgerWorld, association: LedgerAssociation, row: Row) -> None:
    """Plan the Party organization that a row names: its founding, setup, election, and that it covers the association."""
    founded = row["founded_on"]
    namesakes = world.registry.organizations[row["organization_name"]]
    organization = next((namesake for namesake in namesakes if namesake.row.ends_on is None), None)
    if organization is None and namesakes:
        latest = max((namesake.row for namesake in namesakes), key=lambda known: known.begins_on)
        if founded is None or (latest.ends_on and founded < latest.ends_on):
            sentence = f"平台登记该党组织已于 {latest.ends_on:%Y-%m-%d} 撤销，未改动"
            world.warn(row, "organization_name", ProblemKind.ENDED_IN_REGISTRY, sentence)
            return
    if organization is None:
        organization = _found(world, association, row)
    elif founded and founded != organization.row.begins_on:
        kind = ProblemKind.CONTRADICTION if world.plan.is_new(organization.row) else ProblemKind.DATE_DIFFERS
        sentence = f"该党组织成立时间已记为 {organization.row.begins_on:%Y-%m-%d}，未改动"
        world.warn(row, "founded_on", kind, sentence)
    _state_setup(world, organization, association, row)
    _elect(world, organization, association, row)
    _affiliate(world, organization, association, row)
    if not organization.covered:
        world.named_organizations.append(organization)
    organization.covered.append((row, association))
    association.organization = organization


def _found(world: LedgerWorld, association: LedgerAssociation, row: Row) -> LedgerOrganization:
    founded = row["founded_on"]
    if founded is None:
        founded = _undated_beginning(world, association)
        world.warn(row, "founded_on", ProblemKind.NO_DATE, f"没有填党组织成立时间，按 {founded:%Y-%m-%d} 处理")
    elif founded < association.row.registered_on:
        world.warn(row, "founded_on", ProblemKind.OLDER_THAN_ASSOCIATION, "党组织成立时间早于协会成立时间")
    level = level_of(row["level"] or row["organization_name"])
    organization = PartyOrganization(
        name=row["organization_name"],
        level=level,
        begins_on=founded,
        first_term_ends_on=term_ends_on(founded, level),
    )
    record = LedgerOrganization(organization)
    world.registry.organizations[organization.name].append(record)
    world.plan.create(organization, cell=row.cell("organization_name"), association=association.row)
    return record


def _undated_beginning(world: LedgerWorld, association: LedgerAssociation) -> datetime.date:
    """Return from when an undated fact holds: the registration where nothing was known, else the ledger's date."""
    before = association.described_before
    return association.row.registered_on if before is None or before >= world.as_of else world.as_of


def _state_setup(
    world: LedgerWorld, organization: LedgerOrganization, association: LedgerAssociation, row: Row
) -> None:
    setup = row["setup"] or _setup_by_name(organization.row.name)
    if setup is None:
        if not organization.setups:
            world.warn(row, "setup", ProblemKind.NO_SETUP, "没有填组建方式，只计入组织覆盖")
        return
    same_day = next((stated for stated in organization.setups if stated.stated_on == world.as_of), None)
    if organization.covered and same_day is not None and same_day.setup != setup:
        sentence = f"同一党组织在另一行填为{Setup(same_day.setup).label}，按该行处理"
        world.warn(row, "setup", ProblemKind.CONTRADICTION, sentence)
        return
    new = OrganizationSetup(organization=organization.row, stated_on=world.as_of, setup=setup)
    before = association.described_before
    world.state(association, organization.setups, new, "setup", cell=row.cell("setup"), described_before=before)


def _elect(world: LedgerWorld, organization: LedgerOrganization, association: LedgerAssociation, row: Row) -> None:
    held = row["elected_on"]
    if held is None or any(election.held_on == held for election in organization.elections):
        return
    if held < organization.row.begins_on:
        world.warn(row, "elected_on", ProblemKind.OLDER_THAN_ORGANIZATION, "选举时间早于党组织成立时间")
    election = Election(
        organization=organization.row, held_on=held, term_ends_on=term_ends_on(held, organization.row.level)
    )
    organization.elections.append(election)
    world.plan.create(election, cell=row.cell("elected_on"), association=association.row)


def _affiliate(world: LedgerWorld, organization: LedgerOrganization, association: LedgerAssociation, row: Row) -> None:
    known = association.affiliations
    same = [affiliation for affiliation in known if affiliation.organization is organization.row]
    if any(affiliation.ends_on is None or affiliation.ends_on > world.as_of for affiliation in same):
        return
    if same:
        sentence = f"平台登记该覆盖关系已于 {same[-1].ends_on:%Y-%m-%d} 终止，未改动"
        world.warn(row, "organization_name", ProblemKind.ENDED_IN_REGISTRY, sentence)
        return
    before, begins = association.described_before, organization.row.begins_on
    joined_later = before is not None and before < world.as_of and not world.plan.is_new(organization.row)
    affiliation = Affiliation(
        organization=organization.row,
        association=association.row,
        begins_on=max(begins, world.as_of) if joined_later else begins,
    )
    known.append(affiliation)
    world.plan.create(affiliation, cell=row.cell("organization_name"), association=association.row)


def check_joint_organizations(world: LedgerWorld) -> None:
    """Note the joint organizations of the ledger that have too few members, or too many associations."""
    for organization in world.named_organizations:
        if not organization.setups or organization.setups[-1].setup != Setup.JOINT:
            continue
        row, _ = organization.covered[0]
        formal = sum(covered["formal"] or 0 for covered, _ in organization.covered)
        if formal < OWN_ORGANIZATION_MIN_FORMAL_MEMBERS:
            sentence = (
                f"联合党组织覆盖的协会合计正式党员 {formal} 名，应不少于 {OWN_ORGANIZATION_MIN_FORMAL_MEMBERS} 名"
            )
            world.warn(row, "organization_name", ProblemKind.TOO_FEW_MEMBERS, sentence)
        if len(organization.covered) > JOINT_BRANCH_MAX_UNITS:
            sentence = f"联合党组织覆盖 {len(organization.covered)} 家协会，一般不超过 {JOINT_BRANCH_MAX_UNITS} 家"
            world.warn(row, "organization_name", ProblemKind.TOO_MANY_UNITS, sentence)


def _setup_by_name(name: str) -> Setup | None:
    if "联合" in name and re.search(r"联合(党支部|党总支|党委|支部)", name):
        return Setup.JOINT
    return Setup.FUNCTIONAL if "功能型" in name else None
