import datetime
import io

import pytest
from django.test import Client
from docx import Document

from portal.core.choices import JobStatus
from portal.core.models import AuditEntry, Committee, User
from reviews.supervision.choices import DocumentKind, ReportStatus
from reviews.supervision.models import SupervisionReport
from reviews.supervision.services.editing import current_version
from tests.conftest import ClientOf, Side
from tests.reviews.conftest import TODAY, DraftOf
from tests.reviews.supervision.test_services import issued
from tests.reviews.supervision.worlds import small_receipt, small_report


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_asking_leads_to_the_page_that_shows_how_far_it_is(
    client_of: ClientOf, world: dict[str, Side], django_capture_on_commit_callbacks: object
) -> None:
    committee = world["own"].committee
    answer = client_of("province").post(
        "/supervision-reports/new/", {"committee": committee.pk, "as_of": "2024-12-31"}, follow=True
    )
    report = SupervisionReport.objects.get()
    assert answer.redirect_chain[-1][0] == f"/supervision-reports/{report.pk}/"
    assert (report.status, report.job.status) == (ReportStatus.BUILDING, JobStatus.QUEUED)
    assert answer.context["job"] == report.job


def test_what_cannot_be_reported_is_said_beside_the_field_and_kept(client_of: ClientOf, own: Side) -> None:
    day = (TODAY + datetime.timedelta(days=4000)).isoformat()
    answer = client_of("province").post("/supervision-reports/new/", {"committee": own.committee.pk, "as_of": day})
    form = answer.context["form"]
    assert (form.errors["as_of"], form["as_of"].value()) == (["截止日期不能晚于今天。"], day)


def test_numbers_lead_to_the_names_that_they_count(client_of: ClientOf, world: dict[str, Side]) -> None:
    report = small_report(world["own"].committee)
    client = client_of("committee")
    page = client.get(f"/supervision-reports/{report.pk}/")
    address = page.context["sections"][0].paragraphs[0][3].url
    names = client.get(address)
    assert [fact.name for fact in names.context["page_obj"].object_list] == [world["own"].association.name]


def test_names_of_a_number_that_counts_nobody_are_not_found(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    client = client_of("committee")
    for field in ("截止日期", "没有这个数", ""):
        assert client.get(f"/supervision-reports/{report.pk}/names/", {"field": field}).status_code == 404


def test_refused_words_are_kept_with_the_sentence_beside_their_section(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    typed = "截至{截止日期}，已覆盖99家。"
    answer = client_of("committee").post(
        f"/supervision-reports/{report.pk}/edit/",
        {"seen_version": "2", "title": "新标题", "addressees": "", "text-overview": typed},
    )
    section = answer.context["sections"][0]
    assert (section["text"], answer.context["title"]) == (typed, "新标题")
    assert section["refusal"].split("是手工填写")[0] == "“总体情况”：“99”"
    assert current_version(report).title != "新标题"


def test_words_are_saved_paragraph_by_paragraph(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    client_of("committee").post(
        f"/supervision-reports/{report.pk}/edit/",
        {
            "seen_version": "2",
            "title": "关于党建工作情况的通报",
            "addressees": "各下级党组织：",
            "text-overview": "截至{截止日期}，情况如下。\r\n\r\n党的组织覆盖率{党的组织覆盖率}。",
        },
    )
    report.refresh_from_db()
    assert current_version(report).texts == {
        "overview": ["截至{截止日期}，情况如下。", "党的组织覆盖率{党的组织覆盖率}。"]
    }


def test_a_stale_editor_is_told_who_saved_and_loses_nothing(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    answer = client_of("committee").post(
        f"/supervision-reports/{report.pk}/edit/",
        {"seen_version": "1", "title": "我的标题", "addressees": "", "text-overview": "我的文字。"},
    )
    assert answer.context["refusal"].message.startswith("您打开之后，系统已于 ")
    assert answer.context["sections"][0]["text"] == "我的文字。"


def test_two_versions_are_compared_word_by_word(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    later = report.versions.get(number=2)
    later.texts = {"overview": ["截至{截止日期}，党的组织覆盖率达{党的组织覆盖率}。"]}
    later.save()
    page = client_of("committee").get(f"/supervision-reports/{report.pk}/versions/")
    (change,) = page.context["changes"]
    assert change.pieces == (
        ("same", "截至2024年12月31日，党的组织覆盖率"),
        ("new", "达"),
        ("same", "100.00 %。"),
    )


def test_a_draft_bears_neither_red_head_nor_number(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    answer = client_of("committee").get(f"/supervision-reports/{report.pk}/files/text/")
    told = [paragraph.text for paragraph in Document(io.BytesIO(answer.content)).paragraphs]
    assert ("（征求意见稿）" in told, [text for text in told if text.endswith("文件")]) == (True, [])


def test_a_download_is_logged(client_of: ClientOf, own: Side) -> None:
    report = small_report(own.committee)
    client_of("committee").get(f"/supervision-reports/{report.pk}/files/annex/")
    entry = AuditEntry.objects.filter(action="export").latest("pk")
    assert (entry.target_id, entry.data["version"]) == (report.pk, 2)


def test_a_recipient_reads_the_text_and_the_own_names_but_not_the_annex(
    draft_of: DraftOf, writer: User, signer: User, recipient: User, country: Committee
) -> None:
    report = issued(draft_of(), writer, signer)
    client = signed_in(recipient)
    page = client.get(f"/supervision-reports/{report.pk}/")
    assert (page.status_code, page.context["keeps"]) == (200, False)
    assert [receipt.committee for receipt in page.context["receipts"]] == list(recipient.scope.committees)
    assert client.get(f"/supervision-reports/{report.pk}/files/text/").status_code == 200
    assert client.get(f"/supervision-reports/{report.pk}/files/annex/").status_code == 403
    assert client.get(f"/supervision-reports/{report.pk}/versions/").status_code == 403
    names = client.get(f"/supervision-reports/{report.pk}/names/", {"field": "党的组织覆盖率"})
    own = recipient.scope.committees[0].path
    shown = [fact.committee_path for fact in names.context["page_obj"].object_list]
    assert (bool(shown), [path for path in shown if not path.startswith(own)]) == (True, [])


def test_downloads_of_an_issued_report_are_the_stored_bytes(draft_of: DraftOf, writer: User, signer: User) -> None:
    report = issued(draft_of(), writer, signer)
    client = signed_in(writer)
    for kind in DocumentKind:
        with report.documents.get(kind=kind).file.open("rb") as file:
            assert client.get(f"/supervision-reports/{report.pk}/files/{kind}/").content == file.read()


def test_a_receipt_is_signed_with_one_tap(client_of: ClientOf, own: Side) -> None:
    receipt = small_receipt(own.committee)
    answer = client_of("committee").post(f"/receipts/{receipt.pk}/sign/", follow=True)
    receipt.refresh_from_db()
    assert (str(receipt.signed_by), answer.redirect_chain[0][0]) == (
        "林委",
        f"/supervision-reports/{receipt.report_id}/",
    )


@pytest.mark.parametrize("status", (ReportStatus.WITHDRAWN, ReportStatus.DISCARDED))
def test_a_closed_report_says_so_first_and_offers_no_act(client_of: ClientOf, own: Side, status: ReportStatus) -> None:
    report = small_report(own.committee, status, close_reason="数据有误")
    page = client_of("committee").get(f"/supervision-reports/{report.pk}/")
    assert [verb for verb, allowed in page.context["may"].items() if allowed] == []
    assert "原因：数据有误" in page.content.decode()


@pytest.mark.parametrize("rows", (1, 4))
def test_the_list_asks_as_often_for_many_as_for_few(
    client_of: ClientOf, own: Side, rows: int, django_assert_num_queries: object
) -> None:
    for _ in range(rows):
        small_report(own.committee, ReportStatus.DISCARDED)
    client = client_of("committee")
    client.get("/supervision-reports/")
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get("/supervision-reports/")
