"""A quarterly report from the opened round to the figure that it moves, in the browser, by the three people it needs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.core.models import Committee
from portal.core.quarters import Quarter
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.xlsx.filling import ANSWER, CODE, SHEET
from reviews.reports.models.filing import QuarterlyReport
from tests.conftest import PageOf, Side
from tests.reviews.reports.rounds import quarterly_version

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
ANSWERS = {
    "members_meetings": "1",
    "lectures": "1",
    "theme_days": "3",
    "fee_expenses": "12000",
    "dues_returned": "300",
    "workers_trained": "2",
}
NO = ("posts_changed", "organization_meeting", "appraisal", "secretary_trained")


def rate(page: Page, indicator: str = "组织生活达标率") -> str:
    """Return a figure as the province reads it on its first page."""
    page.goto("/")
    row = page.get_by_role("row").filter(has_text=indicator)
    return row.locator("td").first.inner_text().replace(" ", "")


def opened_round(page: Page) -> QuarterlyReport:
    page.goto("/reports/rounds/new/")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确定发起").click()
    page.get_by_text("填报中").first.wait_for()
    return QuarterlyReport.objects.get(association__name="江苏省家具行业协会")


def returned(page: Page, report: QuarterlyReport) -> None:
    """Return the report with comments on two items."""
    page.goto(f"/reports/{report.pk}/review/")
    for code, text in (("theme_days", "请核对次数"), ("lectures", "党课没有记录")):
        line = page.locator(f"#item-{code}")
        line.get_by_text("写意见").click()
        line.get_by_role("textbox").fill(text)
    page.get_by_role("button", name="退回修改").click()
    page.get_by_text("已退回江苏省家具行业协会的季报").wait_for()


def approved(page: Page, report: QuarterlyReport) -> str:
    """Approve what came back; return what the page says was changed since."""
    page.goto(f"/reports/{report.pk}/review/")
    changed = page.locator("section", has=page.get_by_role("heading", name="第2次提交：退回意见和修改"))
    told = re.sub(r"\s+", " ", changed.inner_text())
    page.get_by_role("button", name="通过", exact=True).first.click()
    page.get_by_text("已通过").first.wait_for()
    return told


@pytest.fixture(autouse=True)
def _world(province: Committee, own: Side, other: Side) -> None:
    quarterly_version()


def test_a_report_goes_from_the_round_through_a_return_to_the_figure_on_the_first_page(page_of: PageOf) -> None:
    provinces, committees, secretarys = page_of("province"), page_of("committee"), page_of("secretary")
    report = opened_round(provinces)
    assert report.quarter == Quarter.of(timezone.localdate()).previous

    secretarys.goto("/")
    secretarys.get_by_role("link", name=f"填报{report.quarter}季报").click()
    for code, value in ANSWERS.items():
        secretarys.locator(f"#field-a-{code}").fill(value)
    for code in NO:
        secretarys.locator(f"#item-{code} label", has_text="否").click()
    secretarys.get_by_role("button", name="检查并提交").click()
    secretarys.get_by_role("button", name="提交", exact=True).click()
    secretarys.get_by_role("heading", name="办理情况").wait_for()

    returned(committees, report)
    secretarys.goto(reverse("reviews:report-fill", args=[report.pk]))
    fields = secretarys.locator("[id^=field-a-]:not([type=hidden])")
    assert {field.get_attribute("id") for field in fields.all()} == {"field-a-lectures", "field-a-theme_days"}
    assert secretarys.locator(".pinned-comment").count() == 2
    secretarys.locator("#field-a-theme_days").fill("4")
    secretarys.get_by_role("button", name="检查并提交").click()
    secretarys.get_by_role("button", name="提交", exact=True).click()
    secretarys.get_by_role("heading", name="办理情况").wait_for()

    before = rate(provinces)
    told = approved(committees, report)
    assert ("主题党日 3 4" in told, "没有修改，仍为 1" in told) == (True, True)
    assert (before, rate(provinces)) == ("0.00%（0/2）", "50.00%（1/2）")


def test_the_same_through_the_workbook(page_of: PageOf, tmp_path: Path) -> None:
    provinces, committees, secretarys = page_of("province"), page_of("committee"), page_of("secretary")
    report = opened_round(provinces)

    def uploaded(answers: dict[str, str]) -> None:
        secretarys.goto(reverse("reviews:report-fill", args=[report.pk]))
        with secretarys.expect_download() as download:
            secretarys.get_by_role("link", name="下载填报表").click()
        file = tmp_path / "report.xlsx"
        download.value.save_as(file)
        fill(file, answers)
        secretarys.goto(reverse("reviews:report-upload", args=[report.pk]))
        secretarys.locator("input[type=file]").set_input_files(file)
        secretarys.get_by_role("button", name="读取").click()
        secretarys.get_by_role("button", name="保存这些变化").click()
        secretarys.get_by_role("button", name="检查并提交").click()
        secretarys.get_by_role("button", name="提交", exact=True).click()
        secretarys.get_by_role("heading", name="办理情况").wait_for()

    uploaded({**ANSWERS, **dict.fromkeys(NO, "否")})
    returned(committees, report)
    uploaded({"theme_days": "4"})
    report.refresh_from_db()
    assert (report.status, report.submissions, report.told["theme_days"]) == (SheetStatus.SUBMITTED, 2, 4)

    before = rate(provinces)
    assert "主题党日 3 4" in approved(committees, report)
    assert (before, rate(provinces)) == ("0.00%（0/2）", "50.00%（1/2）")


def fill(file: Path, answers: dict[str, str]) -> None:
    """Type answers into the workbook as somebody does in WPS."""
    book = load_workbook(file)
    for row in book[SHEET].iter_rows():
        if row[CODE].value in answers:
            row[ANSWER].value = answers[row[CODE].value]
    book.save(file)
