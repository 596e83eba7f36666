"""Deadlines in Chinese working days."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.models import CalendarDay
from portal.core.workdays import add_workdays, has_calendar, is_workday, workdays_between, workdays_for

pytestmark = pytest.mark.django_db


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def corrected(text: str, *, works: bool) -> None:
    CalendarDay.objects.create(date=day(text), is_workday=works, name="调整", source="测试通知")


@pytest.mark.parametrize(
    ("text", "works"),
    (
        ("2026-01-01", False),  # 元旦
        ("2026-01-04", True),  # Sunday, made up for 元旦
        ("2026-02-14", True),  # Saturday, made up for 春节
        ("2026-02-16", False),  # Monday, 春节
        ("2026-02-28", True),  # Saturday, made up for 春节
        ("2026-03-07", False),  # a plain Saturday
        ("2026-03-09", True),  # a plain Monday
        ("2026-05-09", True),  # Saturday, made up for 劳动节
        ("2026-09-20", True),  # Sunday, made up for 国庆节
        ("2026-10-07", False),  # Wednesday, 国庆节
        ("2026-10-10", True),  # Saturday, made up for 国庆节
    ),
)
def test_the_notice_of_2026_says_which_days_are_worked(text: str, works: bool) -> None:  # noqa: FBT001
    assert is_workday(day(text)) is works


@pytest.mark.parametrize(
    ("text", "works"), (("2027-01-01", True), ("2027-02-06", False), ("2027-02-07", False), ("2027-02-08", True))
)
def test_a_year_without_a_notice_is_worked_monday_to_friday(text: str, works: bool) -> None:  # noqa: FBT001
    assert is_workday(day(text)) is works


def test_a_row_goes_before_the_package_and_before_the_week() -> None:
    corrected("2026-03-09", works=False)
    corrected("2026-02-28", works=False)
    corrected("2027-01-01", works=False)
    corrected("2027-02-06", works=True)
    asked = [day(text) for text in ("2026-03-09", "2026-02-28", "2027-01-01", "2027-02-06")]
    assert [is_workday(each) for each in asked] == [False, False, False, True]


@pytest.mark.parametrize(
    ("start", "count", "end"),
    (
        ("2026-09-29", 1, "2026-09-30"),
        ("2026-09-29", 2, "2026-10-08"),  # 1 to 7 October are off
        ("2026-09-29", 4, "2026-10-10"),  # Saturday 10 October is worked
        ("2026-10-01", 0, "2026-10-08"),  # a deadline on a holiday moves to the day after it
        ("2026-10-08", 0, "2026-10-08"),
        ("2026-10-08", -1, "2026-09-30"),
        ("2026-12-31", 1, "2027-01-01"),  # not known yet: reckoned by the week
    ),
)
def test_working_days_are_counted_from_the_next_day(start: str, count: int, end: str) -> None:
    assert add_workdays(day(start), count) == day(end)


def test_what_lies_between_a_day_and_its_deadline_is_the_deadline_s_length() -> None:
    start = day("2026-01-30")
    assert [workdays_between(start, add_workdays(start, count)) for count in range(1, 60)] == list(range(1, 60))


def test_working_days_between_two_days_are_negative_backwards() -> None:
    assert workdays_between(day("2026-10-10"), day("2026-09-29")) == -4


def test_a_preloaded_calendar_answers_like_the_single_questions_in_one_query() -> None:
    corrected("2027-01-01", works=False)
    corrected("2027-01-03", works=True)
    with CaptureQueriesContext(connection) as queries:
        calendar = workdays_for(day("2026-12-01"), day("2027-01-31"))
        days = [day("2026-12-01") + datetime.timedelta(days=passed) for passed in range(62)]
        answers = [calendar.is_workday(each) for each in days]
        deadline = calendar.add(day("2026-12-31"), 2)
    assert len(queries) == 1
    assert answers == [is_workday(each) for each in days]
    assert deadline == day("2027-01-04")


def test_a_preloaded_calendar_does_not_guess_beyond_its_bounds() -> None:
    calendar = workdays_for(day("2026-12-01"), day("2026-12-31"))
    with pytest.raises(ValueError, match="outside the calendar"):
        calendar.add(day("2026-12-31"), 1)


def test_each_single_question_costs_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        add_workdays(day("2026-12-20"), 20)
        workdays_between(day("2026-01-01"), day("2027-12-31"))
        has_calendar(2027)
        has_calendar(2026)  # the package's: none
    assert len(queries) == 3


def test_a_year_is_known_when_its_notice_was_entered_not_by_one_corrected_day() -> None:
    corrected("2027-01-01", works=False)
    known_by_one_day = has_calendar(2027)
    corrected("2027-05-01", works=False)
    corrected("2027-10-01", works=False)
    assert (has_calendar(2003), has_calendar(2004), has_calendar(2026)) == (False, True, True)
    assert (known_by_one_day, has_calendar(2027)) == (False, True)
