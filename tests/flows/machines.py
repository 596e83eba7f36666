"""A server as it is in reality, for tests that break it: Redis, workers and beats as processes, on the test's database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from portal.celery import app
from portal.core.models import Job

PATIENCE = 120
PACE = "0.1"  # leases and sweeps ten times as short as on a server


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait until something has happened; say what did not."""
    started = time.monotonic()
    while not happened():
        assert time.monotonic() - started < PATIENCE, what
        time.sleep(0.2)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Machines:
    """Starts what a server consists of; each process leads a group of its own, so that it can be killed as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.web_port = free_port(), free_port()
        self.redis_url = f"redis://127.0.0.1:{self.port}/0"
        self._processes: list[subprocess.Popen[bytes]] = []

    def environment(self, **more: str) -> dict[str, str]:
        name = connection.settings_dict["NAME"]
        url = os.environ["DATABASE_URL"]
        database = f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{url.rsplit('/', 1)[0]}/{name}"
        told = {"PORTAL_ENV": "test", "DATABASE_URL": database, "REDIS_URL": self.redis_url}
        told["SECRET_KEY"] = settings.SECRET_KEY  # or nobody who is signed in here is signed in there
        return {**os.environ, **told, "TEST_PACE": PACE, "TEST_JOBS": "tests.flows.counted", **more}

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment(**more), stdout=log, stderr=log, start_new_session=True
            )
        self._processes.append(process)
        return process

    def start_redis(self) -> subprocess.Popen[bytes]:
        server = os.environ.get("TEST_REDIS_SERVER") or shutil.which("redis-server") or "redis-server"
        wishes = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        process = self.start("redis", server, *wishes)
        until(lambda: self._answers(self.port), "Redis did not start")
        return process

    def start_web(self) -> subprocess.Popen[bytes]:
        """Serve the pages on `web_port`, without Redis: what runs in the background is not asked for."""
        words = ("--host", "127.0.0.1", "--port", str(self.web_port), "portal.wsgi:application")
        process = self.start("web", sys.executable, "-m", "waitress", *words, REDIS_URL="")
        until(lambda: self._answers(self.web_port), "the web server did not start")
        return process

    def _answers(self, port: int) -> bool:
        with socket.socket() as knock:
            return knock.connect_ex(("127.0.0.1", port)) == 0

    def start_worker(self, name: str, **more: str) -> subprocess.Popen[bytes]:
        words = ("worker", "--hostname", f"{name}@%h", "--concurrency", "2", "--loglevel", "WARNING")
        return self.start(name, sys.executable, "-m", "celery", "-A", "portal", *words, **more)

    def start_beat(self, name: str) -> subprocess.Popen[bytes]:
        words = ("beat", "--schedule", str(self.folder / name), "--pidfile", "", "--loglevel", "WARNING")
        return self.start(name, sys.executable, "-m", "celery", "-A", "portal", *words)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                self.kill(process)

    def send(self, *jobs: Job) -> None:
        """Publish as a page does; what is sent before a worker is up waits in Redis."""
        prefixed = {"global_keyprefix": "portal:"}  # as settings have it wherever there is a Redis
        with app.connection_for_write(self.redis_url, transport_options=prefixed) as broker:
            for job in jobs:
                app.send_task("portal.core.tasks.run_job", [job.pk], connection=broker)


def are_over(*jobs: Job) -> Callable[[], bool]:
    """Return a question: are these jobs done or failed by now?"""
    return lambda: not Job.objects.filter(pk__in=[job.pk for job in jobs], status__in=("queued", "running")).exists()
