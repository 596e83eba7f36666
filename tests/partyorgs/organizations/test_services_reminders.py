"""What people are told of terms: the right ones, at the right step, in words."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from associations.choices import PostTitle
from partyorgs.organizations.models import Affiliation, Election
from partyorgs.organizations.rules import term_reminder
from partyorgs.organizations.services.reminders import terms_coming_due, what_waits
from portal.core.choices import NoticeKind, Role
from portal.core.models import Notice, User
from portal.core.notices import send_reminders, write_digests
from tests import recipes
from tests.conftest import Side, make_user

pytestmark = pytest.mark.django_db

TERM = datetime.date(2026, 5, 1)  # when the term of each side's organization is over


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("today", "step"),
    (
        ("2025-10-31", None),
        ("2025-11-01", 6),
        ("2026-01-31", 6),
        ("2026-02-01", 3),
        ("2026-03-31", 3),
        ("2026-04-01", 1),
        ("2026-04-30", 1),
        ("2026-05-01", 0),
        ("2027-05-01", 0),
    ),
)
def test_a_term_is_reminded_of_six_three_and_one_month_before_and_once_it_is_over(today: str, step: int | None) -> None:
    assert term_reminder(TERM, day(today)) == step


@pytest.mark.parametrize(
    ("today", "words"),
    (
        ("2025-11-01", "任期将在6个月内（2026年5月1日）届满，请做好换届准备。"),
        ("2026-04-30", "任期将在1个月内（2026年5月1日）届满，请做好换届准备。"),
        ("2026-05-01", "任期已于2026年5月1日届满，应换届未换届，请尽快组织换届。"),
    ),
)
def test_the_committee_and_the_secretary_of_an_organization_are_told_of_its_term(
    own: Side, committee_user: User, secretary_user: User, today: str, words: str
) -> None:
    make_user(Role.PROVINCE, "陈省", committee=own.committee)
    (reminder,) = terms_coming_due(day(today))
    assert reminder.users == {committee_user.pk, secretary_user.pk}
    assert (reminder.text, reminder.url) == (f"{own.organization}{words}", f"/organizations/{own.organization.pk}/")


def test_each_hears_of_the_own_subtree_alone(
    world: dict[str, Side], committee_user: User, secretary_user: User
) -> None:
    elsewhere = recipes.user.make()
    recipes.grant.make(user=elsewhere, role=Role.COMMITTEE, committee=world["other"].committee)
    told = {reminder.url: reminder.users for reminder in terms_coming_due(TERM)}
    assert told == {
        f"/organizations/{world['own'].organization.pk}/": {committee_user.pk, secretary_user.pk},
        f"/organizations/{world['other'].organization.pk}/": {elsewhere.pk},
    }


def test_a_committee_above_hears_of_what_lies_below_it(own: Side) -> None:
    below = recipes.committee.make(parent=own.committee, path=recipes.path(1, parent=own.committee))
    own.oversight.committee = below
    own.oversight.save()
    above = make_user(Role.COMMITTEE, "上级", committee=own.committee)
    assert [reminder.users for reminder in terms_coming_due(TERM)] == [{above.pk}]


def test_nobody_is_told_of_an_organization_that_is_dissolved_covers_nobody_or_was_elected_anew(
    own: Side, committee_user: User
) -> None:
    dissolved = recipes.organization.make(ends_on=day("2026-01-01"))
    recipes.affiliation.make(organization=dissolved, association=own.association)
    recipes.organization.make()
    renewed = recipes.election.make(
        organization=own.organization, held_on=day("2026-04-20"), term_ends_on=day("2029-04-20")
    )
    assert list(terms_coming_due(TERM)) == []
    Election.objects.filter(pk=renewed.pk).delete()
    assert len(list(terms_coming_due(TERM))) == 1
    Affiliation.objects.filter(pk=own.affiliation.pk).update(ends_on=TERM)
    assert list(terms_coming_due(TERM)) == []


def test_closed_accounts_concern_nobody(own: Side, committee_user: User, secretary_user: User) -> None:
    User.objects.filter(pk=committee_user.pk).update(is_active=False)
    assert [reminder.users for reminder in terms_coming_due(TERM)] == [{secretary_user.pk}]


def test_a_term_is_told_once_a_step(own: Side, secretary_user: User) -> None:
    days = ("2025-11-01", "2025-11-02", "2026-02-01", "2026-04-01", "2026-05-01", "2026-06-01")
    assert [send_reminders(today=day(each)) for each in days] == [1, 0, 1, 1, 1, 0]


def test_terms_are_asked_for_as_often_for_many_as_for_one(own: Side, committee_user: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(terms_coming_due(TERM))
        return len(queries)

    few = cost()
    for _ in range(8):
        organization = recipes.organization.make()
        recipes.affiliation.make(organization=organization, association=own.association)
    assert (len(list(terms_coming_due(TERM))), cost()) == (9, few)


# --- the digest ---


def test_a_committee_s_digest_counts_overdue_terms_and_hard_cases_with_their_lists(
    own: Side, committee_user: User
) -> None:
    bare = recipes.association.make()
    recipes.oversight.make(association=bare, committee=own.committee)
    recipes.headcount.make(association=bare, formal=1)
    recipes.association_post.make(association=bare, title=PostTitle.CHAIR, begins_on=day("2024-01-01"))
    assert [(line.text, line.url) for line in what_waits(committee_user, TERM)] == [
        ("党组织应换届未换届 1 家", "/elections/?party_term=overdue"),
        ("协会应换届未换届 1 家", "/elections/?association_term=overdue"),
        ("党员不足无法建 1 家", "/hard-cases/too_few_members/"),
    ]


def test_a_secretary_s_digest_speaks_of_the_own_association_alone(world: dict[str, Side], secretary_user: User) -> None:
    own = world["own"].association
    assert [(line.text, line.url) for line in what_waits(secretary_user, TERM)] == [
        (f"{own.name}：党组织应换届未换届", f"/associations/{own.pk}/"),
        (f"{own.name}：协会应换届未换届", f"/associations/{own.pk}/"),
    ]


@pytest.mark.parametrize("role", ("viewer", "inspector", "auditor", "sysadmin", "secadmin"))
def test_whoever_can_do_nothing_about_it_hears_nothing(
    request: pytest.FixtureRequest, world: dict[str, Side], role: str
) -> None:
    assert list(what_waits(request.getfixturevalue(f"{role}_user"), TERM)) == []


def test_the_pages_of_a_digest_open_for_its_reader(own: Side, client_of: object, committee_user: User) -> None:
    write_digests(week_of=TERM, today=TERM, progress=lambda *_: None)
    lines = Notice.objects.get(user=committee_user, kind=NoticeKind.DIGEST).lines
    client = client_of("committee")  # type: ignore[operator]
    assert [client.get(line["url"]).status_code for line in lines] == [200] * 2
