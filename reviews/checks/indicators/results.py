"""Results of a check by association, as they are published: without any person's name."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from reviews.checks.choices import FindingStatus, VisitStatus
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.questionnaires.choices import ItemSeverity

SEVERITIES = (ItemSeverity.SEVERE, ItemSeverity.MAJOR, ItemSeverity.MINOR)


@dataclass(frozen=True)
class PublicRow:
    """One association: its visit, the result, its findings by severity, the gravest first."""

    key: int
    association: str
    stratum: str
    visited_on: datetime.date | None
    is_done: bool
    excuse: str
    severities: tuple[int, ...]
    closed: int

    @property
    def findings(self) -> int:
        return sum(self.severities)

    @property
    def result(self) -> str:
        if not self.is_done:
            return f"未检查：{self.excuse}" if self.excuse else "待检查"
        return f"发现 {self.findings} 项问题" if self.findings else "未发现问题"


@dataclass(frozen=True)
class PublicList:
    name: str
    signer: str
    as_of: datetime.date
    published_on: datetime.date | None
    rows: tuple[PublicRow, ...]

    @property
    def severities(self) -> tuple[str, ...]:
        return tuple(str(severity.label) for severity in SEVERITIES)

    @property
    def visited(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def excused(self) -> int:
        return sum(not row.is_done for row in self.rows)

    @property
    def findings(self) -> int:
        return sum(row.findings for row in self.rows)

    @property
    def closed(self) -> int:
        return sum(row.closed for row in self.rows)

    @property
    def clean(self) -> int:
        return sum(row.is_done and not row.findings for row in self.rows)

    @property
    def summary(self) -> str:
        """Return the totals of the table as a sentence."""
        excused = f"，因故未检查{self.excused}家" if self.excused else ""
        outcome = (
            f"发现问题{self.findings}项，已销号{self.closed}项；未发现问题的{self.clean}家"
            if self.findings
            else "没有发现问题"
        )
        return f"{self.name}共检查{self.visited}家协会商会{excused}，{outcome}。"


def public_list(check: SpotCheck, as_of: datetime.date) -> PublicList:
    """Return the results of a check as they are now. Two queries, whatever its size."""
    standing = ~Q(findings__status=FindingStatus.DROPPED)
    counts = {
        f"found_{severity.value}": Count("findings", filter=standing & Q(findings__severity=severity))
        for severity in SEVERITIES
    }
    closed = Count("findings", filter=Q(findings__status=FindingStatus.CLOSED))
    visits = Visit.objects.filter(spot_check=check).annotate(**counts, closed=closed)
    rows = visits.select_related("association").order_by("association__pinyin", "association_id")
    return PublicList(
        name=check.name,
        signer=check.committee.name,
        as_of=as_of,
        published_on=timezone.localtime(check.published_at).date()
        if check.is_published and check.published_at
        else None,
        rows=tuple(
            PublicRow(
                key=visit.association_id,
                association=visit.association.name,
                stratum=visit.stratum,
                visited_on=_visited_on(visit),
                is_done=visit.status == VisitStatus.DONE,
                excuse=visit.excuse,
                severities=tuple(getattr(visit, name) for name in counts),
                closed=visit.closed,
            )
            for visit in rows
        ),
    )


def _visited_on(visit: Visit) -> datetime.date | None:
    if visit.status != VisitStatus.DONE:
        return None
    return visit.planned_on or (timezone.localtime(visit.done_at).date() if visit.done_at else None)
