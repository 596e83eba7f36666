"""Which part of the machine works: what pages need, and what only background work needs."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from portal.core.choices import SWEEP_PULSE, JobStatus
from portal.core.models import Job, Pulse

logger = logging.getLogger(__name__)

OK = "ok"
DOWN = "down"
NEEDED = ("database", "migrations")  # without these no page can be served
SILENT_AFTER = timedelta(minutes=2)  # the sweeper comes every half minute: four of them are missing


def health() -> dict[str, str]:
    """Return `ok` or what is wrong, for each part; what hangs on a part that is down is not asked about."""
    parts = {"database": _database()}
    if parts["database"] == OK:
        parts["migrations"] = _migrations()
    if parts.get("migrations") == OK:
        parts["background"] = _background()
    if settings.REDIS_URL:
        parts["redis"] = _redis()
    parts["storage"] = _storage()
    return parts


def overall(parts: dict[str, str]) -> str:
    """Return `ok`, `degraded` where pages are served all the same, or `down`."""
    if any(parts.get(name, DOWN) != OK for name in NEEDED):
        return DOWN
    return OK if all(state == OK for state in parts.values()) else "degraded"


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        logger.exception("not ready: the database does not answer")
        return DOWN
    return OK


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        logger.exception("not ready: the migrations cannot be read")
        return DOWN
    return "pending" if pending else OK


def _background() -> str:
    """Tell whether a beat and a worker live: the sweeper needs both. Workers busy with long jobs keep their leases alive."""
    swept = Pulse.objects.filter(name=SWEEP_PULSE, at__gt=Now() - SILENT_AFTER)
    busy = Job.objects.filter(status=JobStatus.RUNNING, leased_until__gt=Now())
    return OK if swept.exists() or busy.exists() else DOWN


def _redis() -> str:
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=Retry(NoBackoff(), 0))
    try:
        client.ping()
    except RedisError:
        return DOWN
    finally:
        client.close()
    return OK


def _storage() -> str:
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():  # it is made with the first upload
        folder = folder.parent
    return OK if shutil.disk_usage(folder).free >= settings.STORAGE_LEAST_FREE_BYTES else "low"
