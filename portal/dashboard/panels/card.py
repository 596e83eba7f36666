"""The secretary's page: facts about the own association with their dates, gaps, and what is due next."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from associations.choices import PostTitle
from associations.models import Association, AssociationPost, Headcount
from associations.rules import ASSOCIATION_TERM_YEARS
from partyorgs.organizations.choices import PartyTitle, TermState
from partyorgs.organizations.facts import facts_with_terms, organizations_of
from partyorgs.organizations.models import Instructor, PartyOrganization, PartyPost
from partyorgs.organizations.rules import should_build
from partyorgs.planning.facts import waiting_tasks_of
from portal.core.access import Limit
from portal.core.measures import within_limit
from portal.core.quarters import months_after, years_after

HEADCOUNT_MONTHS = 3  # domain.md, "Work cycles": figures are reported once a quarter


@dataclass(frozen=True)
class CardFact:
    """One known fact and its day."""

    label: str
    value: str
    since: datetime.date | None = None


@dataclass(frozen=True)
class Due:
    """One thing that is due; `days` is how many are left, below zero how many it is over."""

    name: str
    day: datetime.date
    days: int

    @property
    def words(self) -> str:
        if self.days < 0:
            return f"已过 {-self.days} 天"
        return f"还有 {self.days} 天" if self.days else "今天到期"


@dataclass(frozen=True)
class AssociationCard:
    name: str
    uscc: str
    url: str
    is_registered: bool
    is_covered: bool
    known: tuple[CardFact, ...]
    missing: tuple[str, ...]
    due: tuple[Due, ...]

    @property
    def next_due(self) -> Due | None:
        return self.due[0] if self.due else None


def cards(limit: Limit, as_of: datetime.date) -> tuple[AssociationCard, ...]:
    """Return the card of each association within `limit`; of those not registered on the day only the name."""
    associations = Association.objects.within(limit, as_of).order_by("pinyin", "pk")
    return tuple(card_of(association, as_of) for association in associations)


def card_of(association: Association, as_of: datetime.date) -> AssociationCard:
    """Return one association's card."""
    rows = within_limit(facts_with_terms(as_of), Limit(association_ids=(association.pk,)))
    fact = rows.select_related("committee").first()
    url = reverse("partyorgs:association-detail", args=[association.pk])
    if fact is None:
        return AssociationCard(association.name, association.uscc, url, False, False, (), (), ())  # noqa: FBT003 -- not registered, so not covered either
    record = _record_of(association, fact, as_of)
    return AssociationCard(
        name=association.name,
        uscc=association.uscc,
        url=url,
        is_registered=True,
        is_covered=fact.has_organization,
        known=tuple(_known_facts(record)),
        missing=tuple(_gaps(record)),
        due=tuple(sorted(_due_dates(record), key=lambda one: (one.day, one.name))),
    )


@dataclass(frozen=True)
class _Record:
    """Everything that a card is made of."""

    association: Association
    fact: Any
    as_of: datetime.date
    organizations: Sequence[tuple[PartyOrganization, str]]
    secretary: PartyPost | None
    chair: AssociationPost | None
    instructor: Instructor | None
    headcount: Headcount | None

    @property
    def headcount_due_on(self) -> datetime.date:
        """Return the day by which the headcount is to be reported again; today where there is none."""
        return months_after(self.headcount.as_of, HEADCOUNT_MONTHS) if self.headcount else self.as_of


def _record_of(association: Association, fact: Any, as_of: datetime.date) -> _Record:
    organizations = organizations_of([association.pk], as_of).get(association.pk, [])
    secretaries = PartyPost.objects.live_at(as_of).filter(
        organization__in=[organization for organization, _ in organizations], title=PartyTitle.SECRETARY
    )
    chairs = AssociationPost.objects.live_at(as_of).filter(association=association, title=PostTitle.CHAIR)
    instructors = Instructor.objects.live_at(as_of).filter(association=association)
    return _Record(
        association,
        fact,
        as_of,
        organizations,
        secretary=secretaries.select_related("person").order_by("-begins_on", "-pk").first(),
        chair=chairs.select_related("person").order_by("-begins_on", "-pk").first(),
        instructor=instructors.select_related("person").order_by("pk").first(),
        headcount=Headcount.objects.filter(association=association).at(as_of).first(),
    )


def _known_facts(record: _Record) -> Iterator[CardFact]:
    fact = record.fact
    yield CardFact("成立登记", "已登记", record.association.registered_on)
    yield CardFact("党建工作领导机构", str(fact.committee or "未填写"))
    for organization, setup in record.organizations:
        yield CardFact(f"党组织（{setup}）", organization.name, organization.begins_on)
    if secretary := record.secretary:
        yield CardFact("党组织书记", secretary.person.name, secretary.begins_on)
    if chair := record.chair:
        yield CardFact("会长（理事长）", chair.person.name, chair.begins_on)
    if instructor := record.instructor:
        yield CardFact(str(instructor.get_kind_display()), instructor.person.name, instructor.begins_on)
    if headcount := record.headcount:
        counts = f"正式党员 {headcount.formal or 0} 名，预备党员 {headcount.probationary or 0} 名"
        yield CardFact("党员数", counts, headcount.as_of)
    yield CardFact("党建写入章程", "已写入" if fact.has_charter_clause else "未写入")


def _gaps(record: _Record) -> Iterator[str]:
    """Yield a sentence for everything that an association lacks."""
    fact, headcount = record.fact, record.headcount
    is_uncovered, builds_own = not fact.has_organization, should_build(fact.formal_members)
    table = (
        (is_uncovered and builds_own, "尚未建立党组织：正式党员已有3名以上，应当单独组建。"),
        (is_uncovered and not builds_own, "尚未被党组织覆盖：可联合组建或者建立功能型党组织。"),
        (is_uncovered and not fact.has_instructor, "尚未选派党建工作指导员。"),
        (fact.has_organization and record.secretary is None, "党组织没有在任书记。"),
        (fact.party_term_state == TermState.OVERDUE, "党组织任期已届满，应换届未换届。"),
        (fact.association_term_state == TermState.OVERDUE, "协会任期已届满五年，应换届未换届。"),
        (record.chair is None, "没有登记在任会长（理事长）。"),
        (not fact.has_charter_clause, "党建内容尚未写入章程。"),
        (headcount is None, "还没有登记党员与从业人员数。"),
        (headcount and record.headcount_due_on < record.as_of, "党员与从业人员数已超过一个季度未更新。"),
    )
    return (sentence for applies, sentence in table if applies)


def _due_dates(record: _Record) -> Iterator[Due]:
    as_of, chair = record.as_of, record.chair
    dated = [
        ("党组织换届", record.fact.own_term_ends_on),
        ("协会换届", years_after(chair.begins_on, ASSOCIATION_TERM_YEARS) if chair else None),
        ("报送党员与从业人员数", record.headcount_due_on),
        *(
            (f"组建任务（{task.get_form_display()}，帮建人{task.helper}）", task.due_on)
            for task in waiting_tasks_of(record.association.pk, as_of)
        ),
    ]
    return (Due(name, day, (day - as_of).days) for name, day in dated if day is not None)
