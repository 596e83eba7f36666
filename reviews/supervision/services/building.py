"""From a request to the first draft: one frozen snapshot, its figures, the first wording."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from django.db import transaction

from partyorgs.organizations.services.snapshots import freeze_snapshot
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import Committee, Snapshot, User
from portal.core.outbox import enqueue_job
from portal.core.progress import Progress, silently
from portal.core.quarters import Quarter
from reviews.supervision.access import can_request
from reviews.supervision.choices import ReportStatus, SupervisionJobKind
from reviews.supervision.indicators.content import ReportContent, plain
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.indicators.report import supervision_content
from reviews.supervision.models import ReportVersion, SupervisionReport
from reviews.supervision.rules.states import next_status

UNFINISHED = (ReportStatus.BUILDING, ReportStatus.DRAFT, ReportStatus.SUBMITTED, ReportStatus.SIGNED)


@transaction.atomic
def request_report(
    *, committee: Committee, as_of: datetime.date, today: datetime.date, actor: User, result_url: str
) -> SupervisionReport:
    """Request a report about a committee's subtree on a day; a job builds it.

    `result_url` holds `{pk}` for the report's number. Raises RuleViolation for a day to come, for a subtree without associations, and
    while another report about the same day is under way.
    """
    refuse(can_request(actor, committee), "committee")
    if as_of > today:
        raise RuleViolation("截止日期不能晚于今天。", "as_of")
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    under_way = SupervisionReport.objects.filter(committee=committee, as_of=as_of, status__in=UNFINISHED).first()
    if under_way is not None:
        raise RuleViolation(
            f"{committee}截至{as_of:%Y-%m-%d}的报告正在办理（{under_way.get_status_display()}），请在原报告上继续。",
            "as_of",
        )
    if not Moment(committee, as_of).associations:
        raise RuleViolation("该机构范围内截至当日没有在册协会商会，没有可以报告的内容。", "as_of")
    report = SupervisionReport.objects.create(committee=committee, as_of=as_of, requested_by=actor)
    report.job = enqueue_job(
        kind=SupervisionJobKind.BUILD_REPORT,
        key=f"{SupervisionJobKind.BUILD_REPORT}:{report.pk}",
        payload={"report": report.pk, "result_url": result_url.format(pk=report.pk)},
        owner=actor,
    )
    report.save(update_fields=["job"])
    audit.record(actor, AuditAction.CREATE, report, after=audit.state_of(report, "committee", "as_of"))
    return report


def build_report(
    *,
    report: SupervisionReport,
    actor: User,
    progress: Progress = silently,
    writing: Callable[[], AbstractContextManager[None]] = transaction.atomic,
) -> SupervisionReport:
    """Freeze the facts of both days and write the first draft from them. A draft that is there already stays as it is.

    Freezing and counting take long and lock nothing for others; `writing` opens the transaction that stores the result.
    """
    refuse(can_request(actor, report.committee))
    report = SupervisionReport.objects.get(pk=report.pk)
    if not report.is_building:
        with writing():
            return report
    progress(0, 1, "固定数据快照")
    previous = last_issued(report.committee, report.as_of)
    base, base_number = base_of(report.committee, report.as_of)
    snapshot = freeze_snapshot(as_of=report.as_of, actor=actor)
    base = replace(base, frozen=base.frozen or freeze_snapshot(as_of=base.as_of, actor=actor).pk)
    content = supervision_content(
        committee=report.committee,
        as_of=report.as_of,
        frozen=snapshot.pk,
        base=base,
        base_number=base_number,
        progress=progress,
    )
    with writing():
        report = SupervisionReport.objects.select_for_update().get(pk=report.pk)
        if report.is_building:
            _keep(report, content, previous, (snapshot, base), actor)
    return report


def _keep(
    report: SupervisionReport,
    content: ReportContent,
    previous: SupervisionReport | None,
    measured: tuple[Snapshot, Moment],
    actor: User,
) -> None:
    snapshot, base = measured
    report.snapshot, report.previous = snapshot, previous
    report.base_as_of, report.base_snapshot_id = base.as_of, base.frozen
    report.content, report.version = plain(content), 1
    report.status = next_status(report.status, "build")
    report.save()
    ReportVersion.objects.create(report=report, **first_version(content))
    audit.record(actor, AuditAction.CHANGE, report, step="生成初稿", fields=len(content.fields))


def first_version(content: ReportContent) -> dict[str, Any]:
    """Return the first wording of a content, as the fields of a `ReportVersion`."""
    return {
        "number": 1,
        "title": content.title,
        "addressees": content.addressees,
        "texts": {section.code: list(section.paragraphs) for section in content.sections},
    }


def base_of(committee: Committee, as_of: datetime.date) -> tuple[Moment, str]:
    """Return the moment that a report is compared with: that of the last issued one, with its 发文字号, else the last quarter's end."""
    previous = last_issued(committee, as_of)
    if previous is not None:
        return Moment(committee, previous.as_of, previous.snapshot_id), previous.number
    return Moment(committee, Quarter.of(as_of).previous.last_day), ""


def last_issued(committee: Committee, before: datetime.date) -> SupervisionReport | None:
    """Return the last issued report about the same subtree on an earlier day."""
    return SupervisionReport.objects.issued().filter(committee=committee, as_of__lt=before).order_by("-as_of").first()
