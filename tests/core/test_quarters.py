import datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.core.quarters import Quarter, begun_by, months_after, quarter_ends, years_after

DAYS = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2060, 12, 31))


@given(DAYS, st.integers(min_value=1, max_value=6))
def test_what_begun_by_a_day_is_over_and_what_began_the_day_after_is_not(day, years):
    last = begun_by(day, years)
    assert years_after(last, years) <= day < years_after(last + datetime.timedelta(days=1), years)


@given(DAYS)
def test_every_day_lies_in_its_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day


@given(DAYS, st.integers(min_value=1, max_value=12))
def test_quarter_ends_are_so_many_and_end_with_the_day(day, count):
    days = quarter_ends(day, count)
    ends = [one for one in days if one == Quarter.of(one).last_day]
    assert (days[-1], len(ends), days == sorted(set(days))) == (day, count, True)


def test_a_month_after_the_last_day_is_a_last_day():
    assert (months_after(datetime.date(2024, 1, 31), 1), months_after(datetime.date(2024, 3, 31), -1)) == (
        datetime.date(2024, 2, 29),
        datetime.date(2024, 2, 29),
    )
