"""Everything dated of an association in the order in which it happened."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from associations.models import Association
from portal.core.dated import Dated, Stated
from portal.core.models import User


@dataclass(frozen=True)
class Event:
    """One thing that happened; `correct` is where its row is corrected, empty for what ended with another row."""

    on: datetime.date
    what: str
    text: str
    correct: str = ""
    organization: int | None = None
    url: str = ""


Told = Callable[[Association, User, datetime.date], Iterable[Event]]
_TOLD_FROM_ABOVE: list[Told] = []


def tells_of_associations(source: Told) -> Told:
    """Let a floor above tell what happened to an association there, as far as a user may see it today."""
    _TOLD_FROM_ABOVE.append(source)
    return source


def timeline(association: Association, user: User, today: datetime.date) -> list[Event]:
    """Return the events of an association, newest first; what began and ended stands there twice."""
    events = [
        *_own(association),
        *_statements(association),
        *_headcounts(association),
        *_posts(association),
        *_covers(association),
        *_organizations(association),
    ]
    events += [
        Event(talk.held_on, "约谈动员", talk.summary, reverse("partyorgs:talk-correct", args=[talk.pk]))
        for talk in association.founding_talks.all()
    ]
    events += [event for source in _TOLD_FROM_ABOVE for event in source(association, user, today)]
    return sorted(events, key=lambda event: event.on, reverse=True)


def _own(association: Association) -> Iterator[Event]:
    correct = reverse("associations:association-correct", args=[association.pk])
    yield Event(association.registered_on, "登记", "成立登记", correct)
    if association.deregistered_on:
        yield Event(association.deregistered_on, "注销", association.deregistration_reason or "注销", correct)


def _statements(association: Association) -> Iterator[Event]:
    for move in association.oversights.select_related("committee"):
        yield _stated(move, "党建归口", f"归口{move.committee}", "oversight")
    for clause in association.charter_clauses.all():
        yield _stated(clause, "党建入章", "党建写入章程" if clause.included else "党建未写入章程", "charter-clause")
    for decoupling in association.decouplings.all():
        yield _stated(decoupling, "脱钩", "已脱钩" if decoupling.decoupled else "未脱钩", "decoupling")


def _stated(row: Stated, what: str, text: str, noun: str) -> Event:
    reason = f"（{row.reason}）" if row.reason else ""
    return Event(row.stated_on, what, f"{text}{reason}", reverse(f"associations:{noun}-correct", args=[row.pk]))


def _headcounts(association: Association) -> Iterator[Event]:
    for row in association.headcounts.all():
        told = [
            f"{label}{value}"
            for label, value in (
                ("正式党员", row.formal),
                ("预备党员", row.probationary),
                ("专职人员", row.staff),
                ("会员单位", row.member_firms),
            )
            if value is not None
        ]
        correct = reverse("associations:headcount-correct", args=[row.pk])
        yield Event(row.as_of, "人数", f"{'，'.join(told)}（{row.source}）", correct)


def _posts(association: Association) -> Iterator[Event]:
    for post in association.posts.select_related("person"):
        words = f"{post.person.name}任{post.wording or post.get_title_display()}"
        yield from _begun_and_ended(post, "协会职务", words, reverse("associations:post-correct", args=[post.pk]))
    for officer in association.party_posts.select_related("person", "organization"):
        words = f"{officer.person.name}任{officer.organization.name}{officer.wording or officer.get_title_display()}"
        correct = reverse("partyorgs:officer-correct", args=[officer.pk])
        yield from _begun_and_ended(officer, "党内职务", words, correct)
    for sent in association.instructors.select_related("person"):
        words = f"{sent.get_kind_display()}{sent.person.name}"
        yield from _begun_and_ended(sent, "党建指导员", words, reverse("partyorgs:instructor-correct", args=[sent.pk]))


def _covers(association: Association) -> Iterator[Event]:
    for cover in association.affiliations.select_related("organization"):
        organization = cover.organization
        correct = reverse("partyorgs:affiliation-correct", args=[cover.pk])
        founding = cover.begins_on == organization.begins_on
        what = "党组织成立" if founding else "纳入覆盖"
        yield Event(cover.begins_on, what, organization.name, correct, organization.pk)
        if cover.ends_on:
            gone = organization.ends_on is not None and organization.ends_on <= cover.ends_on
            text = f"{organization.name}{f'（{cover.end_reason}）' if cover.end_reason else ''}"
            yield Event(cover.ends_on, "党组织撤销" if gone else "终止覆盖", text, "", organization.pk)


def _organizations(association: Association) -> Iterator[Event]:
    covers = association.affiliations.select_related("organization")
    covers = covers.prefetch_related("organization__elections", "organization__setups")
    for organization in {cover.organization for cover in covers}:
        for election in organization.elections.all():
            correct = reverse("partyorgs:election-correct", args=[election.pk])
            text = f"{organization.name}选举，任期至{election.term_ends_on:%Y-%m-%d}"
            yield Event(election.held_on, "换届选举", text, correct, organization.pk)
        for setup in organization.setups.all():
            correct = reverse("partyorgs:setup-correct", args=[setup.pk])
            text = f"{organization.name}：{setup.get_setup_display()}"
            yield Event(setup.stated_on, "组建方式", text, correct, organization.pk)


def _begun_and_ended(row: Dated, what: str, words: str, correct: str) -> Iterator[Event]:
    yield Event(row.begins_on, what, words, correct)
    if row.ends_on:
        yield Event(row.ends_on, what, f"{words}，终止{f'（{row.end_reason}）' if row.end_reason else ''}")
