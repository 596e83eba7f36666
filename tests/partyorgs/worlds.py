"""Small random provinces. Their days are few, so that things often begin and end on the very day that is asked for."""

import datetime
import random
from collections.abc import Sequence

from django.db import connection

from associations.choices import AssociationKind, Membership, PostTitle
from associations.models import (
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Headcount,
    Industry,
    Oversight,
    PartyMembership,
    Person,
    Region,
)
from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    FoundingTalk,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from partyorgs.organizations.rules import term_ends_on
from portal.core.choices import CommitteeKind
from portal.core.dated import settle
from portal.core.models import Committee

DAYS = (
    datetime.date(2020, 2, 29),
    datetime.date(2021, 6, 30),
    datetime.date(2022, 3, 31),
    datetime.date(2023, 2, 28),
    datetime.date(2023, 12, 31),
    datetime.date(2024, 6, 30),
    datetime.date(2024, 12, 31),
)
# What is asked for: the days on which things begin and end, the days around them, and one day before everything.
ASKED = (
    datetime.date(2019, 1, 1),
    *DAYS,
    *(day + datetime.timedelta(days=1) for day in DAYS),
    datetime.date(2025, 6, 1),
)

PROVINCE = "0001"


def plant_committees() -> list[Committee]:
    """Return a tree of three levels: the province, two committees, and one below the first of them."""
    province = Committee.objects.create(name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, path=PROVINCE)
    industry = Committee.objects.create(name="省工业行业党委", parent=province, path="00010001")
    return [
        province,
        industry,
        Committee.objects.create(name="省商务行业党委", parent=province, path="00010002"),
        Committee.objects.create(name="市工业行业党委", kind=CommitteeKind.CITY, parent=industry, path="000100010001"),
    ]


def seed_of(number: int) -> int:
    """Return another seed on each database, so that the two passes of the suite try two worlds."""
    return 2 * number + (connection.vendor == "postgresql")


class World:
    """A random province, the same for the same seed."""

    def __init__(self, seed: int, associations: int = 24) -> None:
        self.random = random.Random(seed)
        self.committees = plant_committees()
        self.regions = [Region.objects.get_or_create(name=name)[0] for name in ("南京市", "苏州市")]
        self.industries = [
            Industry.objects.get_or_create(code="C", defaults={"name": "制造业"})[0],
            Industry.objects.get_or_create(code="F", defaults={"name": "批发和零售业"})[0],
        ]
        self.associations = [self.register(number) for number in range(associations)]
        self.people = {association.pk: self.know(association) for association in self.associations}
        for association in self.associations:
            self.appoint(association)
        for number in range(associations):
            self.found(number)
        for _ in range(associations // 2):
            Instructor.objects.create(
                association=self.pick(self.associations),
                person=Person.objects.create(name="指导员"),
                kind=self.pick(InstructorKind.values),
                **self.span(),
            )
            FoundingTalk.objects.create(association=self.pick(self.associations), held_on=self.day(), summary="已约谈")

    def pick(self, choices: Sequence):
        return self.random.choice(choices)

    def day(self) -> datetime.date:
        return self.pick(DAYS)

    def span(self) -> dict[str, datetime.date | None]:
        begins_on, ends_on = sorted((self.day(), self.day()))
        return {"begins_on": begins_on, "ends_on": self.pick((None, ends_on, None))}

    def statement_days(self) -> list[datetime.date]:
        return self.random.sample(DAYS, k=self.pick((0, 1, 1, 2, 3)))

    def register(self, number: int) -> Association:
        span = self.span()
        association = Association.objects.create(
            uscc=f"WORLD{number:013d}",
            name=f"第{number}行业协会",
            kind=self.pick(AssociationKind.values),
            registered_on=span["begins_on"],
            deregistered_on=span["ends_on"] if self.random.random() < 0.4 else None,
            region=self.pick([*self.regions, None]),
            industry=self.pick([*self.industries, None]),
        )
        for day in self.statement_days():
            Oversight.objects.create(association=association, committee=self.pick(self.committees), stated_on=day)
        for day in self.statement_days():
            CharterClause.objects.create(association=association, included=self.pick((True, False)), stated_on=day)
        settle(association.oversights.all())
        settle(association.charter_clauses.all())
        for day in self.statement_days():
            formal = self.pick((None, 0, 2, 3, 4, 51))
            Headcount.objects.create(association=association, as_of=day, formal=formal, probationary=1, source="台账")
        return association

    def know(self, association: Association) -> list[Person]:
        people = [Person.objects.create(name=name) for name in ("张三", "李四", "王五", "赵六")]
        for person in people:
            for day in self.statement_days():
                PartyMembership.objects.create(person=person, membership=self.pick(Membership.values), stated_on=day)
            settle(person.memberships.all())
        return people

    def appoint(self, association: Association) -> None:
        for _ in range(self.pick((0, 2, 4, 6))):
            post = AssociationPost.objects.create(
                association=association,
                person=self.pick(self.people[association.pk]),
                title=self.pick(PostTitle.values),
                **self.span(),
            )
            for day in self.statement_days() if self.random.random() < 0.5 else ():
                DailyWork.objects.create(post=post, runs_daily=self.pick((True, False)), stated_on=day)
            settle(post.daily_work.all())

    def found(self, number: int) -> None:
        span = self.span()
        level = self.pick(OrganizationLevel.values)
        organization = PartyOrganization.objects.create(
            name=f"第{number}党支部", level=level, first_term_ends_on=term_ends_on(span["begins_on"], level), **span
        )
        for day in self.statement_days() or [self.day()]:
            OrganizationSetup.objects.create(organization=organization, setup=self.pick(Setup.values), stated_on=day)
        settle(organization.setups.all())
        for day in self.random.sample(DAYS, k=self.pick((0, 0, 1, 2))):
            Election.objects.create(organization=organization, held_on=day, term_ends_on=term_ends_on(day, level))
        for association in self.random.sample(self.associations, k=self.pick((1, 1, 1, 2, 3))):
            Affiliation.objects.create(organization=organization, association=association, **self.span())
            for _ in range(self.pick((0, 1, 3))):
                PartyPost.objects.create(
                    organization=organization,
                    association=association,
                    person=self.pick(self.people[association.pk]),
                    title=self.pick(PartyTitle.values),
                    **self.span(),
                )
