"""The filer's turn: saved as one types, said to be unchanged, handed in, taken back."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import User
from reviews.access.reports import can_file, can_withdraw
from reviews.choices.reports import QuarterlyStatus, ReportVerb
from reviews.choices.templates import ItemType
from reviews.indicators.reports.known import known_at, last_told
from reviews.models.reports import QuarterlyReport, ReportAttachment, ReportStep
from reviews.rules.reports.attention import attention_of
from reviews.rules.reports.states import next_status
from reviews.rules.reports.unchanged import repeated_answers
from reviews.rules.templates.attachments import attachment_fault
from reviews.rules.templates.content import Content, Item
from reviews.rules.templates.problems import Known, Problem, asked_of, completed, problems_of

FILES_AT_AN_ITEM = 10


class StaleReport(RuleViolation):
    """Somebody else saved the report since it was opened here."""


@dataclass(frozen=True)
class Filing:
    """A report as it stands for whoever fills it in or judges it: all that pages, uploads and services ask together."""

    report: QuarterlyReport
    content: Content
    known: Mapping[str, Known]
    last: Mapping[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """The answers with what the portal knows."""
        return completed(self.content, self.report.answers, self.known)

    @property
    def problems(self) -> list[Problem]:
        return problems_of(self.content, self.told, self.last, self.report.explanations)

    @property
    def locked(self) -> frozenset[str]:
        """The items that a return did not reopen; none where all may be changed."""
        reopened = self.report.reopened
        return (
            frozenset(item.code for item in self.content.items if item.code not in reopened)
            if reopened
            else frozenset()
        )


def filing_of(report: QuarterlyReport) -> Filing:
    """Read what a report needs beside itself. A submitted one is judged by what the portal knew when it was handed in."""
    content = report.round.version.parts
    if report.known and report.status not in (
        QuarterlyStatus.DRAFT,
        QuarterlyStatus.RETURNED,
        QuarterlyStatus.UNLOCKED,
    ):
        known = known_from(report.known)
    else:
        known = known_at(report)
    return Filing(report, content, known, last_told(report))


def known_from(kept: Mapping[str, Any]) -> dict[str, Known]:
    """Return what was kept of the portal's knowledge at a submission."""
    return {
        provider: Known(
            have["value"], datetime.date.fromisoformat(have["since"]) if have.get("since") else None, have["source"]
        )
        for provider, have in kept.items()
    }


def _kept(known: Mapping[str, Known]) -> dict[str, Any]:
    return {
        provider: {
            "value": have.value,
            "since": have.since.isoformat() if have.since else None,
            "source": have.source,
        }
        for provider, have in known.items()
    }


def locked_report(report: QuarterlyReport) -> QuarterlyReport:
    """Lock a report before its state is judged."""
    rows = QuarterlyReport.objects.select_for_update(of=("self",))
    return rows.select_related("round__version", "association", "reviewer").get(pk=report.pk)


def _opened(report: QuarterlyReport, actor: User, seen: int) -> QuarterlyReport:
    report = locked_report(report)
    if denial := can_file(actor, report):
        raise RuleViolation(denial.reason)
    next_status(report.status, "save")
    if report.revision != seen:
        who = report.edited_by.name if report.edited_by and report.edited_by_id != actor.pk else "您在另一个窗口"
        raise StaleReport(f"{who}已修改了这份季报。您这里的内容没有丢失，请核对后再保存。")
    return report


@transaction.atomic
def save_report(
    *,
    report: QuarterlyReport,
    actor: User,
    seen: int,
    answers: Mapping[str, Any],
    explanations: Mapping[str, str],
) -> QuarterlyReport:
    """Keep what was typed, whole or not, right or wrong. What equals what is kept already writes nothing.

    Raises StaleReport where somebody else saved since `seen`, and RuleViolation for an item that a return did not reopen.
    """
    report = _opened(report, actor, seen)
    content = report.round.version.parts
    _refuse_locked(report, content, answers, explanations)
    if dict(answers) == report.answers and dict(explanations) == report.explanations:
        return report
    report.answers, report.explanations = dict(answers), dict(explanations)
    # A section that was changed by hand is no longer unchanged.
    last = last_told(report)
    report.unchanged = [code for code in report.unchanged if _still_repeats(content, code, report.answers, last)]
    _write(report, actor)
    return report


def _refuse_locked(
    report: QuarterlyReport, content: Content, answers: Mapping[str, Any], explanations: Mapping[str, str]
) -> None:
    if not report.reopened:
        return
    changed = [
        item.label
        for item in content.items
        if item.code not in report.reopened
        and (
            answers.get(item.code) != report.answers.get(item.code)
            or explanations.get(item.code) != report.explanations.get(item.code)
        )
    ]
    if changed:
        raise RuleViolation(f"只能修改退回的项目，“{changed[0]}”不在其中。")


def _still_repeats(content: Content, code: str, answers: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    section = next((each for each in content.sections if each.code == code), None)
    if section is None:
        return False
    repeated = repeated_answers(content, section, last)
    return all(answers.get(item.code) == repeated.get(item.code) for item in section.items if not item.known_from)


def _write(report: QuarterlyReport, actor: User) -> None:
    report.revision += 1
    report.edited_by, report.edited_at = actor, timezone.now()
    report.save(update_fields=["answers", "explanations", "unchanged", "revision", "edited_by", "edited_at"])


@transaction.atomic
def confirm_unchanged(*, report: QuarterlyReport, actor: User, seen: int, section: str) -> QuarterlyReport:
    """本季度无变化: answer a section as the last report did, in one tap. Raises RuleViolation where there is none to repeat.

    Corrections of what the portal knows are dropped: nothing changed means that the portal is right.
    """
    report = _opened(report, actor, seen)
    content = report.round.version.parts
    found = next((each for each in content.sections if each.code == section), None)
    if found is None:
        raise RuleViolation("没有这个栏目。")
    last = last_told(report)
    asks = [item for item in found.items if item.required and not item.known_from]
    repeated = repeated_answers(content, found, last)
    if asks and not repeated:
        raise RuleViolation("没有上一季度的内容可以沿用，请直接填写。")
    free = {item.code for item in found.items if not report.reopened or item.code in report.reopened}
    answers = {code: value for code, value in report.answers.items() if code not in free or content.item(code) is None}
    answers |= {code: value for code, value in report.answers.items() if code in free and not _in(found.items, code)}
    answers |= {code: value for code, value in repeated.items() if code in free}
    report.answers = answers
    report.unchanged = [*(code for code in report.unchanged if code != section), section]
    _write(report, actor)
    return report


def _in(items: tuple[Item, ...], code: str) -> bool:
    return any(item.code == code for item in items)


@transaction.atomic
def submit_report(*, report: QuarterlyReport, actor: User, seen: int, today: datetime.date) -> QuarterlyReport:
    """Hand a report in. Raises RuleViolation while anything stands against it; a second click finds it handed in."""
    report = locked_report(report)
    if report.status == QuarterlyStatus.SUBMITTED and report.submitted_by_id == actor.pk and report.revision == seen:
        return report
    if denial := can_file(actor, report):
        raise RuleViolation(denial.reason)
    status = next_status(report.status, "submit")
    if report.revision != seen:
        raise StaleReport("季报在您打开之后又有修改，请核对后再提交。")
    filing = filing_of(report)
    told, problems = filing.told, filing.problems
    open_problems = [problem for problem in problems if problem.is_open]
    if open_problems:
        labels = dict.fromkeys(_label(filing.content, problem.item) for problem in open_problems)
        raise RuleViolation(f"还有 {len(open_problems)} 处需要处理：{'、'.join(list(labels)[:5])}。")
    asked = {item.code for item in asked_of(filing.content, told, filing.last)}
    report.told = {code: value for code, value in told.items() if code in asked}
    report.known = _kept(filing.known)
    attention = attention_of(
        filing.content, report.told, filing.last, problems, has_open_changes=bool(report.told.get("post_changes"))
    )
    report.attention, report.attention_reasons = attention.weight, list(attention.reasons)
    report.status = status
    report.submissions += 1
    report.submitted_by, report.submitted_at = actor, timezone.now()
    report.submitted_on = report.submitted_on or today
    report.reviewer, report.review_begun_at, report.passed_by = None, None, None
    report.save()
    _step(report, ReportVerb.SUBMIT, actor, told=report.told)
    audit.record(actor, AuditAction.CHANGE, report, step="提交", submission=report.submissions)
    return report


def _label(content: Content, code: str) -> str:
    item = content.item(code)
    return item.label if item else code


@transaction.atomic
def withdraw_report(*, report: QuarterlyReport, actor: User) -> QuarterlyReport:
    """Take a submitted report back, until its review has begun; what was handed in stays in the steps."""
    report = locked_report(report)
    if denial := can_withdraw(actor, report):
        raise RuleViolation(denial.reason)
    earlier = report.steps.filter(verb__in=(ReportVerb.RETURN, ReportVerb.APPROVE)).order_by("-pk").first()
    if earlier is None:
        report.status, report.submitted_on = QuarterlyStatus.DRAFT, None  # as if it had never been handed in
    else:
        returned = earlier.verb == ReportVerb.RETURN
        report.status = QuarterlyStatus.RETURNED if returned else QuarterlyStatus.UNLOCKED
    report.save(update_fields=["status", "submitted_on"])
    _step(report, ReportVerb.WITHDRAW, actor)
    audit.record(actor, AuditAction.CHANGE, report, step="撤回")
    return report


def _step(report: QuarterlyReport, verb: ReportVerb, actor: User, *, told: Mapping[str, Any] | None = None) -> None:
    ReportStep.objects.create(
        report=report,
        verb=verb,
        submission=report.submissions,
        actor=actor,
        at=timezone.now(),
        told=dict(told or {}),
    )


# --- attachments ---


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
    try:
        attachment.file.save(name, ContentFile(data), save=False)
    except OSError as fault:
        raise RuleViolation("存储空间不足或者不可写，文件没有保存。请联系系统管理员。", item) from fault
    attachment.save()
    told = {"key": str(attachment.key), "name": name, "size": len(data)}
    report.answers = {**report.answers, item: [*kept, told]}
    _write(report, actor)
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
    _write(report, actor)
    ReportAttachment.objects.filter(pk=attachment.pk).update(removed_at=timezone.now())
    audit.record(actor, AuditAction.CHANGE, report, step="移除附件", file=attachment.name)
    return report


def _attachable(report: QuarterlyReport, actor: User, code: str) -> tuple[QuarterlyReport, Item]:
    report = locked_report(report)
    if denial := can_file(actor, report):
        raise RuleViolation(denial.reason)
    next_status(report.status, "save")
    item = report.round.version.parts.item(code)
    if item is None or item.type != ItemType.ATTACHMENT:
        raise RuleViolation("这一项不接收附件。")
    if report.reopened and code not in report.reopened:
        raise RuleViolation(f"只能修改退回的项目，“{item.label}”不在其中。")
    return report, item
