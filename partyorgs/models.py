"""The rows of this floor, a module a subject; Django finds them here. Nothing is imported from here."""

import partyorgs.ledgers.models
import partyorgs.organizations.models
import partyorgs.planning.models  # noqa: F401 -- all register their models
