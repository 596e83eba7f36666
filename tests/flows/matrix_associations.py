"""Who may open which page of `associations`: one row for each URL name and way of asking. See tests/flows/matrix.py."""

from collections.abc import Callable
from typing import Any

from tests.flows.matrix import Row

WRITERS = {"province": 200, "committee": 200}
WRITERS_ELSEWHERE = {"province": 200, "committee": 404}


def key_of(noun: str) -> Callable[[Any, str], dict[str, Any]]:
    """Return what names a thing of one side in an address."""
    return lambda world, side: {"pk": getattr(world[side], noun).pk}


def writing(url_name: str, noun: str) -> list[Row]:
    """Return the rows of a form about a thing: shown and, sent empty, shown again, to the same people."""
    kwargs = key_of(noun)
    return [
        Row(url_name, own=WRITERS, other=WRITERS_ELSEWHERE, kwargs=kwargs, method=method) for method in ("get", "post")
    ]


ROWS = [
    Row("associations:association-create", own=WRITERS),
    Row("associations:association-create", own=WRITERS, method="post"),
    Row("associations:association-options", own=WRITERS),
    Row("associations:association-move-many", own=WRITERS),
    Row("associations:association-move-many", own=WRITERS, method="post"),
    *writing("associations:association-edit", "association"),
    *writing("associations:association-correct", "association"),
    *writing("associations:association-end", "association"),
    *writing("associations:association-move", "association"),
    *writing("associations:charter-clause-create", "association"),
    *writing("associations:decoupling-create", "association"),
    *writing("associations:headcount-create", "association"),
    *writing("associations:post-create", "association"),
    *writing("associations:person-create", "association"),
    *writing("associations:oversight-correct", "oversight"),
    *writing("associations:charter-clause-correct", "charter_clause"),
    *writing("associations:decoupling-correct", "decoupling"),
    *writing("associations:headcount-correct", "headcount"),
    *writing("associations:post-end", "post"),
    *writing("associations:post-correct", "post"),
    *writing("associations:daily-work-create", "post"),
    *writing("associations:daily-work-correct", "daily_work"),
    Row("associations:person-options", own=WRITERS),
    *writing("associations:person-edit", "person"),
    *writing("associations:membership-create", "person"),
    *writing("associations:membership-correct", "membership"),
    Row("associations:region-list", own=WRITERS),
    Row("associations:region-create", own={"province": 200}),
    Row("associations:region-create", own={"province": 200}, method="post"),
    Row("associations:industry-list", own=WRITERS),
    Row("associations:authority-list", own=WRITERS),
    Row("associations:authority-create", own={"province": 200}),
    Row("associations:authority-create", own={"province": 200}, method="post"),
]
