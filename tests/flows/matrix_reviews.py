"""Who may open which page of `reviews`: one row for each URL name and way of asking. See tests/flows/matrix.py."""

from collections.abc import Callable
from typing import Any

from reviews.supervision.choices import ReportStatus
from tests.flows.matrix import Row
from tests.reviews.supervision.worlds import small_receipt, small_report

WRITERS = {"province": 200, "committee": 200}
DOERS = {"province": 302, "committee": 302}
ELSEWHERE = {"committee": 404}


def a_report(status: ReportStatus, **more: Any) -> Callable[[Any, str], dict[str, Any]]:
    """Return a report about the side's committee."""
    return lambda world, side: {"pk": small_report(world[side].committee, status).pk, **more}


def a_receipt(world: Any, side: str) -> dict[str, Any]:
    return {"pk": small_receipt(world[side].committee).pk}


DRAFT, SUBMITTED, SIGNED, ISSUED = (
    a_report(status)
    for status in (ReportStatus.DRAFT, ReportStatus.SUBMITTED, ReportStatus.SIGNED, ReportStatus.ISSUED)
)
FIELD = {"field": "党的组织覆盖率"}
SUPERVISION = [
    Row("reviews:supervision-list", own=WRITERS),
    Row("reviews:supervision-create", own=WRITERS),
    Row("reviews:supervision-create", own=WRITERS, method="post"),
    Row("reviews:supervision-detail", own=WRITERS, other=ELSEWHERE, kwargs=DRAFT),
    Row("reviews:supervision-names", own=WRITERS, other=ELSEWHERE, kwargs=DRAFT, data=FIELD),
    Row("reviews:supervision-versions", own=WRITERS, other=ELSEWHERE, kwargs=DRAFT),
    *(
        Row("reviews:supervision-file", own=WRITERS, other=ELSEWHERE, kwargs=a_report(ReportStatus.DRAFT, kind=kind))
        for kind in ("text", "annex")
    ),
    Row("reviews:supervision-edit", own=WRITERS, other=ELSEWHERE, kwargs=DRAFT),
    Row("reviews:supervision-edit", own=WRITERS, other=ELSEWHERE, kwargs=DRAFT, method="post"),
    *(
        Row(f"reviews:supervision-{verb}", own=WRITERS, other=ELSEWHERE, kwargs=report, method=method)
        for verb, report in (
            ("return", SUBMITTED),
            ("number", SIGNED),
            ("withdraw", ISSUED),
            ("discard", DRAFT),
        )
        for method in ("get", "post")
    ),
    Row("reviews:supervision-issue", own=WRITERS, other=ELSEWHERE, kwargs=SIGNED),
    # The side's committee has none below it that would have to be chosen: the report is issued.
    Row("reviews:supervision-issue", own=DOERS, other=ELSEWHERE, kwargs=SIGNED, method="post"),
    *(
        Row(f"reviews:supervision-{verb}", own=DOERS, other=ELSEWHERE, kwargs=report, method="post")
        for verb, report in (("submit", DRAFT), ("restore", DRAFT), ("sign-off", SUBMITTED))
    ),
    # A committee signs for what was issued to it; the province looks on and is told that it cannot sign in its place.
    Row("reviews:receipt-sign", own=DOERS, other=ELSEWHERE, kwargs=a_receipt, method="post"),
]

ROWS: list[Row] = [*SUPERVISION]
