"""Who may open which page of rounds and reviews of quarterly reports. See tests/flows/matrix.py for what a row holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reviews.questionnaires.choices import SheetStatus
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import ReportRound
from reviews.reports.models.outcomes import Difficulty, PostChange
from tests.flows.matrix import Row
from tests.reviews.reports.rounds import OPENED_ON, report_of, round_of

REVIEWERS = {"province": 200, "committee": 200}
DECIDERS = {"province": 302, "committee": 302}
PROVINCE = {"province": 200}
ELSEWHERE = {"committee": 404}
READERS = {**REVIEWERS, "secretary": 200}


def the_round(world: Any, status: RoundStatus) -> ReportRound:
    """Return the round of the province, made when a row first asks for it: it concerns both sides."""
    province = world["own"].committee.parent
    return ReportRound.objects.filter(committee=province).first() or round_of(province, status)


def a_round(status: RoundStatus) -> Callable[[Any, str], dict[str, Any]]:
    return lambda world, _side: {"pk": the_round(world, status).pk}


def a_report(status: SheetStatus) -> Callable[[Any, str], dict[str, Any]]:
    """Return a report of the side's association."""
    return lambda world, side: {"pk": report_of(world[side].association, the_round(world, RoundStatus.OPEN), status).pk}


def of_report(world: Any, side: str) -> Any:
    return report_of(world[side].association, the_round(world, RoundStatus.OPEN), SheetStatus.APPROVED)


def a_change(world: Any, side: str) -> dict[str, Any]:
    told = {"person": f"{world[side].name}李红", "title": "组织委员", "is_appointment": True, "since": OPENED_ON}
    return {"pk": PostChange.objects.create(report=of_report(world, side), **told).pk}


def a_difficulty(world: Any, side: str) -> dict[str, Any]:
    told = {"kind": "活动场所", "text": f"{world[side].name}没有党员活动室"}
    return {"pk": Difficulty.objects.create(report=of_report(world, side), **told).pk}


def both(made: Callable[[Any, str], dict[str, Any]]) -> Callable[[Any, str], dict[str, Any]]:
    """Make something on both sides for a list that must show one of them."""

    def make(world: Any, side: str) -> dict[str, Any]:
        for each in ("own", "other"):
            made(world, each)
        return {}

    return make


def of_both(world: Any, side: str) -> dict[str, Any]:
    """Return the round with a report on both sides."""
    for each in ("own", "other"):
        report_of(world[each].association, the_round(world, RoundStatus.OPEN), SheetStatus.SUBMITTED)
    return {"pk": the_round(world, RoundStatus.OPEN).pk}


DRAFT, SUBMITTED, APPROVED = (
    a_report(status) for status in (SheetStatus.DRAFT, SheetStatus.SUBMITTED, SheetStatus.APPROVED)
)
REPORTS_REVIEW: list[Row] = [
    Row("reviews:round-list", own=REVIEWERS, kwargs=lambda world, side: of_both(world, side) and {}),
    Row("reviews:round-create", own=PROVINCE),
    Row("reviews:round-create", own=PROVINCE, method="post"),
    Row("reviews:round-detail", own=REVIEWERS, kwargs=of_both),
    Row("reviews:round-reports", own=REVIEWERS, kwargs=of_both),
    Row("reviews:round-remind", own=DECIDERS, kwargs=a_round(RoundStatus.OPEN), method="post"),
    Row("reviews:round-extend", own=PROVINCE, kwargs=of_both),
    *(
        Row(f"reviews:round-{verb}", own=PROVINCE, kwargs=a_round(status), method=method)
        for verb, status in (
            ("extend", RoundStatus.OPEN),
            ("cancel", RoundStatus.OPEN),
            ("reopen", RoundStatus.CLOSED),
        )
        for method in ("get", "post")
    ),
    Row("reviews:round-close", own=PROVINCE, kwargs=a_round(RoundStatus.OPEN)),
    # Its last day is long past: it is closed without a reason.
    Row("reviews:round-close", own={"province": 302}, kwargs=a_round(RoundStatus.OPEN), method="post"),
    Row("reviews:review-queue", own=REVIEWERS, kwargs=both(SUBMITTED)),
    Row("reviews:review-queue", own=REVIEWERS, kwargs=both(SUBMITTED), data={"tab": "all"}),
    Row("reviews:review-approve-many", own=DECIDERS, method="post"),
    *(Row("reviews:review-detail", own=REVIEWERS, other=ELSEWHERE, kwargs=report) for report in (DRAFT, SUBMITTED)),
    Row("reviews:review-begin", own=DECIDERS, other=ELSEWHERE, kwargs=SUBMITTED, method="post"),
    # Without a comment a return is refused on the page itself.
    Row("reviews:review-return", own=REVIEWERS, other=ELSEWHERE, kwargs=SUBMITTED, method="post", data={"seen": "1"}),
    Row("reviews:review-approve", own=DECIDERS, other=ELSEWHERE, kwargs=SUBMITTED, method="post", data={"seen": "1"}),
    *(
        Row("reviews:review-unlock", own=REVIEWERS, other=ELSEWHERE, kwargs=APPROVED, method=method)
        for method in ("get", "post")
    ),
    Row("reviews:post-change-list", own=REVIEWERS, kwargs=both(a_change)),
    Row("reviews:post-change-carry-out", own=DECIDERS, other=ELSEWHERE, kwargs=a_change, method="post"),
    *(
        Row("reviews:post-change-decline", own=REVIEWERS, other=ELSEWHERE, kwargs=a_change, method=method)
        for method in ("get", "post")
    ),
    Row("reviews:difficulty-list", own=READERS, kwargs=both(a_difficulty)),
    *(
        Row("reviews:difficulty-answer", own=REVIEWERS, other=ELSEWHERE, kwargs=a_difficulty, method=method)
        for method in ("get", "post")
    ),
]
