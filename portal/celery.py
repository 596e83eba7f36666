"""Background work: the application and what runs by the clock. The job table is the truth; the broker only carries ids."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from django.db.models import TextChoices

from partyorgs.organizations.choices import SnapshotJobKind
from portal.core.choices import CoreJobKind
from reviews.checks.choices import CheckJobKind
from reviews.reports.choices import ReportJobKind

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def slot(kind: TextChoices, rule: str, when: crontab) -> dict[str, Any]:
    """Return a line that enqueues one job of `kind` a slot; `rule` is one of portal.core.slots.SLOTS and names the slot."""
    return {"task": "portal.core.tasks.enqueue_slot", "schedule": when, "args": (kind.value, rule)}


# What follows by the clock, in local time. Two beats do no harm: each slot has a key of its own, so that it runs once.
app.conf.beat_schedule = {
    # Every half minute: a broker may forget or vanish at any moment, and a job left unpublished is a person waiting.
    # An entry that nobody took within that time is dropped, so that a worker coming back finds one, not hundreds.
    "sweep-jobs": {
        "task": "portal.core.tasks.sweep_jobs",
        "schedule": settings.JOB_SWEEP_SECONDS,
        "options": {"expires": settings.JOB_SWEEP_SECONDS},
    },
    # Every minute: a slot that no beat was there for is caught up as soon as one is, once, the latest only.
    "catch-up-slots": {"task": "portal.core.tasks.catch_up_slots", "schedule": settings.JOB_CATCH_UP_SECONDS},
    # At 0:20, when the last day of an unlock is over, and before the night's figures: they read the report as approved again.
    "lock-expired-reports": slot(ReportJobKind.LOCK_EXPIRED, "daily", crontab(hour=0, minute=20)),
    # At 1:10, the quarter just over: what was reported until its last midnight stands in it, and the night's other work,
    # which changes what snapshots there are, comes after.
    "freeze-quarter": slot(
        SnapshotJobKind.FREEZE_QUARTER,
        "quarter_end",
        crontab(hour=1, minute=10, day_of_month=1, month_of_year="1,4,7,10"),
    ),
    # At 1:40, with hours to spare before anybody reads the new day's figures: a country takes a while.
    "nightly-snapshot": slot(SnapshotJobKind.NIGHTLY_SNAPSHOT, "daily", crontab(hour=1, minute=40)),
    # At 8:00, when the working day begins: a reminder read at night is read twice.
    "send-reminders": slot(CoreJobKind.SEND_REMINDERS, "daily", crontab(hour=8, minute=0)),
    # At 8:10, after the reminders: who is overdue has been told, and those above learn of it the same morning.
    "escalate": slot(CoreJobKind.ESCALATE, "daily", crontab(hour=8, minute=10)),
    # On Monday at 8:00, the one time a week at which people are told what waits: it is there when the week is planned.
    "weekly-digest": slot(CoreJobKind.WEEKLY_DIGEST, "weekly", crontab(hour=8, minute=0, day_of_week=1)),
    # At 2:50, after the night's figures: what it finds is told before the working day begins.
    "verify-draws": slot(CheckJobKind.VERIFY_DRAWS, "daily", crontab(hour=2, minute=50)),
    # At 3:40, when nobody works and after the nightly figures: it only deletes, and nothing waits for it.
    "purge-jobs": slot(CoreJobKind.PURGE_JOBS, "daily", crontab(hour=3, minute=40)),
}
