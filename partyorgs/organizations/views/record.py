"""What the page about an association shows: how it stands on a day, both sides of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from associations.access import can_see_memberships_of, can_write
from associations.choices import Membership
from associations.facts import marked_posts
from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    Decoupling,
    Headcount,
    Oversight,
)
from associations.rules import LEADER_TITLES
from partyorgs.organizations.choices import CoverageState, Setup
from partyorgs.organizations.facts import listed_associations, listed_organizations, live_affiliations
from partyorgs.organizations.indicators import HARD_CASES
from partyorgs.organizations.models import Instructor, PartyOrganization, PartyPost
from portal.core.access import Limit, scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import User


@dataclass(frozen=True)
class Held:
    """A post and what is marked beside it: the same person on the other side, Party membership where it may be seen."""

    post: Any
    is_cross: bool
    membership: str = ""


@dataclass(frozen=True)
class Covering:
    """An organization that covers the association, since when and how, with those who serve in it."""

    organization: Any
    setup: str
    since: datetime.date
    others: int
    officers: tuple[Held, ...]


@dataclass(frozen=True)
class AssociationRecord:
    association: Association
    state: str
    is_live: bool
    oversight: Oversight | None
    coverage: CoverageState
    why: str
    proposal: str
    clause: CharterClause | None
    decoupling: Decoupling | None
    headcount: Headcount | None
    headcounts: list[Headcount]
    organizations: list[Covering]
    leaders: list[Held]
    others: list[Held]
    instructors: list[Instructor]
    tasks: list[Any]
    may_write: bool
    may_see_memberships: bool


TaskSource = Callable[[int, datetime.date], Iterable[Any]]
_TASKS: list[TaskSource] = []


def lists_tasks(source: TaskSource) -> TaskSource:
    """Let a subject above list the tasks about an association, by its key, that are open on a day."""
    _TASKS.append(source)
    return source


def association_record(
    association: Association, user: User, as_of: datetime.date, today: datetime.date
) -> AssociationRecord:
    """Return how `association` stands on `as_of`, as far as `user` may see."""
    may_see = can_see_memberships_of(user, association, today) is None
    posts = _posts(association, as_of)
    organizations = _organizations(association, as_of, user, today, posts)
    serving = {held.post.person_id for covering in organizations for held in covering.officers}
    held = [Held(post, post.person_id in serving, _words(post.membership) if may_see else "") for post in posts]
    instructors = list(association.instructors.live_at(as_of).select_related("person"))
    listed: Any = listed_associations(Association.objects.visible_to(user, today), as_of).get(pk=association.pk)
    coverage = CoverageState(listed.coverage)
    why, proposal = _why(association, coverage, organizations, instructors, as_of)
    return AssociationRecord(
        association=association,
        state=str(association.state_at(as_of).label),
        is_live=association.registered_on <= as_of and association.state_at(as_of) == "registered",
        oversight=association.oversights.live_at(as_of).select_related("committee").first(),
        coverage=coverage,
        why=why,
        proposal=proposal,
        clause=association.charter_clauses.live_at(as_of).first(),
        decoupling=association.decouplings.live_at(as_of).first(),
        headcount=association.headcounts.at(as_of).first(),
        headcounts=list(association.headcounts.order_by("-as_of")),
        organizations=organizations,
        leaders=[one for one in held if one.post.title in LEADER_TITLES],
        others=[one for one in held if one.post.title not in LEADER_TITLES],
        instructors=instructors,
        tasks=[task for source in _TASKS for task in source(association.pk, as_of)] if _sees_tasks(user) else [],
        may_write=can_write(user, association, today) is None,
        may_see_memberships=may_see,
    )


def _sees_tasks(user: User) -> bool:
    return scope_of(user).has(*COMMITTEE_ROLES, Role.SECRETARY)


def _posts(association: Association, as_of: datetime.date) -> list[Any]:
    ordered = {title: place for place, title in enumerate(LEADER_TITLES)}
    rows = marked_posts(association.posts.live_at(as_of).select_related("person"), as_of)
    return sorted(rows, key=lambda post: (ordered.get(post.title, len(ordered)), post.begins_on, post.pk))


def _words(membership: str | None) -> str:
    return str(Membership(membership).label) if membership else ""


def _organizations(
    association: Association, as_of: datetime.date, user: User, today: datetime.date, posts: Iterable[AssociationPost]
) -> list[Covering]:
    covering = {row.organization_id: row for row in live_affiliations(as_of).filter(association=association)}
    rows: Iterable[Any] = listed_organizations(PartyOrganization.objects.filter(pk__in=covering), as_of).order_by(
        "begins_on", "pk"
    )
    seen = PartyPost.objects.visible_to(user, today).live_at(as_of).filter(organization__in=covering)
    officers: dict[int, list[PartyPost]] = {}
    for post in seen.select_related("person", "association").order_by("begins_on", "pk"):
        officers.setdefault(post.organization_id, []).append(post)
    others = live_affiliations(as_of).filter(organization__in=covering).exclude(association=association)
    counts: dict[int, int] = {}
    for row in others:
        counts[row.organization_id] = counts.get(row.organization_id, 0) + 1
    holders = {post.person_id for post in posts}
    return [
        Covering(
            organization=organization,
            setup=str(Setup(organization.setup).label) if organization.setup else "未填写",
            since=covering[organization.pk].begins_on,
            others=counts.get(organization.pk, 0),
            officers=tuple(
                Held(post, post.association_id == association.pk and post.person_id in holders)
                for post in officers.get(organization.pk, ())
            ),
        )
        for organization in rows
    ]


def _why(
    association: Association,
    coverage: CoverageState,
    organizations: list[Covering],
    instructors: list[Instructor],
    as_of: datetime.date,
) -> tuple[str, str]:
    """Return the sentence behind the coverage, and what to do where there is none (domain.md, five hard cases)."""
    if organizations:
        first = organizations[0]
        return f"自{_day(first.since)}起由{first.organization.name}覆盖（{first.setup}）。", ""
    alone = Limit(association_ids=(association.pk,))
    case = next(
        (case for case in HARD_CASES if case.sign and case.indicator.rows(as_of, alone).filter(case.sign).exists()),
        None,
    )
    sent = "、".join(instructor.person.name for instructor in instructors)
    why = f"已选派{sent}联系，尚未被党组织覆盖。" if sent else "没有党组织覆盖，也没有选派党建工作指导员。"
    if case is None:
        return why, ""
    return f"{why}{case.meaning}。", f"{case.name}：{case.proposal}"


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
