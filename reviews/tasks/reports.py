"""Background work of quarterly reports: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from functools import partial

from portal.core.models import Job
from portal.core.tasks import Report, effect_of, register_job

PREFILL_DRAFTS = "prefill_drafts"
CLOSE_ROUND = "close_round"


@register_job(PREFILL_DRAFTS, "生成季报草稿", opens_own_transaction=True)
def run_prefill(job: Job, report: Report) -> None:
    from reviews.models.reports import ReportRound
    from reviews.services.reports.rounds import prefill_drafts

    asked = ReportRound.objects.get(pk=job.payload["round"])
    prefill_drafts(round_=asked, actor=job.owner, progress=report, writing=partial(effect_of, job))


@register_job(CLOSE_ROUND, "固定季报数据", opens_own_transaction=True)
def run_close(job: Job, report: Report) -> None:
    from reviews.models.reports import ReportRound
    from reviews.services.reports.rounds import freeze_round

    asked = ReportRound.objects.get(pk=job.payload["round"])
    freeze_round(round_=asked, actor=job.owner, progress=report, writing=partial(effect_of, job))
