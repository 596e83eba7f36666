import importlib

from django.apps import AppConfig

# What every process must know, a worker that serves no page included: the indicators of this floor, its presets,
# jobs and reminders, and what it adds to the pages of the floors below.
REGISTERING = (
    "reviews.checks.facts",
    "reviews.checks.indicators.rectification",
    "reviews.checks.rules.preset",
    "reviews.checks.services.reminders",
    "reviews.checks.tasks",
    "reviews.checks.views.timeline",
    "reviews.reports.facts",
    "reviews.reports.indicators.effective",
    "reviews.reports.rules.preset",
    "reviews.reports.services.cycle",
    "reviews.reports.services.reminders",
    "reviews.reports.tasks",
    "reviews.reports.views.timeline",
    "reviews.supervision.services.reminders",
    "reviews.supervision.tasks",
)


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "督查考核"

    def ready(self) -> None:
        facts = importlib.import_module("reviews.questionnaires.facts")
        facts.read_through(self.get_model("ReviewedFact"))
        for module in REGISTERING:
            importlib.import_module(module)
