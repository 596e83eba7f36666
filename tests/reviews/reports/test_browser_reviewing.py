"""Reviewing in a browser: from the queue to a return and an approval, accessible, nothing overflows a phone."""

import pytest

from reviews.questionnaires.choices import SheetStatus
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import Difficulty, PostChange
from tests import recipes
from tests.reviews.reports.rounds import OPENED_ON, QUARTER, report_of, round_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reports(province, own):
    round_ = round_of(province)
    second = recipes.association.make(name="江苏省灯具协会")
    recipes.oversight.make(association=second, committee=own.committee)
    needs = {"attention": 4, "attention_reasons": ["首次填报"]}
    first = report_of(own.association, round_, SheetStatus.SUBMITTED, **needs)
    return first, report_of(second, round_, SheetStatus.SUBMITTED)


def test_a_report_is_returned_from_the_queue_and_those_that_need_no_look_approved(page_of, assert_accessible, reports):
    returned, approved = reports
    page = page_of("committee")
    page.goto("/reports/review/")
    assert_accessible(page)
    page.get_by_role("link", name="江苏省家具行业协会").click()
    assert_accessible(page)
    line = page.locator("#item-theme_days")
    line.get_by_text("写意见").click()
    line.get_by_label("对“主题党日”的意见").fill("请核对次数")
    assert_accessible(page)
    page.get_by_role("button", name="退回修改").click()
    page.get_by_text("已退回江苏省家具行业协会的季报").wait_for()

    page.get_by_role("link", name="全选无须留意的（1 份）").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="通过选中的").click()
    page.get_by_text("已通过 1 份季报。").wait_for()
    found = QuarterlyReport.objects.in_bulk([returned.pk, approved.pk])
    assert [found[report.pk].status for report in reports] == ["returned", "approved"]


def test_every_page_is_accessible_and_fits_a_phone(page_of, assert_usable, reports):
    first, _ = reports
    done = report_of(
        recipes.association.make(), round_of(first.round.committee, quarter=QUARTER.previous), SheetStatus.APPROVED
    )
    recipes.oversight.make(association=done.association, committee=first.round.committee)
    PostChange.objects.create(report=done, person="李红", title="组织委员", is_appointment=True, since=OPENED_ON)
    Difficulty.objects.create(report=done, kind="活动场所", text="没有固定的党员活动室")
    addresses = (
        "rounds/",
        "rounds/new/",
        f"rounds/{first.round_id}/",
        f"rounds/{first.round_id}/reports/",
        f"rounds/{first.round_id}/extend/?pk={first.pk}",
        f"rounds/{first.round_id}/close/",
        "review/?tab=all",
        f"{first.pk}/review/",
        f"{done.pk}/unlock/",
        "post-changes/",
        "difficulties/",
    )
    assert_usable(page_of("province"), *(f"/reports/{address}" for address in addresses))
