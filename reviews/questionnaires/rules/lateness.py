"""按时、迟报、逾期: counted in days from the real deadline to the real submission. 依据：domain.md, "Work cycles" 1."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from reviews.questionnaires.choices import Lateness

OVERDUE_RED_DAYS = 14  # domain.md, "Work cycles" 1: amber to 14 days, then red


@dataclass(frozen=True)
class Punctuality:
    """Where a sheet stands against its deadline on a day, and by how many days."""

    kind: Lateness
    days: int = 0

    @property
    def words(self) -> str:
        """按时, 迟报 3 天, 逾期 20 天, 还剩 5 天, 今天截止."""
        if self.kind == Lateness.OPEN:
            return f"还剩 {self.days} 天" if self.days else "今天截止"
        return f"{self.kind.label} {self.days} 天" if self.days else str(self.kind.label)

    @property
    def badge(self) -> str:
        """The kind of badge (portal.core.templatetags.portal)."""
        if self.kind == Lateness.ON_TIME:
            return "good"
        if self.kind == Lateness.OPEN:
            return "none"
        return "bad" if self.kind == Lateness.OVERDUE and self.days > OVERDUE_RED_DAYS else "soon"


def punctuality(due_on: datetime.date, submitted_on: datetime.date | None, today: datetime.date) -> Punctuality:
    """Return how a sheet due on `due_on` stands: the day itself is still in time (《民法典》第二百零三条).

    `submitted_on` is the day of the first submission that was not withdrawn; what is returned later does not make it late.
    """
    if submitted_on is not None:
        late = (submitted_on - due_on).days
        return Punctuality(Lateness.LATE, late) if late > 0 else Punctuality(Lateness.ON_TIME)
    left = (due_on - today).days
    return Punctuality(Lateness.OPEN, left) if left >= 0 else Punctuality(Lateness.OVERDUE, -left)
