"""A check in numbers, and what the supervision report says of checks."""

import datetime

import pytest

from portal.core.measures import Rate
from reviews.checks.choices import CheckStatus, FindingStatus, VisitStatus
from reviews.checks.indicators.results import public_list
from reviews.checks.indicators.statistics import statistics
from reviews.checks.models.plan import SpotCheck
from reviews.supervision.indicators.content import ReportContent
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.indicators.names import COUNTS, name_rows
from reviews.supervision.indicators.report import supervision_content
from reviews.supervision.rules.texts import fault_of, filled
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.worlds import BEGINS, DUE_ON, check_of, finding_of, visit_of

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 12, 31)


@pytest.fixture
def check(own: Side, other: Side) -> SpotCheck:
    """Two visits done and one excused; three findings stand, one was none; one is closed in time, one overdue."""
    check = check_of(own.committee.parent, CheckStatus.CLOSED)
    first = visit_of(own.association, check, VisitStatus.DONE, stratum="规模大")
    second = visit_of(other.association, check, VisitStatus.DONE, stratum="规模小")
    excused = recipes.association.make(name="江苏省停办行业协会")
    recipes.oversight.make(association=excused, committee=other.committee)
    visit_of(excused, check, VisitStatus.EXCUSED, stratum="规模小")
    finding_of(first, FindingStatus.CLOSED)
    earlier = finding_of(first, FindingStatus.NOTICED, item="dues", severity="minor")
    finding_of(second, FindingStatus.NOTICED, repeats=earlier)
    finding_of(second, FindingStatus.DROPPED, item="place")
    return check


def test_numbers_by_item_committee_and_stratum_add_up(check: SpotCheck) -> None:
    found = statistics(check, DAY)
    assert (found.total.visited, found.total.excused, found.total.findings) == (2, 1, 3)
    assert (found.total.closed, found.total.overdue, found.total.repeated) == (1, 2, 1)
    assert [(line.name, line.findings, line.by_severity, line.rate) for line in found.items] == [
        ("三会一课按规定召开", 2, (0, 2, 0), Rate(2, 2)),
        ("党费按时足额收缴", 1, (0, 0, 1), Rate(1, 2)),
    ]
    assert [(line.name, line.planned, line.visited, line.findings) for line in found.committees] == [
        ("家具行业党委", 1, 1, 2),
        ("钟表行业党委", 2, 1, 1),
    ]
    assert [(line.name, line.visited, line.findings) for line in found.strata] == [("规模大", 1, 2), ("规模小", 1, 1)]


def test_the_number_of_questions_does_not_grow_with_the_check(
    check: SpotCheck, django_assert_num_queries: object
) -> None:
    check = SpotCheck.objects.select_related("version", "committee").get(pk=check.pk)
    for rows in range(2):
        with django_assert_num_queries(2):  # type: ignore[operator]
            statistics(check, DAY)
        with django_assert_num_queries(1):  # type: ignore[operator]
            public_list(check, DAY)
        for _ in range(5 * (1 - rows)):
            finding_of(visit_of(recipes.association.make(), check, VisitStatus.DONE))


def test_the_public_list_counts_what_stands_and_names_no_person(check: SpotCheck) -> None:
    told = public_list(check, DAY)
    assert [(row.association, row.visited_on, row.result, row.severities, row.closed) for row in told.rows] == [
        ("江苏省家具行业协会", BEGINS, "发现 2 项问题", (0, 1, 1), 1),
        ("江苏省停办行业协会", None, "未检查：协会已停止办公", (0, 0, 0), 0),
        ("江苏省钟表行业协会", BEGINS, "发现 1 项问题", (0, 1, 0), 0),
    ]
    assert told.summary == (
        "2024年下半年随机抽查共检查2家协会商会，因故未检查1家，发现问题3项，已销号1项；未发现问题的0家。"
    )


def content_about(check: SpotCheck, day: datetime.date = DAY) -> ReportContent:
    return supervision_content(committee=check.committee, as_of=day, frozen=None, base=Moment(check.committee, day))


def test_the_report_says_what_was_checked_found_overdue_and_came_back(check: SpotCheck) -> None:
    content = content_about(check)
    section = next(section for section in content.sections if section.code == "checks")
    assert [filled(paragraph, content.texts) for paragraph in section.paragraphs] == [
        "近一年对2家协会商会开展了现场检查，占在册协会商会的66.66 %，发现问题3项。",
        "不符合较多的检查项目依次为：“三会一课按规定召开”2项、“党费按时足额收缴”1项。",
        "其中反复出现1项，涉及江苏省钟表行业协会。",
        "整改按期完成率33.33 %（1/3），与上期持平。尚未销号的问题2项，其中整改逾期2项。",
    ]
    cells = [[filled(cell, content.texts) for cell in row] for row in section.tables[0].rows]
    assert cells == [["江苏省家具行业协会", "家具行业党委", "1"], ["江苏省钟表行业协会", "钟表行业党委", "1"]]
    faults = [fault_of(paragraph, content.fields.keys()) for paragraph in section.paragraphs]
    assert [fault for fault in faults if fault] == []
    assert content.texts["整改逾期的问题项数"] == "2"


def test_before_anything_was_checked_the_report_has_no_section_of_it(check: SpotCheck) -> None:
    content = content_about(check, BEGINS - datetime.timedelta(days=1))
    assert "checks" not in [section.code for section in content.sections]


def test_within_the_deadline_nothing_is_overdue_and_there_is_no_table(check: SpotCheck) -> None:
    content = content_about(check, DUE_ON)
    section = next(section for section in content.sections if section.code == "checks")
    assert (filled(section.paragraphs[-1], content.texts), section.tables) == (
        "尚未销号的问题2项，均在整改期限内。",
        (),
    )


def test_each_summed_number_is_counted_again_from_the_names_of_the_annex(check: SpotCheck) -> None:
    moment = Moment(check.committee, DAY)
    rows = list(name_rows(moment))
    for code in ("rectification_rate", "findings_overdue", "findings_repeated"):
        sums = [row.sums[code] for row in rows]
        assert Rate(sum(part for part, _ in sums), sum(whole for _, whole in sums)) == moment.rate(code)
    assert sum(row.marks["checked_recently"] == COUNTS for row in rows) == 2
