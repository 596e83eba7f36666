"""Background work of supervision reports: ids in, one service call, may run twice without harm."""

from __future__ import annotations

from portal.core.models import Job
from portal.core.tasks import Report, register_job

BUILD_REPORT = "build_report"


@register_job(BUILD_REPORT, "生成督查报告")
def run_build(job: Job, report: Report) -> None:
    from reviews.models.supervision import SupervisionReport
    from reviews.services.supervision.building import build_report

    build_report(report=SupervisionReport.objects.get(pk=job.payload["report"]), actor=job.owner, progress=report)
