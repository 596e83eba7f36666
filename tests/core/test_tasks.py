import datetime
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from portal.core import tasks
from portal.core.choices import JobStatus
from portal.core.errors import RuleViolation
from portal.core.heartbeat import LEASE, Heartbeat, TakenOver
from portal.core.models import Job, User
from portal.core.services import enqueue_job
from portal.core.tasks import (
    JobProgress,
    Refused,
    Report,
    Work,
    effect_of,
    lease,
    progress_of,
    publish_waiting,
    register_job,
    run_job,
    sweep_jobs,
)
from tests import recipes

CaptureOnCommit = Callable[..., object]


class Ledger:
    """Remembers which jobs were worked at; `fault` is raised by the next ones."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.fault: Exception | None = None

    def work(self, job: Job, report: Report) -> dict[str, int]:
        self.done.append(job.pk)
        recipes.user.make(username=f"job-{job.pk}-{job.tries}")  # what the job is for
        report(1, 4, "正在读取")
        if self.fault:
            raise self.fault
        return {"pages": 4}


def effects(job: Job) -> int:
    return User.objects.filter(username__startswith=f"job-{job.pk}-").count()


@contextmanager
def kind_of(work: Work, **options: Any) -> Iterator[None]:
    register_job("test", "测试", **options)(work)
    yield
    del tasks._KINDS["test"]


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    book = Ledger()
    with kind_of(book.work):
        yield book


def test_a_job_runs_after_the_commit_that_wrote_it(
    db: None, ledger: Ledger, django_capture_on_commit_callbacks: CaptureOnCommit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        job = enqueue_job(kind="test", key="one", payload={}, owner=None)
        assert ledger.done == []
    job.refresh_from_db()
    assert (ledger.done, job.status, job.tries, job.percent) == ([job.pk], JobStatus.DONE, 1, 100)
    assert job.finished_at is not None


def test_a_job_that_is_over_or_under_way_is_not_run_again(db: None, ledger: Ledger) -> None:
    for status in (JobStatus.RUNNING, JobStatus.DONE, JobStatus.FAILED):
        run_job(recipes.job.make(status=status, leased_until=timezone.now() + LEASE).pk)
    assert ledger.done == []


def test_of_two_workers_one_gets_the_job(db: None) -> None:
    job = recipes.job.make()
    assert [bool(lease(job.pk)), bool(lease(job.pk))] == [True, False]


def test_a_refusal_is_final_and_its_sentence_is_kept(db: None, ledger: Ledger) -> None:
    ledger.fault = RuleViolation("文件是空的。")
    job = recipes.job.make()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error, job.parked) == (JobStatus.FAILED, "文件是空的。", False)


def test_a_fault_is_tried_three_times_in_all(db: None, ledger: Ledger) -> None:
    ledger.fault = ValueError("broken")
    job = recipes.job.make()
    for _ in range(5):
        run_job(job.pk)
    job.refresh_from_db()
    assert (len(ledger.done), job.status, job.tries) == (3, JobStatus.FAILED, 3)
    assert (job.error, job.parked) == ("处理中出现故障，已尝试 3 次。", True)


def test_the_sweeper_publishes_what_nobody_took_within_twenty_seconds(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    sweep_jobs()
    assert ledger.done == []
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - datetime.timedelta(seconds=21))
    sweep_jobs()
    assert ledger.done == [job.pk]


def test_a_start_publishes_at_once_what_a_broker_in_memory_has_forgotten(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    recipes.job.make(status=JobStatus.DONE)
    publish_waiting()
    assert ledger.done == [job.pk]


def test_the_sweeper_takes_over_from_a_lost_worker_and_gives_up_after_three(db: None, ledger: Ledger) -> None:
    past = timezone.now() - datetime.timedelta(minutes=1)
    lost = recipes.job.make(status=JobStatus.RUNNING, tries=1, leased_until=past)
    hopeless = recipes.job.make(status=JobStatus.RUNNING, tries=3, leased_until=past)
    sweep_jobs()
    lost.refresh_from_db()
    hopeless.refresh_from_db()
    assert (ledger.done, lost.status, hopeless.status) == ([lost.pk], JobStatus.DONE, JobStatus.FAILED)
    assert (hopeless.error, hopeless.parked) == ("处理中断或超过时限，已尝试 3 次。", True)


def test_a_worker_whose_lease_was_taken_over_does_not_write_the_end(db: None) -> None:
    job = lease(recipes.job.make().pk)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(tries=2)
    tasks.settle_job(job, JobStatus.DONE)
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


def test_a_try_that_was_taken_over_leaves_no_effect(db: None) -> None:
    def slow_work(job: Job, report: Report) -> None:
        recipes.user.make(username=f"job-{job.pk}-late")
        Job.objects.filter(pk=job.pk).update(tries=2)  # meanwhile another worker leases it

    job = recipes.job.make()
    with kind_of(slow_work):
        run_job(job.pk)
    job.refresh_from_db()
    assert (effects(job), job.status) == (0, JobStatus.RUNNING)


def test_a_refusal_or_fault_undoes_what_the_try_wrote(db: None, ledger: Ledger) -> None:
    for fault in (RuleViolation("文件是空的。"), ValueError("broken")):
        ledger.fault = fault
        job = recipes.job.make()
        run_job(job.pk)
        assert effects(job) == 0


def test_a_refusal_that_is_returned_keeps_what_was_written_with_it(db: None) -> None:
    def work(job: Job, report: Report) -> Refused:
        recipes.user.make(username=f"job-{job.pk}-new-preview")
        return Refused("数据有变动。")

    job = recipes.job.make()
    with kind_of(work):
        run_job(job.pk)
    job.refresh_from_db()
    assert (effects(job), job.status, job.error, job.parked) == (1, JobStatus.FAILED, "数据有变动。", False)


def test_what_the_work_returns_is_kept_as_the_result(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    run_job(job.pk)
    job.refresh_from_db()
    assert job.result == {"pages": 4}


@pytest.mark.parametrize("is_taken_over", (False, True))
def test_a_work_with_its_own_transaction_is_done_in_it_or_leaves_nothing(db: None, *, is_taken_over: bool) -> None:
    def work(job: Job, report: Report) -> None:
        if is_taken_over:
            Job.objects.filter(pk=job.pk).update(tries=2)
        with effect_of(job):
            recipes.user.make(username=f"job-{job.pk}-own")
            job.result = {"pages": 1}

    job = recipes.job.make()
    with kind_of(work, opens_own_transaction=True):
        run_job(job.pk)
    job.refresh_from_db()
    assert (effects(job), job.status, job.result) == (
        (0, JobStatus.RUNNING, None) if is_taken_over else (1, JobStatus.DONE, {"pages": 1})
    )


def test_a_work_with_its_own_transaction_that_had_nothing_to_write_is_done(db: None) -> None:
    job = recipes.job.make()
    with kind_of(lambda *_: {"pages": 0}, opens_own_transaction=True):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.result) == (JobStatus.DONE, {"pages": 0})


def test_a_job_delivered_ten_times_in_parallel_has_one_effect(transactional_db: None, ledger: Ledger) -> None:
    job = recipes.job.make()

    def deliver(_: int) -> None:
        run_job(job.pk)
        connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(deliver, range(10)))
    job.refresh_from_db()
    assert (effects(job), job.status, job.tries) == (1, JobStatus.DONE, 1)


# --- the sign of life ---


@pytest.fixture
def leased(transactional_db: None, settings: Any) -> Job:
    settings.JOB_HEARTBEAT_SECONDS = 0.05
    job = lease(recipes.job.make().pk)
    assert job is not None
    return job


def until(happened: Callable[[], bool]) -> None:
    for _ in range(400):
        if happened():
            return
        time.sleep(0.05)
    pytest.fail("it did not happen within 20 seconds")


def test_while_a_worker_lives_its_lease_is_renewed_and_others_read_how_far_it_is(leased: Job) -> None:
    soon = timezone.now() + datetime.timedelta(seconds=1)
    Job.objects.filter(pk=leased.pk).update(leased_until=soon)
    with Heartbeat(leased) as heartbeat:
        heartbeat.report(3, 12, "正在写入")
        until(lambda: Job.objects.filter(pk=leased.pk, leased_until__gt=soon, done=3).exists())
    cache.clear()
    assert progress_of(Job.objects.get(pk=leased.pk)) == JobProgress(3, 12, "正在写入")


def test_whoever_lost_the_lease_stops_at_the_next_report(leased: Job) -> None:
    def reports(heartbeat: Heartbeat) -> bool:
        try:
            heartbeat.report(1, 2)
        except TakenOver:
            return False
        return True

    Job.objects.filter(pk=leased.pk).update(tries=2)
    with Heartbeat(leased) as heartbeat:
        until(lambda: not reports(heartbeat))


def test_a_heartbeat_that_cannot_write_while_the_work_does_tries_again(leased: Job) -> None:
    past = timezone.now() - datetime.timedelta(seconds=1)
    Job.objects.filter(pk=leased.pk).update(leased_until=past)
    with Heartbeat(leased):
        with transaction.atomic():  # on SQLite nobody else writes now, on PostgreSQL not this row
            Job.objects.filter(pk=leased.pk).update(note="正在写入")
            time.sleep(0.5)
        until(lambda: Job.objects.filter(pk=leased.pk, leased_until__gt=timezone.now()).exists())


def test_a_work_beyond_its_time_is_stopped_and_parked_where_no_worker_is_there_to_stop_it(
    db: None, settings: Any
) -> None:
    def endless_work(job: Job, report: Report) -> None:
        while True:
            report(0, 1)

    settings.CELERY_TASK_SOFT_TIME_LIMIT = 0.01
    job = recipes.job.make()
    with kind_of(endless_work):
        for _ in range(4):
            run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries, job.parked) == (JobStatus.FAILED, 3, True)
    assert job.error == "每次都超过时限，已尝试 3 次。"


def test_progress_is_seen_in_the_cache_and_kept_in_the_row(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    run_job(job.pk)
    job.refresh_from_db()
    assert progress_of(job) == JobProgress(1, 4, "正在读取")
    cache.clear()
    assert progress_of(job) == JobProgress(1, 4, "正在读取")
    assert progress_of(job).percent == 25
