"""The rows of the work cycles, a module a cycle; Django finds them here."""

import reviews.models.checks
import reviews.models.checks_findings
import reviews.models.checks_inspectors
import reviews.models.checks_visits
import reviews.models.report_facts
import reviews.models.report_outcomes
import reviews.models.reports
import reviews.models.supervision
import reviews.models.templates  # noqa: F401 -- all register their models
