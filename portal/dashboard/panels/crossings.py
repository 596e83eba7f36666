"""Cross-appointments: who serves on both sides, who could and does not."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet

from associations.choices import PostTitle
from associations.models import Association
from partyorgs.choices import PartyTitle
from partyorgs.facts import cross_appointments, daily_cross_appointments
from partyorgs.indicators import INDICATORS
from partyorgs.models import PartyPost
from portal.core.access import Limit
from portal.core.measures import Rate, measure
from portal.dashboard.panels.links import address, figure_address

DAILY = "daily"
# Association posts down, Party posts across: what the department asks about.
POSTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "chair": ("会长（理事长）", (PostTitle.CHAIR,)),
    "vice_chair": ("副会长（副理事长）", (PostTitle.EXECUTIVE_CHAIR, PostTitle.VICE_CHAIR)),
    "secretary_general": ("秘书长", (PostTitle.SECRETARY_GENERAL,)),
    "chief_supervisor": ("监事长", (PostTitle.CHIEF_SUPERVISOR,)),
    "supervisor": ("监事", (PostTitle.SUPERVISOR,)),
    DAILY: ("主持日常工作", ()),
}
PARTY_POSTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "secretary": ("书记", (PartyTitle.SECRETARY,)),
    "deputy_secretary": ("副书记", (PartyTitle.DEPUTY_SECRETARY,)),
    "organization": ("组织委员", (PartyTitle.ORGANIZATION,)),
    "publicity": ("宣传委员", (PartyTitle.PUBLICITY,)),
    "discipline": ("纪检委员（纪委书记）", (PartyTitle.DISCIPLINE, PartyTitle.DISCIPLINE_SECRETARY)),
    "member": ("委员", (PartyTitle.MEMBER, PartyTitle.YOUTH)),
}


@dataclass(frozen=True)
class Cell:
    people: int
    url: str


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """How many people hold each pair of posts, and the figures of own organizations that belong to it."""

    as_of: datetime.date
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    cross: Rate
    head: Rate
    supervisor: Rate
    without_url: str
    head_url: str
    supervisor_url: str


def matrix(limit: Limit, as_of: datetime.date, within: str | None) -> Matrix:
    """Return the matrix of one part of the province; `within` is the committee that its links carry on."""
    associations = Association.objects.live_at(as_of).within(limit, as_of)
    holders: dict[tuple[str, str], set[int]] = {}
    pairs = cross_appointments(as_of, associations).values_list("person__posts__title", "title", "person_id")
    for title, party_title, person in pairs:
        for post, party_post in cells_for(title, party_title):
            holders.setdefault((post, party_post), set()).add(person)
    for party_title, person in daily_cross_appointments(as_of, associations).values_list("title", "person_id"):
        for party_post, (_, titles) in PARTY_POSTS.items():
            if party_title in titles:
                holders.setdefault((DAILY, party_post), set()).add(person)
    figures = measure(
        [INDICATORS[code] for code in ("cross_appointment_rate", "head_secretary_rate", "supervisor_cross_rate")],
        as_of,
        limit,
    )
    return Matrix(
        as_of=as_of,
        columns=tuple(name for name, _ in PARTY_POSTS.values()),
        rows=tuple(
            Row(
                name,
                tuple(
                    Cell(
                        len(holders.get((post, party_post), ())),
                        address("dashboard:matrix-people", as_of, post=post, party_post=party_post, within=within),
                    )
                    for party_post in PARTY_POSTS
                ),
            )
            for post, (name, _) in POSTS.items()
        ),
        cross=figures["cross_appointment_rate"],
        head=figures["head_secretary_rate"],
        supervisor=figures["supervisor_cross_rate"],
        without_url=figure_address("cross_appointment_rate", as_of, tab="out", within=within),
        head_url=figure_address("head_secretary_rate", as_of, tab="in", within=within),
        supervisor_url=figure_address("supervisor_cross_rate", as_of, tab="in", within=within),
    )


def cells_for(title: str, party_title: str) -> list[tuple[str, str]]:
    """Return the cells that a pair of titles belongs to."""
    return [
        (post, party_post)
        for post, (_, titles) in POSTS.items()
        for party_post, (_, party_titles) in PARTY_POSTS.items()
        if title in titles and party_title in party_titles
    ]


def people_in(limit: Limit, as_of: datetime.date, post: str, party_post: str) -> QuerySet[PartyPost]:
    """Return the pairs of posts behind one cell: a Party post a row, with the association's post annotated."""
    associations = Association.objects.live_at(as_of).within(limit, as_of)
    titles, party_titles = POSTS[post][1], PARTY_POSTS[party_post][1]
    if post == DAILY:
        rows = daily_cross_appointments(as_of, associations)
    else:
        rows = cross_appointments(as_of, associations).filter(person__posts__title__in=titles)
    return (
        rows.filter(title__in=party_titles)
        .annotate(
            post_title=F("person__posts__title"),
            post_wording=F("person__posts__wording"),
            post_since=F("person__posts__begins_on"),
        )
        .select_related("person", "association", "organization")
    )


@dataclass(frozen=True)
class Holder:
    """One person on both sides of one association."""

    person_id: int
    person: str
    association: str
    association_id: int
    organization: str
    post: str
    post_since: datetime.date
    party_post: str
    party_post_since: datetime.date


def holders_of(limit: Limit, as_of: datetime.date, post: str, party_post: str) -> tuple[Holder, ...]:
    """Return the people behind one cell, one line for each pair of posts, in the order of their associations."""
    pairs: Any = people_in(limit, as_of, post, party_post)
    rows = pairs.order_by("association__pinyin", "person__pinyin", "pk", "post_since")
    return tuple(
        Holder(
            person_id=row.person_id,
            person=row.person.name,
            association=row.association.name,
            association_id=row.association_id,
            organization=row.organization.name,
            post=row.post_wording or str(PostTitle(row.post_title).label),
            post_since=row.post_since,
            party_post=row.wording or str(row.get_title_display()),
            party_post_since=row.begins_on,
        )
        for row in rows
    )


def people_count(limit: Limit, as_of: datetime.date, post: str, party_post: str) -> int:
    """Return how many people one cell holds, counted where its list comes from."""
    counted = people_in(limit, as_of, post, party_post).aggregate(people=Count("person", distinct=True))
    return int(counted["people"])
