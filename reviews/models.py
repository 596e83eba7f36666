"""The rows of the work cycles, a module or a package a subject; Django finds them here. Nothing else is imported from here."""

import reviews.checks.models.findings
import reviews.checks.models.inspectors
import reviews.checks.models.plan
import reviews.checks.models.visits
import reviews.questionnaires.models
import reviews.reports.models.facts
import reviews.reports.models.filing
import reviews.reports.models.outcomes
import reviews.supervision.models  # noqa: F401 -- all register their models
