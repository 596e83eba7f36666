"""Rows of the made-up province: one association with everything that is known of it."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from associations.choices import Membership, PostTitle, Sex
from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    KnownAs,
    Oversight,
    PartyMembership,
    Person,
)
from associations.rules import kind_of, uscc_check_character
from partyorgs.organizations.choices import InstructorKind, PartyTitle, Setup
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from partyorgs.organizations.rules import level_of, term_ends_on
from portal.core.models import Committee
from portal.core.quarters import years_after
from portal.demo.names import GIVEN, NUMBERS, SURNAMES

Day = datetime.date


@dataclass
class Country:
    """The rows of the country, by model, in the order in which they are written."""

    today: Day
    chance: random.Random
    quarters: list[Day]
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row

    def day_between(self, first: Day, last: Day) -> Day:
        span = (last - first).days
        return first if span <= 0 else first + datetime.timedelta(days=self.chance.randrange(span + 1))

    def years_ago(self, years: float) -> Day:
        return self.today - datetime.timedelta(days=round(years * 365.25))


def add_association(country: Country, number: int, name: str, *, is_gone: bool) -> Association:
    chance = country.chance
    young = chance.random() < 0.06
    first, last = (country.years_ago(2), country.years_ago(0.1)) if young else (Day(1986, 1, 1), country.years_ago(3))
    first17 = f"51320000{(number * 7919 + 12345) % 10**9:09d}"
    registered = country.day_between(first, last)
    gone = country.day_between(max(registered, country.years_ago(1.9)), country.today) if is_gone else None
    return country.add(
        Association(
            uscc=first17 + uscc_check_character(first17),
            name=name,
            kind=kind_of(name),
            registered_on=registered,
            deregistered_on=gone,
            deregistration_reason="会员大会决议注销" if gone else "",
            grade=chance.choice(["5A", "4A", "3A", "3A", ""]),
            described_on=country.quarters[-1],
        )
    )


def oversee(country: Country, association: Association, committee: Committee, leaves: list[Committee]) -> None:
    said = country.quarters[0]
    earlier = leaves[country.chance.randrange(len(leaves))] if country.chance.random() < 0.02 else committee
    middle = country.quarters[len(country.quarters) // 2]
    moved_on = middle if earlier is not committee and middle > said else None
    earlier = earlier if moved_on else committee
    country.add(Oversight(association=association, committee=earlier, stated_on=said, ends_on=moved_on))
    if moved_on:
        country.add(
            Oversight(
                association=association, committee=committee, stated_on=moved_on, begins_on=moved_on, reason="归口调整"
            )
        )
    included, since = country.chance.random() < 0.88, None
    if included and country.chance.random() < 0.25:
        since = country.chance.choice(country.quarters[1:] or country.quarters)
    if since and since > said:
        country.add(CharterClause(association=association, included=False, stated_on=said, ends_on=since))
        country.add(CharterClause(association=association, included=True, stated_on=since, begins_on=since))
    else:
        country.add(CharterClause(association=association, included=included, stated_on=said))
    country.add(Decoupling(association=association, decoupled=country.chance.random() < 0.85, stated_on=said))


def count_heads(country: Country, association: Association, state: Any) -> None:
    chance = country.chance
    few = state in (Setup.JOINT, Setup.FUNCTIONAL) or (state != Setup.OWN and chance.random() < 0.62)
    formal = chance.randrange(3) if few else min(3 + int(chance.expovariate(0.13)), 120)
    staff, firms = max(formal + chance.randrange(2, 20), 3), chance.randrange(40, 900)
    for day in country.quarters:
        drift = chance.choice((0, 0, 0, 0, 1, -1)) if formal > 4 else 0
        country.add(
            Headcount(
                association=association,
                as_of=day,
                formal=formal + drift,
                probationary=chance.choice((0, 0, 0, 1, 2)),
                staff=staff,
                member_firms=firms + chance.randrange(10),
                source="历次台账",
            )
        )


def _person(country: Country, association: Association, membership: Membership) -> Person:
    chance = country.chance
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    wording = {Membership.FORMAL: "中共党员", Membership.PROBATIONARY: "中共预备党员"}.get(membership, "群众")
    person = Person(name=name, sex=chance.choice((Sex.MALE, Sex.MALE, Sex.FEMALE)), political_wording=wording)
    country.add(person)
    country.add(KnownAs(association=association, name=name, person=person))
    country.add(PartyMembership(person=person, membership=membership, stated_on=country.quarters[0]))
    return person


def _member(country: Country, share: float) -> Membership:
    drawn = country.chance.random()
    return Membership.FORMAL if drawn < share else Membership.PROBATIONARY if drawn < share + 0.02 else Membership.NONE


def add_leaders(country: Country, association: Association) -> dict[PostTitle, Person]:
    chance = country.chance
    begins = max(association.registered_on, country.day_between(country.years_ago(5.4), country.years_ago(0.3)))
    titles = [PostTitle.CHAIR, *[PostTitle.VICE_CHAIR] * chance.randrange(2, 5), PostTitle.SECRETARY_GENERAL]
    if chance.random() < 0.7:
        titles.append(PostTitle.CHIEF_SUPERVISOR)
    daily = chance.choice((PostTitle.CHAIR, PostTitle.SECRETARY_GENERAL, PostTitle.SECRETARY_GENERAL))
    held: dict[PostTitle, Person] = {}
    for title in titles:
        person = _person(country, association, _member(country, 0.5))
        post = country.add(
            AssociationPost(
                association=association,
                person=person,
                title=title,
                wording=title.label.split("（")[0],
                begins_on=begins,
            )
        )
        if title not in held:
            held[title] = person
            country.add(DailyWork(post=post, runs_daily=title == daily, stated_on=country.quarters[0]))
    return held


def _founded(country: Country, association: Association) -> Day:
    """Return the founding day of an organization: a third of today's were founded in the last two years, so that the trend rises."""
    recent = country.chance.random() < 0.24
    first, last = (country.years_ago(2), country.years_ago(0.05)) if recent else (Day(2008, 1, 1), country.years_ago(2))
    end = association.deregistered_on or country.today
    return min(max(association.registered_on, country.day_between(first, last)), end)


def _establish(country: Country, name: str, founded: Day, setup: Setup) -> PartyOrganization:
    level = level_of(name)
    organization = country.add(
        PartyOrganization(name=name, level=level, begins_on=founded, first_term_ends_on=term_ends_on(founded, level))
    )
    country.add(OrganizationSetup(organization=organization, setup=setup, stated_on=founded))
    held = founded
    for _ in range(8):
        due = term_ends_on(held, level)
        if due > country.today or (due > country.years_ago(1) and country.chance.random() < 0.3):
            break
        held = due - datetime.timedelta(days=country.chance.randrange(40))
        country.add(Election(organization=organization, held_on=held, term_ends_on=term_ends_on(held, level)))
    return organization


def add_organization(
    country: Country, association: Association, committee: Committee, setup: Setup, people: dict[PostTitle, Person]
) -> None:
    chance, founded = country.chance, _founded(country, association)
    kind = {Setup.OWN: "支部委员会", Setup.FUNCTIONAL: "功能型党支部", Setup.HOSTED: "依托党支部"}[setup]
    name = f"中共{association.name}{kind}" if setup == Setup.OWN else f"{association.name}{kind}"
    if setup == Setup.OWN and chance.random() < 0.02 and founded > country.years_ago(2):
        _rebuilt(country, association, name, founded)
    organization = _establish(country, name, founded, setup)
    country.add(Affiliation(organization=organization, association=association, begins_on=founded))
    if setup != Setup.OWN or chance.random() < 0.03:
        return
    party = [
        title
        for title in (PostTitle.CHAIR, PostTitle.SECRETARY_GENERAL, PostTitle.VICE_CHAIR)
        if chance.random() < 0.45
    ]
    secretary = people[party[0]] if party else _person(country, association, Membership.FORMAL)
    posts = [(PartyTitle.SECRETARY, secretary)]
    if chance.random() < 0.55:
        supervisor = people.get(PostTitle.CHIEF_SUPERVISOR)
        crossing = supervisor if supervisor is not None and chance.random() < 0.4 else None
        posts.append((PartyTitle.DISCIPLINE, crossing or _person(country, association, Membership.FORMAL)))
        posts.append((PartyTitle.ORGANIZATION, _person(country, association, Membership.FORMAL)))
    for title, person in posts:
        country.add(
            PartyPost(
                organization=organization,
                association=association,
                person=person,
                title=title,
                wording=title.label,
                begins_on=founded,
            )
        )


def _rebuilt(country: Country, association: Association, name: str, founded: Day) -> None:
    begun, ended = years_after(founded, -6), founded - datetime.timedelta(days=200)
    begun = max(begun, association.registered_on)
    if begun < ended:
        level = level_of(name)
        earlier = country.add(
            PartyOrganization(
                name=name,
                level=level,
                begins_on=begun,
                ends_on=ended,
                end_reason="党员流动",
                first_term_ends_on=term_ends_on(begun, level),
            )
        )
        country.add(OrganizationSetup(organization=earlier, setup=Setup.OWN, stated_on=begun))
        country.add(
            Affiliation(
                organization=earlier, association=association, begins_on=begun, ends_on=ended, end_reason="党员流动"
            )
        )


def add_joint_organizations(country: Country, committee: Committee, members: list[Association]) -> None:
    for number, start in enumerate(range(0, len(members), 4)):
        covered = members[start : start + 4]
        place = NUMBERS[number] if number < len(NUMBERS) else str(number + 1)
        founded = max(_founded(country, covered[0]), covered[0].registered_on)
        organization = _establish(
            country, f"{committee.name.removesuffix('党委')}第{place}联合党支部", founded, Setup.JOINT
        )
        for association in covered:
            begins = max(founded, association.registered_on)
            country.add(Affiliation(organization=organization, association=association, begins_on=begins))
        secretary = _person(country, covered[0], Membership.FORMAL)
        country.add(
            PartyPost(
                organization=organization,
                association=covered[0],
                person=secretary,
                title=PartyTitle.SECRETARY,
                wording="书记",
                begins_on=founded,
            )
        )


def add_instructor(country: Country, association: Association, committee: Committee) -> None:
    begins = max(association.registered_on, country.day_between(country.years_ago(3), country.years_ago(0.1)))
    country.add(
        Instructor(
            association=association,
            person=_person(country, association, Membership.FORMAL),
            kind=country.chance.choice(InstructorKind.values),
            dispatched_by=committee.name,
            begins_on=begins,
        )
    )
