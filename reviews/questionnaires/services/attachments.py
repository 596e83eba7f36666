"""Files handed in with a sheet: kept at an item under a random name, taken off again; what was submitted keeps them."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.files import keep_file
from portal.core.models import User
from reviews.questionnaires.choices import ItemType, SheetVerb
from reviews.questionnaires.models import FiledSheet, SheetAttachment
from reviews.questionnaires.rules.attachments import attachment_fault
from reviews.questionnaires.rules.content import Item
from reviews.questionnaires.services.filing import Sheet, filing_of, keep_typed, opened_sheet
from reviews.questionnaires.services.steps import row_beside

FILES_AT_AN_ITEM = 10


@transaction.atomic
def attach_file(*, sheet: FiledSheet, actor: User, item: str, name: str, data: bytes) -> SheetAttachment:
    """Keep a file at an item of a sheet. Raises RuleViolation for what may not be handed in, with the reason."""
    sheet, asked_item = _attachable(sheet, actor, item)
    name = name.replace("\\", "/").rpartition("/")[2][-160:]
    if sentence := attachment_fault(name, data):
        raise RuleViolation(f"“{name}”：{sentence}", item)
    kept = sheet.answers.get(asked_item.code) or []
    if len(kept) >= FILES_AT_AN_ITEM:
        raise RuleViolation(f"每一项最多 {FILES_AT_AN_ITEM} 个文件。", item)
    attachment: SheetAttachment = row_beside(
        sheet.attachments,
        sheet,
        item=item,
        name=name,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        added_by=actor,
    )
    keep_file(attachment.file, name, data, otherwise="文件没有保存", field=item)
    attachment.save()
    answer = {"key": str(attachment.key), "name": name, "size": len(data)}
    sheet.answers = {**sheet.answers, item: [*kept, answer]}
    keep_typed(sheet=sheet, actor=actor)
    audit.record(actor, AuditAction.CREATE, sheet, step="上传附件", file=name, sha256=attachment.sha256)
    return attachment


@transaction.atomic
def remove_file(*, sheet: Sheet, actor: User, key: UUID) -> Sheet:
    """Take a file off a sheet; what was submitted with it keeps it."""
    attachment = sheet.attachments.filter(key=key).first()
    if attachment is None:
        raise RuleViolation("没有这个附件。")
    sheet, item = _attachable(sheet, actor, attachment.item)
    left = [each for each in sheet.answers.get(item.code) or [] if each["key"] != str(key)]
    sheet.answers = {code: value for code, value in sheet.answers.items() if code != item.code}
    if left:
        sheet.answers[item.code] = left
    keep_typed(sheet=sheet, actor=actor)
    sheet.attachments.filter(pk=attachment.pk).update(removed_at=timezone.now())
    audit.record(actor, AuditAction.CHANGE, sheet, step="移除附件", file=attachment.name)
    return sheet


def may_read_file(attachment: SheetAttachment, *, is_filer: bool) -> bool:
    """Tell whether a reader of the sheet may have a file: who files any, others those that were ever handed in."""
    if is_filer:
        return True
    key = str(attachment.key)
    handed_in = attachment.sheet.steps.filter(verb=SheetVerb.SUBMIT).values_list("told", flat=True)
    return any(
        isinstance(each, dict) and each.get("key") == key
        for answers in handed_in
        for each in answers.get(attachment.item) or []
    )


def _attachable(sheet: Sheet, actor: User, code: str) -> tuple[Sheet, Item]:
    sheet = opened_sheet(sheet=sheet, actor=actor)
    filing = filing_of(sheet)
    item = filing.content.item(code)
    if item is None or item.type != ItemType.ATTACHMENT:
        raise RuleViolation("这一项不接收附件。")
    if code in filing.locked:
        raise RuleViolation(f"只能修改退回的项目，“{item.label}”不在其中。")
    return sheet, item
