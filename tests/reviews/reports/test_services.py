"""A quarterly report from its draft to the facts that it leaves behind, through the services alone."""

import datetime
from typing import Any

import pytest

from associations.models import Headcount
from partyorgs.organizations.models import PartyPost
from portal.core.errors import RuleViolation
from portal.core.models import Committee, User
from portal.core.operator_account import operator_at_work
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.services.filing import (
    StaleSheet,
    confirm_unchanged,
    filing_of,
    save_sheet,
    submit_sheet,
    withdraw_sheet,
)
from reviews.questionnaires.services.populating import extend_sheets
from reviews.questionnaires.services.reviewing import (
    AlreadyDecided,
    approve_sheet,
    approve_sheets,
    begin_review,
    lock_expired,
    return_sheet,
    unlock_sheet,
)
from reviews.reports.choices import PostChangeStatus, RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import Difficulty, OrganizationLife, PostChange
from reviews.reports.services.posting import answer_difficulty, carry_out_change, decline_change
from reviews.reports.services.rounds import (
    cancel_round,
    close_round,
    freeze_round,
    open_round,
    prefill_drafts,
    reopen_round,
)
from tests.conftest import Side
from tests.reviews.reports.rounds import DUE_ON, GOOD, OPENED_ON, QUARTER, TODAY, quarterly_version, report_of, round_of


def opened(province: Committee, actor: User, **more: Any) -> ReportRound:
    told = {
        "quarter": QUARTER,
        "committee": province,
        "version": quarterly_version(),
        "due_on": DUE_ON,
        "has_second_review": False,
        "today": OPENED_ON,
        "actor": actor,
        "result_url": "/reports/rounds/{pk}/",
        **more,
    }
    return prefill_drafts(round_=open_round(**told), actor=actor)


def filed(report: QuarterlyReport, actor: User, **more: Any) -> QuarterlyReport:
    report.refresh_from_db()
    saved = save_sheet(sheet=report, actor=actor, seen=report.revision, answers={**GOOD, **more}, explanations={})
    return submit_sheet(sheet=saved, actor=actor, seen=saved.revision, today=TODAY)


@pytest.fixture
def draft(province: Committee, own: Side, province_user: User) -> QuarterlyReport:
    return QuarterlyReport.objects.get(round=opened(province, province_user), association=own.association)


def refusal(act: Any, **told: Any) -> str:
    with pytest.raises(RuleViolation) as refused:
        act(**told)
    return refused.value.message


# --- the round ---


def test_a_round_has_a_draft_for_every_association_that_is_open(
    province: Committee, own: Side, other: Side, province_user: User
) -> None:
    other.association.deregistered_on = OPENED_ON
    other.association.save()

    round_ = opened(province, province_user)

    assert round_.status == RoundStatus.OPEN
    drafts = QuarterlyReport.objects.filter(round=round_)
    assert [(d.association, d.due_on, d.quarter_end, d.status, d.answers) for d in drafts] == [
        (own.association, DUE_ON, QUARTER.last_day, "draft", {})
    ]


def test_drafts_are_written_once_however_often_the_job_runs(draft: QuarterlyReport, province_user: User) -> None:
    ReportRound.objects.filter(pk=draft.round_id).update(status=RoundStatus.OPENING)

    prefill_drafts(round_=draft.round, actor=province_user)

    assert QuarterlyReport.objects.filter(association=draft.association).count() == 1


def test_a_round_is_refused_before_its_quarter_is_over_and_twice(
    province: Committee, own: Side, province_user: User
) -> None:
    early = refusal(opened, province=province, actor=province_user, today=QUARTER.last_day)
    assert early == "2024年第三季度尚未结束，结束后才能发起季报。"
    opened(province, province_user)
    assert refusal(opened, province=province, actor=province_user) == "该机构这一季度的季报已经发起。"


def test_a_round_is_the_provinces_alone(province: Committee, committee_user: User) -> None:
    assert refusal(opened, province=province, actor=committee_user) == "季报由省级发起和管理。"


def test_a_cancelled_round_is_owed_by_nobody_and_may_be_opened_again(
    draft: QuarterlyReport, province_user: User
) -> None:
    round_ = cancel_round(round_=draft.round, actor=province_user, reason="模板有误")

    assert not QuarterlyReport.objects.counted().exists()
    round_ = reopen_round(round_=round_, actor=province_user, due_on=DUE_ON, today=TODAY, reason="模板无误")
    assert (round_.status, QuarterlyReport.objects.counted().count()) == (RoundStatus.OPEN, 1)


def test_a_round_cancelled_while_its_drafts_were_written_is_completed_when_opened_again(
    province: Committee, own: Side, other: Side, province_user: User
) -> None:
    round_ = round_of(province, RoundStatus.CANCELLED)
    report_of(own.association, round_, is_void=True)

    round_ = reopen_round(round_=round_, actor=province_user, due_on=DUE_ON, today=TODAY, reason="误取消")
    assert round_.status == RoundStatus.OPENING
    round_ = prefill_drafts(round_=round_, actor=province_user)

    assert (round_.status, QuarterlyReport.objects.counted().count()) == (RoundStatus.OPEN, 2)


def test_drafts_written_after_a_cancellation_are_owed_by_nobody(
    province: Committee, own: Side, province_user: User
) -> None:
    round_ = round_of(province, RoundStatus.CANCELLED)
    report_of(own.association, round_)

    prefill_drafts(round_=round_, actor=province_user)

    assert QuarterlyReport.objects.counted().count() == 0


def test_who_meant_the_first_level_does_not_decide_the_second_unseen(
    province: Committee, own: Side, province_user: User, committee_user: User
) -> None:
    report = report_of(own.association, round_of(province, has_second_review=True), SheetStatus.SUBMITTED)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)

    told = refusal(
        approve_sheet,
        sheet=report,
        actor=province_user,
        seen_submission=1,
        seen_status=SheetStatus.SUBMITTED,
        today=TODAY,
    )

    assert told.startswith(f"{report.association}的季报已由林委于 ")


def test_a_closed_round_keeps_a_frozen_snapshot_and_takes_no_more_drafts(
    draft: QuarterlyReport, province_user: User, secretary_user: User
) -> None:
    after = DUE_ON + datetime.timedelta(days=1)
    round_ = freeze_round(
        round_=close_round(round_=draft.round, actor=province_user, today=after, reason=""), actor=province_user
    )

    assert round_.snapshot is not None
    assert (round_.snapshot.as_of, round_.snapshot.is_frozen) == (QUARTER.last_day, True)
    assert refusal(filed, report=draft, actor=secretary_user) == (
        "这一批季报已经截止。需要补报的，请联系党建工作领导机构。"
    )


def test_an_extension_moves_one_deadline_and_says_why(draft: QuarterlyReport, province_user: User) -> None:
    later = datetime.date(2024, 11, 8)
    extend_sheets(
        model=QuarterlyReport, sheets=[draft], due_on=later, today=TODAY, actor=province_user, reason="换届期间"
    )

    draft.refresh_from_db()
    assert (draft.due_on, [step.reason for step in draft.steps.all()]) == (
        later,
        ["2024-10-25 延至 2024-11-08：换届期间"],
    )


# --- the filer ---


def test_a_report_shows_what_the_registry_knows_and_asks_only_the_rest(draft: QuarterlyReport, own: Side) -> None:
    filing = filing_of(draft)

    assert filing.complete == {
        "members_formal": 5,
        "members_probationary": 1,
        "staff": 12,
        "member_firms": 80,
        "has_organization": True,
        "organization_name": own.organization.name,
        "secretary": own.person.name,
        "committee": f"书记{own.person.name}",
        "instructor": f"{own.person.name}（党建工作指导员）",
    }


def test_a_save_over_an_unseen_one_is_refused_and_overwrites_nothing(
    draft: QuarterlyReport, secretary_user: User
) -> None:
    save_sheet(sheet=draft, actor=secretary_user, seen=0, answers={"lectures": 2}, explanations={})

    with pytest.raises(StaleSheet):
        save_sheet(sheet=draft, actor=secretary_user, seen=0, answers={"lectures": 3}, explanations={})

    draft.refresh_from_db()
    assert draft.answers == {"lectures": 2}


def test_what_is_missing_keeps_a_report_from_being_submitted(draft: QuarterlyReport, secretary_user: User) -> None:
    told = refusal(submit_sheet, sheet=draft, actor=secretary_user, seen=0, today=TODAY)
    assert told == "还有 10 处需要处理：班子成员有变动、支部党员大会、党课、主题党日、召开组织生活会。"


def test_nothing_changed_repeats_the_last_report_a_section_at_a_tap(
    province: Committee, own: Side, secretary_user: User, province_user: User
) -> None:
    before = round_of(province, RoundStatus.CLOSED, quarter=QUARTER.previous)
    report_of(own.association, before, SheetStatus.APPROVED, answers={}, told={**GOOD, "posts_changed": True})
    report = QuarterlyReport.objects.get(round=opened(province, province_user), association=own.association)

    for section in ("headcounts", "organization", "organization_life", "funds", "training"):
        report = confirm_unchanged(sheet=report, actor=secretary_user, seen=report.revision, section=section)

    assert report.answers == GOOD
    assert submit_sheet(sheet=report, actor=secretary_user, seen=report.revision, today=TODAY).status == "submitted"


def test_a_double_click_submits_once(draft: QuarterlyReport, secretary_user: User) -> None:
    report = filed(draft, secretary_user)
    again = submit_sheet(sheet=report, actor=secretary_user, seen=report.revision, today=TODAY)

    assert (again.submissions, again.steps.filter(verb="submit").count()) == (1, 1)


def test_a_report_is_withdrawn_until_its_review_has_begun(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = withdraw_sheet(sheet=filed(draft, secretary_user), actor=secretary_user)
    assert (report.status, report.submitted_on) == (SheetStatus.DRAFT, None)

    report = begin_review(sheet=filed(report, secretary_user), actor=committee_user)
    told = refusal(withdraw_sheet, sheet=report, actor=secretary_user)
    assert told == "林委已经开始审核，不能撤回。需要修改的，请联系审核人退回。"


# --- the reviewer ---


def test_a_return_reopens_only_the_items_with_comments(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = filed(draft, secretary_user)
    comments = {"theme_days": "请核对次数", "lectures": "请核对", "appraisal": " "}
    report = return_sheet(sheet=report, actor=committee_user, seen_submission=1, comments=comments)

    assert report.reopened == ["lectures", "theme_days"]
    assert (
        refusal(
            save_sheet,
            sheet=report,
            actor=secretary_user,
            seen=report.revision,
            answers={**GOOD, "workers_trained": 9},
            explanations={},
        )
        == "只能修改退回的项目，“党务工作者参加轮训”不在其中。"
    )
    assert filed(report, secretary_user, theme_days=4).submissions == 2


def test_an_approval_posts_headcount_and_organization_life_of_the_quarters_last_day(
    draft: QuarterlyReport, own: Side, secretary_user: User, committee_user: User
) -> None:
    report = filed(draft, secretary_user, members_formal=6)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)

    count = Headcount.objects.get(association=own.association, as_of=QUARTER.last_day)
    assert (count.formal, count.probationary, count.staff, count.member_firms, count.source) == (
        6,
        1,
        12,
        80,
        "2024年第三季度季报",
    )
    life = OrganizationLife.objects.get(association=own.association)
    assert (life.quarter_end, life.meetings_met, life.minimum_met, life.shortfalls) == (
        QUARTER.last_day,
        True,
        True,
        [],
    )


def test_a_minimum_that_was_missed_is_posted_by_name_though_it_was_explained(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    saved = save_sheet(
        sheet=draft,
        actor=secretary_user,
        seen=0,
        answers={**GOOD, "theme_days": 2},
        explanations={"theme_days": "八月因高温停办一次"},
    )
    report = submit_sheet(sheet=saved, actor=secretary_user, seen=saved.revision, today=TODAY)
    assert report.attention_reasons == ["首次填报", "说明 1 项"]
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)

    life = OrganizationLife.objects.get(report=report)
    assert (life.meetings_met, life.minimum_met, life.shortfalls) == (True, False, ["theme_days"])


def test_a_second_decision_reads_who_was_first(
    draft: QuarterlyReport, secretary_user: User, committee_user: User, province_user: User
) -> None:
    report = filed(draft, secretary_user)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)

    with pytest.raises(AlreadyDecided) as refused:
        approve_sheet(sheet=report, actor=province_user, seen_submission=1, today=TODAY)
    assert refused.value.message.startswith(f"{report.association}的季报已由林委于 ")


def test_with_a_second_level_another_person_of_the_province_approves(
    province: Committee, own: Side, province_user: User, committee_user: User, secretary_user: User
) -> None:
    round_ = opened(province, province_user, has_second_review=True)
    report = filed(QuarterlyReport.objects.get(round=round_), secretary_user)
    report = approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)
    assert (report.status, OrganizationLife.objects.count()) == (SheetStatus.PASSED, 0)

    assert refusal(approve_sheet, sheet=report, actor=committee_user, seen_submission=1, today=TODAY) == (
        "已通过初审，由省级复核。"
    )
    report = approve_sheet(sheet=report, actor=province_user, seen_submission=1, today=TODAY)
    assert (report.status, OrganizationLife.objects.count()) == (SheetStatus.APPROVED, 1)


def test_many_are_approved_singly_and_refusals_are_told(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = filed(draft, secretary_user)
    approved, refused = approve_sheets(
        model=QuarterlyReport, sheets=[(report, 0, None), (report, 1, None)], actor=committee_user, today=TODAY
    )

    assert [each.pk for each in approved] == [report.pk]
    assert [each.reason for each in refused] == [f"{report.association}又提交了一次，请重新打开后再审核。"]


def test_an_unlock_says_who_why_and_until_when_and_ends_by_itself(
    draft: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    report = approve_sheet(sheet=filed(draft, secretary_user), actor=committee_user, seen_submission=1, today=TODAY)
    until = TODAY + datetime.timedelta(days=3)
    report = unlock_sheet(sheet=report, actor=committee_user, today=TODAY, until=until, reason="人数有误")
    assert (report.unlocked_by, report.unlock_reason, report.unlocked_until) == (committee_user, "人数有误", until)
    save_sheet(
        sheet=report,
        actor=secretary_user,
        seen=report.revision,
        answers={**GOOD, "lectures": 9},
        explanations={"lectures": "补记"},
    )

    assert lock_expired(today=until, actor=operator_at_work()) == 0
    assert lock_expired(today=until + datetime.timedelta(days=1), actor=operator_at_work()) == 1
    report.refresh_from_db()
    typed = report.steps.last()
    assert (report.status, report.answers, report.explanations) == ("approved", GOOD, {})
    assert (typed.told["lectures"], typed.explanations) == (9, {"lectures": "补记"})


def test_a_corrected_report_replaces_what_it_posted(
    draft: QuarterlyReport, own: Side, secretary_user: User, committee_user: User
) -> None:
    report = filed(draft, secretary_user, members_formal=6)
    report = approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)
    report = unlock_sheet(sheet=report, actor=committee_user, today=TODAY, until=TODAY, reason="人数有误")
    report = filed(report, secretary_user, members_formal=4, theme_days=4)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=2, today=TODAY)

    assert Headcount.objects.get(association=own.association, as_of=QUARTER.last_day).formal == 4
    assert OrganizationLife.objects.get(association=own.association).theme_days == 4


# --- what it leaves behind ---


def test_changes_of_posts_are_carried_out_or_declined_by_the_committee(
    draft: QuarterlyReport, own: Side, secretary_user: User, committee_user: User
) -> None:
    rows = [
        {"person": "李红", "title": "组织委员", "act": "任职", "since": "2024-09-01"},
        {"person": own.person.name, "title": "书记", "act": "免职", "since": "2024-09-02"},
        {"person": "查无此人", "title": "书记", "act": "免职", "since": "2024-09-02"},
    ]
    report = filed(draft, secretary_user, posts_changed=True, post_changes=rows)
    approve_sheet(sheet=report, actor=committee_user, seen_submission=1, today=TODAY)
    ends, begins, unknown = PostChange.objects.order_by("is_appointment", "-person").all()[:3]
    changes = {change.person: change for change in (ends, begins, unknown)}

    assert carry_out_change(change=changes["李红"], actor=committee_user).status == PostChangeStatus.DONE
    carry_out_change(change=changes[own.person.name], actor=committee_user)
    told = refusal(carry_out_change, change=changes["查无此人"], actor=committee_user)
    assert told == "没有找到查无此人的书记任职记录，请到党组织页面核对。"
    decline_change(change=changes["查无此人"], actor=committee_user, reason="姓名有误")

    posts = PartyPost.objects.filter(organization=own.organization).order_by("begins_on")
    assert [(post.person.name, post.title, post.begins_on, post.ends_on) for post in posts] == [
        (own.person.name, "secretary", datetime.date(2016, 1, 1), datetime.date(2024, 9, 2)),
        ("李红", "organization", datetime.date(2024, 9, 1), None),
    ]


def test_a_difficulty_is_answered_upward(draft: QuarterlyReport, secretary_user: User, committee_user: User) -> None:
    told = [{"kind": "活动场所", "text": "没有固定的党员活动室"}]
    approve_sheet(
        sheet=filed(draft, secretary_user, difficulties=told), actor=committee_user, seen_submission=1, today=TODAY
    )
    difficulty = Difficulty.objects.get()
    answer_difficulty(
        difficulty=difficulty, actor=committee_user, today=TODAY, answer="已协调产业园会议室", solved=True
    )

    difficulty.refresh_from_db()
    assert (difficulty.get_status_display(), difficulty.answer, difficulty.answered_on) == (
        "已解决",
        "已协调产业园会议室",
        TODAY,
    )
