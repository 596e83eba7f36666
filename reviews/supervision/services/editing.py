"""Editing words, sending for signature, sending back. Numbers are fields of the frozen content and cannot be typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.supervision.access import can_keep, can_sign_off
from reviews.supervision.indicators.content import ReportContent, content_of
from reviews.supervision.models import ReportVersion, SupervisionReport
from reviews.supervision.rules.states import next_status
from reviews.supervision.rules.texts import fault_of

PARAGRAPH_MAX = 3000
PARAGRAPHS_MAX = 60


class StaleVersion(RuleViolation):
    """Somebody saved another version after this one was opened; the input stays on the page."""


def locked(report: SupervisionReport) -> SupervisionReport:
    """Return the report with its row locked: look, then write."""
    return SupervisionReport.objects.select_for_update().get(pk=report.pk)


def current_version(report: SupervisionReport) -> ReportVersion:
    """Return the current wording. Raises ReportVersion.DoesNotExist while the report is being built."""
    return ReportVersion.objects.select_related("written_by").get(report=report, number=report.version)


@transaction.atomic
def edit_report(
    *,
    report: SupervisionReport,
    actor: User,
    seen_version: int,
    title: str,
    addressees: str,
    texts: Mapping[str, Sequence[str]],
) -> ReportVersion:
    """Save a new wording; equal words make no new version. Raises RuleViolation with the section that it refuses."""
    report = locked(report)
    refuse(can_keep(actor, report))
    next_status(report.status, "edit")
    _refuse_stale(report, seen_version)
    content = content_of(report.content)
    clean = _checked_texts(content, texts)
    title, addressees = title.strip(), addressees.strip()
    _refuse_heading(title, addressees)
    before = current_version(report)
    if (before.title, before.addressees, before.texts) == (title, addressees, clean):
        return before
    version = ReportVersion.objects.create(
        report=report,
        number=report.version + 1,
        title=title,
        addressees=addressees,
        texts=clean,
        written_by=actor,
    )
    report.version = version.number
    report.save(update_fields=["version"])
    changed = [
        section.title or "引言" for section in content.sections if before.texts.get(section.code) != clean[section.code]
    ]
    audit.record(actor, AuditAction.CHANGE, report, step="修改文字", version=version.number, sections=changed)
    return version


def _checked_texts(content: ReportContent, texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return {section's code: its paragraphs}. Raises RuleViolation with the section whose words are refused."""
    checked: dict[str, list[str]] = {}
    for section in content.sections:
        name = section.title or "引言"
        paragraphs = [paragraph.strip() for paragraph in texts.get(section.code, ()) if paragraph.strip()]
        if len(paragraphs) > PARAGRAPHS_MAX:
            raise RuleViolation(f"“{name}”不能超过 {PARAGRAPHS_MAX} 段。", section.code)
        for paragraph in paragraphs:
            if len(paragraph) > PARAGRAPH_MAX:
                raise RuleViolation(f"“{name}”有一段超过 {PARAGRAPH_MAX} 字。", section.code)
            if fault := fault_of(paragraph, content.fields.keys()):
                raise RuleViolation(f"“{name}”：{fault}", section.code)
        checked[section.code] = paragraphs
    return checked


def _refuse_heading(title: str, addressees: str) -> None:
    """Raise RuleViolation for a title or addressees with figures in them, or without a title."""
    for name, words, label in (("title", title, "标题"), ("addressees", addressees, "主送机关")):
        if fault := fault_of(words, frozenset()):
            raise RuleViolation(f"{label}：{fault}", name)
    if not title:
        raise RuleViolation("请填写标题。", "title")


@transaction.atomic
def restore_version(*, report: SupervisionReport, actor: User, number: int, seen_version: int) -> ReportVersion:
    """Restore an earlier wording as a new version, so that no version is lost."""
    refuse(can_keep(actor, report))
    earlier = ReportVersion.objects.filter(report=report, number=number).first()
    if earlier is None:
        raise RuleViolation("没有这一版本。")
    return edit_report(
        report=report,
        actor=actor,
        seen_version=seen_version,
        title=earlier.title,
        addressees=earlier.addressees,
        texts=earlier.texts,
    )


@transaction.atomic
def submit_report(*, report: SupervisionReport, actor: User, seen_version: int) -> SupervisionReport:
    """Send the draft for signature."""
    report = locked(report)
    refuse(can_keep(actor, report))
    status = next_status(report.status, "submit")
    _refuse_stale(report, seen_version)
    report.status, report.submitted_by, report.submitted_at = status, actor, timezone.now()
    report.save(update_fields=["status", "submitted_by", "submitted_at"])
    audit.record(actor, AuditAction.CHANGE, report, step="送签", version=report.version)
    return report


@transaction.atomic
def return_report(*, report: SupervisionReport, actor: User, reason: str) -> SupervisionReport:
    """Send a report back for editing, before or after its signature. A signature becomes void, the number stays reserved."""
    report = locked(report)
    refuse(can_keep(actor, report))
    report.status = next_status(report.status, "return")
    report.submitted_by, report.submitted_at, report.signed_off_by, report.signed_off_at = None, None, None, None
    report.save(update_fields=["status", "submitted_by", "submitted_at", "signed_off_by", "signed_off_at"])
    audit.record(actor, AuditAction.CHANGE, report, step="退回修改", reason=_reason(reason))
    return report


@transaction.atomic
def sign_off_report(*, report: SupervisionReport, actor: User, seen_version: int) -> SupervisionReport:
    """签发 by a second person, who read exactly this version (SEC-23). Raises RuleViolation for anybody who worked on it."""
    report = locked(report)
    status = next_status(report.status, "sign off")
    refuse(can_sign_off(actor, report))
    _refuse_stale(report, seen_version)
    report.status, report.signed_off_by, report.signed_off_at = status, actor, timezone.now()
    report.save(update_fields=["status", "signed_off_by", "signed_off_at"])
    audit.record(actor, AuditAction.CHANGE, report, step="签发", version=report.version)
    return report


def _refuse_stale(report: SupervisionReport, seen_version: int) -> None:
    if report.version != seen_version:
        newer = current_version(report)
        who = newer.written_by.name if newer.written_by else "系统"
        when = f"{timezone.localtime(newer.written_at):%Y-%m-%d %H:%M}"
        raise StaleVersion(f"您打开之后，{who}已于 {when} 保存了第 {newer.number} 版。请核对新版后再操作。")


def _reason(text: str) -> str:
    if not text.strip():
        raise RuleViolation("请填写原因。", "reason")
    return text.strip()
