"""回避 computed from rows: the registry, earlier visits, and the declared ties of inspectors."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from associations.models import Association, AssociationPost, KnownAs
from partyorgs.organizations.models import Instructor, PartyPost
from portal.core.workdays import Workdays, workdays_for
from reviews.checks.choices import AssignmentStatus, Avoidance, CheckStatus, VisitStatus
from reviews.checks.models.inspectors import Inspector, InspectorAbsence, InspectorTie
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.avoidance import Checked, Checker, avoidances
from reviews.checks.rules.days import capacity_of
from reviews.checks.rules.quotas import INSPECTORS_A_VISIT

_ONE_DAY = datetime.timedelta(days=1)
_HELD = (
    AssociationPost,
    PartyPost,
    Instructor,
)  # a post of one of these, held now or before, keeps away from its association
Kept = dict[tuple[int, int], tuple[Avoidance, ...]]  # (association, inspector) -> reasons


def kept_away(inspectors: Sequence[Inspector], associations: Iterable[int]) -> Kept:
    """Return {(association, inspector): reasons to stay away}; pairs without a reason are left out."""
    ids = set(associations)
    checkers = checkers_of(inspectors)
    codes = {code for each in checkers for code in (*each.posts, *each.declared, each.employer_association)}
    employers = {name for each in checkers for name in (each.employer, each.authority)}
    kept: Kept = {}
    for pk, checked in checked_of(ids, checkers).items():
        is_touched = checked.people or checked.last_checkers or checked.code in codes or checked.name in employers
        if not is_touched and checked.authorities.isdisjoint(employers):
            continue  # most associations have nothing to do with anybody of the pool
        for checker in checkers:
            if reasons := avoidances(checker, checked):
                kept[pk, checker.number] = reasons
    return kept


@dataclass(frozen=True)
class Stranded:
    """An association that no two inspectors of a pool may visit, with the reasons of each."""

    name: str
    code: str
    reasons: tuple[tuple[str, str], ...]  # (inspector, in words)


def without_pair(associations: Mapping[int, tuple[str, str]], inspectors: Sequence[Inspector]) -> list[Stranded]:
    """Return the associations for which fewer than two of these inspectors are left. `associations` is {id: (name, code)}."""
    kept = kept_away(inspectors, associations)
    return [
        Stranded(
            name,
            code,
            tuple((str(each), avoidance_words(kept[pk, each.pk])) for each in inspectors if (pk, each.pk) in kept),
        )
        for pk, (name, code) in associations.items()
        if sum((pk, each.pk) not in kept for each in inspectors) < INSPECTORS_A_VISIT
    ]


def avoidance_words(reasons: Iterable[Avoidance]) -> str:
    """Return reasons to stay away as one line of words."""
    return "；".join(str(reason.label) for reason in reasons)


def checkers_of(inspectors: Sequence[Inspector]) -> list[Checker]:
    """Return inspectors as avoidance sees them. Posts take three statements, ties one, however many inspectors there are."""
    people = {
        person: inspector.pk
        for inspector in inspectors
        if inspector.person is not None
        for person in (inspector.person_id, inspector.person.merged_into_id)
        if person is not None
    }
    posts: dict[int, set[str]] = defaultdict(set)
    for model in _HELD:
        rows = model._default_manager.filter(person__in=people).order_by()
        for person, code in rows.values_list("person_id", "association__uscc").distinct():
            posts[people[person]].add(code)
    declared: dict[int, set[str]] = defaultdict(set)
    ties = InspectorTie.objects.filter(inspector__in=[each.pk for each in inspectors]).order_by()
    for inspector, code in ties.values_list("inspector_id", "association__uscc"):
        declared[inspector].add(code)
    return [
        Checker(
            number=each.pk,
            name=each.user.name,
            employer=each.employer,
            authority=each.authority.name if each.authority else "",
            employer_association=each.employer_association.uscc if each.employer_association else "",
            posts=frozenset(posts[each.pk]),
            declared=frozenset(declared[each.pk]),
        )
        for each in inspectors
    ]


def checked_of(ids: set[int], checkers: Iterable[Checker]) -> dict[int, Checked]:
    """Return {id: association as avoidance sees it}; of its people only those with the name of one of these inspectors."""
    names = {checker.name for checker in checkers}
    people: dict[int, set[str]] = defaultdict(set)
    for model in _HELD:
        rows = model._default_manager.filter(person__name__in=names).order_by()
        for association, name in rows.values_list("association_id", "person__name").distinct():
            people[association].add(name)
    for association, name in KnownAs.objects.filter(name__in=names).order_by().values_list("association_id", "name"):
        people[association].add(name)
    last = last_checkers(ids)
    columns = ("pk", "uscc", "name", "competent_authority__name", "industry_authority__name")
    return {
        pk: Checked(
            code=code,
            name=name,
            people=frozenset(people[pk]),
            authorities=frozenset(each for each in authorities if each),
            last_checkers=frozenset(last.get(pk, ())),
        )
        for pk, code, name, *authorities in Association.objects.filter(pk__in=ids)
        .order_by("uscc")
        .values_list(*columns)
    }


def last_checkers(ids: set[int]) -> dict[int, set[int]]:
    """Return {association: the inspectors of the latest visit made there}."""
    done = Visit.objects.filter(association__in=ids, status=VisitStatus.DONE).order_by("done_at", "pk")
    last = dict(done.values_list("association_id", "pk"))
    by_visit = {visit: association for association, visit in last.items()}
    checkers: dict[int, set[int]] = defaultdict(set)
    assigned = VisitAssignment.objects.filter(visit__in=by_visit, status=AssignmentStatus.ASSIGNED)
    for visit, inspector in assigned.order_by().values_list("visit_id", "inspector_id"):
        checkers[by_visit[visit]].add(inspector)
    return checkers


def pool_of(inspectors: Any) -> list[Inspector]:
    """Return inspectors in the order of their ids, with everything that avoidance reads fetched along."""
    return list(inspectors.select_related("user", "person", "authority", "employer_association").order_by("pk"))


@dataclass(frozen=True)
class Calendar:
    """The working days of a period, with absences and promised visits of inspectors."""

    days: tuple[datetime.date, ...]
    absent: Mapping[int, frozenset[datetime.date]]
    taken: Mapping[tuple[int, datetime.date], int]

    def capacity(self, inspector: int) -> int:
        taken = sum(count for (each, _), count in self.taken.items() if each == inspector)
        return capacity_of(self.days, self.absent.get(inspector, frozenset()), taken)


def calendar_of(
    inspectors: Iterable[int], first: datetime.date, last: datetime.date, *, without_check: int | None = None
) -> Calendar:
    """Return the calendar of inspectors between two days; visits of `without_check` do not count as promised."""
    workdays: Workdays = workdays_for(first, last)
    every = [first + _ONE_DAY * passed for passed in range((last - first).days + 1)]
    pool = set(inspectors)
    absent: dict[int, set[datetime.date]] = defaultdict(set)
    absences = InspectorAbsence.objects.filter(inspector__in=pool, first_day__lte=last, last_day__gte=first)
    for absence in absences:
        absent[absence.inspector_id].update(day for day in every if absence.first_day <= day <= absence.last_day)
    taken: dict[tuple[int, datetime.date], int] = defaultdict(int)
    for inspector, day in (
        promised(Q(inspector__in=pool, visit__planned_on__range=(first, last)))
        .exclude(visit__spot_check=without_check)
        .values_list("inspector_id", "visit__planned_on")
    ):
        taken[inspector, day] += 1
    return Calendar(
        tuple(day for day in every if workdays.is_workday(day)),
        {each: frozenset(days) for each, days in absent.items()},
        dict(taken),
    )


def promised(condition: Q) -> Any:
    """Return the assignments that fill a calendar: of visits planned, open or made, not of cancelled checks."""
    rows = VisitAssignment.objects.filter(condition, status=AssignmentStatus.ASSIGNED)
    rows = rows.exclude(visit__spot_check__status=CheckStatus.CANCELLED).exclude(visit__status=VisitStatus.EXCUSED)
    return rows.order_by("visit__planned_on", "pk")


@dataclass(frozen=True)
class InspectorLoad:
    """The work of one inspector in a period: visits promised, and how many more there are days for."""

    inspector: Inspector
    visits: int
    possible: int


def loads_in(inspectors: Sequence[Inspector], first: datetime.date, last: datetime.date) -> list[InspectorLoad]:
    """Return the load of each inspector between two days."""
    calendar = calendar_of([each.pk for each in inspectors], first, last)
    visits: dict[int, int] = defaultdict(int)
    for (number, _), count in calendar.taken.items():
        visits[number] += count
    return [InspectorLoad(each, visits[each.pk], calendar.capacity(each.pk)) for each in inspectors]


def words_kept(inspectors: Sequence[Inspector], association: int) -> dict[int, str]:
    """Return {inspector: reasons to stay away from one association, in words}."""
    return {number: avoidance_words(reasons) for (_, number), reasons in kept_away(inspectors, [association]).items()}
