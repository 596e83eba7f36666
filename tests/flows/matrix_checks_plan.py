"""Who may plan, draw and assign spot checks: committees within their subtree; inspectors decline, no more. See matrix.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from portal.core.models import User
from reviews.checks.choices import CheckStatus, Selection, VisitStatus
from reviews.checks.models.inspectors import Inspector, InspectorAbsence, InspectorTie
from reviews.checks.models.plan import CheckExclusion, Draw, SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.draw_file import pool_hash, seed_hash
from reviews.checks.rules.replay import result_of
from tests.flows.matrix import Row
from tests.reviews.checks.worlds import BEGINS, check_of, inspector_of, visit_of

Of = Callable[[Any, str], dict[str, Any]]
SEES = {"province": 200, "committee": 200}
DOES = {"province": 302, "committee": 302}
ELSEWHERE = {"committee": 404}
SEED = "5" * 64


def check(world: Any, side: str, status: CheckStatus = CheckStatus.DRAFT, **more: Any) -> SpotCheck:
    return check_of(world[side].committee, status, **more)


def of_check(status: CheckStatus = CheckStatus.DRAFT, **more: Any) -> Of:
    return lambda world, side: {"pk": check(world, side, status, **more).pk}


def pool(world: Any, side: str) -> dict[str, Any]:
    """Return a pool of one association and nobody to go there."""
    association = world[side].association
    return {
        "check": {"name": "抽查"},
        "associations": [{"code": association.uscc, "name": association.name, "stratum": "不分层"}],
        "excluded": [],
        "strata": [{"stratum": "不分层", "size": 1, "quota": 1}],
        "inspectors": [],
        "avoidance": [],
    }


def drawn(world: Any, side: str, *, is_drawn: bool = True) -> Draw:
    """Return a draw of a check of the side's committee, made or only sealed."""
    spot_check = check(world, side, CheckStatus.DRAWN if is_drawn else CheckStatus.COMMITTED)
    frozen = pool(world, side)
    told: dict[str, Any] = {}
    if is_drawn:
        result = result_of(frozen, SEED, "见证")
        told = {"witness_word": "见证", "result": result, "drawn_by": spot_check.created_by, "drawn_at": timezone.now()}
    draw = Draw.objects.create(
        spot_check=spot_check,
        number=1,
        pool=frozen,
        pool_hash=pool_hash(frozen),
        seed=SEED,
        seed_hash=seed_hash(SEED),
        committed_by=spot_check.created_by,
        committed_at=timezone.now(),
        **told,
    )
    if is_drawn:
        visit_of(world[side].association, spot_check, VisitStatus.PLANNED, draw=draw)
    return draw


def of_draw(world: Any, side: str) -> dict[str, Any]:
    return {"pk": drawn(world, side).spot_check_id, "number": 1}


def of_sealed(world: Any, side: str) -> dict[str, Any]:
    return {"pk": drawn(world, side, is_drawn=False).spot_check_id, "number": 1}


def of_drawn_check(world: Any, side: str) -> dict[str, Any]:
    return {"pk": drawn(world, side).spot_check_id}


def the_inspector(world: Any) -> Inspector | None:
    """Return the row of the inspector whom the test signs in as, where that one is there already."""
    user = User.objects.filter(username="inspector").first()
    if user is None:
        return None
    return Inspector.objects.filter(user=user).first() or inspector_of(world["own"].committee.parent, user)


def visit(
    world: Any, side: str, status: CheckStatus = CheckStatus.RELEASED, visit_status: VisitStatus = VisitStatus.OPEN
) -> Visit:
    """Return a visit to which the signed-in inspector and another go."""
    spot_check = check(world, side, status)
    people = (the_inspector(world), inspector_of(world[side].committee))
    return visit_of(world[side].association, spot_check, visit_status, tuple(each for each in people if each))


def of_visit(world: Any, side: str) -> dict[str, Any]:
    return {"pk": visit(world, side).pk}


def of_unreleased(world: Any, side: str) -> dict[str, Any]:
    """A visit that was drawn and not handed out yet: for the inspectors it is not there."""
    return {"pk": visit(world, side, CheckStatus.DRAWN, VisitStatus.PLANNED).pk}


def of_foreign(world: Any, side: str) -> dict[str, Any]:
    """An open visit that others make."""
    spot_check = check(world, side, CheckStatus.RELEASED)
    return {"pk": visit_of(world[side].association, spot_check).pk}


def of_hand_visit(world: Any, side: str) -> dict[str, Any]:
    spot_check = check(world, side, kind="special", selection=Selection.HAND, number=None)
    return {"pk": visit_of(world[side].association, spot_check, VisitStatus.PLANNED).pk}


def of_exclusion(world: Any, side: str) -> dict[str, Any]:
    spot_check = check(world, side)
    exclusion = CheckExclusion.objects.create(
        spot_check=spot_check,
        association=world[side].association,
        reason="已停止办公",
        excluded_by=spot_check.created_by,
    )
    return {"pk": exclusion.pk}


def of_inspector(world: Any, side: str) -> dict[str, Any]:
    return {"pk": inspector_of(world[side].committee).pk}


def of_absence(world: Any, side: str) -> dict[str, Any]:
    inspector = inspector_of(world[side].committee)
    return {"pk": InspectorAbsence.objects.create(inspector=inspector, first_day=BEGINS, last_day=BEGINS).pk}


def of_tie(world: Any, side: str) -> dict[str, Any]:
    inspector = inspector_of(world[side].committee)
    association = world[side].association
    return {"pk": InspectorTie.objects.create(inspector=inspector, association=association, reason="亲属").pk}


def page(url_name: str, kwargs: Of, own: dict[str, int] = SEES) -> Row:
    return Row(f"reviews:{url_name}", own=own, other={**ELSEWHERE, **_inspector(own)}, kwargs=kwargs)


def form(url_name: str, kwargs: Of) -> list[Row]:
    """A form seen, and sent with nothing in it."""
    return [
        page(url_name, kwargs),
        Row(f"reviews:{url_name}", own=SEES, other=ELSEWHERE, kwargs=kwargs, method="post"),
    ]


def verb(url_name: str, kwargs: Of) -> Row:
    return Row(f"reviews:{url_name}", own=DOES, other=ELSEWHERE, kwargs=kwargs, method="post")


def _inspector(own: dict[str, int]) -> dict[str, int]:
    return {"inspector": own["inspector"]} if "inspector" in own else {}


DECLINES = {"inspector": 200}
NOT_THEIRS = {"inspector": 404}
CHECKS_PLAN: list[Row] = [
    Row("reviews:spot-check-list", own=SEES),
    Row("reviews:spot-check-create", own=SEES),
    Row("reviews:spot-check-create", own=SEES, method="post"),
    Row("reviews:spot-check-preview", own=SEES),
    page("spot-check-detail", of_check()),
    page("spot-check-detail", of_drawn_check),
    page("spot-check-population", of_check()),
    page("spot-check-population", of_drawn_check),
    *form("spot-check-edit", of_check()),
    *form("spot-check-exclude", of_check()),
    *form("spot-check-cancel", of_check()),
    verb("exclusion-remove", of_exclusion),
    page("spot-check-commit", of_check()),
    # There are no two inspectors: refused on the page.
    Row("reviews:spot-check-commit", own=SEES, other=ELSEWHERE, kwargs=of_check(), method="post"),
    *form("spot-check-draw", of_check(CheckStatus.COMMITTED)),
    *form("spot-check-redraw", of_check(CheckStatus.DRAWN)),
    page("spot-check-result", of_draw),
    page("spot-check-result", of_sealed),
    page("spot-check-file", of_draw),
    page("spot-check-file", of_sealed, own={"province": 404, "committee": 404}),
    page("spot-check-notice", of_drawn_check),
    page("spot-check-visits", of_drawn_check),
    verb("spot-check-release", of_drawn_check),
    *form("visit-add", of_check(kind="special", selection=Selection.HAND, number=None)),
    *form("visit-assign", of_visit),
    *form("visit-move", of_visit),
    verb("visit-remove", of_hand_visit),
    *(
        Row("reviews:visit-decline", own=own, kwargs=kwargs, method=method)
        for kwargs, own in ((of_visit, DECLINES), (of_unreleased, NOT_THEIRS), (of_foreign, NOT_THEIRS))
        for method in ("get", "post")
    ),
    Row("reviews:inspector-list", own=SEES),
    Row("reviews:inspector-create", own=SEES),
    Row("reviews:inspector-create", own=SEES, method="post"),
    Row("reviews:inspector-calendar", own=SEES),
    page("inspector-detail", of_inspector),
    *form("inspector-edit", of_inspector),
    *form("absence-add", of_inspector),
    *form("tie-add", of_inspector),
    verb("absence-remove", of_absence),
    *form("tie-remove", of_tie),
]
