"""The rows of the work cycles, a module a cycle; Django finds them here."""

import reviews.models.supervision  # noqa: F401 -- registers its models
