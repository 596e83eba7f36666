"""Cross-appointments: people who serve on both sides, and organizations where nobody does although leaders could."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from associations.choices import PostTitle
from associations.models import Association, Person
from partyorgs.organizations.choices import PartyTitle
from partyorgs.organizations.facts import cross_appointments, daily_cross_appointments, facts_with_terms
from partyorgs.organizations.indicators import INDICATORS
from partyorgs.organizations.models import PartyPost
from portal.core.access import Limit
from portal.core.measures import measure, rows_at
from portal.dashboard.panels.coverage import IndicatorFigure
from portal.dashboard.panels.figures import FigureLine, lines_of, opened_by
from portal.dashboard.panels.links import address, figure_address

if TYPE_CHECKING:
    from portal.core.models import User

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

RELATED = ("cross_appointment_rate", "head_secretary_rate", "supervisor_cross_rate")
COULD_CROSS = Q(has_own_organization=True, has_cross_appointment=False, leader_party_posts__gt=0)
LISTED = 20
NAMED = 3  # so many names fit into a cell; more are counted and stand on the page behind it


@dataclass(frozen=True)
class MatrixCell:
    """The number of people who hold a pair of posts; with names where the matrix is narrowed to a committee and they are few."""

    people: int
    url: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class MatrixRow:
    name: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class RelatedFigure(IndicatorFigure):
    """A figure of own organizations that belongs beside the matrix, narrowed like it."""

    within: str | None = None

    @property
    def url(self) -> str:
        return figure_address(self.indicator.code, self.as_of, tab="in", within=self.within)


@dataclass(frozen=True)
class CouldCross:
    """Own organizations in which nobody serves on both sides although leaders are Party members; the first of them by name."""

    total: int
    lines: tuple[FigureLine, ...]


@dataclass(frozen=True)
class Matrix:
    """The number of people who hold each pair of posts, and the figures of own organizations beside it."""

    as_of: datetime.date
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    figures: tuple[RelatedFigure, ...]
    could: CouldCross
    without_url: str
    named: int = NAMED

    @property
    def shows_names(self) -> bool:
        return any(cell.names for row in self.rows for cell in row.cells)


def matrix(limit: Limit, as_of: datetime.date, within: str | None, user: User, today: datetime.date) -> Matrix:
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
    names = names_of({person for people in holders.values() if len(people) <= NAMED for person in people}, within)
    figures = measure([INDICATORS[code] for code in RELATED], as_of, limit)
    could = rows_at(facts_with_terms, as_of, limit).filter(COULD_CROSS).select_related("committee", "region")
    return Matrix(
        as_of=as_of,
        columns=tuple(name for name, _ in PARTY_POSTS.values()),
        rows=tuple(
            MatrixRow(
                name,
                tuple(
                    MatrixCell(
                        len(holders.get((post, party_post), ())),
                        address("dashboard:matrix-people", as_of, post=post, party_post=party_post, within=within),
                        in_a_cell(holders.get((post, party_post), set()), names),
                    )
                    for party_post in PARTY_POSTS
                ),
            )
            for post, (name, _) in POSTS.items()
        ),
        figures=tuple(RelatedFigure(INDICATORS[code], figures[code], None, as_of, within) for code in RELATED),
        could=CouldCross(could.count(), tuple(lines_of(could.order_by("pinyin", "pk")[:LISTED], user, as_of, today))),
        without_url=figure_address("cross_appointment_rate", as_of, tab="out", within=within),
    )


def names_of(people: set[int], within: str | None) -> dict[int, str]:
    """Return {person: name} in the order of names; empty for a whole scope, where cells are only counted."""
    if not within:
        return {}
    return dict(Person.objects.filter(pk__in=people).order_by("pinyin", "pk").values_list("pk", "name"))


def in_a_cell(people: set[int], names: dict[int, str]) -> tuple[str, ...]:
    return tuple(name for key, name in names.items() if key in people) if len(people) <= NAMED else ()


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
    url: str
    organization: str
    post: str
    post_since: datetime.date
    party_post: str
    party_post_since: datetime.date


def holders_of(
    limit: Limit, as_of: datetime.date, post: str, party_post: str, *, user: User, today: datetime.date
) -> tuple[Holder, ...]:
    """Return the people behind one cell, one line for each pair of posts, in the order of their associations."""
    pairs: Any = people_in(limit, as_of, post, party_post)
    rows = pairs.order_by("association__pinyin", "person__pinyin", "pk", "post_since")
    opened = opened_by(user, [row.association_id for row in rows], today)
    return tuple(
        Holder(
            person_id=row.person_id,
            person=row.person.name,
            association=row.association.name,
            url=reverse("partyorgs:association-detail", args=[row.association_id])
            if row.association_id in opened
            else "",
            organization=row.organization.name,
            post=row.post_wording or str(PostTitle(row.post_title).label),
            post_since=row.post_since,
            party_post=row.wording or str(row.get_title_display()),
            party_post_since=row.begins_on,
        )
        for row in rows
    )


def people_count(limit: Limit, as_of: datetime.date, post: str, party_post: str) -> int:
    """Return how many people one cell holds, counted from the list behind it."""
    counted = people_in(limit, as_of, post, party_post).aggregate(people=Count("person", distinct=True))
    return int(counted["people"])
