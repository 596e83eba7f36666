"""What holds of each association on a day, Party side included: the columns behind every indicator."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from associations.choices import PostTitle
from associations.facts import association_facts, headcount_at
from associations.models import Association, AssociationPost, DailyWork, Oversight
from associations.rules import ASSOCIATION_TERM_YEARS, SUPERVISOR_TITLES
from partyorgs.organizations.choices import CoverageState, Setup, TermState
from partyorgs.organizations.models import (
    Affiliation,
    AssociationFact,
    Election,
    FactRow,
    FoundingTalk,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
    StoredFact,
)
from partyorgs.organizations.rules import DISCIPLINE_TITLES, REMINDER_MONTHS, SECRETARY_TITLES
from portal.core.dated import holding_q, live_q
from portal.core.quarters import begun_by, months_after
from portal.core.snapshots import derive_facts, keep_facts, reaches, reaches_nothing, rows_of

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
    rows: QuerySet[Any] = _asked_at(as_of).all()
    return rows


@lru_cache(maxsize=64)
def _asked_at(as_of: datetime.date) -> QuerySet[Any]:
    """Put the question once: its thirty subqueries cost as much to write as to answer. Nothing is read here."""
    return fact_rows(AssociationFact, with_party_facts(association_facts(as_of), as_of))


def fact_rows(model: type[FactRow], associations: QuerySet[Association]) -> QuerySet[Any]:
    """Return associations annotated with all columns of `model` as rows of it."""
    told = [field.attname for field in model._meta.concrete_fields]
    columns = [name for name in told if name not in (*_OWN_COLUMNS, "association_id")]
    return rows_of(model, associations.order_by().values(*_OWN_COLUMNS, *columns, association_id=F("pk")))


def with_party_facts(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate associations with what is known on `as_of` of their Party organizations, officers and instructors."""
    own = OuterRef("pk")
    covering = live_affiliations(as_of).filter(association=own)
    in_own = set_up_as(covering, Setup.OWN, as_of)
    officers = officers_of_own_organizations(as_of).filter(association=own)
    secretaries = officers.filter(title__in=SECRETARY_TITLES)
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
    chairs = AssociationPost.objects.live_at(as_of).filter(association=own, title=PostTitle.CHAIR)
    return associations.annotate(
        chair_since=Subquery(chairs.order_by("-begins_on").values("begins_on")[:1]),
        has_organization=Exists(covering),
        has_own_organization=Exists(in_own),
        has_joint_organization=Exists(set_up_as(covering, Setup.JOINT, as_of)),
        has_functional_organization=Exists(set_up_as(covering, Setup.FUNCTIONAL, as_of)),
        has_hosted_organization=Exists(set_up_as(covering, Setup.HOSTED, as_of)),
        has_instructor=Exists(Instructor.objects.live_at(as_of).filter(association=own)),
        has_secretary=Exists(with_secretary(covering, as_of)),
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


def with_secretary(affiliations: QuerySet[Affiliation], as_of: datetime.date) -> QuerySet[Affiliation]:
    """Keep the affiliations to organizations that have a secretary in post on `as_of`."""
    in_post = PartyPost.objects.live_at(as_of).filter(organization=OuterRef("organization"), title__in=SECRETARY_TITLES)
    return affiliations.filter(Exists(in_post))


def within_term(affiliations: QuerySet[Affiliation], as_of: datetime.date) -> QuerySet[Affiliation]:
    """Keep the affiliations to organizations whose term is not over on `as_of`."""
    return affiliations.annotate(term=term_end(as_of, "organization")).filter(term__gt=as_of)


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


def facts_with_terms(as_of: datetime.date) -> QuerySet[AssociationFact]:
    """Return the facts with both term clocks: the own organization's, and the association's since its chair took office."""
    return with_terms(association_facts_at(as_of), as_of)


def with_terms(rows: QuerySet[AssociationFact], as_of: datetime.date) -> QuerySet[AssociationFact]:
    """Annotate facts, computed or kept, with where both clocks stand on `as_of`."""
    return rows.annotate(
        term_is_current=Q(own_term_ends_on__gt=as_of),
        party_term_state=_state_of("own_term_ends_on", _itself, as_of),
        association_term_state=_state_of("chair_since", _begun_a_term_before, as_of),
        **_is_in_state("party", "own_term_ends_on", _itself, as_of),
        **_is_in_state("association", "chair_since", _begun_a_term_before, as_of),
    )


keep_facts(association_facts_at, StoredFact)
derive_facts(facts_with_terms, association_facts_at, with_terms)


def _itself(day: datetime.date) -> datetime.date:
    return day


def _begun_a_term_before(day: datetime.date) -> datetime.date:
    return begun_by(day, ASSOCIATION_TERM_YEARS)


def _steps(as_of: datetime.date) -> list[tuple[datetime.date, TermState]]:
    """Return the last day of each state that asks for something, the nearest first."""
    reminders = zip(sorted(REMINDER_MONTHS), (TermState.MONTH, TermState.QUARTER, TermState.HALF_YEAR), strict=True)
    return [(as_of, TermState.OVERDUE), *((months_after(as_of, months), state) for months, state in reminders)]


def _is_in_state(
    clock: str, column: str, last: Callable[[datetime.date], datetime.date], as_of: datetime.date
) -> dict[str, Q]:
    """Return a condition for each state that asks for something: counting by these works a term out once or twice a row."""
    found, earlier = {}, Q()
    for day, state in _steps(as_of):
        found[f"{clock}_term_is_{state}"] = Q((f"{column}__lte", last(day))) & earlier
        earlier = Q((f"{column}__gt", last(day)))
    return found


def _state_of(column: str, last: Callable[[datetime.date], datetime.date], as_of: datetime.date) -> Case:
    """Return the expression for the state of a term; `last(day)` is the column's last value whose term is over on `day`."""
    return Case(
        When(Q((f"{column}__isnull", True)), then=Value(TermState.UNKNOWN.value)),
        *[When(Q((f"{column}__lte", last(day))), then=Value(state.value)) for day, state in _steps(as_of)],
        default=Value(TermState.LATER.value),
        output_field=CharField(),
    )


def organizations_of(
    associations: Iterable[int] | QuerySet[Any], as_of: datetime.date
) -> dict[int, list[tuple[PartyOrganization, str]]]:
    """Return the Party organizations that cover each of `associations` on `as_of`, with the words for their setup."""
    setup = OrganizationSetup.objects.live_at(as_of).filter(organization=OuterRef("organization"))
    covering = live_affiliations(as_of).filter(association__in=associations).select_related("organization")
    found: dict[int, list[tuple[PartyOrganization, str]]] = {}
    for affiliation in covering.annotate(setup=Subquery(setup.values("setup")[:1])).order_by("association", "pk"):
        words = Setup(affiliation.setup).label if affiliation.setup else "未填写"
        found.setdefault(affiliation.association_id, []).append((affiliation.organization, str(words)))
    return found


def cross_appointments(
    as_of: datetime.date, associations: QuerySet[Association], of_the_post: Q = Q()
) -> QuerySet[PartyPost]:
    """Return the Party posts whose holder has a post of the same association, a row for each pair of posts on `as_of`.

    The post of the association is reached as `person__posts`; only organizations that then covered it count.
    """
    covering = live_affiliations(as_of).filter(
        organization=OuterRef("organization"), association=OuterRef("association")
    )
    return PartyPost.objects.live_at(as_of).filter(
        Exists(covering),
        live_q(as_of, "person__posts__"),
        of_the_post,
        association__in=associations,
        person__posts__association=F("association"),
    )


def daily_cross_appointments(as_of: datetime.date, associations: QuerySet[Association]) -> QuerySet[PartyPost]:
    """Keep those pairs whose post of the association runs its daily work."""
    running = holding_q(as_of, "person__posts__daily_work__") & Q(person__posts__daily_work__runs_daily=True)
    return cross_appointments(as_of, associations, running)


def coverage_at(as_of: datetime.date) -> Case:
    """Return the expression for how an association is covered on `as_of`, one of `CoverageState`."""
    covering = live_affiliations(as_of).filter(association=OuterRef("pk"))
    sent = Instructor.objects.live_at(as_of).filter(association=OuterRef("pk"))
    return Case(
        *[
            When(Exists(set_up_as(covering, setup, as_of)), then=Value(CoverageState(setup.value).value))
            for setup in Setup
        ],
        When(Exists(sent), then=Value(CoverageState.INSTRUCTOR.value)),
        default=Value(CoverageState.NONE.value),
        output_field=CharField(),
    )


def listed_associations(associations: QuerySet[Association], as_of: datetime.date) -> QuerySet[Association]:
    """Annotate associations with what their list shows on `as_of`: the committee's path and name, coverage, members."""
    overseen = Oversight.objects.live_at(as_of).filter(association=OuterRef("pk"))
    return associations.select_related("region", "industry", "competent_authority").annotate(
        committee_name=Subquery(overseen.values("committee__name")[:1]),
        coverage=coverage_at(as_of),
        formal_members=headcount_at(as_of, "formal"),
    )


def listed_organizations(
    organizations: QuerySet[PartyOrganization], as_of: datetime.date
) -> QuerySet[PartyOrganization]:
    """Annotate organizations with what their list shows on `as_of`: setup, end of the term and where that stands."""
    setup = OrganizationSetup.objects.live_at(as_of).filter(organization=OuterRef("pk"))
    return organizations.annotate(setup=Subquery(setup.values("setup")[:1]), term=term_end(as_of)).annotate(
        term_state=_state_of("term", lambda day: day, as_of)
    )


# --- whose facts a change can alter: all of an organization's associations, all of a person's ---

# Names, accounts and files of these are no facts; new facts of theirs come with a target of their own.
reaches_nothing(
    "associations.authority",
    "associations.region",
    "core.calendarday",
    "core.committee",
    "core.job",
    "core.snapshot",
    "core.user",
)


@reaches("partyorgs.partyorganization")
def of_organizations(ids: set[int]) -> set[int]:
    """Return all whom these organizations ever covered, and through whom anybody ever served in them."""
    return {
        association
        for model in (Affiliation, PartyPost)
        for association in column_of(model.objects.filter(organization__in=ids), "association_id")
    }


@reaches("associations.association")
def of_associations(ids: set[int]) -> set[int]:
    """Return these and all that share an organization with them: its secretary serves them all."""
    organizations = {
        organization
        for model in (Affiliation, PartyPost)
        for organization in column_of(model.objects.filter(association__in=ids), "organization_id")
    }
    return ids | of_organizations(organizations)


@reaches("associations.person")
def of_people(ids: set[int]) -> set[int]:
    """Return all at which these people ever held a post of any kind."""
    return {
        association
        for model in (AssociationPost, PartyPost, Instructor)
        for association in column_of(model.objects.filter(person__in=ids), "association_id")
    }


def column_of(rows: QuerySet[Any], name: str) -> Iterable[int]:
    """Return the different values of one column."""
    return rows.order_by().values_list(name, flat=True).distinct()
