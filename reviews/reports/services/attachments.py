"""Files handed in with a report: kept at an item under a random name, taken off again; what was submitted keeps them."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.files import keep_file
from portal.core.models import User
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.attachments import attachment_fault
from reviews.questionnaires.rules.content import Item
from reviews.reports.access import can_file
from reviews.reports.choices import ReportVerb
from reviews.reports.models.filing import QuarterlyReport, ReportAttachment
from reviews.reports.rules.states import next_status
from reviews.reports.services.filing import filing_of, keep_typed, locked_report

FILES_AT_AN_ITEM = 10


@transaction.atomic
def attach_file(*, report: QuarterlyReport, actor: User, item: str, name: str, data: bytes) -> ReportAttachment:
    """Keep a file at an item of a report. Raises RuleViolation for what may not be handed in, with the reason."""
    report, found = _attachable(report, actor, item)
    name = name.replace("\\", "/").rpartition("/")[2][-160:]
    if sentence := attachment_fault(name, data):
        raise RuleViolation(f"“{name}”：{sentence}", item)
    kept = report.answers.get(found.code) or []
    if len(kept) >= FILES_AT_AN_ITEM:
        raise RuleViolation(f"每一项最多 {FILES_AT_AN_ITEM} 个文件。", item)
    attachment = ReportAttachment(
        report=report, item=item, name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(), added_by=actor
    )
    keep_file(attachment.file, name, data, otherwise="文件没有保存", field=item)
    attachment.save()
    told = {"key": str(attachment.key), "name": name, "size": len(data)}
    report.answers = {**report.answers, item: [*kept, told]}
    keep_typed(report=report, actor=actor)
    audit.record(actor, AuditAction.CREATE, report, step="上传附件", file=name, sha256=attachment.sha256)
    return attachment


@transaction.atomic
def remove_file(*, report: QuarterlyReport, actor: User, key: UUID) -> QuarterlyReport:
    """Take a file off a report; what was submitted with it keeps it."""
    attachment = ReportAttachment.objects.filter(report=report, key=key).first()
    if attachment is None:
        raise RuleViolation("没有这个附件。")
    report, item = _attachable(report, actor, attachment.item)
    left = [each for each in report.answers.get(item.code) or [] if each["key"] != str(key)]
    report.answers = {code: value for code, value in report.answers.items() if code != item.code}
    if left:
        report.answers[item.code] = left
    keep_typed(report=report, actor=actor)
    ReportAttachment.objects.filter(pk=attachment.pk).update(removed_at=timezone.now())
    audit.record(actor, AuditAction.CHANGE, report, step="移除附件", file=attachment.name)
    return report


def may_read_file(attachment: ReportAttachment, *, is_filer: bool) -> bool:
    """Tell whether a reader of the report may have a file: who files any, others those that were ever handed in."""
    if is_filer:
        return True
    key = str(attachment.key)
    handed_in = attachment.report.steps.filter(verb=ReportVerb.SUBMIT).values_list("told", flat=True)
    return any(
        isinstance(each, dict) and each.get("key") == key
        for told in handed_in
        for each in told.get(attachment.item) or []
    )


def _attachable(report: QuarterlyReport, actor: User, code: str) -> tuple[QuarterlyReport, Item]:
    report = locked_report(report)
    refuse(can_file(actor, report))
    next_status(report.status, "save")
    filing = filing_of(report)
    item = filing.content.item(code)
    if item is None or item.type != ItemType.ATTACHMENT:
        raise RuleViolation("这一项不接收附件。")
    if code in filing.locked:
        raise RuleViolation(f"只能修改退回的项目，“{item.label}”不在其中。")
    return report, item
