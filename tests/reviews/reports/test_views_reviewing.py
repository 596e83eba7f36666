"""The review of quarterly reports through the pages: the queue, one report, many at once, what they leave to be done."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from associations.models import Association, Oversight
from partyorgs.organizations.models import PartyPost
from portal.core.models import Committee, Notice, User
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.rules.problems import completed
from reviews.questionnaires.services.reviewing import approve_sheet, return_sheet
from reviews.reports.choices import RoundStatus
from reviews.reports.indicators.known import known_of
from reviews.reports.models.filing import QuarterlyReport, ReportRound, ReportStep
from reviews.reports.models.outcomes import Difficulty, PostChange
from reviews.reports.rules.preset import QUARTERLY
from tests import recipes
from tests.conftest import ClientOf, Side
from tests.reviews.reports.rounds import GOOD, OPENED_ON, QUARTER, TODAY, quarterly_version, report_of, round_of

SEEN = {"seen": "1", "seen_status": "submitted"}


def messages_of(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def standing(side: Side, round_: ReportRound, status: SheetStatus, **more: Any) -> QuarterlyReport:
    """Return a report that tells what the registry knows and `GOOD`, but for `answers`; `known` changes what was known."""
    now = known_of([side.association.pk], round_.quarter.last_day)[side.association.pk]
    told = completed(round_.version.parts, {**GOOD, **more.pop("answers", {})}, now)
    known = {provider: {"value": have.value, "since": None, "source": have.source} for provider, have in now.items()}
    return report_of(side.association, round_, status, told=told, known=known | more.pop("known", {}), **more)


def last_quarter(side: Side, **more: Any) -> QuarterlyReport:
    before = round_of(side.committee.parent, RoundStatus.CLOSED, quarter=QUARTER.previous)
    return standing(side, before, SheetStatus.APPROVED, **more)


@pytest.fixture
def report(province: Committee, own: Side) -> QuarterlyReport:
    return report_of(own.association, round_of(province), SheetStatus.SUBMITTED)


def queue_of(committee: Committee, province: Committee, count: int) -> list[QuarterlyReport]:
    """Return so many submitted reports of a committee, every second one with a reason to look at it."""
    names = [f"江苏省第{number:03d}协会" for number in range(count)]
    associations = Association.objects.bulk_create(recipes.association.prepare(name=name) for name in names)
    Oversight.objects.bulk_create(
        recipes.oversight.prepare(association=association, committee=committee) for association in associations
    )
    first = report_of(associations[0], round_of(province), SheetStatus.SUBMITTED)
    copies = [QuarterlyReport.objects.get(pk=first.pk) for _ in associations[1:]]
    for number, copy in enumerate(copies, start=1):
        copy.pk, copy.association = None, associations[number]
        if number % 2:
            copy.attention, copy.attention_reasons = 4, ["首次填报"]
    return [first, *QuarterlyReport.objects.bulk_create(copies)]


# --- the queue ---


def test_the_queue_begins_with_what_needs_a_human_and_then_with_what_waits_longest(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    first, second, third = queue_of(own.committee, province, 3)
    QuarterlyReport.objects.filter(pk=first.pk).update(submitted_at=timezone.now() + datetime.timedelta(hours=1))
    rows = client_of("committee").get("/reports/review/").context["page_obj"]
    assert [row.pk for row in rows] == [second.pk, third.pk, first.pk]


@pytest.mark.parametrize(
    ("query", "numbers"),
    (
        ("reason=none", [0, 2]),
        ("reason=首次填报", [1]),
        ("reason=说明", []),
        ("lateness=late", [2]),
        ("search=第002", [2]),
        ("status=passed", []),
        ("status=zz", []),
    ),
)
def test_the_queue_is_narrowed_by_reason_lateness_and_name(
    client_of: ClientOf, province: Committee, own: Side, query: str, numbers: list[int]
) -> None:
    reports = queue_of(own.committee, province, 3)
    late = reports[2].due_on + datetime.timedelta(days=1)
    QuarterlyReport.objects.filter(pk=reports[2].pk).update(submitted_on=late)
    rows = client_of("committee").get(f"/reports/review/?{query}").context["page_obj"]
    assert sorted(row.pk for row in rows) == [reports[number].pk for number in numbers]


def test_the_province_has_its_own_turn_and_looks_at_all(
    client_of: ClientOf, province: Committee, own: Side, other: Side
) -> None:
    round_ = round_of(province, has_second_review=True)
    report_of(own.association, round_, SheetStatus.SUBMITTED)
    passed = report_of(other.association, round_, SheetStatus.PASSED)
    client = client_of("province")
    answer = client.get("/reports/review/")
    assert ([row.pk for row in answer.context["page_obj"]], answer.context["others"]) == ([passed.pk], 2)
    assert client.get("/reports/review/?tab=all").context["page_obj"].paginator.count == 2


@pytest.mark.parametrize("count", (20, 400))
def test_the_queue_asks_the_same_number_of_questions_however_long_it_is(
    client_of: ClientOf, province: Committee, own: Side, count: int, django_assert_num_queries
) -> None:
    queue_of(own.committee, province, count)
    client = client_of("committee")
    client.get("/reports/review/")
    with django_assert_num_queries(10):
        client.get("/reports/review/?page_size=20")


@pytest.mark.sqlite  # elsewhere forty rows are read without any index
def test_the_queue_is_read_by_its_index_in_its_order(client_of: ClientOf, province: Committee, own: Side) -> None:
    queue_of(own.committee, province, 40)
    client = client_of("committee")
    with CaptureQueriesContext(connection) as queries:
        client.get("/reports/review/")
    (read,) = [each["sql"] for each in queries if "ORDER BY" in each["sql"] and "attention_reasons" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {read}")
        steps = [row[3] for row in cursor.fetchall()]
    (index,) = [index.name for index in QuarterlyReport._meta.indexes if index.fields[0] == "status"]
    assert steps[0] == f"SEARCH reviews_quarterlyreport USING INDEX {index} (status=?)"
    assert [step for step in steps if step.startswith("USE TEMP B-TREE")] == []


# --- many at once ---


def test_what_needs_no_look_is_ticked_in_one_tap_and_approved_together(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    plain, _, plain_too = queue_of(own.committee, province, 3)
    client = client_of("committee")
    answer = client.get("/reports/review/?reason=none&tick=plain&page_size=100")
    assert [(row.pk, row.attention) for row in answer.context["page_obj"]] == [(plain.pk, 0), (plain_too.pk, 0)]
    assert answer.content.decode().count("checked") == 2
    chosen = [f"{row.pk}:1:submitted" for row in (plain, plain_too)]
    answer = client.post("/reports/review/approve/", {"chosen": chosen}, follow=True)
    assert messages_of(answer) == ["已通过 2 份季报。"]
    assert QuarterlyReport.objects.filter(status=SheetStatus.APPROVED).count() == 2


def test_of_many_those_refused_are_told_by_name_and_reason(
    client_of: ClientOf, province: Committee, own: Side, other: Side, committee_user: User
) -> None:
    first, second, third = queue_of(own.committee, province, 3)
    far = report_of(other.association, first.round, SheetStatus.SUBMITTED)
    approve_sheet(sheet=second, actor=committee_user, seen_submission=1, today=TODAY)
    QuarterlyReport.objects.filter(pk=third.pk).update(submissions=2)
    chosen = [f"{row.pk}:1:submitted" for row in (first, second, third, far)]
    answer = client_of("committee").post("/reports/review/approve/", {"chosen": [*chosen, "x"]}, follow=True)
    at = timezone.localtime(ReportStep.objects.get(report=second).at)
    assert messages_of(answer) == [
        "已通过 1 份季报。",
        "有 2 份没有通过，原因如下。",
        f"江苏省第001协会的季报已由林委于 {at:%Y-%m-%d %H:%M} 通过。",
        "江苏省第002协会又提交了一次，请重新打开后再审核。",
        "有 1 份已不在您的范围内。",
    ]
    far.refresh_from_db()
    assert far.status == SheetStatus.SUBMITTED


def test_ticking_nothing_says_so(client_of: ClientOf, province: Committee, own: Side) -> None:
    answer = client_of("committee").post("/reports/review/approve/", follow=True)
    assert messages_of(answer) == ["没有选中季报。请勾选后再通过。"]


# --- one report ---


def shown(answer: Any) -> dict[str, tuple[str, str, str]]:
    return {line.item.code: (line.last, line.value, line.difference) for line in answer.context["page"].shown}


def test_only_what_differs_from_last_quarter_stands_open(client_of: ClientOf, province: Committee, own: Side) -> None:
    last_quarter(own)
    answers = {"lectures": 2, "member_service": "服务会员三次"}
    report = standing(own, round_of(province), SheetStatus.SUBMITTED, answers=answers)
    answer = client_of("committee").get(f"/reports/{report.pk}/review/")
    assert shown(answer) == {"lectures": ("1", "2", "+1"), "member_service": ("—", "服务会员三次", "")}
    same = {line.item.code for line in answer.context["page"].same}
    assert {"theme_days", "fee_expenses", "members_formal", "secretary"} - same == set()


def test_what_was_explained_stands_open_with_the_rule_and_the_words(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    short = {"answers": {"theme_days": 2}}
    last_quarter(own, **short)
    words = {"theme_days": "八月因高温停办一次"}
    report = standing(own, round_of(province), SheetStatus.SUBMITTED, explanations=words, **short)
    page = client_of("committee").get(f"/reports/{report.pk}/review/").context["page"]
    (line,) = page.shown
    assert (line.item.code, [problem.rule for problem in line.problems], line.explanation) == (
        "theme_days",
        ["theme_days_minimum"],
        "八月因高温停办一次",
    )


def test_a_resubmission_shows_the_comments_and_what_was_corrected(
    client_of: ClientOf, report: QuarterlyReport, committee_user: User
) -> None:
    submit(report, {**report.told})
    return_sheet(
        sheet=report,
        actor=committee_user,
        seen_submission=1,
        comments={"theme_days": "请核对次数", "lectures": "请核对党课"},
    )
    submit(report, {**report.told, "theme_days": 4}, {"lectures": "与党员大会合并召开"})
    answer = client_of("committee").get(f"/reports/{report.pk}/review/")
    assert [
        (line.item.code, line.before, line.value, line.is_corrected, [comment.text for comment in line.comments])
        for line in answer.context["page"].corrected
    ] == [
        ("lectures", "1", "1", True, ["请核对党课"]),
        ("theme_days", "3", "4", True, ["请核对次数"]),
    ]
    text = answer.content.decode()
    assert ("第2次提交：退回意见和修改" in text, "说明：<del>—</del> <ins>与党员大会合并召开</ins>" in text) == (
        True,
        True,
    )


def submit(report: QuarterlyReport, answers: dict[str, Any], explanations: dict[str, str] | None = None) -> None:
    """Hand a report in with these answers, by rows alone."""
    report.refresh_from_db()
    number = report.steps.filter(verb="submit").count() + 1
    explained = explanations or {}
    ReportStep.objects.create(
        report=report, verb="submit", submission=number, at=timezone.now(), told=answers, explanations=explained
    )
    report.told, report.submissions, report.status = answers, number, SheetStatus.SUBMITTED
    report.explanations = explained
    report.save()


def test_where_report_and_registry_differ_the_three_stand_beside_each_other(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    known = {"headcount.formal": {"value": 4, "since": None, "source": "台账"}}
    report = standing(own, round_of(province), SheetStatus.SUBMITTED, answers={"members_formal": 6}, known=known)
    page = client_of("committee").get(f"/reports/{report.pk}/review/").context["page"]
    assert {
        line.item.code: (line.registry.at_submission, line.registry.told, line.registry.now) for line in page.registry
    } == {"members_formal": ("4", "6", "5")}


def test_looking_at_a_report_notes_no_reviewer_a_tap_does(
    client_of: ClientOf, report: QuarterlyReport, committee_user: User
) -> None:
    client = client_of("committee")
    client.get(f"/reports/{report.pk}/review/")
    report.refresh_from_db()
    assert report.reviewer is None
    client.post(f"/reports/{report.pk}/review/begin/")
    report.refresh_from_db()
    assert report.reviewer == committee_user


def test_a_return_tells_the_filer_which_items(
    client_of: ClientOf, report: QuarterlyReport, secretary_user: User
) -> None:
    told_ = {**SEEN, "c-theme_days": "请核对次数", "c-lectures": " "}
    answer = client_of("committee").post(f"/reports/{report.pk}/review/return/", told_, follow=True)
    report.refresh_from_db()
    assert (report.status, report.reopened) == (SheetStatus.RETURNED, ["theme_days"])
    assert messages_of(answer) == ["已退回江苏省家具行业协会的季报，填报人修改后重新提交。"]
    assert [notice.text for notice in Notice.objects.filter(user=secretary_user)] == [
        "江苏省家具行业协会2024年第三季度季报已退回，请修改：主题党日。"
    ]


def test_an_approval_tells_the_filer(client_of: ClientOf, report: QuarterlyReport, secretary_user: User) -> None:
    client_of("committee").post(f"/reports/{report.pk}/review/approve/", SEEN)
    assert [notice.text for notice in Notice.objects.filter(user=secretary_user)] == [
        "江苏省家具行业协会2024年第三季度季报已通过审核。"
    ]


def test_a_refused_decision_keeps_what_was_typed(client_of: ClientOf, report: QuarterlyReport) -> None:
    answer = client_of("committee").post(
        f"/reports/{report.pk}/review/approve/", {**SEEN, "c-theme_days": "请核对次数"}
    )
    assert answer.context["refusal"] == "您写了审核意见。需要修改的请退回；不需要的，请清空意见后再通过。"
    assert ">请核对次数</textarea>" in answer.content.decode()


def test_who_comes_second_reads_who_decided_and_when(
    client_of: ClientOf, report: QuarterlyReport, province_user: User
) -> None:
    approve_sheet(sheet=report, actor=province_user, seen_submission=1, today=TODAY)
    at = timezone.localtime(report.steps.get().at)
    answer = client_of("committee").post(f"/reports/{report.pk}/review/approve/", SEEN, follow=True)
    assert messages_of(answer) == [f"江苏省家具行业协会的季报已由陈省于 {at:%Y-%m-%d %H:%M} 通过。"]


def test_a_second_level_is_another_persons_by_the_rounds_setting(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    report = report_of(own.association, round_of(province, has_second_review=True), SheetStatus.SUBMITTED)
    address = f"/reports/{report.pk}/review/"
    client = client_of("committee")
    assert client.get(address).context["approve_label"] == "初审通过"
    client.post(f"{address}approve/", SEEN)
    assert client.get(address).context["decide_denial"].reason == "已通过初审，由省级复核。"
    client_of("province").post(f"{address}approve/", {"seen": "1", "seen_status": "passed"})
    report.refresh_from_db()
    assert report.status == SheetStatus.APPROVED


def test_an_unlock_is_shown_with_who_why_and_until_when(client_of: ClientOf, province: Committee, own: Side) -> None:
    report = report_of(own.association, round_of(province), SheetStatus.APPROVED)
    until = timezone.localdate() + datetime.timedelta(days=5)
    client = client_of("committee")
    client.post(f"/reports/{report.pk}/unlock/", {"reason": "人数有误", "until": until})
    page = client.get(f"/reports/{report.pk}/review/").content.decode()
    assert f"<strong>已解锁，可修改至 {until}。</strong>林委解锁，原因：人数有误。" in page


# --- another version of the template ---


def test_a_new_version_leaves_last_quarters_report_as_it_was_and_compares_by_code(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    before = last_quarter(own)
    first = quarterly_version()
    changed = Content(
        tuple(
            Section(
                section.code,
                section.title,
                items=tuple(
                    Item(item.code, "党课次数", item.type, unit=item.unit, required=True)
                    if item.code == "lectures"
                    else item
                    for item in section.items
                    if item.code != "theme_days"
                ),
            )
            for section in QUARTERLY.sections
        )
    )
    second = quarterly_version(changed)
    now = standing(own, round_of(province, version=second), SheetStatus.SUBMITTED, answers={"lectures": 3})
    client = client_of("committee")
    page = client.get(f"/reports/{now.pk}/review/").context["page"]
    assert [(line.item.label, line.last, line.value) for line in page.shown] == [("党课次数", "1", "3")]
    old = client.get(f"/reports/{before.pk}/review/").context["page"]
    lines = {line.item.code: (line.item.label, line.value) for line in (*old.shown, *old.same)}
    assert (before.round.version, lines["lectures"], lines["theme_days"]) == (first, ("党课", "1"), ("主题党日", "3"))


# --- what reports leave to be done ---


@pytest.fixture
def approved(province: Committee, own: Side) -> QuarterlyReport:
    return report_of(own.association, round_of(province), SheetStatus.APPROVED)


def test_a_change_of_posts_is_carried_out_with_a_tap(client_of: ClientOf, approved: QuarterlyReport, own: Side) -> None:
    change = PostChange.objects.create(
        report=approved, person="李红", title="组织委员", is_appointment=True, since=OPENED_ON
    )
    answer = client_of("committee").post(f"/reports/post-changes/{change.pk}/carry-out/", follow=True)
    assert messages_of(answer) == ["已办理：李红2024-10-08任组织委员。"]
    assert PartyPost.objects.filter(organization=own.organization, person__name="李红").count() == 1


def test_a_change_that_the_registry_refuses_says_why(client_of: ClientOf, approved: QuarterlyReport) -> None:
    change = PostChange.objects.create(
        report=approved, person="查无此人", title="书记", is_appointment=False, since=OPENED_ON
    )
    answer = client_of("committee").post(f"/reports/post-changes/{change.pk}/carry-out/", follow=True)
    assert messages_of(answer) == ["查无此人2024-10-08免书记：没有找到查无此人的书记任职记录，请到党组织页面核对。"]


def test_a_change_is_declined_for_a_reason(client_of: ClientOf, approved: QuarterlyReport) -> None:
    change = PostChange.objects.create(
        report=approved, person="李红", title="组织委员", is_appointment=True, since=OPENED_ON
    )
    client_of("committee").post(f"/reports/post-changes/{change.pk}/decline/", {"reason": "未经选举"})
    change.refresh_from_db()
    assert (change.get_status_display(), change.reason) == ("不予办理", "未经选举")


def test_a_difficulty_is_answered_and_the_secretary_reads_it(
    client_of: ClientOf, approved: QuarterlyReport, other: Side
) -> None:
    difficulty = Difficulty.objects.create(report=approved, kind="活动场所", text="没有固定的党员活动室")
    far = report_of(other.association, approved.round, SheetStatus.APPROVED)
    Difficulty.objects.create(report=far, kind="活动经费", text="经费不足")
    client_of("committee").post(
        f"/reports/difficulties/{difficulty.pk}/answer/", {"answer": "已协调产业园会议室", "solved": "1"}
    )
    answer = client_of("secretary").get("/reports/difficulties/")
    assert [(row.text, row.answer, row.get_status_display()) for row in answer.context["page_obj"]] == [
        ("没有固定的党员活动室", "已协调产业园会议室", "已解决")
    ]
    assert answer.context["answers"] is False


def test_the_first_page_counts_what_waits_for_a_committee(
    client_of: ClientOf, report: QuarterlyReport, own: Side
) -> None:
    before = round_of(Committee.objects.get(parent=None), RoundStatus.CLOSED, quarter=QUARTER.previous)
    kept = report_of(own.association, before, SheetStatus.APPROVED)
    Difficulty.objects.create(report=kept, kind="活动场所", text="没有固定的党员活动室")
    waiting = client_of("committee").get("/").context["waiting"]
    assert [(each.name, each.count, each.url) for each in waiting] == [
        ("待审核的季报", 1, "/reports/review/"),
        ("待答复的困难诉求", 1, "/reports/difficulties/?status=open"),
    ]
    assert Association.objects.count() == 1
