"""Background work of this app: ids in, one service call, may run twice without harm."""

from __future__ import annotations

import datetime
from fractions import Fraction
from functools import partial

from django.utils import timezone

from portal.core.errors import StalePlan
from portal.core.models import Job
from portal.core.tasks import Refused, Report, effect_of, register_job

CHECK_LEDGER = "check_ledger"
APPLY_LEDGER = "apply_ledger"
NIGHTLY_SNAPSHOT = "nightly_snapshot"
FREEZE_QUARTER = "freeze_quarter"
REFRESH_SNAPSHOTS = "refresh_snapshots"
PLAN_COVERAGE = "plan_coverage"


@register_job(CHECK_LEDGER, "核对台账", opens_own_transaction=True)
def run_check(job: Job, report: Report) -> None:
    from partyorgs.models import LedgerUpload
    from partyorgs.services.ledger import check_ledger

    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    check_ledger(upload=upload, actor=job.owner, progress=report, writing=partial(effect_of, job))


@register_job(APPLY_LEDGER, "导入台账")
def run_apply(job: Job, report: Report) -> Refused | None:
    """Apply; where the world moved, the refusal keeps the new preview that was written with it."""
    from partyorgs.models import LedgerUpload
    from partyorgs.services.ledger import apply_ledger

    upload = LedgerUpload.objects.get(pk=job.payload["upload"])
    try:
        apply_ledger(upload=upload, actor=job.owner, progress=report)
    except StalePlan as refusal:
        return Refused(refusal.message)
    return None


# The three of snapshots commit batch by batch, so that nobody waits for long; begun again, they find what is there.
@register_job(NIGHTLY_SNAPSHOT, "每日数据计算", opens_own_transaction=True)
def run_nightly(job: Job, report: Report) -> None:
    from partyorgs.services.snapshots import keep_snapshots

    keep_snapshots(today=timezone.localdate(), actor=job.owner, progress=report)


@register_job(FREEZE_QUARTER, "季末数据固定", opens_own_transaction=True)
def run_freeze(job: Job, report: Report) -> None:
    """Freeze the quarter that the job's slot names, also where the job runs, or runs again, in a later one."""
    from partyorgs.services.snapshots import freeze_quarter

    told = job.payload.get("day")
    today = datetime.date.fromisoformat(told) + datetime.timedelta(days=1) if told else timezone.localdate()
    freeze_quarter(today=today, actor=job.owner)


@register_job(REFRESH_SNAPSHOTS, "数据更新", opens_own_transaction=True)
def run_refresh(job: Job, report: Report) -> None:
    from partyorgs.services.snapshots import refresh_snapshots

    refresh_snapshots(actor=job.owner, progress=report)


@register_job(PLAN_COVERAGE, "覆盖推演", opens_own_transaction=True)
def run_plan(job: Job, report: Report) -> None:
    from partyorgs.choices import PlanForm
    from partyorgs.services.planning import Question, work_out_plan
    from portal.core.models import Committee

    asked = job.payload
    question = Question(
        committee=Committee.objects.get(pk=asked["committee"]),
        indicator=asked["indicator"],
        share=Fraction(asked["share"]),
        forms=tuple(PlanForm(form) for form in asked["forms"]),
        as_of=datetime.date.fromisoformat(asked["as_of"]),
    )
    report(0, 1, "读取未覆盖的协会")
    work_out_plan(question=question, progress=lambda done, total: report(done, total, "编排组建方案"))
