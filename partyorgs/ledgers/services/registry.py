"""What the registry knows of a ledger's associations, read into memory at once: one object a row, whoever asks for it."""

from __future__ import annotations

import datetime
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
    Person,
    Region,
)
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


def chunked(model: type[M], column: str, values: Iterable[Any], *related: str) -> Iterable[M]:
    """Yield the rows whose `column` is one of `values`, in questions that no database finds too long."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _CHUNK):
        rows: QuerySet[M] = model._default_manager.filter(Q((f"{column}__in", wanted[start : start + _CHUNK])))
        yield from rows.select_related(*related).order_by("pk") if related else rows.order_by("pk")


class Registry:
    """The rows that a ledger may touch, by the keys that a ledger knows. Rows planned but not yet written are added."""

    def __init__(self, codes: Iterable[str], names: Iterable[str], organizations: Iterable[str]) -> None:
        self.committees = {committee.name: committee for committee in Committee.objects.all()}
        self.regions = {region.name: region for region in Region.objects.all()}
        self.industries = {industry.name: industry for industry in Industry.objects.all()}
        self.authorities = {authority.name: authority for authority in Authority.objects.all()}
        found = {
            association.pk: association
            for column, values in (("uscc", codes), ("name", names))
            for association in chunked(
                Association,
                column,
                values,
                "region",
                "industry",
                "competent_authority",
                "industry_authority",
                "registration_authority",
            )
        }
        self.by_code = {association.uscc: association for association in found.values()}
        self.by_name: dict[str, list[Association]] = defaultdict(list)
        for association in found.values():
            self.by_name[name_of(association.name)].append(association)
        self._known = found
        ids = list(found)
        self.oversights = self._by_owner(Oversight, ids, "committee")
        self.clauses = self._by_owner(CharterClause, ids)
        self.decouplings = self._by_owner(Decoupling, ids)
        self.headcounts = self._by_owner(Headcount, ids)
        self._read_people(ids)
        self._read_organizations(ids, organizations)

    def _by_owner(self, model: type[M], ids: Sequence[int], *related: str) -> dict[int, list[M]]:
        """Return rows by the identity of their association, each pointing at the one object that stands for it."""
        rows: dict[int, list[M]] = defaultdict(list)
        for row in chunked(model, "association_id", ids, *related):
            association = self._known[row.association_id]  # type: ignore[attr-defined]
            row.association = association  # type: ignore[attr-defined]
            rows[id(association)].append(row)
        return rows

    def _read_people(self, ids: Sequence[int]) -> None:
        self.people: dict[tuple[int, str], Person] = {}
        people: dict[int, Person] = {}
        for known in chunked(KnownAs, "association_id", ids, "person"):
            person = people.setdefault(known.person_id, known.person)
            self.people.setdefault((id(self._known[known.association_id]), known.name), person)
        self.memberships: dict[int, list[PartyMembership]] = defaultdict(list)
        for membership in chunked(PartyMembership, "person_id", people):
            membership.person = people[membership.person_id]
            self.memberships[id(membership.person)].append(membership)
        self.posts: dict[tuple[int, int], list[AssociationPost]] = defaultdict(list)
        self.daily_work: dict[int, list[DailyWork]] = defaultdict(list)
        posts: dict[int, AssociationPost] = {}
        for post in chunked(AssociationPost, "association_id", ids, "person"):
            post.association = self._known[post.association_id]
            post.person = people.setdefault(post.person_id, post.person)
            posts[post.pk] = post
            self.posts[id(post.association), id(post.person)].append(post)
        for duty in chunked(DailyWork, "post_id", posts):
            duty.post = posts[duty.post_id]
            self.daily_work[id(duty.post)].append(duty)
        self.instructors: dict[tuple[int, int], list[Instructor]] = defaultdict(list)
        for instructor in chunked(Instructor, "association_id", ids, "person"):
            instructor.association = self._known[instructor.association_id]
            instructor.person = people.setdefault(instructor.person_id, instructor.person)
            self.instructors[id(instructor.association), id(instructor.person)].append(instructor)
        self._people = people

    def _read_organizations(self, ids: Sequence[int], names: Iterable[str]) -> None:
        organizations = {row.pk: row for row in chunked(PartyOrganization, "name", names)}
        affiliations = list(chunked(Affiliation, "association_id", ids, "organization"))
        for affiliation in affiliations:
            affiliation.association = self._known[affiliation.association_id]
            affiliation.organization = organizations.setdefault(affiliation.organization_id, affiliation.organization)
        self.organizations: dict[str, list[PartyOrganization]] = defaultdict(list)
        for organization in organizations.values():
            self.organizations[name_of(organization.name)].append(organization)
        self.affiliations: dict[int, list[Affiliation]] = defaultdict(list)
        for affiliation in affiliations:
            self.affiliations[id(affiliation.association)].append(affiliation)
        self.setups: dict[int, list[OrganizationSetup]] = defaultdict(list)
        self.elections: dict[int, list[Election]] = defaultdict(list)
        for setup in chunked(OrganizationSetup, "organization_id", organizations):
            setup.organization = organizations[setup.organization_id]
            self.setups[id(setup.organization)].append(setup)
        for election in chunked(Election, "organization_id", organizations):
            election.organization = organizations[election.organization_id]
            self.elections[id(election.organization)].append(election)
        self.party_posts: dict[tuple[int, int], list[PartyPost]] = defaultdict(list)
        for post in chunked(PartyPost, "association_id", ids, "person", "organization"):
            post.association = self._known[post.association_id]
            post.person = self._people.setdefault(post.person_id, post.person)
            post.organization = organizations.setdefault(post.organization_id, post.organization)
            self.party_posts[id(post.association), id(post.person)].append(post)

    def add_association(self, association: Association) -> None:
        self.by_code[association.uscc] = association
        self.by_name[name_of(association.name)].append(association)

    def organization_at(self, association: Association, day: datetime.date) -> PartyOrganization | None:
        """Return the organization that covers an association on `day`, the one founded last where there are several."""
        live = [
            affiliation.organization
            for affiliation in self.affiliations[id(association)]
            if affiliation.is_live(day) and affiliation.organization.is_live(day)
        ]
        return max(live, key=lambda organization: organization.begins_on, default=None)


def committees_by_name(registry: Registry, root: Committee) -> dict[str, Committee]:
    """Return the committees of one subtree by the name that a ledger writes."""
    return {
        name_of(name): committee
        for name, committee in registry.committees.items()
        if committee.path.startswith(root.path)
    }
