"""The sign of life of a job under way: as long as its worker lives, its lease does not run out."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.models.functions import Now

from portal.core.choices import JobStatus
from portal.core.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=settings.JOB_LEASE_SECONDS)
_PROGRESS_KEPT_SECONDS = 3600


class TakenOver(Exception):  # noqa: N818 -- no fault of the work
    """Another worker has the job: whatever this one did is to be undone."""


def progress_key(job_id: int) -> str:
    return f"job:{job_id}"


class Heartbeat:
    """Renews the lease of one try and writes its progress to the row, from a thread with a connection of its own.

    The work's own transaction never touches the row before its end, so that the two do not wait for each other. On SQLite
    nobody can write while that transaction is open: neither the heartbeat, which tries again, nor whoever would take over.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._fence = {"pk": job.pk, "status": JobStatus.RUNNING, "tries": job.tries}
        self._began = time.monotonic()
        self._over = threading.Event()
        self._is_lost = False
        self._thread = threading.Thread(target=self._live, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def report(self, done: int, total: int, note: str = "") -> None:
        """Tell how far the work is. Raises where it may not go on: the job is another's now, or its time is up."""
        if self._is_lost:
            raise TakenOver
        if self._seconds > settings.CELERY_TASK_SOFT_TIME_LIMIT:  # an embedded worker has nobody else to tell it
            raise SoftTimeLimitExceeded
        job = self._job
        job.done, job.total, job.note = done, total, note[:200]
        cache.set(progress_key(job.pk), self._told, _PROGRESS_KEPT_SECONDS)

    @property
    def _told(self) -> dict[str, Any]:
        return {"done": self._job.done, "total": self._job.total, "note": self._job.note}

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _live(self) -> None:
        try:
            while not (self._over.wait(settings.JOB_HEARTBEAT_SECONDS) or self._is_lost):
                if self._seconds > settings.CELERY_TASK_TIME_LIMIT:
                    return  # nobody may hold a job for ever
                self._renew()
        finally:
            connection.close()

    def _renew(self) -> None:
        try:
            renewed = Job.objects.filter(**self._fence).update(leased_until=Now() + LEASE, **self._told)
        except Error:
            logger.info("job %s: lease not renewed, trying again", self._job.pk)
            connection.close()
        else:
            self._is_lost = not renewed
