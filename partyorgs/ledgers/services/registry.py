"""What the portal knows of a ledger's associations, read into memory at once: one record a row, whoever asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from associations.models import (
    Association,
    AssociationPost,
    Authority,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    Industry,
    KnownAs,
    Oversight,
    PartyMembership,
    Region,
)
from partyorgs.ledgers.services.records import (
    LedgerAssociation,
    LedgerInstructor,
    LedgerOrganization,
    LedgerPartyPost,
    LedgerPerson,
    LedgerPost,
)
from partyorgs.ledgers.xlsx.reader import Ledger
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from portal.core.cells import name_of
from portal.core.models import Committee

M = TypeVar("M", bound=Model)
_CHUNK = 5000
_NAMED_BY_ASSOCIATIONS = ("region", "industry", "competent_authority", "industry_authority", "registration_authority")


def chunked(model: type[M], column: str, values: Iterable[Any], *related: str) -> Iterable[M]:
    """Yield the rows whose `column` is one of `values`, in questions that no database finds too long."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _CHUNK):
        rows: QuerySet[M] = model._default_manager.filter(Q((f"{column}__in", wanted[start : start + _CHUNK])))
        yield from rows.select_related(*related).order_by("pk") if related else rows.order_by("pk")


class Registry:
    """The rows that a ledger may touch, by the keys that a ledger knows. Rows planned but not yet written are added."""

    def __init__(self, ledger: Ledger) -> None:
        self.committees = {committee.name: committee for committee in Committee.objects.all()}
        self.regions = {region.name: region for region in Region.objects.all()}
        self.industries = {industry.name: industry for industry in Industry.objects.all()}
        self.authorities = {authority.name: authority for authority in Authority.objects.all()}
        self.by_code: dict[str, LedgerAssociation] = {}
        self.by_name: dict[str, list[LedgerAssociation]] = defaultdict(list)
        self.organizations: dict[str, list[LedgerOrganization]] = defaultdict(list)
        self._associations: dict[int, LedgerAssociation] = {}  # these four by primary key
        self._people: dict[int, LedgerPerson] = {}
        self._posts: dict[int, LedgerPost] = {}
        self._organizations: dict[int, LedgerOrganization] = {}
        self._read_associations(ledger)
        ids = list(self._associations)
        self._read_statements(ids)
        self._read_people(ids)
        self._read_posts(ids)
        self._read_organizations(ids, {row["organization_name"] for row in ledger.associations} - {None, ""})
        self._read_party_posts(ids)

    def add_association(self, association: Association) -> LedgerAssociation:
        """Take up an association that the ledger registers."""
        record = LedgerAssociation(association)
        self.by_code[association.uscc] = record
        self.by_name[name_of(association.name)].append(record)
        return record

    def committees_below(self, root: Committee) -> dict[str, Committee]:
        """Return the committees of one subtree by the name that a ledger writes."""
        return {
            name_of(name): committee
            for name, committee in self.committees.items()
            if committee.path.startswith(root.path)
        }

    def _read_associations(self, ledger: Ledger) -> None:
        of_people = (*ledger.people, *ledger.instructors)
        codes = {row["uscc"] for row in (*ledger.associations, *of_people)} - {None, ""}
        names = {row["name"] for row in ledger.associations} | {row["association"] for row in of_people}
        for column, values in (("uscc", codes), ("name", names - {None, ""})):
            for association in chunked(Association, column, values, *_NAMED_BY_ASSOCIATIONS):
                self._associations[association.pk] = LedgerAssociation(association)
        for record in self._associations.values():
            self.by_code[record.row.uscc] = record
            self.by_name[name_of(record.row.name)].append(record)

    def _read_statements(self, ids: Sequence[int]) -> None:
        for oversight in chunked(Oversight, "association_id", ids, "committee"):
            self._owner(oversight).oversights.append(oversight)
        for clause in chunked(CharterClause, "association_id", ids):
            self._owner(clause).clauses.append(clause)
        for decoupling in chunked(Decoupling, "association_id", ids):
            self._owner(decoupling).decouplings.append(decoupling)
        for headcount in chunked(Headcount, "association_id", ids):
            self._owner(headcount).headcounts.append(headcount)

    def _owner(
        self, row: Oversight | CharterClause | Decoupling | Headcount | AssociationPost | Instructor | PartyPost
    ) -> LedgerAssociation:
        """Return the record of a row's association, after pointing the row at the one object that stands for it."""
        record = self._associations[row.association_id]
        row.association = record.row
        return record

    def _person(self, row: KnownAs | AssociationPost | Instructor | PartyPost) -> LedgerPerson:
        """Return the record of a row's person, after pointing the row at the one object that stands for the person."""
        person = self._people.get(row.person_id)
        if person is None:
            person = self._people[row.person_id] = LedgerPerson(row.person, row.person.described_on)
        row.person = person.row
        return person

    def _read_people(self, ids: Sequence[int]) -> None:
        for known in chunked(KnownAs, "association_id", ids, "person"):
            self._associations[known.association_id].people.setdefault(known.name, self._person(known))
        for membership in chunked(PartyMembership, "person_id", self._people):
            person = self._people[membership.person_id]
            membership.person = person.row
            person.memberships.append(membership)

    def _read_posts(self, ids: Sequence[int]) -> None:
        for post in chunked(AssociationPost, "association_id", ids, "person"):
            record = self._posts[post.pk] = LedgerPost(post)
            self._owner(post).posts[self._person(post)].append(record)
        for duty in chunked(DailyWork, "post_id", self._posts):
            record = self._posts[duty.post_id]
            duty.post = record.row
            record.daily_work.append(duty)
        for instructor in chunked(Instructor, "association_id", ids, "person"):
            self._owner(instructor).instructors[self._person(instructor)].append(LedgerInstructor(instructor))

    def _organization(self, organization: PartyOrganization) -> LedgerOrganization:
        return self._organizations.setdefault(organization.pk, LedgerOrganization(organization))

    def _read_organizations(self, ids: Sequence[int], names: Iterable[str]) -> None:
        for organization in chunked(PartyOrganization, "name", names):
            self._organization(organization)
        for affiliation in chunked(Affiliation, "association_id", ids, "organization"):
            owner = self._associations[affiliation.association_id]
            affiliation.association = owner.row
            affiliation.organization = self._organization(affiliation.organization).row
            owner.affiliations.append(affiliation)
        for record in self._organizations.values():
            self.organizations[name_of(record.row.name)].append(record)
        for setup in chunked(OrganizationSetup, "organization_id", self._organizations):
            record = self._organizations[setup.organization_id]
            setup.organization = record.row
            record.setups.append(setup)
        for election in chunked(Election, "organization_id", self._organizations):
            record = self._organizations[election.organization_id]
            election.organization = record.row
            record.elections.append(election)

    def _read_party_posts(self, ids: Sequence[int]) -> None:
        for post in chunked(PartyPost, "association_id", ids, "person", "organization"):
            owner, person = self._owner(post), self._person(post)
            post.organization = self._organization(post.organization).row
            owner.party_posts[person].append(LedgerPartyPost(post))
