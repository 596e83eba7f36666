"""Background work of quarterly reports: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone

from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.outbox import Report, effect_of, register_job
from reviews.questionnaires.services.reviewing import lock_expired
from reviews.reports.choices import ReportJobKind
from reviews.reports.models.filing import ReportRound
from reviews.reports.services.rounds import freeze_round, prefill_drafts


@register_job(ReportJobKind.PREFILL_DRAFTS, opens_own_transaction=True)
def run_prefill(job: Job, report: Report) -> None:
    round_ = ReportRound.objects.get(pk=job.payload["round"])
    prefill_drafts(round_=round_, actor=actor_of(job), progress=report, writing=partial(effect_of, job))


@register_job(ReportJobKind.CLOSE_ROUND, opens_own_transaction=True)
def run_close(job: Job, report: Report) -> None:
    round_ = ReportRound.objects.get(pk=job.payload["round"])
    freeze_round(round_=round_, actor=actor_of(job), progress=report, writing=partial(effect_of, job))


# Each report is locked in a transaction of its own; begun again, it passes over those that are.
@register_job(ReportJobKind.LOCK_EXPIRED, opens_own_transaction=True)
def run_lock(job: Job, report: Report) -> dict[str, Any]:
    return {"reports": lock_expired(today=timezone.localdate(), actor=actor_of(job))}
