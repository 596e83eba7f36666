"""Background work as rows. The job row is the truth: whoever leases it works; a broker that forgets or repeats does no harm.

A task is published by its name, so that services can ask for background work without importing the tasks that do it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, TextChoices
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from portal.core.choices import JobStatus
from portal.core.heartbeat import LEASE, TakenOver, progress_key
from portal.core.models import Job, User

logger = logging.getLogger(__name__)

RUN_JOB = "portal.core.tasks.run_job"
MAX_TRIES = 3
UNPUBLISHED_AFTER = timedelta(seconds=settings.JOB_UNPUBLISHED_SECONDS)
PUBLISHED_AT_ONCE = (
    200  # more than workers do in half a minute: a queue that is merely long is not published over and over
)
UNKNOWN_KIND = "其他任务"


# --- kinds of jobs and what does them ---


class Report(Protocol):
    """The function by which a job tells its owner how far it is."""

    def __call__(self, done: int, total: int, note: str = "") -> None: ...


@dataclass(frozen=True)
class Refused:
    """The result of work that ends with a refusal and keeps what it wrote; a refusal that is raised undoes it all."""

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


def register_job(kind: TextChoices, *, opens_own_transaction: bool = False) -> Callable[[Work], Work]:
    """Let the decorated function do the jobs of `kind`: it takes the job and a way to report progress.

    It runs in one transaction with the job's being done, so that its effect is there exactly once. What it returns (a
    dict) is kept as the job's result. A work that reads for long before it writes opens that transaction itself, with
    `effect_of(job)`, as late as it can: on SQLite nobody else writes meanwhile. One whose steps each stand for themselves
    (batches that, begun again, find what is there) may commit them singly, and is done when it returns. Either way the audit log is written last:
    whoever has written to it holds up every other write until the transaction ends.
    """

    def register(work: Work) -> Work:
        _KINDS[kind.value] = Kind(str(kind.label), work, opens_own_transaction)
        return work

    return register


def kind_of(job: Job) -> Kind:
    """Return the registered kind of a job."""
    return _KINDS[job.kind]


def kinds() -> list[tuple[str, str]]:
    """Return every registered kind with its label."""
    return [(name, kind.label) for name, kind in sorted(_KINDS.items())]


def label_of(job: Job) -> str:
    """Return the label of a job's kind; a job of an earlier release may have a kind that nothing does any more."""
    return _KINDS[job.kind].label if job.kind in _KINDS else UNKNOWN_KIND


# --- asking for work ---


@transaction.atomic
def enqueue_job(*, kind: str, key: str, payload: dict[str, Any], owner: User | None) -> Job:
    """Write a job into the outbox and publish it after the commit. Without an owner it works as the built-in operator.

    One key is one piece of work: asked for again, it is the same job, and tried anew only where it had failed.
    """
    job, is_new = Job.objects.select_for_update().get_or_create(
        key=key, defaults={"kind": kind, "payload": payload, "owner": owner}
    )
    if job.status == JobStatus.FAILED:
        job.payload = payload
        queue_anew(job)
    elif is_new:
        transaction.on_commit(partial(publish, job.pk))
    return job


def queue_anew(job: Job) -> None:
    """Give a job that failed three new tries; the caller's transaction holds the row."""
    job.status, job.tries, job.error, job.parked, job.finished_at = JobStatus.QUEUED, 0, "", False, None
    job.done, job.total, job.note, job.result = 0, 0, "", None
    job.save()
    cache.delete(progress_key(job.pk))
    transaction.on_commit(partial(publish, job.pk))


def publish(job_id: int) -> bool:
    """Hand a job to the workers. Without a broker nothing is lost: the sweeper publishes again."""
    try:
        current_app.signature(RUN_JOB).delay(job_id)  # send_task would not run it at once where tasks are eager
    except (OperationalError, RedisError, OSError):
        logger.warning("job %s not published: no broker; the sweeper will do it", job_id)
        return False
    return True


def publish_waiting() -> None:
    """Publish all queued jobs: at the start of a broker that forgets, their messages are gone."""
    _publish_all(Q(status=JobStatus.QUEUED))


def publish_lost() -> None:
    """Park jobs that were lost too often; publish again those that nobody took and those whose worker is gone."""
    unpublished = Q(status=JobStatus.QUEUED, created_at__lte=Now() - UNPUBLISHED_AFTER)
    abandoned = Q(status=JobStatus.RUNNING, leased_until__lte=Now())
    Job.objects.filter(abandoned, tries__gte=MAX_TRIES).update(
        status=JobStatus.FAILED,
        parked=True,
        error=f"处理中断或超过时限，已尝试 {MAX_TRIES} 次。",
        leased_until=None,
        finished_at=Now(),
    )
    _publish_all(unpublished | abandoned)


def _publish_all(condition: Q) -> None:
    for job_id in Job.objects.filter(condition).order_by("pk").values_list("pk", flat=True)[:PUBLISHED_AT_ONCE]:
        if not publish(job_id):
            return  # each attempt at a frozen broker takes seconds


# --- leases and ends ---


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
    """Write how a try ended and return True; where another worker has taken the job over since, write nothing."""
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


def finish_job(job: Job, outcome: Outcome) -> None:
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
        finish_job(job, None)


# --- progress ---


@dataclass(frozen=True)
class JobProgress:
    """The progress of a job: steps done, steps in all, and a note for its owner."""

    done: int
    total: int
    note: str

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 0


def progress_of(job: Job) -> JobProgress:
    """Return the newest progress of a job: what its worker reported last, or what the row holds."""
    reported = cache.get(progress_key(job.pk))
    return JobProgress(**(reported or {"done": job.done, "total": job.total, "note": job.note}))
