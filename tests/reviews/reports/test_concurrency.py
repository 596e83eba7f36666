"""Many decide the same reports at once: each report is decided once, everybody else reads by whom and when (FLT, two deciders)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from associations.models import Headcount
from portal.core.choices import Role
from portal.core.models import AuditEntry, Committee, Grant, User
from reviews.questionnaires.choices import SheetStatus, SheetVerb
from reviews.questionnaires.services.reviewing import AlreadyDecided, approve_sheet, return_sheet
from reviews.reports.models.filing import QuarterlyReport, ReportStep
from reviews.reports.models.outcomes import OrganizationLife
from tests import recipes
from tests.reviews.reports.rounds import QUARTER, TODAY, report_of, round_of

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, REPORTS = 16, 20
Decide = Callable[[int, QuarterlyReport], object]


@pytest.fixture
def reviewers() -> list[User]:
    """Two people of the province: what it oversees itself either may review."""
    province = recipes.committee.make(name="省委社会工作部", path="0001")
    people = [
        recipes.user.make(username=f"reviewer{number}", name=name) for number, name in enumerate(("陈省", "林省"))
    ]
    for person in people:
        Grant.objects.create(user=person, role=Role.PROVINCE, committee=province)
    return people


def submitted(reviewers: list[User], *, has_second_review: bool = False) -> list[QuarterlyReport]:
    province = Committee.objects.get()
    round_ = round_of(province, has_second_review=has_second_review)
    reports = []
    for number in range(REPORTS):
        association = recipes.association.make(name=f"江苏省第{number:02d}协会")
        recipes.oversight.make(association=association, committee=province)
        reports.append(report_of(association, round_, SheetStatus.SUBMITTED))
    return reports


def at_once(reports: list[QuarterlyReport], decide: Decide) -> list[tuple[int, str]]:
    """Let every thread decide every report, each beginning at another; return what each was told, empty where it decided."""
    start = Barrier(THREADS)

    def work(thread: int) -> list[tuple[int, str]]:
        told = []
        try:
            start.wait()
            for place in range(REPORTS):
                report = reports[(place + thread // 2) % REPORTS]
                try:
                    decide(thread, report)
                except AlreadyDecided as refusal:
                    told.append((report.pk, refusal.message))
                else:
                    told.append((report.pk, ""))
        finally:
            connection.close()
        return told

    with ThreadPoolExecutor(THREADS) as pool:
        return [each for told in pool.map(work, range(THREADS)) for each in told]


def deciders_told(reports: list[QuarterlyReport], outcomes: list[tuple[int, str]], done: str) -> None:
    """Assert that each report has one decision and that all others were told by whom."""
    decided = Counter(key for key, told in outcomes if not told)
    assert decided == Counter({report.pk: 1 for report in reports})
    names = {step.report_id: step.actor.name for step in ReportStep.objects.select_related("actor")}
    associations = {report.pk: str(report.association) for report in reports}
    astray = [
        told
        for key, told in outcomes
        if told
        and not re.fullmatch(rf"{associations[key]}的季报已由{names[key]}于 \d{{4}}-\d\d-\d\d \d\d:\d\d {done}。", told)
    ]
    assert astray == []


def test_two_reviewers_approving_at_once_decide_each_report_once(reviewers: list[User]) -> None:
    reports = submitted(reviewers)

    outcomes = at_once(
        reports,
        lambda thread, report: approve_sheet(
            sheet=report, actor=reviewers[thread % 2], seen_submission=1, seen_status="submitted", today=TODAY
        ),
    )

    deciders_told(reports, outcomes, "通过")
    assert ReportStep.objects.filter(verb=SheetVerb.APPROVE).count() == REPORTS
    assert AuditEntry.objects.filter(target_type="reviews.quarterlyreport").count() == REPORTS
    assert Headcount.objects.filter(as_of=QUARTER.last_day).count() == REPORTS
    assert OrganizationLife.objects.count() == REPORTS


def test_of_an_approval_and_a_return_at_once_one_holds(reviewers: list[User]) -> None:
    reports = submitted(reviewers)

    def decide(thread: int, report: QuarterlyReport) -> None:
        seen = {"sheet": report, "actor": reviewers[thread % 2], "seen_submission": 1, "seen_status": "submitted"}
        if thread % 2:
            approve_sheet(**seen, today=TODAY)
        else:
            return_sheet(**seen, comments={"lectures": "请核对"})

    outcomes = at_once(reports, decide)

    deciders_told(reports, outcomes, "(?:通过|退回修改)")
    approved = QuarterlyReport.objects.filter(status=SheetStatus.APPROVED).count()
    assert QuarterlyReport.objects.filter(status=SheetStatus.RETURNED).count() == REPORTS - approved
    assert OrganizationLife.objects.count() == approved


def test_who_meant_the_first_level_never_decides_the_second_unseen(reviewers: list[User]) -> None:
    reports = submitted(reviewers, has_second_review=True)

    outcomes = at_once(
        reports,
        lambda thread, report: approve_sheet(
            sheet=report, actor=reviewers[thread % 2], seen_submission=1, seen_status="submitted", today=TODAY
        ),
    )

    deciders_told(reports, outcomes, "审核通过，报省级复核")
    assert QuarterlyReport.objects.filter(status=SheetStatus.PASSED).count() == REPORTS
    assert OrganizationLife.objects.count() == 0
