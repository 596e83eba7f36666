"""Jobs that only tests have, loaded by their workers (TEST_JOBS): each leaves one row more each time it really happens."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from celery import current_app
from celery.schedules import crontab
from django.db.models import TextChoices

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.models import AuditEntry, Job
from portal.core.outbox import Report, register_job
from portal.core.tasks import enqueue_slot


class CountedJobKind(TextChoices):
    COUNTED = "counted", "计数"
    ENDLESS = "endless", "不会结束的任务"
    CRASHING = "crashing", "崩溃的任务"


COUNTED, ENDLESS, CRASHING = CountedJobKind.values
WAITING_SECONDS = 100

current_app.conf.beat_schedule["counted"] = {
    "task": enqueue_slot.name,
    "schedule": crontab(hour=0, minute=0),
    "args": (COUNTED, "daily"),
}


def effects_of(*jobs: Job) -> list[int]:
    """Return how often each job has left its row."""
    rows = list(AuditEntry.objects.filter(data__what=COUNTED).values_list("data__row", flat=True))
    return [rows.count(job.pk) for job in jobs]


@register_job(CountedJobKind.COUNTED)
def count(job: Job, report: Report) -> dict[str, Any]:
    """Leave a row; where a file is named, the first try writes into it who works, and waits there to be killed."""
    audit.record(None, AuditAction.CHANGE, None, what=COUNTED, row=job.pk)
    report(1, 2, "已写入")
    mark = Path(job.payload["mark"]) if "mark" in job.payload else None
    if mark and not mark.exists():
        mark.with_suffix(".new").write_text(str(os.getpid()), encoding="ascii")
        mark.with_suffix(".new").rename(mark)
        time.sleep(WAITING_SECONDS)
    return {"row": job.pk}


@register_job(CountedJobKind.ENDLESS)
def never_end(job: Job, report: Report) -> None:
    while True:
        try:
            time.sleep(0.1)
        except Exception:  # noqa: BLE001, S112 -- it does not listen to the first, gentle limit either
            continue


@register_job(CountedJobKind.CRASHING)
def crash(job: Job, report: Report) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
