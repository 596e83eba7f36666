"""From the notice to 销号: the association answers with evidence, somebody else re-checks, until the finding is closed."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from associations.access import can_write
from portal.core import audit
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.files import keep_file
from portal.core.models import User
from portal.core.notices import notify, secretaries_of
from reviews.checks.access.findings import can_decide_extension, can_recheck, can_reply
from reviews.checks.choices import ExtensionStatus
from reviews.checks.models.findings import ExtensionRequest, Finding, FindingEvidence, FindingReply, Recheck
from reviews.checks.rules.deadlines import refuse_bad_extension
from reviews.checks.rules.states import next_finding
from reviews.checks.services.findings import locked_finding
from reviews.questionnaires.rules.attachments import attachment_fault

MOST_FILES = 10  # of one reply; with 20 MB each, what an association can store at once is bounded (SEC-44)


class Upload(Protocol):
    """A file as a form hands it over."""

    @property
    def name(self) -> str | None: ...

    def read(self) -> bytes: ...


@dataclass(frozen=True)
class RefusedFile:
    name: str
    reason: str


@transaction.atomic
def keep_evidence(*, finding: Finding, actor: User, uploads: Iterable[Upload]) -> list[RefusedFile]:
    """Keep the acceptable files for the coming reply; return the refused ones, each with its reason.

    Files are kept apart from the reply, so that they survive where the rest of the form is refused.
    """
    finding = locked_finding(finding)
    _refuse_answer(finding, actor)
    waiting = finding.evidence.filter(reply=None)
    digests = set(waiting.values_list("sha256", flat=True))
    kept: dict[str, str] = {}
    refused = []
    for upload in uploads:
        name, data = (upload.name or "")[-160:], upload.read()
        digest = hashlib.sha256(data).hexdigest()
        if digest in digests:
            continue  # the same file once more, as when a form is sent twice
        if fault := attachment_fault(name, data):
            refused.append(RefusedFile(name, fault))
        elif len(digests) >= MOST_FILES:
            refused.append(RefusedFile(name, f"一次答复最多 {MOST_FILES} 个文件。"))
        else:
            digests.add(digest)
            kept[name] = digest
            _store(finding, actor, name, data, digest)
    if kept:
        audit.record(actor, AuditAction.CHANGE, finding, step="上传佐证", files=kept)
    return refused


def _store(finding: Finding, actor: User, name: str, data: bytes, digest: str) -> None:
    evidence = FindingEvidence(finding=finding, name=name, size=len(data), sha256=digest, added_by=actor)
    keep_file(evidence.file, name, data, otherwise="文件没有保存")
    evidence.save()


@transaction.atomic
def remove_evidence(*, finding: Finding, key: UUID, actor: User) -> Finding:
    """Remove a file that was not sent yet; sent files belong to their reply and stay."""
    finding = locked_finding(finding)
    _refuse_answer(finding, actor)
    evidence = finding.evidence.filter(key=key, reply=None).first()
    if evidence is None:
        raise RuleViolation("该文件已经提交或者已经移除。")
    files = {evidence.name: evidence.sha256}
    transaction.on_commit(partial(evidence.file.storage.delete, str(evidence.file.name)))
    evidence.delete()
    audit.record(actor, AuditAction.CHANGE, finding, step="移除佐证", files=files)
    return finding


@transaction.atomic
def reply_finding(*, finding: Finding, actor: User, today: datetime.date, text: str) -> FindingReply:
    """Answer a finding with the files kept for it; from then on it waits for a re-check."""
    finding = locked_finding(finding)
    _refuse_answer(finding, actor)
    if not text.strip():
        raise RuleViolation("请写明整改情况。", "text")
    reply = FindingReply(
        finding=finding, text=text.strip(), replied_by=actor, replied_at=timezone.now(), replied_on=today
    )
    refuse_invalid(reply)
    if not finding.evidence.exists():  # evidence of an earlier reply is enough
        raise RuleViolation("请附上能够证明整改情况的材料。", "evidence")
    reply.save()
    evidence = finding.evidence.filter(reply=None)
    files = dict(evidence.values_list("name", "sha256"))
    evidence.update(reply=reply)
    finding.status = next_finding(finding.status, "reply")
    finding.save(update_fields=["status"])
    audit.record(actor, AuditAction.CHANGE, finding, step="答复", text=reply.text, files=files)
    return reply


def _refuse_answer(finding: Finding, actor: User) -> None:
    refuse(can_reply(actor, finding))
    next_finding(finding.status, "reply")


@transaction.atomic
def recheck_finding(
    *, finding: Finding, actor: User, today: datetime.date, seen_reply: int, passed: bool, reason: str
) -> Recheck:
    """Close a finding (销号) or send it back with a reason. `seen_reply` is the reply that was read: a newer one is to be read first."""
    finding = locked_finding(finding)
    refuse(can_recheck(actor, finding))
    refuse(can_write(actor, finding.association, today))
    status = next_finding(finding.status, "pass" if passed else "send back")
    reply = finding.replies.order_by("-pk").first()
    if reply is None or reply.pk != seen_reply:
        raise RuleViolation("协会又答复了一次，请重新打开后再复核。")
    if not reason.strip():
        raise RuleViolation("请写明复核意见。", "reason")
    recheck = Recheck(
        reply=reply, passed=passed, reason=reason.strip(), rechecked_by=actor, rechecked_at=timezone.now()
    )
    refuse_invalid(recheck)
    recheck.save()
    finding.status = status
    if passed:
        finding.closed_on, finding.closed_by = today, actor
    finding.save(update_fields=["status", "closed_on", "closed_by"])
    words = "已销号" if passed else f"被退回，请于 {finding.due_on:%Y-%m-%d} 前继续整改"
    _tell_secretary(finding, f"recheck:{recheck.pk}", f"“{finding}”{words}。")
    audit.record(actor, AuditAction.CHANGE, finding, step="销号" if passed else "退回整改", reason=recheck.reason)
    return recheck


@transaction.atomic
def request_extension(
    *, finding: Finding, actor: User, today: datetime.date, until: datetime.date, reason: str
) -> ExtensionRequest:
    """Request a later deadline. Only a finding that waits for the association can be extended, one request at a time."""
    finding = locked_finding(finding)
    refuse(can_reply(actor, finding))
    next_finding(finding.status, "extend")
    assert finding.due_on is not None  # noqa: S101 -- a constraint of noticed findings
    refuse_bad_extension(finding.due_on, until, today)
    if not reason.strip():
        raise RuleViolation("请写明延期原因。", "reason")
    request = ExtensionRequest(finding=finding, until=until, reason=reason.strip(), asked_by=actor)
    refuse_invalid(request)
    request.save()
    audit.record(actor, AuditAction.CHANGE, finding, step="申请延期", until=until, reason=request.reason)
    return request


@transaction.atomic
def decide_extension(
    *, request: ExtensionRequest, actor: User, today: datetime.date, granted: bool, decision: str = ""
) -> ExtensionRequest:
    """Grant the new deadline or refuse it with a reason. A request is decided once: the second learns who was first."""
    finding = locked_finding(Finding(pk=request.finding_id))
    request = ExtensionRequest.objects.select_for_update(of=("self",)).select_related("finding").get(pk=request.pk)
    refuse(can_decide_extension(actor, request))
    refuse(can_write(actor, finding.association, today))
    if request.status != ExtensionStatus.ASKED and request.decided_by and request.decided_at:
        when = timezone.localtime(request.decided_at)
        raise RuleViolation(f"已由{request.decided_by}于 {when:%Y-%m-%d %H:%M} 审批。")
    if granted:
        next_finding(finding.status, "extend")
        assert finding.due_on is not None  # noqa: S101 -- a constraint of noticed findings
        refuse_bad_extension(finding.due_on, request.until, today)
    elif not decision.strip():
        raise RuleViolation("请写明不同意延期的原因。", "decision")
    request.status = ExtensionStatus.GRANTED if granted else ExtensionStatus.REFUSED
    request.decided_by, request.decided_at, request.decided_on = actor, timezone.now(), today
    request.decision = decision.strip()
    refuse_invalid(request)
    request.save()
    before = finding.due_on
    if granted:
        finding.due_on = request.until
        finding.save(update_fields=["due_on"])
    words = f"延期至 {request.until:%Y-%m-%d}" if granted else "的延期申请未获同意"
    _tell_secretary(finding, f"extension:{request.pk}", f"“{finding}”{words}。")
    audit.record(
        actor,
        AuditAction.CHANGE,
        finding,
        step="同意延期" if granted else "不同意延期",
        before=before,
        after=finding.due_on,
        decision=request.decision,
    )
    return request


def _tell_secretary(finding: Finding, key: str, text: str) -> None:
    people = secretaries_of([finding.association_id])[finding.association_id]
    address = reverse("reviews:finding-detail", args=[finding.pk])
    notify(users=people, kind=NoticeKind.RESULT, key=key, text=text, url=address)
