"""What runs by the clock: each slot once, a missed one caught up once, and what is kept of old jobs."""

import datetime
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from celery.schedules import crontab
from django.contrib.sessions.models import Session
from django.utils import timezone

from partyorgs.ledgers.choices import LedgerJobKind
from partyorgs.organizations.choices import SnapshotJobKind
from partyorgs.planning.choices import PlanningJobKind
from portal.celery import app
from portal.core.choices import CoreJobKind, JobStatus
from portal.core.models import Job
from portal.core.outbox import _KINDS
from portal.core.slots import SLOTS, Slot, latest_slot
from portal.core.tasks import catch_up_slots, enqueue_slot, run_job, scheduled_slots
from reviews.checks.choices import CheckJobKind
from reviews.reports.choices import ReportJobKind
from reviews.supervision.choices import SupervisionJobKind
from tests import recipes

LOCAL = ZoneInfo("Asia/Shanghai")
LINES = [line for line in app.conf.beat_schedule.values() if line["task"] == enqueue_slot.name]

ROOT = Path(__file__).parents[2]
JOB_KINDS = (
    CheckJobKind,
    CoreJobKind,
    LedgerJobKind,
    PlanningJobKind,
    ReportJobKind,
    SnapshotJobKind,
    SupervisionJobKind,
)


def at(day: str, clock: str = "12:00") -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL)


def jobs() -> list[tuple[str, str]]:
    return list(Job.objects.order_by("pk").values_list("key", "status"))


@pytest.mark.parametrize(
    ("when", "rule", "now", "slot"),
    (
        (
            crontab(hour=3, minute=40),
            "daily",
            at("2026-11-24", "03:39"),
            Slot("2026-11-23", datetime.date(2026, 11, 23)),
        ),
        (
            crontab(hour=3, minute=40),
            "daily",
            at("2026-11-24", "03:40"),
            Slot("2026-11-24", datetime.date(2026, 11, 24)),
        ),
        (crontab(hour=0, minute=0), "daily", at("2024-03-01", "00:00"), Slot("2024-03-01", datetime.date(2024, 3, 1))),
        (
            crontab(hour=7, minute=0, day_of_week="mon"),
            "weekly",
            at("2026-11-24"),
            Slot("2026-11-23", datetime.date(2026, 11, 23)),
        ),
        (
            crontab(hour=7, minute=0, day_of_week="sun"),
            "weekly",
            at("2026-11-24"),
            Slot("2026-11-22", datetime.date(2026, 11, 22)),
        ),
        (
            crontab(hour=1, minute=0, day_of_month=1, month_of_year="1,4,7,10"),
            "quarter_end",
            at("2026-01-01", "00:59"),
            Slot("2025Q3", datetime.date(2025, 9, 30)),
        ),
        (
            crontab(hour=1, minute=0, day_of_month=1, month_of_year="1,4,7,10"),
            "quarter_end",
            at("2026-01-01", "01:00"),
            Slot("2025Q4", datetime.date(2025, 12, 31)),
        ),
    ),
)
def test_the_latest_slot_is_the_one_due_last(when: Any, rule: str, now: datetime.datetime, slot: Slot) -> None:
    assert latest_slot(when, rule, now) == slot


@pytest.mark.parametrize("line", LINES, ids=[line["args"][0] for line in LINES])
def test_every_line_of_the_schedule_names_a_registered_kind_and_a_rule(line: dict[str, Any]) -> None:
    kind, rule = line["args"]
    assert (kind in _KINDS, rule in SLOTS) == (True, True)


def test_every_line_of_the_schedule_names_a_task_that_there_is() -> None:
    assert sorted({line["task"] for line in app.conf.beat_schedule.values()} - set(app.tasks)) == []


def test_every_kind_of_job_has_a_name_for_pages() -> None:
    assert sorted(name for name, kind in _KINDS.items() if not kind.label) == []


def test_a_slot_asked_for_by_two_beats_is_one_job_about_its_day(db: None) -> None:
    with time_machine.travel(at("2026-11-24", "03:40")):
        for _ in range(2):
            enqueue_slot("purge_jobs", "daily")
    job = Job.objects.get()
    assert (job.key, job.payload) == ("purge_jobs:2026-11-24", {"slot": "2026-11-24", "day": "2026-11-24"})


def test_after_days_without_a_beat_the_latest_slot_alone_is_caught_up_and_once(db: None) -> None:
    with time_machine.travel(at("2026-11-20")):
        enqueue_slot("purge_jobs", "daily")
    with time_machine.travel(at("2026-11-24", "09:00")):
        for _ in range(3):
            catch_up_slots()
    keys = [key for key, _ in jobs() if key.startswith("purge_jobs:")]
    assert keys == ["purge_jobs:2026-11-20", "purge_jobs:2026-11-24"]


def test_a_slot_that_failed_is_not_begun_anew_by_the_clock(db: None) -> None:
    with time_machine.travel(at("2026-11-24")):
        enqueue_slot("purge_jobs", "daily")
        Job.objects.update(status=JobStatus.FAILED, parked=True)
        enqueue_slot("purge_jobs", "daily")
    assert jobs() == [("purge_jobs:2026-11-24", JobStatus.FAILED)]


# --- what is kept ---


def test_the_purge_deletes_jobs_that_ended_long_ago_and_expired_sessions(db: None) -> None:
    now = timezone.now()
    days = {name: now - datetime.timedelta(days=count) for name, count in (("long ago", 91), ("lately", 89))}
    recipes.job.make(key="long ago", status=JobStatus.DONE, finished_at=days["long ago"])
    recipes.job.make(key="lately", status=JobStatus.FAILED, finished_at=days["lately"])
    recipes.job.make(key="waiting", status=JobStatus.QUEUED)
    latest = f"purge_jobs:{scheduled_slots()['purge_jobs'].name}"  # still says that its slot was run
    recipes.job.make(key=latest, status=JobStatus.DONE, finished_at=days["long ago"])
    for key, ends in (("old", days["lately"]), ("new", now + datetime.timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    purge = recipes.job.make(kind="purge_jobs", key="purge")
    run_job(purge.pk)
    purge.refresh_from_db()
    assert (purge.status, purge.result) == (JobStatus.DONE, {"jobs": 1, "notices": 0})
    assert sorted(key for key, _ in jobs()) == sorted(["lately", "purge", "waiting", latest])
    assert [session.session_key for session in Session.objects.all()] == ["new"]


@pytest.mark.once
def test_a_process_that_only_serves_pages_knows_every_kind_of_job() -> None:
    line = "import django; django.setup(); from portal.core.outbox import kinds; print(*(name for name, _ in kinds()))"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    printed = subprocess.run(
        [sys.executable, "-c", line], env=environment, capture_output=True, check=True, text=True, cwd=ROOT
    ).stdout
    assert sorted(printed.split()) == sorted(kind.value for kinds in JOB_KINDS for kind in kinds)
