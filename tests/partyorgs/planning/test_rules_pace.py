import datetime
from fractions import Fraction

import pytest

from partyorgs.planning.rules.pace import pace_days, project

START, NOW = datetime.date(2023, 12, 31), datetime.date(2024, 12, 31)
DUE = datetime.date(2025, 12, 31)


def test_the_pace_of_the_last_year_goes_on_to_the_due_day():
    found = project([(START, 300, 400), (NOW, 336, 400)], DUE)
    year = Fraction(36 * 365, 366)
    assert (found.numerator, found.denominator, found.count, found.percent) == (336 + year, 400, 371, "92.97")


def test_what_is_shown_is_rounded_down_and_what_is_compared_is_exact():
    day = datetime.date(2024, 12, 31)
    found = project([(START, 339, 424), (NOW, 339, 424)], day)
    assert (found.percent, found.meets(Fraction(80, 100)), found.meets(Fraction(339, 424))) == ("79.95", False, True)


def test_a_denominator_that_grows_is_carried_on_too():
    found = project([(START, 100, 200), (NOW, 100, 566)], DUE)
    assert (found.denominator, found.percent) == (566 + 365, "10.74")


def test_neither_falls_below_zero_nor_rises_above_all():
    falling = project([(START, 300, 400), (NOW, 10, 400)], DUE)
    rising = project([(START, 0, 400), (NOW, 399, 400)], DUE)
    assert (falling.share, rising.share, rising.percent) == (0, 1, "100.00")


@pytest.mark.parametrize(
    ("history", "due_on"),
    (
        ([], DUE),
        ([(NOW, 1, 2)], DUE),
        ([(START, 0, 0), (NOW, 1, 2)], DUE),
        ([(START, 1, 2), (NOW, 0, 0)], DUE),
        ([(START, 1, 2), (NOW, 1, 2)], NOW - datetime.timedelta(days=1)),
        ([(START, 200, 400), (NOW, 100, 100)], DUE),
    ),
    ids=("nothing", "one day", "no population then", "none now", "due day over", "none left"),
)
def test_without_history_population_or_time_there_is_no_projection(history, due_on):
    assert project(history, due_on) is None


def test_on_the_due_day_the_figure_is_the_projection():
    found = project([(START, 300, 400), (NOW, 320, 400)], NOW)
    assert (found.count, found.percent) == (320, "80.00")


def test_a_quarter_without_population_gives_way_to_the_next():
    middle = datetime.date(2024, 6, 30)
    found = project([(START, 0, 0), (middle, 10, 100), (NOW, 20, 100)], DUE)
    assert (found.since, found.count) == (middle, 39)


@pytest.mark.parametrize(
    ("early", "words"),
    ((300, "没有净增"), (288, "每月净增 0.9"), (299, "每月净增 不足 0.1"), (312, "每月净减 0.9")),
)
def test_the_pace_is_said_to_a_tenth(early, words):
    assert project([(START, early, 400), (NOW, 300, 400)], DUE).monthly == words


@pytest.mark.parametrize(
    ("as_of", "first"),
    (
        (datetime.date(2024, 12, 31), datetime.date(2023, 12, 31)),
        (datetime.date(2025, 1, 1), datetime.date(2024, 3, 31)),
    ),
)
def test_the_pace_is_read_from_the_ends_of_four_quarters(as_of, first):
    days = pace_days(as_of)
    assert (days[0], days[-1], len(days)) == (first, as_of, 5)
