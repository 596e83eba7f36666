"""Background work of ledgers: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from functools import partial

from portal.core.errors import StalePlan
from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.tasks import Refused, Report, effect_of, register_job

CHECK_LEDGER = "check_ledger"

APPLY_LEDGER = "apply_ledger"


@register_job(CHECK_LEDGER, "核对台账", opens_own_transaction=True)
def run_check(job: Job, report: Report) -> None:
    from partyorgs.ledgers.models import LedgerUpload
    from partyorgs.ledgers.services.importing import check_ledger

    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    check_ledger(upload=upload, actor=actor_of(job), progress=report, writing=partial(effect_of, job))


@register_job(APPLY_LEDGER, "导入台账")
def run_apply(job: Job, report: Report) -> Refused | None:
    """Apply; where the world moved, the refusal keeps the new preview that was written with it."""
    from partyorgs.ledgers.models import LedgerUpload
    from partyorgs.ledgers.services.importing import apply_ledger

    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    try:
        apply_ledger(upload=upload, actor=actor_of(job), progress=report)
    except StalePlan as refusal:
        return Refused(refusal.message)
    return None
