"""What quarterly reports put on a secretary's first page: the next thing to be done, its date and one button."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse

from portal.core.access import scope_of
from portal.core.models import User
from reviews.access.reports import can_file
from reviews.choices.reports import QuarterlyStatus, RoundStatus
from reviews.models.reports import QuarterlyReport
from reviews.rules.reports.lateness import Punctuality

_VERBS = {QuarterlyStatus.DRAFT: "填报", QuarterlyStatus.RETURNED: "修改", QuarterlyStatus.UNLOCKED: "修改"}


@dataclass(frozen=True)
class OwedReport:
    """A report that waits for the filer: until when, what is to be done with it and why."""

    name: str
    association: str
    due_on: datetime.date
    stands: Punctuality
    verb: str
    note: str
    url: str


def owed_reports(user: User, today: datetime.date) -> tuple[OwedReport, ...]:
    """Return the reports of the own associations that may be filed now, the most urgent first."""
    own = scope_of(user).limit.association_ids
    reports = QuarterlyReport.objects.visible_to(user, today).owed().filter(association__in=own)
    reports = reports.exclude(round__status=RoundStatus.OPENING).select_related("round", "association", "unlocked_by")
    rows = reports.defer("known", "told", "answers").order_by("due_on", "pk")
    return tuple(_owed(report, today) for report in rows if can_file(user, report) is None)


def _owed(report: QuarterlyReport, today: datetime.date) -> OwedReport:
    until = report.unlocked_until or report.due_on
    return OwedReport(
        name=f"{report.quarter}季报",
        association=report.association.name,
        due_on=until if report.status == QuarterlyStatus.UNLOCKED else report.due_on,
        stands=report.punctuality(today),
        verb=_VERBS[QuarterlyStatus(report.status)],
        note=_note(report),
        url=reverse("reviews:report-fill", args=[report.pk]),
    )


def _note(report: QuarterlyReport) -> str:
    if report.status == QuarterlyStatus.RETURNED:
        return f"已退回，有 {len(report.reopened)} 项需要修改"
    if report.status == QuarterlyStatus.UNLOCKED:
        who = report.unlocked_by.name if report.unlocked_by else ""
        return f"{who}已解锁：{report.unlock_reason}"
    return ""
