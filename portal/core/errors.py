"""Refusals: every one carries a sentence that a user can act on."""

from dataclasses import dataclass


class RuleViolation(Exception):  # noqa: N818 -- a refusal, not a fault
    """An operation that a rule forbids; `message` is a Chinese sentence fit for the user, `field` the form field it concerns."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class UnreadableFile(RuleViolation):
    """A file that cannot be read at all: wrong type, encrypted, too large, damaged."""


class StalePlan(RuleViolation):
    """The world moved between the preview and the confirmation."""


@dataclass(frozen=True)
class Denial:
    """Why a person may not do a thing; returned by the verbs of each app's `access`."""

    reason: str
