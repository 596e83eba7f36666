"""Ledgers in the background: what a job writes and that it is done stand or fall together, also where it is refused."""

import datetime
from pathlib import Path

import pytest

from associations.models import Association, CharterClause
from partyorgs.ledgers.choices import LedgerJobKind, UploadStatus
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import confirm_ledger, stage_ledger
from portal.core.choices import JobStatus
from portal.core.models import Committee, Job
from portal.core.operator_account import operator_at_work
from portal.core.tasks import run_job
from tests import recipes

DATA = Path(__file__).parents[2] / "data"

pytestmark = pytest.mark.django_db


def staged(root: Committee, name: str, content: bytes | None = None) -> LedgerUpload:
    return stage_ledger(
        content=(DATA / f"{name}.xlsx").read_bytes() if content is None else content,
        file_name=f"{name}.xlsx",
        as_of=datetime.date.fromisoformat(name[-10:]),
        committee=root,
        actor=operator_at_work(),
        create_committees=True,
    )


def run(kind: str, upload: LedgerUpload) -> Job:
    job = recipes.job.make(kind=kind, payload={"upload": upload.pk}, owner=None)
    run_job(job.pk)
    job.refresh_from_db()
    upload.refresh_from_db()
    return job


def confirmed(root: Committee, name: str) -> LedgerUpload:
    upload = staged(root, name)
    assert run(LedgerJobKind.CHECK_LEDGER, upload).status == JobStatus.DONE
    return confirm_ledger(
        upload=upload, ticked=(), skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work()
    )


def test_a_ledger_that_cannot_be_read_is_told_with_the_upload_and_the_job_is_done(province: Committee) -> None:
    upload = staged(province, "台账-2024-06-30", content=b"no workbook")
    job = run(LedgerJobKind.CHECK_LEDGER, upload)
    assert (job.status, upload.status) == (JobStatus.DONE, UploadStatus.FAILED)
    assert upload.error != ""


def test_a_world_that_moved_refuses_the_job_and_keeps_the_new_preview(province: Committee) -> None:
    assert run(LedgerJobKind.APPLY_LEDGER, confirmed(province, "边界台账-2024-06-30")).status == JobStatus.DONE
    upload = confirmed(province, "边界台账-2024-12-31")
    before = upload.digest
    associations = Association.objects.count()
    CharterClause.objects.filter(included=False).update(included=True)
    job = run(LedgerJobKind.APPLY_LEDGER, upload)
    assert (job.status, job.parked, job.error) == (
        JobStatus.FAILED,
        False,
        "预览之后平台数据有变动，请重新核对变更后再确认。",
    )
    assert (upload.status, upload.digest == before) == (UploadStatus.CHECKED, False)
    assert Association.objects.count() == associations


def test_a_job_sent_ten_times_applies_its_ledger_once(province: Committee) -> None:
    upload = confirmed(province, "边界台账-2024-06-30")
    job = run(LedgerJobKind.APPLY_LEDGER, upload)
    for _ in range(9):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries, Association.objects.count()) == (JobStatus.DONE, 1, 120)
