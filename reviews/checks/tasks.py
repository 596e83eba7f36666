"""Background work of spot checks."""

from __future__ import annotations

from typing import Any

from portal.core.models import Job
from portal.core.tasks import Report, register_job

VERIFY_DRAWS = "verify_draws"


# It reads for long and only tells people, each thing once.
@register_job(VERIFY_DRAWS, "核对抽取结果", opens_own_transaction=True)
def run_verify(job: Job, report: Report) -> dict[str, Any]:
    from reviews.checks.services.verifying import verify_draws

    return {"altered": verify_draws(progress=report)}
