"""What holds of each association on a day, Party side included: the columns behind every indicator."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from associations.choices import PostTitle
from associations.facts import association_facts
from associations.models import Association, AssociationPost, DailyWork
from associations.rules import SUPERVISOR_TITLES
from partyorgs.choices import Setup
from partyorgs.models import (
    Affiliation,
    AssociationFact,
    Election,
    FoundingTalk,
    Instructor,
    OrganizationSetup,
    PartyPost,
)
from partyorgs.rules import DISCIPLINE_TITLES, SECRETARY_TITLES
from portal.core.dated import live_q
from portal.core.measures import rows_of

# The columns of the registry's own facts and of the association itself that the fact rows carry.
_OWN_COLUMNS = (
    "name",
    "uscc",
    "pinyin",
    "kind",
    "region_id",
    "industry_id",
    "competent_authority_id",
    "industry_authority_id",
    "registration_authority_id",
    "registered_on",
)


def association_facts_at(as_of: datetime.date) -> QuerySet[AssociationFact]:
    """Return the facts of every association in S on `as_of`, one row each, to be filtered, counted and listed."""
    party = with_party_facts(association_facts(as_of), as_of)
    columns = [
        field.attname
        for field in AssociationFact._meta.concrete_fields  # noqa: SLF001 -- the documented meta API
        if field.attname not in (*_OWN_COLUMNS, "association_id")
    ]
    inner = party.order_by().values(*_OWN_COLUMNS, *columns, association_id=F("pk"))
    rows: QuerySet[Any] = rows_of(AssociationFact, inner)
    return rows


def with_party_facts(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate associations with what is known on `as_of` of their Party organizations, officers and instructors."""
    own = OuterRef("pk")
    covering = live_affiliations(as_of).filter(association=own)
    in_own = set_up_as(covering, Setup.OWN, as_of)
    officers = officers_of_own_organizations(as_of).filter(association=own)
    secretaries = officers.filter(title__in=SECRETARY_TITLES)
    secretaries_in_post = PartyPost.objects.live_at(as_of).filter(
        organization=OuterRef("organization"), title__in=SECRETARY_TITLES
    )
    discipline = officers.filter(title__in=DISCIPLINE_TITLES)
    on_both_sides = AssociationPost.objects.live_at(as_of).filter(
        association=OuterRef("association"), person=OuterRef("person")
    )
    heading = on_both_sides.filter(
        Q(title=PostTitle.CHAIR) | Exists(DailyWork.objects.live_at(as_of).filter(post=OuterRef("pk"), runs_daily=True))
    )
    gone = Affiliation.objects.filter(association=own, begins_on__lte=as_of).filter(
        Q(ends_on__lte=as_of) | Q(organization__ends_on__lte=as_of)
    )
    return associations.annotate(
        has_organization=Exists(covering),
        has_own_organization=Exists(in_own),
        has_joint_organization=Exists(set_up_as(covering, Setup.JOINT, as_of)),
        has_functional_organization=Exists(set_up_as(covering, Setup.FUNCTIONAL, as_of)),
        has_hosted_organization=Exists(set_up_as(covering, Setup.HOSTED, as_of)),
        has_instructor=Exists(Instructor.objects.live_at(as_of).filter(association=own)),
        has_secretary=Exists(covering.filter(Exists(secretaries_in_post))),
        head_is_secretary=Exists(secretaries.filter(Exists(heading))),
        has_cross_appointment=Exists(officers.filter(Exists(on_both_sides))),
        has_discipline_member=Exists(discipline),
        supervisor_is_discipline_member=Exists(
            discipline.filter(Exists(on_both_sides.filter(title__in=SUPERVISOR_TITLES)))
        ),
        own_term_ends_on=Subquery(
            in_own.annotate(term=term_end(as_of, "organization")).order_by("-term").values("term")[:1]
        ),
        ever_had_organization=Exists(Affiliation.objects.filter(association=own, begins_on__lte=as_of)),
        lost_organization=Exists(gone),
        was_asked_to_found=Exists(FoundingTalk.objects.filter(association=own, held_on__lte=as_of)),
    )


def live_affiliations(as_of: datetime.date) -> QuerySet[Affiliation]:
    """Return the affiliations in force on `as_of` whose organization exists on that day."""
    return Affiliation.objects.live_at(as_of).filter(live_q(as_of, "organization__"))


def officers_of_own_organizations(as_of: datetime.date) -> QuerySet[PartyPost]:
    """Return the posts held on `as_of` in an organization that is the own one of the association they are held through."""
    covering = live_affiliations(as_of).filter(
        organization=OuterRef("organization"), association=OuterRef("association")
    )
    return PartyPost.objects.live_at(as_of).filter(Exists(set_up_as(covering, Setup.OWN, as_of)))


def set_up_as(affiliations: QuerySet[Affiliation], setup: Setup, as_of: datetime.date) -> QuerySet[Affiliation]:
    """Keep the affiliations to organizations whose setup on `as_of` is `setup`."""
    stated = OrganizationSetup.objects.live_at(as_of).filter(organization=OuterRef("organization"), setup=setup)
    return affiliations.filter(Exists(stated))


def term_end(as_of: datetime.date, organization: str = "pk") -> Coalesce:
    """Return the expression for the day the term in force on `as_of` is over: of the last election, else of the founding."""
    held = Election.objects.filter(organization=OuterRef(organization), held_on__lte=as_of).order_by("-held_on")
    founding = "first_term_ends_on" if organization == "pk" else f"{organization}__first_term_ends_on"
    return Coalesce(Subquery(held.values("term_ends_on")[:1]), F(founding))
