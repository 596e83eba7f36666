import datetime
import hashlib
import io
import json
import re
from collections.abc import Iterable

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from openpyxl import load_workbook
from pytest_django.plugin import DjangoDbBlocker

from partyorgs.organizations.indicators import COMPUTED
from portal.core import audit
from portal.core.choices import AuditAction, JobStatus, Role
from portal.core.docx import document_text
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Committee, User
from portal.dashboard.panels.coverage import overview
from reviews.supervision.choices import DocumentKind, ReportStatus
from reviews.supervision.docx import report_document
from reviews.supervision.indicators.content import content_of
from reviews.supervision.indicators.figures import Moment
from reviews.supervision.models import Receipt, ReportVersion, SupervisionReport
from reviews.supervision.services.building import build_report, last_issued, request_report
from reviews.supervision.services.editing import (
    StaleVersion,
    current_version,
    edit_report,
    restore_version,
    return_report,
    sign_off_report,
    submit_report,
)
from reviews.supervision.services.issuing import (
    discard_report,
    issue_report,
    next_serial,
    number_report,
    sign_receipt,
    withdraw_report,
)
from reviews.supervision.xlsx import NAMES_SHEET, NUMBERS_SHEET, annex_workbook
from tests.conftest import make_user
from tests.reviews.conftest import AS_OF, TODAY, DraftOf, cover_one_more, made_draft

# A number of the text: what stands between digits too (thousands, decimals), the per cent sign with it.
NUMBER = re.compile(r"\d[\d,.]*%?")
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}")
QUARTER = re.compile(r"\d{4}年第[一二三四]季度")


@pytest.fixture
def country(country_of_module: int, db: None) -> Committee:
    return Committee.objects.get(pk=country_of_module)


@pytest.fixture(scope="module")
def draft_of_module(country_of_module: int, django_db_blocker: DjangoDbBlocker) -> int:
    """Return the number of a draft about the country, which each test has as it was built."""
    with django_db_blocker.unblock():
        country = Committee.objects.get(pk=country_of_module)
        draft = made_draft(make_user(Role.PROVINCE, "陈省", committee=country), country)
        connection.run_on_commit.clear()
    return int(draft.pk)


@pytest.fixture
def writer(draft_of_module: int, db: None) -> User:
    return SupervisionReport.objects.get(pk=draft_of_module).requested_by


@pytest.fixture
def report(draft_of_module: int, db: None) -> SupervisionReport:
    return SupervisionReport.objects.get(pk=draft_of_module)


def signed(report: SupervisionReport, writer: User, signer: User, serial: int = 1) -> SupervisionReport:
    submit_report(report=report, actor=writer, seen_version=report.version)
    sign_off_report(report=report, actor=signer, seen_version=report.version)
    return number_report(report=report, actor=writer, prefix="苏社工督", year=2026, serial=serial)


def issued(report: SupervisionReport, writer: User, signer: User, serial: int = 1) -> SupervisionReport:
    signed(report, writer, signer, serial)
    recipients = Committee.objects.filter(parent=report.committee)
    return issue_report(report=report, actor=writer, today=TODAY, recipients=recipients)


def stored(report: SupervisionReport, kind: DocumentKind) -> bytes:
    with report.documents.get(kind=kind).file.open("rb") as file:
        return bytes(file.read())


def texts_of(version: ReportVersion) -> dict[str, list[str]]:
    return {code: list(paragraphs) for code, paragraphs in version.texts.items()}


def edited(report: SupervisionReport, actor: User, paragraph: str, seen: int | None = None) -> ReportVersion:
    version = current_version(report)
    texts = texts_of(version)
    texts["next_steps"] = [*texts["next_steps"], paragraph]
    return edit_report(
        report=report,
        actor=actor,
        seen_version=seen or report.version,
        title=version.title,
        addressees=version.addressees,
        texts=texts,
    )


# --- asking and building ---


def test_a_request_is_built_by_its_job_once_however_often_it_runs(report: SupervisionReport, writer: User) -> None:
    before = content_of(report.content)
    build_report(report=report, actor=writer)
    report.refresh_from_db()
    assert (report.status, report.version, content_of(report.content)) == (ReportStatus.DRAFT, 1, before)
    assert report.versions.count() == 1
    assert report.snapshot is not None
    assert report.snapshot.is_frozen is True


def test_the_job_of_a_request_runs_and_leads_to_the_report(
    country: Committee, writer: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        report = request_report(
            committee=country, as_of=TODAY, today=TODAY, actor=writer, result_url="/supervision-reports/{pk}/"
        )
    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT
    assert report.job is not None
    assert (report.job.status, report.job.payload["result_url"]) == (
        JobStatus.DONE,
        f"/supervision-reports/{report.pk}/",
    )


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    (
        (TODAY + datetime.timedelta(days=1), "截止日期不能晚于今天。"),
        (datetime.date(1980, 1, 1), "该机构范围内截至当日没有在册协会商会，没有可以报告的内容。"),
    ),
)
def test_a_day_that_cannot_be_reported_is_refused(
    country: Committee, writer: User, as_of: datetime.date, sentence: str
) -> None:
    with pytest.raises(RuleViolation) as refusal:
        request_report(committee=country, as_of=as_of, today=TODAY, actor=writer, result_url="/{pk}/")
    assert refusal.value.message == sentence


def test_a_second_report_about_the_same_day_waits_for_the_first(
    report: SupervisionReport, draft_of: DraftOf, writer: User
) -> None:
    first = report
    with pytest.raises(RuleViolation) as refusal:
        draft_of()
    assert refusal.value.message.split("的报告")[1] == "正在办理（起草中），请在原报告上继续。"
    discard_report(report=first, actor=writer, reason="口径调整")
    assert draft_of().pk != first.pk


def test_a_committee_reports_about_its_own_subtree_only(country: Committee, recipient: User) -> None:
    with pytest.raises(RuleViolation) as refusal:
        request_report(committee=country, as_of=AS_OF, today=TODAY, actor=recipient, result_url="/{pk}/")
    assert refusal.value.message == "只能起草本机构及其下级机构范围内的督查报告。"


# --- words, never numbers ---


def test_words_are_edited_in_versions_and_an_earlier_one_comes_back(report: SupervisionReport, writer: User) -> None:
    first = texts_of(current_version(report))
    edited(report, writer, "各机构要认真抓好落实。")
    report.refresh_from_db()
    assert (report.version, current_version(report).written_by) == (2, writer)
    restore_version(report=report, actor=writer, number=1, seen_version=2)
    report.refresh_from_db()
    assert (report.version, texts_of(current_version(report))) == (3, first)


def test_equal_words_make_no_new_version(report: SupervisionReport, writer: User) -> None:
    version = current_version(report)
    edit_report(
        report=report,
        actor=writer,
        seen_version=1,
        title=version.title,
        addressees=version.addressees,
        texts=texts_of(version),
    )
    assert report.versions.count() == 1


@pytest.mark.parametrize("words", ("已覆盖999家。", "覆盖率达到{总覆盖率}。", "还差一家。"))
def test_numbers_cannot_be_typed_into_a_report(report: SupervisionReport, writer: User, words: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        edited(report, writer, words)
    assert refusal.value.field == "next_steps"
    assert report.versions.count() == 1


def test_two_who_edit_at_once_overwrite_nothing(report: SupervisionReport, writer: User, signer: User) -> None:
    edited(report, writer, "第一位的修改。", seen=1)
    with pytest.raises(StaleVersion) as refusal:
        edited(report, signer, "第二位的修改。", seen=1)
    assert refusal.value.message.startswith("您打开之后，陈省已于 ")


# --- signature, number, issue, receipt ---


def test_who_had_a_hand_in_it_does_not_sign_it_off(report: SupervisionReport, writer: User, signer: User) -> None:
    edited(report, signer, "请认真落实。")
    report.refresh_from_db()
    submit_report(report=report, actor=writer, seen_version=2)
    for hand in (writer, signer):
        with pytest.raises(RuleViolation) as refusal:
            sign_off_report(report=report, actor=hand, seen_version=2)
        assert refusal.value.message == "您参与了报告的起草、修改或者送签，须由另一人签发。"


def test_a_return_voids_the_signature(report: SupervisionReport, writer: User, signer: User) -> None:
    report = signed(report, writer, signer)
    return_report(report=report, actor=signer, reason="第三部分表述不准确")
    report.refresh_from_db()
    assert (report.status, report.signed_off_by, report.number) == (ReportStatus.DRAFT, None, "苏社工督〔2026〕1号")


def test_a_number_is_given_once(report: SupervisionReport, draft_of: DraftOf, writer: User, signer: User) -> None:
    withdraw_report(report=issued(report, writer, signer), actor=writer, reason="数据有误")
    second = draft_of()
    submit_report(report=second, actor=writer, seen_version=1)
    sign_off_report(report=second, actor=signer, seen_version=1)
    with pytest.raises(RuleViolation) as refusal:
        number_report(report=second, actor=writer, prefix="苏社工督", year=2026, serial=1)
    assert refusal.value.message == "该发文字号已经使用。"
    assert (next_serial("苏社工督", 2026), next_serial("苏社工督", 2027)) == (2, 1)


def test_nothing_is_issued_without_number_or_recipient(report: SupervisionReport, writer: User, signer: User) -> None:
    submit_report(report=report, actor=writer, seen_version=1)
    sign_off_report(report=report, actor=signer, seen_version=1)
    with pytest.raises(RuleViolation) as refusal:
        issue_report(report=report, actor=writer, today=TODAY, recipients=[])
    assert refusal.value.message == "请先登记发文字号，再印发。"
    number_report(report=report, actor=writer, prefix="苏社工督", year=2026, serial=1)
    for recipients in ([], [report.committee]):
        with pytest.raises(RuleViolation) as refusal:
            issue_report(report=report, actor=writer, today=TODAY, recipients=recipients)
        assert refusal.value.field == "recipients"


def test_a_recipient_signs_once_and_the_first_signature_stays(
    report: SupervisionReport, writer: User, signer: User, recipient: User
) -> None:
    report = issued(report, writer, signer)
    receipt = Receipt.objects.get(report=report, committee=recipient.scope.committees[0])
    sign_receipt(receipt=receipt, actor=recipient)
    with pytest.raises(RuleViolation) as refusal:
        sign_receipt(receipt=receipt, actor=recipient)
    assert refusal.value.message.startswith("已由林收于 ")
    for not_theirs in (writer, signer):
        with pytest.raises(RuleViolation):
            sign_receipt(receipt=Receipt.objects.filter(signed_by=None)[0], actor=not_theirs)


def test_a_committee_sees_what_was_issued_to_it_and_no_draft(
    report: SupervisionReport, writer: User, signer: User, recipient: User
) -> None:
    assert list(SupervisionReport.objects.visible_to(recipient)) == []
    issued(report, writer, signer)
    assert list(SupervisionReport.objects.visible_to(recipient)) == [report]


def test_a_withdrawn_report_stays_and_nothing_is_compared_with_it(
    draft_of: DraftOf, writer: User, signer: User, recipient: User
) -> None:
    earlier = issued(draft_of(datetime.date(2026, 6, 30)), writer, signer)
    assert last_issued(earlier.committee, AS_OF) == earlier
    withdraw_report(report=earlier, actor=writer, reason="数据有误")
    assert last_issued(earlier.committee, AS_OF) is None
    assert list(SupervisionReport.objects.visible_to(recipient)) == [earlier]
    assert earlier.documents.count() == 2


# --- the documents ---


def annex_rows(data: bytes, sheet: str) -> list[dict[str, object]]:
    """Return the rows of one sheet of an annex by their headings, which stand where the first empty line is none."""
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data))[sheet].iter_rows()]
    start = next(number for number, row in enumerate(rows) if row[0] in {"序号", "协会名称"})
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def numbers_in(texts: Iterable[str]) -> set[str]:
    """Return every number that a reader sees, dates and quarters aside."""
    return {found.rstrip(",.") for text in texts for found in NUMBER.findall(QUARTER.sub("", DATE.sub("", text)))}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_number_of_the_document_has_its_row_in_the_annex(
    reported: Committee, draft_of: DraftOf, writer: User, signer: User
) -> None:
    report = issued(draft_of(TODAY), writer, signer)
    body = document_text(stored(report, DocumentKind.TEXT))
    body = body[body.index("一、总体情况") : next(n for n, text in enumerate(body) if text.startswith("附件："))]
    rows = annex_rows(stored(report, DocumentKind.ANNEX), NUMBERS_SHEET)
    printed = {str(row["正文数值"]).replace(" %", "%") for row in rows}
    assert numbers_in(body) - printed == set()
    dates = {found for text in body for each in (DATE, QUARTER) for found in each.findall(text)}
    assert dates - printed == set()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_document_annex_dashboard_and_command_tell_the_same(
    reported: Committee, draft_of: DraftOf, writer: User, signer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    report = issued(draft_of(TODAY), writer, signer)
    told = "".join(document_text(stored(report, DocumentKind.TEXT)))
    rows = {row["数据项"]: row for row in annex_rows(stored(report, DocumentKind.ANNEX), NUMBERS_SHEET)}
    page = {figure.indicator.code: figure.rate for figure in _figures(writer)}
    out = io.StringIO()
    call_command("coverage", as_of=TODAY, format="json", stdout=out)
    command = json.loads(out.getvalue())["total"]
    for indicator in COMPUTED:
        rate = page[indicator.code]
        assert rate is not None
        if indicator.name not in rows:  # its section stands only where there is something to tell
            assert [rate.numerator, rate.denominator] == [0, 0] == command[indicator.code]
            continue
        row = rows[indicator.name]
        assert [row["分子"], row["分母"]] == [rate.numerator, rate.denominator] == command[indicator.code]
        if rate.denominator:
            assert f"{rate.percent}%" in told


def _figures(user: User) -> list[object]:
    shown = overview(user.scope, TODAY)
    return [*shown.trio, *shown.others]


def test_an_annex_counts_again_to_the_numbers_of_its_own_list(report: SupervisionReport) -> None:
    data = annex_workbook(report, mark="测试")
    numbers, names = annex_rows(data, NUMBERS_SHEET), annex_rows(data, NAMES_SHEET)
    own = content_of(report.content).fields["党的组织覆盖率"]
    row = next(row for row in numbers if row["数据项"] == own.name)
    counted = sum(str(name["党的组织覆盖率"]).startswith("计入") for name in names)
    assert (counted, len(names)) == (row["分子"], row["分母"])
    assert row["名单位置"] == "“名单”工作表“党的组织覆盖率”列以“计入”开头的行"


def test_an_issued_report_never_changes_and_the_next_one_shows_the_change(
    report: SupervisionReport, draft_of: DraftOf, writer: User, signer: User
) -> None:
    report = issued(report, writer, signer)
    before = {kind: stored(report, kind) for kind in DocumentKind}
    figures = Moment(report.committee, AS_OF, report.snapshot_id).rate("org_coverage")
    association = cover_one_more(datetime.date(2026, 9, 1))  # learnt late: it belongs to the day already reported
    audit_everything_reached(association)
    report.refresh_from_db()
    for kind in DocumentKind:
        document = report.documents.get(kind=kind)
        assert stored(report, kind) == before[kind]
        assert hashlib.sha256(before[kind]).hexdigest() == document.sha256
    assert Moment(report.committee, AS_OF, report.snapshot_id).rate("org_coverage") == figures
    assert (
        annex_workbook(report, mark=f"{report.number}　{report.committee}　{writer.name}印发")
        == before[DocumentKind.ANNEX]
    )

    following = draft_of(TODAY)
    fields = content_of(following.content).fields
    assert following.previous == report
    assert (fields["上期党的组织覆盖率"].numerator, fields["上期日期"].text) == (figures.numerator, "2026年9月30日")
    assert fields["党的组织覆盖率"].numerator == Moment(report.committee, TODAY).rate("org_coverage").numerator
    assert association.name in "".join(
        document_text(report_document(following, current_version(following), issued_on=None))
    )


def audit_everything_reached(association: object) -> None:
    """Do what a service does after it wrote: the chain tells the snapshots that this association has changed."""
    audit.record(None, AuditAction.CHANGE, association)  # type: ignore[arg-type]


def test_the_same_version_gives_the_same_bytes(report: SupervisionReport) -> None:
    version = current_version(report)
    first, second = (report_document(report, version, issued_on=None) for _ in range(2))
    assert first == second


def test_every_step_of_a_report_is_in_the_audit(
    report: SupervisionReport, writer: User, signer: User, recipient: User
) -> None:
    report = issued(report, writer, signer)
    sign_receipt(receipt=Receipt.objects.get(report=report, committee=recipient.scope.committees[0]), actor=recipient)
    entries = AuditEntry.objects.filter(target_type="reviews.supervisionreport", target_id=report.pk).order_by("pk")
    assert [entry.data.get("step", "") for entry in entries] == ["", "生成初稿", "送签", "签发", "编号", "印发", "签收"]


def test_a_full_disk_refuses_the_issue_and_leaves_nothing(
    report: SupervisionReport, writer: User, signer: User, settings: object, tmp_path: object
) -> None:
    report = signed(report, writer, signer)
    blocked = tmp_path / "file"  # type: ignore[operator]
    blocked.write_text("")
    settings.MEDIA_ROOT = str(blocked / "media")  # type: ignore[attr-defined]  # a folder below a file cannot be made
    with pytest.raises(RuleViolation) as refusal, transaction.atomic():
        issue_report(report=report, actor=writer, today=TODAY, recipients=report.committee.children.all())
    assert refusal.value.message == "存储空间不足或者不可写，文件没有保存，报告没有印发。请联系系统管理员。"
    report.refresh_from_db()
    assert (report.status, report.documents.count(), report.receipts.count()) == (ReportStatus.SIGNED, 0, 0)
