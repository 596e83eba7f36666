"""The navigation of each role and a person's first page. Which pages there are is registered by the roof, which sees them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from portal.core.access import Scope, scope_of
from portal.core.choices import Role
from portal.core.models import User

OWN_ACCOUNT = "core:password-change"  # where nothing is granted there is no other page


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the navigation: where it leads, what it is called, for whom it is.

    `area` is the beginning of all addresses that belong to it, where that is not its own address.
    """

    url_name: str
    label: str
    icon: str
    roles: tuple[Role, ...]
    area: str = ""


_ENTRIES: list[NavigationEntry] = []
_START_PAGE: list[str] = []
_SEARCH_PAGE: list[tuple[str, tuple[Role, ...]]] = []
_COUNTS: dict[str, Callable[[User], int]] = {}


def register_pages(
    *, entries: Iterable[NavigationEntry], start_page: str, search_page: str, searching_roles: tuple[Role, ...]
) -> None:
    """Set the entries in their order, the page that notices lead back to, and the list that the search box searches."""
    _ENTRIES[:], _START_PAGE[:], _SEARCH_PAGE[:] = entries, [start_page], [(search_page, searching_roles)]


def entry_count(url_name: str) -> Callable[[Callable[[User], int]], Callable[[User], int]]:
    """Let the decorated function count what waits for a person behind an entry; where nothing waits no number is shown."""

    def register(count: Callable[[User], int]) -> Callable[[User], int]:
        _COUNTS[url_name] = count
        return count

    return register


def start_url() -> str:
    """Return the address of the start page, which leads each role on to its own first page."""
    return reverse(_START_PAGE[0])


def search_url_of(scope: Scope) -> str:
    """Return the address that the search box asks; empty for roles that have none."""
    page, roles = _SEARCH_PAGE[0]
    return reverse(page) if scope.has(*roles) else ""


def home_of(user: User | AnonymousUser) -> str:
    """Return a person's first page: the first of the navigation, the own account where nothing is granted."""
    scope = scope_of(user)
    own = (entry.url_name for entry in _ENTRIES if scope.has(*entry.roles))
    return reverse(next(own, OWN_ACCOUNT))


def navigation_of(scope: Scope, path: str, as_of: str, user: User | None = None) -> list[dict[str, Any]]:
    """Return the entries for these roles; the one whose address is the longest beginning of `path` is the current one.

    How much waits behind an entry is counted when the frame is drawn: what htmx replaces has no navigation.
    """
    entries = [(reverse(entry.url_name), entry) for entry in _ENTRIES if scope.has(*entry.roles)]
    areas = [entry.area or address for address, entry in entries]
    around = [area for area in areas if path == area or (area != "/" and path.startswith(area))]
    here = max(around, key=len, default="")
    counts = {name: cache(partial(count, user)) for name, count in _COUNTS.items()} if user else {}
    return [
        {
            "url": f"{address}{as_of}",
            "label": entry.label,
            "icon": entry.icon,
            "is_here": area == here,
            "count": counts.get(entry.url_name),
        }
        for (address, entry), area in zip(entries, areas, strict=True)
    ]
