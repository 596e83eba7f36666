"""The filer's pages: what is shown, what is kept, how a refusal is told, files in and out, the workbook."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.core.models import AuditEntry, Committee, User
from reviews.questionnaires.choices import ItemType, SheetStatus
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.services.filing import save_sheet, submit_sheet
from reviews.questionnaires.services.reviewing import begin_review, return_sheet
from reviews.questionnaires.xlsx.filling import ANSWER, CODE, SHEET
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportAttachment
from reviews.reports.rules.preset import QUARTERLY
from tests.conftest import ClientOf, Side
from tests.reviews.reports.rounds import GOOD, QUARTER, TODAY, quarterly_version, report_of, round_of
from tests.reviews.reports.typing_in import posted

JSON = {"accept": "application/json"}


@pytest.fixture
def report(province: Committee, own: Side) -> QuarterlyReport:
    return report_of(own.association, round_of(province))


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    return client_of("secretary")


def at(name: str, report: QuarterlyReport, **more: Any) -> str:
    return reverse(f"reviews:report-{name}", kwargs={"pk": report.pk, **more})


def submitted(report: QuarterlyReport, actor: User) -> QuarterlyReport:
    saved = save_sheet(sheet=report, actor=actor, seen=report.revision, answers=GOOD, explanations={})
    return submit_sheet(sheet=saved, actor=actor, seen=saved.revision, today=TODAY)


def message_of(answer: Any) -> str:
    """Return the last thing that the page says on top."""
    return [str(message) for message in answer.context["messages"]][-1]


# --- the list and the first page ---


def test_the_list_says_what_comes_when_there_is_no_report(client: Client) -> None:
    page = client.get(reverse("reviews:report-mine"))
    assert (page.context["owed"], list(page.context["object_list"])) == ([], [])
    assert "还没有季报。每季度结束后由省级发起" in page.content.decode()


def test_the_own_reports_are_listed_and_the_one_owed_has_the_button(
    client: Client, province: Committee, own: Side, other: Side, report: QuarterlyReport
) -> None:
    report_of(other.association, report.round)
    before = report_of(
        own.association, round_of(province, RoundStatus.CLOSED, quarter=QUARTER.previous), SheetStatus.APPROVED
    )
    page = client.get(reverse("reviews:report-mine"))
    assert (page.context["owed"], list(page.context["object_list"])) == ([report], [report, before])
    assert f'href="{at("fill", report)}"' in page.content.decode()


def test_a_draft_of_a_round_that_is_still_written_or_was_cancelled_is_not_owed(
    client: Client, province: Committee, own: Side
) -> None:
    report_of(own.association, round_of(province, RoundStatus.OPENING))
    cancelled = round_of(province, RoundStatus.CANCELLED, quarter=QUARTER.previous)
    report_of(own.association, cancelled, is_void=True)
    page = client.get(reverse("reviews:report-mine"))
    assert (page.context["owed"], list(page.context["object_list"])) == ([], [])


def test_the_first_page_names_the_next_thing_to_do(client: Client, report: QuarterlyReport) -> None:
    (owed,) = client.get("/").context["owed"]
    late = report.punctuality(timezone.localdate())
    assert (owed.name, owed.verb, owed.url) == ("2024年第三季度季报", "填报", at("fill", report))
    assert (owed.due_on, owed.badge, owed.words) == (report.due_on, late.badge, late.words)


def test_a_report_that_came_back_says_so_on_the_first_page(
    client: Client, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    return_sheet(sheet=handed_in, actor=committee_user, seen_submission=1, comments={"theme_days": "请核对"})
    (owed,) = client.get("/").context["owed"]
    assert (owed.words, owed.verb, owed.note) == ("已退回", "修改", "有 1 项需要修改")


def test_an_unlocked_report_says_until_when_on_the_first_page(client: Client, province: Committee, own: Side) -> None:
    report = report_of(own.association, round_of(province), SheetStatus.UNLOCKED)
    (owed,) = client.get("/").context["owed"]
    assert (owed.due_on, owed.words, owed.note) == (
        report.unlocked_until,
        "已解锁，待修改",
        f"{report.unlocked_by.name}解锁：人数填写有误",
    )


def test_what_was_handed_in_is_no_longer_the_next_thing(
    client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    submitted(report, secretary_user)
    assert client.get("/").context["owed"] == ()


@pytest.mark.parametrize("quarters", (1, 3))
def test_the_list_takes_the_same_queries_for_any_number_of_reports(
    client: Client, province: Committee, own: Side, django_assert_max_num_queries: Any, quarters: int
) -> None:
    quarter = QUARTER
    for _ in range(quarters):
        report_of(own.association, round_of(province, RoundStatus.CLOSED, quarter=quarter), SheetStatus.APPROVED)
        quarter = quarter.previous
    with django_assert_max_num_queries(11):
        client.get(reverse("reviews:report-mine"))


# --- filling in ---


def test_what_the_portal_knows_is_shown_and_only_the_rest_is_asked(client: Client, report: QuarterlyReport) -> None:
    page = client.get(at("fill", report))
    lines = {line.item.code: line for part in page.context["parts"] for line in part.part.lines}
    assert (lines["staff"].text, lines["staff"].known is not None, lines["secretary"].is_shown) == ("12", True, True)
    assert [part.words for part in page.context["parts"]] == [
        "已填好",
        "还有 1 项未填",
        "还有 5 项未填",
        "没有的不用填",
        "还有 2 项未填",
        "还有 2 项未填",
        "没有的不用填",
        "没有的不用填",
    ]
    # At the first report there is nothing to repeat but that the posts did not change.
    assert [part.section.code for part in page.context["parts"] if part.can_repeat] == ["organization"]


def test_without_the_script_a_button_saves_and_leads_on(client: Client, report: QuarterlyReport) -> None:
    answer = client.post(at("save", report), posted(QUARTERLY, {"lectures": 2}) | {"then": "confirm"})
    assert (answer.url, QuarterlyReport.objects.get().answers) == (at("confirm", report), {"lectures": 2})  # type: ignore[attr-defined]


def test_the_answer_to_a_save_tells_the_time_the_revision_and_what_is_asked_next(
    client: Client, report: QuarterlyReport
) -> None:
    told = client.post(at("save", report), posted(QUARTERLY, {"posts_changed": True}), headers=JSON)
    told_json = told.json()
    assert (told_json["is_saved"], told_json["revision"], len(told_json["at"])) == (True, 1, 5)
    assert 'id="item-post_changes"' in told_json["page"]


def test_a_save_takes_few_queries(client: Client, report: QuarterlyReport, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(30):
        client.post(at("save", report), posted(QUARTERLY, GOOD), headers=JSON)


def test_one_tap_also_keeps_what_was_typed_elsewhere(client: Client, report: QuarterlyReport) -> None:
    data = posted(QUARTERLY, {"lectures": 2}) | {"unchanged": "organization"}
    answer = client.post(at("save", report), data)
    kept = QuarterlyReport.objects.get()
    assert answer.url == f"{at('fill', report)}#part-organization"  # type: ignore[attr-defined]
    assert (kept.answers, kept.unchanged) == ({"lectures": 2, "posts_changed": False}, ["organization"])


def test_a_stale_save_shows_again_what_was_typed_over_what_is_there_by_now(
    client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    save_sheet(sheet=report, actor=secretary_user, seen=0, answers={"theme_days": 9}, explanations={})
    page = client.post(at("save", report), posted(QUARTERLY, {"lectures": 2}, seen=0))
    lines = {line.item.code: line for part in page.context["parts"] for line in part.part.lines}
    assert page.context["refused"].startswith("您在另一个窗口已修改了这份季报")
    assert (lines["lectures"].field.value, lines["theme_days"].field.value) == ("2", "9")
    assert QuarterlyReport.objects.get().answers == {"theme_days": 9}
    assert 'name="seen" value="1"' in page.content.decode()


def test_a_stale_save_of_the_script_is_told_as_such(
    client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    save_sheet(sheet=report, actor=secretary_user, seen=0, answers={"theme_days": 9}, explanations={})
    told = client.post(at("save", report), posted(QUARTERLY, {"lectures": 2}), headers=JSON).json()
    assert (told["is_saved"], told["is_stale"]) == (False, True)


def test_what_is_wrong_is_kept_as_it_was_typed_and_told_at_its_field(client: Client, report: QuarterlyReport) -> None:
    data = {"seen": "0", "check": "1", "asked": "lectures", "a-lectures": "若干"}
    told = client.post(at("save", report), data, headers=JSON)
    lines = {line.item.code: line for part in told.context["parts"] for line in part.part.lines}
    assert (lines["lectures"].field.value, [problem.rule for problem in lines["lectures"].problems]) == (
        "若干",
        ["unfit"],
    )


def test_a_report_that_was_handed_in_is_read_not_filled_in(
    client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    submitted(report, secretary_user)
    for name in ("fill", "confirm", "upload"):
        assert client.get(at(name, report)).url == at("detail", report)  # type: ignore[attr-defined]
    told = client.post(at("save", report), posted(QUARTERLY, {"lectures": 9}, seen=1), headers=JSON).json()
    assert told["message"] == "季报待审核，不能修改。"


def test_the_reviewers_comment_stands_beside_the_item_and_the_rest_is_text(
    client: Client, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    return_sheet(sheet=handed_in, actor=committee_user, seen_submission=1, comments={"theme_days": "请核对次数"})
    page = client.get(at("fill", report))
    lines = {line.item.code: line for part in page.context["parts"] for line in part.part.lines}
    assert [comment.text for comment in lines["theme_days"].comments] == ["请核对次数"]
    assert [code for code, line in lines.items() if not line.is_locked] == ["theme_days"]
    assert "只有带审核意见的项目可以修改" in page.content.decode()


# --- handing in ---


def test_what_is_missing_is_listed_with_links_to_its_field(client: Client, report: QuarterlyReport) -> None:
    page = client.get(at("confirm", report))
    assert len(page.context["open"]) == 10
    assert f"{at('fill', report)}?check=1#item-lectures" in page.content.decode()
    refused = client.post(at("submit", report), {"seen": "0"}, follow=True)
    assert message_of(refused) == "还有 10 处需要处理：班子成员有变动、支部党员大会、党课、主题党日、召开组织生活会。"


def test_after_handing_in_the_page_says_who_reviews(client: Client, report: QuarterlyReport, own: Side) -> None:
    client.post(at("save", report), posted(QUARTERLY, GOOD))
    page = client.post(at("submit", report), {"seen": "1"}, follow=True)
    assert message_of(page) == "2024年第三季度季报已提交。"
    assert page.context["committee"] == own.committee
    assert f"已提交，由{own.committee.name}审核" in page.content.decode()


def test_a_second_click_hands_in_nothing_more(client: Client, report: QuarterlyReport) -> None:
    client.post(at("save", report), posted(QUARTERLY, GOOD))
    for _ in range(2):
        client.post(at("submit", report), {"seen": "1"})
    kept = QuarterlyReport.objects.get()
    assert (kept.submissions, kept.steps.count()) == (1, 1)


def test_a_report_changed_since_it_was_checked_is_not_handed_in(
    client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    save_sheet(sheet=report, actor=secretary_user, seen=0, answers=GOOD, explanations={})
    page = client.post(at("submit", report), {"seen": "0"}, follow=True)
    assert message_of(page) == "季报在您打开之后又有修改，请核对后再提交。"


def test_a_report_is_taken_back_until_its_review_has_begun(
    client: Client, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    assert client.post(at("withdraw", report)).url == at("fill", report)  # type: ignore[attr-defined]
    handed_in = submitted(QuarterlyReport.objects.get(), secretary_user)
    begin_review(sheet=handed_in, actor=committee_user)
    page = client.post(at("withdraw", report), follow=True)
    assert message_of(page) == "林委已经开始审核，不能撤回。需要修改的，请联系审核人退回。"


# --- reading ---


def test_a_draft_is_shown_to_who_files_it_alone(
    client_of: ClientOf, client: Client, report: QuarterlyReport, secretary_user: User
) -> None:
    save_sheet(
        sheet=report, actor=secretary_user, seen=0, answers={"member_service": "为会员减免会费"}, explanations={}
    )
    assert "为会员减免会费" in client.get(at("detail", report)).content.decode()
    page = client_of("committee").get(at("detail", report))
    assert (page.context["sections"], "为会员减免会费" in page.content.decode()) == ([], False)


def test_others_read_what_was_handed_in_while_it_is_being_changed(
    client_of: ClientOf, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    back = return_sheet(sheet=handed_in, actor=committee_user, seen_submission=1, comments={"theme_days": "请核对"})
    save_sheet(sheet=back, actor=secretary_user, seen=back.revision, answers={**GOOD, "theme_days": 7}, explanations={})
    shown = {}
    for role in ("secretary", "committee"):
        page = client_of(role).get(at("detail", report))
        shown[role] = {line.item.code: line.texts for part in page.context["sections"] for line in part.lines}
    assert (shown["secretary"]["theme_days"], shown["committee"]["theme_days"]) == (("7",), ("3",))


def test_the_steps_say_who_when_and_why(
    client: Client, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    return_sheet(sheet=handed_in, actor=committee_user, seen_submission=1, comments={"theme_days": "请核对"})
    steps = client.get(at("detail", report)).context["steps"]
    assert [(each["step"].get_verb_display(), each["step"].actor.name, each["comments"]) for each in steps] == [
        ("退回修改", "林委", [("主题党日", "请核对")]),
        ("提交", "赵书", []),
    ]


def test_an_unlock_says_who_why_and_until_when(client: Client, province: Committee, own: Side) -> None:
    report = report_of(own.association, round_of(province), SheetStatus.UNLOCKED)
    for name in ("detail", "fill"):
        page = client.get(at(name, report)).content.decode()
        assert "可以修改到2199年12月31日" in page
        assert "原因：人数填写有误" in page


# --- files ---


@pytest.fixture
def with_files(province: Committee, own: Side) -> QuarterlyReport:
    minutes = Item("minutes", "会议记录", ItemType.ATTACHMENT, required=True)
    version = quarterly_version(Content((Section("papers", "材料", items=(minutes,)),)))
    return report_of(own.association, round_of(province, version=version))


def a_file(name: str = "会议记录.pdf", data: bytes = b"%PDF-1.4 minutes") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_file_is_kept_at_its_item_downloaded_and_logged(client: Client, with_files: QuarterlyReport) -> None:
    client.post(at("attach", with_files), {"item": "minutes", "file": a_file()})
    attachment = ReportAttachment.objects.get()
    assert str(attachment.key) in client.get(at("fill", with_files)).content.decode()
    answer = client.get(at("attachment", with_files, key=attachment.key))
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        b"%PDF-1.4 minutes",
        "application/octet-stream",
        "nosniff",
    )
    assert answer["Content-Disposition"].startswith("attachment;")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.data["file"]) == ("export", "会议记录.pdf")


def test_a_file_that_was_not_handed_in_is_nobody_elses(
    client_of: ClientOf, client: Client, with_files: QuarterlyReport
) -> None:
    client.post(at("attach", with_files), {"item": "minutes", "file": a_file()})
    address = at("attachment", with_files, key=ReportAttachment.objects.get().key)
    assert client_of("committee").get(address).status_code == 404
    client.post(at("submit", with_files), {"seen": "1"})
    assert client_of("committee").get(address).status_code == 200


@pytest.mark.parametrize(
    ("file", "told"),
    (
        (None, "请选择要上传的文件。"),
        (a_file("程序.exe", b"MZ"), "“程序.exe”：只接收Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片。"),
        (a_file("假的.pdf", b"MZ"), "“假的.pdf”：文件内容不是 PDF 格式，请用原来的程序打开后重新保存。"),
    ),
)
def test_a_file_that_may_not_be_handed_in_is_refused_with_the_reason(
    client: Client, with_files: QuarterlyReport, file: Any, told: str
) -> None:
    data = {"item": "minutes"} | ({"file": file} if file else {})
    page = client.post(at("attach", with_files), data, follow=True)
    assert (message_of(page), ReportAttachment.objects.count()) == (told, 0)


def test_a_file_does_not_hide_what_somebody_else_saved_meanwhile(client: Client, with_files: QuarterlyReport) -> None:
    def attached(seen: int) -> int:
        data = {"item": "minutes", "file": a_file(), "seen": str(seen)}
        return int(client.post(at("attach", with_files), data, headers=JSON).json()["revision"])

    assert attached(seen=0) == 1
    assert attached(seen=0) == 0  # this page has not seen the first one: its next save must not pass


def test_a_file_is_taken_off(client: Client, with_files: QuarterlyReport) -> None:
    client.post(at("attach", with_files), {"item": "minutes", "file": a_file()})
    client.post(at("detach", with_files, key=ReportAttachment.objects.get().key))
    assert QuarterlyReport.objects.get().answers == {}


# --- the workbook ---


def workbook_of(client: Client, report: QuarterlyReport, **typed: Any) -> SimpleUploadedFile:
    """Return the downloaded workbook with cells filled in by item code."""
    book = load_workbook(io.BytesIO(client.get(at("workbook", report)).content))
    sheet = book[SHEET]
    for row in sheet.iter_rows(min_row=5):
        if row[CODE].value in typed:
            row[ANSWER].value = typed[row[CODE].value]
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("填报表.xlsx", out.getvalue())


def test_the_workbook_is_the_own_watermarked_and_logged(client: Client, report: QuarterlyReport) -> None:
    sheet = load_workbook(io.BytesIO(client.get(at("workbook", report)).content))[SHEET]
    assert sheet["A1"].value == f"{report.association}2024年第三季度季报填报表"
    assert "赵书（secretary）" in sheet["A2"].value
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target_id) == ("export", report.pk)


def test_an_upload_shows_what_it_changes_and_is_saved_on_a_second_word(client: Client, report: QuarterlyReport) -> None:
    client.post(at("save", report), posted(QUARTERLY, {"lectures": 1, "theme_days": 3}))
    page = client.post(
        at("upload", report), {"file": workbook_of(client, report, lectures=2, theme_days=None, staff=14)}
    )
    assert [(change.item.code, change.before, change.after) for change in page.context["changes"]] == [
        ("staff", "12", "14"),
        ("lectures", "1", "2"),
        ("theme_days", "3", "—"),
    ]
    assert QuarterlyReport.objects.get().answers == {"lectures": 1, "theme_days": 3}
    client.post(at("upload", report), {"read": page.context["read"]})
    assert QuarterlyReport.objects.get().answers == {"lectures": 2, "staff": 14}


def test_a_bad_cell_is_named_with_what_stood_there_and_kept_to_be_corrected(
    client: Client, report: QuarterlyReport
) -> None:
    page = client.post(at("upload", report), {"file": workbook_of(client, report, lectures="若干")})
    told = [
        (found.at.sheet, found.at.name[0], label, found.value)
        for label, found in page.context["problems"]
        if found.problem.rule == "unfit"
    ]
    assert told == [(SHEET, "F", "党课", "若干")]
    client.post(at("upload", report), {"read": page.context["read"]})
    assert QuarterlyReport.objects.get().answers == {"lectures": "若干"}


def test_a_formula_without_a_result_loses_nothing_that_was_kept(client: Client, report: QuarterlyReport) -> None:
    client.post(at("save", report), posted(QUARTERLY, {"lectures": 1}))
    page = client.post(at("upload", report), {"file": workbook_of(client, report, lectures="=1+1")})
    assert [found.problem.sentence for label, found in page.context["problems"] if label == "党课"] == [
        "公式没有计算结果，请直接填写。"
    ]
    assert page.context["changes"] == []


@pytest.mark.parametrize(
    ("data", "told"),
    (
        (b"not a workbook", "文件不是 Excel 工作簿（.xlsx）。请选择用 WPS 或 Excel 保存的文件。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "文件是旧版格式（.xls 或 .et）。请用 WPS 或 Excel 另存为 .xlsx 再上传。",
        ),
    ),
    ids=("other", "old"),
)
def test_another_file_is_refused_at_its_field(client: Client, report: QuarterlyReport, data: bytes, told: str) -> None:
    page = client.post(at("upload", report), {"file": SimpleUploadedFile("填报表.xlsx", data)})
    assert page.context["form"].errors["file"] == [told]


def test_the_workbook_of_another_quarter_is_refused(
    client: Client, province: Committee, own: Side, report: QuarterlyReport
) -> None:
    before = report_of(own.association, round_of(province, quarter=QUARTER.previous))
    page = client.post(at("upload", report), {"file": workbook_of(client, before)})
    name = report.association.name
    (told,) = page.context["form"].errors["file"]
    assert told == (
        f"这份表的标题是“{name}2024年第二季度季报填报表”，不是“{name}2024年第三季度季报填报表”。"
        "请下载本期的填报表填写后上传。"
    )


def test_what_a_return_left_locked_is_not_taken_from_a_workbook(
    client: Client, report: QuarterlyReport, secretary_user: User, committee_user: User
) -> None:
    handed_in = submitted(report, secretary_user)
    return_sheet(sheet=handed_in, actor=committee_user, seen_submission=1, comments={"theme_days": "请核对"})
    page = client.post(at("upload", report), {"file": workbook_of(client, report, theme_days=4, lectures=9)})
    assert (page.context["ignored"], [change.item.code for change in page.context["changes"]]) == (
        ["党课"],
        ["theme_days"],
    )
    client.post(at("upload", report), {"read": page.context["read"]})
    assert QuarterlyReport.objects.get().answers == {**GOOD, "theme_days": 4}


def test_what_comes_back_to_be_saved_must_be_what_was_shown(client: Client, report: QuarterlyReport) -> None:
    page = client.post(at("upload", report), {"file": workbook_of(client, report, lectures=2)})
    forged = client.post(at("upload", report), {"read": page.context["read"][:-2]}, follow=True)
    assert message_of(forged) == "上传的内容已过期，没有保存。请重新上传。"
    client.post(at("save", report), posted(QUARTERLY, {"theme_days": 3}))
    stale = client.post(at("upload", report), {"read": page.context["read"]}, follow=True)
    assert message_of(stale).startswith("您在另一个窗口已修改了这份季报")
    assert QuarterlyReport.objects.get().answers == {"theme_days": 3}
