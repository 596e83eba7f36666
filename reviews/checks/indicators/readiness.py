"""Readiness of visits for their inspectors: two people, a working day of the check's period, nobody who has to stay away.

The page about a check and the service that releases it read the same answer: what is missing is decided here alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.checks.choices import AssignmentStatus
from reviews.checks.indicators.avoidance import avoidance_words, kept_away, pool_of
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.quotas import INSPECTORS_A_VISIT


@dataclass(frozen=True)
class UnreadyVisit:
    """A visit that nobody can be sent to yet, and everything that it lacks."""

    visit: Visit
    is_short: bool
    is_undated: bool
    ties: tuple[tuple[str, str], ...]  # (inspector, reason to stay away)

    @property
    def lacks(self) -> str:
        """Say in words what is missing."""
        day = "检查日期不在检查时间内" if self.visit.planned_on else "没有检查日期"
        sentences = [
            *(["检查人员不足2人"] if self.is_short else []),
            *([day] if self.is_undated else []),
            *(f"{name}应当回避：{reason}" for name, reason in self.ties),
        ]
        return "；".join(sentences)


def unready_visits(check: SpotCheck) -> list[UnreadyVisit]:
    """Return the visits of a check, not over yet, that cannot be handed to inspectors as they stand."""
    visits = list(check.visits.upcoming().select_related("association").order_by("planned_on", "pk"))
    if not visits:
        return []
    going = inspectors_of(visits)
    people = pool_of(Inspector.objects.filter(pk__in={each.pk for pair in going.values() for each in pair}))
    kept = kept_away(people, [visit.association_id for visit in visits])
    unready = []
    for visit in visits:
        pair = going[visit.pk]
        ties = [(each, kept.get((visit.association_id, each.pk))) for each in pair]
        row = UnreadyVisit(
            visit,
            is_short=len(pair) < INSPECTORS_A_VISIT,
            is_undated=visit.planned_on is None or not check.begins_on <= visit.planned_on <= check.ends_on,
            ties=tuple((str(each), avoidance_words(reasons)) for each, reasons in ties if reasons),
        )
        if row.lacks:
            unready.append(row)
    return unready


def inspectors_of(visits: Sequence[Visit]) -> Mapping[int, list[Inspector]]:
    """Return {visit id: the inspectors assigned to it}."""
    going: dict[int, list[Inspector]] = defaultdict(list)
    rows = VisitAssignment.objects.filter(visit__in=visits, status=AssignmentStatus.ASSIGNED).order_by("pk")
    for assignment in rows.select_related("inspector__user"):
        going[assignment.visit_id].append(assignment.inspector)
    return going
