"""What the portal knows of associations on a day, by provider (rules.templates.known): shown in a report, never asked.

A fixed number of queries for however many associations.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

from associations.choices import PostTitle
from associations.models import AssociationPost, Headcount
from partyorgs.organizations.choices import PartyTitle, Setup
from partyorgs.organizations.facts import association_facts_at, live_affiliations
from partyorgs.organizations.models import Election, Instructor, OrganizationSetup, PartyOrganization, PartyPost
from reviews.questionnaires.rules.known import PROVIDERS
from reviews.questionnaires.rules.problems import Known
from reviews.reports.models.filing import QuarterlyReport

Told = tuple[int, str, Any, datetime.date | None]  # association, provider, value, since
FIGURES = ("formal", "probationary", "staff", "member_firms")
_TITLE_ORDER = {title: place for place, title in enumerate(PartyTitle.values)}
_SETUP_ORDER = {setup: place for place, setup in enumerate(Setup.values)}
_UNSAID = (None, "")


def known_of(associations: Collection[int], as_of: datetime.date) -> dict[int, dict[str, Known]]:
    """Return for each association what the portal knows of it on `as_of`, by provider; what it does not know is left out."""
    known: dict[int, dict[str, Known]] = {key: {} for key in associations}
    for tell in (_facts, _headcounts, _chairs, _organizations, _instructors):
        for key, provider, value, since in tell(associations, as_of):
            if value not in _UNSAID:
                known[key][provider] = Known(value, since, PROVIDERS[provider].source)
    return known


def known_at(report: QuarterlyReport) -> dict[str, Known]:
    """Return what the portal knows today of a report's association as of the quarter's end."""
    return known_of([report.association_id], report.quarter_end)[report.association_id]


def last_told(report: QuarterlyReport) -> dict[str, Any]:
    """Return what the association told in its newest report of an earlier quarter; empty at the first."""
    before = QuarterlyReport.objects.filter(association=report.association_id).before(report.quarter_end)
    return before.values_list("told", flat=True).first() or {}


def _facts(associations: Collection[int], as_of: datetime.date) -> Iterator[Told]:
    columns = ("name", "uscc", "committee__name", "has_charter_clause", "has_organization", "has_own_organization")
    rows = association_facts_at(as_of).filter(association_id__in=associations)
    for key, name, uscc, committee, charter, covered, own, head in rows.values_list(
        "association_id", *columns, "head_is_secretary"
    ):
        yield key, "association.name", name, None
        yield key, "association.uscc", uscc, None
        yield key, "association.committee", committee, None
        yield key, "association.charter", charter, None
        yield key, "organization.exists", covered, None
        if own:
            yield key, "posts.head_secretary", head, None


def _headcounts(associations: Collection[int], as_of: datetime.date) -> Iterator[Told]:
    """Tell of each figure its latest at or before the day, a row that leaves it out passed over."""
    rows = Headcount.objects.filter(association__in=associations, as_of__lte=as_of).order_by("association", "as_of")
    latest: dict[tuple[int, str], tuple[int, datetime.date]] = {}
    for row in rows:
        for name in FIGURES:
            if (value := getattr(row, name)) is not None:
                latest[row.association_id, name] = value, row.as_of
    for (key, name), (value, since) in latest.items():
        yield key, f"headcount.{name}", value, since
        if name == "formal":
            probationary, other = latest.get((key, "probationary"), (0, since))
            yield key, "headcount.members", value + probationary, max(since, other)


def _chairs(associations: Collection[int], as_of: datetime.date) -> Iterator[Told]:
    posts = AssociationPost.objects.live_at(as_of).filter(association__in=associations, title=PostTitle.CHAIR)
    for key, name, since in posts.order_by("begins_on", "pk").values_list("association", "person__name", "begins_on"):
        yield key, "association.chair", name, since


def _organizations(associations: Collection[int], as_of: datetime.date) -> Iterator[Told]:
    """Tell of the organization that covers an association: of several the own one, then the one of longest standing."""
    affiliations = live_affiliations(as_of).filter(association__in=associations)
    rows = list(affiliations.select_related("organization").order_by("begins_on", "pk"))
    covering = {row.organization_id for row in rows}
    statements = OrganizationSetup.objects.live_at(as_of).filter(organization__in=covering)
    setups = dict(statements.values_list("organization", "setup"))
    elected = dict(
        Election.objects.filter(organization__in=covering, held_on__lte=as_of)
        .order_by("held_on")
        .values_list("organization", "held_on")
    )
    chosen: dict[int, PartyOrganization] = {}
    for row in sorted(rows, key=lambda row: _SETUP_ORDER.get(setups.get(row.organization_id, ""), len(_SETUP_ORDER))):
        chosen.setdefault(row.association_id, row.organization)
    officers = _officers({organization.pk for organization in chosen.values()}, as_of)
    for key, organization in chosen.items():
        setup = setups.get(organization.pk)
        yield key, "organization.name", organization.name, organization.begins_on
        yield key, "organization.setup", Setup(setup).label if setup else None, None
        yield key, "organization.founded_on", organization.begins_on.isoformat(), None
        if organization.pk in elected:
            yield key, "organization.elected_on", elected[organization.pk].isoformat(), None
        posts = officers.get(organization.pk, [])
        secretary = next((post for post in posts if post.title == PartyTitle.SECRETARY), None)
        if secretary:
            yield key, "posts.secretary", secretary.person.name, secretary.begins_on
        if posts:
            names = "；".join(f"{_title(post)}{post.person.name}" for post in posts)
            yield key, "posts.committee", names, max(post.begins_on for post in posts)
            yield key, "posts.committee_size", len({post.person_id for post in posts}), None


def _title(post: PartyPost) -> str:
    return post.wording or post.get_title_display()


def _officers(organizations: Collection[int], as_of: datetime.date) -> dict[int, list[PartyPost]]:
    officers = defaultdict(list)
    posts = PartyPost.objects.live_at(as_of).filter(organization__in=organizations).select_related("person")
    for post in sorted(posts, key=lambda post: (_TITLE_ORDER[post.title], post.begins_on, post.pk)):
        officers[post.organization_id].append(post)
    return officers


def _instructors(associations: Collection[int], as_of: datetime.date) -> Iterator[Told]:
    rows = Instructor.objects.live_at(as_of).filter(association__in=associations).select_related("person")
    instructors_of: dict[int, list[Instructor]] = defaultdict(list)
    for row in rows.order_by("begins_on", "pk"):
        instructors_of[row.association_id].append(row)
    for key, instructors in instructors_of.items():
        names = "、".join(f"{row.person.name}（{row.get_kind_display()}）" for row in instructors)
        yield key, "instructor.names", names, max(row.begins_on for row in instructors)
