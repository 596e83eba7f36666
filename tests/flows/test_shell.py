"""The frame around every page, walked through in a browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from portal.core import audit
from portal.core.choices import AuditAction
from tests import recipes
from tests.conftest import DESK, PHONE, PageOf, Side

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_person_signs_in_and_out(page_of: PageOf, auditor_user: object) -> None:
    page = page_of()
    auditor_user.set_password("correct horse battery")  # type: ignore[attr-defined]
    auditor_user.save()  # type: ignore[attr-defined]
    page.goto(reverse("core:audit-list"))
    page.get_by_label("用户名").fill("auditor")
    page.get_by_label("密码").fill("correct horse battery")
    page.get_by_role("button", name="登录").click()
    assert page.locator("h1").inner_text() == "操作记录"
    page.get_by_label("吴审的菜单").click()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="登录").wait_for()
    assert page.evaluate("localStorage.length") == 0  # nothing of a person stays in a browser


def test_no_page_of_the_core_has_a_serious_violation_or_scrolls_sideways(
    page_of: PageOf, world: dict[str, Side], assert_usable: Callable[..., None]
) -> None:
    person = recipes.user.make(name="张三")
    entry = audit.record(
        None, AuditAction.CHANGE, world["own"].association, before={"name": "旧"}, after={"name": "新"}
    )
    visits = {
        "anonymous": ["/sign-in/"],
        "province": ["/committees/", "/committees/new/", "/password/", "/nowhere/", "/committees/?search=x"],
        "sysadmin": ["/users/", "/users/new/", f"/users/{person.pk}/"],
        "secadmin": ["/grants/", "/grants/new/"],
        "auditor": ["/audit/", f"/audit/{entry.pk}/"],
    }
    for role, addresses in visits.items():
        assert_usable(page_of(role), *addresses)


def test_dark_pages_are_as_readable_as_light_ones(
    page_of: PageOf, world: dict[str, Side], assert_accessible: Callable[..., None]
) -> None:
    page = page_of("province", color_scheme="dark")
    for address in ("/committees/", "/committees/new/"):
        page.goto(address)
        assert page.locator("html").get_attribute("data-bs-theme") == "dark"
        assert_accessible(page)


def test_slash_goes_to_the_search_and_j_k_and_enter_through_a_list(page_of: PageOf, world: dict[str, Side]) -> None:
    page = page_of("province")
    page.goto("/committees/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("tr.is-chosen a").inner_text() == "家具行业党委"
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    page.goto("/committees/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "search"


def test_the_day_is_chosen_once_for_the_whole_page_and_the_rest_of_the_address_stays(
    page_of: PageOf, world: dict[str, Side]
) -> None:
    page = page_of("province")
    page.goto("/?x=1")
    page.locator("details.as-of > summary").click()
    page.get_by_label("其他日期").fill("2024-06-30")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/?x=1&as_of=2024-06-30")
    assert page.get_by_text("您看到的是2024年6月30日的情况。").is_visible()
    page.get_by_role("link", name="回到今天").click()
    page.wait_for_url("**/?x=1")


def test_leaving_a_form_with_changes_is_warned_of_and_ctrl_enter_sends_it(
    page_of: PageOf, world: dict[str, Side]
) -> None:
    page = page_of("province")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto("/committees/new/")
    page.get_by_label("名称").fill("轻工行业党委")
    page.get_by_role("link", name="取消").click()
    assert (asked, page.url.endswith("/committees/new/")) == (["beforeunload"], True)
    page.get_by_label("名称").press("Control+Enter")
    page.get_by_text("已新增“轻工行业党委”。").wait_for()


def test_a_grant_shows_the_scope_field_of_its_role_and_offers_what_is_being_typed(
    page_of: PageOf, world: dict[str, Side]
) -> None:
    page = page_of("secadmin")
    page.goto("/grants/new/")
    page.get_by_label("角色").select_option("secretary")
    shown = [
        label
        for label in ("党建工作领导机构", "协会", "部门")
        if page.get_by_label(label, exact=False).first.is_visible()
    ]
    page.locator("#id_association").press_sequentially("家具")
    page.locator("#association-options option").wait_for(state="attached")
    assert (shown, page.locator("#association-options option").get_attribute("value")) == (
        ["协会"],
        "江苏省家具行业协会",
    )


def test_print_leaves_the_navigation_out_and_says_whose_copy_it_is(page_of: PageOf, world: dict[str, Side]) -> None:
    page = page_of("province")
    page.goto("/committees/")
    page.emulate_media(media="print")
    visible = [
        page.locator(part).first.is_visible() for part in (".top-bar", ".side-nav", ".filter-form", ".print-line")
    ]
    assert visible == [False, False, False, True]


def test_what_was_typed_into_a_refused_form_is_not_lost_unasked(page_of: PageOf, world: dict[str, Side]) -> None:
    page = page_of("province")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto("/committees/new/")
    page.get_by_label("名称").fill("家具行业党委")
    page.get_by_role("button", name="保存").click()
    page.locator("[role=alert]").wait_for()
    page.get_by_role("link", name="取消").click()
    assert (asked, page.get_by_label("名称").input_value()) == (["beforeunload"], "家具行业党委")


def test_on_a_phone_the_filters_are_folded_away_until_asked_for_or_set(
    page_of: PageOf, world: dict[str, Side], assert_accessible: Callable[..., None]
) -> None:
    page = page_of("province", **PHONE, java_script_enabled=False)
    page.goto("/associations/")
    assert [page.locator(part).is_visible() for part in (".filter-fold", ".filter-form")] == [True, False]
    page.locator(".filter-fold summary").click()
    assert page.locator(".filter-form").is_visible()
    page.goto("/associations/?search=x")
    assert page.locator(".filter-form").is_visible()
    page.set_viewport_size(DESK)
    page.goto("/associations/")
    assert [page.locator(part).is_visible() for part in (".filter-fold", ".filter-form")] == [False, True]
    page = page_of("province", **PHONE)
    page.goto("/associations/")
    assert_accessible(page)
