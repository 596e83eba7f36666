"""Who may open which page of a visit: those who were sent, while it is open. See tests/flows/matrix.py for what a row holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.models import User
from reviews.checks.choices import CheckStatus, VisitStatus
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.visits import Visit
from tests.flows.matrix import ROLES, Row
from tests.reviews.checks.visits import photo_of
from tests.reviews.checks.worlds import check_of, inspector_of, visit_of

ALL = dict.fromkeys(ROLES, 200)
GOES = {"inspector": 200}
STRANGER = {"inspector": 404}
STAFF = {"province": 200, "committee": 200, "inspector": 200}


def own_inspector(world: Any) -> Inspector:
    """Return the row of the inspector who signs in."""
    user = User.objects.get(username="inspector")
    return Inspector.objects.filter(user=user).first() or inspector_of(world["own"].committee, user)


def a_visit(status: VisitStatus = VisitStatus.OPEN, check: CheckStatus = CheckStatus.RELEASED) -> Callable[..., Any]:
    """Return a visit of the side's committee: of the inspector who signs in on the own side, of another one on the other."""

    def made(world: Any, side: str) -> dict[str, Any]:
        committee = world[side].committee
        sent = own_inspector(world) if side == "own" and User.objects.filter(username="inspector").exists() else None
        visit = visit_of(
            world[side].association, check_of(committee, check), status, (sent or inspector_of(committee),)
        )
        return {"pk": visit.pk}

    return made


def a_photo(world: Any, side: str) -> dict[str, Any]:
    visit = Visit.objects.get(**a_visit()(world, side))
    return {"pk": visit.pk, "client_id": photo_of(visit).client_id}


def from_above(world: Any, side: str) -> dict[str, Any]:
    """Return a visit of the province's check, which is published: each committee reads those at its own associations."""
    check = check_of(world[side].committee.parent, CheckStatus.PUBLISHED)
    return {"pk": visit_of(world[side].association, check, VisitStatus.DONE).pk}


def photo_from_above(world: Any, side: str) -> dict[str, Any]:
    visit = Visit.objects.get(**from_above(world, side))
    return {"pk": visit.pk, "client_id": photo_of(visit).client_id}


OPEN, DONE = a_visit(), a_visit(VisitStatus.DONE)
EXCUSED = a_visit(VisitStatus.EXCUSED)
PLANNED = a_visit(VisitStatus.PLANNED, CheckStatus.DRAWN)
ROWS: list[Row] = [
    Row("reviews:visit-mine", own=GOES),
    *(Row(f"reviews:visit-{page}", own=ALL, is_public=True) for page in ("offline", "worker", "manifest")),
    Row("reviews:visit-fill", own=GOES, other=STRANGER, kwargs=OPEN),
    Row("reviews:visit-fill", own=STRANGER, kwargs=DONE),
    Row("reviews:visit-fill", own=STRANGER, kwargs=PLANNED),
    Row("reviews:visit-data", own=GOES, other=STRANGER, kwargs=OPEN),
    Row("reviews:visit-data", own={"inspector": 410}, other=STRANGER, kwargs=DONE),  # gone: the phone forgets it
    Row("reviews:visit-data", own=STRANGER, kwargs=PLANNED),
    Row("reviews:visit-sync", own=GOES, other=STRANGER, kwargs=OPEN, method="post"),
    Row("reviews:visit-sync", own={"inspector": 410}, other=STRANGER, kwargs=DONE, method="post"),
    Row("reviews:visit-sync", own=STRANGER, kwargs=PLANNED, method="post"),
    # There is no photo in it, and nothing was filled in.
    Row("reviews:visit-photo", own={"inspector": 400}, other=STRANGER, kwargs=OPEN, method="post"),
    Row("reviews:visit-photo", own=STRANGER, kwargs=PLANNED, method="post"),
    Row("reviews:visit-finish", own={"inspector": 422}, other=STRANGER, kwargs=OPEN, method="post"),
    Row("reviews:visit-finish", own={"inspector": 410}, other=STRANGER, kwargs=DONE, method="post"),
    Row("reviews:visit-photo-file", own=STAFF, other={"committee": 404, "inspector": 404}, kwargs=a_photo),
    Row(
        "reviews:visit-photo-file",
        own={**STAFF, "inspector": 404},
        other={"committee": 404},
        kwargs=photo_from_above,
    ),
    *(
        Row("reviews:visit-detail", own={**STAFF, "inspector": 404}, other={"committee": 404}, kwargs=kwargs)
        for kwargs in (OPEN, DONE, PLANNED, from_above)
    ),
    Row("reviews:visit-excuse", own=STAFF, other={"committee": 404, "inspector": 404}, kwargs=OPEN),
    Row("reviews:visit-excuse", own=STAFF, other={"committee": 404, "inspector": 404}, kwargs=OPEN, method="post"),
    Row(
        "reviews:visit-excuse",
        own=dict.fromkeys(STAFF, 302),
        other={"committee": 404, "inspector": 404},
        kwargs=OPEN,
        method="post",
        data={"reason": "协会已停止办公"},
    ),
    *(
        Row(
            "reviews:visit-resume",
            own=dict.fromkeys(("province", "committee"), status),
            other={"committee": 404},
            kwargs=EXCUSED,
            method=method,
            data=data,
        )
        for method, data, status in (("get", {}, 200), ("post", {}, 200), ("post", {"reason": "协会恢复办公"}, 302))
    ),
    Row("reviews:visit-resume", own=dict.fromkeys(("province", "committee"), 404), kwargs=OPEN),
]
