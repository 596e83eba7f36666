"""What tests start from: one person of each role, two committees with a full association each, a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from portal.celery import app as celery_app
from portal.core.choices import CommitteeKind, Role
from portal.core.models import Committee, Grant, User
from tests import databases, recipes
from tests.flows.machines import Machines
from tests.reviews.questionnaires.toy import ElectionAttachment, ElectionComment, ElectionSheet, ElectionStep

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django.live_server_helper import LiveServer

# How long an example takes says how busy the machine is; what is slow is measured by a benchmark.
settings.register_profile("portal", deadline=None)
settings.load_profile("portal")

ClientOf = Callable[[str], Client]
PageOf = Callable[..., "Page"]


_ASKS_FOR_ROWS = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out of the pass on PostgreSQL what cannot differ there from the pass on SQLite.

    That is what may not touch a database, and what is marked `once`: it walks every address for answers that views and
    querysets decide (each of these pages is asked on PostgreSQL by the tests of its own), or does at length what a smaller
    test does there. Coverage is not measured of tests in a browser and of slow ones, whose time it would double.
    """
    for item in items:
        if any(item.get_closest_marker(name) for name in ("browser", "slow")):
            item.add_marker("no_cover")
    if connection.vendor != "postgresql":
        return
    asking, others = [], []
    for item in items:
        uses = set(getattr(item, "fixturenames", ()))
        has_rows = bool(uses & _ASKS_FOR_ROWS) or item.get_closest_marker("django_db") is not None
        is_told_already = any(item.get_closest_marker(name) for name in ("once", "sqlite"))
        (asking if has_rows and not is_told_already else others).append(item)
    items[:] = asking
    config.hook.pytest_deselected(items=others)


MIGRATED = Path(__file__).resolve().parents[1] / ".pytest_cache"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Start from the migrated database that an earlier process kept, where there is one."""
    return databases.preload(MIGRATED)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Keep what was migrated, and make the tables of the toy cycle: its models are known wherever tests are collected."""
    with django_db_blocker.unblock():
        databases.keep(MIGRATED)
        with connection.schema_editor() as editor:
            for model in (ElectionSheet, ElectionStep, ElectionComment, ElectionAttachment):
                editor.create_model(model)


@pytest.fixture(autouse=True)
def _no_figures_of_another_test() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


# --- the tree: a province, two committees, an association with every kind of row under each ---


def make_province() -> Committee:
    return recipes.committee.make(
        name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, parent=None, path=recipes.path(1)
    )


@pytest.fixture
def province(db: None) -> Committee:
    return make_province()


@dataclass(frozen=True)
class Side:
    """One committee's half of the province. `name` is part of every name in it, so that a trace of it is found."""

    name: str
    committee: Committee
    authority: Any
    association: Any
    oversight: Any
    charter_clause: Any
    decoupling: Any
    headcount: Any
    person: Any
    membership: Any
    post: Any
    daily_work: Any
    organization: Any
    setup: Any
    election: Any
    affiliation: Any
    party_post: Any
    instructor: Any
    talk: Any
    target: Any
    upload: Any


def make_side(province: Committee, number: int, name: str) -> Side:
    """Fill one committee with an association that has a row of everything."""
    committee = recipes.committee.make(
        name=f"{name}行业党委", parent=province, path=recipes.path(number, parent=province)
    )
    authority = recipes.authority.make(name=f"省主管{number}厅")  # reference data, which everybody may read
    association = recipes.association.make(name=f"江苏省{name}行业协会", competent_authority=authority)
    person = recipes.person.make(name=f"{name}王建国")
    organization = recipes.organization.make(name=f"中共江苏省{name}行业协会支部委员会")
    post = recipes.association_post.make(association=association, person=person)
    recipes.known_as.make(association=association, person=person, name=person.name)
    return Side(
        name=name,
        committee=committee,
        authority=authority,
        association=association,
        oversight=recipes.oversight.make(association=association, committee=committee),
        charter_clause=recipes.charter_clause.make(association=association),
        decoupling=recipes.decoupling.make(association=association),
        headcount=recipes.headcount.make(association=association),
        person=person,
        membership=recipes.party_membership.make(person=person),
        post=post,
        daily_work=recipes.daily_work.make(post=post),
        organization=organization,
        setup=recipes.organization_setup.make(organization=organization),
        election=recipes.election.make(organization=organization),
        affiliation=recipes.affiliation.make(organization=organization, association=association),
        party_post=recipes.party_post.make(organization=organization, association=association, person=person),
        instructor=recipes.instructor.make(association=association, person=person),
        talk=recipes.founding_talk.make(association=association),
        target=recipes.target.make(committee=committee),
        upload=recipes.ledger_upload.make(committee=committee),
    )


@pytest.fixture
def own(province: Committee) -> Side:
    return make_side(province, 1, "家具")


@pytest.fixture
def other(province: Committee) -> Side:
    return make_side(province, 2, "钟表")


@pytest.fixture
def world(own: Side, other: Side) -> dict[str, Side]:
    """Both halves: the committee user, the secretary and the viewer belong to `own`."""
    return {"own": own, "other": other}


# --- a person of each role ---


def make_user(role: Role, name: str, **scope: Any) -> User:
    user = recipes.user.make(username=str(role), name=name)
    Grant.objects.create(user=user, role=role, **scope)
    return user


@pytest.fixture
def province_user(province: Committee) -> User:
    return make_user(Role.PROVINCE, "陈省", committee=province)


@pytest.fixture
def committee_user(own: Side) -> User:
    return make_user(Role.COMMITTEE, "林委", committee=own.committee)


@pytest.fixture
def secretary_user(own: Side) -> User:
    return make_user(Role.SECRETARY, "赵书", association_id=own.association.pk)


@pytest.fixture
def inspector_user(db: None) -> User:
    return make_user(Role.INSPECTOR, "钱查")


@pytest.fixture
def viewer_user(own: Side) -> User:
    return make_user(Role.VIEWER, "孙阅", authority_id=own.authority.pk)


@pytest.fixture
def sysadmin_user(db: None) -> User:
    return make_user(Role.SYSADMIN, "李系")


@pytest.fixture
def secadmin_user(db: None) -> User:
    return make_user(Role.SECADMIN, "周密")


@pytest.fixture
def auditor_user(db: None) -> User:
    return make_user(Role.AUDITOR, "吴审")


@pytest.fixture
def user_of(request: pytest.FixtureRequest, db: None) -> Callable[[str], User]:
    """Return the person of a role, made when first asked for; the database is asked for by name, or nothing is undone."""
    return lambda role: request.getfixturevalue(f"{role}_user")


@pytest.fixture
def client_of(user_of: Callable[[str], User]) -> ClientOf:
    """Return a client signed in as a role; `anonymous` is nobody."""

    def signed_in(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.force_login(user_of(role))
        return client

    return signed_in


# --- the server: Redis, workers and beats as processes ---


@pytest.fixture
def machines(transactional_db: None, tmp_path: Path) -> Iterator[Machines]:
    """Return what starts a server's processes; jobs of the test go to them, not to this process."""
    before, celery_app.conf.task_always_eager = celery_app.conf.task_always_eager, False
    machines = Machines(tmp_path)
    yield machines
    machines.stop()
    celery_app.conf.task_always_eager = before


# --- the browser ---

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",  # date fields look as they do to the people who use them
]


BROWSER_PATIENCE = 90_000  # milliseconds: several browsers share a core, and a job runs within its request


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 -- most runs need no browser

    expect.set_options(timeout=BROWSER_PATIENCE)

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the synchronous API runs a loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"), args=CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_of(browser: Browser, live_server: LiveServer, client_of: ClientOf) -> Iterator[PageOf]:
    """Return a browser page signed in as a role: `page_of("province", width=390, height=844)`; `goto` takes bare paths.

    Whatever the console calls an error (a refused script or style, a missing file) fails the test, unless the test takes
    the server away and says so: `page_of("secretary", loses_server=True)`.
    """
    contexts, faults = [], []

    def heard(page: Page, message: ConsoleMessage) -> None:
        # That the page itself was refused is for the test to judge.
        if message.type == "error" and message.location["url"] != page.url:
            faults.append(message.text)

    def open_page(
        role: str = "anonymous", *, width: int = 1440, height: int = 900, loses_server: bool = False, **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(BROWSER_PATIENCE)
        cookies = client_of(role).cookies
        context.add_cookies(
            [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in cookies.items()]
        )
        page = context.new_page()
        if not loses_server:
            page.on("console", lambda message: heard(page, message))
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Return a check: axe finds nothing serious or critical on the page."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 -- as above

    def check(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        assert [
            (violation["id"], [node["html"] for node in violation["nodes"]])
            for violation in violations
            if violation["impact"] in {"serious", "critical"}
        ] == []

    return check


DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def assert_usable(assert_accessible: Callable[[Page], None]) -> Callable[..., None]:
    """Return a check of addresses: each is accessible, and scrolls sideways neither on a desk nor on a phone."""

    def check(page: Page, *addresses: str) -> None:
        for address in addresses:
            page.set_viewport_size(DESK)
            page.goto(address)
            assert_accessible(page)
            for size in (DESK, PHONE):
                page.set_viewport_size(size)
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (address, size)

    return check
