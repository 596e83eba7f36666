"""The rows of the work cycles, a module a cycle; Django finds them here."""

import reviews.models.supervision
import reviews.models.templates  # noqa: F401 -- both register their models
