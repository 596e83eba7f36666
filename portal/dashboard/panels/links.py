"""Addresses behind figures and bars, which keep the day of the page."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from portal.core.measures import Group

NOT_FILLED_IN = "none"  # the value of a filter for rows in which nothing is filled in


def address(url_name: str, as_of: datetime.date, *parts: Any, **query: Any) -> str:
    """Return the address of a page on `as_of`, with those parts of `query` that are not None."""
    parameters = {"as_of": as_of.isoformat(), **{name: value for name, value in query.items() if value is not None}}
    return f"{reverse(url_name, args=parts)}?{urlencode(parameters)}"


def figure_address(code: str, as_of: datetime.date, **query: Any) -> str:
    """Return the address of the list behind an indicator's figure."""
    return address("dashboard:figure", as_of, code, **query)


def group_value(group: Group) -> str:
    """Return a group's value in a filter: its key, or that nothing is filled in."""
    return NOT_FILLED_IN if group.key is None else str(group.key)
