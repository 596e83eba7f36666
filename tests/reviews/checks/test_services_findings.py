import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from portal.core.choices import Role
from portal.core.docx import document_text
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Notice, User
from portal.core.notices import escalate, send_reminders
from reviews.checks.choices import CheckStatus, ExtensionStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.models.visits import Visit
from reviews.checks.services.closing import close_check, publish_check
from reviews.checks.services.findings import drop_finding, edit_finding, mark_repeats, raise_finding
from reviews.checks.services.notices import issue_notice, next_number
from reviews.checks.services.raising import raise_findings
from reviews.checks.services.rectifying import (
    decide_extension,
    keep_evidence,
    recheck_finding,
    remove_evidence,
    reply_finding,
    request_extension,
)
from reviews.checks.services.reminders import digest_lines
from reviews.questionnaires.models import Questionnaire
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.worlds import check_list_version, check_of, finding_of, inspector_of, visit_of

TODAY = datetime.date(2024, 10, 8)  # the first working day after the holidays
DUE = datetime.date(2024, 10, 28)  # fifteen working days later; Saturday the 12th is worked
PDF = b"%PDF-1.7 minutes of the meeting"


def a_file(name: str = "会议记录.pdf", data: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def visit(own: Side) -> Visit:
    return visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), VisitStatus.DONE)


@pytest.fixture
def noticed(visit: Visit, committee_user: User) -> Finding:
    finding = finding_of(visit)
    issue_notice(check=visit.spot_check, association=visit.association, actor=committee_user, today=TODAY)
    finding.refresh_from_db()
    return finding


def content_of(notice: RectificationNotice) -> bytes:
    with notice.file.open("rb") as file:
        return bytes(file.read())


def answer(finding: Finding, actor: User, today: datetime.date = TODAY, text: str = "已补开") -> int:
    keep_evidence(finding=finding, actor=actor, uploads=[a_file()])
    return reply_finding(finding=finding, actor=actor, today=today, text=text).pk


# --- raised, worded, dropped ---


def test_a_free_finding_is_raised_worded_and_told_in_the_log(visit: Visit, committee_user: User) -> None:
    finding = raise_finding(
        visit=visit, actor=committee_user, today=TODAY, title=" 台账补造 ", severity="severe", detail="两次记录笔迹相同"
    )
    edit_finding(finding=finding, actor=committee_user, title="会议记录系事后补造")
    finding.refresh_from_db()
    assert (finding.title, finding.item, finding.severity) == ("会议记录系事后补造", "", "severe")
    entry = AuditEntry.objects.filter(target_type="reviews.finding", target_id=finding.pk).latest("pk")
    assert (entry.data["before"]["问题"], entry.data["after"]["问题"]) == ("台账补造", "会议记录系事后补造")


def test_nothing_is_raised_where_nobody_was_nor_after_the_result_is_out(own: Side, committee_user: User) -> None:
    excused = visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), VisitStatus.EXCUSED)
    published = visit_of(own.association, check_of(own.committee, CheckStatus.PUBLISHED), VisitStatus.DONE)
    told = []
    for visit in (excused, published):
        with pytest.raises(RuleViolation) as refusal:
            raise_finding(visit=visit, actor=committee_user, today=TODAY, title="x", severity="minor")
        told.append(refusal.value.message)
    assert told == ["该协会没有检查，不能登记问题。", "抽查已公布，不能登记或者更改问题。"]


def test_a_committee_below_does_not_change_what_a_check_from_above_found(
    own: Side, province_user: User, committee_user: User
) -> None:
    check = check_of(own.committee.parent, CheckStatus.RELEASED)
    finding = finding_of(visit_of(own.association, check, VisitStatus.DONE))
    with pytest.raises(RuleViolation, match="该抽查由上级机构组织"):
        drop_finding(finding=finding, actor=committee_user, reason="不属实")
    drop_finding(finding=finding, actor=province_user, reason="不属实")
    finding.refresh_from_db()
    assert (finding.status, finding.drop_reason) == (FindingStatus.DROPPED, "不属实")


# --- again within 24 months ---


def found_on(own: Side, day: datetime.date, **more: object) -> Finding:
    visit = visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), VisitStatus.DONE)
    return finding_of(visit, found_on=day, **more)


def test_the_same_item_is_there_again_up_to_the_same_day_24_months_later(own: Side) -> None:
    first = found_on(own, datetime.date(2022, 9, 2))
    on_the_edge = found_on(own, datetime.date(2024, 9, 2))
    assert mark_repeats(findings=[on_the_edge]) == 1
    on_the_edge.refresh_from_db()
    assert on_the_edge.repeats == first

    on_the_edge.found_on = datetime.date(2024, 9, 3)
    on_the_edge.save()
    assert mark_repeats(findings=[on_the_edge]) == 0
    on_the_edge.refresh_from_db()
    assert on_the_edge.repeats is None


def test_another_item_association_or_list_repeats_nothing(own: Side, other: Side) -> None:
    found_on(own, datetime.date(2024, 1, 2))
    version = check_list_version()
    version.pk, version.questionnaire = None, recipes_template(version)
    version.save()
    checked = check_of(own.committee, CheckStatus.RELEASED, version=version)
    of_another_list = finding_of(visit_of(own.association, checked, VisitStatus.DONE))
    rows = [found_on(own, TODAY, item="dues"), found_on(other, TODAY), found_on(own, TODAY, item=""), of_another_list]
    assert mark_repeats(findings=rows) == 0


def recipes_template(version: object) -> object:
    writer = recipes.user.make()
    return Questionnaire.objects.create(kind="check_list", name="另一份清单", created_by=writer)


def test_a_dropped_finding_is_repeated_by_nobody_and_the_one_before_takes_its_place(
    own: Side, committee_user: User
) -> None:
    first, second, third = (found_on(own, datetime.date(2024, month, 1)) for month in (1, 5, 9))
    mark_repeats(findings=[third])
    third.refresh_from_db()
    assert third.repeats == second
    drop_finding(finding=second, actor=committee_user, reason="情况不实")
    for finding in (second, third):
        finding.refresh_from_db()
    assert (second.repeats, third.repeats) == (None, first)


def test_marking_repeats_asks_the_same_number_of_questions(own: Side, django_assert_num_queries: object) -> None:
    rows = [found_on(own, datetime.date(2024, 1, day)) for day in range(1, 8)]
    with django_assert_num_queries(4):  # type: ignore[operator]  # a savepoint, one read, one write
        mark_repeats(findings=rows)


# --- the notice ---


def test_a_notice_holds_all_findings_is_stored_once_and_tells_the_secretary(
    visit: Visit,
    committee_user: User,
    secretary_user: User,
    django_capture_on_commit_callbacks: object,
) -> None:
    first, second = finding_of(visit), finding_of(visit, item="dues", title="党费没有按时收缴", severity="minor")
    dropped = finding_of(visit, FindingStatus.DROPPED, item="place")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        notice = issue_notice(
            check=visit.spot_check,
            association=visit.association,
            actor=committee_user,
            today=TODAY,
            number="苏社工改〔2024〕3号",
        )
    for finding in (first, second, dropped):
        finding.refresh_from_db()
    assert [(f.status, f.due_on) for f in (first, second, dropped)] == [
        (FindingStatus.NOTICED, DUE),
        (FindingStatus.NOTICED, DUE),
        (FindingStatus.DROPPED, None),
    ]
    text = "\n".join(document_text(content_of(notice)))
    assert ("党费没有按时收缴" in text, "2024年10月28日" in text, "处罚" in text) == (True, True, False)
    assert list(Notice.objects.values_list("user", "text")) == [
        (secretary_user.pk, "2024年下半年随机抽查发现 2 项问题，请于 2024-10-28 前整改并答复。")
    ]
    assert next_number(visit.spot_check, 2024) == "苏社工改〔2024〕4号"
    assert next_number(visit.spot_check, 2025) == "苏社工改〔2025〕1号"


def test_a_notice_is_refused_twice_with_nothing_and_before_the_visit_is_over(
    own: Side, other: Side, visit: Visit, province_user: User
) -> None:
    check = visit.spot_check
    finding_of(visit)

    def refused(association: object, **more: object) -> str:
        with pytest.raises(RuleViolation) as refusal:
            issue_notice(check=check, association=association, actor=province_user, today=TODAY, **more)  # type: ignore[arg-type]
        return refusal.value.message

    assert refused(visit.association, workdays=0) == "整改期限为 1 至 60 个工作日。"
    assert refused(visit.association, number="3号").startswith("发文字号由代字、年份、顺序号组成")
    issue_notice(
        check=check, association=visit.association, actor=province_user, today=TODAY, number="苏社工改〔2024〕3号"
    )
    assert refused(visit.association) == f"已向{visit.association}下达过本次抽查的整改通知。"
    still_open = visit_of(other.association, check)
    finding_of(still_open)
    assert refused(other.association) == "该协会的检查还没有完成，完成后再下达整改通知。"
    third = recipes.association.make()
    visit_of(third, check, VisitStatus.DONE)
    assert refused(third) == "没有待下达整改的问题。"
    finding_of(check.visits.get(association=third))
    assert refused(third, number="苏社工改〔2024〕3号") == "苏社工改〔2024〕3号已经用过。"


# --- answered, looked at, closed ---


def test_a_finding_goes_back_and_forth_until_it_is_put_right(
    noticed: Finding,
    committee_user: User,
    secretary_user: User,
) -> None:
    reply = answer(noticed, secretary_user)
    recheck_finding(
        finding=noticed, actor=committee_user, today=TODAY, seen_reply=reply, passed=False, reason="没有签到表"
    )
    noticed.refresh_from_db()
    assert (noticed.status, noticed.due_on) == (FindingStatus.NOTICED, DUE)
    # What was proved before need not be handed in again.
    second = reply_finding(finding=noticed, actor=secretary_user, today=TODAY, text="签到表在原材料第二页").pk
    day = datetime.date(2024, 10, 25)
    recheck_finding(
        finding=noticed, actor=committee_user, today=day, seen_reply=second, passed=True, reason="已查看签到表"
    )
    noticed.refresh_from_db()
    assert (noticed.status, noticed.closed_on, noticed.closed_by) == (FindingStatus.CLOSED, day, committee_user)
    told = Notice.objects.filter(user=secretary_user).order_by("pk").values_list("text", flat=True)
    assert list(told) == [f"“{noticed}”被退回，请于 2024-10-28 前继续整改。", f"“{noticed}”已销号。"]
    steps = [entry.data.get("step") for entry in AuditEntry.objects.filter(target_id=noticed.pk).order_by("pk")]
    assert steps[-5:] == ["上传佐证", "答复", "退回整改", "答复", "销号"]


def test_who_answers_does_not_recheck_nor_does_anybody_of_the_association(
    own: Side, noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    reply = answer(noticed, secretary_user)

    def refused(actor: User) -> str:
        with pytest.raises(RuleViolation) as refusal:
            recheck_finding(finding=noticed, actor=actor, today=TODAY, seen_reply=reply, passed=True, reason="已到位")
        return refusal.value.message

    assert refused(secretary_user) == "整改情况由党建工作领导机构复核。"
    secretary_user.grants.create(role=Role.COMMITTEE, committee=own.committee)
    assert refused(User.objects.get(pk=secretary_user.pk)) == "您答复过该问题，须由另一人复核。"
    employed = recipes.user.make()
    employed.grants.create(role=Role.COMMITTEE, committee=own.committee)
    inspector_of(own.committee, employed, person=own.person)  # chair of the association
    assert refused(employed) == "您是该协会的人员，须由另一人复核。"
    filer = recipes.user.make()
    filer.grants.create(role=Role.COMMITTEE, committee=own.committee)
    filer.grants.create(role=Role.SECRETARY, association_id=own.association.pk)
    assert refused(filer) == "您是该协会的人员，须由另一人复核。"


def test_only_the_own_secretary_answers_and_only_what_waits_for_it(
    other: Side, noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    stranger = recipes.user.make()
    stranger.grants.create(role=Role.SECRETARY, association_id=other.association.pk)
    for actor in (stranger, committee_user):
        with pytest.raises(RuleViolation, match="整改情况由该协会党组织书记"):
            reply_finding(finding=noticed, actor=actor, today=TODAY, text="已整改")
    with pytest.raises(RuleViolation, match="请附上能够证明整改情况的材料"):
        reply_finding(finding=noticed, actor=secretary_user, today=TODAY, text="已整改")
    answer(noticed, secretary_user)
    with pytest.raises(RuleViolation, match="该问题待复核，不能答复"):
        reply_finding(finding=noticed, actor=secretary_user, today=TODAY, text="再说一遍")


def test_a_newer_answer_must_be_looked_at_first_and_a_reason_is_asked_for(
    noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    reply = answer(noticed, secretary_user)
    for seen, reason, sentence in (
        (reply + 1, "已到位", "协会又答复了一次，请重新打开后再复核。"),
        (reply, " ", "请写明复核意见。"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            recheck_finding(
                finding=noticed, actor=committee_user, today=TODAY, seen_reply=seen, passed=True, reason=reason
            )
        assert refusal.value.message == sentence


def test_bad_files_are_refused_with_a_sentence_and_the_good_ones_kept(noticed: Finding, secretary_user: User) -> None:
    files = [a_file(), a_file("说明.docx", b"MZ not a document"), a_file("木马.exe", b"MZ"), a_file("空.pdf", b"")]
    refused = keep_evidence(finding=noticed, actor=secretary_user, uploads=files)
    assert [(each.name, each.reason) for each in refused] == [
        ("说明.docx", "文件内容不是 DOCX 格式，请用原来的程序打开后重新保存。"),
        ("木马.exe", "只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        ("空.pdf", "文件是空的，请重新选择。"),
    ]
    assert keep_evidence(finding=noticed, actor=secretary_user, uploads=[a_file()]) == []  # sent twice
    kept = noticed.evidence.get()
    assert (kept.name, kept.reply) == ("会议记录.pdf", None)
    assert kept.file.name.startswith("evidence/")
    assert "会议记录" not in kept.file.name


def test_a_file_is_taken_back_only_until_it_was_sent(noticed: Finding, secretary_user: User) -> None:
    keep_evidence(finding=noticed, actor=secretary_user, uploads=[a_file()])
    remove_evidence(finding=noticed, key=noticed.evidence.get().key, actor=secretary_user)
    assert not noticed.evidence.exists()
    answer(noticed, secretary_user)
    with pytest.raises(RuleViolation):
        remove_evidence(finding=noticed, key=noticed.evidence.get().key, actor=secretary_user)


def test_ten_files_are_the_most_of_one_answer(noticed: Finding, secretary_user: User) -> None:
    files = [a_file(f"{number}.pdf", PDF + bytes([number])) for number in range(11)]
    refused = keep_evidence(finding=noticed, actor=secretary_user, uploads=files)
    assert ([each.name for each in refused], noticed.evidence.count()) == (["10.pdf"], 10)


# --- put off ---


def test_more_time_is_asked_for_and_granted_by_another(
    noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    until = datetime.date(2024, 12, 31)
    request = request_extension(finding=noticed, actor=secretary_user, today=TODAY, until=until, reason="等待批复")
    with pytest.raises(RuleViolation, match="已有一份延期申请待审批"):
        request_extension(finding=noticed, actor=secretary_user, today=TODAY, until=until, reason="再申请")
    with pytest.raises(RuleViolation, match="延期由党建工作领导机构审批"):
        decide_extension(request=request, actor=secretary_user, today=TODAY, granted=True)
    decide_extension(request=request, actor=committee_user, today=TODAY, granted=True)
    noticed.refresh_from_db()
    assert (noticed.due_on, noticed.status) == (until, FindingStatus.NOTICED)
    with pytest.raises(RuleViolation, match="已由林委于"):
        decide_extension(request=request, actor=committee_user, today=TODAY, granted=False, decision="不同意")


def test_whoever_asked_does_not_decide_even_with_another_role(
    own: Side, noticed: Finding, secretary_user: User
) -> None:
    until = datetime.date(2024, 12, 31)
    request = request_extension(finding=noticed, actor=secretary_user, today=TODAY, until=until, reason="等待批复")
    secretary_user.grants.create(role=Role.PROVINCE, committee=own.committee.parent)
    with pytest.raises(RuleViolation, match="您是申请人，须由另一人审批"):
        decide_extension(request=request, actor=User.objects.get(pk=secretary_user.pk), today=TODAY, granted=True)


def test_refused_the_deadline_stays_and_the_reason_is_asked_for(
    noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    until = datetime.date(2024, 12, 31)
    request = request_extension(finding=noticed, actor=secretary_user, today=TODAY, until=until, reason="等待批复")
    with pytest.raises(RuleViolation, match="请写明不同意延期的原因"):
        decide_extension(request=request, actor=committee_user, today=TODAY, granted=False)
    decide_extension(request=request, actor=committee_user, today=TODAY, granted=False, decision="可以按期完成")
    noticed.refresh_from_db()
    request.refresh_from_db()
    assert (noticed.due_on, request.status) == (DUE, ExtensionStatus.REFUSED)


@pytest.mark.parametrize(
    ("until", "sentence"),
    (
        (DUE, "延期后的期限须晚于现在的期限（2024-10-28）。"),
        (datetime.date(2025, 4, 30), "一次延期不能超过 6 个月。"),
    ),
)
def test_an_extension_extends_and_does_not_go_on_for_ever(
    noticed: Finding, secretary_user: User, until: datetime.date, sentence: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        request_extension(finding=noticed, actor=secretary_user, today=TODAY, until=until, reason="等待批复")
    assert refusal.value.message == sentence


# --- the clock ---


def told_to(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_the_clock_reminds_the_secretary_then_tells_those_above_level_by_level(
    noticed: Finding, secretary_user: User, committee_user: User, province_user: User
) -> None:
    for day in (datetime.date(2024, 10, 22), datetime.date(2024, 10, 23), datetime.date(2024, 10, 24), DUE):
        send_reminders(today=day)
    assert told_to(secretary_user) == [
        "2024-10-28 到期的整改问题还有 1 项没有答复。",
        "今天到期的整改问题还有 1 项没有答复。",
    ]
    words = f"{noticed.association}有 1 项问题整改逾期（期限 2024-10-28）。"
    for days, committee, province in ((0, [], []), (1, [words], []), (13, [words], []), (14, [words], [words])):
        escalate(today=DUE + datetime.timedelta(days=days))
        assert (told_to(committee_user), told_to(province_user)) == (committee, province)
    escalate(today=DUE + datetime.timedelta(days=40))
    assert told_to(province_user) == [words]


def test_what_is_answered_is_not_reminded_of_but_overdue_until_somebody_looked(
    noticed: Finding, secretary_user: User, committee_user: User
) -> None:
    answer(noticed, secretary_user)
    send_reminders(today=DUE)
    escalate(today=DUE + datetime.timedelta(days=1))
    assert (told_to(secretary_user), len(told_to(committee_user))) == ([], 1)


def test_the_digest_tells_each_side_what_waits_for_it(
    noticed: Finding, secretary_user: User, committee_user: User, viewer_user: User
) -> None:
    def waits(user: User, day: datetime.date = TODAY) -> list[str]:
        return [line.text for line in digest_lines(user, day)]

    assert (waits(secretary_user), waits(committee_user)) == (["待整改并答复的问题 1 项"], [])
    request_extension(
        finding=noticed, actor=secretary_user, today=TODAY, until=datetime.date(2024, 12, 31), reason="等待批复"
    )
    assert waits(committee_user) == ["待审批的整改延期 1 项"]
    answer(noticed, secretary_user)
    late = DUE + datetime.timedelta(days=1)
    assert (waits(secretary_user), waits(committee_user, late)) == (
        [],
        ["待复核的整改答复 1 项", "整改逾期的问题 1 项"],
    )
    assert waits(viewer_user) == []


# --- the end of a check ---


def test_a_check_closes_only_when_every_visit_is_done_or_excused_and_names_the_others(
    own: Side, other: Side, visit: Visit, province_user: User
) -> None:
    check = visit.spot_check
    still_open = visit_of(other.association, check)
    with pytest.raises(RuleViolation) as refusal:
        close_check(check=check, actor=province_user)
    assert refusal.value.message == "还有 1 家没有检查，也没有登记未检查的原因：江苏省钟表行业协会。"
    still_open.status, still_open.excuse = VisitStatus.EXCUSED, "协会正在换届"
    still_open.save()
    close_check(check=check, actor=province_user)
    check.refresh_from_db()
    assert (check.status, check.closed_by) == (CheckStatus.CLOSED, province_user)


def test_a_check_is_published_once_nothing_is_left_between_notice_and_drop(visit: Visit, committee_user: User) -> None:
    finding = finding_of(visit)
    close_check(check=visit.spot_check, actor=committee_user)
    with pytest.raises(RuleViolation, match="还有 1 项问题没有下达整改，也没有不予认定"):
        publish_check(check=visit.spot_check, actor=committee_user)
    issue_notice(check=visit.spot_check, association=finding.association, actor=committee_user, today=TODAY)
    check = publish_check(check=visit.spot_check, actor=committee_user)
    assert check.status == CheckStatus.PUBLISHED
    with pytest.raises(RuleViolation, match="抽查已公布，不能公布"):
        publish_check(check=check, actor=committee_user)


def test_the_notice_opens_in_word_with_its_head_only_where_it_bears_a_number(
    visit: Visit, committee_user: User
) -> None:
    finding_of(visit)
    notice = issue_notice(check=visit.spot_check, association=visit.association, actor=committee_user, today=TODAY)
    told = [paragraph.text for paragraph in Document(io.BytesIO(content_of(notice))).paragraphs if paragraph.text]
    title = "".join(told[:3]).partition("江苏省家具行业协会党组织")[0]
    assert title == "关于江苏省家具行业协会党建工作检查发现问题的整改通知"


def test_what_a_finished_visit_raises_is_marked_where_it_was_found_before(own: Side, committee_user: User) -> None:
    first = found_on(own, datetime.date(2024, 1, 2))
    check = check_of(own.committee, CheckStatus.RELEASED)
    visit = visit_of(own.association, check, VisitStatus.DONE, answers={"meetings": {"value": False}})
    (raised,) = raise_findings(visit=visit, actor=committee_user, today=TODAY)
    raised.refresh_from_db()
    assert raised.repeats == first
