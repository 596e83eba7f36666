"""The figures that quarterly reports feed: by name whatever fails, everywhere the same, — where nothing was ever due."""

import datetime
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook

from associations.models import Association
from partyorgs.organizations.indicators import COMPUTED, HARD_CASE_COUNTS, HARD_CASES, INDICATORS
from portal.core.access import EVERYTHING, scope_of, subtree_limit
from portal.core.measures import KEPT, Rate, measure
from portal.core.models import Committee, User
from portal.core.quarters import Quarter
from portal.dashboard.panels import coverage, figures
from portal.demo.reports import build_reports
from reviews.questionnaires.choices import SheetStatus
from reviews.reports.choices import DifficultyStatus, RoundStatus
from reviews.reports.indicators.effective import CONDITION_COUNTS
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import Difficulty, OrganizationLife
from reviews.supervision.indicators.content import ReportContent
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.indicators.report import supervision_content
from reviews.supervision.rules.texts import fault_of, fields_of, filled
from reviews.supervision.xlsx import NUMBERS_SHEET, annex
from tests import recipes
from tests.conftest import Side
from tests.reviews.conftest import AS_OF, TODAY
from tests.reviews.reports.rounds import DUE_ON, OPENED_ON, QUARTER, quarterly_version, report_of, round_of

pytestmark = pytest.mark.django_db
NEW = ("effective_coverage", "org_life_rate", "report_on_time_rate")


def rates(day: datetime.date) -> dict[str, Rate]:
    found = measure(COMPUTED, day, EVERYTHING)
    return {code: found[code] for code in NEW}


def reason(association: Association, code: str = "effective_coverage", day: datetime.date = DUE_ON) -> str:
    rows = figures.rows_behind(INDICATORS[code], day, EVERYTHING)
    return str(rows.get(association_id=association.pk).reason)  # type: ignore[attr-defined]


def told_life(report: QuarterlyReport, *shortfalls: str) -> OrganizationLife:
    return OrganizationLife.objects.create(
        report=report,
        association=report.association,
        quarter_end=report.quarter_end,
        members_meetings=2,
        lectures=1,
        theme_days=3,
        shortfalls=list(shortfalls),
        meetings_met=not set(shortfalls) - {"theme_days"},
        minimum_met=not shortfalls,
    )


@pytest.fixture
def report(province: Committee, own: Side) -> QuarterlyReport:
    """All is well with `own`: covered, a secretary, a term to 2026, the report of the third quarter approved in time."""
    approved = report_of(
        own.association, round_of(province), SheetStatus.APPROVED, submitted_on=OPENED_ON, approved_on=DUE_ON
    )
    told_life(approved)
    return approved


# --- declared below, computed here ---


def test_the_figures_of_reports_stand_where_they_were_declared() -> None:
    assert [indicator.code for indicator in COMPUTED] == [
        code for code in INDICATORS if code != "secretary_training_rate"
    ]
    assert [case.code for case in HARD_CASES] == list(HARD_CASE_COUNTS)
    assert all(case.sign is not None and not case.waits_for for case in HARD_CASES)
    assert {*NEW, *CONDITION_COUNTS, "in_name_only"} - set(KEPT) == set()


# --- what counts, what does not and why ---


def test_where_all_conditions_hold_coverage_is_effective(report: QuarterlyReport) -> None:
    assert rates(DUE_ON) == dict.fromkeys(NEW, Rate(1, 1))
    assert reason(report.association) == ""


def test_before_any_report_was_due_a_rate_prints_a_dash(report: QuarterlyReport) -> None:
    before = DUE_ON - datetime.timedelta(days=1)
    found = rates(before)
    assert (found["effective_coverage"].percent, found["report_on_time_rate"].percent) == ("—", "—")
    assert rates(QUARTER.last_day - datetime.timedelta(days=1))["org_life_rate"].percent == "—"


def test_an_association_of_whom_no_report_was_due_is_in_the_denominator(report: QuarterlyReport, other: Side) -> None:
    assert rates(DUE_ON) == {
        "effective_coverage": Rate(1, 2),
        "org_life_rate": Rate(1, 2),
        "report_on_time_rate": Rate(1, 1),
    }
    assert reason(other.association) == "上季度组织生活尚未报送，或者季报尚未通过；还没有到期的季报"


def test_no_organization_is_the_reason_and_the_only_one(report: QuarterlyReport, own: Side) -> None:
    own.affiliation.delete()
    assert reason(own.association) == "未建立党组织，仅选派党建工作指导员"
    own.instructor.delete()
    assert reason(own.association) == "未建立党组织"


def test_no_secretary_is_a_reason(report: QuarterlyReport, own: Side) -> None:
    own.party_post.ends_on = DUE_ON
    own.party_post.save()
    assert reason(own.association) == "没有在任书记"


def test_a_term_that_is_over_is_a_reason(report: QuarterlyReport, own: Side) -> None:
    own.election.term_ends_on = DUE_ON
    own.election.save()
    assert reason(own.association) == "党组织任期已届满"


def test_what_fell_short_is_a_reason_by_its_name(report: QuarterlyReport, own: Side) -> None:
    OrganizationLife.objects.all().delete()
    told_life(report, "members_meetings", "lectures", "theme_days")
    meetings = "上季度支部党员大会未达到最低次数；上季度党课未达到最低次数"
    assert reason(own.association) == meetings
    assert reason(own.association, "org_life_rate") == f"{meetings}；上季度主题党日未达到最低次数"


def test_life_that_nobody_told_is_a_reason(report: QuarterlyReport, own: Side) -> None:
    OrganizationLife.objects.all().delete()
    assert reason(own.association) == "上季度组织生活尚未报送，或者季报尚未通过"


@pytest.mark.parametrize(
    ("status", "words"),
    (
        (SheetStatus.DRAFT, "最近一期季报未报送"),
        (SheetStatus.SUBMITTED, "最近一期季报未通过审核"),
        (SheetStatus.RETURNED, "最近一期季报未通过审核"),
    ),
)
def test_a_report_that_is_not_approved_is_a_reason(
    province: Committee, own: Side, status: SheetStatus, words: str
) -> None:
    report_of(own.association, round_of(province), status)
    assert reason(own.association) == f"上季度组织生活尚未报送，或者季报尚未通过；{words}"


def test_every_condition_that_fails_is_told(report: QuarterlyReport, own: Side) -> None:
    own.party_post.delete()
    own.election.delete()
    report.delete()
    assert reason(own.association) == (
        "没有在任书记；党组织任期已届满；上季度组织生活尚未报送，或者季报尚未通过；还没有到期的季报"
    )


@pytest.mark.parametrize(("late", "words"), ((1, "迟报"), (None, "未报送")))
def test_a_late_report_and_a_missing_one_are_told_apart(report: QuarterlyReport, late: int | None, words: str) -> None:
    report.status, report.submitted_on = SheetStatus.DRAFT, None
    if late:
        report.submitted_on = DUE_ON + datetime.timedelta(days=late)
    report.save()
    day = DUE_ON + datetime.timedelta(days=5)
    assert reason(report.association, "report_on_time_rate", day) == words
    assert rates(day)["report_on_time_rate"] == Rate(0, 1)


# --- everywhere the same ---


def test_the_command_prints_them(report: QuarterlyReport) -> None:
    out = io.StringIO()
    call_command("coverage", "--as-of", DUE_ON.isoformat(), "--by", "committee", "--format", "json", stdout=out)
    told = json.loads(out.getvalue())
    assert {code: told["total"][code] for code in NEW} == {code: [1, 1] for code in NEW}
    assert list(told["total"])[1:] == [indicator.code for indicator in COMPUTED]
    assert [group["effective_coverage"] for group in told["groups"]] == [[1, 1]]


def test_the_first_page_tells_the_gap_and_each_failing_condition_leads_to_its_list(
    client: Client, province_user: User, report: QuarterlyReport, own: Side, other: Side
) -> None:
    own.party_post.delete()
    found = coverage.overview(scope_of(province_user), DUE_ON)
    assert found.gap is not None
    assert (found.gap.covered, found.gap.effective, found.gap.missing, found.gap.points) == (2, 0, 2, "100.00")
    assert [(one.name, one.count) for one in found.gap.failing] == [
        ("书记空缺", 1),
        ("组织生活未报送", 1),
        ("季报未通过", 1),
    ]
    client.force_login(province_user)
    for one in found.gap.failing:
        page = client.get(one.url)
        assert page.context["page_obj"].paginator.count == one.count
    (line,) = client.get(found.gap.failing[0].url).context["page_obj"]
    assert (line.fact.pk, line.reason) == (own.association.pk, "没有在任书记")
    assert client.get("/conditions/nothing/").status_code == 404
    assert client.get(f"/?as_of={DUE_ON}").content.decode().count("有形覆盖与有效覆盖的差距") == 1


def test_before_any_report_was_due_there_is_no_gap(province_user: User, own: Side) -> None:
    assert coverage.overview(scope_of(province_user), DUE_ON).gap is None


def test_the_fifth_kind_of_hard_case_lists_what_is_to_be_put_right(
    client: Client, province_user: User, province: Committee, own: Side
) -> None:
    for quarter in (Quarter(2024, 1), Quarter(2024, 2)):
        opened = quarter.next.first_day
        report_of(own.association, round_of(province, quarter=quarter, opened_on=opened, due_on=opened))
    day = datetime.date(2024, 9, 30)
    client.force_login(province_user)
    (line,) = client.get(f"/hard-cases/in_name_only/?as_of={day}").context["page_obj"]
    assert line.reason == "上季度组织生活尚未报送，或者季报尚未通过；最近一期季报未报送"
    sheet = load_workbook(io.BytesIO(client.get(f"/hard-cases/in_name_only/?as_of={day}&export=xlsx").content)).active
    assert line.reason in [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_time_line_tells_of_reports_to_whom_may_see_them(
    client: Client, province_user: User, viewer_user: User, report: QuarterlyReport
) -> None:
    def told(user: User) -> list[tuple[str, str]]:
        client.force_login(user)
        events = client.get(f"/associations/{report.association_id}/").context["events"]
        return [(event.what, event.text) for event in events if event.what in ("季报", "组织生活")]

    assert told(province_user) == [
        ("季报", "2024年第三季度季报审核通过"),
        ("季报", "2024年第三季度季报按时报送"),
        ("组织生活", "2024年第三季度支部党员大会2次，党课1次，主题党日3次；达标"),
    ]
    assert told(viewer_user) == []


# --- the supervision report ---


def content_about(committee: Committee, day: datetime.date, base: datetime.date | None = None) -> ReportContent:
    return supervision_content(
        committee=committee, as_of=day, frozen=None, base=Moment(committee, base) if base else None
    )


def text_of(content: ReportContent, code: str) -> str:
    section = next((section for section in content.sections if section.code == code), None)
    return "".join(filled(paragraph, content.texts) for paragraph in section.paragraphs) if section else ""


def test_without_reports_there_is_no_section_about_them(province: Committee, own: Side) -> None:
    content = content_about(province, DUE_ON)
    assert "reports" not in [section.code for section in content.sections]
    assert "有效覆盖率" not in text_of(content, "quality")


def test_one_report_in_time_is_told_in_one_sentence(province: Committee, report: QuarterlyReport) -> None:
    ReportRound.objects.update(status=RoundStatus.CLOSED, closed_at=report.approved_at)
    text = text_of(content_about(province, DUE_ON), "reports")
    assert text == (
        "截至2024年10月25日，最近一期到期季报应报1家，按时报送1家，按时报送率100.00 %。应报的均已按时报送。"
        "2024年第三季度，已被党组织覆盖的1家协会商会中，组织生活达标1家，组织生活达标率100.00 %。"
        "已报送的1家共召开或者开展支部党员大会2次，党课1次，主题党日3次。"
        "在册行业协会商会共有正式党员5名，预备党员1名。"
    )
    assert text_of(content_about(province, DUE_ON), "quality") == (
        "有形覆盖即党的组织覆盖率100.00 %，有效覆盖率100.00 %（1/1），二者一致。已覆盖的1家协会商会均符合有效覆盖的各项条件。"
    )


def test_who_did_not_report_and_what_was_asked_back_are_told(
    province: Committee, report: QuarterlyReport, other: Side
) -> None:
    report_of(other.association, ReportRound.objects.get())
    for number, status in enumerate((DifficultyStatus.SOLVED, DifficultyStatus.OPEN)):
        more: dict[str, Any] = {"answer": "已协调", "answered_on": DUE_ON} if status == DifficultyStatus.SOLVED else {}
        Difficulty.objects.create(report=report, kind="活动场所", text=f"没有活动室{number}", status=status, **more)
    text = text_of(content_about(province, DUE_ON), "reports")
    assert f"按时报送率50.00 %。逾期仍未报送1家。逾期仍未报送的有{other.association.name}。" in text
    assert "2024年第三季度季报反映困难诉求2件（活动场所），已解决1件，待答复1件。" in text
    assert "该季度季报尚未截止，未通过审核的暂未计入达标。" in text
    table = next(section.tables[0] for section in content_about(province, DUE_ON).sections if section.code == "reports")
    texts = content_about(province, DUE_ON).texts
    assert [[filled(cell, texts) for cell in row] for row in table.rows] == [
        ["家具行业党委", "1", "1", "0", "0", "100.00 %"],
        ["钟表行业党委", "1", "0", "0", "1", "0.00 %"],
    ]


def test_every_number_of_a_reported_province_is_a_field_with_its_row_in_the_annex(
    reported: Committee,
) -> None:
    country = reported
    content = content_about(country, AS_OF, datetime.date(2026, 6, 30))
    assert {"quality", "reports"} <= {section.code for section in content.sections}
    told = [
        text
        for section in content.sections
        for text in (*section.paragraphs, *(cell for table in section.tables for row in table.rows for cell in row))
    ]
    assert [fault for text in told if (fault := fault_of(text, content.fields.keys()))] == []
    assert {name for text in told for name in fields_of(text)} - content.fields.keys() == set()
    found = measure(COMPUTED, AS_OF, subtree_limit(country))
    effective = content.fields[INDICATORS["effective_coverage"].name]
    assert Rate(effective.numerator or 0, effective.denominator or 0) == found["effective_coverage"]
    book = load_workbook(
        io.BytesIO(annex(content, Moment(country, AS_OF), Moment(country, datetime.date(2026, 6, 30)), mark="测试"))
    )
    rows = {row[1].value: row[2].value for row in book[NUMBERS_SHEET].iter_rows() if len(row) > 2}
    assert {name: rows.get(name) for name in content.fields} == content.texts


def test_made_up_reports_are_the_same_for_the_same_day_and_leave_the_secretarys_own_to_be_filed(
    country: Committee, writer: User, recipient: User
) -> None:
    association = Association.objects.live_at(TODAY).order_by("pk")[0]
    secretary = recipes.user.make(username="secretary", name="赵书")
    secretary.grants.create(role="secretary", association_id=association.pk)
    build_reports(root=country, version=quarterly_version(), today=TODAY, province=writer, reviewer=recipient)
    own = QuarterlyReport.objects.filter(association=association).order_by("quarter_end")
    assert [report.status for report in own][-1] == SheetStatus.DRAFT
    assert own.before(Quarter(2026, 3).last_day).exists()
    rounds = ReportRound.objects.order_by("year", "number")
    assert [(round_.status, round_.snapshot_id is not None) for round_ in rounds] == [
        (RoundStatus.CLOSED, True),
        (RoundStatus.CLOSED, True),
        (RoundStatus.OPEN, False),
    ]
    assert rounds[2].due_on > TODAY
