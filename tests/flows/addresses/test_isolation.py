"""What holds for every page at once: looking changes nothing, and nobody meets a trace of another subtree."""

import io
import re
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import ClientOf, Side
from tests.flows.addresses.test_access_matrix import ROWS
from tests.flows.matrix import ROLES, Row

pytestmark = pytest.mark.once

# A look is recorded and a session is kept; nothing else is written by reading.
WRITTEN_BY_LOOKING = ("core_auditentry", "core_audithead", "django_session")
LOOKS = [row for row in ROWS if row.method == "get" and not row.is_public]
SCOPED_ROLES = ("committee", "secretary", "viewer")
SCOPED_LOOKS = [(row, role) for row in LOOKS for role in SCOPED_ROLES if row.own.get(role) == 200]


def writes(queries: list[dict[str, str]]) -> list[str]:
    found = (re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]) for query in queries)
    return [match[0] for match in found if match and match[1] not in WRITTEN_BY_LOOKING]


@pytest.mark.parametrize("row", LOOKS, ids=[row.url_name for row in LOOKS])
def test_looking_at_a_page_writes_nothing(client_of: ClientOf, world: dict[str, Side], row: Row) -> None:
    role = next((role for role in ROLES if row.own.get(role) == 200), "province")
    client, address = client_of(role), reverse(row.url_name, kwargs=row.kwargs(world, "own"))
    with CaptureQueriesContext(connection) as queries:
        client.get(address, data=dict(row.data))
    assert writes(queries.captured_queries) == []


def told(answer: Any) -> str:
    """Return all text of an answer, a workbook unpacked."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"\n".join(archive.read(name) for name in archive.namelist())
    return str(content.decode(errors="replace"))


@pytest.mark.parametrize(("row", "role"), SCOPED_LOOKS, ids=[f"{row.url_name}-{role}" for row, role in SCOPED_LOOKS])
def test_nobody_meets_a_trace_of_another_subtree(
    client_of: ClientOf, world: dict[str, Side], row: Row, role: str
) -> None:
    client, address = client_of(role), reverse(row.url_name, kwargs=row.kwargs(world, "own"))
    for parameters in ({}, {"search": world["other"].name[:1]}, {"export": "xlsx"}):
        answer = client.get(address, data={**row.data, **parameters})
        assert re.findall(f".{{0,40}}{world['other'].name}.{{0,40}}", told(answer)) == []
