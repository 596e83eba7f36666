"""The dashboard in a browser: charts lead to lists, tables stand behind them, axe finds nothing serious, nothing overflows."""

import datetime

import pytest

from tests import recipes
from tests.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = "as_of=2024-12-31"
PAGES = (
    "/",
    "/coverage/",
    "/figures/org_coverage/",
    "/hard-cases/too_few_members/",
    "/elections/",
    "/cross-appointments/",
    "/cross-appointments/people/?post=chair&party_post=secretary",
    "/targets/",
)


@pytest.fixture
def filled(world, province):
    """Add to both halves what charts and tables need: uncovered associations, a target."""
    recipes.target.make(committee=province, value=80)
    for side in world.values():
        for _ in range(2):
            bare = recipes.association.make(region=recipes.region.make())
            recipes.oversight.make(association=bare, committee=side.committee)
            recipes.headcount.make(association=bare, formal=1, as_of=datetime.date(2024, 6, 30))
    return world


def with_day(address):
    return f"{address}{'&' if '?' in address else '?'}{DAY}"


def drawn(page):
    page.wait_for_function(
        "[...document.querySelectorAll('[data-chart]')].every((element) => element.querySelector('canvas'))"
    )


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_the_province_are_accessible_and_fit_a_phone(page_of, assert_accessible, filled, address):
    page = page_of("province")
    page.goto(with_day(address))
    drawn(page)
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    page.goto(with_day(address))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("role", ("committee", "secretary", "inspector", "viewer"))
def test_first_pages_are_accessible_and_fit_a_phone(page_of, assert_accessible, filled, role):
    page = page_of(role, **PHONE)
    page.goto(with_day("/"))
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_click_on_a_bar_leads_to_its_list(page_of, filled):
    page = page_of("province")
    page.goto(with_day("/"))
    drawn(page)
    chart = page.locator("[data-chart='chart-ranking']")
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    x, y = page.evaluate(
        "import('/static/vendor/echarts/echarts.esm.min.js').then(({ getInstanceByDom }) => "
        "getInstanceByDom(document.querySelector(\"[data-chart='chart-ranking']\"))"
        ".convertToPixel({xAxisIndex: 0, yAxisIndex: 0}, [5, 0]))"
    )
    chart.click(position={"x": x, "y": y})
    page.wait_for_url("**/figures/org_coverage/**")
    assert (page.locator("h1").inner_text(), "committee=" in page.url) == ("党的组织覆盖率", True)


def test_behind_every_chart_stands_its_table_and_on_paper_it_is_open(page_of, filled):
    page = page_of("province")
    page.goto(with_day("/"))
    drawn(page)
    tables = page.locator("details.chart-table")
    assert (tables.count(), page.locator("[data-chart]").count()) == (2, 2)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.chart-table[open]").count() == 2
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.chart-table[open]").count() == 0


def test_charts_follow_the_dark_look(page_of, filled):
    page = page_of("province", color_scheme="dark")
    page.goto(with_day("/"))
    drawn(page)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


def test_the_definition_of_an_indicator_opens_beside_it(page_of, filled):
    page = page_of("province")
    page.goto(with_day("/"))
    page.locator(".lead-figure details.definition summary").click()
    panel = page.locator(".lead-figure details.definition .menu-panel")
    assert "2 ÷ 6 = 33.33 %，只舍不入" in panel.inner_text()


def test_a_plan_fits_a_phone_leads_to_tasks_and_is_accessible(page_of, assert_accessible, filled, own):
    for members, name in ((2, "江苏省甲商会"), (1, "江苏省乙商会")):
        association = recipes.association.make(name=name)
        recipes.oversight.make(association=association, committee=own.committee)
        recipes.headcount.make(association=association, formal=members)
    page = page_of("committee", **PHONE)
    page.goto("/plans/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".plan-count").inner_text() == "新建 1 个党组织"
    page.get_by_role("link", name="转为组建任务").click()
    page.fill("[name=helper]", "李明（市工信局）")
    page.fill("[name=due_on]", "2035-12-31")
    assert_accessible(page)
    page.get_by_role("button", name="安排任务").click()
    page.wait_for_url("**/tasks/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size(DESK)
    page.goto("/plans/")
    assert_accessible(page)
    assert page.locator(".plan-units .status").count() == page.locator(".plan-units > li").count()
