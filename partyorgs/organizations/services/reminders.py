"""What this app tells people: terms and targets that come due, each on its day; what waits, once a week."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from associations.models import Association, Oversight
from partyorgs.organizations.choices import TermState
from partyorgs.organizations.facts import facts_with_terms, live_affiliations, term_end
from partyorgs.organizations.indicators import HARD_CASE_COUNTS, TERM_COUNTS
from partyorgs.organizations.models import PartyOrganization
from partyorgs.organizations.rules import REMINDER_MONTHS, term_reminder
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.measures import measure, rows_at
from portal.core.models import Grant, User, lineage
from portal.core.notices import DigestLine, Reminder, digest_source, reminder_source, secretaries_of
from portal.core.quarters import months_after

_OVERDUE = tuple(
    (indicator, clock, f"{thing}{indicator.name}")
    for clock, thing in (("party", "党组织"), ("association", "协会"))
    for indicator in TERM_COUNTS
    if indicator.code == f"{clock}_{TermState.OVERDUE}"
)


def in_words(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


class Overseers:
    """The holders of roles over committees, found by the path of anything below a committee."""

    def __init__(self, *roles: Role) -> None:
        self._by_path: dict[str, set[int]] = defaultdict(set)
        grants = Grant.objects.filter(role__in=roles, committee__isnull=False, user__is_active=True)
        for user, path in grants.values_list("user", "committee__path"):
            self._by_path[path].add(user)

    def of(self, path: str) -> set[int]:
        """Return who answers for the committee at `path`: its own people and those of each committee above it."""
        return {user for one in lineage(path) for user in self._by_path.get(one, ())}


def terms_coming_due(today: datetime.date) -> Iterator[Reminder]:
    """Tell of each Party organization whose term is over within 6, 3, 1 months or already, a step once.

    It concerns the committees above it (the province has its figure and the digest) and its association's secretary.
    """
    horizon = months_after(today, max(REMINDER_MONTHS))
    covering = live_affiliations(today).filter(association__in=Association.objects.live_at(today))
    organizations = (
        PartyOrganization.objects.filter(pk__in=covering.values("organization"))
        .annotate(term=term_end(today))
        .filter(term__lte=horizon)
        .order_by("-term", "-pk")  # the list of notices has the last told on top: what is over longest
    )
    overseen = Oversight.objects.live_at(today).filter(association=OuterRef("association"))
    covered: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for organization, association, path in (
        covering.filter(organization__in=organizations.values("pk"))
        .annotate(path=Subquery(overseen.values("committee__path")[:1]))
        .values_list("organization", "association", "path")
    ):
        covered[organization].append((association, path or ""))
    overseers = Overseers(Role.COMMITTEE)
    secretaries = secretaries_of(association for rows in covered.values() for association, _ in rows)
    for row in organizations:
        step = term_reminder(row.term, today)
        concerned = frozenset(
            user for association, path in covered[row.pk] for user in secretaries[association] | overseers.of(path)
        )
        if step is not None and concerned:
            yield Reminder(
                users=concerned,
                key=f"term:{row.pk}:{row.term}:{step}",
                text=_term_words(row, row.term, step),
                url=reverse("partyorgs:organization-detail", args=[row.pk]),
            )


def _term_words(organization: PartyOrganization, term: datetime.date, step: int) -> str:
    if step == 0:
        return f"{organization}任期已于{in_words(term)}届满，应换届未换届，请尽快组织换届。"
    return f"{organization}任期将在{step}个月内（{in_words(term)}）届满，请做好换届准备。"


def what_waits(user: User, today: datetime.date) -> Iterable[DigestLine]:
    """Tell committees and the province how many terms are overdue and hard cases open; a secretary of the own terms alone."""
    scope = user.scope
    if scope.has(*COMMITTEE_ROLES):
        asked = [indicator for indicator, *_ in _OVERDUE]
        found = measure([*asked, *HARD_CASE_COUNTS.values()], today, scope.limit)
        for indicator, clock, words in _OVERDUE:
            if count := found[indicator.code].numerator:
                url = f"{reverse('dashboard:elections')}?{clock}_term={TermState.OVERDUE}"
                yield DigestLine(f"{words} {count} 家", url)
        for code, indicator in HARD_CASE_COUNTS.items():
            if indicator.is_computed and (count := found[code].numerator):
                yield DigestLine(f"{indicator.name} {count} 家", reverse("dashboard:hard-case", args=[code]))
    elif scope.has(Role.SECRETARY):
        for fact in rows_at(facts_with_terms, today, scope.limit).order_by("association_id"):
            for _, clock, words in _OVERDUE:
                if getattr(fact, f"{clock}_term_state") == TermState.OVERDUE:
                    url = reverse("partyorgs:association-detail", args=[fact.association_id])
                    yield DigestLine(f"{fact.name}：{words}", url)


reminder_source(terms_coming_due)
digest_source(what_waits)
