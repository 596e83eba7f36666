"""Quarterly reports on first pages: the filer's next report with its date, and work that waits for a reviewer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse

from portal.core.access import scope_of
from portal.core.models import User
from portal.dashboard.panels.coverage import Count
from reviews.questionnaires.choices import SHEET_BADGES, SheetStatus
from reviews.reports.access import can_file
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.services.reminders import changes_to_carry_out, difficulties_to_answer, reports_to_review

_VERBS = {SheetStatus.DRAFT: "填报", SheetStatus.RETURNED: "修改", SheetStatus.UNLOCKED: "修改"}


@dataclass(frozen=True)
class OwedReport:
    """A report that waits for the filer: deadline, state (kind of badge and words), the next act and its reason."""

    name: str
    association: str
    due_on: datetime.date
    badge: str
    words: str
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
    """Return a report's line; the state of a returned report matters more than that it was once in time."""
    status = SheetStatus(report.status)
    until, stands = report.due_on, report.punctuality(today)
    badge, words = stands.badge, stands.words
    if status != SheetStatus.DRAFT:
        badge, words = SHEET_BADGES[status], str(status.label)
    if status == SheetStatus.UNLOCKED and report.unlocked_until:
        until = report.unlocked_until
    return OwedReport(
        name=f"{report.quarter}季报",
        association=report.association.name,
        due_on=until,
        badge=badge,
        words=words,
        verb=_VERBS[status],
        note=_note(report),
        url=reverse("reviews:report-fill", args=[report.pk]),
    )


def _note(report: QuarterlyReport) -> str:
    if report.status == SheetStatus.RETURNED:
        return f"有 {len(report.reopened)} 项需要修改"
    if report.status == SheetStatus.UNLOCKED:
        who = report.unlocked_by.name if report.unlocked_by else ""
        return f"{who}解锁：{report.unlock_reason}"
    return ""


def waiting_for(user: User, today: datetime.date) -> tuple[Count, ...]:
    """Return how many reports wait for this person, and open work from approved ones; empty where nothing waits."""
    counts = (
        Count("待审核的季报", reports_to_review(user, today), reverse("reviews:review-queue"), "份"),
        Count("待办理的班子变动", changes_to_carry_out(user, today), _open("post-change-list"), "条"),
        Count("待答复的困难诉求", difficulties_to_answer(user, today), _open("difficulty-list"), "条"),
    )
    return tuple(each for each in counts if each.count)


def _open(name: str) -> str:
    return f"{reverse(f'reviews:{name}')}?status=open"
