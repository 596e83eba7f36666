"""The reviewer's turn: look, return with comments pinned to items, approve one or many, open again for a reason.

依据：domain.md, "Work cycles" 1. Two people cannot decide the same sheet: the row is locked, then what was seen is compared.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import can_work_unattended
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.questionnaires.choices import SheetStatus, SheetVerb
from reviews.questionnaires.models import FiledSheet
from reviews.questionnaires.rules.sheet_states import next_status
from reviews.questionnaires.services.cycles import cycle_for, cycle_of, every_cycle
from reviews.questionnaires.services.filing import Sheet, locked_sheet
from reviews.questionnaires.services.steps import keep_step, row_beside

MOST_UNLOCKED_DAYS = 30  # an unlock is for a correction, not for good
COMMENT_LENGTH = 400


class AlreadyDecided(RuleViolation):
    """Somebody else decided first; the message says who and when."""


def _undecided(sheet: Sheet, actor: User, seen_submission: int, seen_status: str | None) -> Sheet:
    """Lock a sheet and refuse to decide what was decided, or handed in anew, since it was looked at.

    `seen_status` keeps two of the first level apart from the second: who saw 待审核 does not decide 待省级复核 unseen.
    """
    sheet = locked_sheet(sheet)
    cycle = cycle_of(sheet)
    decided = sheet.steps.select_related("actor").filter(
        verb__in=(SheetVerb.PASS, SheetVerb.RETURN, SheetVerb.APPROVE), submission=sheet.submissions
    )
    is_decided = sheet.status in (SheetStatus.APPROVED, SheetStatus.RETURNED) or (
        sheet.status == SheetStatus.PASSED and seen_status == SheetStatus.SUBMITTED
    )
    if is_decided and (last := decided.last()):
        who = last.actor.name if last.actor else "系统"
        raise AlreadyDecided(
            f"{sheet.owner}的{cycle.noun}已由{who}于 {timezone.localtime(last.at):%Y-%m-%d %H:%M} {last.get_verb_display()}。"
        )
    refuse(cycle_of(sheet).can_decide(actor, sheet, timezone.localdate()))
    if sheet.submissions != seen_submission:
        raise RuleViolation(f"{sheet.owner}又提交了一次，请重新打开后再审核。")
    return sheet


@transaction.atomic
def begin_review(*, sheet: Sheet, actor: User) -> Sheet:
    """Note who began to review: from then on the filer cannot take the sheet back. Begun before, it stays as it is."""
    sheet = locked_sheet(sheet)
    refuse(cycle_of(sheet).can_decide(actor, sheet, timezone.localdate()))
    if sheet.review_begun_at is None:
        sheet.reviewer, sheet.review_begun_at = actor, timezone.now()
        sheet.save(update_fields=["reviewer", "review_begun_at"])
        audit.record(actor, AuditAction.CHANGE, sheet, step="开始审核")
    return sheet


@transaction.atomic
def return_sheet(
    *,
    sheet: Sheet,
    actor: User,
    seen_submission: int,
    comments: Mapping[str, str],
    seen_status: str | None = None,
) -> Sheet:
    """Give a sheet back with comments by item: only those items open again. Raises RuleViolation without any."""
    sheet = _undecided(sheet, actor, seen_submission, seen_status)
    content = sheet.content
    texts = {code: text.strip() for code, text in comments.items() if text.strip()}
    if not texts:
        raise RuleViolation("请至少对一个项目写明意见。")
    if unknown := [code for code in texts if content.item(code) is None]:
        raise RuleViolation(f"没有“{unknown[0]}”这一项。")
    if any(len(text) > COMMENT_LENGTH for text in texts.values()):
        raise RuleViolation(f"每条意见不能超过 {COMMENT_LENGTH} 个字。")
    sheet.status = next_status(sheet.status, "return", cycle_of(sheet).noun)
    sheet.reopened = [item.code for item in content.items if item.code in texts]
    sheet.reviewer, sheet.review_begun_at, sheet.passed_by = None, None, None
    sheet.save()
    now = timezone.now()
    sheet.comments.bulk_create(
        row_beside(
            sheet.comments, sheet, item=code, text=texts[code], author=actor, at=now, submission=sheet.submissions
        )
        for code in sheet.reopened
    )
    labels = "、".join(item.label for item in content.items if item.code in texts)
    keep_step(sheet=sheet, verb=SheetVerb.RETURN, actor=actor, reason=f"退回 {len(texts)} 项：{labels}")
    cycle_of(sheet).tell_filers(sheet, "returned", f"{sheet}已退回，请修改：{labels}。")
    audit.record(actor, AuditAction.CHANGE, sheet, step="退回修改", comments=texts)
    return sheet


@transaction.atomic
def approve_sheet(
    *, sheet: Sheet, actor: User, seen_submission: int, today: datetime.date, seen_status: str | None = None
) -> Sheet:
    """Approve, then write what the cycle makes of it; with a second level the first approval only passes the sheet on.

    Raises AlreadyDecided where somebody was faster.
    """
    sheet = _undecided(sheet, actor, seen_submission, seen_status)
    cycle = cycle_of(sheet)
    if cycle.has_second_level(sheet) and sheet.status == SheetStatus.SUBMITTED:
        sheet.status = next_status(sheet.status, "pass", cycle.noun)
        sheet.passed_by, sheet.reviewer, sheet.review_begun_at = actor, None, None
        sheet.save()
        keep_step(sheet=sheet, verb=SheetVerb.PASS, actor=actor)
        audit.record(actor, AuditAction.CHANGE, sheet, step="初审通过")
        return sheet
    sheet.status = next_status(sheet.status, "approve", cycle.noun)
    sheet.approved_by, sheet.approved_at = actor, timezone.now()
    if sheet.review_begun_at is None:  # a decision at once is the beginning too
        sheet.reviewer, sheet.review_begun_at = actor, sheet.approved_at
    sheet.approved_on = sheet.approved_on or today
    sheet.reopened = []
    sheet.unlocked_by, sheet.unlock_reason, sheet.unlocked_until = None, "", None
    sheet.save()
    keep_step(sheet=sheet, verb=SheetVerb.APPROVE, actor=actor)
    cycle.tell_filers(sheet, "approved", f"{sheet}已通过审核。", is_result=True)
    cycle.confirm(sheet, actor)
    audit.record(actor, AuditAction.CHANGE, sheet, step="通过", submission=sheet.submissions)
    return sheet


@dataclass(frozen=True)
class Refusal:
    """One sheet of many that was not approved, and why."""

    sheet: FiledSheet
    reason: str


def approve_sheets(
    *, model: type[Sheet], sheets: Iterable[tuple[Sheet, int, str | None]], actor: User, today: datetime.date
) -> tuple[list[Sheet], list[Refusal]]:
    """Approve each of many in a transaction of its own; return those approved and those refused, with the reason."""
    refuse(cycle_for(model).can_review(actor))
    approved, refused = [], []
    for sheet, submission, status in sheets:
        try:
            approved.append(
                approve_sheet(sheet=sheet, actor=actor, seen_submission=submission, seen_status=status, today=today)
            )
        except RuleViolation as refusal:
            refused.append(Refusal(sheet, refusal.message))
    return approved, refused


@transaction.atomic
def unlock_sheet(*, sheet: Sheet, actor: User, today: datetime.date, until: datetime.date, reason: str) -> Sheet:
    """Open an approved sheet for correction: who, why and until when stand on it. What was posted stays until it is replaced."""
    sheet = locked_sheet(sheet)
    refuse(cycle_of(sheet).can_unlock(actor, sheet, today))
    if not reason.strip():
        raise RuleViolation("请填写解锁原因。", "reason")
    if not today <= until <= today + datetime.timedelta(days=MOST_UNLOCKED_DAYS):
        raise RuleViolation(f"解锁期限须在今天至 {MOST_UNLOCKED_DAYS} 天之内。", "until")
    sheet.status = next_status(sheet.status, "unlock", cycle_of(sheet).noun)
    sheet.unlocked_by, sheet.unlock_reason, sheet.unlocked_until = actor, reason.strip(), until
    sheet.reopened = []
    sheet.save()
    keep_step(sheet=sheet, verb=SheetVerb.UNLOCK, actor=actor, reason=f"{reason.strip()}（至 {until:%Y-%m-%d}）")
    words = f"{sheet}已解锁，可修改至 {until:%Y-%m-%d}：{reason.strip()}"
    cycle_of(sheet).tell_filers(sheet, f"unlocked:{until}", words)
    audit.record(actor, AuditAction.CHANGE, sheet, step="解锁", reason=reason.strip(), until=until)
    return sheet


@transaction.atomic
def lock_sheet(*, sheet: Sheet, today: datetime.date, actor: User) -> Sheet:
    """End an unlock that nobody used: the sheet stands as it was approved; what was typed meanwhile stays in its step."""
    refuse(can_work_unattended(actor))
    sheet = locked_sheet(sheet)
    if sheet.status != SheetStatus.UNLOCKED or sheet.unlocked_until is None or sheet.unlocked_until >= today:
        return sheet
    typed, explained = dict(sheet.answers), dict(sheet.explanations)
    sheet.status = next_status(sheet.status, "lock", cycle_of(sheet).noun)
    # Handed in again and taken back, the last submission is not the one that was approved.
    approved = sheet.steps.filter(verb=SheetVerb.APPROVE).order_by("-pk").first()
    submitted = sheet.steps.filter(verb=SheetVerb.SUBMIT, submission=approved.submission if approved else 0).last()
    if submitted:
        sheet.told, sheet.explanations = submitted.told, submitted.explanations
    sheet.answers = _answers_of(sheet, sheet.told)
    sheet.unlocked_by, sheet.unlock_reason, sheet.unlocked_until = None, "", None
    sheet.revision += 1
    sheet.save()
    keep_step(sheet=sheet, verb=SheetVerb.LOCK, actor=None, told=typed, explanations=explained)
    audit.record(actor, AuditAction.CHANGE, sheet, step="解锁到期")
    return sheet


def _answers_of(sheet: FiledSheet, complete: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a filer said of what was told: what the portal knew itself is no answer."""
    content = sheet.content
    answers = {}
    for code, value in complete.items():
        item = content.item(code)
        have = sheet.known.get(item.known_from) if item and item.known_from else None
        if have is None or have["value"] != value:
            answers[code] = value
    return answers


def lock_expired(*, today: datetime.date, actor: User) -> int:
    """End every unlock whose day has passed, of every cycle. Return how many."""
    refuse(can_work_unattended(actor))
    locked = 0
    for cycle in every_cycle():
        expired = cycle.model._default_manager.filter(status=SheetStatus.UNLOCKED, unlocked_until__lt=today)
        for sheet in list(expired.order_by("pk")):
            lock_sheet(sheet=sheet, today=today, actor=actor)
            locked += 1
    return locked
