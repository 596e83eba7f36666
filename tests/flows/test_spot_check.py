"""抽查 from the plan to 公布, in browsers, by the people it needs: nobody is led into a dead end."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from associations.models import Association
from portal.core.models import Committee, User
from reviews.checks.choices import CheckStatus, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from tests.conftest import PHONE, PageOf, Side
from tests.reviews.checks.test_browser_visits import REQUIRED, load, settled, sign
from tests.reviews.checks.test_browser_visits import answer as say
from tests.reviews.checks.test_services_plan import add_associations
from tests.reviews.checks.worlds import check_list_version, inspector_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Check = Callable[[Any], None]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
NAME, NOTE = "2026年家具行业随机抽查", "第三季度没有召开支部党员大会"
PDF = {"name": "会议记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 minutes"}


def here(page: Page) -> str:
    """Return the step at which the page of a check says that it stands."""
    return page.locator(".steps [aria-current=step]").inner_text().split()[-1]


def plan(page: Page, committee: Committee) -> SpotCheck:
    page.goto("/spot-checks/")
    page.get_by_role("link", name="新建抽查").first.click()
    today = timezone.localdate()
    page.get_by_label("名称").fill(NAME)
    page.get_by_label("检查范围").select_option(str(committee.pk))
    page.get_by_label("开始日期").fill(today.isoformat())
    page.get_by_label("结束日期").fill((today + datetime.timedelta(days=20)).isoformat())
    page.get_by_label("抽取数量（家）").fill("2")
    page.get_by_role("button", name="保存方案").click()
    page.get_by_text("方案已保存。").wait_for()
    return SpotCheck.objects.get(name=NAME)


def draw_before_witnesses(page: Page, check: SpotCheck, assert_accessible: Check) -> None:
    """Seal, publish both digests, draw with a word said now, replay, release."""
    assert here(page) == "方案"
    page.get_by_role("link", name="封存名单").click()
    page.get_by_role("button", name="封存").click()
    page.wait_for_url("**/draws/1/")
    row = check.draws.get()
    assert page.locator("code.digest").all_inner_texts() == [row.pool_hash, row.seed_hash]
    page.get_by_role("link", name=NAME).click()
    assert here(page) == "抽取"
    page.get_by_role("link", name="随机抽取").click()
    page.get_by_label("现场见证内容").fill("三十七 五 十二")
    page.get_by_role("button", name="抽取", exact=True).click()
    page.get_by_role("link", name="重新核对").click()
    assert page.get_by_role("status").inner_text().startswith("与公布结果一致。")
    page.get_by_role("link", name=NAME).click()
    assert here(page) == "下发"
    assert_accessible(page)
    page.get_by_role("button", name="下发检查人员").click()
    page.get_by_text("已下发").wait_for()
    assert here(page) == "检查"


def visit_on_a_phone(page: Page, visit: Visit) -> None:
    """Say 否 to one item and why, have it signed, end the visit."""
    phone = load(page.context, visit)
    for code in REQUIRED:
        say(phone, code, "否" if code == "meetings" else "是")
    phone.fill("#note-meetings", NOTE)
    sign(phone)
    settled(phone)
    phone.click("[data-finish]")
    phone.wait_for_url("**/visits/")
    phone.close()


def excuse(page: Page, visit: Visit) -> None:
    page.goto(reverse("reviews:spot-check-visits", args=[visit.spot_check_id]))
    page.get_by_role("link", name=visit.association.name, exact=True).click()
    page.get_by_role("link", name="登记未检查").click()
    page.get_by_label("原因").fill("正在搬迁，暂无办公场所")
    page.get_by_role("button", name="登记").click()
    page.get_by_text("没有检查。").wait_for()
    assert page.url.endswith(reverse("reviews:visit-detail", args=[visit.pk]))


def notice(page: Page, visit: Visit, assert_accessible: Check) -> None:
    """From the check to its next act; the visit is read first."""
    page.goto(reverse("reviews:spot-check-detail", args=[visit.spot_check_id]))
    assert here(page) == "整改"
    page.get_by_role("link", name="检查结果").click()
    page.get_by_role("link", name=visit.association.name).click()
    assert page.locator("#item-meetings > .answer-text").inner_text() == NOTE
    assert page.get_by_role("img", name="王建国的签字").locator("polyline").count() == 1
    assert_accessible(page)
    page.get_by_role("link", name="下达整改通知").click()
    page.get_by_role("button", name="下达").click()
    page.get_by_text("整改通知已下达").wait_for()


def reply(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="答复整改情况").click()
    page.get_by_label("整改情况").fill("已补开支部党员大会。")
    page.get_by_label("佐证材料").set_input_files([PDF])
    page.get_by_role("button", name="提交答复").click()
    page.get_by_text("已答复，等待复核。").wait_for()


def recheck(page: Page, check: SpotCheck) -> None:
    page.goto(reverse("reviews:spot-check-detail", args=[check.pk]))
    page.get_by_role("link", name="复核整改答复").click()
    page.locator("tbody a").first.click()
    page.get_by_label("已整改到位，销号").check()
    page.get_by_label("复核意见").fill("已查看会议记录。")
    page.get_by_role("button", name="提交复核结果").click()
    page.get_by_text("复核结果已登记").wait_for()


def end(page: Page, check: SpotCheck, assert_accessible: Check) -> None:
    page.goto(reverse("reviews:spot-check-detail", args=[check.pk]))
    assert here(page) == "结束"
    page.get_by_role("button", name="结束检查").click()
    page.get_by_text("检查已结束。").wait_for()
    page.get_by_role("link", name=NAME).click()
    assert here(page) == "公布"
    page.get_by_role("button", name="公布结果").click()
    page.get_by_text("检查结果已公布。").wait_for()
    page.get_by_role("link", name=NAME).click()
    assert (page.locator(".steps .is-done").count(), page.locator(".steps [aria-current]").count()) == (8, 0)
    assert_accessible(page)


def a_day_after_the_term() -> None:
    """Let the clock move on: what was closed in time is due now, and counts."""
    finding = Finding.objects.select_related("notice").get()
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert finding.notice is not None
    finding.notice.issued_on = finding.notice.due_on = finding.due_on = finding.closed_on = yesterday
    finding.notice.save()
    finding.save()
    cache.clear()


@pytest.fixture
def moving(own: Side, other: Side, province: Committee, inspector_user: User) -> Association:
    """Return a neighbour of the own association that cannot be visited; there are a check list and a pair to send."""
    check_list_version()
    inspector_of(province, inspector_user)
    inspector_of(province)
    return add_associations(own.committee, 1)[0]


def test_a_check_goes_from_its_plan_to_its_publication(
    page_of: PageOf, assert_accessible: Check, own: Side, moving: Association
) -> None:
    page, committee = page_of("province"), page_of("committee")
    page.on("dialog", lambda dialog: dialog.accept())

    check = plan(page, own.committee)
    draw_before_witnesses(page, check, assert_accessible)
    made, unmade = (check.visits.get(association=each) for each in (own.association, moving))
    visit_on_a_phone(page_of("inspector", **PHONE, has_touch=True), made)
    excuse(committee, unmade)
    notice(committee, made, assert_accessible)
    reply(page_of("secretary", **PHONE))
    recheck(committee, check)
    end(page, check, assert_accessible)

    check.refresh_from_db()
    made.refresh_from_db()
    unmade.refresh_from_db()
    assert (check.status, made.status, unmade.status) == (
        CheckStatus.PUBLISHED,
        VisitStatus.DONE,
        VisitStatus.EXCUSED,
    )
    a_day_after_the_term()
    page.goto("/")
    line = page.locator(".indicator-table tr", has_text="整改按期完成率")
    expect(line.locator("td").first).to_have_text("100.00 %（1/1）")
