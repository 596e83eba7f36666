"""Background work of the cycles; Celery finds the modules here."""

import reviews.tasks.checks
import reviews.tasks.reports
import reviews.tasks.supervision  # noqa: F401 -- all register their jobs
