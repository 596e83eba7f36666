"""Background work of the cycles; Celery finds the modules here."""

import reviews.tasks.supervision  # noqa: F401 -- registers its jobs
