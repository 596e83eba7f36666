"""A world with a person of each role for tests that ask every address: built once a module, so that asking is what they cost."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from portal.core.choices import Role
from tests.conftest import ClientOf, Side, make_province, make_side, make_user
from tests.flows.matrix import ROLES


@dataclass(frozen=True)
class Everybody:
    """Both halves of a province and the number of each role's session."""

    world: dict[str, Side]
    sessions: dict[str, str]


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Everybody]:
    """Return them, kept in a transaction around the module's tests; each test takes back what it did itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        province = make_province()
        own, other = make_side(province, 1, "家具"), make_side(province, 2, "钟表")
        scopes = {
            "province": {"committee": province},
            "committee": {"committee": own.committee},
            "secretary": {"association_id": own.association.pk},
            "viewer": {"authority_id": own.authority.pk},
        }
        sessions = {}
        for role in ROLES:
            client = Client()
            client.force_login(make_user(Role(role), role, **scopes.get(role, {})))
            sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        connection.run_on_commit.clear()  # what is asked for after a commit is asked for by each test
        yield Everybody({"own": own, "other": other}, sessions)
        transaction.set_rollback(True)


@pytest.fixture
def world(everybody: Everybody, db: None) -> dict[str, Side]:
    """Return rows that a test may change without the next one seeing it."""
    return copy.deepcopy(everybody.world)


@pytest.fixture
def client_of(everybody: Everybody, db: None) -> ClientOf:
    """Return a client signed in as a role; `anonymous` is nobody."""

    def signed_in(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.cookies[settings.SESSION_COOKIE_NAME] = everybody.sessions[role]
        return client

    return signed_in
