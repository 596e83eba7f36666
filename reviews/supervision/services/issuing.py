"""From signature to receipt: number, the two stored files, receipts; withdrawal, after which the report stays readable."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.files import keep_file
from portal.core.models import Committee, User
from reviews.supervision.access import can_keep, can_sign_receipt
from reviews.supervision.choices import DocumentKind
from reviews.supervision.docx import report_document
from reviews.supervision.models import Receipt, ReportDocument, SupervisionReport
from reviews.supervision.rules.numbers import refuse_bad_prefix
from reviews.supervision.rules.states import next_status
from reviews.supervision.services.editing import current_version, locked
from reviews.supervision.xlsx import annex_workbook


@transaction.atomic
def number_report(*, report: SupervisionReport, actor: User, prefix: str, year: int, serial: int) -> SupervisionReport:
    """Register 发文字号. Raises RuleViolation for one in use: numbers are never given twice, not even after a withdrawal."""
    report = locked(report)
    refuse(can_keep(actor, report))
    next_status(report.status, "number")
    refuse_bad_prefix(prefix.strip())
    before = report.number
    report.prefix, report.year, report.serial = prefix.strip(), year, serial
    refuse_invalid(report)
    report.save(update_fields=["prefix", "year", "serial"])
    audit.record(actor, AuditAction.CHANGE, report, step="编号", before=before, after=report.number)
    return report


def next_serial(prefix: str, year: int) -> int:
    """Return the number after the highest given with this 代字 in this year."""
    given = SupervisionReport.objects.filter(prefix=prefix, year=year).order_by("-serial")
    return (given.values_list("serial", flat=True).first() or 0) + 1


def last_prefix(committee: Committee) -> str:
    """Return the 代字 of the committee's latest numbered report; empty where there is none."""
    numbered = SupervisionReport.objects.filter(committee=committee, serial__isnull=False).order_by("-pk")
    return numbered.values_list("prefix", flat=True).first() or ""


@transaction.atomic
def issue_report(
    *, report: SupervisionReport, actor: User, today: datetime.date, recipients: Iterable[Committee]
) -> SupervisionReport:
    """Store the two files for good and send the report to the committees that are to sign for it.

    Raises RuleViolation without a number, and for a recipient outside the report's subtree.
    """
    report = locked(report)
    refuse(can_keep(actor, report))
    status = next_status(report.status, "issue")
    if not report.number:
        raise RuleViolation("请先登记发文字号，再印发。")
    chosen = list(recipients)
    if not chosen and report.committee.children.exists():
        raise RuleViolation("请至少选择一个主送机构。", "recipients")
    if any(not each.path.startswith(report.committee.path) or each.pk == report.committee_id for each in chosen):
        raise RuleViolation("主送机构只能是报告范围内的下级机构。", "recipients")
    report.status, report.issued_by, report.issued_at = status, actor, timezone.now()
    version = current_version(report)
    mark = f"{report.number}　{report.committee}　{actor.name}印发"
    name = f"{report.number}{version.title}"
    _store(report, DocumentKind.TEXT, report_document(report, version, issued_on=today), f"{name}.docx")
    _store(report, DocumentKind.ANNEX, annex_workbook(report, mark=mark), f"{name}附件.xlsx")
    refuse_invalid(report)
    report.save(update_fields=["status", "issued_by", "issued_at"])
    Receipt.objects.bulk_create([Receipt(report=report, committee=committee) for committee in chosen])
    audit.record(
        actor,
        AuditAction.CHANGE,
        report,
        step="印发",
        number=report.number,
        recipients=[str(each) for each in chosen],
        files={document.kind: document.sha256 for document in report.documents.all()},
    )
    return report


def _store(report: SupervisionReport, kind: DocumentKind, content: bytes, name: str) -> ReportDocument:
    document = ReportDocument(
        report=report, kind=kind, name=name[-160:], sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    keep_file(document.file, name, content, otherwise="文件没有保存，报告没有印发")
    document.save()
    return document


@transaction.atomic
def sign_receipt(*, receipt: Receipt, actor: User) -> Receipt:
    """签收: sign for a report. Where it was signed for before, the first signature stays."""
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("report", "committee", "signed_by")
    receipt = rows.get(pk=receipt.pk)
    next_status(receipt.report.status, "sign receipt")
    refuse(can_sign_receipt(actor, receipt))
    if receipt.signed_by is not None and receipt.signed_at is not None:
        when = f"{timezone.localtime(receipt.signed_at):%Y-%m-%d %H:%M}"
        raise RuleViolation(f"已由{receipt.signed_by.name}于 {when} 签收。")
    receipt.signed_by, receipt.signed_at = actor, timezone.now()
    receipt.save(update_fields=["signed_by", "signed_at"])
    audit.record(actor, AuditAction.CHANGE, receipt.report, step="签收", committee=str(receipt.committee))
    return receipt


@transaction.atomic
def withdraw_report(*, report: SupervisionReport, actor: User, reason: str) -> SupervisionReport:
    """Withdraw an issued report: it stays readable, marked as withdrawn, and no later report is compared with it."""
    return _close(report, "withdraw", actor, reason)


@transaction.atomic
def discard_report(*, report: SupervisionReport, actor: User, reason: str) -> SupervisionReport:
    """Discard a report that was never issued."""
    return _close(report, "discard", actor, reason)


def _close(report: SupervisionReport, verb: str, actor: User, reason: str) -> SupervisionReport:
    report = locked(report)
    refuse(can_keep(actor, report))
    report.status = next_status(report.status, verb)
    if not reason.strip():
        raise RuleViolation("请填写原因。", "reason")
    report.closed_by, report.closed_at, report.close_reason = actor, timezone.now(), reason.strip()
    report.save(update_fields=["status", "closed_by", "closed_at", "close_reason"])
    audit.record(actor, AuditAction.END, report, step=report.get_status_display(), reason=report.close_reason)
    return report
