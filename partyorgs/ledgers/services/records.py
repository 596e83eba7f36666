"""What the planner holds in memory: one object for each association, person, organization and post, known by its identity.

A row that is planned and not yet written has no primary key, so that rows themselves cannot be keys of a dictionary; these
records compare by identity and can. Each carries what belongs to it, planned rows among those read from the database.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    Oversight,
    PartyMembership,
    Person,
)
from partyorgs.ledgers.xlsx.reader import Row
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)


@dataclass(eq=False)
class LedgerPerson:
    """A person with what ledgers said of the Party membership."""

    row: Person
    # As-of date of the ledger that described the person last, before this one.
    described_before: datetime.date | None = None
    memberships: list[PartyMembership] = field(default_factory=list)


@dataclass(eq=False)
class LedgerPost:
    """A post on the association's side, with what was said of who runs the daily work."""

    row: AssociationPost
    is_listed: bool = False  # the ledger names it
    daily_work: list[DailyWork] = field(default_factory=list)


@dataclass(eq=False)
class LedgerPartyPost:
    """A post in a Party organization."""

    row: PartyPost
    is_listed: bool = False


@dataclass(eq=False)
class LedgerInstructor:
    """An instructor's assignment to an association."""

    row: Instructor
    is_listed: bool = False


@dataclass(eq=False)
class LedgerOrganization:
    """A Party organization with its setups, its elections and the associations that the ledger puts under it."""

    row: PartyOrganization
    setups: list[OrganizationSetup] = field(default_factory=list)
    elections: list[Election] = field(default_factory=list)
    covered: list[tuple[Row, LedgerAssociation]] = field(default_factory=list)


@dataclass(eq=False)
class LedgerAssociation:
    """An association with everything that a ledger can say about it."""

    row: Association
    is_listed: bool = False  # a row of the ledger describes it
    # As-of date of the ledger that described it last, before this one; None where this ledger does not describe it, or
    # registers it.
    described_before: datetime.date | None = None
    organization: LedgerOrganization | None = None  # as this ledger says
    oversights: list[Oversight] = field(default_factory=list)
    clauses: list[CharterClause] = field(default_factory=list)
    decouplings: list[Decoupling] = field(default_factory=list)
    headcounts: list[Headcount] = field(default_factory=list)
    affiliations: list[Affiliation] = field(default_factory=list)
    people: dict[str, LedgerPerson] = field(default_factory=dict)  # by the name that ledgers write
    posts: dict[LedgerPerson, list[LedgerPost]] = field(default_factory=lambda: defaultdict(list))
    party_posts: dict[LedgerPerson, list[LedgerPartyPost]] = field(default_factory=lambda: defaultdict(list))
    instructors: dict[LedgerPerson, list[LedgerInstructor]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        return str(self.row)

    def organization_at(self, day: datetime.date) -> PartyOrganization | None:
        """Return the organization that covers the association on `day`, the one founded last where there are several."""
        live = [
            affiliation.organization
            for affiliation in self.affiliations
            if affiliation.is_live(day) and affiliation.organization.is_live(day)
        ]
        return max(live, key=lambda organization: organization.begins_on, default=None)
