"""What workers run: jobs by their number, the sweeper, and what the clock asks for."""

from __future__ import annotations

import datetime
import logging
from datetime import timedelta
from typing import Any

from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portal.core.choices import SWEEP_PULSE, CoreJobKind, JobStatus
from portal.core.errors import RuleViolation
from portal.core.heartbeat import Heartbeat, TakenOver
from portal.core.models import Job, Pulse
from portal.core.notices import escalate, forget_read_notices, send_reminders, write_digests
from portal.core.outbox import (
    MAX_TRIES,
    Report,
    enqueue_job,
    finish_job,
    kind_of,
    lease,
    publish_lost,
    register_job,
    settle_job,
)
from portal.core.slots import Slot, latest_slot

logger = logging.getLogger(__name__)

KEPT_AFTER_END = timedelta(days=90)


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
    kind = kind_of(job)
    if kind.opens_own_transaction:
        outcome = kind.work(job, report)
        if job.status == JobStatus.RUNNING:  # it had nothing to write
            finish_job(job, outcome)
    else:
        with transaction.atomic():
            finish_job(job, kind.work(job, report))


def _settle_fault(job: Job, fault: Exception) -> None:
    job.result = None
    if job.tries < MAX_TRIES:
        settle_job(job, JobStatus.QUEUED)
    else:
        why = "每次都超过时限" if isinstance(fault, SoftTimeLimitExceeded) else "处理中出现故障"
        settle_job(job, JobStatus.FAILED, f"{why}，已尝试 {MAX_TRIES} 次。", parked=True)


@shared_task
def sweep_jobs() -> None:
    """Publish again the jobs that were lost, and leave the pulse by which the health page knows that workers live."""
    publish_lost()
    Pulse.objects.update_or_create(name=SWEEP_PULSE, defaults={"at": Now()})


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


# These two commit batch by batch; begun again, they pass over people who have their notice.
@register_job(CoreJobKind.WEEKLY_DIGEST, opens_own_transaction=True)
def digest(job: Job, report: Report) -> dict[str, Any]:
    """Write the digests of the week that the job's slot names, with what waits on the day it runs."""
    week_of = datetime.date.fromisoformat(job.payload["day"])
    return {"notices": write_digests(week_of=week_of, today=timezone.localdate(), progress=report)}


@register_job(CoreJobKind.SEND_REMINDERS, opens_own_transaction=True)
def remind(job: Job, report: Report) -> dict[str, Any]:
    """Send the day's reminders."""
    return {"notices": send_reminders(today=timezone.localdate())}


@register_job(CoreJobKind.ESCALATE, opens_own_transaction=True)
def escalate_overdue(job: Job, report: Report) -> dict[str, Any]:
    """Tell the committees above what is overdue below."""
    return {"notices": escalate(today=timezone.localdate())}


@register_job(CoreJobKind.PURGE_JOBS)
def purge(job: Job, report: Report) -> dict[str, Any]:
    """Delete jobs that ended and notices that were read long ago, and expired sessions.

    A slot's job stays while it is the latest: it says that it ran.
    """
    latest = [_slot_key(kind, slot) for kind, slot in scheduled_slots().items()]
    old = Job.objects.filter(finished_at__lt=Now() - KEPT_AFTER_END).exclude(key__in=latest)
    deleted, _ = old.delete()
    call_command("clearsessions")
    return {"jobs": deleted, "notices": forget_read_notices()}
