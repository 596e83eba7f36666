"""Background work. The job row is the truth: whoever leases it works, a broker that forgets or repeats does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from celery import shared_task
from django.core.cache import cache
from django.db.models import F, Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.core.choices import JobStatus
from portal.core.errors import RuleViolation
from portal.core.models import Job

logger = logging.getLogger(__name__)

MAX_TRIES = 3
LEASE = timedelta(minutes=16)  # longer than CELERY_TASK_TIME_LIMIT: an expired lease means that nobody works any more
UNPUBLISHED_AFTER = timedelta(seconds=20)
_PROGRESS_KEPT_SECONDS = 3600


class Report(Protocol):
    """What a job tells its owner while it works."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


Work = Callable[[Job, Report], None]
_KINDS: dict[str, Work] = {}


def register_job(kind: str) -> Callable[[Work], Work]:
    """Let the decorated function do the jobs of `kind`: it takes the job and a way to report progress, and may run twice."""

    def register(work: Work) -> Work:
        _KINDS[kind] = work
        return work

    return register


@dataclass(frozen=True)
class Progress:
    done: int
    total: int
    note: str

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def report_progress(job: Job, done: int, total: int, note: str = "") -> None:
    """Tell how far a job is: through the cache, which others see while the job's transaction is open, and in its row."""
    progress = Progress(done, total, note[:200])
    cache.set(f"job:{job.pk}", asdict(progress), _PROGRESS_KEPT_SECONDS)
    Job.objects.filter(pk=job.pk).update(**asdict(progress))


def progress_of(job: Job) -> Progress:
    """Return the newest that is known of a job's progress."""
    return Progress(**(cache.get(f"job:{job.pk}") or {"done": job.done, "total": job.total, "note": job.note}))


def publish(job_id: int) -> None:
    """Hand a job to the workers. Without a broker nothing is lost: the sweeper publishes again."""
    try:
        run_job.delay(job_id)
    except OperationalError:
        logger.warning("job %s not published: no broker; the sweeper will do it", job_id)


def lease(job_id: int) -> Job | None:
    """Take a job for oneself: None where another works at it, it is over, or it was tried too often."""
    now = timezone.now()
    free = Q(status=JobStatus.QUEUED) | Q(status=JobStatus.RUNNING, leased_until__lte=now)
    taken = Job.objects.filter(free, pk=job_id, tries__lt=MAX_TRIES).update(
        status=JobStatus.RUNNING, tries=F("tries") + 1, leased_until=now + LEASE
    )
    return Job.objects.get(pk=job_id) if taken else None


def settle_job(job: Job, status: JobStatus, error: str = "") -> None:
    """Write how a try ended, unless another worker has taken the job over since."""
    over = status in (JobStatus.DONE, JobStatus.FAILED)
    Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING, tries=job.tries).update(
        status=status, error=error, leased_until=None, finished_at=timezone.now() if over else None
    )


@shared_task
def run_job(job_id: int) -> None:
    """Do one job; a refusal is final, a fault is tried again by the sweeper, three times in all."""
    job = lease(job_id)
    if job is None:
        return
    try:
        _KINDS[job.kind](job, partial(report_progress, job))
    except RuleViolation as refusal:
        settle_job(job, JobStatus.FAILED, refusal.message)
    except Exception:
        logger.exception("job %s (%s), try %s", job.pk, job.kind, job.tries)
        if job.tries < MAX_TRIES:
            settle_job(job, JobStatus.QUEUED)
        else:
            settle_job(
                job, JobStatus.FAILED, f"任务没有完成，已尝试 {MAX_TRIES} 次。请联系系统管理员，任务编号 {job.pk}。"
            )
    else:
        settle_job(job, JobStatus.DONE)


@shared_task
def sweep_jobs() -> None:
    """Publish again what nobody took and what a lost worker left; close what was lost too often."""
    now = timezone.now()
    unpublished = Q(status=JobStatus.QUEUED, created_at__lte=now - UNPUBLISHED_AFTER)
    abandoned = Q(status=JobStatus.RUNNING, leased_until__lte=now)
    Job.objects.filter(abandoned, tries__gte=MAX_TRIES).update(
        status=JobStatus.FAILED, error="任务多次中断，没有完成。请联系系统管理员。", leased_until=None, finished_at=now
    )
    for job_id in Job.objects.filter(unpublished | abandoned).order_by("pk").values_list("pk", flat=True):
        publish(job_id)
