"""Background work as it is on a server: a real Redis, a real worker process, the same database."""

import datetime
from pathlib import Path

import pytest

from associations.models import Association
from partyorgs.ledgers.choices import LedgerJobKind
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import confirm_ledger, stage_ledger
from partyorgs.organizations.indicators import INDICATORS
from portal.core.access import subtree_limit
from portal.core.choices import Role
from portal.core.measures import measure
from portal.core.models import Committee, Job
from portal.core.operator_account import operator_at_work
from portal.demo.country import build_country
from reviews.supervision.choices import ReportStatus, SupervisionJobKind
from reviews.supervision.indicators.content import content_of
from reviews.supervision.models import SupervisionReport
from tests.conftest import make_user
from tests.flows.machines import Machines, are_over, until

DATA = Path(__file__).parent.parent / "data"

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def server(machines: Machines) -> Machines:
    machines.start_redis()
    machines.start_worker("worker")
    return machines


def test_a_ledger_is_checked_and_applied_by_a_real_worker_once_however_often_it_is_sent(
    server: Machines, province: Committee
) -> None:
    name = "边界台账-2024-06-30.xlsx"
    upload = stage_ledger(
        content=(DATA / name).read_bytes(),
        file_name=name,
        as_of=datetime.date(2024, 6, 30),
        committee=province,
        actor=operator_at_work(),
        create_committees=True,
    )
    check = Job.objects.create(kind=LedgerJobKind.CHECK_LEDGER, key="check", payload={"upload": upload.pk})
    server.send(check)
    until(are_over(check), "the ledger was not checked")
    upload.refresh_from_db()
    assert (upload.status, upload.plan["created"]["association"]) == ("checked", 120)

    confirm_ledger(upload=upload, ticked=(), skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work())
    apply = Job.objects.create(kind=LedgerJobKind.APPLY_LEDGER, key="apply", payload={"upload": upload.pk})
    server.send(apply, apply, apply)
    until(are_over(apply), "the ledger was not applied")
    apply.refresh_from_db()
    assert (apply.status, apply.tries) == ("done", 1)
    assert Association.objects.count() == 120
    assert LedgerUpload.objects.get(pk=upload.pk).status == "applied"


def test_a_report_is_built_once_by_one_of_two_workers_under_two_beats(machines: Machines) -> None:
    country = build_country(associations=30, today=datetime.date(2026, 11, 24))
    writer = make_user(Role.PROVINCE, "陈省", committee=country)
    machines.start_redis()
    for name in ("first", "second"):
        machines.start_worker(f"worker-{name}")
        machines.start_beat(f"beat-{name}")
    report = SupervisionReport.objects.create(committee=country, as_of=datetime.date(2026, 9, 30), requested_by=writer)
    job = Job.objects.create(
        kind=SupervisionJobKind.BUILD_REPORT, key="build", payload={"report": report.pk}, owner=writer
    )
    machines.send(job, job, job)
    until(are_over(job), "the report was not built")
    job.refresh_from_db()
    report.refresh_from_db()
    assert (job.status, job.tries, job.done, job.total) == ("done", 1, 12, 12)
    assert (report.status, report.version, report.versions.count()) == (ReportStatus.DRAFT, 1, 1)
    fields = content_of(report.content).fields
    now = measure([INDICATORS["org_coverage"]], report.as_of, subtree_limit(country))["org_coverage"]
    assert fields["党的组织覆盖率"].rate == now
