"""The reviewer's turn: look, return with comments pinned to items, approve one or many, open again for a reason.

依据：domain.md, "Work cycles" 1. Two people cannot decide the same report: the row is locked, then what was seen is compared.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write
from portal.core import audit
from portal.core.access import can_work_unattended
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.reports.access import can_decide, can_review_reports, can_unlock
from reviews.reports.choices import QuarterlyStatus, ReportVerb
from reviews.reports.models.filing import QuarterlyReport, ReportComment
from reviews.reports.rules.states import next_status
from reviews.reports.services.filing import locked_report
from reviews.reports.services.posting import post_figures
from reviews.reports.services.steps import keep_step
from reviews.reports.services.telling import tell_filers

MOST_UNLOCKED_DAYS = 30  # an unlock is for a correction, not for good
COMMENT_LENGTH = 400


class AlreadyDecided(RuleViolation):
    """Somebody else decided first; the message says who and when."""


def _undecided(report: QuarterlyReport, actor: User, seen_submission: int, seen_status: str | None) -> QuarterlyReport:
    """Lock a report and refuse to decide what was decided, or handed in anew, since it was looked at.

    `seen_status` keeps two of the first level apart from the second: who saw 待审核 does not decide 待省级复核 unseen.
    """
    report = locked_report(report)
    decided = report.steps.select_related("actor").filter(
        verb__in=(ReportVerb.PASS, ReportVerb.RETURN, ReportVerb.APPROVE), submission=report.submissions
    )
    is_decided = report.status in (QuarterlyStatus.APPROVED, QuarterlyStatus.RETURNED) or (
        report.status == QuarterlyStatus.PASSED and seen_status == QuarterlyStatus.SUBMITTED
    )
    if is_decided and (last := decided.last()):
        who = last.actor.name if last.actor else "系统"
        raise AlreadyDecided(
            f"{report.association}的季报已由{who}于 {timezone.localtime(last.at):%Y-%m-%d %H:%M} {last.get_verb_display()}。"
        )
    refuse(can_write(actor, report.association, timezone.localdate()))
    refuse(can_decide(actor, report))
    if report.submissions != seen_submission:
        raise RuleViolation(f"{report.association}又提交了一次，请重新打开后再审核。")
    return report


@transaction.atomic
def begin_review(*, report: QuarterlyReport, actor: User) -> QuarterlyReport:
    """Note who began to review: from then on the filer cannot take the report back. Begun before, it stays as it is."""
    report = locked_report(report)
    refuse(can_write(actor, report.association, timezone.localdate()))
    refuse(can_decide(actor, report))
    if report.review_begun_at is None:
        report.reviewer, report.review_begun_at = actor, timezone.now()
        report.save(update_fields=["reviewer", "review_begun_at"])
        audit.record(actor, AuditAction.CHANGE, report, step="开始审核")
    return report


@transaction.atomic
def return_report(
    *,
    report: QuarterlyReport,
    actor: User,
    seen_submission: int,
    comments: Mapping[str, str],
    seen_status: str | None = None,
) -> QuarterlyReport:
    """Give a report back with comments by item: only those items open again. Raises RuleViolation without any."""
    report = _undecided(report, actor, seen_submission, seen_status)
    content = report.round.version.parts
    told = {code: text.strip() for code, text in comments.items() if text.strip()}
    if not told:
        raise RuleViolation("请至少对一个项目写明意见。")
    if unknown := [code for code in told if content.item(code) is None]:
        raise RuleViolation(f"没有“{unknown[0]}”这一项。")
    if any(len(text) > COMMENT_LENGTH for text in told.values()):
        raise RuleViolation(f"每条意见不能超过 {COMMENT_LENGTH} 个字。")
    report.status = next_status(report.status, "return")
    report.reopened = [item.code for item in content.items if item.code in told]
    report.reviewer, report.review_begun_at, report.passed_by = None, None, None
    report.save()
    now = timezone.now()
    ReportComment.objects.bulk_create(
        ReportComment(report=report, item=code, text=told[code], author=actor, at=now, submission=report.submissions)
        for code in report.reopened
    )
    labels = "、".join(item.label for item in content.items if item.code in told)
    keep_step(report=report, verb=ReportVerb.RETURN, actor=actor, reason=f"退回 {len(told)} 项：{labels}")
    tell_filers(report=report, step="returned", text=f"{report}已退回，请修改：{labels}。")
    audit.record(actor, AuditAction.CHANGE, report, step="退回修改", comments=told)
    return report


@transaction.atomic
def approve_report(
    *, report: QuarterlyReport, actor: User, seen_submission: int, today: datetime.date, seen_status: str | None = None
) -> QuarterlyReport:
    """Approve, then post what the report told as facts of the quarter's last day; with a second level the first only passes it on.

    Raises AlreadyDecided where somebody was faster.
    """
    report = _undecided(report, actor, seen_submission, seen_status)
    if report.round.has_second_review and report.status == QuarterlyStatus.SUBMITTED:
        report.status = next_status(report.status, "pass")
        report.passed_by, report.reviewer, report.review_begun_at = actor, None, None
        report.save()
        keep_step(report=report, verb=ReportVerb.PASS, actor=actor)
        audit.record(actor, AuditAction.CHANGE, report, step="初审通过")
        return report
    report.status = next_status(report.status, "approve")
    report.approved_by, report.approved_at = actor, timezone.now()
    if report.review_begun_at is None:  # a decision at once is the beginning too
        report.reviewer, report.review_begun_at = actor, report.approved_at
    report.approved_on = report.approved_on or today
    report.reopened = []
    report.unlocked_by, report.unlock_reason, report.unlocked_until = None, "", None
    report.save()
    keep_step(report=report, verb=ReportVerb.APPROVE, actor=actor)
    tell_filers(report=report, step="approved", text=f"{report}已通过审核。", kind=NoticeKind.RESULT)
    post_figures(report=report, actor=actor)
    audit.record(actor, AuditAction.CHANGE, report, step="通过", submission=report.submissions)
    return report


@dataclass(frozen=True)
class Refusal:
    """One report of many that was not approved, and why."""

    report: QuarterlyReport
    reason: str


def approve_reports(
    *, reports: Iterable[tuple[QuarterlyReport, int, str | None]], actor: User, today: datetime.date
) -> tuple[list[QuarterlyReport], list[Refusal]]:
    """Approve each of many in a transaction of its own; return those approved and those refused, with the reason."""
    refuse(can_review_reports(actor))
    approved, refused = [], []
    for report, submission, status in reports:
        try:
            approved.append(
                approve_report(report=report, actor=actor, seen_submission=submission, seen_status=status, today=today)
            )
        except RuleViolation as refusal:
            refused.append(Refusal(report, refusal.message))
    return approved, refused


@transaction.atomic
def unlock_report(
    *, report: QuarterlyReport, actor: User, today: datetime.date, until: datetime.date, reason: str
) -> QuarterlyReport:
    """Open an approved report for correction: who, why and until when stand on it. What was posted stays until it is replaced."""
    report = locked_report(report)
    refuse(can_write(actor, report.association, timezone.localdate()))
    refuse(can_unlock(actor, report))
    if not reason.strip():
        raise RuleViolation("请填写解锁原因。", "reason")
    if not today <= until <= today + datetime.timedelta(days=MOST_UNLOCKED_DAYS):
        raise RuleViolation(f"解锁期限须在今天至 {MOST_UNLOCKED_DAYS} 天之内。", "until")
    report.status = next_status(report.status, "unlock")
    report.unlocked_by, report.unlock_reason, report.unlocked_until = actor, reason.strip(), until
    report.reopened = []
    report.save()
    keep_step(report=report, verb=ReportVerb.UNLOCK, actor=actor, reason=f"{reason.strip()}（至 {until:%Y-%m-%d}）")
    tell_filers(
        report=report, step=f"unlocked:{until}", text=f"{report}已解锁，可修改至 {until:%Y-%m-%d}：{reason.strip()}"
    )
    audit.record(actor, AuditAction.CHANGE, report, step="解锁", reason=reason.strip(), until=until)
    return report


@transaction.atomic
def lock_report(*, report: QuarterlyReport, today: datetime.date, actor: User) -> QuarterlyReport:
    """End an unlock that nobody used: the report stands as it was approved; what was typed meanwhile stays in its step."""
    refuse(can_work_unattended(actor))
    report = locked_report(report)
    if report.status != QuarterlyStatus.UNLOCKED or report.unlocked_until is None or report.unlocked_until >= today:
        return report
    typed, explained = dict(report.answers), dict(report.explanations)
    report.status = next_status(report.status, "lock")
    # Handed in again and taken back, the last submission is not the one that was approved.
    approved = report.steps.filter(verb=ReportVerb.APPROVE).order_by("-pk").first()
    submitted = report.steps.filter(verb=ReportVerb.SUBMIT, submission=approved.submission if approved else 0).last()
    if submitted:
        report.told, report.explanations = submitted.told, submitted.explanations
    report.answers = _answers_of(report, report.told)
    report.unlocked_by, report.unlock_reason, report.unlocked_until = None, "", None
    report.revision += 1
    report.save()
    keep_step(report=report, verb=ReportVerb.LOCK, actor=None, told=typed, explanations=explained)
    audit.record(actor, AuditAction.CHANGE, report, step="解锁到期")
    return report


def _answers_of(report: QuarterlyReport, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a filer said of what was told: what the portal knew itself is no answer."""
    content = report.round.version.parts
    answers = {}
    for code, value in told.items():
        item = content.item(code)
        have = report.known.get(item.known_from) if item and item.known_from else None
        if have is None or have["value"] != value:
            answers[code] = value
    return answers


def lock_expired(*, today: datetime.date, actor: User) -> int:
    """End every unlock whose day has passed. Return how many."""
    refuse(can_work_unattended(actor))
    expired = QuarterlyReport.objects.filter(status=QuarterlyStatus.UNLOCKED, unlocked_until__lt=today)
    reports = list(expired.order_by("pk"))
    for report in reports:
        lock_report(report=report, today=today, actor=actor)
    return len(reports)
