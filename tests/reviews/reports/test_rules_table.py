"""The table of rules says the same of the same answers wherever they come from: typed, uploaded, submitted and reviewed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.core.models import Committee, User
from reviews.questionnaires.choices import RuleSeverity, SheetStatus
from reviews.questionnaires.rules.content import Rule
from reviews.questionnaires.rules.problems import Problem
from reviews.questionnaires.services.filing import filing_of, save_sheet, submit_sheet
from reviews.questionnaires.xlsx.filling import answers_workbook
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.rules.preset import QUARTERLY
from reviews.reports.views.files import workbook_title
from tests.conftest import ClientOf, Side
from tests.reviews.reports.rounds import GOOD, QUARTER, TODAY, report_of, round_of
from tests.reviews.reports.typing_in import posted

pytestmark = pytest.mark.once

LAST = {"members_formal": 5, "members_probationary": 1, "staff": 12, "member_firms": 80, "fee_expenses": 2_000_000}
POSTS = [{"person": "李红", "title": "组织委员", "act": "任职", "since": "2024-09-01"}]
BIG = {"committee_meetings": 3}  # from 7 formal members on a branch has a committee


def decided(matters: int, before: int, during: int, after: int) -> dict[str, Any]:
    row = {"kind": "重大活动", "matters": matters, "before": before, "during": during, "after": after}
    return {"decisions": [row]}


# Rule -> answers that break it, answers that meet it though it speaks of them.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "formal_change": ({"members_formal": 9, **BIG}, {"members_formal": 7, **BIG}),
    "staff_change": ({"staff": 20}, {"staff": 14}),
    "firms_change": ({"member_firms": 120}, {"member_firms": 90}),
    "probationary_within_formal": ({"members_probationary": 6}, {"members_probationary": 5}),
    "should_build": ({"members_formal": 4}, {"members_formal": 2}),
    "branch_size": ({"members_formal": 50, **BIG}, {"members_formal": 49, **BIG}),
    "posts_told": ({"posts_changed": True}, {"posts_changed": True, "post_changes": POSTS}),
    "members_meetings_minimum": ({"members_meetings": 0}, {"members_meetings": 1}),
    "committee_meetings_minimum": (
        {"members_formal": 7, "committee_meetings": 2},
        {"members_formal": 7, "committee_meetings": 3},
    ),
    "group_meetings_minimum": ({"group_meetings": 2}, {"group_meetings": 3}),
    "lectures_minimum": ({"lectures": 0}, {"lectures": 1}),
    "theme_days_minimum": ({"theme_days": 2}, {"theme_days": 3}),
    "decisions_before": (decided(1, 2, 1, 1), decided(1, 1, 1, 1)),
    "decisions_during": (decided(1, 1, 2, 1), decided(2, 2, 1, 1)),
    "decisions_after": (decided(1, 1, 1, 2), decided(2, 2, 1, 1)),
    "decisions_heard": (decided(2, 1, 1, 1), decided(1, 1, 0, 0)),
    "funds_change": ({"fee_expenses": 10_000_000}, {"fee_expenses": 7_000_000}),
}
WITHOUT_ORGANIZATION = {"should_build"}
WORDS = {rule.item: "已核对，情况属实" for rule in QUARTERLY.rules}


def test_every_rule_of_the_template_has_a_case() -> None:
    assert sorted(CASES) == sorted(rule.code for rule in QUARTERLY.rules)


@pytest.fixture
def report(province: Committee, own: Side, secretary_user: User) -> QuarterlyReport:
    before = round_of(province, RoundStatus.CLOSED, quarter=QUARTER.previous)
    report_of(own.association, before, SheetStatus.APPROVED, told={**GOOD, **LAST})
    return report_of(own.association, round_of(province))


@pytest.mark.parametrize("breaks", (True, False), ids=("broken", "met"))
@pytest.mark.parametrize("rule", QUARTERLY.rules, ids=[rule.code for rule in QUARTERLY.rules])
def test_form_workbook_and_review_say_the_same(
    client_of: ClientOf, own: Side, secretary_user: User, report: QuarterlyReport, rule: Rule, *, breaks: bool
) -> None:
    base = GOOD
    if rule.code in WITHOUT_ORGANIZATION:
        own.affiliation.delete()
        base = {}
    answers = {**base, **CASES[rule.code][0 if breaks else 1]}
    client = client_of("secretary")

    # What is wrong with an uploaded workbook is told before anything is saved, so it comes first.
    filing = filing_of(report)
    data = answers_workbook(
        QUARTERLY,
        answers,
        filing.last,
        filing.known,
        title=workbook_title(report),
        watermark="",
        explanations=WORDS,
    )
    read = client.post(
        reverse("reviews:report-upload", args=[report.pk]), {"file": SimpleUploadedFile("填报表.xlsx", data)}
    )
    uploaded = [found.problem for _, found in read.context["problems"]]

    told = client.post(
        reverse("reviews:report-save", args=[report.pk]),
        posted(QUARTERLY, answers, WORDS),
        headers={"accept": "application/json"},
    )
    typed = list(told.context["form"].form.problems)

    report.refresh_from_db()
    if breaks and rule.severity == RuleSeverity.REFUSE:
        reviewed = filing_of(report).problems
    else:
        submitted = submit_sheet(sheet=report, actor=secretary_user, seen=report.revision, today=TODAY)
        reviewed = filing_of(QuarterlyReport.objects.get(pk=submitted.pk)).problems

    assert (typed, uploaded) == (reviewed, reviewed)
    assert [problem for problem in reviewed if problem.rule == rule.code] == (
        [Problem(rule.item, rule.severity, rule.sentence, rule.code, rule.basis, WORDS[rule.item])] if breaks else []
    )


def test_without_a_word_of_explanation_all_three_ask_for_one(
    client_of: ClientOf, secretary_user: User, report: QuarterlyReport
) -> None:
    answers = {**GOOD, "theme_days": 2}
    told = client_of("secretary").post(
        reverse("reviews:report-save", args=[report.pk]),
        posted(QUARTERLY, answers),
        headers={"accept": "application/json"},
    )
    saved = save_sheet(sheet=report, actor=secretary_user, seen=1, answers=answers, explanations={})
    typed = [problem for problem in told.context["form"].form.problems if problem.is_open]
    assert typed == [problem for problem in filing_of(saved).problems if problem.is_open]
    assert [problem.rule for problem in typed] == ["theme_days_minimum"]
