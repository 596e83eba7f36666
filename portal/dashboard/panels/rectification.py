"""Findings on first pages: open work of a committee, findings a secretary must answer, findings beside associations."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count as Counted
from django.db.models import Min, Q
from django.urls import reverse

from portal.core.choices import Role
from portal.core.models import User
from portal.dashboard.panels.card import Due
from portal.dashboard.panels.coverage import Count
from reviews.checks.choices import FindingStatus
from reviews.checks.models.findings import Finding
from reviews.checks.services.reminders import waiting_for as found_waiting


def waiting_for(user: User, today: datetime.date) -> tuple[Count, ...]:
    """Return the work that waits for a member of a committee: re-checks, decisions, overdue findings."""
    address = reverse("reviews:finding-list")
    return tuple(Count(name, number, f"{address}?{query}", "项") for name, number, query in found_waiting(user, today))


@dataclass(frozen=True)
class Owed:
    """Findings that an association must answer, with the next deadline."""

    findings: int
    due: Due
    url: str


def owed_by(user: User, today: datetime.date) -> Owed | None:
    """Return the findings that a secretary must put right and answer; None where there are none."""
    if not user.scope.has(Role.SECRETARY):
        return None
    findings = Finding.objects.visible_to(user, today).filter(status=FindingStatus.NOTICED)
    totals = findings.aggregate(number=Counted("pk"), due_on=Min("due_on"), first=Min("pk"))
    if not totals["number"]:
        return None
    due = Due("整改检查发现的问题", totals["due_on"], (totals["due_on"] - today).days)
    if totals["number"] == 1:
        return Owed(1, due, reverse("reviews:finding-detail", args=[totals["first"]]))
    return Owed(totals["number"], due, f"{reverse('reviews:finding-list')}?state={FindingStatus.NOTICED}&sort=due")


@dataclass(frozen=True)
class AssociationFindings:
    """Findings at an association: open, overdue and repeated ones."""

    open: int
    overdue: int
    repeated: int

    @property
    def words(self) -> str:
        parts = ((self.open, "项未销号"), (self.overdue, "项逾期"), (self.repeated, "项反复出现"))
        return "，".join(f"{number} {words}" for number, words in parts if number)


def found_at(associations: Iterable[int], user: User, today: datetime.date) -> dict[int, AssociationFindings]:
    """Return {association: its open and repeated findings}, without associations that have none. One query."""
    rows = Finding.objects.visible_to(user, today).filter(association__in=list(associations)).order_by()
    is_open = Q(status__in=(FindingStatus.NOTICED, FindingStatus.REPLIED))
    counts = rows.values("association").annotate(
        open=Counted("pk", filter=is_open),
        overdue=Counted("pk", filter=is_open & Q(due_on__lt=today)),
        repeated=Counted("pk", filter=Q(repeats__isnull=False) & ~Q(status=FindingStatus.DROPPED)),
    )
    return {
        row["association"]: AssociationFindings(row["open"], row["overdue"], row["repeated"])
        for row in counts
        if row["open"] or row["repeated"]
    }
