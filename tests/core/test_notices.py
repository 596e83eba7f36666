"""Notices: one thing once, a bell, a digest a week, reminders of dates alone."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core import notices
from portal.core.choices import JobStatus, NoticeKind, Role
from portal.core.models import Job, Notice, User
from portal.core.notices import (
    DigestLine,
    DigestSource,
    Reminder,
    ReminderSource,
    forget_read_notices,
    notify,
    read_all_notices,
    read_notice,
    send_reminders,
    unread_count,
    write_digests,
)
from portal.core.tasks import catch_up_slots, enqueue_slot, run_job
from tests import recipes
from tests.conftest import ClientOf, make_user

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 11, 23)
LIST = "/notices/"
# A sitting of the frame: session, user, grants; what the list adds: count, bell, page, newest.
LIST_QUERIES = 7


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], list[Any]]:
    """Return the two registries, empty: what the apps registered is tested with the apps."""
    digests: list[Any] = []
    reminders: list[Any] = []
    monkeypatch.setattr(notices, "_DIGESTS", digests)
    monkeypatch.setattr(notices, "_REMINDERS", reminders)
    return digests, reminders


def at(day: str, clock: str = "12:00") -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T{clock}:00+08:00")


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def tell(*users: User | int, key: str = "report:1", text: str = "季报已退回，请更正。") -> int:
    return notify(users=users, kind=NoticeKind.TASK, key=key, text=text, url="/")


def without_progress(done: int, total: int, note: str = "") -> None:
    pass


# --- telling ---


def test_the_same_thing_is_told_once_to_each(province_user: User, committee_user: User) -> None:
    assert [tell(province_user), tell(province_user, committee_user.pk), tell(province_user, committee_user)] == [
        1,
        1,
        0,
    ]
    assert [told(province_user), told(committee_user)] == [["季报已退回，请更正。"], ["季报已退回，请更正。"]]


def test_a_closed_account_and_one_that_is_gone_are_told_nothing(province_user: User) -> None:
    closed = recipes.user.make(is_active=False)
    assert tell(closed, 999_999, province_user) == 1


def test_many_are_told_in_as_many_statements_as_one() -> None:
    users = recipes.user.make(_quantity=40)
    with CaptureQueriesContext(connection) as few:
        tell(users[0])
    with CaptureQueriesContext(connection) as many:
        told_now = tell(*users)
    assert (told_now, len(many)) == (39, len(few))


@pytest.mark.parametrize("url", ("https://elsewhere.example/", "//elsewhere.example/", ""))
def test_a_notice_never_leads_out_of_the_portal(province_user: User, url: str) -> None:
    with pytest.raises(ValueError, match="leads out of the portal"):
        notify(users=[province_user], kind=NoticeKind.TASK, key="x", text="x", url=url)
    with pytest.raises(IntegrityError), transaction.atomic():
        recipes.notice.make(url=url)


# --- reading ---


def test_a_notice_read_keeps_the_moment_it_was_first_read(province_user: User) -> None:
    notice = recipes.notice.make(user=province_user)
    with time_machine.travel(at("2026-11-23")):
        read_notice(notice=notice, actor=province_user)
    with time_machine.travel(at("2026-11-24")):
        read_notice(notice=notice, actor=province_user)
    assert notice.read_at == at("2026-11-23")


def test_reading_all_leaves_what_came_later_and_what_is_another_s(province_user: User, committee_user: User) -> None:
    seen = recipes.notice.make(user=province_user, _quantity=3)
    recipes.notice.make(user=committee_user)
    later = recipes.notice.make(user=province_user)
    assert read_all_notices(actor=province_user, until=seen[-1].pk) == 3
    assert list(Notice.objects.unread().filter(user=province_user)) == [later]
    assert unread_count(committee_user) == 1


def test_opening_a_notice_marks_it_as_read_and_leads_on(client_of: ClientOf, province_user: User) -> None:
    notice = recipes.notice.make(user=province_user, url="/targets/")
    answer = client_of("province").post(reverse("core:notice-open", args=[notice.pk]))
    notice.refresh_from_db()
    assert (answer.status_code, answer.url, notice.read_at is None) == (302, "/targets/", False)


def test_looking_at_the_list_or_at_a_notice_by_its_address_marks_nothing(
    client_of: ClientOf, province_user: User
) -> None:
    notice = recipes.notice.make(user=province_user)
    client = client_of("province")
    client.get(LIST)
    assert client.get(reverse("core:notice-open", args=[notice.pk])).status_code == 405
    assert unread_count(province_user) == 1


def test_the_button_marks_all_that_stood_on_the_page(client_of: ClientOf, province_user: User) -> None:
    recipes.notice.make(user=province_user, _quantity=25)
    client = client_of("province")
    newest = client.get(LIST).context["newest"]
    recipes.notice.make(user=province_user, text="后来的")
    answer = client.post(reverse("core:notices-read"), {"until": newest}, follow=True)
    assert [notice.text for notice in answer.context["page_obj"] if notice.is_unread] == ["后来的"]
    assert "已将 25 条通知标为已读" in answer.content.decode()


def test_the_list_has_the_unread_first_and_of_each_the_newest(client_of: ClientOf, province_user: User) -> None:
    for text, read_at in (("一", None), ("二", at("2026-11-23")), ("三", None), ("四", at("2026-11-20"))):
        recipes.notice.make(user=province_user, text=text, read_at=read_at)
    client = client_of("province")
    assert [notice.text for notice in client.get(LIST).context["page_obj"]] == ["三", "一", "四", "二"]
    assert [notice.text for notice in client.get(LIST, {"state": "read"}).context["page_obj"]] == ["四", "二"]
    assert [notice.text for notice in client.get(LIST, {"state": "unread"}).context["page_obj"]] == ["三", "一"]


def test_nobody_sees_another_s_notices(client_of: ClientOf, province_user: User, committee_user: User) -> None:
    recipes.notice.make(user=committee_user, text="只给行业党委的")
    page = client_of("province").get(LIST)
    assert (page.context["page_obj"].paginator.count, "只给行业党委的" in page.content.decode()) == (0, False)


@pytest.mark.parametrize("rows", (1, 15))
def test_the_list_asks_as_often_for_many_as_for_one(
    client_of: ClientOf, province_user: User, rows: int, django_assert_num_queries: Any
) -> None:
    recipes.notice.make(user=province_user, _quantity=rows)
    client = client_of("province")
    with django_assert_num_queries(LIST_QUERIES):
        client.get(LIST)


# --- the bell ---


@pytest.mark.parametrize(
    ("unread", "words"), ((0, 'aria-label="通知"'), (3, 'aria-label="通知，3 条未读"'), (120, ">99+<"))
)
def test_the_bell_of_every_page_says_how_many_are_unread(
    client_of: ClientOf, auditor_user: User, unread: int, words: str
) -> None:
    for _ in range(unread):
        recipes.notice.make(user=auditor_user)
    recipes.notice.make(user=auditor_user, read_at=at("2026-11-23"))
    assert client_of("auditor").get(reverse("core:audit-list")).content.decode().count(words) == 1


def test_the_bell_costs_a_page_one_query(client_of: ClientOf, auditor_user: User) -> None:
    recipes.notice.make(user=auditor_user, _quantity=5)
    client = client_of("auditor")
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("core:audit-list"))
    assert len([query for query in queries if "core_notice" in query["sql"]]) == 1


def test_who_has_no_role_has_no_bell(client: Any) -> None:
    client.force_login(recipes.user.make())
    assert "notices/" not in client.get(reverse("core:password-change")).content.decode()


# --- the digest ---


def waiting(lines: list[DigestLine]) -> DigestSource:
    def source(user: User, today: datetime.date) -> list[DigestLine]:
        return lines

    return source


def day_asked(user: User, today: datetime.date) -> list[DigestLine]:
    return [DigestLine(f"截至{today}", LIST)]


def coming_due(reminders: list[Reminder]) -> ReminderSource:
    def source(today: datetime.date) -> list[Reminder]:
        return reminders

    return source


def digests(today: datetime.date = MONDAY, week_of: datetime.date = MONDAY) -> int:
    return write_digests(week_of=week_of, today=today, progress=without_progress)


def test_a_week_has_one_digest_a_person_with_all_that_waits(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[0].append(waiting([DigestLine("季报待审核 3 份", "/"), DigestLine("整改逾期 1 项", "/targets/")]))
    sources[0].append(day_asked)
    assert [digests(), digests(), digests(MONDAY + datetime.timedelta(days=6))] == [1, 0, 0]
    notice = Notice.objects.get(user=province_user)
    assert (notice.kind, notice.key, notice.url) == (NoticeKind.DIGEST, "digest:2026-48", "/")
    assert notice.text == "本周待办 3 类"
    assert [(line["text"], line["url"]) for line in notice.lines] == [
        ("季报待审核 3 份", "/"),
        ("整改逾期 1 项", "/targets/"),
        ("截至2026-11-23", LIST),
    ]


def test_the_next_week_has_a_digest_of_its_own(sources: tuple[list[Any], list[Any]], province_user: User) -> None:
    sources[0].append(waiting([DigestLine("季报待审核 3 份", "/")]))
    digests()
    next_week = MONDAY + datetime.timedelta(days=7)
    assert digests(next_week, next_week) == 1


def test_where_nothing_waits_nothing_is_said(sources: tuple[list[Any], list[Any]], province_user: User) -> None:
    sources[0].append(waiting([]))
    assert (digests(), Notice.objects.count()) == (0, 0)


def test_sources_are_not_asked_about_people_without_a_role(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    asked: list[User] = []

    def source(user: User, today: datetime.date) -> list[DigestLine]:
        asked.append(user)
        return []

    sources[0].append(source)
    recipes.user.make()
    make_user(Role.INSPECTOR, "停用")
    User.objects.filter(name="停用").update(is_active=False)
    digests()
    assert asked == [province_user]


def test_a_digest_of_one_thing_says_it_and_leads_there(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[0].append(waiting([DigestLine("季报待审核 3 份", "/targets/")]))
    digests()
    notice = Notice.objects.get()
    assert (notice.text, notice.url, notice.lines) == ("本周待办：季报待审核 3 份", "/targets/", [])


def test_a_missed_monday_is_made_up_for_in_its_own_week(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[0].append(day_asked)
    with time_machine.travel(at("2026-11-25", "09:00")):  # Wednesday
        enqueue_slot("weekly_digest", "weekly")
        job = Job.objects.get(kind="weekly_digest")
        run_job(job.pk)
        job.refresh_from_db()
    assert (job.key, job.status, job.result) == ("weekly_digest:2026-11-23", JobStatus.DONE, {"notices": 1})
    assert list(Notice.objects.values_list("key", "text")) == [("digest:2026-48", "本周待办：截至2026-11-25")]


# --- reminders ---


def reminder(user: User, name: str) -> Reminder:
    return Reminder(frozenset({user.pk}), f"term:{name}", f"{name}任期将届满。", "/targets/")


def test_a_reminder_comes_once_however_often_its_source_tells_it(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[1].append(coming_due([reminder(province_user, "甲")]))
    days = [MONDAY + datetime.timedelta(days=passed) for passed in range(3)]
    assert [send_reminders(today=day) for day in days] == [1, 0, 0]
    assert told(province_user) == ["甲任期将届满。"]


def test_of_many_reminders_on_one_morning_one_line_is_unread_and_all_are_listed(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[1].append(coming_due([reminder(province_user, name) for name in "甲乙丙丁"]))
    assert [send_reminders(today=MONDAY), send_reminders(today=MONDAY)] == [5, 0]
    unread = Notice.objects.get(user=province_user, read_at=None)
    assert (unread.text, Notice.objects.count()) == ("11月23日有 4 项到期提醒，已逐项列在通知中。", 5)


def test_three_reminders_on_one_morning_stand_for_themselves(
    sources: tuple[list[Any], list[Any]], province_user: User
) -> None:
    sources[1].append(coming_due([reminder(province_user, name) for name in "甲乙丙"]))
    send_reminders(today=MONDAY)
    assert unread_count(province_user) == 3


def test_the_clock_brings_digest_and_reminders(sources: tuple[list[Any], list[Any]], province_user: User) -> None:
    sources[0].append(waiting([DigestLine("待审核", "/")]))
    sources[1].append(coming_due([reminder(province_user, "甲")]))
    with time_machine.travel(at("2026-11-23", "08:00")):
        catch_up_slots()
        for job in Job.objects.filter(kind__in=("weekly_digest", "send_reminders")):
            run_job(job.pk)
    assert sorted(Notice.objects.values_list("key", flat=True)) == ["digest:2026-48", "term:甲"]


# --- what is kept ---


def test_what_was_read_half_a_year_ago_goes_and_what_nobody_read_stays(province_user: User) -> None:
    with time_machine.travel(at("2026-01-01")):
        recipes.notice.make(user=province_user, text="读过的", read_at=at("2026-01-01"))
        recipes.notice.make(user=province_user, text="没读的")
        recipes.notice.make(user=province_user, text="近来读的", read_at=at("2026-05-26"))
    with time_machine.travel(at("2026-11-22")):
        assert forget_read_notices() == 1
    assert told(province_user) == ["没读的", "近来读的"]
