"""整改通知: one for each association of a check, with all its findings, stored once and notified to its secretary."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from associations.models import Association
from portal.core import audit
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.files import keep_file
from portal.core.models import User
from portal.core.notices import notify, secretaries_of
from portal.core.workdays import add_workdays
from reviews.checks.access.findings import can_keep_check
from reviews.checks.docx import rectification_notice
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.models.plan import SpotCheck
from reviews.checks.rules.deadlines import DEFAULT_WORKDAYS, number_after, refuse_bad_number, refuse_bad_term
from reviews.checks.rules.states import next_finding
from reviews.checks.services.plan import locked_check


@transaction.atomic
def issue_notice(
    *,
    check: SpotCheck,
    association: Association,
    actor: User,
    today: datetime.date,
    workdays: int = DEFAULT_WORKDAYS,
    number: str = "",
) -> RectificationNotice:
    """Store the notice for good, give every finding of the association its deadline, notify the secretary.

    Raises RuleViolation where there is nothing to notice, before the visit is over, and for a second notice.
    """
    check = locked_check(check)
    refuse(can_keep_check(actor, check))
    if not check.has_results:
        raise RuleViolation(f"抽查{check.get_status_display()}，不能下达整改通知。")
    refuse_bad_term(workdays)
    number = number.strip()
    refuse_bad_number(number)
    _refuse_unready(check, association)
    if number and RectificationNotice.objects.filter(number=number).exists():
        raise RuleViolation(f"{number}已经用过。", "number")
    findings = _locked_findings(check, association)
    notice = RectificationNotice(
        spot_check=check, association=association, number=number, issued_by=actor, issued_on=today
    )
    notice.due_on = add_workdays(today, workdays)
    _store(notice, rectification_notice(notice, findings, created=timezone.now()))
    _set_deadline(findings, notice)
    _tell(notice, len(findings))
    _record(notice, findings, actor)
    return notice


def _locked_findings(check: SpotCheck, association: Association) -> list[Finding]:
    """Return the findings that wait for a notice, locked. Raises RuleViolation where there are none."""
    rows = Finding.objects.select_for_update(of=("self",)).filter(visit__spot_check=check, association=association)
    findings = list(rows.raised().select_related("visit", "repeats").order_by("pk"))
    if not findings:
        raise RuleViolation("没有待下达整改的问题。")
    return findings


def _set_deadline(findings: Iterable[Finding], notice: RectificationNotice) -> None:
    for finding in findings:
        finding.status = next_finding(finding.status, "notice")
        finding.notice, finding.due_on = notice, notice.due_on
        finding.save(update_fields=["status", "notice", "due_on"])


def _refuse_unready(check: SpotCheck, association: Association) -> None:
    if RectificationNotice.objects.filter(spot_check=check, association=association).exists():
        raise RuleViolation(f"已向{association}下达过本次抽查的整改通知。")
    visit = check.visits.filter(association=association).first()
    if visit is not None and visit.is_open:
        raise RuleViolation("该协会的检查还没有完成，完成后再下达整改通知。")


def _store(notice: RectificationNotice, content: bytes) -> None:
    notice.name = f"{notice.number}{notice.association}整改通知.docx"[-160:]
    notice.sha256, notice.size = hashlib.sha256(content).hexdigest(), len(content)
    keep_file(notice.file, f"{uuid4().hex}.docx", content, otherwise="整改通知没有下达")
    refuse_invalid(notice)
    notice.save()


def _record(notice: RectificationNotice, findings: Iterable[Finding], actor: User) -> None:
    audit.record(
        actor,
        AuditAction.CREATE,
        notice,
        number=notice.number,
        due_on=notice.due_on,
        findings=[finding.pk for finding in findings],
        file=notice.name,
        sha256=notice.sha256,
    )


def _tell(notice: RectificationNotice, findings: int) -> None:
    notify(
        users=secretaries_of([notice.association_id])[notice.association_id],
        kind=NoticeKind.TASK,
        key=f"rectification:{notice.pk}",
        text=f"{notice.spot_check}发现 {findings} 项问题，请于 {notice.due_on:%Y-%m-%d} 前整改并答复。",
        url=f"{reverse('reviews:finding-list')}?state=open",
    )


def next_number(check: SpotCheck, year: int) -> str:
    """Return the number after the last one that the same committee gave to a notice; empty where there is none."""
    numbered = RectificationNotice.objects.filter(spot_check__committee=check.committee).exclude(number="")
    return number_after(numbered.order_by("-pk").values_list("number", flat=True).first() or "", year)
