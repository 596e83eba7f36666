"""Reminders about supervision reports: unsigned receipts, then their escalation; open work, once a week."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import User
from portal.core.notices import DigestLine, Reminder, digest_source, escalation_source, reminder_source, staff_of
from portal.core.workdays import workdays_for
from reviews.supervision.access import can_sign_off, can_sign_receipt
from reviews.supervision.choices import ReportStatus
from reviews.supervision.models import Receipt, SupervisionReport

# Working days after the issue: a practice of the house, no document asks for it.
REMINDED_AFTER, ESCALATED_AFTER = 3, 7


def _unsigned(today: datetime.date, working_days: int) -> Iterator[Receipt]:
    """Yield the receipts of issued reports that have been unsigned for so many working days."""
    open_receipts = Receipt.objects.filter(signed_by=None, report__status=ReportStatus.ISSUED)
    waiting = list(open_receipts.select_related("report", "committee").defer("report__content"))
    if not waiting:
        return
    calendar = workdays_for(min(_issued_on(receipt) for receipt in waiting), today)
    for receipt in waiting:
        if calendar.between(_issued_on(receipt), today) >= working_days:
            yield receipt


def _issued_on(receipt: Receipt) -> datetime.date:
    issued = receipt.report.issued_at
    assert issued is not None  # noqa: S101 -- a constraint of issued reports
    return timezone.localtime(issued).date()


def receipts_waiting(today: datetime.date) -> Iterator[Reminder]:
    """Remind the staff of a committee of a report that nobody has signed for."""
    unsigned = list(_unsigned(today, REMINDED_AFTER))
    people = staff_of((receipt.committee_id for receipt in unsigned), Role.COMMITTEE)
    for receipt in unsigned:
        yield Reminder(
            users=frozenset(people[receipt.committee_id]),
            key=f"receipt:{receipt.pk}:waiting",
            text=f"{receipt.report.number}印发已满 {REMINDED_AFTER} 个工作日，请签收。",
            url=_address(receipt.report),
        )


def receipts_overdue(today: datetime.date) -> Iterator[Reminder]:
    """Tell the person who issued a report which committees have not signed for it."""
    by_report: dict[int, list[Receipt]] = {}
    for receipt in _unsigned(today, ESCALATED_AFTER):
        by_report.setdefault(receipt.report_id, []).append(receipt)
    for receipts in by_report.values():
        report = receipts[0].report
        users = frozenset(key for key in (report.issued_by_id, report.requested_by_id) if key is not None)
        yield Reminder(
            users=users,
            key=f"receipts:{report.pk}:overdue",
            text=f"{report.number}印发已满 {ESCALATED_AFTER} 个工作日，仍有 {len(receipts)} 个机构未签收。",
            url=_address(report),
        )


def digest_lines(user: User, today: datetime.date) -> Iterator[DigestLine]:
    """Yield a person's lines of the weekly digest: receipts and reports to sign."""
    if not user.scope.has(*COMMITTEE_ROLES):
        return
    for receipt in owed_receipts(user):
        yield DigestLine(f"{receipt.report.number}待签收", _address(receipt.report))
    for report in reports_to_sign_off(user):
        yield DigestLine(f"{report}待签发", _address(report))


def owed_receipts(user: User) -> list[Receipt]:
    """Return the receipts that this person can sign."""
    unsigned = Receipt.objects.visible_to(user).filter(signed_by=None, report__status=ReportStatus.ISSUED)
    rows = unsigned.select_related("committee", "report").defer("report__content")
    return [receipt for receipt in rows if can_sign_receipt(user, receipt) is None]


def reports_to_sign_off(user: User) -> list[SupervisionReport]:
    """Return the reports that wait for a signature and that this person can sign."""
    submitted = SupervisionReport.objects.visible_to(user).filter(status=ReportStatus.SUBMITTED)
    rows = submitted.select_related("committee").defer("content")
    return [report for report in rows if can_sign_off(user, report) is None]


def _address(report: SupervisionReport) -> str:
    return reverse("reviews:supervision-detail", args=[report.pk])


reminder_source(receipts_waiting)
escalation_source(receipts_overdue)
digest_source(digest_lines)
