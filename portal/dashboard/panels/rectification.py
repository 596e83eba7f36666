"""What checks put on a first page: what waits for a committee, what a secretary is to answer, findings beside associations."""

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
    """Return what asks somebody of a committee to look, decide or chase."""
    address = reverse("reviews:finding-list")
    return tuple(Count(name, number, f"{address}?{query}", "项") for name, number, query in found_waiting(user, today))


@dataclass(frozen=True)
class Owed:
    """What an association is to answer, by the next deadline."""

    findings: int
    due: Due
    url: str


def owed_by(user: User, today: datetime.date) -> Owed | None:
    """Return what a secretary is to put right and answer; None where nothing waits."""
    if not user.scope.has(Role.SECRETARY):
        return None
    findings = Finding.objects.visible_to(user, today).filter(status=FindingStatus.NOTICED)
    told = findings.aggregate(number=Counted("pk"), due_on=Min("due_on"), first=Min("pk"))
    if not told["number"]:
        return None
    due = Due("整改检查发现的问题", told["due_on"], (told["due_on"] - today).days)
    if told["number"] == 1:
        return Owed(1, due, reverse("reviews:finding-detail", args=[told["first"]]))
    return Owed(told["number"], due, f"{reverse('reviews:finding-list')}?state={FindingStatus.NOTICED}&sort=due")


@dataclass(frozen=True)
class Found:
    """What checks found at an association that is open, and what came back."""

    open: int
    overdue: int
    repeated: int

    @property
    def words(self) -> str:
        parts = ((self.open, "项未销号"), (self.overdue, "项逾期"), (self.repeated, "项反复出现"))
        return "，".join(f"{number} {words}" for number, words in parts if number)


def found_at(associations: Iterable[int], user: User, today: datetime.date) -> dict[int, Found]:
    """Return by association what there is to say of its findings; nothing of one that has none. One query."""
    rows = Finding.objects.visible_to(user, today).filter(association__in=list(associations)).order_by()
    is_open = Q(status__in=(FindingStatus.NOTICED, FindingStatus.REPLIED))
    told = rows.values("association").annotate(
        open=Counted("pk", filter=is_open),
        overdue=Counted("pk", filter=is_open & Q(due_on__lt=today)),
        repeated=Counted("pk", filter=Q(repeats__isnull=False) & ~Q(status=FindingStatus.DROPPED)),
    )
    return {
        row["association"]: Found(row["open"], row["overdue"], row["repeated"])
        for row in told
        if row["open"] or row["repeated"]
    }
