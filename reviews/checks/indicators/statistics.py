"""A check in numbers: by item of its list, by committee, by stratum. Three queries, whatever its size."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery

from associations.models import Oversight
from portal.core.measures import Rate
from reviews.checks.choices import FindingStatus, VisitStatus
from reviews.checks.indicators.results import SEVERITIES
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.deadlines import is_overdue

FREE, NO_STRATUM, NO_COMMITTEE = "清单以外的问题", "未分层", "未填写"


@dataclass
class StatisticsLine:
    """One item, committee or stratum. `visited` counts the visits made there, `hit` those with a finding."""

    name: str
    key: str = ""
    planned: int = 0
    visited: int = 0
    excused: int = 0
    associations: set[int] = field(default_factory=set)
    severities: Counter[str] = field(default_factory=Counter)
    closed: int = 0
    overdue: int = 0
    repeated: int = 0

    @property
    def findings(self) -> int:
        return sum(self.severities.values())

    @property
    def by_severity(self) -> tuple[int, ...]:
        return tuple(self.severities[severity] for severity in SEVERITIES)

    @property
    def hit(self) -> int:
        return len(self.associations)

    @property
    def rate(self) -> Rate:
        """Return the share of visits with a finding."""
        return Rate(self.hit, self.visited)

    def add(self, finding: Finding, day: datetime.date) -> None:
        self.associations.add(finding.association_id)
        self.severities[finding.severity] += 1
        self.closed += finding.status == FindingStatus.CLOSED
        self.overdue += is_overdue(finding.due_on, finding.closed_on, day)
        self.repeated += finding.repeats_id is not None


@dataclass(frozen=True)
class Statistics:
    total: StatisticsLine
    items: tuple[StatisticsLine, ...]
    committees: tuple[StatisticsLine, ...]
    strata: tuple[StatisticsLine, ...]

    @property
    def tables(self) -> tuple[tuple[str, tuple[StatisticsLine, ...]], ...]:
        return (("检查项目", self.items), ("党建工作领导机构", self.committees), ("分层", self.strata))


def statistics(check: SpotCheck, day: datetime.date) -> Statistics:
    """Return the numbers of a check on `day`; committees are those that oversaw on the check's own day."""
    oversight = Oversight.objects.live_at(check.as_of).filter(association=OuterRef("association"))
    name = Subquery(oversight.values("committee__name")[:1])
    path = Subquery(oversight.values("committee__path")[:1])
    visits = Visit.objects.filter(spot_check=check).annotate(committee_name=name, committee_path=path).order_by("pk")
    findings = Finding.objects.counted().filter(visit__spot_check=check).order_by("pk")
    content = check.version.parts
    labels = {item.code: item.label for item in content.items}
    total = StatisticsLine("合计")
    items = {code: StatisticsLine(label, code) for code, label in labels.items()}
    committees: dict[str, StatisticsLine] = {}
    strata: dict[str, StatisticsLine] = {}
    lines: dict[int, tuple[StatisticsLine, ...]] = {}
    visited = 0
    for visit in visits:
        committee = committees.setdefault(
            visit.committee_path or "", StatisticsLine(visit.committee_name or NO_COMMITTEE, visit.committee_path or "")
        )
        stratum = strata.setdefault(visit.stratum, StatisticsLine(visit.stratum or NO_STRATUM, visit.stratum))
        lines[visit.pk] = (total, committee, stratum)
        for line in lines[visit.pk]:
            line.planned += 1
            line.visited += visit.status == VisitStatus.DONE
            line.excused += visit.status == VisitStatus.EXCUSED
        visited += visit.status == VisitStatus.DONE
    free = StatisticsLine(FREE)
    for finding in findings:
        for line in (*lines[finding.visit_id], items.get(finding.item, free)):
            line.add(finding, day)
    for line in (*items.values(), free):
        line.visited = visited
    return Statistics(
        total,
        tuple(_gravest_first(line for line in (*items.values(), free) if line.findings)),
        tuple(committees[key] for key in sorted(committees)),
        tuple(strata[key] for key in sorted(strata)) if set(strata) != {""} else (),
    )


def _gravest_first(lines: Iterable[StatisticsLine]) -> list[StatisticsLine]:
    return sorted(lines, key=lambda line: (-line.findings, [-count for count in line.by_severity], line.key))
