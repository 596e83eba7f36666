import importlib

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "督查考核"

    def ready(self) -> None:
        """Every process, a worker that serves no page included, must know this floor's indicators, and whom to tell of its work."""
        importlib.import_module("reviews.indicators.reports.effective")
        importlib.import_module("reviews.views.reports_timeline")
        importlib.import_module("reviews.services.supervision.reminders")
        importlib.import_module("reviews.services.reports.reminders")
