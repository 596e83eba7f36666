"""Background work of spot checks."""

from __future__ import annotations

from typing import Any

from portal.core.models import Job
from portal.core.outbox import Report, register_job
from reviews.checks.choices import CheckJobKind
from reviews.checks.services.verifying import verify_draws


# It reads for long and only tells people, each thing once.
@register_job(CheckJobKind.VERIFY_DRAWS, opens_own_transaction=True)
def run_verify(job: Job, report: Report) -> dict[str, Any]:
    return {"altered": verify_draws(progress=report)}
