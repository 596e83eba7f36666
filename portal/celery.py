"""Background work: the application and what runs by the clock. The job table is the truth; the broker only carries ids."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # Every half minute: a broker may forget or vanish at any moment, and a job left unpublished is a person waiting.
    # An entry that nobody took within that time is dropped, so that a worker coming back finds one, not hundreds.
    "sweep-jobs": {"task": "portal.core.tasks.sweep_jobs", "schedule": 30.0, "options": {"expires": 30.0}},
}
