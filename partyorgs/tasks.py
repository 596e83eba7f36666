"""Background work of this app: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from portal.core.models import Job
from portal.core.tasks import Report, register_job

CHECK_LEDGER = "check_ledger"
APPLY_LEDGER = "apply_ledger"


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
