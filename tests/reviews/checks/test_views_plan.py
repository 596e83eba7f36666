"""Pages of spot checks: what they show, what they must not, who gets what."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Committee, User
from reviews.checks.choices import AssignmentStatus, CheckStatus
from reviews.checks.models.inspectors import Inspector, InspectorAbsence, InspectorTie
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.replay import verified
from reviews.checks.services.assigning import release_check
from reviews.checks.services.drawing import commit_seed, draw
from tests import recipes
from tests.conftest import ClientOf, Side
from tests.reviews.checks.test_services_plan import AS_OF, ENDS, TODAY, WORD, add_associations, plan
from tests.reviews.checks.worlds import check_list_version, inspector_of

NOW = datetime.datetime(2024, 9, 2, 2, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def pool(own: Side, province: Committee) -> list[Inspector]:
    add_associations(own.committee, 30)
    return [inspector_of(province) for _ in range(4)]


@pytest.fixture
def check(province_user: User, province: Committee, pool: list[Inspector]) -> SpotCheck:
    return plan(province_user, province, pool)


@pytest.fixture
def drawn(check: SpotCheck, province_user: User) -> SpotCheck:
    commit_seed(check=check, actor=province_user, today=TODAY)
    draw(check=check, actor=province_user, witness_word=WORD, today=TODAY)
    check.refresh_from_db()
    return check


def told(check_list: int, committee: Committee, pool: list[Inspector], **more: Any) -> dict[str, Any]:
    return {
        "name": "2024年随机抽查",
        "kind": "random",
        "selection": "draw",
        "committee": committee.pk,
        "version": check_list,
        "begins_on": TODAY.isoformat(),
        "ends_on": ENDS.isoformat(),
        "as_of": AS_OF.isoformat(),
        "number": "6",
        "inspectors": [each.pk for each in pool],
        **more,
    }


def page(client: Client, name: str, *args: Any, **data: Any) -> str:
    answer = client.get(reverse(f"reviews:{name}", args=args), data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_check_goes_from_plan_to_release_on_its_pages(
    client_of: ClientOf, province: Committee, pool: list[Inspector]
) -> None:
    client = client_of("province")
    answer = client.post(
        reverse("reviews:spot-check-create"),
        told(check_list_version().pk, province, pool, strata=["risk"], kinds=["association"], skip_drawn="on"),
    )
    check = SpotCheck.objects.get()
    detail = reverse("reviews:spot-check-detail", args=[check.pk])
    assert (answer.status_code, answer.url) == (302, detail)
    assert (check.filters, check.strata) == ({"kinds": ["association"], "skip_drawn": True}, ["risk"])
    answer = client.post(reverse("reviews:spot-check-commit", args=[check.pk]))
    assert answer.url == reverse("reviews:spot-check-result", args=[check.pk, 1])
    row = check.draws.get()
    for shown in (page(client, "spot-check-result", check.pk, 1), page(client, "spot-check-detail", check.pk)):
        assert (row.seed_hash in shown, row.pool_hash in shown, row.seed in shown) == (True, True, False)
    answer = client.post(reverse("reviews:spot-check-draw", args=[check.pk]), {"witness_word": WORD})
    assert answer.url == reverse("reviews:spot-check-result", args=[check.pk, 1])
    answer = client.post(reverse("reviews:spot-check-release", args=[check.pk]))
    check.refresh_from_db()
    assert (answer.url, check.status) == (detail, CheckStatus.RELEASED)
    notice = page(client, "spot-check-notice", check.pk)
    assert all(visit.association.name in notice for visit in check.visits.select_related("association"))
    # Nobody who checks is told of risk by a printed page.
    assert "风险" not in notice


def test_a_refused_plan_says_why_beside_the_field_and_keeps_what_was_typed(
    client_of: ClientOf, province: Committee, pool: list[Inspector]
) -> None:
    answer = client_of("province").post(
        reverse("reviews:spot-check-create"), told(check_list_version().pk, province, pool, rate="5")
    )
    assert answer.context["form"].errors == {"number": ["请填写抽取比例或者抽取数量，只填一项。"]}
    assert 'value="2024年随机抽查"' in answer.content.decode()


def test_the_preview_counts_as_one_types_and_names_whom_nobody_may_visit(
    client_of: ClientOf, province: Committee, pool: list[Inspector], own: Side
) -> None:
    client, version = client_of("province"), check_list_version().pk
    for inspector in pool[:3]:
        InspectorTie.objects.create(inspector=inspector, association=own.association, reason="亲属")
    context = client.get(reverse("reviews:spot-check-preview"), told(version, province, pool, number="1")).context
    population = context["population"]
    assert (len(population.members), population.sample, population.floor, population.is_below_floor) == (31, 1, 2, True)
    (stranded,) = context["stranded"]
    assert (stranded.name, stranded.reasons) == (
        own.association.name,
        tuple((str(each), "本人申报有利害关系") for each in pool[:3]),
    )
    empty = client.get(reverse("reviews:spot-check-preview"), {"committee": province.pk}).context["population"]
    assert empty is None
    short = client.get(reverse("reviews:spot-check-preview"), told(version, province, pool, ends_on=TODAY.isoformat()))
    # A day holds two visits of each of four people: four visits of two.
    assert (short.context["possible"], short.context["is_short"]) == (4, True)


def test_no_page_and_no_file_shows_the_seed_before_the_draw(
    client_of: ClientOf, check: SpotCheck, province_user: User
) -> None:
    row = commit_seed(check=check, actor=province_user, today=TODAY)
    client = client_of("province")
    pages = [
        page(client, "spot-check-list"),
        page(client, "spot-check-detail", check.pk),
        page(client, "spot-check-result", check.pk, 1),
        page(client, "spot-check-result", check.pk, 1, replay="1"),
        page(client, "spot-check-draw", check.pk),
        page(client, "spot-check-population", check.pk),
        page(client, "spot-check-visits", check.pk),
    ]
    assert [place for place, text in enumerate(pages) if row.seed in text] == []
    assert client.get(reverse("reviews:spot-check-file", args=[check.pk, 1])).status_code == 404
    assert client.get(reverse("reviews:spot-check-notice", args=[check.pk])).status_code == 403


def test_the_file_is_downloaded_with_an_entry_in_the_log_and_verifies(client_of: ClientOf, drawn: SpotCheck) -> None:
    answer = client_of("province").get(reverse("reviews:spot-check-file", args=[drawn.pk, 1]))
    assert verified(answer.content)["draw"]["witness_word"] == WORD
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target_id, entry.data["number"]) == (AuditAction.EXPORT, drawn.pk, 1)
    assert json.loads(answer.content)["draw"]["seed"] == drawn.draws.get().seed


def test_the_page_draws_again_and_says_whether_it_agrees(client_of: ClientOf, drawn: SpotCheck) -> None:
    client = client_of("province")
    assert "与公布结果一致" in page(client, "spot-check-result", drawn.pk, 1, replay="1")
    row = drawn.draws.get()
    row.result = {**row.result, "pairs": row.result["pairs"][::-1]}
    row.save()
    text = page(client, "spot-check-result", drawn.pk, 1, replay="1")
    assert ("与公布结果一致" in text, "重新抽取的结果与文件不同：“检查人员安排”第1行。" in text) == (False, True)


def test_a_redraw_stays_to_be_seen(client_of: ClientOf, drawn: SpotCheck) -> None:
    client = client_of("province")
    client.post(reverse("reviews:spot-check-redraw", args=[drawn.pk]), {"reason": "人员库有误"})
    first = drawn.draws.get(number=1)
    assert "重新抽取原因：人员库有误" in page(client, "spot-check-detail", drawn.pk)
    old = page(client, "spot-check-result", drawn.pk, 1)
    assert all(each["name"] in old for each in first.result["sample"])
    assert "这次抽取已被后一次替代" in old


def test_a_committee_below_does_not_see_the_province_s_draw(client_of: ClientOf, drawn: SpotCheck, own: Side) -> None:
    client = client_of("committee")
    assert client.get(reverse("reviews:spot-check-list")).context["page_obj"].paginator.count == 0
    assert client.get(reverse("reviews:spot-check-result", args=[drawn.pk, 1])).status_code == 404


def test_an_inspector_gets_nothing_of_a_draw_before_it_is_released(
    client_of: ClientOf, drawn: SpotCheck, inspector_user: User, province: Committee, province_user: User
) -> None:
    client = client_of("inspector")
    inspector = inspector_of(province, inspector_user)
    visit = drawn.visits.first()
    assert visit is not None
    visit.assignments.create(inspector=inspector, assigned_by=province_user)
    decline = reverse("reviews:visit-decline", args=[visit.pk])
    assert client.get(decline).status_code == 404
    release_check(check=drawn, actor=province_user)
    assert client.get(decline).status_code == 200
    answer = client.post(decline, {"reason": "出差"})
    assert (answer.status_code, answer.url) == (302, reverse("reviews:visit-mine"))
    assert visit.assignments.get(inspector=inspector).status == AssignmentStatus.DECLINED
    assert client.get(decline).status_code == 404


def test_reassignment_shows_what_keeps_each_away_and_how_much_each_has_to_do(
    client_of: ClientOf, drawn: SpotCheck, pool: list[Inspector], province: Committee
) -> None:
    visit = drawn.visits.select_related("association").first()
    assert visit is not None
    tied = inspector_of(province)
    InspectorTie.objects.create(inspector=tied, association=visit.association, reason="亲属")
    client, address = client_of("province"), reverse("reviews:visit-assign", args=[visit.pk])
    rows = {load.inspector.pk: (load.visits, kept) for load, kept in client.get(address).context["rows"]}
    assert rows[tied.pk] == (0, "本人申报有利害关系")
    assert sum(visits for visits, _ in rows.values()) == 12
    replaced = visit.assignments.first()
    assert replaced is not None
    answer = client.post(address, {"replaced": replaced.pk, "inspector": tied.pk, "reason": "换人"})
    assert answer.context["form"].errors == {"inspector": [f"{tied}应当回避{visit.association}：本人申报有利害关系。"]}
    free = inspector_of(province)
    answer = client.post(
        address,
        {"replaced": replaced.pk, "inspector": free.pk, "reason": "换人", "planned_on": visit.planned_on.isoformat()},  # type: ignore[union-attr]
    )
    assert answer.url == reverse("reviews:spot-check-visits", args=[drawn.pk])
    text = page(client, "spot-check-visits", drawn.pk)
    assert (str(free) in text, "已改派：换人" in text) == (True, True)


def test_the_pool_is_kept_on_its_pages(
    client_of: ClientOf, province: Committee, inspector_user: User, own: Side
) -> None:
    client = client_of("province")
    answer = client.post(
        reverse("reviews:inspector-create"),
        {
            "user": inspector_user.pk,
            "committee": province.pk,
            "employer": "省财政厅",
            "skills": "财务，法律",
            "employer_association": own.association.name,
        },
    )
    inspector = Inspector.objects.get()
    assert answer.url == reverse("reviews:inspector-detail", args=[inspector.pk])
    assert (inspector.skills, inspector.employer_association) == (["财务", "法律"], own.association)
    client.post(
        reverse("reviews:inspector-edit", args=[inspector.pk]),
        {"employer": "省审计厅", "skills": "", "is_active": "on"},
    )
    inspector.refresh_from_db()
    assert (inspector.employer, inspector.skills, inspector.employer_association, inspector.is_active) == (
        "省审计厅",
        [],
        None,
        True,
    )
    client.post(
        reverse("reviews:absence-add", args=[inspector.pk]), {"first_day": "2024-09-09", "last_day": "2024-09-10"}
    )
    client.post(
        reverse("reviews:tie-add", args=[inspector.pk]), {"association": own.association.name, "reason": "亲属"}
    )
    text = page(client, "inspector-detail", inspector.pk)
    assert ("2024-09-09 至 2024-09-10" in text, f"{own.association.name}：亲属" in text) == (True, True)
    rows = client.get(reverse("reviews:inspector-calendar"), {"month": "2024-09"}).context["rows"]
    assert [place + 1 for place, cell in enumerate(rows[0]["cells"]) if cell["away"]] == [9, 10]
    client.post(reverse("reviews:absence-remove", args=[InspectorAbsence.objects.get().pk]))
    client.post(reverse("reviews:tie-remove", args=[InspectorTie.objects.get().pk]), {"reason": "已离任"})
    assert (InspectorAbsence.objects.count(), InspectorTie.objects.count()) == (0, 0)


def test_only_an_account_with_the_role_goes_into_the_pool(client_of: ClientOf, province: Committee) -> None:
    stranger = recipes.user.make()
    answer = client_of("province").post(
        reverse("reviews:inspector-create"),
        {"user": stranger.pk, "committee": province.pk, "employer": "省财政厅"},
    )
    assert (list(answer.context["form"].errors), Inspector.objects.count()) == (["user"], 0)


@pytest.mark.parametrize("month", ("", "2024-13", "gestern", "0001-01", "9999-12"))
def test_a_calendar_of_no_month_is_this_month_s(client_of: ClientOf, month: str) -> None:
    answer = client_of("province").get(reverse("reviews:inspector-calendar"), {"month": month})
    assert answer.context["month"] == datetime.date(2024, 9, 1)


def test_lists_filter_sort_and_export(client_of: ClientOf, drawn: SpotCheck, pool: list[Inspector]) -> None:
    client = client_of("province")
    name = Visit.objects.select_related("association").first().association.name  # type: ignore[union-attr]
    counts = [
        ("spot-check-list", (), {"status": "drawn"}, 1),
        ("spot-check-list", (), {"status": "draft"}, 0),
        ("spot-check-visits", (drawn.pk,), {"search": name}, 1),
        ("spot-check-visits", (drawn.pk,), {"inspector": "没有此人"}, 0),
        ("spot-check-population", (drawn.pk,), {"search": name, "sort": "-code"}, 1),
        ("inspector-list", (), {"state": "1", "sort": "-open"}, 4),
        ("inspector-list", (), {"state": "0"}, 0),
    ]
    for url_name, args, asked, count in counts:
        answer = client.get(reverse(f"reviews:{url_name}", args=args), asked)
        assert (url_name, asked, answer.context["page_obj"].paginator.count) == (url_name, asked, count)
    for url_name, args in (
        ("spot-check-list", ()),
        ("spot-check-visits", (drawn.pk,)),
        ("spot-check-population", (drawn.pk,)),
        ("inspector-list", ()),
    ):
        answer = client.get(reverse(f"reviews:{url_name}", args=args), {"export": "xlsx"})
        assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def _without_people(visit: Visit) -> None:
    visit.assignments.all().delete()


def _without_day(visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(planned_on=None)


def _after_the_period(visit: Visit) -> None:
    Visit.objects.filter(pk=visit.pk).update(planned_on=ENDS + datetime.timedelta(days=1))


def _with_a_tie(visit: Visit) -> None:
    inspector = visit.assignments.order_by("pk")[0].inspector
    InspectorTie.objects.create(inspector=inspector, association=visit.association, reason="亲属")


@pytest.mark.parametrize(
    ("spoil", "lacks"),
    (
        (_without_people, "检查人员不足2人"),
        (_without_day, "没有检查日期"),
        (_after_the_period, "检查日期不在检查时间内"),
        (_with_a_tie, "应当回避：本人申报有利害关系"),
    ),
)
def test_the_page_does_not_offer_a_release_that_the_service_refuses_and_says_what_is_missing(
    client_of: ClientOf, drawn: SpotCheck, province_user: User, spoil: Callable[[Visit], None], lacks: str
) -> None:
    client, address = client_of("province"), reverse("reviews:spot-check-detail", args=[drawn.pk])
    assert client.get(address).context["next"].label == "下发检查人员"
    visit = drawn.visits.select_related("association").order_by("pk")[0]
    spoil(visit)
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.context["next"].label == "指派检查人员"
    assert (lacks in text, visit.association.name in text, "下发检查人员" in text) == (True, True, False)
    assert [row.visit for row in answer.context["unready"]] == [visit]
    with pytest.raises(RuleViolation, match=r"下发|改派"):
        release_check(check=drawn, actor=province_user)


def test_the_search_in_a_population_ignores_spaces_as_every_search_for_associations_does(
    client_of: ClientOf, drawn: SpotCheck
) -> None:
    association = drawn.visits.select_related("association").order_by("pk")[0].association
    address = reverse("reviews:spot-check-population", args=[drawn.pk])
    page_obj = client_of("province").get(address, {"search": f" {association.uscc.lower()} "}).context["page_obj"]
    assert [row.pk for row in page_obj] == [association.pk]


def test_moving_a_visit_to_another_day_keeps_its_address(client_of: ClientOf, drawn: SpotCheck) -> None:
    visit = drawn.visits.order_by("pk")[0]
    Visit.objects.filter(pk=visit.pk).update(address="云龙湖路8号")
    client, address = client_of("province"), reverse("reviews:visit-move", args=[visit.pk])
    shown = client.get(address).context["form"].initial
    assert shown == {"planned_on": visit.planned_on, "address": "云龙湖路8号"}
    client.post(address, {"planned_on": "2024-09-30", "address": shown["address"]})
    visit.refresh_from_db()
    assert (visit.planned_on, visit.address) == (datetime.date(2024, 9, 30), "云龙湖路8号")
