"""Random things that happen to a world, each through the service that a page calls; what a rule refuses does not happen."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from associations.choices import AssociationKind, Membership, PostTitle
from associations.models import Association, AssociationPost, Headcount, Oversight, Person, PersonMerge
from associations.services.associations import (
    correct_association,
    deregister_association,
    edit_association,
    move_association,
    register_association,
)
from associations.services.headcounts import correct_headcount, record_headcount
from associations.services.people import create_person, edit_person, state_membership
from associations.services.posts import appoint_leader, correct_post, end_post
from associations.services.statements import correct_statement, state_charter_clause, state_daily_work
from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from partyorgs.organizations.models import Affiliation, FoundingTalk, Instructor, PartyOrganization, PartyPost
from partyorgs.organizations.services.instructors import assign_instructor, correct_talk, end_instructor, record_talk
from partyorgs.organizations.services.officers import appoint_officer, correct_party_post, end_party_post
from partyorgs.organizations.services.people import merge_people, undo_merge
from partyorgs.organizations.services.registry import (
    affiliate,
    correct_affiliation,
    correct_organization,
    dissolve_organization,
    end_affiliation,
    found_organization,
    record_election,
    state_setup,
)
from partyorgs.planning.services.targets import set_target
from portal.core.choices import CommitteeKind
from portal.core.errors import RuleViolation
from portal.core.models import User
from portal.core.services import create_committee, rename_committee
from tests.partyorgs.worlds import World
from tests.recipes import credit_code


class Changes:
    """Makes one random change after the other; `happened` names those that no rule refused."""

    def __init__(self, world: World, actor: User) -> None:
        self.world, self.actor = world, actor
        self.random, self.pick, self.day = world.random, world.pick, world.day
        self.happened: list[str] = []
        self.kinds: list[Callable[[], Any]] = [
            getattr(self, name) for name in sorted(dir(type(self))) if not name.startswith(("_", "make"))
        ]

    def make(self) -> str:
        """Make the next change that no rule refuses and return its name."""
        while True:
            kind = self.pick(self.kinds)
            try:
                kind()
            except RuleViolation:
                continue
            self.happened.append(kind.__name__)
            return kind.__name__

    def _one(self, model: type[Any], **where: Any) -> Any:
        rows = list(model.objects.filter(**where).order_by("pk"))
        if not rows:
            raise RuleViolation("没有可以改动的记录。")
        return self.pick(rows)

    def _association(self) -> Association:
        return self._one(Association)

    def _why(self) -> dict[str, Any]:
        return {"actor": self.actor, "reason": "核对后更正"}

    # --- the registry ---

    def register(self) -> None:
        number = Association.objects.count()
        register_association(
            actor=self.actor,
            uscc=credit_code(),
            name=f"新登记第{number}商会",
            kind=self.pick(AssociationKind.values),
            registered_on=self.day(),
            committee=self.pick(self.world.committees),
            charter_clause=self.pick((True, False, None)),
            region=self.pick([*self.world.regions, None]),
        )

    def describe(self) -> None:
        values = {
            "region": self.pick([*self.world.regions, None]),
            "industry": self.pick([*self.world.industries, None]),
            "kind": self.pick(AssociationKind.values),
        }
        edit_association(association=self._association(), actor=self.actor, values=values)

    def correct_registration(self) -> None:
        association = self._one(Association, uscc__startswith="5")
        correct_association(association=association, values={"registered_on": self.day()}, **self._why())

    def deregister(self) -> None:
        deregister_association(association=self._association(), on=self.day(), **self._why())

    def move(self) -> None:
        committee = self.pick(self.world.committees)
        move_association(association=self._association(), committee=committee, from_date=self.day(), **self._why())

    def correct_oversight(self) -> None:
        row = self._one(Oversight)
        values = {"committee": self.pick(self.world.committees)}
        correct_statement(statement=row, values=values, **self._why())

    def clause(self) -> None:
        state_charter_clause(
            association=self._association(), actor=self.actor, included=self.pick((True, False)), stated_on=self.day()
        )

    def count(self) -> None:
        record_headcount(
            association=self._association(),
            actor=self.actor,
            as_of=self.day(),
            source="来函",
            formal=self.pick((0, 3, 9)),
        )

    def recount(self) -> None:
        values = {"formal": self.pick((0, 2, 3, 60))}
        correct_headcount(headcount=self._one(Headcount), values=values, **self._why())

    # --- people ---

    def appoint(self) -> None:
        association = self._association()
        known = self.world.people.get(association.pk)
        appoint_leader(
            association=association,
            actor=self.actor,
            title=self.pick(PostTitle.values),
            begins_on=self.day(),
            person=self.pick(known) if known else None,
            name="新任会长",
            runs_daily=self.pick((True, None)),
        )

    def end_appointment(self) -> None:
        end_post(post=self._one(AssociationPost), on=self.day(), **self._why())

    def correct_appointment(self) -> None:
        post = self._one(AssociationPost)
        values = {"title": self.pick(PostTitle.values), "person": self._one(Person, merged_into=None)}
        correct_post(post=post, values=values, **self._why())

    def run_daily(self) -> None:
        post = self._one(AssociationPost)
        state_daily_work(post=post, actor=self.actor, runs_daily=self.pick((True, False)), stated_on=self.day())

    def join_the_party(self) -> None:
        state_membership(
            person=self._one(Person),
            actor=self.actor,
            membership=self.pick(Membership.values),
            stated_on=self.day(),
        )

    def know(self) -> None:
        create_person(association=self._association(), actor=self.actor, name="新人")

    def rename_person(self) -> None:
        person = self._one(Person)
        edit_person(person=person, values={"name": f"{person.name}甲"[:60]}, **self._why())

    def merge(self) -> None:
        everybody = {"posts__isnull": False, "merged_into": None}
        merge_people(survivor=self._one(Person, **everybody), duplicate=self._one(Person, **everybody), **self._why())

    def undo_a_merge(self) -> None:
        undo_merge(merge=self._one(PersonMerge, undone_at=None), **self._why())

    # --- the Party's side ---

    def found(self) -> None:
        associations = list(Association.objects.order_by("pk"))
        founded_on = self.day()
        found_organization(
            actor=self.actor,
            name=f"新建第{PartyOrganization.objects.count()}党支部",
            setup=self.pick(Setup.values),
            founded_on=founded_on,
            covers=self.random.sample(associations, k=self.pick((1, 2, 3))),
            elected_on=self.pick((founded_on, None)),
        )

    def cover(self) -> None:
        affiliate(
            organization=self._one(PartyOrganization),
            association=self._association(),
            actor=self.actor,
            begins_on=self.day(),
        )

    def uncover(self) -> None:
        end_affiliation(affiliation=self._one(Affiliation), on=self.day(), **self._why())

    def correct_cover(self) -> None:
        correct_affiliation(
            affiliation=self._one(Affiliation), values={"ends_on": self.pick((None, self.day()))}, **self._why()
        )

    def dissolve(self) -> None:
        dissolve_organization(organization=self._one(PartyOrganization), on=self.day(), **self._why())

    def elect(self) -> None:
        record_election(organization=self._one(PartyOrganization), actor=self.actor, held_on=self.day())

    def set_up_anew(self) -> None:
        organization = self._one(PartyOrganization)
        state_setup(organization=organization, actor=self.actor, setup=self.pick(Setup.values), stated_on=self.day())

    def correct_level(self) -> None:
        organization = self._one(PartyOrganization)
        values = {"level": self.pick(OrganizationLevel.values)}
        correct_organization(organization=organization, values=values, **self._why())

    def appoint_in_the_party(self) -> None:
        affiliation = self._one(Affiliation)
        appoint_officer(
            organization=affiliation.organization,
            association=affiliation.association,
            actor=self.actor,
            title=self.pick((PartyTitle.SECRETARY, PartyTitle.SECRETARY, *PartyTitle.values)),
            begins_on=self.day(),
            name="新任书记",
        )

    def end_in_the_party(self) -> None:
        end_party_post(post=self._one(PartyPost), on=self.day(), **self._why())

    def correct_in_the_party(self) -> None:
        values = {"title": self.pick(PartyTitle.values), "ends_on": self.pick((None, self.day()))}
        correct_party_post(post=self._one(PartyPost), values=values, **self._why())

    def instruct(self) -> None:
        assign_instructor(
            association=self._association(),
            actor=self.actor,
            kind=self.pick(InstructorKind.values),
            begins_on=self.day(),
            name="新指导员",
        )

    def call_back(self) -> None:
        end_instructor(instructor=self._one(Instructor), on=self.day(), **self._why())

    def talk(self) -> None:
        record_talk(association=self._association(), actor=self.actor, held_on=self.day(), summary="约谈会长")

    def correct_a_talk(self) -> None:
        correct_talk(talk=self._one(FoundingTalk), values={"held_on": self.day()}, **self._why())

    # --- what alters no figure ---

    def aim(self) -> None:
        set_target(
            committee=self.pick(self.world.committees),
            indicator="org_coverage",
            due_on=datetime.date(2030, 1, 1) + datetime.timedelta(days=self.random.randrange(2000)),
            value=Decimal(80),
            source="工作要点",
            actor=self.actor,
        )

    def plant(self) -> None:
        number = len(self.world.committees)
        parent = self.pick(self.world.committees[:4])
        self.world.committees.append(
            create_committee(name=f"第{number}行业党委", kind=CommitteeKind.INDUSTRY, parent=parent, actor=self.actor)
        )

    def rename_committee(self) -> None:
        committee = self.pick(self.world.committees)
        name = f"{committee.name}新"[:100]
        rename_committee(committee=committee, name=name, kind=CommitteeKind(committee.kind), **self._why())
