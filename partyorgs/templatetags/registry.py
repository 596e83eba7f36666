"""How coverage, terms and setups are written: a word, an icon and a colour, the same on every page."""

from __future__ import annotations

import datetime
from typing import Any

from django import template

from partyorgs.organizations.choices import CoverageState, Setup, TermState
from partyorgs.planning.choices import TaskState
from portal.core.templatetags.portal import status_badge

register = template.Library()

_COVERAGE = {CoverageState.INSTRUCTOR: "warn", CoverageState.NONE: "bad"}
_TERMS = {TermState.OVERDUE: "overdue", TermState.LATER: "good", TermState.UNKNOWN: "none"}


@register.inclusion_tag("components/_status_badge.html")
def coverage_badge(state: str) -> dict[str, str]:
    """Show how an association is covered."""
    return status_badge(_COVERAGE.get(CoverageState(state), "good"), str(CoverageState(state).label))


@register.inclusion_tag("components/_status_badge.html")
def task_badge(state: str) -> dict[str, str]:
    """Show where a task stands."""
    kinds = {TaskState.OPEN: "soon", TaskState.OVERDUE: "overdue", TaskState.DONE: "good", TaskState.CANCELLED: "none"}
    return status_badge(kinds[TaskState(state)], str(TaskState(state).label))


@register.inclusion_tag("components/_status_badge.html")
def term_badge(state: str) -> dict[str, str]:
    """Show where a term stands: in order, ending soon, over."""
    return status_badge(_TERMS.get(TermState(state), "soon"), str(TermState(state).label))


@register.filter
def setup_label(value: str | None) -> str:
    """Write how an organization is set up."""
    return str(Setup(value).label) if value else "未填写"


@register.simple_tag(takes_context=True)
def at_day(context: template.Context) -> str:
    """Return what a link needs so that the next page speaks of the same day; nothing where that is today."""
    day: datetime.date = context["as_of"]
    return "" if day == context["today"] else f"?as_of={day}"


@register.filter
def has(rows: Any, key: Any) -> bool:
    """Tell whether `key` is among `rows`."""
    return key in rows
