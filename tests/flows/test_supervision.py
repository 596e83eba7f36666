"""A supervision report from request to receipt, in the browser, by the three people it needs."""

import datetime
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from portal.core.choices import Role
from portal.core.models import Committee, User
from portal.demo.country import build_country
from reviews.supervision.models import SupervisionReport
from tests import recipes
from tests.conftest import PHONE, PageOf, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

Check = Callable[[Any], None]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def country(transactional_db: None) -> Committee:
    return build_country(associations=40, today=timezone.localdate())


@pytest.fixture
def province_user(country: Committee) -> User:
    return make_user(Role.PROVINCE, "陈省", committee=country)


@pytest.fixture
def signer_user(country: Committee) -> User:
    user = recipes.user.make(username="signer", name="许签")
    user.grants.create(role=Role.PROVINCE, committee=country)
    return user


@pytest.fixture
def committee_user(country: Committee) -> User:
    return make_user(Role.COMMITTEE, "林委", committee=country.children.order_by("path").last())


def asked(page: "Page", day: datetime.date) -> SupervisionReport:
    """Ask for a report about `day` in the browser and return it, built."""
    page.goto("/supervision-reports/new/")
    page.get_by_label("截止日期").fill(day.isoformat())
    page.get_by_role("button", name="生成初稿").click()
    page.get_by_role("heading", name="一、总体情况").wait_for()
    return SupervisionReport.objects.latest("pk")


def edit_words(page: "Page", assert_accessible: Check) -> None:
    """Edit around the numbers: typing into one is impossible, typing one is refused and what was typed is kept."""
    page.get_by_role("link", name="修改文字").click()
    assert_accessible(page)
    number = page.locator(".words-number").first
    assert number.evaluate("piece => piece.isContentEditable") is False
    type_at_the_end(page, "各机构还要新建999家党组织。")
    page.get_by_role("button", name="保存").click()
    assert "999" in page.get_by_role("alert").inner_text()
    kept = page.get_by_role("textbox", name="下一步工作要求").inner_text()
    assert kept.rstrip().endswith("各机构还要新建999家党组织。")
    type_at_the_end(page, "更多党组织。", instead_of="999家党组织。")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存。").wait_for()
    page.get_by_role("link", name="第 2 版").click()
    assert page.locator(".text-change ins").all_inner_texts() == ["各机构还要新建更多党组织。"]
    assert_accessible(page)


def type_at_the_end(page: "Page", words: str, instead_of: str = "") -> None:
    page.get_by_role("textbox", name="下一步工作要求").click()
    page.keyboard.press("Control+End")
    for _ in instead_of:
        page.keyboard.press("Backspace")
    page.keyboard.type(words)


def sign_off_and_issue(page: "Page", assert_accessible: Check) -> None:
    """Find the report among what waits, sign it off, number it, issue it to every committee below."""
    page.goto("/")
    page.get_by_role("link", name="待签发的督查报告").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="签发").click()
    page.get_by_role("link", name="登记发文字号").click()
    page.get_by_label("发文机关代字").fill("苏社工督")
    page.get_by_role("button", name="登记").click()
    page.get_by_role("link", name="印发").click()
    assert_accessible(page)
    page.get_by_role("button", name="印发").click()
    page.get_by_text("报告已印发。").wait_for()


def read_and_sign_for(page: "Page", assert_accessible: Check) -> None:
    """On a phone: read what was issued, sign for it; nothing waits any more and the own place is on the first page."""
    page.goto("/")
    page.get_by_role("link", name="待签收的督查报告").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.get_by_role("button", name="签收").click()
    page.get_by_text("已签收。").wait_for()
    page.goto("/")
    assert page.get_by_role("link", name="待签收的督查报告").count() == 0
    assert page.get_by_role("heading", name="上级通报中的位次").count() == 1


def test_a_report_goes_from_request_to_receipt(page_of: PageOf, assert_accessible: Check, country: Committee) -> None:
    page = page_of("province")
    report = asked(page, timezone.localdate())
    assert_accessible(page)
    edit_words(page, assert_accessible)
    page.goto(f"/supervision-reports/{report.pk}/")
    page.get_by_role("button", name="送签").click()
    page.get_by_text("须由另一人签发").wait_for()

    second = page_of("signer")
    sign_off_and_issue(second, assert_accessible)
    with second.expect_download() as text:
        second.get_by_role("link", name="下载正文").click()
    told = [paragraph.text for paragraph in Document(text.value.path()).paragraphs]
    number = f"苏社工督〔{timezone.localdate().year}〕1号"
    assert (number in told, "各机构还要新建更多党组织。" in "".join(told)) == (True, True)
    with second.expect_download() as annex:
        second.get_by_role("link", name="下载附件").click()
    book = load_workbook(io.BytesIO(annex.value.path().read_bytes()))
    assert book.sheetnames == ["指标附表", "名单", "上期名单"]

    read_and_sign_for(page_of("committee", **PHONE), assert_accessible)


def test_a_number_leads_to_its_names_and_is_readable_without_scripts(page_of: PageOf, country: Committee) -> None:
    page = page_of("province")
    report = asked(page, timezone.localdate())
    figure = page.locator("a.paper-figure[title='党的组织覆盖率分子']").first
    count = figure.inner_text()
    figure.click()
    assert page.locator("caption").inner_text() == f"共 {count} 家"

    plain = page_of("province", java_script_enabled=False)
    plain.goto(f"/supervision-reports/{report.pk}/edit/")
    area = plain.get_by_label("总体情况")
    words = area.input_value()
    assert "{党的组织覆盖率}" in words
    area.fill(words.replace("其中，", "其中"))
    plain.get_by_role("button", name="保存").click()
    plain.get_by_text("已保存。").wait_for()
