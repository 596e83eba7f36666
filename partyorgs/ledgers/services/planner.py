"""From a ledger's rows to a plan: associations, their committees, headcounts and Party organizations."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from typing import Any

from associations.choices import AssociationKind
from associations.models import Association, Authority, CharterClause, Decoupling, Headcount, Oversight, Region
from associations.rules import kind_of
from partyorgs.ledgers.choices import ChangeVerb, ProblemKind
from partyorgs.ledgers.services.absent import list_absent
from partyorgs.ledgers.services.changes import ChangePlan
from partyorgs.ledgers.services.people import plan_instructors, plan_people
from partyorgs.ledgers.services.registry import Registry, committees_by_name
from partyorgs.ledgers.xlsx.reader import Ledger, Row
from partyorgs.organizations.choices import Setup
from partyorgs.organizations.models import Affiliation, Election, OrganizationSetup, PartyOrganization
from partyorgs.organizations.rules import (
    JOINT_BRANCH_MAX_UNITS,
    OWN_ORGANIZATION_MIN_FORMAL_MEMBERS,
    level_of,
    term_ends_on,
)
from portal.core.cells import name_of
from portal.core.choices import CommitteeKind
from portal.core.models import PATH_STEP, Committee
from portal.core.progress import Progress, silently

_LONGEST = {"grade": 10, "note": 400}  # as the columns of Association
_DIRECTLY_REGISTERED = re.compile(r"^(无.*|直接登记.*|.*直接登记.*|/|-+)$")


class LedgerPlanner:
    """Works out what a ledger changes. Reads the registry once, writes nothing."""

    def __init__(
        self,
        ledger: Ledger,
        root: Committee,
        *,
        create_committees: bool,
        ticked: tuple[str, ...] = (),
        progress: Progress = silently,
    ) -> None:
        self.ledger, self.root, self.create_committees, self.progress = ledger, root, create_committees, progress
        self.as_of = ledger.as_of
        self.plan = ChangePlan(ledger.as_of, ticked)
        self.registry = Registry(
            {row["uscc"] for row in (*ledger.associations, *ledger.people, *ledger.instructors) if row["uscc"]},
            {row["name"] for row in ledger.associations if row["name"]}
            | {row["association"] for row in (*ledger.people, *ledger.instructors) if row["association"]},
            {row["organization_name"] for row in ledger.associations if row["organization_name"]},
        )
        self.committees = committees_by_name(self.registry, root)
        self.rows_of: dict[int, Row] = {}
        # As-of date of the ledger that described an association last, before this one; nothing for the newly registered.
        self.described_before: dict[int, datetime.date] = {}
        self.covered: dict[int, list[tuple[Row, Association]]] = defaultdict(list)
        self.organizations: dict[int, PartyOrganization] = {}
        self.named: set[int] = set()

    def work_out(self) -> ChangePlan:
        """Return the plan; what is merely odd is added to the ledger's problems on the way."""
        rows = [row for row in self.ledger.associations if not row.refused]
        for done, row in enumerate(rows):
            if done % 200 == 0:
                self.progress(done, len(rows), "核对协会")
            self._plan_association(row)
        self._check_joint_organizations()
        self.progress(len(rows), len(rows), "核对负责人和党务干部")
        people_told = plan_people(self)
        self.progress(len(rows), len(rows), "核对党建指导员")
        instructors_told = plan_instructors(self)
        list_absent(self, people_told=people_told, instructors_told=instructors_told)
        return self.plan

    def _plan_association(self, row: Row) -> None:
        association = self.registry.by_code.get(row["uscc"])
        committee = self._committee(row)
        if association is None:
            if row["registered_on"] is None:
                self.ledger.refuse(row, "registered_on", ProblemKind.MISSING_DATE, "应填登记证书上的成立登记日期")
                return
            association = self._register(row)
        else:
            self._update(association, row)
        self.rows_of[id(association)] = row
        cell, described = row.cell("name"), self.described_before.get(id(association))
        stated: dict[str, Any] = {"stated_on": self.as_of, "association": association}
        told: dict[str, Any] = {"described_on": described, "association": association}
        self.plan.state(
            self.registry.oversights[id(association)],
            Oversight(committee=committee, **stated),
            "committee",
            cell=cell,
            **told,
        )
        if row.has("charter"):
            clause = CharterClause(included=row["charter"], **stated)
            self.plan.state(
                self.registry.clauses[id(association)], clause, "included", cell=row.cell("charter"), **told
            )
        if row.has("decoupled"):
            decoupling = Decoupling(decoupled=row["decoupled"], **stated)
            self.plan.state(
                self.registry.decouplings[id(association)], decoupling, "decoupled", cell=row.cell("decoupled"), **told
            )
        self._count_heads(association, row)
        if row["organization_name"]:
            self._plan_organization(association, row, described)

    def _register(self, row: Row) -> Association:
        association = Association(
            uscc=row["uscc"],
            name=row["name"],
            kind=self._kind(row) or kind_of(row["name"]),
            registered_on=row["registered_on"],
            deregistered_on=row["deregistered_on"],
            deregistration_reason="据台账" if row["deregistered_on"] else "",
            described_on=self.as_of,
            **self._description(row),
        )
        self.plan.create(association, cell=row.cell("name"), association=association)
        self.registry.add_association(association)
        return association

    def _update(self, association: Association, row: Row) -> None:
        before = association.described_on
        if before is not None:
            self.described_before[id(association)] = before
        if before is None or self.as_of >= before:
            described = {"name": row["name"], **self._description(row)}
            if kind := self._kind(row):
                described["kind"] = kind
            self.plan.change(association, cell=row.cell("name"), association=association, **described)
            self.plan.change(
                association, cell=row.cell("name"), association=association, silent=True, described_on=self.as_of
            )
        if row["registered_on"] and row["registered_on"] != association.registered_on:
            told = f"平台登记为 {association.registered_on:%Y-%m-%d}，未改动；确属录入错误的，在协会页面更正"
            self.ledger.warn(row, "registered_on", ProblemKind.DATE_DIFFERS, told)
        if gone := row["deregistered_on"]:
            if association.deregistered_on is None:
                self.plan.change(
                    association,
                    cell=row.cell("deregistered_on"),
                    association=association,
                    verb=ChangeVerb.END,
                    deregistered_on=max(gone, association.registered_on),
                    deregistration_reason="据台账",
                )
            elif association.deregistered_on != gone:
                told = f"平台登记为 {association.deregistered_on:%Y-%m-%d}，未改动"
                self.ledger.warn(row, "deregistered_on", ProblemKind.DATE_DIFFERS, told)

    def _description(self, row: Row) -> dict[str, Any]:
        """Return the undated fields that this ledger has a column for and says something about."""
        described: dict[str, Any] = {}
        if row["region"]:
            described["region"] = self._region(row["region"])
        if row["industry"]:
            described["industry"] = self._industry(row["industry"])
        for key in ("competent_authority", "industry_authority", "registration_authority"):
            if text := row.values.get(key):
                described[key] = None if _DIRECTLY_REGISTERED.match(text) else self._authority(text)
        for key in ("grade", "note"):
            if row.has(key):
                described[key] = (row[key] or "")[: _LONGEST[key]]
        return described

    def _kind(self, row: Row) -> AssociationKind | None:
        text = row["kind"] or ""
        if "商会" in text and "协会" not in text:
            return AssociationKind.CHAMBER
        return AssociationKind.ASSOCIATION if "协会" in text and "商会" not in text else None

    def _region(self, text: str) -> Region:
        name = name_of(text)
        known = self.registry.regions
        for offered in (name, f"{name}市", f"{name}省"):
            if offered in known:
                return known[offered]
        contained = [region for region_name, region in known.items() if name.endswith(region_name)]
        if contained:
            return max(contained, key=lambda region: len(region.name))
        known[name] = Region(name=name[:40])
        self.plan.create(known[name], cell="")
        return known[name]

    def _industry(self, text: str) -> Any:
        letter = re.match(r"^\s*([A-Ta-t])(?![A-Za-z])", text)
        for industry in self.registry.industries.values():
            if (letter and industry.code == letter[1].upper()) or industry.name == name_of(text):
                return industry
        return None

    def _authority(self, text: str) -> Authority:
        name = name_of(text)[:100]
        if name not in self.registry.authorities:
            self.registry.authorities[name] = Authority(name=name)
            self.plan.create(self.registry.authorities[name], cell="")
        return self.registry.authorities[name]

    def _committee(self, row: Row) -> Committee:
        name = row["committee"]
        if not name:
            return self.root
        if name in self.committees:
            return self.committees[name]
        if not self.create_committees:
            told = f"“{name}”未登记，暂归口{self.root}；请先登记该机构，或者选择自动建立"
            self.ledger.warn(row, "committee" if row.has("committee") else "name", ProblemKind.UNKNOWN_COMMITTEE, told)
            return self.root
        kind = CommitteeKind.COMPREHENSIVE if "综合" in name else CommitteeKind.INDUSTRY
        taken = [
            int(child.path[-PATH_STEP:])
            for child in self.committees.values()
            if child.path[:-PATH_STEP] == self.root.path
        ]
        path = f"{self.root.path}{max(taken, default=0) + 1:0{PATH_STEP}d}"
        self.committees[name] = Committee(name=name, kind=kind, parent=self.root, path=path)
        self.plan.create(self.committees[name], cell=row.cell("name"), association=None)
        self.plan.changes[-1].silent = False
        return self.committees[name]

    def _count_heads(self, association: Association, row: Row) -> None:
        if not any(row.has(key) for key in ("formal", "probationary", "members", "staff", "member_firms")):
            return
        probationary = row["probationary"] or 0
        formal = row["formal"] or 0
        if not row.has("formal") and row.has("members"):
            formal = max((row["members"] or 0) - probationary, 0)
        figures = {
            "formal": formal if row.has("formal") or row.has("members") else None,
            "probationary": probationary if row.has("probationary") else None,
            "staff": row["staff"],
            "member_firms": row["member_firms"],
        }
        known = self.registry.headcounts[id(association)]
        cell = row.cell("formal")
        for headcount in known:
            if headcount.as_of == self.as_of:
                self.plan.change(headcount, cell=cell, association=association, **figures)
                return
        headcount = Headcount(
            association=association, as_of=self.as_of, source=f"台账 {self.as_of:%Y-%m-%d}", **figures
        )
        known.append(headcount)
        self.plan.create(headcount, cell=cell, association=association)

    def _plan_organization(self, association: Association, row: Row, described: datetime.date | None) -> None:
        name, founded = row["organization_name"], row["founded_on"]
        namesakes = self.registry.organizations[name]
        organization = next((known for known in namesakes if known.ends_on is None), None)
        if organization is None and namesakes:
            latest = max(namesakes, key=lambda known: known.begins_on)
            if founded is None or (latest.ends_on and founded < latest.ends_on):
                told = f"平台登记该党组织已于 {latest.ends_on:%Y-%m-%d} 撤销，未改动"
                self.ledger.warn(row, "organization_name", ProblemKind.ENDED_IN_REGISTRY, told)
                return
        if organization is None:
            organization = self._found(association, row, described)
        elif founded and founded != organization.begins_on:
            kind = ProblemKind.CONTRADICTION if self.plan.is_new(organization) else ProblemKind.DATE_DIFFERS
            self.ledger.warn(
                row, "founded_on", kind, f"该党组织成立时间已记为 {organization.begins_on:%Y-%m-%d}，未改动"
            )
        self._state_setup(organization, association, row, described)
        self._elect(organization, association, row)
        self._affiliate(organization, association, row, described)
        self.covered[id(organization)].append((row, association))
        self.organizations[id(association)] = organization

    def _found(self, association: Association, row: Row, described: datetime.date | None) -> PartyOrganization:
        founded = row["founded_on"]
        if founded is None:
            founded = self.undated(association, described)
            self.ledger.warn(
                row, "founded_on", ProblemKind.NO_DATE, f"没有填党组织成立时间，按 {founded:%Y-%m-%d} 处理"
            )
        elif founded < association.registered_on:
            self.ledger.warn(row, "founded_on", ProblemKind.OLDER_THAN_ASSOCIATION, "党组织成立时间早于协会成立时间")
        level = level_of(row["level"] or row["organization_name"])
        organization = PartyOrganization(
            name=row["organization_name"],
            level=level,
            begins_on=founded,
            first_term_ends_on=term_ends_on(founded, level),
        )
        self.registry.organizations[organization.name].append(organization)
        self.plan.create(organization, cell=row.cell("organization_name"), association=association)
        return organization

    def undated(self, association: Association, described: datetime.date | None) -> datetime.date:
        """Return from when an undated fact holds: the registration where nothing was known, else the ledger's date."""
        return association.registered_on if described is None or described >= self.as_of else self.as_of

    def _state_setup(
        self, organization: PartyOrganization, association: Association, row: Row, described: datetime.date | None
    ) -> None:
        setup = row["setup"] or _setup_by_name(organization.name)
        known = self.registry.setups[id(organization)]
        if setup is None:
            if not known:
                self.ledger.warn(row, "setup", ProblemKind.NO_SETUP, "没有填组建方式，只计入组织覆盖")
            return
        told_here = next((row for row in known if row.stated_on == self.as_of), None)
        if self.covered[id(organization)] and told_here is not None and told_here.setup != setup:
            told = f"同一党组织在另一行填为{Setup(told_here.setup).label}，按该行处理"
            self.ledger.warn(row, "setup", ProblemKind.CONTRADICTION, told)
            return
        stated = OrganizationSetup(organization=organization, stated_on=self.as_of, setup=setup)
        self.plan.state(known, stated, "setup", described_on=described, cell=row.cell("setup"), association=association)

    def _elect(self, organization: PartyOrganization, association: Association, row: Row) -> None:
        held = row["elected_on"]
        known = self.registry.elections[id(organization)]
        if held is None or any(election.held_on == held for election in known):
            return
        if held < organization.begins_on:
            self.ledger.warn(row, "elected_on", ProblemKind.OLDER_THAN_ORGANIZATION, "选举时间早于党组织成立时间")
        election = Election(
            organization=organization, held_on=held, term_ends_on=term_ends_on(held, organization.level)
        )
        known.append(election)
        self.plan.create(election, cell=row.cell("elected_on"), association=association)

    def _affiliate(
        self, organization: PartyOrganization, association: Association, row: Row, described: datetime.date | None
    ) -> None:
        known = self.registry.affiliations[id(association)]
        same = [affiliation for affiliation in known if affiliation.organization is organization]
        if any(affiliation.ends_on is None or affiliation.ends_on > self.as_of for affiliation in same):
            return
        if same:
            told = f"平台登记该覆盖关系已于 {same[-1].ends_on:%Y-%m-%d} 终止，未改动"
            self.ledger.warn(row, "organization_name", ProblemKind.ENDED_IN_REGISTRY, told)
            return
        begins = organization.begins_on
        joined_later = described is not None and described < self.as_of and not self.plan.is_new(organization)
        affiliation = Affiliation(
            organization=organization,
            association=association,
            begins_on=max(begins, self.as_of) if joined_later else begins,
        )
        known.append(affiliation)
        self.plan.create(affiliation, cell=row.cell("organization_name"), association=association)

    def _check_joint_organizations(self) -> None:
        for covered in self.covered.values():
            row, association = covered[0]
            organization = self.organizations[id(association)]
            setups = self.registry.setups[id(organization)]
            if not setups or setups[-1].setup != Setup.JOINT:
                continue
            formal = sum(other["formal"] or 0 for other, _ in covered)
            if formal < OWN_ORGANIZATION_MIN_FORMAL_MEMBERS:
                told = (
                    f"联合党组织覆盖的协会合计正式党员 {formal} 名，应不少于 {OWN_ORGANIZATION_MIN_FORMAL_MEMBERS} 名"
                )
                self.ledger.warn(row, "organization_name", ProblemKind.TOO_FEW_MEMBERS, told)
            if len(covered) > JOINT_BRANCH_MAX_UNITS:
                told = f"联合党组织覆盖 {len(covered)} 家协会，一般不超过 {JOINT_BRANCH_MAX_UNITS} 家"
                self.ledger.warn(row, "organization_name", ProblemKind.TOO_MANY_UNITS, told)


def _setup_by_name(name: str) -> Setup | None:
    if "联合" in name and re.search(r"联合(党支部|党总支|党委|支部)", name):
        return Setup.JOINT
    return Setup.FUNCTIONAL if "功能型" in name else None
