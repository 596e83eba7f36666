"""Rounds of quarterly reports through the pages: opened after a look at what it makes, followed, extended, ended."""

import datetime
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from portal.core.choices import Role
from portal.core.models import AuditEntry, Committee, Notice, User
from reviews.questionnaires.choices import SheetStatus
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.services import rounds
from tests import recipes
from tests.conftest import ClientOf, Side, make_side
from tests.reviews.reports.rounds import QUARTER, quarterly_version, report_of, round_of


def morning(year: int, month: int, day: int) -> datetime.datetime:
    return datetime.datetime(year, month, day, 9, tzinfo=timezone.get_default_timezone())


def messages_of(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def create(client: Client, province: Committee, day: str, **more: str):
    told = {
        "quarter": "2024Q3",
        "committee": province.pk,
        "version": quarterly_version().pk,
        "due_on": day,
        **more,
    }
    return client.post("/reports/rounds/new/", told, follow=True)


@pytest.fixture
def in_october(time_machine) -> None:
    time_machine.move_to(morning(2024, 10, 8))


@pytest.fixture
def round_(province: Committee, own: Side, other: Side) -> ReportRound:
    round_ = round_of(province)
    report_of(own.association, round_)
    report_of(other.association, round_, SheetStatus.SUBMITTED)
    return round_


# --- opening ---


@pytest.mark.usefixtures("in_october", "other", "secretary_user")
def test_who_opens_a_round_is_told_how_many_drafts_it_makes_before_anything_is_written(
    client_of: ClientOf, province: Committee, own: Side
) -> None:
    answer = create(client_of("province"), province, "2024-10-22")
    page = " ".join(answer.content.decode().split())
    assert (
        f"将为<strong>{province.name}</strong>及其下级归口的 <strong>2</strong> 家协会"
        "各生成一份<strong>2024年第三季度</strong>季报草稿。"
    ) in page
    assert "其中 1 家协会还没有可用的填报账户" in page
    assert ReportRound.objects.count() == 0


def test_the_confirmed_round_is_there_with_its_drafts(
    in_october, client_of: ClientOf, province: Committee, own: Side, other: Side
) -> None:
    client, told = client_of("province"), {"has_second_review": "on", "confirmed": "yes"}
    create(client, province, "2024-10-22", **told)
    round_ = ReportRound.objects.get()
    assert (round_.quarter, round_.committee, round_.due_on, round_.has_second_review) == (
        QUARTER,
        province,
        datetime.date(2024, 10, 22),
        True,
    )


def test_a_deadline_is_suggested_in_working_days_and_the_holidays_between_are_named(
    time_machine, client_of: ClientOf, province: Committee, own: Side
) -> None:
    time_machine.move_to(morning(2024, 9, 25))
    quarterly_version()
    answer = client_of("province").get("/reports/rounds/new/")
    assert answer.context["suggested"].sentences == [
        "截止日期 2024-10-14，是发起后的第 10 个工作日。",
        "期间放假：10-01 至 10-07（国庆节）。",
        "期间调休上班：09-29（国庆节）、10-12（国庆节）。",
    ]
    assert answer.context["form"].initial["due_on"] == datetime.date(2024, 10, 14)


def test_a_year_without_a_published_calendar_is_said_to_be_unknown(
    time_machine, client_of: ClientOf, province: Committee, own: Side
) -> None:
    time_machine.move_to(morning(2099, 12, 28))
    quarterly_version()
    answer = client_of("province").get("/reports/rounds/new/")
    assert answer.context["suggested"].sentences[1:] == [
        f"{year}年的放假安排还没有公布或者录入，暂按周一至周五计算，公布后请核对截止日期。" for year in (2099, 2100)
    ]


def test_without_a_published_template_the_page_says_what_comes_first(client_of: ClientOf, province: Committee) -> None:
    page = client_of("province").get("/reports/rounds/new/").content.decode()
    assert "还没有已发布的季报模板。先发布一版，再发起季报。" in page


def test_a_round_that_would_make_no_draft_is_refused(
    in_october, client_of: ClientOf, province: Committee, own: Side
) -> None:
    report_of(own.association, round_of(own.committee))
    answer = create(client_of("province"), province, "2024-10-22")
    assert answer.context["form"].errors["committee"] == [
        "该机构范围内没有需要填报的协会商会，或者都已在其他批次填报。"
    ]


# --- the overview ---


def test_the_overview_counts_by_committee_and_each_count_has_its_list(
    client_of: ClientOf, round_: ReportRound, own: Side, other: Side
) -> None:
    client = client_of("province")
    answer = client.get(f"/reports/rounds/{round_.pk}/")
    assert [
        (line.name, line.progress.due, line.progress.on_time, line.progress.overdue, line.progress.in_review)
        for line in answer.context["lines"]
    ] == [(own.committee.name, 1, 0, 1, 0), (other.committee.name, 1, 1, 0, 1)]
    assert answer.context["total"].due == 2

    listed = client.get(f"/reports/rounds/{round_.pk}/reports/?lateness=overdue&overseer={own.committee.pk}")
    assert [report.association for report in listed.context["page_obj"]] == [own.association]
    listed = client.get(f"/reports/rounds/{round_.pk}/reports/?status=in_review&overseer={own.committee.pk}")
    assert list(listed.context["page_obj"]) == []


def test_a_committee_sees_the_provinces_round_by_its_own_part_alone(
    client_of: ClientOf, round_: ReportRound, own: Side
) -> None:
    client = client_of("committee")
    assert [line.name for line in client.get(f"/reports/rounds/{round_.pk}/").context["lines"]] == [own.committee.name]
    listed = client.get("/reports/rounds/").context["page_obj"].object_list
    assert [(each.pk, each.progress.due, each.progress.filed) for each in listed] == [(round_.pk, 1, 0)]


@pytest.mark.parametrize("sides", (2, 6))
def test_the_overview_asks_the_same_number_of_questions_however_many_committees(
    client_of: ClientOf, province: Committee, sides: int, django_assert_num_queries
) -> None:
    round_ = round_of(province)
    for number in range(sides):
        report_of(make_side(province, number + 1, f"第{number}").association, round_)
    client = client_of("province")
    client.get(f"/reports/rounds/{round_.pk}/")
    with django_assert_num_queries(6):
        client.get(f"/reports/rounds/{round_.pk}/")


def test_the_overview_is_exported_with_a_watermark_and_logged(
    client_of: ClientOf, round_: ReportRound, province_user: User
) -> None:
    answer = client_of("province").get(f"/reports/rounds/{round_.pk}/?export=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[-1][1:] == (1, 1, 0, 0, 0, 1, 0, 0)
    assert rows[1][0].startswith(f"导出人：{province_user.name}")
    assert AuditEntry.objects.filter(action="export", actor=province_user).count() == 1


# --- reminding ---


def test_one_tap_reminds_who_has_not_filed_once_a_day(
    client_of: ClientOf, round_: ReportRound, secretary_user: User
) -> None:
    client = client_of("province")
    told = [messages_of(client.post(f"/reports/rounds/{round_.pk}/remind/", follow=True)) for _ in range(2)]
    assert told == [["已提醒 1 人。"], ["今天已经提醒过，不再重复。"]]
    assert [notice.text for notice in Notice.objects.filter(user=secretary_user)] == [
        "2024年第三季度季报还没有填报，截止日期 2024-10-25，请尽快填报。"
    ]


def test_who_reminds_is_told_how_many_associations_have_no_account(client_of: ClientOf, round_: ReportRound) -> None:
    answer = client_of("committee").post(f"/reports/rounds/{round_.pk}/remind/", follow=True)
    assert messages_of(answer) == ["今天已经提醒过，不再重复。另有 1 家协会没有可用账户，请另行联系。"]


def test_a_committee_reminds_its_own_part_alone(
    client_of: ClientOf, province: Committee, own: Side, other: Side
) -> None:
    round_ = round_of(province)
    report_of(other.association, round_)
    far = recipes.user.make(username="far")
    far.grants.create(role=Role.SECRETARY, association_id=other.association.pk)
    answer = client_of("committee").post(f"/reports/rounds/{round_.pk}/remind/", follow=True)
    assert messages_of(answer) == ["范围内的协会都已填报，没有需要提醒的。"]
    assert Notice.objects.count() == 0


# --- deadlines and the end ---


def test_ticked_reports_get_a_later_deadline_for_a_reason(
    time_machine, client_of: ClientOf, round_: ReportRound, own: Side
) -> None:
    time_machine.move_to(morning(2024, 10, 15))
    report = QuarterlyReport.objects.get(association=own.association)
    address = f"/reports/rounds/{round_.pk}/extend/"
    client = client_of("province")
    assert [row.pk for row in client.get(f"{address}?pk={report.pk}&pk=x").context["rows"]] == [report.pk]
    answer = client.post(address, {"pk": report.pk, "due_on": "2024-11-08", "reason": "换届期间"}, follow=True)
    report.refresh_from_db()
    assert (messages_of(answer), report.due_on) == (
        ["1 份季报延期至 2024-11-08。"],
        datetime.date(2024, 11, 8),
    )


def test_nothing_ticked_is_refused_in_words(client_of: ClientOf, round_: ReportRound) -> None:
    address = f"/reports/rounds/{round_.pk}/extend/"
    answer = client_of("province").post(address, {"due_on": "2199-01-01", "reason": "换届期间"})
    assert answer.context["form"].non_field_errors() == ["请选择要延期的季报。"]


def test_closing_says_what_will_happen_and_freezes(client_of: ClientOf, round_: ReportRound) -> None:
    client, address = client_of("province"), f"/reports/rounds/{round_.pk}/close/"
    assert (
        "没有提交的 1 份不能再填报，仍记为应报未报；已提交待审核的 1 份照常审核" in client.get(address).content.decode()
    )
    client.post(address, {"reason": ""})
    round_.refresh_from_db()
    assert round_.status == RoundStatus.CLOSED


def test_a_closed_round_is_opened_again_with_a_new_deadline_and_a_reason(
    time_machine, client_of: ClientOf, province: Committee, own: Side
) -> None:
    time_machine.move_to(morning(2024, 11, 1))
    round_ = round_of(province, RoundStatus.CLOSED)
    report = report_of(own.association, round_)
    client, address = client_of("province"), f"/reports/rounds/{round_.pk}/reopen/"
    assert client.post(address, {"due_on": "2024-11-08"}).context["form"].errors["reason"] == ["请填写。"]
    client.post(address, {"due_on": "2024-11-08", "reason": "系统维护"})
    round_.refresh_from_db()
    report.refresh_from_db()
    day = datetime.date(2024, 11, 8)
    assert (round_.status, round_.due_on, report.due_on) == (RoundStatus.OPEN, day, day)


def test_a_round_with_an_approved_report_is_not_cancelled(client_of: ClientOf, province: Committee, own: Side) -> None:
    round_ = round_of(province)
    report_of(own.association, round_, SheetStatus.APPROVED)
    answer = client_of("province").post(f"/reports/rounds/{round_.pk}/cancel/", {"reason": "模板有误"})
    assert answer.context["form"].non_field_errors() == ["已有 1 份季报通过审核并计入数据，不能取消。"]


# --- how many statements ---


@pytest.mark.parametrize(("associations", "batch", "statements"), ((60, 2000, 1), (600, 2000, 1), (60, 20, 3)))
def test_drafts_are_written_by_one_statement_a_batch(
    province_user: User, monkeypatch, associations: int, batch: int, statements: int
) -> None:
    province = Committee.objects.get()
    monkeypatch.setattr(rounds, "BATCH", batch)
    committee = recipes.committee.make(parent=province, path=recipes.path(1, parent=province))
    for association in recipes.association.make(_quantity=associations):
        recipes.oversight.make(association=association, committee=committee)
    round_ = round_of(province, RoundStatus.OPENING)
    assert province_user.scope.limit.paths == (province.path,)  # read once for each user, whatever is asked then
    with CaptureQueriesContext(connection) as queries:
        rounds.prefill_drafts(round_=round_, actor=province_user)
    written = [each for each in queries if each["sql"].startswith('INSERT INTO "reviews_quarterlyreport"')]
    savepoints = [each for each in queries if "SAVEPOINT" in each["sql"]]
    assert (len(written), QuarterlyReport.objects.filter(round=round_).count()) == (statements, associations)
    assert len(queries) - len(savepoints) - len(written) == 9
