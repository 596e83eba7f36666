"""Who may open the filer's pages of quarterly reports: the association's secretary; others read. See tests/flows/matrix.py."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from portal.core.models import User
from reviews.questionnaires.choices import SheetStatus
from reviews.reports.models.filing import QuarterlyReport, ReportAttachment, ReportRound, ReportStep
from tests import recipes
from tests.flows.matrix import Row
from tests.reviews.reports.rounds import QUARTER, report_of, round_of

FILES = {"secretary": 200}
DOES = {"secretary": 302}
READS = {"province": 200, "committee": 200, "secretary": 200}
ELSEWHERE = {"secretary": 404}
READS_ELSEWHERE = {"committee": 404, "secretary": 404}
DATA = b"%PDF-1.4 minutes"


def a_round(world: Any) -> ReportRound:
    province = world["own"].committee.parent
    found = ReportRound.objects.filter(committee=province, year=QUARTER.year, number=QUARTER.number).first()
    return found or round_of(province)


def report(world: Any, side: str, status: SheetStatus = SheetStatus.DRAFT) -> QuarterlyReport:
    """Return the report of the side's association; made when a row first asks for it."""
    association = world[side].association
    found = QuarterlyReport.objects.filter(association=association).first()
    return found or report_of(association, a_round(world), status)


def of(status: SheetStatus = SheetStatus.DRAFT) -> Callable[[Any, str], dict[str, Any]]:
    return lambda world, side: {"pk": report(world, side, status).pk}


def with_file(world: Any, side: str) -> dict[str, Any]:
    """Return a report with a file that was handed in with it."""
    submitted = report(world, side, SheetStatus.SUBMITTED)
    actor = submitted.submitted_by or recipes.user.make()
    assert isinstance(actor, User)
    attachment = ReportAttachment(
        report=submitted,
        item="minutes",
        name="会议记录.pdf",
        size=len(DATA),
        sha256=hashlib.sha256(DATA).hexdigest(),
        added_by=actor,
    )
    attachment.file.save("minutes.pdf", ContentFile(DATA))
    told = {"minutes": [{"key": str(attachment.key), "name": attachment.name, "size": attachment.size}]}
    ReportStep.objects.create(report=submitted, verb="submit", submission=1, actor=actor, at=timezone.now(), told=told)
    return {"pk": submitted.pk, "key": attachment.key}


SUBMITTED = of(SheetStatus.SUBMITTED)
FILING: list[Row] = [
    Row("reviews:report-mine", own=FILES),
    Row("reviews:report-detail", own=READS, other=READS_ELSEWHERE, kwargs=of()),
    Row("reviews:report-detail", own=READS, other=READS_ELSEWHERE, kwargs=SUBMITTED),
    Row("reviews:report-fill", own=FILES, other=ELSEWHERE, kwargs=of()),
    Row("reviews:report-fill", own=DOES, other=ELSEWHERE, kwargs=SUBMITTED),  # led to the report to read
    Row("reviews:report-save", own=DOES, other=ELSEWHERE, kwargs=of(), method="post", data={"seen": "0"}),
    Row("reviews:report-confirm", own=FILES, other=ELSEWHERE, kwargs=of()),
    Row("reviews:report-submit", own=DOES, other=ELSEWHERE, kwargs=of(), method="post", data={"seen": "0"}),
    Row("reviews:report-withdraw", own=DOES, other=ELSEWHERE, kwargs=SUBMITTED, method="post"),
    Row("reviews:report-attach", own=DOES, other=ELSEWHERE, kwargs=of(), method="post", data={"item": "minutes"}),
    Row("reviews:report-attachment", own=READS, other=READS_ELSEWHERE, kwargs=with_file),
    Row("reviews:report-detach", own=DOES, other=ELSEWHERE, kwargs=with_file, method="post"),
    Row("reviews:report-workbook", own=FILES, other=ELSEWHERE, kwargs=of()),
    Row("reviews:report-upload", own=FILES, other=ELSEWHERE, kwargs=of()),
    Row("reviews:report-upload", own=FILES, other=ELSEWHERE, kwargs=of(), method="post"),
]
