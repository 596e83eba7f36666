"""Background work of planning: ids in, one service call, may run twice without harm."""

from __future__ import annotations

import datetime
from fractions import Fraction

from partyorgs.planning.choices import PlanForm, PlanningJobKind
from partyorgs.planning.services.plans import Question, work_out_plan
from portal.core.models import Committee, Job
from portal.core.outbox import Report, register_job


@register_job(PlanningJobKind.PLAN_COVERAGE, opens_own_transaction=True)
def run_plan(job: Job, report: Report) -> None:
    payload = job.payload
    question = Question(
        committee=Committee.objects.get(pk=payload["committee"]),
        indicator=payload["indicator"],
        share=Fraction(payload["share"]),
        forms=tuple(PlanForm(form) for form in payload["forms"]),
        as_of=datetime.date.fromisoformat(payload["as_of"]),
    )
    report(0, 1, "读取未覆盖的协会")
    work_out_plan(question=question, progress=lambda done, total: report(done, total, "编排组建方案"))
