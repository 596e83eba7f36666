"""Whatever dies under it, each job's effect is there once: a worker's child, a whole worker, Redis with its queue."""

import datetime
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from portal.core.choices import JobStatus, Role
from portal.core.models import Job, Pulse
from tests import recipes
from tests.conftest import make_user
from tests.flows.counted import COUNTED, CRASHING, ENDLESS, effects_of
from tests.flows.machines import Machines, are_over, until

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def endings(*jobs: Job) -> list[tuple[str, int]]:
    return [Job.objects.values_list("status", "tries").get(pk=job.pk) for job in jobs]


def test_a_hundred_jobs_outlive_a_redis_that_lost_them_and_two_beats_begin_each_slot_once(machines: Machines) -> None:
    jobs = [recipes.job.make(kind=COUNTED) for _ in range(100)]
    redis = machines.start_redis()
    machines.send(*jobs)
    machines.kill(redis)
    machines.start_redis()  # empty: it kept nothing on disk
    for name in ("first", "second"):
        machines.start_worker(f"worker-{name}")
        machines.start_beat(f"beat-{name}")
    until(are_over(*jobs), "the jobs were not done")
    assert effects_of(*jobs) == [1] * 100
    assert endings(*jobs) == [(JobStatus.DONE, 1)] * 100

    # The day's slots, which both beats found missing at their start and both go on asking for.
    day = timezone.localdate()
    keys = [f"{COUNTED}:{day}", f"{COUNTED}:{day - datetime.timedelta(days=1)}"]
    until(lambda: Job.objects.filter(key=keys[0], status=JobStatus.DONE).exists(), "the slot was not begun")
    first = Pulse.objects.get().at
    until(lambda: Pulse.objects.get().at > first + datetime.timedelta(seconds=7), "nobody sweeps")
    slots = list(Job.objects.filter(key__in=keys))
    assert (effects_of(*slots), endings(*slots)) == ([1], [(JobStatus.DONE, 1)])


def test_a_killed_child_and_a_killed_worker_are_followed_by_another(machines: Machines, tmp_path: Path) -> None:
    machines.start_redis()
    machines.start_beat("beat")
    for name in ("first", "second"):
        machines.start_worker(name)
    of_child, child = taken_job(machines, tmp_path / "child")
    os.kill(child, signal.SIGKILL)
    until(are_over(of_child), "the job of the killed child was not done")
    of_worker, child = taken_job(machines, tmp_path / "worker")
    os.killpg(os.getpgid(child), signal.SIGKILL)
    until(are_over(of_worker), "the job of the killed worker was not done")
    assert effects_of(of_child, of_worker) == [1, 1]
    assert endings(of_child, of_worker) == [(JobStatus.DONE, 2), (JobStatus.DONE, 2)]


def taken_job(machines: Machines, mark: Path) -> tuple[Job, int]:
    """Return a job in whose midst a worker's child is, and the number of that process."""
    job = recipes.job.make(kind=COUNTED, payload={"mark": str(mark)})
    machines.send(job)
    until(mark.exists, "nobody took the job")
    return job, int(mark.read_text())


def test_poison_is_parked_after_three_tries_and_everything_else_goes_on(machines: Machines) -> None:
    poison = [recipes.job.make(kind=kind) for kind in (ENDLESS, CRASHING)]
    machines.start_redis()
    machines.start_beat("beat")
    machines.start_worker(
        "worker", TEST_TIME_LIMIT="2"
    )  # whose sweeper publishes them: a message carries its time limit
    until(are_over(*poison), "the poison was not parked")
    sound = recipes.job.make(kind=COUNTED)
    machines.send(sound)
    until(are_over(sound), "nothing went on")
    assert endings(*poison, sound) == [(JobStatus.FAILED, 3), (JobStatus.FAILED, 3), (JobStatus.DONE, 1)]
    sentence = "处理中断或超过时限，已尝试 3 次。"
    assert [(job.parked, job.error) for job in Job.objects.filter(pk__in=[job.pk for job in poison])] == [
        (True, sentence)
    ] * 2


# What a web server does while Redis is frozen: somebody has a job run again, and looks at it.
PAGE = """
import json, sys, django
django.setup()
from django.test import Client
from portal.core.models import User
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(username="province"))
asked = client.post(f"/jobs/{sys.argv[1]}/rerun/")
shown = client.get(asked.url)
print(json.dumps([asked.status_code, shown.status_code, "排队中" in shown.content.decode()]))
"""


@pytest.mark.parametrize("is_gone", (False, True), ids=("frozen", "gone"))
def test_a_page_that_enqueues_answers_without_redis_and_shows_the_job_waiting(
    machines: Machines, *, is_gone: bool
) -> None:
    root = recipes.committee.make()
    job = recipes.job.make(owner=make_user(Role.PROVINCE, "陈省", committee=root), status=JobStatus.FAILED)
    redis = machines.start_redis()
    if is_gone:
        machines.kill(redis)
    else:
        redis.send_signal(signal.SIGSTOP)
    environment = machines.environment(DJANGO_SETTINGS_MODULE="portal.settings")
    told = subprocess.run(
        [sys.executable, "-c", PAGE, str(job.pk)], env=environment, capture_output=True, check=True, timeout=30
    )
    assert json.loads(told.stdout) == [302, 200, True]
    assert endings(job) == [(JobStatus.QUEUED, 0)]
