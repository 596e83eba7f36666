"""The registry in a browser: what a picker offers, many moved at once, nothing that axe calls serious."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.conftest import PageOf, Side

pytestmark = pytest.mark.browser


def test_a_post_is_given_to_somebody_found_by_initials(page_of: PageOf, own: Side) -> None:
    page = page_of("committee")
    page.goto(f"/associations/{own.association.pk}/posts/new/")
    page.get_by_label("已有人员").press_sequentially("jjw")
    offered = page.locator("datalist option")
    expect(offered).to_have_count(1)
    page.get_by_label("已有人员").fill(str(offered.get_attribute("value")))
    page.get_by_label("职务", exact=False).nth(0).select_option("director")
    page.get_by_label("任职日期").fill("2024-03-01")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_have_text(f"已登记{own.person.name}任理事。")


def test_many_are_moved_at_once_after_a_look_at_the_numbers(page_of: PageOf, world: dict[str, Side]) -> None:
    page = page_of("province")
    page.goto("/associations/")
    page.get_by_label("全选本页").check()
    page.get_by_role("button", name="批量调整归口").click()
    page.get_by_label("调整到").select_option(str(world["other"].committee.pk))
    page.get_by_label("自何日起").fill("2025-05-01")
    page.get_by_label("原因").fill("机构改革")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("现归口家具行业党委的 1 家")).to_be_visible()
    page.get_by_role("button", name="确定调整").click()
    expect(page.get_by_role("status")).to_have_text("1 家协会自2025-05-01起归口钟表行业党委。")


def test_pages_of_the_registry_can_be_used_by_everybody(
    page_of: PageOf, own: Side, assert_usable: Callable[..., None]
) -> None:
    assert_usable(
        page_of("committee"),
        "/associations/",
        f"/associations/{own.association.pk}/",
        f"/associations/{own.association.pk}/?tab=history",
        "/organizations/",
        f"/organizations/{own.organization.pk}/",
        f"/people/{own.person.pk}/",
        "/associations/new/",
    )
