"""Filing a quarterly report in a browser: few taps, a phone in the hand, a connection that breaks, two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from reviews.questionnaires.choices import ItemType, SheetStatus
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.services.filing import save_sheet
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportComment
from tests.conftest import PHONE
from tests.reviews.reports.rounds import GOOD, QUARTER, quarterly_version, report_of, round_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from portal.core.models import Committee, User
    from tests.conftest import PageOf, Side
    from tests.flows.machines import Machines

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"已保存 \d\d:\d\d")


@pytest.fixture
def report(province: Committee, own: Side, secretary_user: User) -> QuarterlyReport:
    """Return a draft of an association that told everything of the quarter before."""
    before = round_of(province, RoundStatus.CLOSED, quarter=QUARTER.previous)
    report_of(own.association, before, SheetStatus.APPROVED, told=GOOD)
    return report_of(own.association, round_of(province))


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def opened(page: Page, report: QuarterlyReport) -> Page:
    page.goto(f"/reports/{report.pk}/fill/")
    page.wait_for_load_state("networkidle")
    return page


def wait_saved(page: Page) -> None:
    page.locator("[data-save-status]", has_text=SAVED).wait_for()


def kept(report: QuarterlyReport) -> dict[str, object]:
    return QuarterlyReport.objects.get(pk=report.pk).answers


def test_a_report_in_which_nothing_changed_is_filed_in_under_ten_taps(page_of: PageOf, report: QuarterlyReport) -> None:
    page = page_of("secretary", **PHONE, has_touch=True)
    page.goto("/")
    taps = 0

    def tap(name: str | re.Pattern[str], role: str = "button") -> None:
        nonlocal taps
        taps += 1
        page.get_by_role(role, name=name, exact=True).first.tap()  # type: ignore[arg-type]

    tap("填报2024年第三季度季报", "link")
    unchanged = page.get_by_role("button", name=re.compile("：本季度无变化"))
    unchanged.first.wait_for()
    while left := unchanged.count():
        tap(re.compile("：本季度无变化"))
        page.wait_for_function("left => document.querySelectorAll('button[name=unchanged]').length < left", arg=left)
    tap("检查并提交")
    tap("提交")
    page.get_by_role("heading", name="办理情况").wait_for()

    filed = QuarterlyReport.objects.get(pk=report.pk)
    assert (filed.status, filed.answers) == (SheetStatus.SUBMITTED, GOOD)
    assert taps == 7


def test_changes_are_filed_on_a_phone_without_sideways_scrolling(
    page_of: PageOf, assert_accessible: Callable[[Page], None], report: QuarterlyReport
) -> None:
    page = opened(page_of("secretary", **PHONE, has_touch=True), report)
    assert fits(page)
    for section in ("组织生活", "党建经费", "教育培训"):
        page.get_by_role("button", name=f"{section}：本季度无变化").tap()
        wait_saved(page)
    page.locator("#item-staff summary").tap()
    page.locator("#field-a-staff").fill("14")
    page.locator("#item-posts_changed label", has_text="是").tap()
    page.locator("#field-a-post_changes-0-person").fill("李红")
    page.locator("#field-a-post_changes-0-title").select_option("组织委员")
    page.locator("#field-a-post_changes-0-act").select_option("任职")
    page.locator("#field-a-post_changes-0-since").fill("2024-09-01")
    page.locator("#item-difficulties [data-add-row]").tap()
    page.locator("#field-a-difficulties-2-kind").select_option("活动场所")
    page.locator("#field-a-difficulties-2-text").fill("没有固定的党员活动室")
    page.locator("#field-a-theme_days").fill("2")
    page.locator("#explain-theme_days").wait_for()
    page.locator("#explain-theme_days").fill("八月因高温停办一次")
    assert (fits(page), page.locator("#item-theme_days .answer-last").inner_text()) == (True, "上期 3，本期 −1")  # noqa: RUF001
    assert_accessible(page)

    page.get_by_role("button", name="检查并提交").tap()
    page.get_by_role("heading", name="核对并提交").wait_for()
    assert fits(page)
    assert_accessible(page)
    assert page.locator("[aria-labelledby=posts-title] li").all_inner_texts() == ["李红 任职 组织委员，2024-09-01"]
    page.get_by_role("button", name="提交", exact=True).tap()
    page.get_by_role("heading", name="办理情况").wait_for()
    assert fits(page)

    filed = QuarterlyReport.objects.get(pk=report.pk)
    assert (filed.status, filed.told["staff"], filed.told["theme_days"]) == (SheetStatus.SUBMITTED, 14, 2)
    assert filed.told["difficulties"] == [{"kind": "活动场所", "text": "没有固定的党员活动室"}]


def test_what_is_typed_without_a_connection_is_saved_when_it_is_back(page_of: PageOf, report: QuarterlyReport) -> None:
    page = opened(page_of("secretary"), report)
    page.locator("#field-a-lectures").fill("2")
    page.context.set_offline(True)
    page.locator("#field-a-members_meetings").fill("3")
    page.locator("[data-save-status]", has_text="没有连接，内容保留在本机，恢复后自动保存").wait_for()
    page.locator("#field-a-theme_days").fill("4")
    page.wait_for_timeout(2500)
    assert kept(report) == {}

    page.context.set_offline(False)
    wait_saved(page)
    assert kept(report) == {"lectures": 2, "members_meetings": 3, "theme_days": 4}


def test_what_is_typed_while_the_web_server_is_killed_is_saved_when_another_has_started(
    page_of: PageOf, machines: Machines, report: QuarterlyReport
) -> None:
    server = machines.start_web()
    page = page_of("secretary", loses_server=True)
    page.goto(f"http://localhost:{machines.web_port}/reports/{report.pk}/fill/")
    page.locator("#field-a-lectures").fill("2")
    wait_saved(page)
    page.locator("#field-a-members_meetings").fill("3")
    machines.kill(server)
    page.locator("[data-save-status]", has_text="服务器没有响应，内容保留在本机，稍后自动保存").wait_for()
    page.locator("#field-a-member_service").fill("为会员减免会费")
    assert kept(report) == {"lectures": 2}

    machines.start_web()
    wait_saved(page)
    assert kept(report) == {"lectures": 2, "members_meetings": 3, "member_service": "为会员减免会费"}


def test_a_page_loaded_again_while_typing_puts_back_what_was_not_saved(
    page_of: PageOf, report: QuarterlyReport
) -> None:
    page = opened(page_of("secretary", loses_server=True), report)
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("#item-decisions [data-add-row]").click()
    page.locator("#field-a-decisions-2-matters").fill("7")
    page.locator("#field-a-member_service").press_sequentially("为会员减免会费", delay=20)
    page.locator("[data-save-status]", has_text="内容保留在本机").wait_for()
    assert kept(report) == {}
    page.unroute_all()
    page.reload()
    page.locator("[data-draft-notice]", has_text="已放回上次没有保存的内容：参与决策事项、服务会员。").wait_for()
    wait_saved(page)

    assert kept(report) == {"decisions": [{"matters": 7}], "member_service": "为会员减免会费"}
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('report-draft'))") == []


def test_what_waits_in_the_browser_is_unreadable_there(page_of: PageOf, report: QuarterlyReport) -> None:
    page = opened(page_of("secretary"), report)
    page.context.set_offline(True)
    page.locator("#field-a-member_service").fill("服务会员的内容")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('report-draft'))")
    stored = page.evaluate("Object.values(localStorage).join('')")
    assert ("member_service" in stored, "服务会员的内容" in stored) == (False, False)
    page.context.set_offline(False)
    wait_saved(page)


def test_a_double_click_submits_once(page_of: PageOf, report: QuarterlyReport) -> None:
    QuarterlyReport.objects.filter(pk=report.pk).update(answers=GOOD)
    page = page_of("secretary")
    page.goto(f"/reports/{report.pk}/confirm/")
    page.get_by_role("button", name="提交", exact=True).dblclick()
    page.get_by_role("heading", name="办理情况").wait_for()
    filed = QuarterlyReport.objects.get(pk=report.pk)
    assert (filed.submissions, filed.steps.count()) == (1, 1)


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_and_nothing_typed_is_lost(
    page_of: PageOf, secretary_user: User, report: QuarterlyReport
) -> None:
    page = opened(page_of("secretary"), report)
    save_sheet(sheet=report, actor=secretary_user, seen=0, answers={"lectures": 5, "theme_days": 9}, explanations={})
    page.locator("#field-a-lectures").fill("2")
    notice = page.locator("[data-draft-notice]")
    notice.get_by_text("您在另一个窗口已修改了这份季报").wait_for()
    assert kept(report) == {"lectures": 5, "theme_days": 9}

    notice.get_by_role("button", name="载入最新内容，保留我的改动").click()
    notice.get_by_text("党课（最新内容：5；您填的：2）").wait_for()
    assert page.locator("#field-a-theme_days").input_value() == "9"
    notice.get_by_role("button", name="以这里的内容为准，保存").click()
    wait_saved(page)
    assert kept(report) == {"lectures": 2, "theme_days": 9}


def test_ctrl_enter_saves_and_leads_to_what_is_missing(page_of: PageOf, report: QuarterlyReport) -> None:
    page = opened(page_of("secretary"), report)
    page.locator("#field-a-lectures").fill("2")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", name="还有 9 处需要处理").wait_for()
    page.get_by_role("link", name="支部党员大会：请填写。 去填写").click()
    page.locator("#problems-members_meetings", has_text="请填写。").wait_for()
    assert kept(report) == {"lectures": 2}


def test_after_a_return_only_what_was_commented_on_is_open(
    page_of: PageOf, assert_accessible: Callable[[Page], None], committee_user: User, report: QuarterlyReport
) -> None:
    QuarterlyReport.objects.filter(pk=report.pk).update(
        status=SheetStatus.RETURNED,
        reopened=["theme_days"],
        answers=GOOD,
        told={"has_organization": True, "members_formal": 5, **GOOD},
        submissions=1,
        submitted_by=committee_user,
        submitted_at=report.round.opened_at,
        submitted_on=report.due_on,
    )
    ReportComment.objects.create(
        report=report,
        item="theme_days",
        text="请核对次数",
        author=committee_user,
        at=report.round.opened_at,
        submission=1,
    )
    page = opened(page_of("secretary", **PHONE), report)
    assert page.locator("#item-theme_days .pinned-comment").inner_text().strip().startswith("审核意见：请核对次数")
    fields = page.locator("#report-form :is(input, select, textarea):not([type=hidden])")
    assert fields.evaluate_all("found => found.map((field) => field.name)") == ["a-theme_days"]
    assert_accessible(page)
    page.locator("#field-a-theme_days").fill("4")
    wait_saved(page)
    assert kept(report) == {**GOOD, "theme_days": 4}


def test_files_are_added_and_taken_off_without_leaving_the_page(
    page_of: PageOf, province: Committee, own: Side, secretary_user: User
) -> None:
    minutes = Item("minutes", "会议记录", ItemType.ATTACHMENT)
    note = Item("note", "备注", ItemType.SHORT_TEXT)
    version = quarterly_version(Content((Section("papers", "材料", items=(minutes, note)),)))
    report = report_of(own.association, round_of(province, version=version))
    page = opened(page_of("secretary", **PHONE), report)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#field-a-note").fill("第一次")
    page.locator("#field-a-minutes").set_input_files(
        {"name": "会议记录.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 minutes"}
    )
    page.get_by_role("link", name="会议记录.pdf").wait_for()
    page.locator("#field-a-minutes").set_input_files(
        {"name": "木马.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    )
    refusal = page.locator("[data-draft-notice]", has_text="“木马.exe”：只接收")
    refusal.wait_for()
    assert fits(page)
    page.locator("#field-a-note").fill("第二次")
    wait_saved(page)
    assert refusal.is_visible()  # what is saved meanwhile does not take the word about the file away
    page.get_by_role("button", name="移除会议记录.pdf").click()
    page.get_by_role("link", name="会议记录.pdf").wait_for(state="detached")
    refusal.wait_for(state="hidden")
    assert kept(report) == {"note": "第二次"}


def test_every_page_is_accessible_and_fits(
    page_of: PageOf, assert_usable: Callable[..., None], report: QuarterlyReport
) -> None:
    before = QuarterlyReport.objects.exclude(pk=report.pk).get()
    assert_usable(
        page_of("secretary"),
        "/",
        "/reports/mine/",
        f"/reports/{before.pk}/",
        f"/reports/{report.pk}/",
        f"/reports/{report.pk}/fill/?check=1",
        f"/reports/{report.pk}/confirm/",
        f"/reports/{report.pk}/upload/",
    )
