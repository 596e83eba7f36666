"""Background work as it is on a server: a real Redis, a real worker process, the same database."""

import datetime
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from associations.models import Association
from partyorgs.models import LedgerUpload
from partyorgs.services.ledger import confirm_ledger, stage_ledger
from partyorgs.tasks import APPLY_LEDGER, CHECK_LEDGER
from portal.celery import app
from portal.core.models import Committee, Job

DATA = Path(__file__).parent.parent / "data"
PATIENCE = 120

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened; say what did not."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < PATIENCE, what
        time.sleep(0.2)


def answers(port: int) -> bool:
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = os.environ.get("TEST_REDIS_SERVER") or shutil.which("redis-server") or "redis-server"
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until(lambda: answers(port), "Redis did not start")
        yield f"redis://127.0.0.1:{port}/0"
        process.terminate()


@pytest.fixture
def worker(redis_url: str, tmp_path: Path) -> Iterator[str]:
    """Start a worker as a server does, on the database of this test; yield the address of its queue."""
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"]
    database = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{url.rsplit('/', 1)[0]}/{name}"
    environment = {**os.environ, "PORTAL_ENV": "test", "DATABASE_URL": database, "REDIS_URL": redis_url}
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--concurrency", "2", "--loglevel", "WARNING"]
    log = tmp_path / "worker.log"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        yield redis_url  # what is sent before the worker is up waits in Redis
        process.terminate()


def send(job: Job, redis_url: str) -> None:
    prefixed = {"global_keyprefix": "portal:"}  # as settings have it wherever there is a Redis
    with app.connection_for_write(redis_url, transport_options=prefixed) as broker:
        app.send_task("portal.core.tasks.run_job", [job.pk], connection=broker)


@pytest.fixture(autouse=True)
def _not_in_this_process() -> Iterator[None]:
    before, app.conf.task_always_eager = app.conf.task_always_eager, False
    yield
    app.conf.task_always_eager = before


def test_a_ledger_is_checked_and_applied_by_a_real_worker_once_however_often_it_is_sent(
    worker: str, province: Committee
) -> None:
    name = "边界台账-2024-06-30.xlsx"
    upload = stage_ledger(
        content=(DATA / name).read_bytes(),
        file_name=name,
        as_of=datetime.date(2024, 6, 30),
        committee=province,
        actor=None,
        create_committees=True,
    )
    check = Job.objects.create(kind=CHECK_LEDGER, key="check", payload={"upload": upload.pk})
    send(check, worker)
    until(lambda: Job.objects.get(pk=check.pk).status in {"done", "failed"}, "the ledger was not checked")
    upload.refresh_from_db()
    assert (upload.status, upload.plan["created"]["association"]) == ("checked", 120)

    confirm_ledger(upload=upload, ticked=(), skip_bad_rows=False, seen_digest=upload.digest, actor=None)
    apply = Job.objects.create(kind=APPLY_LEDGER, key="apply", payload={"upload": upload.pk})
    for _ in range(3):
        send(apply, worker)
    until(lambda: Job.objects.get(pk=apply.pk).status in {"done", "failed"}, "the ledger was not applied")
    apply.refresh_from_db()
    assert (apply.status, apply.tries) == ("done", 1)
    assert Association.objects.count() == 120
    assert LedgerUpload.objects.get(pk=upload.pk).status == "applied"
