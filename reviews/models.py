"""The rows of the work cycles, a module or a package a subject; Django finds them here. Nothing else is imported from here."""

import reviews.checks.models.findings
import reviews.checks.models.inspectors
import reviews.checks.models.plan
import reviews.checks.models.visits
import reviews.questionnaires.models
import reviews.reports.models.filing
import reviews.reports.models.outcomes
import reviews.supervision.models  # noqa: F401 -- all register their models
from partyorgs.organizations.models import FactRow
from reviews.checks.models.facts import CheckColumns
from reviews.reports.models.facts import ReportColumns


class ReviewedFact(ReportColumns, CheckColumns, FactRow):
    """An association's facts with what every subject adds: the row of `reviews.questionnaires.facts`. No table."""

    class Meta(FactRow.Meta):
        pass
