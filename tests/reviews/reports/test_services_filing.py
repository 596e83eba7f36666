"""What a filer may change after a return, what one tap answers, what becomes of files; that the summary tells what is posted."""

from typing import Any

import pytest

from associations.models import Headcount
from portal.core.errors import RuleViolation
from portal.core.models import Committee, User
from reviews.questionnaires.choices import ItemType, SheetStatus
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.services.attachments import attach_file, may_read_file, remove_file
from reviews.questionnaires.services.filing import (
    StaleSheet,
    confirm_unchanged,
    filing_of,
    save_sheet,
    submit_sheet,
)
from reviews.questionnaires.services.reviewing import approve_sheet, return_sheet
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import Difficulty, OrganizationLife, PostChange
from reviews.reports.rules.life import LIFE
from reviews.reports.services.outcomes import outcome_of
from tests.conftest import Side
from tests.reviews.reports.rounds import GOOD, QUARTER, TODAY, quarterly_version, report_of, round_of

PDF = b"%PDF-1.4 minutes"
POSTS = [{"person": "李红", "title": "组织委员", "act": "任职", "since": "2024-09-01"}]


@pytest.fixture
def draft(province: Committee, own: Side) -> QuarterlyReport:
    return report_of(own.association, round_of(province))


@pytest.fixture
def with_files(province: Committee, own: Side) -> QuarterlyReport:
    minutes = Item("minutes", "会议记录", ItemType.ATTACHMENT)
    version = quarterly_version(Content((Section("papers", "材料", items=(minutes,)),)))
    return report_of(own.association, round_of(province, version=version))


def filed(report: QuarterlyReport, actor: User, **more: Any) -> QuarterlyReport:
    saved = save_sheet(
        sheet=report, actor=actor, seen=report.revision, answers={**report.answers, **GOOD, **more}, explanations={}
    )
    return submit_sheet(sheet=saved, actor=actor, seen=saved.revision, today=TODAY)


def returned(report: QuarterlyReport, actor: User, *items: str) -> QuarterlyReport:
    comments = dict.fromkeys(items, "请核对")
    return return_sheet(sheet=report, actor=actor, seen_submission=report.submissions, comments=comments)


# --- saved again ---


def test_the_same_save_sent_again_is_no_conflict(draft: QuarterlyReport, secretary_user: User) -> None:
    told: dict[str, Any] = {"sheet": draft, "actor": secretary_user, "seen": 0, "explanations": {}}
    save_sheet(answers={"lectures": 2}, **told)
    assert save_sheet(answers={"lectures": 2}, **told).revision == 1
    with pytest.raises(StaleSheet):
        save_sheet(answers={"lectures": 3}, **told)


# --- after a return ---


def test_an_answer_that_is_newly_asked_for_opens_with_what_was_returned(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = returned(filed(draft, secretary_user), committee_user, "posts_changed")
    assert "post_changes" in filing_of(report).locked
    report = save_sheet(
        sheet=report,
        actor=secretary_user,
        seen=report.revision,
        answers={**GOOD, "posts_changed": True},
        explanations={},
    )
    assert "post_changes" not in filing_of(report).locked
    assert filed(report, secretary_user, posts_changed=True, post_changes=POSTS).submissions == 2


def test_a_word_that_is_newly_owed_may_be_said_at_an_item_that_was_in_order(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = returned(filed(draft, secretary_user, members_formal=5), committee_user, "members_formal")
    answers = {**report.answers, "members_formal": 0}
    report = save_sheet(sheet=report, actor=secretary_user, seen=report.revision, answers=answers, explanations={})
    filing = filing_of(report)
    assert [problem.item for problem in filing.problems if problem.is_open] == ["members_probationary"]
    assert ("members_probationary" in filing.locked, "staff" in filing.locked) == (False, True)
    explained = save_sheet(
        sheet=report,
        actor=secretary_user,
        seen=report.revision,
        answers=answers,
        explanations={"members_probationary": "正式党员组织关系已转出"},
    )
    assert submit_sheet(sheet=explained, actor=secretary_user, seen=explained.revision, today=TODAY).submissions == 2


def test_a_section_that_a_return_left_locked_is_not_confirmed_unchanged(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = returned(filed(draft, secretary_user), committee_user, "theme_days")
    with pytest.raises(RuleViolation):
        confirm_unchanged(sheet=report, actor=secretary_user, seen=report.revision, section="organization_life")


# --- 本季度无变化 ---


@pytest.fixture
def second(province: Committee, own: Side) -> QuarterlyReport:
    """Return a draft after a quarter that told everything."""
    before = round_of(province, RoundStatus.CLOSED, quarter=QUARTER.previous)
    report_of(own.association, before, SheetStatus.APPROVED, told=GOOD)
    return report_of(own.association, round_of(province))


def test_a_tap_is_refused_where_it_would_not_answer_everything(draft: QuarterlyReport, secretary_user: User) -> None:
    with pytest.raises(RuleViolation) as refused:
        confirm_unchanged(sheet=draft, actor=secretary_user, seen=0, section="funds")
    assert refused.value.message == "没有上一季度的内容可以沿用，请直接填写。"


def test_a_branch_that_has_grown_is_asked_for_its_committee_and_not_offered_a_tap(
    second: QuarterlyReport, own: Side
) -> None:
    own.headcount.formal = 8
    own.headcount.save()
    filing = filing_of(second)
    offered = [section.code for section in filing.content.sections if filing.can_repeat(section)]
    assert "organization_life" not in offered
    assert "funds" in offered


def test_figures_that_the_portal_does_not_know_are_repeated_from_the_last_report(
    second: QuarterlyReport, own: Side, secretary_user: User
) -> None:
    own.headcount.delete()
    figures = {"members_formal": 4, "members_probationary": 0, "staff": 9, "member_firms": 70}
    QuarterlyReport.objects.exclude(pk=second.pk).update(told={**GOOD, **figures})
    report = confirm_unchanged(sheet=second, actor=secretary_user, seen=0, section="headcounts")
    assert report.answers == figures


def test_a_figure_corrected_after_the_tap_takes_it_back(second: QuarterlyReport, secretary_user: User) -> None:
    report = confirm_unchanged(sheet=second, actor=secretary_user, seen=0, section="headcounts")
    assert report.unchanged == ["headcounts"]
    report = save_sheet(sheet=report, actor=secretary_user, seen=1, answers={"staff": 14}, explanations={})
    assert report.unchanged == []


# --- files ---


def test_a_file_that_was_handed_in_stays_readable_after_it_was_taken_off(
    with_files: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    attachment = attach_file(sheet=with_files, actor=secretary_user, item="minutes", name="记录.pdf", data=PDF)
    assert may_read_file(attachment, is_filer=False) is False
    with_files.refresh_from_db()
    report = submit_sheet(sheet=with_files, actor=secretary_user, seen=1, today=TODAY)
    report = returned(report, committee_user, "minutes")
    report = remove_file(sheet=report, actor=secretary_user, key=attachment.key)
    assert (report.answers, may_read_file(attachment, is_filer=False)) == ({}, True)


def test_a_locked_item_takes_no_file(with_files: QuarterlyReport, secretary_user: User, committee_user: User) -> None:
    QuarterlyReport.objects.filter(pk=with_files.pk).update(
        status=SheetStatus.RETURNED, reopened=["other"], submissions=1
    )
    with pytest.raises(RuleViolation) as refused:
        attach_file(sheet=with_files, actor=secretary_user, item="minutes", name="记录.pdf", data=PDF)
    assert refused.value.message == "只能修改退回的项目，“会议记录”不在其中。"


# --- what will change ---


def test_the_summary_tells_what_an_approval_writes(
    draft: QuarterlyReport, own: Side, secretary_user: User, committee_user: User
) -> None:
    trouble = [{"kind": "活动场所", "text": "没有固定的党员活动室"}]
    saved = save_sheet(
        sheet=draft,
        actor=secretary_user,
        seen=0,
        answers={
            **GOOD,
            "staff": 14,
            "theme_days": 2,
            "posts_changed": True,
            "post_changes": POSTS,
            "difficulties": trouble,
        },
        explanations={"theme_days": "八月因高温停办一次"},
    )
    outcome = outcome_of(filing_of(saved))
    report = submit_sheet(sheet=saved, actor=secretary_user, seen=1, today=TODAY)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)

    count = Headcount.objects.get(association=own.association, as_of=QUARTER.last_day)
    assert {figure.label: (figure.before, figure.after, figure.difference) for figure in outcome.figures} == {
        "正式党员数": ("5", str(count.formal), "0"),
        "预备党员数": ("1", str(count.probationary), "0"),
        "专职人员数": ("12", str(count.staff), "+2"),
        "会员单位数": ("80", str(count.member_firms), "0"),
    }
    life = OrganizationLife.objects.get(report=report)
    told = [code for code in LIFE if getattr(life, code) is not None]
    assert [held.told for held in outcome.life] == [str(getattr(life, code)) for code in told]
    assert [held.label for held in outcome.life if held.is_short] == ["主题党日"]
    assert life.shortfalls == ["theme_days"]
    assert [row["person"] for row in outcome.post_changes] == [change.person for change in PostChange.objects.all()]
    assert [row["text"] for row in outcome.difficulties] == [each.text for each in Difficulty.objects.all()]


def test_who_reviews_is_who_oversees_the_association_today(draft: QuarterlyReport, own: Side) -> None:
    assert draft.reviewing_committee(TODAY) == own.committee
