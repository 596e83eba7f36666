"""Background work of supervision reports: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from functools import partial

from portal.core.models import Job
from portal.core.operator_account import actor_of
from portal.core.outbox import Report, effect_of, register_job
from reviews.supervision.choices import SupervisionJobKind
from reviews.supervision.models import SupervisionReport
from reviews.supervision.services.building import build_report


@register_job(SupervisionJobKind.BUILD_REPORT, opens_own_transaction=True)
def run_build(job: Job, report: Report) -> None:
    requested = SupervisionReport.objects.get(pk=job.payload["report"])
    build_report(report=requested, actor=actor_of(job), progress=report, writing=partial(effect_of, job))
