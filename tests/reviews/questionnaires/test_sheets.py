"""The machine of answer sheets carries another owner, another period and growing rows: the toy cycle, from filing to workbook."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from partyorgs.organizations.models import PartyOrganization
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Notice, User
from reviews.questionnaires.choices import ItemType, SheetStatus, SheetVerb, VersionStatus
from reviews.questionnaires.forms.filing import filing_form, read_sections
from reviews.questionnaires.indicators.progress import FilingProgress, progress_by_committee
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.rules.answers import changes_between
from reviews.questionnaires.rules.content import Content, Item, Section, json_of
from reviews.questionnaires.services.attachments import attach_file
from reviews.questionnaires.services.filing import StaleSheet, filing_of, save_sheet, submit_sheet, withdraw_sheet
from reviews.questionnaires.services.populating import extend_sheets, write_sheets
from reviews.questionnaires.services.reminding import Reminded, remind_filers
from reviews.questionnaires.services.reviewing import approve_sheet, return_sheet
from reviews.questionnaires.xlsx.filling import answers_workbook
from reviews.questionnaires.xlsx.reading import read_answers
from tests import recipes
from tests.conftest import Side
from tests.reviews.questionnaires import toy
from tests.reviews.questionnaires.toy import ElectionSheet

TODAY = datetime.date(2024, 10, 9)
CONTENT = Content(
    sections=(
        Section(
            "election",
            "换届",
            items=(
                Item("held_on", "选举日期", ItemType.DATE, required=True),
                Item("present", "到会人数", ItemType.WHOLE, required=True, minimum=1),
                Item(
                    "candidates",
                    "候选人",
                    ItemType.TABLE,
                    maximum=20,
                    columns=(
                        Item("name", "姓名", ItemType.SHORT_TEXT, required=True),
                        Item("votes", "得票", ItemType.WHOLE),
                    ),
                ),
                Item("minutes", "会议记录", ItemType.ATTACHMENT),
            ),
        ),
    )
)
ZHANG, LI = {"name": "张三", "votes": 9}, {"name": "李四", "votes": 7}
ANSWERS = {"held_on": "2024-09-30", "present": 11, "candidates": [ZHANG]}


@pytest.fixture
def version(province_user: User) -> QuestionnaireVersion:
    questionnaire = recipes.questionnaire.make(created_by=province_user)
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=1,
        status=VersionStatus.PUBLISHED,
        content=json_of(CONTENT),
        edited_by=province_user,
        edited_at=timezone.now(),
        published_by=province_user,
        published_at=timezone.now(),
    )


@pytest.fixture
def organization(own: Side) -> PartyOrganization:
    return recipes.affiliation.make(association=own.association).organization


@pytest.fixture
def open_sheet(organization: PartyOrganization, version: QuestionnaireVersion) -> Callable[[str], ElectionSheet]:
    def open_for(occasion: str) -> ElectionSheet:
        draft = ElectionSheet(version=version, occasion=occasion, due_on=TODAY + datetime.timedelta(days=5))
        write_sheets(draft=draft, owner="organization", owners=PartyOrganization.objects.filter(pk=organization.pk))
        return ElectionSheet.objects.get(occasion=occasion)

    return open_for


@pytest.fixture
def sheet(open_sheet: Callable[[str], ElectionSheet]) -> ElectionSheet:
    return open_sheet("2024年换届")


def file(sheet: ElectionSheet, filer: User, answers: dict[str, Any]) -> ElectionSheet:
    saved = save_sheet(sheet=sheet, actor=filer, seen=sheet.revision, answers=answers, explanations={})
    return submit_sheet(sheet=saved, actor=filer, seen=saved.revision, today=TODAY)


def test_the_toy_cycle_is_under_sixty_lines_of_code() -> None:
    lines = Path(toy.__file__).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.strip().startswith(('"""', "from ", "import "))]
    assert len(code) < 60


def test_a_sheet_of_an_organization_is_saved_submitted_and_withdrawn(
    sheet: ElectionSheet, secretary_user: User
) -> None:
    submitted = file(sheet, secretary_user, ANSWERS)
    assert (submitted.status, submitted.told, submitted.submitted_on) == (SheetStatus.SUBMITTED, ANSWERS, TODAY)
    withdrawn = withdraw_sheet(sheet=submitted, actor=secretary_user)
    assert (withdrawn.status, withdrawn.submitted_on) == (SheetStatus.DRAFT, None)
    assert list(withdrawn.steps.order_by("pk").values_list("verb", flat=True)) == [SheetVerb.SUBMIT, SheetVerb.WITHDRAW]


def test_refusals_call_the_sheet_by_its_name(sheet: ElectionSheet, secretary_user: User, viewer_user: User) -> None:
    with pytest.raises(RuleViolation, match=r"^换届情况不由您办理。$"):
        save_sheet(sheet=sheet, actor=viewer_user, seen=0, answers=ANSWERS, explanations={})
    with pytest.raises(RuleViolation, match=r"^还有 2 处需要处理：选举日期、到会人数。$"):
        submit_sheet(sheet=sheet, actor=secretary_user, seen=0, today=TODAY)
    save_sheet(sheet=sheet, actor=secretary_user, seen=0, answers=ANSWERS, explanations={})
    with pytest.raises(StaleSheet, match=r"已修改了这份换届情况。您这里的内容没有丢失，请核对后再保存。$"):
        save_sheet(sheet=sheet, actor=secretary_user, seen=0, answers={"present": 3}, explanations={})


def test_a_returned_sheet_opens_only_at_the_commented_item(
    sheet: ElectionSheet, secretary_user: User, committee_user: User
) -> None:
    submitted = file(sheet, secretary_user, ANSWERS)
    returned = return_sheet(
        sheet=submitted, actor=committee_user, seen_submission=1, comments={"present": "请核对到会人数"}
    )
    assert (returned.status, filing_of(returned).locked) == (
        SheetStatus.RETURNED,
        {"held_on", "candidates", "minutes"},
    )
    with pytest.raises(RuleViolation, match=r"^只能修改退回的项目，“选举日期”不在其中。$"):
        file(returned, secretary_user, {**ANSWERS, "held_on": "2024-09-29"})
    corrected = file(returned, secretary_user, {**ANSWERS, "present": 12})
    approved = approve_sheet(sheet=corrected, actor=committee_user, seen_submission=2, today=TODAY)
    assert (approved.status, approved.told["present"], approved.submissions) == (SheetStatus.APPROVED, 12, 2)
    form = filing_form(filing_of(approved), approved.comments.all(), tells_missing=False)
    (line,) = (line for part in form.parts for line in part.part.lines if line.item.code == "present")
    assert [comment.text for comment in line.comments] == ["请核对到会人数"]


def test_rows_grow_from_one_occasion_to_the_next_and_are_compared(
    open_sheet: Callable[[str], ElectionSheet], secretary_user: User
) -> None:
    file(open_sheet("2024年换届"), secretary_user, ANSWERS)
    later = file(open_sheet("2024年补选"), secretary_user, {**ANSWERS, "candidates": [ZHANG, LI]})
    filing = filing_of(later)
    (change,) = changes_between(CONTENT, filing.last, filing.complete)
    assert (change.item.code, change.before, change.after) == (
        "candidates",
        "张三，得票 9",
        "张三，得票 9；李四，得票 7",
    )
    (section,) = read_sections(filing, later.told, [])
    assert [line.texts for line in section.lines if line.item.code == "candidates"] == [
        ("张三，得票 9", "李四，得票 7")
    ]


def test_a_workbook_goes_out_and_comes_back_equal(sheet: ElectionSheet, secretary_user: User) -> None:
    saved = save_sheet(sheet=sheet, actor=secretary_user, seen=0, answers=ANSWERS, explanations={})
    filing = filing_of(saved)
    book = answers_workbook(
        CONTENT, saved.answers, filing.last, filing.known, title=str(saved), watermark="导出人：某人"
    )
    filled = read_answers(CONTENT, book, filing.known)
    assert (filled.title, filled.answers, filled.problems) == (str(saved), ANSWERS, [])


def test_a_file_is_kept_at_its_item(sheet: ElectionSheet, secretary_user: User) -> None:
    attachment = attach_file(
        sheet=sheet, actor=secretary_user, item="minutes", name="记录.pdf", data=b"%PDF-1.4\n%%EOF\n"
    )
    kept = ElectionSheet.objects.get(pk=sheet.pk)
    assert kept.answers["minutes"] == [{"key": str(attachment.key), "name": "记录.pdf", "size": attachment.size}]
    assert attachment.file.name.startswith("sheets/")


def test_the_deadlines_of_many_are_moved_at_once(
    open_sheet: Callable[[str], ElectionSheet], committee_user: User
) -> None:
    sheets = [open_sheet("2024年换届"), open_sheet("2024年补选")]
    until = TODAY + datetime.timedelta(days=9)
    extend_sheets(
        model=ElectionSheet, sheets=sheets, due_on=until, today=TODAY, actor=committee_user, reason="会议改期"
    )
    assert set(ElectionSheet.objects.values_list("due_on", flat=True)) == {until}
    assert AuditEntry.objects.filter(action=AuditAction.CHANGE, target_type="reviews.electionsheet").count() == 2
    with pytest.raises(RuleViolation, match=r"^请选择要延期的换届情况。$"):
        extend_sheets(model=ElectionSheet, sheets=[], due_on=until, today=TODAY, actor=committee_user, reason="改期")


def test_a_sheet_filed_in_place_of_its_filer_says_so(
    open_sheet: Callable[[str], ElectionSheet], secretary_user: User, committee_user: User
) -> None:
    own, substituted = (
        file(open_sheet("2024年换届"), secretary_user, ANSWERS),
        file(open_sheet("2024年补选"), committee_user, ANSWERS),
    )
    assert [sheet.steps.get(verb=SheetVerb.SUBMIT).reason for sheet in (own, substituted)] == ["", "代报"]


def test_progress_is_counted_by_committee(
    open_sheet: Callable[[str], ElectionSheet], own: Side, secretary_user: User
) -> None:
    file(open_sheet("2024年换届"), secretary_user, ANSWERS)
    open_sheet("2024年补选")
    (line,) = progress_by_committee(ElectionSheet.objects.counted(), TODAY)
    assert (line.committee, line.progress) == (own.committee.pk, FilingProgress(due=2, on_time=1, open=1, in_review=1))


def test_whoever_has_not_filed_is_reminded_once_a_day(sheet: ElectionSheet, secretary_user: User) -> None:
    def remind() -> Reminded:
        return remind_filers(
            due={sheet.organization_id: sheet.due_on},
            filers={sheet.organization_id: [secretary_user.pk]},
            key=f"election:{TODAY}",
            text=lambda day: f"换届情况还没有填报，截止日期 {day:%Y-%m-%d}。",
            url="/",
        )

    assert [remind(), remind()] == [Reminded(1, 1, 0), Reminded(0, 1, 0)]
    assert Notice.objects.get().text == "换届情况还没有填报，截止日期 2024-10-14。"
