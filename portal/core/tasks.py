"""Background work. The job row is the truth: whoever leases it works, a broker that forgets or repeats does no harm."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.core.choices import JobStatus
from portal.core.errors import RuleViolation
from portal.core.heartbeat import LEASE, Heartbeat, TakenOver, progress_key
from portal.core.models import Job, Pulse
from portal.core.slots import Slot, latest_slot

logger = logging.getLogger(__name__)

MAX_TRIES = 3
UNPUBLISHED_AFTER = timedelta(seconds=settings.JOB_UNPUBLISHED_SECONDS)
SWEPT_AT_ONCE = 200  # more than workers do in half a minute: a queue that is merely long is not published over and over
KEPT_AFTER_END = timedelta(days=90)
SWEEP = "sweep"
PURGE_JOBS = "purge_jobs"
WEEKLY_DIGEST = "weekly_digest"
SEND_REMINDERS = "send_reminders"
ESCALATE = "escalate"


class Report(Protocol):
    """What a job tells its owner while it works."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


@dataclass(frozen=True)
class Refused:
    """What a work returns that ends with a refusal and still keeps what it wrote; raised, a refusal undoes it all."""

    message: str


Outcome = dict[str, Any] | Refused | None
Work = Callable[[Job, Report], Outcome]


@dataclass(frozen=True)
class Kind:
    """A kind of job: what it is called on pages, what does it, whether that opens its transaction itself."""

    label: str
    work: Work
    opens_own_transaction: bool = False


_KINDS: dict[str, Kind] = {}


def register_job(kind: str, label: str = "", *, opens_own_transaction: bool = False) -> Callable[[Work], Work]:
    """Let the decorated function do the jobs of `kind`: it takes the job and a way to report progress.

    It runs in one transaction with the job's being done, so that its effect is there exactly once. What it returns (a
    dict) is kept as the job's result. A work that reads for long before it writes opens that transaction itself, with
    `effect_of(job)`, as late as it can: on SQLite nobody else writes meanwhile. One whose steps each stand for themselves
    (batches that, begun again, find what is there) may commit them singly, and is done when it returns. Either way the audit log is written last:
    whoever has written to it holds up every other write until the transaction ends.
    """

    def register(work: Work) -> Work:
        _KINDS[kind] = Kind(label, work, opens_own_transaction)
        return work

    return register


def kinds() -> list[tuple[str, str]]:
    """Return every registered kind with what it is called."""
    return [(name, kind.label or "其他任务") for name, kind in sorted(_KINDS.items())]


def label_of(job: Job) -> str:
    """Return what a job is called on pages."""
    return (_KINDS[job.kind].label if job.kind in _KINDS else "") or "其他任务"


@dataclass(frozen=True)
class JobProgress:
    done: int
    total: int
    note: str

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def progress_of(job: Job) -> JobProgress:
    """Return the newest that is known of a job's progress."""
    return JobProgress(**(cache.get(progress_key(job.pk)) or {"done": job.done, "total": job.total, "note": job.note}))


def forget_progress(job: Job) -> None:
    """Let a job that begins anew begin at nothing."""
    cache.delete(progress_key(job.pk))


def publish(job_id: int) -> bool:
    """Hand a job to the workers. Without a broker nothing is lost: the sweeper publishes again."""
    try:
        run_job.delay(job_id)
    except (OperationalError, RedisError, OSError):
        logger.warning("job %s not published: no broker; the sweeper will do it", job_id)
        return False
    return True


def lease(job_id: int) -> Job | None:
    """Take a job for oneself: None where another works at it, it is over, or it was tried too often.

    The clock is the database's: machines whose clocks differ do not take each other's jobs away.
    """
    free = Q(status=JobStatus.QUEUED) | Q(status=JobStatus.RUNNING, leased_until__lte=Now())
    taken = Job.objects.filter(free, pk=job_id, tries__lt=MAX_TRIES).update(
        status=JobStatus.RUNNING, tries=F("tries") + 1, leased_until=Now() + LEASE
    )
    return Job.objects.get(pk=job_id) if taken else None


def settle_job(job: Job, status: JobStatus, error: str = "", *, parked: bool = False) -> bool:
    """Write how a try ended, unless another worker has taken the job over since: then nothing, and False."""
    over = status in (JobStatus.DONE, JobStatus.FAILED)
    settled = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING, tries=job.tries).update(
        status=status,
        error=error,
        parked=parked,
        leased_until=None,
        finished_at=Now() if over else None,
        done=job.done,
        total=job.total,
        note=job.note,
        result=job.result,
    )
    job.status = status if settled else job.status
    return bool(settled)


def _finish(job: Job, outcome: Outcome) -> None:
    """Write in the work's own transaction that it is done. Raises TakenOver, so that the transaction is undone."""
    if isinstance(outcome, Refused):
        settled = settle_job(job, JobStatus.FAILED, outcome.message)
    else:
        job.result = job.result if outcome is None else outcome
        settled = settle_job(job, JobStatus.DONE)
    if not settled:
        raise TakenOver


@contextmanager
def effect_of(job: Job) -> Iterator[None]:
    """Open the one transaction of what a job writes; at its end the job is done, or all of it is undone."""
    with transaction.atomic():
        yield
        _finish(job, None)


@shared_task
def run_job(job_id: int) -> None:
    """Do one job; a refusal is final, a fault is tried again by the sweeper, three times in all."""
    job = lease(job_id)
    if job is None:
        return
    with Heartbeat(job) as heartbeat:
        try:
            _work(job, heartbeat.report)
        except TakenOver:
            logger.warning("job %s (%s), try %s: another worker has it; undone here", job.pk, job.kind, job.tries)
        except RuleViolation as refusal:
            settle_job(job, JobStatus.FAILED, refusal.message)
        except Exception as fault:
            logger.exception("job %s (%s), try %s", job.pk, job.kind, job.tries)
            _settle_fault(job, fault)


def _work(job: Job, report: Report) -> None:
    kind = _KINDS[job.kind]
    if kind.opens_own_transaction:
        outcome = kind.work(job, report)
        if job.status == JobStatus.RUNNING:  # it had nothing to write
            _finish(job, outcome)
    else:
        with transaction.atomic():
            _finish(job, kind.work(job, report))


def _settle_fault(job: Job, fault: Exception) -> None:
    job.result = None
    if job.tries < MAX_TRIES:
        settle_job(job, JobStatus.QUEUED)
    else:
        why = "每次都超过时限" if isinstance(fault, SoftTimeLimitExceeded) else "处理中出现故障"
        settle_job(job, JobStatus.FAILED, f"{why}，已尝试 {MAX_TRIES} 次。", parked=True)


@shared_task
def sweep_jobs() -> None:
    """Publish again what nobody took and what a lost worker left; park what was lost too often."""
    unpublished = Q(status=JobStatus.QUEUED, created_at__lte=Now() - UNPUBLISHED_AFTER)
    abandoned = Q(status=JobStatus.RUNNING, leased_until__lte=Now())
    Job.objects.filter(abandoned, tries__gte=MAX_TRIES).update(
        status=JobStatus.FAILED,
        parked=True,
        error=f"处理中断或超过时限，已尝试 {MAX_TRIES} 次。",
        leased_until=None,
        finished_at=Now(),
    )
    _publish_again(unpublished | abandoned)
    Pulse.objects.update_or_create(name=SWEEP, defaults={"at": Now()})


def publish_waiting() -> None:
    """Publish whatever waits: at the start of a broker that forgets, the messages of all queued jobs are gone."""
    _publish_again(Q(status=JobStatus.QUEUED))


def _publish_again(which: Q) -> None:
    for job_id in Job.objects.filter(which).order_by("pk").values_list("pk", flat=True)[:SWEPT_AT_ONCE]:
        if not publish(job_id):
            return  # each attempt at a frozen broker takes seconds


# --- by the clock ---


def scheduled_slots() -> dict[str, Slot]:
    """Return for each kind of the schedule (portal/celery.py) the slot that was due last."""
    now = timezone.localtime()
    lines = [line for line in current_app.conf.beat_schedule.values() if line["task"] == enqueue_slot.name]
    return {line["args"][0]: latest_slot(line["schedule"], line["args"][1], now) for line in lines}


def _slot_key(kind: str, slot: Slot) -> str:
    return f"{kind}:{slot.name}"


@shared_task
def enqueue_slot(kind: str, rule: str) -> None:
    """Write the job of the slot that is due; whoever asks again, a second beat or a late message, finds it there."""
    from portal.core.services import enqueue_job

    slot = scheduled_slots()[kind]
    key = _slot_key(kind, slot)
    if not Job.objects.filter(key=key).exists():  # one that failed waits for a person, not for the next minute
        enqueue_job(kind=kind, key=key, payload={"slot": slot.name, "day": slot.day.isoformat()}, owner=None)


@shared_task
def catch_up_slots() -> None:
    """Enqueue the latest slot of each line that no beat was there for; earlier ones are gone, and nobody misses them."""
    for line in current_app.conf.beat_schedule.values():
        if line["task"] == enqueue_slot.name:
            enqueue_slot(*line["args"])


# These two commit batch by batch; begun again, they pass over whoever was told.
@register_job(WEEKLY_DIGEST, "每周摘要", opens_own_transaction=True)
def digest(job: Job, report: Report) -> dict[str, Any]:
    """Write the digests of the week that the job's slot names, with what waits on the day it runs."""
    from portal.core.notices import write_digests

    week_of = datetime.date.fromisoformat(job.payload["day"])
    return {"notices": write_digests(week_of=week_of, today=timezone.localdate(), progress=report)}


@register_job(SEND_REMINDERS, "到期提醒", opens_own_transaction=True)
def remind(job: Job, report: Report) -> dict[str, Any]:
    from portal.core.notices import send_reminders

    return {"notices": send_reminders(today=timezone.localdate())}


@register_job(ESCALATE, "逾期上报", opens_own_transaction=True)
def tell_above(job: Job, report: Report) -> dict[str, Any]:
    from portal.core.notices import escalate

    return {"notices": escalate(today=timezone.localdate())}


@register_job(PURGE_JOBS, "清理过期任务、登录和通知")
def purge(job: Job, report: Report) -> dict[str, Any]:
    """Delete jobs that ended and notices that were read long ago, and expired sessions.

    A slot's job stays while it is the latest: it says that it ran.
    """
    from portal.core.notices import forget_read_notices

    latest = [_slot_key(kind, slot) for kind, slot in scheduled_slots().items()]
    old = Job.objects.filter(finished_at__lt=Now() - KEPT_AFTER_END).exclude(key__in=latest)
    deleted, _ = old.delete()
    call_command("clearsessions")
    return {"jobs": deleted, "notices": forget_read_notices()}
