"""A round of quarterly reports: opened with a draft for every association in scope, its deadlines, its end."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from associations.models import Association
from partyorgs.organizations.services.snapshots import freeze_snapshot
from portal.core import audit
from portal.core.access import subtree_limit
from portal.core.choices import AuditAction, Role
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import Committee, Grant, Job, User
from portal.core.outbox import enqueue_job
from portal.core.progress import Progress, silently
from portal.core.quarters import Quarter
from reviews.questionnaires.choices import WITH_FILER, QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.populating import write_sheets
from reviews.reports.access import can_open_round
from reviews.reports.choices import ReportJobKind, RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound

_OPENED = ("year", "number", "committee", "version", "due_on", "has_second_review")  # what the log keeps of an opening
BATCH = 2000  # drafts that one statement writes


@transaction.atomic
def open_round(
    *,
    quarter: Quarter,
    committee: Committee,
    version: QuestionnaireVersion,
    due_on: datetime.date,
    has_second_review: bool,
    today: datetime.date,
    actor: User,
    result_url: str,
) -> ReportRound:
    """Open a quarter's reports for a part of the tree; the drafts are written in the background.

    `result_url` holds `{pk}` for the round's number. Raises RuleViolation before the quarter is over, for a deadline in the
    past, an unpublished version, and where an open round of the quarter overlaps.
    """
    refuse(can_open_round(actor))
    _refuse_unfit(quarter, version, due_on, today)
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    if not _in_scope(committee, quarter, today).exists():
        raise RuleViolation("该机构范围内没有需要填报的协会商会。", "committee")
    round_ = ReportRound(
        year=quarter.year,
        number=quarter.number,
        committee=committee,
        version=version,
        due_on=due_on,
        has_second_review=has_second_review,
        opened_by=actor,
        opened_at=timezone.now(),
        opened_on=today,
    )
    refuse_invalid(round_)
    round_.save()
    round_.job = _enqueue_prefill(round_, actor, result_url.format(pk=round_.pk))
    round_.save(update_fields=["job"])
    audit.record(actor, AuditAction.CREATE, round_, after=audit.state_of(round_, *_OPENED))
    return round_


def _refuse_unfit(quarter: Quarter, version: QuestionnaireVersion, due_on: datetime.date, today: datetime.date) -> None:
    """Refuse a round of a quarter that is not over, with a deadline in the past, or of an unpublished version."""
    if quarter.last_day >= today:
        raise RuleViolation(f"{quarter}尚未结束，结束后才能发起季报。", "quarter")
    if due_on < today:
        raise RuleViolation("截止日期不能早于今天。", "due_on")
    if version.status != VersionStatus.PUBLISHED or version.questionnaire.kind != QuestionnaireKind.QUARTERLY:
        raise RuleViolation("请选择已发布的季报模板。", "version")


def _enqueue_prefill(round_: ReportRound, actor: User, result_url: str) -> Job:
    return enqueue_job(
        kind=ReportJobKind.PREFILL_DRAFTS,
        key=f"{ReportJobKind.PREFILL_DRAFTS}:{round_.pk}:{timezone.now():%Y%m%d%H%M%S}",
        payload={"round": round_.pk, "result_url": result_url},
        owner=actor,
    )


def _in_scope(committee: Committee, quarter: Quarter, opened_on: datetime.date) -> QuerySet[Association]:
    """Return who owes a report: in S at the quarter's end, still registered at the opening, overseen in the subtree then.

    One that is gone by the opening has nobody left to file.
    """
    associations = Association.objects.live_at(quarter.last_day).live_at(opened_on)
    return associations.within(subtree_limit(committee), opened_on)


def drafts_to_write(*, committee: Committee, quarter: Quarter, today: datetime.date) -> tuple[int, int]:
    """Return how many associations would get a draft of a round opened today, and how many of them have nobody to file it."""
    owing = _without_report(_in_scope(committee, quarter, today), quarter)
    filers = Grant.objects.filter(role=Role.SECRETARY, user__is_active=True, association_id=OuterRef("pk"))
    return owing.count(), owing.exclude(Exists(filers)).count()


def _without_report(associations: QuerySet[Association], quarter: Quarter) -> QuerySet[Association]:
    same = QuarterlyReport.objects.counted().filter(association=OuterRef("pk"), quarter_end=quarter.last_day)
    return associations.exclude(Exists(same))


def prefill_drafts(
    *,
    round_: ReportRound,
    actor: User,
    progress: Progress = silently,
    writing: Callable[[], AbstractContextManager[None]] = transaction.atomic,
) -> ReportRound:
    """Write a draft for every association in scope that has none for the quarter, batch by batch, then open the round.

    What a draft shows is read from the registry and the last report when it is opened, so that it is never out of date. Begun
    again, it writes what is missing.
    """
    refuse(can_open_round(actor))
    round_ = ReportRound.objects.select_related("committee").get(pk=round_.pk)
    if round_.status != RoundStatus.OPENING:
        with writing():
            _void_if_cancelled(round_)
            return round_
    scope = _in_scope(round_.committee, round_.quarter, round_.opened_on)
    owing = list(_without_report(scope, round_.quarter).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(owing), BATCH):
        progress(start, len(owing), "生成草稿")
        batch = owing[start : start + BATCH]
        with transaction.atomic():
            owing_now = _without_report(scope, round_.quarter).filter(pk__gte=batch[0], pk__lte=batch[-1])
            draft = QuarterlyReport(round=round_, quarter_end=round_.quarter.last_day, due_on=round_.due_on)
            write_sheets(draft=draft, owner="association", owners=owing_now)
    progress(len(owing), len(owing), "生成草稿")
    with writing():
        round_ = ReportRound.objects.select_for_update().get(pk=round_.pk)
        _void_if_cancelled(round_)  # meanwhile
        if round_.status == RoundStatus.OPENING:
            round_.status = RoundStatus.OPEN
            round_.save(update_fields=["status"])
            count = QuarterlyReport.objects.filter(round=round_).count()
            audit.record(actor, AuditAction.CHANGE, round_, step="生成草稿", drafts=count)
    return round_


def _void_if_cancelled(round_: ReportRound) -> None:
    if round_.status == RoundStatus.CANCELLED:
        QuarterlyReport.objects.filter(round=round_, is_void=False).update(is_void=True)


# --- the end ---


def _locked(round_: ReportRound, actor: User) -> ReportRound:
    refuse(can_open_round(actor))
    return ReportRound.objects.select_for_update().get(pk=round_.pk)


@transaction.atomic
def close_round(*, round_: ReportRound, actor: User, today: datetime.date, reason: str) -> ReportRound:
    """End the filing: what was not handed in stays owed and overdue, what was is reviewed on; the figures are frozen by a job.

    Raises RuleViolation before the deadline without a reason.
    """
    round_ = _locked(round_, actor)
    if round_.status != RoundStatus.OPEN:
        raise RuleViolation(f"这一批季报{round_.get_status_display()}，不能截止。")
    if today <= round_.due_on and not reason.strip():
        raise RuleViolation("还没有到截止日期，提前截止请填写原因。", "reason")
    _end(round_, RoundStatus.CLOSED, actor, reason)
    round_.job = enqueue_job(
        kind=ReportJobKind.CLOSE_ROUND,
        key=f"{ReportJobKind.CLOSE_ROUND}:{round_.pk}:{round_.closed_at:%Y%m%d%H%M%S}",
        payload={"round": round_.pk},
        owner=actor,
    )
    round_.save(update_fields=["job"])
    return round_


def freeze_round(
    *,
    round_: ReportRound,
    actor: User,
    progress: Progress = silently,
    writing: Callable[[], AbstractContextManager[None]] = transaction.atomic,
) -> ReportRound:
    """Freeze the figures of the quarter's last day for a closed round. Run again, it leaves those that are there."""
    refuse(can_open_round(actor))
    round_ = ReportRound.objects.get(pk=round_.pk)
    if round_.status != RoundStatus.CLOSED or round_.snapshot_id is not None:
        with writing():
            return round_
    progress(0, 1, "固定数据快照")
    snapshot = freeze_snapshot(as_of=round_.quarter.last_day, actor=actor)
    with writing():
        round_ = ReportRound.objects.select_for_update().get(pk=round_.pk)
        if round_.status == RoundStatus.CLOSED and round_.snapshot_id is None:
            round_.snapshot = snapshot
            round_.save(update_fields=["snapshot"])
            audit.record(actor, AuditAction.CHANGE, round_, step="固定数据", snapshot=snapshot.pk)
    return round_


@transaction.atomic
def cancel_round(*, round_: ReportRound, actor: User, reason: str) -> ReportRound:
    """Take a round back as a whole: its reports are owed by nobody and count nowhere; what was filed stays to be read.

    Raises RuleViolation once a report was approved: its figures stand in the registry.
    """
    round_ = _locked(round_, actor)
    if round_.status not in (RoundStatus.OPENING, RoundStatus.OPEN):
        raise RuleViolation(f"这一批季报{round_.get_status_display()}，不能取消。")
    if not reason.strip():
        raise RuleViolation("请填写取消原因。", "reason")
    approved = QuarterlyReport.objects.filter(round=round_, approved_on__isnull=False).count()
    if approved:
        raise RuleViolation(f"已有 {approved} 份季报通过审核并计入数据，不能取消。")
    _end(round_, RoundStatus.CANCELLED, actor, reason)
    QuarterlyReport.objects.filter(round=round_).update(is_void=True)
    return round_


@transaction.atomic
def reopen_round(
    *, round_: ReportRound, actor: User, due_on: datetime.date, today: datetime.date, reason: str
) -> ReportRound:
    """Open a closed or cancelled round again, with a new deadline for what is still owed, for a reason."""
    round_ = _locked(round_, actor)
    if round_.status not in (RoundStatus.CLOSED, RoundStatus.CANCELLED):
        raise RuleViolation(f"这一批季报{round_.get_status_display()}，不用重新开放。")
    if not reason.strip():
        raise RuleViolation("请填写重新开放的原因。", "reason")
    if due_on < today:
        raise RuleViolation("新的截止日期不能早于今天。", "due_on")
    before = audit.state_of(round_, "status", "due_on")
    was_cancelled = round_.status == RoundStatus.CANCELLED
    round_.status, round_.due_on = RoundStatus.OPEN, due_on
    round_.closed_by, round_.closed_at, round_.close_reason, round_.snapshot = None, None, "", None
    refuse_invalid(round_)
    if was_cancelled:
        _refuse_taken(round_)
        QuarterlyReport.objects.filter(round=round_).update(is_void=False)
        if _without_report(_in_scope(round_.committee, round_.quarter, round_.opened_on), round_.quarter).exists():
            # It was cancelled while its drafts were being written: the rest is written now.
            round_.status = RoundStatus.OPENING
            round_.job = _enqueue_prefill(round_, actor, reverse("reviews:round-detail", args=[round_.pk]))
    round_.save()
    QuarterlyReport.objects.filter(round=round_, status__in=WITH_FILER, due_on__lt=due_on).update(due_on=due_on)
    after = audit.state_of(round_, "status", "due_on")
    audit.record(actor, AuditAction.CHANGE, round_, step="重新开放", before=before, after=after, reason=reason.strip())
    return round_


def _refuse_taken(round_: ReportRound) -> None:
    own = QuarterlyReport.objects.filter(round=round_).values("association")
    others = QuarterlyReport.objects.counted().filter(quarter_end=round_.quarter.last_day, association__in=own)
    if taken := others.count():
        raise RuleViolation(f"有 {taken} 家协会这一季度已在另一批次填报，不能重新开放。")


def _end(round_: ReportRound, status: RoundStatus, actor: User, reason: str) -> None:
    round_.status, round_.closed_by, round_.closed_at = status, actor, timezone.now()
    round_.close_reason = reason.strip()
    round_.save(update_fields=["status", "closed_by", "closed_at", "close_reason"])
    audit.record(actor, AuditAction.END, round_, step=round_.get_status_display(), reason=round_.close_reason)
