"""Planning and drawing a check: floor, exclusions, seed and pool, one draw whoever asks, visits, decline and reassignment."""

from __future__ import annotations

import datetime
import logging
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from associations.models import Association
from portal.core.choices import Role
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Committee, Job, Notice, User
from portal.core.tasks import run_job
from reviews.checks.choices import AssignmentStatus, CheckJobKind, CheckKind, CheckStatus, Selection, VisitStatus
from reviews.checks.indicators.population import outline_of, population_of
from reviews.checks.models.inspectors import Inspector, InspectorAbsence
from reviews.checks.models.plan import Draw, SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.draw_file import seed_hash
from reviews.checks.rules.replay import verified
from reviews.checks.services.assigning import (
    add_visit,
    decline_visit,
    move_visit,
    reassign,
    release_check,
    remove_visit,
)
from reviews.checks.services.drawing import commit_seed, draw, draw_again, fault_of, file_of
from reviews.checks.services.inspectors import declare_tie
from reviews.checks.services.plan import (
    cancel_check,
    create_check,
    edit_check,
    exclude_association,
    include_association,
)
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.worlds import check_list_version, check_of, inspector_of, visit_of

TODAY = datetime.date(2024, 9, 2)
ENDS = datetime.date(2024, 9, 30)
AS_OF = datetime.date(2024, 6, 30)
WORD = "二十三 七"


def add_associations(committee: Committee, count: int) -> list[Association]:
    made = [recipes.association.make() for _ in range(count)]
    for association in made:
        recipes.oversight.make(association=association, committee=committee)
    return made


@pytest.fixture
def pool(own: Side, province: Committee) -> list[Inspector]:
    """Four inspectors of the province; thirty associations more under the own committee."""
    add_associations(own.committee, 30)
    return [inspector_of(province) for _ in range(4)]


def plan(actor: User, committee: Committee, inspectors: list[Inspector], **more: Any) -> SpotCheck:
    told = {
        "name": "2024年随机抽查",
        "kind": CheckKind.RANDOM,
        "selection": Selection.DRAW,
        "version": check_list_version(),
        "begins_on": TODAY,
        "ends_on": ENDS,
        "as_of": AS_OF,
        "filters": {},
        "strata": [],
        "rate": None,
        "number": 6,
        "today": TODAY,
        **more,
    }
    return create_check(committee=committee, inspectors=inspectors, actor=actor, **told)


@pytest.fixture
def check(province_user: User, province: Committee, pool: list[Inspector]) -> SpotCheck:
    return plan(province_user, province, pool)


@pytest.fixture
def committed(check: SpotCheck, province_user: User) -> SpotCheck:
    commit_seed(check=check, actor=province_user, today=TODAY)
    check.refresh_from_db()
    return check


@pytest.fixture
def drawn(committed: SpotCheck, province_user: User) -> SpotCheck:
    draw(check=committed, actor=province_user, witness_word=WORD, today=TODAY)
    committed.refresh_from_db()
    return committed


@pytest.fixture
def released(drawn: SpotCheck, province_user: User) -> SpotCheck:
    return release_check(check=drawn, actor=province_user)


def refusal(act: Any) -> tuple[str, str | None]:
    with pytest.raises(RuleViolation) as refused:
        act()
    return refused.value.message, refused.value.field


# --- the plan ---


@pytest.mark.parametrize(
    ("more", "field"),
    (
        ({"selection": Selection.HAND}, "selection"),
        ({"number": None}, "number"),
        ({"rate": Decimal(5)}, "number"),
        ({"ends_on": TODAY - datetime.timedelta(days=1)}, "ends_on"),
        ({"ends_on": TODAY + datetime.timedelta(days=400)}, "ends_on"),
        ({"as_of": TODAY + datetime.timedelta(days=1)}, "as_of"),
    ),
)
def test_a_plan_that_a_rule_refuses_is_not_written(
    province_user: User, province: Committee, pool: list[Inspector], more: dict[str, Any], field: str
) -> None:
    assert refusal(lambda: plan(province_user, province, pool, **more))[1] == field
    assert SpotCheck.objects.count() == 0


def test_a_committee_plans_in_its_own_subtree_with_its_own_pool(
    committee_user: User, own: Side, province: Committee, pool: list[Inspector]
) -> None:
    assert refusal(lambda: plan(committee_user, province, []))[1] == "committee"
    assert refusal(lambda: plan(committee_user, own.committee, pool))[1] == "inspectors"
    assert plan(committee_user, own.committee, [inspector_of(own.committee)]).inspectors.count() == 1


def test_a_plan_is_changed_until_it_is_sealed(check: SpotCheck, province_user: User, pool: list[Inspector]) -> None:
    told = {name: getattr(check, name) for name in ("kind", "selection", "version", "begins_on", "ends_on", "as_of")}
    more = {"filters": {}, "strata": ["risk"], "rate": None, "number": 7, "inspectors": pool, "today": TODAY}
    changed = edit_check(check=check, name="改名", actor=province_user, **told, **more)
    assert (changed.name, changed.strata, changed.number) == ("改名", ["risk"], 7)
    commit_seed(check=check, actor=province_user, today=TODAY)
    sentence, _ = refusal(lambda: edit_check(check=check, name="再改", actor=province_user, **told, **more))
    assert sentence == "抽查已封存，待抽取，不能修改。"


def test_the_population_is_who_is_registered_and_overseen_on_the_day_and_each_exclusion_has_its_reason(
    check: SpotCheck, province_user: User, own: Side
) -> None:
    rows = list(Association.objects.order_by("pk")[:4])
    gone, young, moved, by_hand = rows[0], recipes.association.make(registered_on=TODAY), rows[1], rows[2]
    recipes.oversight.make(association=young, committee=own.committee)
    Association.objects.filter(pk=gone.pk).update(deregistered_on=TODAY)
    moved.oversights.update(ends_on=TODAY)
    exclude_association(check=check, association=by_hand, reason="已停止办公", actor=province_user)
    population = population_of(outline_of(check))
    assert {(each.pk, each.reason) for each in population.excluded} == {
        (gone.pk, "已于2024-09-02注销"),
        (moved.pk, "归口已经调整，不在检查范围内"),
        (by_hand.pk, "已停止办公"),
    }
    told = {member.pk for member in population.members}
    assert told.isdisjoint({gone.pk, young.pk, moved.pk, by_hand.pk})
    assert len(told) + 3 == population.registered


def test_an_exclusion_is_taken_back_and_both_stand_in_the_log(check: SpotCheck, province_user: User, own: Side) -> None:
    exclusion = exclude_association(check=check, association=own.association, reason="停止办公", actor=province_user)
    again = refusal(
        lambda: exclude_association(check=check, association=own.association, reason="再次", actor=province_user)
    )
    assert again == ("该协会不在抽查总体中。", "association")
    include_association(exclusion=exclusion, actor=province_user)
    assert [entry.data["step"] for entry in AuditEntry.objects.order_by("pk") if "step" in entry.data] == [
        "排除",
        "恢复",
    ]
    assert own.association.pk in {member.pk for member in population_of(outline_of(check)).members}


def test_filters_and_strata_cut_the_population(
    province_user: User, province: Committee, pool: list[Inspector], own: Side, other: Side
) -> None:
    narrow = plan(province_user, province, pool, filters={"committees": [other.committee.pk]})
    assert [member.pk for member in population_of(outline_of(narrow)).members] == [other.association.pk]
    cut = plan(province_user, province, pool, strata=["committee", "risk", "size"], number=4)
    recipes.headcount.make(association=own.association, member_firms=500, as_of=AS_OF - datetime.timedelta(days=30))
    strata = {line.name: (line.size, line.quota) for line in population_of(outline_of(cut)).strata}
    assert strata == {
        "家具行业党委 · 风险高 · 会员单位100家以下": (30, 2),
        "家具行业党委 · 风险一般 · 会员单位100家以下": (1, 1),
        "钟表行业党委 · 风险一般 · 会员单位100家以下": (1, 1),
    }


def test_who_was_drawn_this_year_is_left_out_where_asked(
    released: SpotCheck, province_user: User, province: Committee, pool: list[Inspector], own: Side
) -> None:
    drawn = set(released.visits.values_list("association_id", flat=True))
    for committee, word in ((province, "“2024年随机抽查”"), (own.committee, "上级随机抽查")):
        second = plan(province_user, committee, pool, kind=CheckKind.SPECIAL, filters={"skip_drawn": True})
        excluded = {each.pk: each.reason for each in population_of(outline_of(second)).excluded}
        assert excluded == dict.fromkeys(drawn, f"今年已列入{word}")


def test_of_a_draw_from_above_nothing_is_told_below_before_it_is_handed_out(
    drawn: SpotCheck, province_user: User, pool: list[Inspector], own: Side
) -> None:
    below = plan(province_user, own.committee, pool, kind=CheckKind.SPECIAL, filters={"skip_drawn": True})
    assert population_of(outline_of(below)).excluded == ()


# --- the floor ---


def test_the_floor_of_a_province_is_enforced_and_what_the_year_has_drawn_counts(
    province_user: User, province: Committee, pool: list[Inspector]
) -> None:
    add_associations(province, 69)  # 100 with the first thirty and one
    short = plan(province_user, province, pool, number=4)
    assert refusal(lambda: commit_seed(check=short, actor=province_user, today=TODAY)) == (
        "省级随机抽查每年不少于5%（民发〔2017〕45号第五条）：在册100家，今年已抽0家，本次至少抽5家，方案只抽4家。",
        "number",
    )
    SpotCheck.objects.filter(pk=short.pk).update(number=None, rate=Decimal("4.01"))
    commit_seed(check=short, actor=province_user, today=TODAY)
    draw(check=short, actor=province_user, witness_word=WORD, today=TODAY)
    second = plan(province_user, province, pool, number=1)
    assert (
        population_of(outline_of(second)).floor,
        commit_seed(check=second, actor=province_user, today=TODAY).number,
    ) == (
        0,
        1,
    )


@pytest.mark.parametrize("kind", (CheckKind.ROUTINE, CheckKind.LIAISON, CheckKind.SPECIAL))
def test_only_random_checks_of_the_province_owe_the_floor(
    province_user: User, province: Committee, pool: list[Inspector], own: Side, kind: CheckKind
) -> None:
    assert population_of(outline_of(plan(province_user, province, pool, kind=kind))).floor is None
    assert population_of(outline_of(plan(province_user, own.committee, pool))).floor is None


# --- sealed and drawn ---


def test_sealing_freezes_the_pool_and_keeps_the_seed_from_every_log(committed: SpotCheck, province_user: User) -> None:
    row = committed.draws.get()
    assert (committed.status, row.drawn_at, seed_hash(row.seed)) == (CheckStatus.COMMITTED, None, row.seed_hash)
    assert len(row.pool["associations"]) == 31
    assert [entry.pk for entry in AuditEntry.objects.all() if row.seed in str(entry.data)] == []
    assert AuditEntry.objects.latest("pk").data["seed_hash"] == row.seed_hash
    assert row.seed not in str(row) + repr(row)


def test_two_seeds_are_never_the_same(province_user: User, province: Committee, pool: list[Inspector]) -> None:
    for _ in range(5):
        commit_seed(check=plan(province_user, province, pool), actor=province_user, today=TODAY)
    assert len(set(Draw.objects.values_list("seed", flat=True))) == 5


def test_fewer_than_two_inspectors_or_nobody_to_draw_is_refused(
    province_user: User, province: Committee, pool: list[Inspector]
) -> None:
    alone = plan(province_user, province, pool[:1])
    assert refusal(lambda: commit_seed(check=alone, actor=province_user, today=TODAY))[1] == "inspectors"
    nobody = plan(province_user, province, pool, filters={"kinds": ["chamber"]})
    sentence, _ = refusal(lambda: commit_seed(check=nobody, actor=province_user, today=TODAY))
    assert sentence == "抽查总体中没有可以抽取的协会，请调整条件、比例或者数量。"


def test_a_draw_makes_visits_with_pairs_and_days_that_its_file_replays(drawn: SpotCheck) -> None:
    row = drawn.draws.get()
    visits = list(drawn.visits.select_related("association"))
    assert (drawn.status, len(visits), {visit.status for visit in visits}) == (
        CheckStatus.DRAWN,
        6,
        {VisitStatus.PLANNED},
    )
    assert all(visit.assignments.count() == 2 for visit in visits)
    assert all(TODAY <= visit.planned_on <= ENDS and visit.planned_on.weekday() < 5 for visit in visits)
    told = verified(file_of(row))
    assert sorted(each["code"] for each in told["sample"]) == sorted(visit.association.uscc for visit in visits)
    assert fault_of(row) == ""


def test_the_pool_is_what_it_was_when_it_was_sealed(committed: SpotCheck, province_user: User) -> None:
    add_associations(committed.committee, 20)
    row = draw(check=committed, actor=province_user, witness_word=WORD, today=TODAY)
    assert {each["code"] for each in row.result["sample"]} <= {each["code"] for each in row.pool["associations"]}


@pytest.mark.parametrize("column", ("pool", "seed"))
def test_a_sealed_row_that_was_changed_in_the_database_is_not_drawn(
    committed: SpotCheck, province_user: User, column: str
) -> None:
    row = committed.draws.get()
    changed = {"pool": {**row.pool, "associations": row.pool["associations"][1:]}, "seed": "0" * 64}
    Draw.objects.filter(pk=row.pk).update(**{column: changed[column]})
    sentence, _ = refusal(lambda: draw(check=committed, actor=province_user, witness_word=WORD, today=TODAY))
    assert sentence == "封存的名单或者种子与公布的校验值不符，不能抽取。请联系安全审计员核查后重新封存。"


def test_a_result_that_was_changed_in_the_database_is_found(drawn: SpotCheck) -> None:
    row = drawn.draws.get()
    row.result = {**row.result, "sample": row.result["sample"][::-1]}
    assert fault_of(row) == "重新抽取的结果与文件不同：“抽中名单”第1行。"
    row.refresh_from_db()
    AuditEntry.objects.filter(data__step="抽取").update(data={"step": "抽取", "number": 1, "result_hash": "0" * 64})
    assert fault_of(row) == "抽取结果与操作记录中的校验值不符。"


def test_a_list_changed_past_the_portal_is_found_at_night_and_told_once(
    drawn: SpotCheck, province_user: User, caplog: pytest.LogCaptureFixture
) -> None:
    assert run_night() == [{"altered": 0}]
    result = drawn.draws.get().result
    result["sample"][0]["code"] = result["sample"][1]["code"]
    drawn.draws.update(result=result)
    with caplog.at_level(logging.ERROR):
        assert run_night(2) == [{"altered": 1}] * 2
    notice = province_user.notices.get(key__startswith="draw:")
    assert notice.text == (
        f"“{drawn.name}”第 1 次抽取的结果核对没有通过：重新抽取的结果与文件不同：“抽中名单”第1行。请停用该名单并查明原因。"
    )
    assert notice.url == f"{reverse('reviews:spot-check-result', args=[drawn.pk, 1])}?replay=1"
    assert len(caplog.records) == 2


def run_night(times: int = 1) -> list[dict[str, int]]:
    """Run the night's job so many times; return what it kept of each."""
    jobs = [recipes.job.make(kind=CheckJobKind.VERIFY_DRAWS) for _ in range(times)]
    for job in jobs:
        run_job(job.pk)
    return [Job.objects.get(pk=job.pk).result for job in jobs]


def test_drawing_needs_a_word_said_in_the_open_and_is_done_once(committed: SpotCheck, province_user: User) -> None:
    assert (
        refusal(lambda: draw(check=committed, actor=province_user, witness_word=" ", today=TODAY))[1] == "witness_word"
    )
    draw(check=committed, actor=province_user, witness_word=WORD, today=TODAY)
    sentence, _ = refusal(lambda: draw(check=committed, actor=province_user, witness_word="再来", today=TODAY))
    assert sentence == "抽查已抽取，待下发，不能抽取。"


def test_eight_that_draw_at_once_make_one_draw(transactional_db: None, province_user: User, own: Side) -> None:
    """FLT-21."""
    root = own.committee.parent
    assert root is not None
    add_associations(own.committee, 10)
    check = plan(province_user, root, [inspector_of(root) for _ in range(3)])
    commit_seed(check=check, actor=province_user, today=TODAY)

    def draw_once(number: int) -> str:
        try:
            draw(check=check, actor=province_user, witness_word=f"第{number}人", today=TODAY)
        except RuleViolation as refused:
            return refused.message
        finally:
            connection.close()
        return "drawn"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(draw_once, range(8)))
    assert answers == ["drawn"] + ["抽查已抽取，待下发，不能抽取。"] * 7
    row = Draw.objects.get()
    assert (Visit.objects.count(), VisitAssignment.objects.count(), fault_of(row)) == (6, 12, "")
    assert AuditEntry.objects.filter(data__step="抽取").count() == 1


def test_a_redraw_needs_a_reason_and_the_first_draw_stays_with_its_list(drawn: SpotCheck, province_user: User) -> None:
    first = drawn.draws.get()
    assert refusal(lambda: draw_again(check=drawn, actor=province_user, today=TODAY, reason=" "))[1] == "reason"
    second = draw_again(check=drawn, actor=province_user, today=TODAY, reason="人员库有误")
    assert (second.number, second.reason, Visit.objects.count()) == (2, "人员库有误", 0)
    draw(check=drawn, actor=province_user, witness_word="另一句", today=TODAY)
    again = drawn.draws.get(number=1)
    assert (again.result, again.seed, fault_of(again)) == (first.result, first.seed, "")
    assert {visit.draw_id for visit in drawn.visits.all()} == {second.pk}


def test_a_check_is_called_off_with_a_reason_before_it_is_released(drawn: SpotCheck, province_user: User) -> None:
    assert refusal(lambda: cancel_check(check=drawn, reason="", actor=province_user))[1] == "reason"
    assert cancel_check(check=drawn, reason="与专项检查合并", actor=province_user).status == CheckStatus.CANCELLED


# --- released, declined, reassigned ---


def test_before_the_release_no_inspector_sees_a_visit_and_after_it_the_own_ones_alone(
    drawn: SpotCheck, province_user: User, pool: list[Inspector]
) -> None:
    assert [Visit.objects.visible_to(each.user).count() for each in pool] == [0] * 4
    assert Notice.objects.count() == 0
    release_check(check=drawn, actor=province_user)
    for each in pool:
        own = set(each.assignments.values_list("visit", flat=True))
        assert set(Visit.objects.visible_to(each.user).values_list("pk", flat=True)) == own
        assert Notice.objects.filter(user=each.user).count() == len(own)


def test_a_visit_without_two_people_keeps_the_check_from_being_released(drawn: SpotCheck, province_user: User) -> None:
    visit = drawn.visits.select_related("association").first()
    assert visit is not None
    visit.assignments.all().delete()
    sentence, _ = refusal(lambda: release_check(check=drawn, actor=province_user))
    assert sentence == f"有 1 家协会的检查人员不足2人，不能下发：{visit.association}。请先指派。"


def test_a_tie_that_came_up_after_the_draw_keeps_the_check_from_being_released(
    drawn: SpotCheck, province_user: User, pool: list[Inspector]
) -> None:
    visit = drawn.visits.filter(assignments__inspector=pool[0]).select_related("association").first()
    assert visit is not None
    declare_tie(inspector=pool[0], association=visit.association, reason="亲属", actor=province_user)
    sentence, _ = refusal(lambda: release_check(check=drawn, actor=province_user))
    assert sentence == f"{pool[0]}应当回避{visit.association}：本人申报有利害关系。请先改派。"


def test_an_inspector_declines_with_a_reason_and_the_committee_sends_another(
    released: SpotCheck, province_user: User, pool: list[Inspector], province: Committee
) -> None:
    visit = released.visits.get(pk=pool[0].assignments.values("visit")[:1])
    assignment = visit.assignments.get(inspector=pool[0])
    stranger = next(each for each in pool if not visit.assignments.filter(inspector=each).exists())
    assert refusal(lambda: decline_visit(assignment=assignment, reason="出差", actor=stranger.user))[0] == (
        "只能推辞指派给本人的检查任务。"
    )
    assert refusal(lambda: decline_visit(assignment=assignment, reason="", actor=pool[0].user))[1] == "reason"
    decline_visit(assignment=assignment, reason="出差", actor=pool[0].user)
    assert Visit.objects.visible_to(pool[0].user).filter(pk=visit.pk).count() == 0
    assert Notice.objects.get(user=province_user).text == f"{pool[0]}推辞了对{visit.association}的检查：出差。请改派。"
    reassign(
        visit=visit, replaced=None, inspector=stranger, planned_on=None, reason="替补推辞的人员", actor=province_user
    )
    assert sorted(visit.assignments.values_list("status", flat=True)) == ["assigned", "assigned", "declined"]
    assert Visit.objects.visible_to(stranger.user).filter(pk=visit.pk).count() == 1


def test_who_is_sent_instead_is_tested_for_avoidance_anew_and_for_the_day(
    released: SpotCheck, province_user: User, province: Committee, own: Side
) -> None:
    visit = released.visits.select_related("association").first()
    assert visit is not None
    assert visit.planned_on is not None
    replaced = visit.assignments.first()
    tied = inspector_of(province, employer=visit.association.name)
    away = inspector_of(province)
    InspectorAbsence.objects.create(inspector=away, first_day=visit.planned_on, last_day=visit.planned_on)
    gone = inspector_of(province, is_active=False)

    def send(inspector: Inspector, **more: Any) -> Any:
        told = {"planned_on": visit.planned_on, "reason": "换人", **more}
        return lambda: reassign(visit=visit, replaced=replaced, inspector=inspector, actor=province_user, **told)

    assert refusal(send(tied)) == (f"{tied}应当回避{visit.association}：工作单位为该协会或者其会员单位。", "inspector")
    assert refusal(send(away)) == (
        f"{away}在 {visit.planned_on:%Y-%m-%d} 不能参加检查，请另选日期或者人员。",
        "inspector",
    )
    assert refusal(send(gone))[1] == "inspector"
    assert refusal(send(inspector_of(province), reason=""))[1] == "reason"
    assert refusal(send(inspector_of(province), planned_on=ENDS + datetime.timedelta(days=9)))[1] == "planned_on"
    assert refusal(send(inspector_of(province), planned_on=datetime.date(2024, 9, 7)))[1] == "planned_on"
    assert replaced is not None
    send(inspector_of(province))()
    replaced.refresh_from_db()
    assert (replaced.status, replaced.reason) == (AssignmentStatus.REPLACED, "换人")
    assert refusal(send(inspector_of(province)))[0] == f"{replaced.inspector}已不在这项任务中，请刷新后再办理。"


def test_a_day_holds_two_visits_of_a_person_and_not_three(province_user: User, province: Committee, own: Side) -> None:
    busy, spare = inspector_of(province), inspector_of(province)
    check = plan(province_user, province, [busy, spare], kind=CheckKind.SPECIAL, selection=Selection.HAND, number=None)
    rows = add_associations(own.committee, 3)
    for association in rows[:2]:
        add_visit(check=check, association=association, inspectors=[busy, spare], planned_on=TODAY, actor=province_user)
    third = lambda: add_visit(  # noqa: E731
        check=check, association=rows[2], inspectors=[busy, spare], planned_on=TODAY, actor=province_user
    )
    assert refusal(third) == (f"{busy}在 2024-09-02 已有 2 次检查，请另选日期或者人员。", "inspector")
    later = add_visit(
        check=check,
        association=rows[2],
        inspectors=[busy, spare],
        planned_on=TODAY + datetime.timedelta(days=1),
        actor=province_user,
    )
    assert refusal(lambda: move_visit(visit=later, planned_on=TODAY, address="", actor=province_user))[1] == "inspector"
    moved = move_visit(
        visit=later, planned_on=TODAY + datetime.timedelta(days=2), address="云龙湖路8号", actor=province_user
    )
    assert (moved.planned_on, moved.address) == (datetime.date(2024, 9, 4), "云龙湖路8号")


def test_where_an_association_was_visited_is_not_asked_again(
    province_user: User, province: Committee, own: Side
) -> None:
    people = [inspector_of(province), inspector_of(province)]
    visit_of(own.association, check_of(province, CheckStatus.RELEASED), VisitStatus.DONE, address="云龙湖路8号")
    check = plan(province_user, province, people, kind=CheckKind.SPECIAL, selection=Selection.HAND, number=None)
    visit = add_visit(
        check=check, association=own.association, inspectors=people, planned_on=TODAY, actor=province_user
    )
    assert visit.address == "云龙湖路8号"


def test_a_check_by_hand_takes_two_who_need_not_stay_away_and_is_released_without_a_draw(
    province_user: User, province: Committee, own: Side
) -> None:
    first, second = inspector_of(province), inspector_of(province)
    tied = inspector_of(province, employer=own.association.name)
    check = plan(province_user, province, [], kind=CheckKind.LIAISON, selection=Selection.HAND, number=None)

    def add(*people: Inspector) -> Visit:
        return add_visit(
            check=check, association=own.association, inspectors=people, planned_on=TODAY, actor=province_user
        )

    assert refusal(lambda: add(first, first))[1] == "second"
    assert refusal(lambda: add(first, tied))[1] == "inspector"
    assert Visit.objects.count() == 0
    remove_visit(visit=add(first, second), actor=province_user)
    assert refusal(lambda: release_check(check=check, actor=province_user))[0] == "还没有检查对象，不能下发。"
    add(first, second)
    assert release_check(check=check, actor=province_user).status == CheckStatus.RELEASED
    assert Visit.objects.get().status == VisitStatus.OPEN


def test_another_committee_can_do_nothing_with_a_check(drawn: SpotCheck, other: Side) -> None:
    stranger = recipes.user.make()
    stranger.grants.create(role=Role.COMMITTEE, committee=other.committee)
    visit = drawn.visits.first()
    assert visit is not None
    for act in (
        lambda: release_check(check=drawn, actor=stranger),
        lambda: cancel_check(check=drawn, reason="不要", actor=stranger),
        lambda: draw_again(check=drawn, reason="不要", actor=stranger, today=TODAY),
        lambda: move_visit(visit=visit, planned_on=TODAY, address="", actor=stranger),
    ):
        assert refusal(act)[0] == "只能组织本机构范围内的抽查。"


def test_the_calendar_counts_what_other_checks_have_promised(
    released: SpotCheck, province_user: User, province: Committee, pool: list[Inspector]
) -> None:
    second = plan(province_user, province, pool, kind=CheckKind.SPECIAL, number=1)
    commit_seed(check=second, actor=province_user, today=TODAY)
    capacity = {each["number"]: each["capacity"] for each in second.draws.get().pool["inspectors"]}
    assert {each.pk: capacity[each.pk] + each.assignments.count() for each in pool} == dict.fromkeys(
        (each.pk for each in pool), capacity[pool[0].pk] + pool[0].assignments.count()
    )


def test_visits_of_a_cancelled_check_fill_nobody_s_calendar(
    province_user: User, province: Committee, own: Side
) -> None:
    person = inspector_of(province)
    visit_of(own.association, check_of(province, CheckStatus.CANCELLED), VisitStatus.PLANNED, (person,))
    check = plan(province_user, province, [person, inspector_of(province)], kind=CheckKind.SPECIAL)
    commit_seed(check=check, actor=province_user, today=TODAY)
    assert len({each["capacity"] for each in check.draws.get().pool["inspectors"]}) == 1
