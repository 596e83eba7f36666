"""Who has filed, by committee: counts of a round in one grouped query, however many sheets there are."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.core.models import lineage
from reviews.questionnaires.choices import WITH_REVIEWER, Lateness, SheetStatus
from reviews.questionnaires.models import stands


@dataclass(frozen=True)
class FilingProgress:
    """The numbers of sheets of a part of a round, by where they stand. on_time + late + open + overdue = due, and so do the four states of the work."""

    due: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    in_review: int = 0
    with_filer: int = 0
    approved: int = 0

    @property
    def filed(self) -> int:
        return self.on_time + self.late

    def __add__(self, other: FilingProgress) -> FilingProgress:
        return FilingProgress(
            *(getattr(self, each.name) + getattr(other, each.name) for each in fields(FilingProgress))
        )


@dataclass(frozen=True)
class CommitteeProgress:
    """The progress of what one committee oversees itself; no committee: overseen by nobody today."""

    committee: int | None
    name: str
    level: int
    progress: FilingProgress


def _counts(today: datetime.date) -> dict[str, Count]:
    return {
        "due": Count("pk"),
        "on_time": Count("pk", filter=stands(Lateness.ON_TIME, today)),
        "late": Count("pk", filter=stands(Lateness.LATE, today)),
        "open": Count("pk", filter=stands(Lateness.OPEN, today)),
        "overdue": Count("pk", filter=stands(Lateness.OVERDUE, today)),
        "in_review": Count("pk", filter=Q(status__in=WITH_REVIEWER)),
        "with_filer": Count("pk", filter=Q(status__in=(SheetStatus.RETURNED, SheetStatus.UNLOCKED))),
        "approved": Count("pk", filter=Q(status=SheetStatus.APPROVED)),
    }


def progress_by_committee(sheets: QuerySet[Any], today: datetime.date) -> list[CommitteeProgress]:
    """Return the progress by the committee that oversees each association today, in the order of the tree. One query."""
    # Annotated columns are unknown to the stubs.
    rows: Any = sheets.model._default_manager.filter(pk__in=sheets.order_by().values("pk")).with_committee(today)
    grouped = rows.order_by().values("committee_id", "committee_path", "committee_name").annotate(**_counts(today))
    lines = [
        CommitteeProgress(
            row["committee_id"],
            row["committee_name"] or "没有归口机构",
            len(lineage(row["committee_path"] or "")) or 1,
            FilingProgress(*(row[each.name] for each in fields(FilingProgress))),
        )
        for row in grouped.order_by("committee_path", "committee_id")
    ]
    return sorted(lines, key=lambda line: line.committee is None)


def total_of(lines: Iterable[CommitteeProgress]) -> FilingProgress:
    return sum((line.progress for line in lines), FilingProgress())


def progress_by_round(sheets: QuerySet[Any], today: datetime.date) -> dict[int, FilingProgress]:
    """Return the progress of several rounds, by their key. One query."""
    grouped: Any = sheets.order_by().values("round").annotate(**_counts(today))
    return {row["round"]: FilingProgress(*(row[each.name] for each in fields(FilingProgress))) for row in grouped}
