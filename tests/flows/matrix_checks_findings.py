"""Who may open which page of findings and results of checks. See tests/flows/matrix.py for what a row holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from reviews.checks.choices import CheckStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import ExtensionRequest, Finding, FindingEvidence, FindingReply, RectificationNotice
from reviews.checks.models.visits import Visit
from tests import recipes
from tests.flows.matrix import Row
from tests.reviews.checks.worlds import check_of, finding_of, visit_of

# Committees oversee, the secretary answers; whoever only checks or supervises elsewhere reads none of it.
SEES = {"province": 200, "committee": 200, "secretary": 200}
WORKS = {"province": 200, "committee": 200}
DOES = {"province": 302, "committee": 302}
ANSWERS = {"secretary": 302}
ELSEWHERE = {"committee": 404, "secretary": 404}


def visit(world: Any, side: str, status: CheckStatus = CheckStatus.RELEASED) -> Visit:
    return visit_of(world[side].association, check_of(world[side].committee, status), VisitStatus.DONE)


def finding(status: FindingStatus) -> Callable[[Any, str], Finding]:
    def make(world: Any, side: str) -> Finding:
        due_on = timezone.localdate() + datetime.timedelta(days=5)
        told = {} if status == FindingStatus.RAISED else {"due_on": due_on}
        made = finding_of(visit(world, side), status, **told)
        if made.notice:
            made.notice.file.save("notice.docx", ContentFile("整改通知".encode()))
        if status == FindingStatus.REPLIED:
            FindingReply.objects.create(
                finding=made, text="已整改", replied_by=made.found_by, replied_at=timezone.now(), replied_on=due_on
            )
        return made

    return make


RAISED, NOTICED, REPLIED = (
    finding(status) for status in (FindingStatus.RAISED, FindingStatus.NOTICED, FindingStatus.REPLIED)
)


def of(make: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    return lambda world, side: {"pk": make(world, side).pk}


def evidence(*, is_sent: bool) -> Callable[[Any, str], dict[str, Any]]:
    def make(world: Any, side: str) -> dict[str, Any]:
        made = REPLIED(world, side) if is_sent else NOTICED(world, side)
        row = FindingEvidence(
            finding=made, reply=made.replies.first(), name="记录.pdf", size=5, sha256="0" * 64, added_by=made.found_by
        )
        row.file.save("a.pdf", ContentFile(b"%PDF-"))
        return {"pk": made.pk, "key": row.key}

    return make


def notice(world: Any, side: str) -> RectificationNotice:
    found = NOTICED(world, side).notice
    assert found is not None
    return found


def to_notice(world: Any, side: str) -> dict[str, Any]:
    made = RAISED(world, side)
    return {"pk": made.visit.spot_check_id, "association": made.association_id}


def extension(world: Any, side: str) -> dict[str, Any]:
    made = NOTICED(world, side)
    until = timezone.localdate() + datetime.timedelta(days=30)
    asked = ExtensionRequest.objects.create(finding=made, until=until, reason="报批", asked_by=recipes.user.make())
    return {"pk": made.pk, "request_pk": asked.pk}


def check(status: CheckStatus, **more: Any) -> Callable[[Any, str], dict[str, Any]]:
    return lambda world, side: {"pk": visit(world, side, status).spot_check_id, **more}


def answered(world: Any, side: str) -> dict[str, Any]:
    """A finding with a file kept for the answer, which is sent with the text alone."""
    return {"pk": evidence(is_sent=False)(world, side)["pk"]}


UNTIL = (timezone.localdate() + datetime.timedelta(days=30)).isoformat()
FINDINGS: list[Row] = [
    Row("reviews:finding-list", own=SEES),
    Row("reviews:finding-detail", own=SEES, other=ELSEWHERE, kwargs=of(NOTICED)),
    # Before the notice the association does not know of it.
    Row("reviews:finding-detail", own={**SEES, "secretary": 404}, other=ELSEWHERE, kwargs=of(RAISED)),
    Row("reviews:finding-edit", own=WORKS, other=ELSEWHERE | {"secretary": 403}, kwargs=of(RAISED)),
    Row(
        "reviews:finding-edit",
        own=DOES,
        other=ELSEWHERE | {"secretary": 403},
        kwargs=of(RAISED),
        method="post",
        data={"title": "书记长期空缺", "severity": "severe"},
    ),
    Row("reviews:finding-drop", own=WORKS, other=ELSEWHERE | {"secretary": 403}, kwargs=of(RAISED)),
    Row(
        "reviews:finding-drop",
        own=DOES,
        other=ELSEWHERE | {"secretary": 403},
        kwargs=of(RAISED),
        method="post",
        data={"reason": "情况不实"},
    ),
    Row(
        "reviews:finding-reply",
        own=ANSWERS,
        other={"secretary": 404},
        kwargs=answered,
        method="post",
        data={"text": "已补开党员大会"},
    ),
    Row(
        "reviews:finding-extension",
        own=ANSWERS,
        other={"secretary": 404},
        kwargs=of(NOTICED),
        method="post",
        data={"until": UNTIL, "reason": "等待上级批复"},
    ),
    # Without a word why, the page comes again.
    Row("reviews:finding-recheck", own=WORKS, other={"committee": 404}, kwargs=of(REPLIED), method="post"),
    Row(
        "reviews:finding-extension-decide",
        own=DOES,
        other={"committee": 404},
        kwargs=extension,
        method="post",
        data={"granted": "1"},
    ),
    Row("reviews:finding-evidence", own=SEES, other=ELSEWHERE, kwargs=evidence(is_sent=True)),
    # What was not sent yet is the association's own.
    Row(
        "reviews:finding-evidence",
        own={"province": 404, "committee": 404, "secretary": 200},
        other=ELSEWHERE,
        kwargs=evidence(is_sent=False),
    ),
    Row(
        "reviews:finding-evidence-remove",
        own=ANSWERS,
        other={"secretary": 404},
        kwargs=evidence(is_sent=False),
        method="post",
    ),
    Row("reviews:notice-file", own=SEES, other=ELSEWHERE, kwargs=of(notice)),
    Row("reviews:finding-create", own=WORKS, other={"committee": 404}, kwargs=of(visit)),
    Row(
        "reviews:finding-create",
        own=DOES,
        other={"committee": 404},
        kwargs=of(visit),
        method="post",
        data={"title": "台账不全", "severity": "minor"},
    ),
    Row("reviews:notice-create", own=WORKS, other={"committee": 404}, kwargs=to_notice),
    Row(
        "reviews:notice-create",
        own=DOES,
        other={"committee": 404},
        kwargs=to_notice,
        method="post",
        data={"workdays": "15"},
    ),
    Row("reviews:check-results", own=WORKS, other={"committee": 404}, kwargs=check(CheckStatus.RELEASED)),
    *(
        Row(
            "reviews:check-results-file",
            own=WORKS,
            other={"committee": 404},
            kwargs=check(CheckStatus.PUBLISHED, kind=kind),
        )
        for kind in ("word", "excel")
    ),
    Row(
        "reviews:check-close",
        own=DOES,
        other={"committee": 404},
        kwargs=check(CheckStatus.RELEASED),
        method="post",
    ),
    Row(
        "reviews:check-publish",
        own=DOES,
        other={"committee": 404},
        kwargs=check(CheckStatus.CLOSED),
        method="post",
    ),
]
