"""Pages at two sizes of the country in one run: the same number of queries, and how time grows with ten times the rows.

A figure here is a ratio; the machine's own speed says nothing. Run with `make bench`.
"""

import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from associations.models import Association
from portal.core.choices import Role
from portal.core.models import Committee, Grant, User

SMALL, LARGE, ROUNDS = 400, 4000, 3
PAGES = (
    "/",
    "/coverage/",
    "/figures/org_coverage/",
    "/figures/leader_party_ratio/",
    "/associations/",
    "/associations/?search=js",
    "/people/",
    "/organizations/",
    "/instructors/",
    "/elections/",
    "/cross-appointments/",
    "/hard-cases/too_few_members/",
    "/targets/",
)


def measured(associations: int) -> dict[str, tuple[int, float]]:
    """Return, for each page, its queries and the median CPU seconds without any cached figure."""
    call_command("seed_scale", associations=associations)
    user = User.objects.create(username="bench", name="测量")
    Grant.objects.create(user=user, role=Role.PROVINCE, committee=Committee.objects.get(parent=None))
    client = Client()
    client.force_login(user)
    found = {}
    for page in PAGES:
        queries: list[str] = []

        def counted(execute: Any, sql: str, *rest: Any, into: list[str] = queries) -> Any:
            into.append(sql)
            return execute(sql, *rest)

        seconds = []
        for _ in range(ROUNDS):
            cache.clear()
            queries.clear()
            started = time.process_time()
            with connection.execute_wrapper(counted):
                assert client.get(page).status_code == 200
            seconds.append(time.process_time() - started)
        found[page] = (len(queries), median(seconds))
    return found


@pytest.fixture
def _room(db: None) -> Iterator[None]:
    assert not Association.objects.exists()
    yield
    cache.clear()


@pytest.mark.usefixtures("_room")
def test_pages_ask_as_often_for_many_associations_as_for_few() -> None:
    with transaction.atomic():
        small = measured(SMALL)
        transaction.set_rollback(True)
    large = measured(LARGE)
    print(f"\n{'page':34} queries {SMALL} → {LARGE}   CPU ×{LARGE // SMALL} rows")
    for page in PAGES:
        (few, quick), (many, slow) = small[page], large[page]
        print(f"{page:34} {few:7} → {many:<7} × {slow / quick:.1f}")
    assert {page: queries for page, (queries, _) in large.items()} == {
        page: queries for page, (queries, _) in small.items()
    }
