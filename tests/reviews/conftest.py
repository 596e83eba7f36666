"""A small made-up country and the people who write its reports."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from associations.models import Association
from partyorgs.organizations.models import Affiliation, OrganizationSetup, PartyOrganization
from portal.core.choices import Role
from portal.core.models import Committee, User
from portal.demo.country import build_country
from portal.demo.reports import build_reports
from reviews.supervision.models import SupervisionReport
from reviews.supervision.services.building import build_report, request_report
from tests import recipes
from tests.conftest import make_user
from tests.reviews.reports.rounds import quarterly_version

TODAY = datetime.date(2026, 11, 24)
AS_OF = datetime.date(2026, 9, 30)


@pytest.fixture
def country(db: None) -> Committee:
    """Forty associations under twenty-odd committees, nine quarters of history."""
    return build_country(associations=40, today=TODAY)


@pytest.fixture(scope="module")
def country_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """The same for a module whose tests all want it, built once in a transaction around them; the number of its root.

    Each test takes back what it did itself. A module takes it by a `country` of its own.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        committee = build_country(associations=40, today=TODAY)
        connection.run_on_commit.clear()  # what is asked for after a commit is asked for by each test
        yield committee.pk
        transaction.set_rollback(True)


@pytest.fixture
def writer(country: Committee) -> User:
    return make_user(Role.PROVINCE, "陈省", committee=country)


@pytest.fixture
def signer(country: Committee) -> User:
    user = recipes.user.make(username="signer", name="许签")
    user.grants.create(role=Role.PROVINCE, committee=country)
    return user


@pytest.fixture
def recipient(country: Committee) -> User:
    """Somebody of the committee that has the most associations."""
    user = recipes.user.make(username="recipient", name="林收")
    user.grants.create(role=Role.COMMITTEE, committee=country.children.order_by("path").last())
    return user


@pytest.fixture
def reported(country: Committee, writer: User, recipient: User) -> Committee:
    """The same country with its quarterly reports: two rounds that are over, one that is open."""
    build_reports(root=country, version=quarterly_version(), today=TODAY, province=writer, reviewer=recipient)
    return country


DraftOf = Callable[..., SupervisionReport]


def made_draft(writer: User, committee: Committee, as_of: datetime.date = AS_OF) -> SupervisionReport:
    """Ask for a report and have it built."""
    report = request_report(
        committee=committee, as_of=as_of, today=TODAY, actor=writer, result_url="/supervision-reports/{pk}/"
    )
    return build_report(report=report, actor=writer)


@pytest.fixture
def draft_of(writer: User, country: Committee) -> DraftOf:
    """Return a function that asks for a report and has it built."""

    def draft(as_of: datetime.date = AS_OF, committee: Committee = country) -> SupervisionReport:
        return made_draft(writer, committee, as_of)

    return draft


def cover_one_more(day: datetime.date) -> Association:
    """Found an organization for the first association without one, from `day` on."""
    covered = Affiliation.objects.values("association")
    association = Association.objects.live_at(day).exclude(pk__in=covered).order_by("pk")[0]
    organization: PartyOrganization = recipes.organization.make(begins_on=day)
    OrganizationSetup.objects.create(organization=organization, setup="own", stated_on=day)
    recipes.affiliation.make(organization=organization, association=association, begins_on=day)
    return association
