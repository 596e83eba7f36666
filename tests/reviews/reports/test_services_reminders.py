"""Whom quarterly reports tell what, and when: a deadline before it comes, those above when it is long past, what waits."""

import datetime

import pytest

from portal.core.models import Committee, Notice, User
from portal.core.notices import digest_of, escalate, send_reminders
from portal.core.operator_account import operator_at_work
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.services.reviewing import lock_expired
from reviews.reports.access import can_file
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import Difficulty, PostChange
from tests import recipes
from tests.conftest import Side
from tests.reviews.reports.rounds import DUE_ON, OPENED_ON, QUARTER, TODAY, report_of, round_of

AFTER_14, AFTER_15 = (DUE_ON + datetime.timedelta(days=days) for days in (14, 15))


@pytest.fixture
def round_(province: Committee) -> ReportRound:
    return round_of(province)


def told(user: User) -> list[str]:
    notices = Notice.objects.filter(user=user, key__startswith="report").order_by("pk")
    return [notice.text for notice in notices]


# --- reminders ---


# The last day is Friday 25 October 2024: three working days before it is Tuesday the 22nd.
@pytest.mark.parametrize(
    ("days", "texts"),
    (
        ((21,), []),
        ((22, 23), ["2024-10-25 截止，还没有提交。"]),
        ((22, 25, 25), ["2024-10-25 截止，还没有提交。", "今天截止，还没有提交。"]),
        ((26,), []),
    ),
)
def test_a_filer_is_told_three_working_days_before_the_deadline_and_on_the_day(
    round_: ReportRound, own: Side, secretary_user: User, days: tuple[int, ...], texts: list[str]
) -> None:
    report = report_of(own.association, round_)
    for day in days:
        send_reminders(today=datetime.date(2024, 10, day))
    assert told(secretary_user) == [f"{report}{text}" for text in texts]


@pytest.mark.parametrize("status", (SheetStatus.SUBMITTED, SheetStatus.RETURNED, SheetStatus.APPROVED))
def test_whoever_has_filed_is_told_nothing(
    round_: ReportRound, own: Side, secretary_user: User, status: SheetStatus
) -> None:
    report_of(own.association, round_, status)
    send_reminders(today=DUE_ON)
    assert told(secretary_user) == []


def test_a_later_deadline_is_told_anew(round_: ReportRound, own: Side, secretary_user: User) -> None:
    report = report_of(own.association, round_)
    send_reminders(today=DUE_ON)
    report.due_on = datetime.date(2024, 11, 1)
    report.save()
    send_reminders(today=datetime.date(2024, 10, 30))
    assert told(secretary_user) == [f"{report}今天截止，还没有提交。", f"{report}2024-11-01 截止，还没有提交。"]


@pytest.mark.parametrize(
    ("status", "due_on", "lines"),
    (
        (SheetStatus.DRAFT, DUE_ON, []),
        (SheetStatus.DRAFT, AFTER_14, ["1 份季报待填报"]),
        (SheetStatus.RETURNED, DUE_ON, ["1 份季报待填报"]),
    ),
)
def test_after_the_end_of_a_round_nobody_is_told_to_file_what_cannot_be_filed(
    own: Side, secretary_user: User, status: SheetStatus, due_on: datetime.date, lines: list[str]
) -> None:
    round_ = round_of(Committee.objects.get(parent=None), RoundStatus.CLOSED)
    report = report_of(own.association, round_, status, due_on=due_on)
    assert lines_of(secretary_user) == lines
    assert (can_file(secretary_user, report) is None) == bool(lines)


# --- escalation ---


def test_a_committee_learns_once_of_all_that_are_overdue_by_more_than_14_days(
    round_: ReportRound, own: Side, other: Side, committee_user: User, province_user: User
) -> None:
    second = recipes.association.make()
    recipes.oversight.make(association=second, committee=own.committee)
    for association in (own.association, second, other.association):
        report_of(association, round_)

    escalate(today=AFTER_14)
    assert told(committee_user) == []
    for day in (AFTER_15, AFTER_15 + datetime.timedelta(days=1)):
        escalate(today=day)

    assert told(committee_user) == ["2024年第三季度季报：有 2 家协会逾期超过 14 天没有填报。"]
    assert told(province_user) == []


def test_what_was_extended_is_not_overdue(round_: ReportRound, own: Side, committee_user: User) -> None:
    report_of(own.association, round_, due_on=AFTER_15)
    escalate(today=AFTER_15)
    assert told(committee_user) == []


# --- the digest ---


def lines_of(user: User) -> list[str]:
    digest = digest_of(user, "digest:2024-42", TODAY)
    if digest is None:
        return []
    lines = [line["text"] for line in digest.lines] or [digest.text.removeprefix("本周待办：")]
    return [line for line in lines if "季报" in line or "班子" in line or "困难" in line]


def test_a_committee_is_told_what_waits_for_it_a_secretary_what_is_owed(
    round_: ReportRound, own: Side, other: Side, committee_user: User, secretary_user: User
) -> None:
    report_of(own.association, round_)
    second = recipes.association.make()
    recipes.oversight.make(association=second, committee=own.committee)
    kept = report_of(second, round_, SheetStatus.APPROVED)
    waiting = recipes.association.make()
    recipes.oversight.make(association=waiting, committee=own.committee)
    report_of(waiting, round_, SheetStatus.SUBMITTED)
    report_of(other.association, round_, SheetStatus.SUBMITTED)
    PostChange.objects.create(report=kept, person="李红", title="委员", is_appointment=True, since=OPENED_ON)
    Difficulty.objects.create(report=kept, kind="活动场所", text="没有固定的党员活动室")

    assert lines_of(committee_user) == ["1 份季报待审核", "1 条班子变动待办理", "1 条困难诉求待答复"]
    assert lines_of(secretary_user) == ["1 份季报待填报"]


def test_nothing_waits_in_a_cancelled_round(
    province: Committee, own: Side, committee_user: User, secretary_user: User
) -> None:
    round_ = round_of(province, RoundStatus.CANCELLED)
    report_of(own.association, round_, SheetStatus.SUBMITTED, is_void=True)
    assert (lines_of(committee_user), lines_of(secretary_user)) == ([], [])


@pytest.mark.parametrize(("passed_by_me", "lines"), ((False, ["1 份季报待审核"]), (True, [])))
def test_the_second_level_waits_for_another_person_of_the_province(
    province: Committee, own: Side, province_user: User, lines: list[str], *, passed_by_me: bool
) -> None:
    round_ = round_of(province, has_second_review=True)
    passer = province_user if passed_by_me else recipes.user.make()
    report_of(own.association, round_, SheetStatus.PASSED, passed_by=passer)
    assert lines_of(province_user) == lines


# --- unlocks that nobody used ---


def test_an_unlock_handed_in_and_taken_back_ends_with_what_was_approved(
    round_: ReportRound, own: Side, secretary_user: User
) -> None:
    report = report_of(own.association, round_, SheetStatus.UNLOCKED, unlocked_until=TODAY, submissions=2)
    approved, typed = {"lectures": 1}, {"lectures": 9}
    for verb, submission, answers in (("submit", 1, approved), ("approve", 1, {}), ("submit", 2, typed)):
        report.steps.create(verb=verb, submission=submission, told=answers, at=report.submitted_at)
    QuarterlyReport.objects.filter(pk=report.pk).update(told=typed, answers=typed)

    assert lock_expired(today=TODAY + datetime.timedelta(days=1), actor=operator_at_work()) == 1

    report.refresh_from_db()
    assert (report.status, report.told, report.answers) == (SheetStatus.APPROVED, approved, approved)
    assert report.quarter == QUARTER
