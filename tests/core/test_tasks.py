import datetime
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from portal.core import tasks
from portal.core.choices import JobStatus
from portal.core.errors import RuleViolation
from portal.core.models import Job
from portal.core.services import enqueue_job
from portal.core.tasks import Progress, Report, lease, progress_of, register_job, run_job, sweep_jobs
from tests import recipes

CaptureOnCommit = Callable[..., object]


class Ledger:
    """Remembers which jobs were worked at; `fault` is raised by the next ones."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.fault: Exception | None = None

    def work(self, job: Job, report: Report) -> None:
        self.done.append(job.pk)
        report(1, 4, "正在读取")
        if self.fault:
            raise self.fault


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    book = Ledger()
    register_job("test")(book.work)
    yield book
    del tasks._KINDS["test"]


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
        run_job(recipes.job.make(status=status, leased_until=timezone.now() + tasks.LEASE).pk)
    assert ledger.done == []


def test_of_two_workers_one_gets_the_job(db: None) -> None:
    job = recipes.job.make()
    assert [bool(lease(job.pk)), bool(lease(job.pk))] == [True, False]


def test_a_refusal_is_final_and_its_sentence_is_kept(db: None, ledger: Ledger) -> None:
    ledger.fault = RuleViolation("文件是空的。")
    job = recipes.job.make()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == (JobStatus.FAILED, "文件是空的。")


def test_a_fault_is_tried_three_times_in_all(db: None, ledger: Ledger) -> None:
    ledger.fault = ValueError("broken")
    job = recipes.job.make()
    for _ in range(5):
        run_job(job.pk)
    job.refresh_from_db()
    assert (len(ledger.done), job.status, job.tries) == (3, JobStatus.FAILED, 3)
    assert job.error == f"任务没有完成，已尝试 3 次。请联系系统管理员，任务编号 {job.pk}。"


def test_the_sweeper_publishes_what_nobody_took_within_twenty_seconds(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    sweep_jobs()
    assert ledger.done == []
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=21)):
        sweep_jobs()
    assert ledger.done == [job.pk]


def test_the_sweeper_takes_over_from_a_lost_worker_and_gives_up_after_three(db: None, ledger: Ledger) -> None:
    past = timezone.now() - datetime.timedelta(minutes=1)
    lost = recipes.job.make(status=JobStatus.RUNNING, tries=1, leased_until=past)
    hopeless = recipes.job.make(status=JobStatus.RUNNING, tries=3, leased_until=past)
    sweep_jobs()
    lost.refresh_from_db()
    hopeless.refresh_from_db()
    assert (ledger.done, lost.status, hopeless.status) == ([lost.pk], JobStatus.DONE, JobStatus.FAILED)


def test_a_worker_whose_lease_was_taken_over_does_not_write_the_end(db: None) -> None:
    job = lease(recipes.job.make().pk)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(tries=2)
    tasks.settle_job(job, JobStatus.DONE)
    job.refresh_from_db()
    assert job.status == JobStatus.RUNNING


def test_progress_is_seen_in_the_cache_and_kept_in_the_row(db: None, ledger: Ledger) -> None:
    job = recipes.job.make()
    run_job(job.pk)
    job.refresh_from_db()
    assert progress_of(job) == Progress(1, 4, "正在读取")
    cache.clear()
    assert progress_of(job) == Progress(1, 4, "正在读取")
    assert progress_of(job).percent == 25
