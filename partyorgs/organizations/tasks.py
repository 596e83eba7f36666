"""Background work of Party organizations: ids in, one service call, may run twice without harm."""

from __future__ import annotations

import datetime

from django.utils import timezone

from partyorgs.organizations.choices import SnapshotJobKind
from partyorgs.organizations.services.snapshots import freeze_quarter, keep_snapshots, refresh_snapshots
from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.outbox import Report, register_job


# The three of snapshots commit batch by batch, so that nobody waits for long; begun again, they find what is there.
@register_job(SnapshotJobKind.NIGHTLY_SNAPSHOT, opens_own_transaction=True)
def run_nightly(job: Job, report: Report) -> None:
    keep_snapshots(today=timezone.localdate(), actor=actor_of(job), progress=report)


@register_job(SnapshotJobKind.FREEZE_QUARTER, opens_own_transaction=True)
def run_freeze(job: Job, report: Report) -> None:
    """Freeze the quarter that the job's slot names, also where the job runs, or runs again, in a later one."""
    told = job.payload.get("day")
    today = datetime.date.fromisoformat(told) + datetime.timedelta(days=1) if told else timezone.localdate()
    freeze_quarter(today=today, actor=actor_of(job))


@register_job(SnapshotJobKind.REFRESH_SNAPSHOTS, opens_own_transaction=True)
def run_refresh(job: Job, report: Report) -> None:
    refresh_snapshots(actor=actor_of(job), progress=report)
