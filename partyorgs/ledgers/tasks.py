"""Background work of ledgers: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from functools import partial

from partyorgs.ledgers.choices import LedgerJobKind
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import apply_ledger, check_ledger
from portal.core.errors import StalePlan
from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.outbox import Refused, Report, effect_of, register_job


@register_job(LedgerJobKind.CHECK_LEDGER, opens_own_transaction=True)
def run_check(job: Job, report: Report) -> None:
    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    check_ledger(upload=upload, actor=actor_of(job), progress=report, writing=partial(effect_of, job))


@register_job(LedgerJobKind.APPLY_LEDGER)
def run_apply(job: Job, report: Report) -> Refused | None:
    """Apply a ledger; where the portal's data changed since the preview, refuse and keep the new preview."""
    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    try:
        apply_ledger(upload=upload, actor=actor_of(job), progress=report)
    except StalePlan as refusal:
        return Refused(refusal.message)
    return None
