"""Background work of snapshots: ids in, one service call, may run twice without harm."""

from __future__ import annotations

import datetime

from django.utils import timezone

from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.tasks import Report, register_job

NIGHTLY_SNAPSHOT = "nightly_snapshot"
FREEZE_QUARTER = "freeze_quarter"
REFRESH_SNAPSHOTS = "refresh_snapshots"


# The three of snapshots commit batch by batch, so that nobody waits for long; begun again, they find what is there.
@register_job(NIGHTLY_SNAPSHOT, "每日数据计算", opens_own_transaction=True)
def run_nightly(job: Job, report: Report) -> None:
    from partyorgs.organizations.services.snapshots import keep_snapshots

    keep_snapshots(today=timezone.localdate(), actor=actor_of(job), progress=report)


@register_job(FREEZE_QUARTER, "季末数据固定", opens_own_transaction=True)
def run_freeze(job: Job, report: Report) -> None:
    """Freeze the quarter that the job's slot names, also where the job runs, or runs again, in a later one."""
    from partyorgs.organizations.services.snapshots import freeze_quarter

    told = job.payload.get("day")
    today = datetime.date.fromisoformat(told) + datetime.timedelta(days=1) if told else timezone.localdate()
    freeze_quarter(today=today, actor=actor_of(job))


@register_job(REFRESH_SNAPSHOTS, "数据更新", opens_own_transaction=True)
def run_refresh(job: Job, report: Report) -> None:
    from partyorgs.organizations.services.snapshots import refresh_snapshots

    refresh_snapshots(actor=actor_of(job), progress=report)
