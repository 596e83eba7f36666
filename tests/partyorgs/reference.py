"""The definitions of domain.md once more, slowly and in plain Python, over model instances: what the SQL is held against."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Headcount,
    Oversight,
    PartyMembership,
)
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)

LEADERS = {"chair", "executive_chair", "vice_chair", "secretary_general"}
SUPERVISORS = {"chief_supervisor", "supervisor"}
DISCIPLINE = {"discipline", "discipline_secretary"}
YEARS = {"committee": 5, "general_branch": 3, "branch": 3}


def live(rows, day: datetime.date) -> list[Any]:
    return [row for row in rows if row.begins_on <= day and (row.ends_on is None or day < row.ends_on)]


def stated(rows, value: str, day: datetime.date, when: str = "stated_on") -> Any:
    """Return what was last said on or before the day, else what was said first; None where nothing was."""
    known = sorted((row for row in rows if getattr(row, value) is not None), key=lambda row: getattr(row, when))
    earlier = [row for row in known if getattr(row, when) <= day]
    return getattr(earlier[-1] if earlier else known[0], value) if known else None


def years_later(day: datetime.date, years: int) -> datetime.date:
    if (day.month, day.day) == (2, 29):
        return datetime.date(day.year + years, 2, 28)
    return datetime.date(day.year + years, day.month, day.day)


@dataclass
class Truth:
    """What holds of one association: where it belongs, and its two counts for every indicator."""

    association: Association
    committee_id: int | None
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)


class Books:
    """Every row there is, read once and laid out by what it belongs to."""

    def __init__(self) -> None:
        self.associations = list(Association.objects.all())
        self.organizations = {row.pk: row for row in PartyOrganization.objects.all()}
        self.affiliations = self.by("association_id", Affiliation)
        self.setups = self.by("organization_id", OrganizationSetup)
        self.elections = self.by("organization_id", Election)
        self.headcounts = self.by("association_id", Headcount)
        self.posts = self.by("association_id", AssociationPost)
        self.daily_work = self.by("post_id", DailyWork)
        self.officers = self.by("association_id", PartyPost)
        self.memberships = self.by("person_id", PartyMembership)
        self.instructors = self.by("association_id", Instructor)
        self.oversights = self.by("association_id", Oversight)
        self.charter_clauses = self.by("association_id", CharterClause)

    def by(self, column: str, model) -> dict[int, list[Any]]:
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in model.objects.all():
            rows[getattr(row, column)].append(row)
        return rows

    def truths(self, day: datetime.date) -> list[Truth]:
        """Return the truth of every association in S that answers to a committee."""
        known = [
            self.truth_of(association, day)
            for association in self.associations
            if association.registered_on <= day
            and (association.deregistered_on is None or day < association.deregistered_on)
        ]
        return [truth for truth in known if truth.committee_id is not None]

    def truth_of(self, association: Association, day: datetime.date) -> Truth:
        key = association.pk
        existing = {organization.pk for organization in live(self.organizations.values(), day)}
        covering = [
            self.organizations[affiliation.organization_id]
            for affiliation in live(self.affiliations[key], day)
            if affiliation.organization_id in existing
        ]
        own = [organization for organization in covering if stated(self.setups[organization.pk], "setup", day) == "own"]
        formal = stated(self.headcounts[key], "formal", day, when="as_of") or 0
        posts = live(self.posts[key], day)
        own_keys = {organization.pk for organization in own}
        officers = [officer for officer in live(self.officers[key], day) if officer.organization_id in own_keys]
        leaders = [post for post in posts if post.title in LEADERS]
        party_leaders = [
            post
            for post in leaders
            if stated(self.memberships[post.person_id], "membership", day) in ("formal", "probationary")
        ]
        heads = {
            post.person_id
            for post in posts
            if post.title == "chair" or stated(self.daily_work[post.pk], "runs_daily", day)
        }
        supervisors = {post.person_id for post in posts if post.title in SUPERVISORS}
        discipline = {officer.person_id for officer in officers if officer.title in DISCIPLINE}
        secretaries = {officer.person_id for officer in officers if officer.title == "secretary"}
        on_both_sides = {post.person_id for post in posts} & {officer.person_id for officer in officers}
        instructed = bool(live(self.instructors[key], day))
        current = any(day < self.term_end(organization, day) for organization in own)
        chosen = bool(discipline and supervisors and own)
        counts = {
            "org_coverage": (bool(covering), 1),
            "own_org_rate": (bool(own), 1),
            "work_coverage": (bool(covering) or instructed, 1),
            "should_build_rate": (formal >= 3 and bool(own), formal >= 3),
            "head_secretary_rate": (bool(heads & secretaries), bool(own)),
            "cross_appointment_rate": (bool(on_both_sides), bool(own)),
            "supervisor_cross_rate": (chosen and bool(discipline & supervisors), chosen),
            "leader_party_ratio": (len(party_leaders), len(leaders)),
            "charter_rate": (bool(stated(self.charter_clauses[key], "included", day)), 1),
            "election_on_time_rate": (current, bool(own)),
            # No round of quarterly reports was ever opened in these worlds; tests/reviews/test_facts_reports.py has its own.
            "effective_coverage": (False, False),
            "org_life_rate": (False, False),
            "report_on_time_rate": (False, False),
            "rectification_rate": (False, False),
        }
        return Truth(association, stated(self.oversights[key], "committee_id", day), counts)

    def term_end(self, organization: PartyOrganization, day: datetime.date) -> datetime.date:
        held = [election.held_on for election in self.elections[organization.pk] if election.held_on <= day]
        return years_later(max(held, default=organization.begins_on), YEARS[organization.level])
