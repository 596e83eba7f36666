import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from portal.core.measures import Rate
from portal.core.templatetags import portal as tags


@pytest.mark.parametrize(
    ("value", "written"),
    (
        (Rate(339, 424), "79.95 %（339/424）"),
        (Rate(0, 5), "0.00 %（0/5）"),
        (Rate(5, 5), "100.00 %（5/5）"),
        (Rate(0, 0), "—"),
        (None, "—"),
    ),
)
def test_a_rate_is_written_rounded_down_with_its_counts(value: Rate | None, written: str) -> None:
    assert tags.rate(value) == written


def test_a_percentage_without_a_population_is_a_dash() -> None:
    assert [tags.percent(Rate(2, 3)), tags.percent(Rate(0, 0)), tags.percent(None)] == ["66.66 %", "—", "—"]


@pytest.mark.parametrize(
    ("value", "written"),
    (
        (Fraction(4, 5), "80 %"),
        (Decimal("80.00"), "80 %"),
        (Decimal("82.50"), "82.5 %"),
        (Fraction(1), "100 %"),
        (None, "—"),
    ),
)
def test_a_target_is_written_without_needless_zeros(value: Fraction | Decimal | None, written: str) -> None:
    assert tags.target_percent(value) == written


def test_a_zero_is_known_and_an_empty_text_is_not() -> None:
    assert [tags.dash(0), tags.dash(""), tags.dash(None), tags.dash("甲")] == [0, "—", "—", "甲"]


def test_a_date_in_a_sentence_has_no_leading_zeros() -> None:
    assert tags.date_sentence(datetime.date(2024, 6, 3)) == "2024年6月3日"


def drawn(text: str, **context: object) -> str:
    return Template("{% load portal %}" + text).render(Context(context))


@pytest.mark.parametrize(("met", "word"), ((True, "达标"), (False, "未达标"), (None, "不适用")))
def test_a_status_has_word_and_icon_beside_its_colour(met: bool | None, word: str) -> None:  # noqa: FBT001
    badge = drawn("{% status_badge met %}", met=met)
    assert (word in badge, 'class="bi bi-' in badge) == (True, True)


def test_a_bar_just_below_its_target_is_not_green() -> None:
    bar = drawn("{% bar rate target %}", rate=Rate(339, 424), target=Fraction(4, 5))
    assert ('class="bar bar-bad"' in bar, 'x1="80.00"' in bar, 'width="79.95"' in bar) == (True, True, True)


def test_a_sort_heading_turns_the_order_round_and_forgets_the_page() -> None:
    request = RequestFactory().get("/", {"sort": "name", "page": "3", "search": "家具"})
    request.user = AnonymousUser()
    template = Template('{% load portal %}{% sort_heading "name" "名称" %}')
    heading = template.render(RequestContext(request, {"sort": "name"}))
    assert ('aria-sort="ascending"' in heading, "sort=-name" in heading, "page=" in heading) == (True, True, False)
