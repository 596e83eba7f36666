"""What the load balancer and the service manager are told."""

import datetime
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone

from portal.core.choices import SWEEP_PULSE, JobStatus
from portal.core.models import Pulse
from portal.core.tasks import sweep_jobs
from tests import recipes

GOOD = {"database": "ok", "migrations": "ok", "background": "ok", "storage": "ok"}


def ready(client: Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/healthz/ready")
    told = answer.json()
    return answer.status_code, told["status"], told["parts"]


def test_a_whole_machine_answers_without_signing_in(client: Client, db: None) -> None:
    sweep_jobs()
    assert client.get("/healthz/live").json() == {"status": "ok"}
    assert ready(client) == (200, "ok", GOOD)


def test_without_a_sweep_for_two_minutes_background_work_is_down_and_pages_are_served(client: Client, db: None) -> None:
    assert ready(client) == (200, "degraded", GOOD | {"background": "down"})
    sweep_jobs()
    Pulse.objects.filter(name=SWEEP_PULSE).update(at=timezone.now() - datetime.timedelta(minutes=3))
    assert ready(client) == (200, "degraded", GOOD | {"background": "down"})


def test_workers_that_are_busy_with_long_jobs_are_alive(client: Client, db: None) -> None:
    recipes.job.make(status=JobStatus.RUNNING, leased_until=timezone.now() + datetime.timedelta(seconds=30))
    assert ready(client) == (200, "ok", GOOD)


def test_a_redis_that_is_gone_degrades(client: Client, db: None, settings: Any) -> None:
    sweep_jobs()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert ready(client) == (200, "degraded", GOOD | {"redis": "down"})


def test_a_disk_that_is_nearly_full_degrades(client: Client, db: None, settings: Any) -> None:
    sweep_jobs()
    settings.STORAGE_LEAST_FREE_BYTES = 10**18
    assert ready(client) == (200, "degraded", GOOD | {"storage": "low"})


def test_a_migration_that_is_missing_takes_the_machine_out_of_service(client: Client, db: None) -> None:
    newest = MigrationLoader(connection).graph.leaf_nodes("core")[0][1]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name = %s", [newest])
    assert ready(client) == (503, "down", {"database": "ok", "migrations": "pending", "storage": "ok"})


def test_a_database_that_is_gone_takes_the_machine_out_of_service(client: Client, transactional_db: None) -> None:
    gone = {"NAME": "/nowhere/portal.sqlite3"} if connection.vendor == "sqlite" else {"PORT": "1"}
    before = {name: connection.settings_dict[name] for name in gone}
    connection.close()
    connection.settings_dict.update(gone)
    try:
        assert ready(client) == (503, "down", {"database": "down", "storage": "ok"})
    finally:
        connection.close()
        connection.settings_dict.update(before)
