"""A draw made and replayed in a browser; every page of planning readable and no wider than the window."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.core.models import Committee, User
from reviews.checks.models.plan import SpotCheck
from reviews.checks.services.drawing import commit_seed
from tests.conftest import PageOf, Side
from tests.reviews.checks.test_services_plan import WORD, add_associations, plan
from tests.reviews.checks.worlds import inspector_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def committed(own: Side, province: Committee, province_user: User) -> SpotCheck:
    today = timezone.localdate()
    add_associations(own.committee, 12)
    pool = [inspector_of(province) for _ in range(4)]
    period: dict[str, Any] = {"begins_on": today, "ends_on": today + datetime.timedelta(days=30), "today": today}
    check = plan(province_user, province, pool, strata=["risk"], **period)
    commit_seed(check=check, actor=province_user, today=today)
    return check


def test_a_draw_before_witnesses_is_replayed_on_its_page_and_printed_as_a_notice(
    page_of: PageOf, committed: SpotCheck, assert_accessible: Callable[..., None]
) -> None:
    page = page_of("province")
    page.goto(reverse("reviews:spot-check-result", args=[committed.pk, 1]))
    row = committed.draws.get()
    published = page.locator("code.digest").all_inner_texts()
    assert published == [row.pool_hash, row.seed_hash]
    page.get_by_role("link", name="随机抽取").click()
    page.get_by_label("现场见证内容").fill(WORD)
    page.get_by_role("button", name="抽取", exact=True).click()
    page.wait_for_url("**/draws/1/")
    assert page.locator("code.digest").all_inner_texts()[:2] == published
    page.get_by_role("link", name="重新核对").click()
    assert page.get_by_role("status").inner_text().startswith("与公布结果一致。")
    assert_accessible(page)
    page.goto(reverse("reviews:spot-check-notice", args=[committed.pk]))
    page.emulate_media(media="print")
    row.refresh_from_db()
    assert page.locator("tbody tr").count() == len(row.result["sample"])
    assert (page.locator(".side-nav").is_visible(), page.locator(".paper-seal").is_visible()) == (False, True)


def test_no_page_of_planning_has_a_serious_violation_or_scrolls_sideways(
    page_of: PageOf,
    committed: SpotCheck,
    own: Side,
    assert_usable: Callable[..., None],
) -> None:
    period = {"begins_on": committed.begins_on, "ends_on": committed.ends_on, "today": committed.begins_on}
    person = inspector_of(committed.committee, employer=own.association.name)
    draft = plan(committed.created_by, committed.committee, [person], **period)
    assert_usable(
        page_of("province"),
        reverse("reviews:spot-check-list"),
        reverse("reviews:spot-check-create"),
        reverse("reviews:spot-check-edit", args=[draft.pk]),
        reverse("reviews:spot-check-detail", args=[draft.pk]),
        reverse("reviews:spot-check-population", args=[draft.pk]),
        reverse("reviews:spot-check-commit", args=[draft.pk]),
        reverse("reviews:spot-check-draw", args=[committed.pk]),
        reverse("reviews:spot-check-result", args=[committed.pk, 1]),
        reverse("reviews:spot-check-visits", args=[committed.pk]),
        reverse("reviews:inspector-list"),
        reverse("reviews:inspector-detail", args=[person.pk]),
        reverse("reviews:inspector-calendar"),
    )


def test_the_population_is_worked_out_anew_when_the_plan_changes(
    page_of: PageOf, committed: SpotCheck, own: Side
) -> None:
    page = page_of("province")
    page.goto(reverse("reviews:spot-check-create"))
    today = timezone.localdate()
    page.get_by_label("开始日期").fill(today.isoformat())
    page.get_by_label("结束日期").fill((today + datetime.timedelta(days=9)).isoformat())
    page.get_by_label("抽取数量（家）").fill("1")
    page.get_by_label("抽取数量（家）").blur()
    page.get_by_text("按回避规则，每家协会都有至少 2 名可用的检查人员。").wait_for()
    tiles = page.locator(".tile-figure")
    assert tiles.all_inner_texts() == ["13", "0", "1"]
    page.get_by_label("党建工作领导机构", exact=True).last.check()
    page.get_by_label("抽取数量（家）").fill("5")
    page.get_by_label("抽取数量（家）").blur()
    page.locator(".tile", has_text="本次抽取").get_by_text("5", exact=True).wait_for()
    assert page.get_by_text("分层和名额").is_visible()
