"""Refusals: every one carries a sentence that a user can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import NON_FIELD_ERRORS

from portal.core.words import first_fault

if TYPE_CHECKING:
    from django.db import models


class RuleViolation(Exception):  # noqa: N818 -- a refusal, not a fault
    """An operation that a rule forbids; `message` is a Chinese sentence fit for the user, `field` the form field it concerns."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(RuleViolation):
    """A refusal by an access verb: the act itself may be sound, but this person may not do it."""


class UnreadableFile(RuleViolation):
    """A file that cannot be read at all: wrong type, encrypted, too large, damaged."""


class StalePlan(RuleViolation):
    """The world moved between the preview and the confirmation."""


@dataclass(frozen=True)
class Denial:
    """Why a person may not do a thing; returned by the verbs of each app's `access`."""

    reason: str


def refuse(denial: Denial | None, field: str | None = None) -> None:
    """Raise NotAllowed with what an access verb answered, where it denied: so begins every service that writes for somebody."""
    if denial is not None:
        raise NotAllowed(denial.reason, field)


def refuse_invalid(row: models.Model) -> None:
    """Let the model and its constraints speak before a service writes `row`; the first sentence becomes the refusal."""
    if fault := first_fault(row):
        name, sentence = fault
        raise RuleViolation(sentence, None if name == NON_FIELD_ERRORS else name)
