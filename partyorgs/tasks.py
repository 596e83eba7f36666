"""Background work of this app: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from django.utils import timezone

from portal.core.models import Job
from portal.core.tasks import Report, register_job

CHECK_LEDGER = "check_ledger"
APPLY_LEDGER = "apply_ledger"
NIGHTLY_SNAPSHOT = "nightly_snapshot"
FREEZE_QUARTER = "freeze_quarter"
REFRESH_SNAPSHOTS = "refresh_snapshots"


@register_job(CHECK_LEDGER)
def run_check(job: Job, report: Report) -> None:
    from partyorgs.models import LedgerUpload
    from partyorgs.services.ledger import check_ledger

    check_ledger(upload=LedgerUpload.objects.get(pk=job.payload["upload"]), actor=job.owner, progress=report)


@register_job(APPLY_LEDGER)
def run_apply(job: Job, report: Report) -> None:
    from partyorgs.models import LedgerUpload
    from partyorgs.services.ledger import apply_ledger

    apply_ledger(upload=LedgerUpload.objects.get(pk=job.payload["upload"]), actor=job.owner, progress=report)


@register_job(NIGHTLY_SNAPSHOT)
def run_nightly(job: Job, report: Report) -> None:
    from partyorgs.services.snapshots import keep_snapshots

    keep_snapshots(today=timezone.localdate(), actor=job.owner, progress=report)


@register_job(FREEZE_QUARTER)
def run_freeze(job: Job, report: Report) -> None:
    from partyorgs.services.snapshots import freeze_quarter

    freeze_quarter(today=timezone.localdate(), actor=job.owner)


@register_job(REFRESH_SNAPSHOTS)
def run_refresh(job: Job, report: Report) -> None:
    from partyorgs.services.snapshots import refresh_snapshots

    refresh_snapshots(actor=job.owner, progress=report)
