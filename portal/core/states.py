"""Where a thing may go next: one table of a status and a verb for each kind of thing, and the sentence that refuses the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices

from portal.core.errors import RuleViolation

S = TypeVar("S")


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """`allowed` leads from (status, verb) to a status; `words` are the verbs as they are spoken.

    `refusal` is the sentence with `{state}` and `{verb}` to be filled in.
    """

    states: type[TextChoices]
    allowed: Mapping[tuple[str, str], S]
    words: Mapping[str, str]
    refusal: str

    def next(self, status: str, verb: str) -> S:
        """Return the status that `verb` leads to. Raises RuleViolation where it leads nowhere from here."""
        if (status, verb) not in self.allowed:
            raise RuleViolation(self.refusal.format(state=self.states(status).label, verb=self.words[verb]))
        return self.allowed[status, verb]

    def may(self, status: str, verb: str) -> bool:
        """Tell whether `verb` leads anywhere from `status`."""
        return (status, verb) in self.allowed
