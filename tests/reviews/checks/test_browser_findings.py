"""A finding from the notice to 销号 in the browser: the committee asks, the association answers on a phone, the committee looks."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from reviews.checks.choices import CheckStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import Finding
from tests.conftest import PHONE, PageOf, Side
from tests.reviews.checks.worlds import check_of, finding_of, visit_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Check = Callable[[Any], None]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PDF = {"name": "会议记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 minutes"}
DISGUISED = {"name": "现场照片.jpg", "mimeType": "image/jpeg", "buffer": b"MZ program"}


@pytest.fixture
def finding(own: Side, transactional_db: None) -> Finding:
    check = check_of(own.committee, CheckStatus.RELEASED)
    return finding_of(visit_of(own.association, check, VisitStatus.DONE))


def issue(page: "Page", finding: Finding, assert_accessible: Check) -> None:
    """From the results of the check: read what goes into the notice, issue it."""
    page.goto(f"/spot-checks/{finding.visit.spot_check_id}/results/")
    assert_accessible(page)
    page.get_by_role("link", name="下达整改通知").click()
    page.get_by_label("发文字号").fill("苏社工改〔2026〕1号")
    assert_accessible(page)
    page.get_by_role("button", name="下达").click()
    page.get_by_text("整改通知已下达").wait_for()


def answer(page: "Page", assert_accessible: Check) -> None:
    """On a phone: what is refused is said, what was typed and the good file stay, then the answer goes out."""
    page.goto("/")
    page.get_by_role("link", name="答复整改情况").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.get_by_label("整改情况").fill("已补开支部党员大会。")
    page.get_by_label("佐证材料").set_input_files([PDF, DISGUISED])
    page.get_by_role("button", name="提交答复").click()
    page.get_by_text("现场照片.jpg：文件内容不是 JPG 格式，请用原来的程序打开后重新保存。").wait_for()
    assert page.get_by_label("整改情况").input_value() == "已补开支部党员大会。"
    assert page.locator(".file-list a").all_inner_texts() == ["会议记录.pdf"]
    assert_accessible(page)
    page.get_by_role("button", name="提交答复").click()
    page.get_by_text("已答复，等待复核。").wait_for()


def look(page: "Page", *, passed: bool, reason: str, assert_accessible: Check) -> None:
    """From what waits on the first page: read the answer, open its evidence, decide."""
    page.goto("/")
    page.get_by_role("link", name="待复核的整改答复").click()
    page.locator("tbody a").first.click()
    assert_accessible(page)
    page.get_by_label("已整改到位，销号" if passed else "没有整改到位，退回").check()
    page.get_by_label("复核意见").fill(reason)
    page.get_by_role("button", name="提交复核结果").click()
    page.get_by_text("复核结果已登记").wait_for()


def test_a_finding_is_noticed_answered_sent_back_answered_again_and_closed(
    page_of: PageOf, assert_accessible: Check, finding: Finding
) -> None:
    committee, secretary = page_of("committee"), page_of("secretary", **PHONE)
    issue(committee, finding, assert_accessible)
    answer(secretary, assert_accessible)
    look(committee, passed=False, reason="缺少签到表。", assert_accessible=assert_accessible)

    secretary.goto("/findings/")
    secretary.get_by_role("link", name=finding.title).click()
    secretary.get_by_text("缺少签到表。").wait_for()
    # What was handed in before is not asked for again.
    secretary.get_by_label("整改情况").fill("签到表在会议记录第二页。")
    secretary.get_by_role("button", name="提交答复").click()
    secretary.get_by_text("已答复，等待复核。").wait_for()
    look(committee, passed=True, reason="已查看签到表。", assert_accessible=assert_accessible)
    with committee.expect_download() as file:
        committee.get_by_role("link", name="会议记录.pdf").click()
    assert file.value.path().read_bytes() == PDF["buffer"]

    finding.refresh_from_db()
    assert (finding.status, finding.closed_on) == (FindingStatus.CLOSED, timezone.localdate())
    # The clock moves on: closed on the last day of its term, which is over now.
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assert finding.notice is not None
    finding.notice.issued_on = finding.notice.due_on = finding.due_on = finding.closed_on = yesterday
    finding.notice.save()
    finding.save()
    cache.clear()
    committee.goto("/figures/rectification_rate/")
    assert committee.locator(".rate-big").first.inner_text().split() == ["100.00", "%（1/1）"]
    assert_accessible(committee)


def test_an_answer_can_be_sent_and_a_file_taken_back_without_scripts(page_of: PageOf, finding: Finding) -> None:
    committee = page_of("committee")
    issue(committee, finding, lambda _: None)
    page = page_of("secretary", java_script_enabled=False)
    page.goto(f"/findings/{finding.pk}/")
    page.get_by_label("佐证材料").set_input_files([PDF])
    page.get_by_role("button", name="提交答复").click()
    assert page.locator(".file-list a").all_inner_texts() == ["会议记录.pdf"]
    page.get_by_role("button", name="移除会议记录.pdf").click()
    assert page.locator(".file-list").count() == 0
    page.get_by_label("整改情况").fill("已补开。")
    page.get_by_label("佐证材料").set_input_files([PDF])
    page.get_by_role("button", name="提交答复").click()
    assert "已答复，等待复核。" in page.content()


def test_more_time_is_asked_for_and_granted(page_of: PageOf, assert_accessible: Check, finding: Finding) -> None:
    committee, secretary = page_of("committee"), page_of("secretary")
    issue(committee, finding, lambda _: None)
    secretary.goto(f"/findings/{finding.pk}/")
    secretary.get_by_text("期限内不能完成，申请延期").click()
    until = timezone.localdate() + datetime.timedelta(days=60)
    secretary.get_by_label("申请延至").fill(until.isoformat())
    secretary.get_by_label("延期原因").fill("须经会员大会表决")
    secretary.get_by_role("button", name="提交延期申请").click()
    secretary.get_by_text("批准前仍按原期限").first.wait_for()
    committee.goto("/")
    committee.get_by_role("link", name="待审批的整改延期").click()
    committee.locator("tbody a").first.click()
    assert_accessible(committee)
    committee.get_by_label("同意延期").check()
    committee.get_by_role("button", name="提交审批结果").click()
    committee.get_by_text("审批结果已登记").wait_for()
    finding.refresh_from_db()
    assert finding.due_on == until


def test_a_check_is_closed_and_published_and_its_list_read_below(
    page_of: PageOf, assert_accessible: Check, own: Side, other: Side, transactional_db: None
) -> None:
    check = check_of(own.committee.parent, CheckStatus.RELEASED)
    visit_of(own.association, check, VisitStatus.DONE)
    still_open = visit_of(other.association, check)
    page = page_of("province")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/spot-checks/{check.pk}/results/")
    page.get_by_role("button", name="结束检查").click()
    page.get_by_text("还有 1 家没有检查，也没有登记未检查的原因：江苏省钟表行业协会。").wait_for()
    still_open.status, still_open.excuse = VisitStatus.EXCUSED, "协会正在搬迁"
    still_open.save()
    page.get_by_role("button", name="结束检查").click()
    page.get_by_role("button", name="公布结果").click()
    page.get_by_text("检查结果已公布。").wait_for()
    page.get_by_role("link", name="统计").click()
    assert_accessible(page)
    page.get_by_role("link", name="公布名单").click()
    assert_accessible(page)
    below = page_of("committee", **PHONE)
    below.goto(f"/spot-checks/{check.pk}/results/")
    assert below.locator("tbody td.name").all_inner_texts() == ["江苏省家具行业协会", "江苏省钟表行业协会"]
    assert below.evaluate("document.documentElement.scrollWidth") <= 390
