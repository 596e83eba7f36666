"""Every address × every role × (own subtree, other subtree): who gets in. An address without a row fails."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from tests.conftest import ClientOf, Side
from tests.flows import (
    matrix_associations,
    matrix_checks_findings,
    matrix_checks_plan,
    matrix_checks_visit,
    matrix_core,
    matrix_dashboard,
    matrix_partyorgs,
    matrix_questionnaires,
    matrix_reports_filing,
    matrix_reports_review,
    matrix_reviews,
)
from tests.flows.matrix import ROLES, Row

pytestmark = pytest.mark.once

ROWS = [
    *matrix_core.ROWS,
    *matrix_associations.ROWS,
    *matrix_partyorgs.ROWS,
    *matrix_reviews.ROWS,
    *matrix_questionnaires.TEMPLATES,
    *matrix_checks_findings.FINDINGS,
    *matrix_reports_filing.FILING,
    *matrix_reports_review.REPORTS_REVIEW,
    *matrix_checks_plan.CHECKS_PLAN,
    *matrix_dashboard.ROWS,
    *matrix_checks_visit.ROWS,
]
CASES = [(row, side) for row in ROWS for side in (("own",) if row.other is None else ("own", "other"))]


def url_names(patterns: list[Any], namespace: str = "") -> set[str]:
    """Return the names of all addresses below `patterns`."""
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            names.add(f"{namespace}{pattern.name}")
        else:
            names |= url_names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)
    return names


def ask(client: Client, row: Row, address: str) -> Any:
    return getattr(client, row.method)(address, data=dict(row.data))


def test_once_has_a_row() -> None:
    assert sorted(url_names(get_resolver().url_patterns) - {row.url_name for row in ROWS}) == []


def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    assert sorted({row.url_name for row in ROWS} - url_names(get_resolver().url_patterns)) == []


@pytest.mark.parametrize(("row", "side"), CASES, ids=[f"{row.url_name}-{row.method}-{side}" for row, side in CASES])
def test_each_role_gets_what_the_matrix_says(client_of: ClientOf, world: dict[str, Side], row: Row, side: str) -> None:
    address = reverse(row.url_name, kwargs=row.kwargs(world, side))
    answers = {}
    for role in ROLES:
        with transaction.atomic():  # what one role does is undone before the next one asks
            answers[role] = ask(client_of(role), row, address).status_code
            transaction.set_rollback(True)
        cache.clear()
    assert answers == {role: row.expected(role, side) for role in ROLES}

    answer = ask(client_of("anonymous"), row, address)
    if row.is_public:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("core:sign-in"))
