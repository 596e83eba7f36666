import datetime
import io

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from portal.core.choices import AuditAction
from portal.core.models import AuditEntry
from reviews.checks.choices import CheckStatus, ExtensionStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import ExtensionRequest, Finding
from tests import recipes
from tests.conftest import ClientOf, Side
from tests.reviews.checks.worlds import check_of, finding_of, visit_of

PDF = b"%PDF-1.7 minutes"
LONG_AGO, FAR_AWAY = datetime.date(2024, 11, 8), datetime.date(2199, 11, 8)


def visit(side: Side, status: CheckStatus = CheckStatus.RELEASED) -> object:
    return visit_of(side.association, check_of(side.committee, status), VisitStatus.DONE)


def listed(client: Client, **asked: str) -> list[str]:
    page = client.get("/findings/", asked)
    return [finding.title for finding in page.context["page_obj"].object_list]


@pytest.fixture
def findings(own: Side, other: Side) -> dict[str, Finding]:
    first, second = visit(own), visit(other)
    found = {
        "raised": finding_of(first, title="待下达", severity="minor", item="a"),
        "overdue": finding_of(first, FindingStatus.NOTICED, title="逾期", item="b", due_on=LONG_AGO),
        "closed": finding_of(first, FindingStatus.CLOSED, title="已销号", severity="severe", item="c"),
        "other": finding_of(second, FindingStatus.NOTICED, title="别处", due_on=FAR_AWAY),
    }
    found["again"] = finding_of(
        visit(own), FindingStatus.REPLIED, title="又一次", item="b", repeats=found["overdue"], due_on=FAR_AWAY
    )
    ExtensionRequest.objects.create(
        finding=found["overdue"], until=FAR_AWAY, reason="报批", asked_by=recipes.user.make()
    )
    return found


def test_each_filter_of_the_list_keeps_what_it_says(
    client_of: ClientOf, own: Side, findings: dict[str, Finding]
) -> None:
    client = client_of("province")
    assert set(listed(client)) == {"又一次", "别处", "已销号", "待下达", "逾期"}
    assert set(listed(client, state="open")) == {"又一次", "别处", "逾期"}
    assert listed(client, state="closed") == ["已销号"]
    assert listed(client, state="extension") == ["逾期"]
    assert listed(client, overdue="1") == ["逾期"]
    assert listed(client, repeated="1") == ["又一次"]
    assert listed(client, severity="severe") == ["已销号"]
    assert listed(client, search="钟表") == ["别处"]
    assert listed(client, check=str(findings["again"].visit.spot_check_id)) == ["又一次"]
    assert set(listed(client, committee=str(own.committee.pk))) == {"又一次", "已销号", "待下达", "逾期"}
    assert listed(client, state="nonsense") == []


def test_gravity_sorts_by_how_grave_it_is(client_of: ClientOf, findings: dict[str, Finding]) -> None:
    found = listed(client_of("province"), sort="-severity")
    assert (found[0], found[-1]) == ("已销号", "待下达")


def test_a_committee_sees_its_own_and_a_secretary_what_was_noticed(
    client_of: ClientOf, findings: dict[str, Finding]
) -> None:
    assert set(listed(client_of("committee"))) == {"又一次", "已销号", "待下达", "逾期"}
    assert set(listed(client_of("secretary"))) == {"又一次", "已销号", "逾期"}


def questions_of(client: Client, address: str) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("role", ("province", "committee", "secretary"))
def test_the_number_of_questions_does_not_grow_with_the_list(client_of: ClientOf, own: Side, role: str) -> None:
    client = client_of(role)
    first = finding_of(visit(own), FindingStatus.NOTICED)
    few = questions_of(client, "/findings/")
    for number in range(12):
        finding_of(visit(own), FindingStatus.NOTICED, repeats=first, item=f"item{number}")
    assert questions_of(client, "/findings/") == few


def test_the_export_holds_what_is_listed(client_of: ClientOf, findings: dict[str, Finding]) -> None:
    answer = client_of("province").get("/findings/", {"export": "xlsx", "overdue": "1"})
    rows = list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[2] for row in rows if row[0] == "江苏省家具行业协会"] == ["逾期"]


def test_the_navigation_of_the_secretary_counts_what_waits(client_of: ClientOf, findings: dict[str, Finding]) -> None:
    page = client_of("secretary").get("/")
    entry = next(entry for entry in page.context["navigation"] if entry["label"] == "整改")
    assert (entry["count"](), page.context["rectification"].findings) == (1, 1)
    first = client_of("committee").get("/")
    assert [(each.name, each.count) for each in first.context["waiting"]] == [
        ("待复核的整改答复", 1),
        ("待审批的整改延期", 1),
        ("整改逾期的问题", 1),
    ]


def test_a_refused_answer_keeps_text_and_good_files(client_of: ClientOf, findings: dict[str, Finding]) -> None:
    finding = findings["overdue"]
    client = client_of("secretary")
    files = [SimpleUploadedFile("记录.pdf", PDF), SimpleUploadedFile("宏.docx", b"MZ")]
    page = client.post(f"/findings/{finding.pk}/reply/", {"text": "已补开", "evidence": files})
    form = page.context["reply_form"]
    assert (form["text"].value(), form.errors["evidence"]) == (
        "已补开",
        ["宏.docx：文件内容不是 DOCX 格式，请用原来的程序打开后重新保存。"],
    )
    assert [file.name for file in page.context["waiting_evidence"]] == ["记录.pdf"]
    page = client.post(f"/findings/{finding.pk}/reply/", {"text": ""})
    assert page.context["reply_form"].errors == {"text": ["请填写。"]}
    assert client.post(f"/findings/{finding.pk}/reply/", {"text": "已补开"}).status_code == 302
    finding.refresh_from_db()
    assert finding.status == FindingStatus.REPLIED


def test_evidence_is_an_attachment_that_no_browser_opens_and_its_download_is_logged(
    client_of: ClientOf, findings: dict[str, Finding]
) -> None:
    finding = findings["overdue"]
    client = client_of("secretary")
    name = '记录"\r\nSet-Cookie: a=b.pdf'
    client.post(f"/findings/{finding.pk}/reply/", {"text": "已补开", "evidence": SimpleUploadedFile("记录 1.pdf", PDF)})
    kept = finding.evidence.get()
    finding.evidence.update(name=name)
    answer = client_of("committee").get(f"/findings/{finding.pk}/evidence/{kept.key}/")
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        PDF,
        "application/octet-stream",
        "nosniff",
    )
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie" not in answer.headers or "a=b" not in str(answer.headers["Set-Cookie"])
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.target_type, entry.data["sha256"]) == (
        AuditAction.EXPORT,
        "reviews.finding",
        kept.sha256,
    )


def test_more_fields_than_the_form_has_change_nothing(client_of: ClientOf, own: Side) -> None:
    finding = finding_of(visit(own))
    client_of("committee").post(
        f"/findings/{finding.pk}/edit/",
        {"title": "书记空缺", "severity": "severe", "status": "closed", "closed_on": "2024-11-01", "item": "dues"},
    )
    finding.refresh_from_db()
    assert (finding.title, finding.status, finding.item, finding.closed_on) == (
        "书记空缺",
        FindingStatus.RAISED,
        "meetings",
        None,
    )


def test_a_decision_about_the_request_of_another_finding_is_not_found(
    client_of: ClientOf, findings: dict[str, Finding]
) -> None:
    request = ExtensionRequest.objects.get()
    client = client_of("province")
    address = f"/findings/{findings['other'].pk}/extension/{request.pk}/decide/"
    assert client.post(address, {"granted": "1"}).status_code == 404
    assert ExtensionRequest.objects.get().status == ExtensionStatus.ASKED


def test_what_is_read_leaves_the_association_without_names_of_those_who_looked(
    client_of: ClientOf, findings: dict[str, Finding]
) -> None:
    finding = findings["overdue"]
    page = client_of("secretary").get(f"/findings/{finding.pk}/")
    assert [(step.what, step.who) for step in page.context["steps"]][:2] == [
        ("发现问题", "党建工作领导机构"),
        ("下达整改", "党建工作领导机构"),
    ]


def test_the_time_line_and_the_hard_case_tell_of_findings_to_those_who_see_them(
    client_of: ClientOf, own: Side, findings: dict[str, Finding]
) -> None:
    address = f"/associations/{own.association.pk}/"
    told = [event.text for event in client_of("committee").get(address).context["events"] if event.what == "检查发现"]
    assert set(told) == {"又一次（反复出现）", "已销号", "待下达", "逾期"}
    viewed = client_of("viewer").get(address).context["events"]
    assert [event for event in viewed if event.what == "检查发现"] == []
    own.affiliation.delete()
    page = client_of("province").get("/hard-cases/built_again/")
    if page.context["page_obj"].object_list:
        assert page.context["page_obj"].object_list[0].found == "2 项未销号，1 项逾期，1 项反复出现"


@pytest.mark.parametrize("tab", ("visits", "numbers", "list"))
def test_the_page_of_results_asks_the_same_number_of_questions(client_of: ClientOf, own: Side, tab: str) -> None:
    check = check_of(own.committee, CheckStatus.RELEASED)
    client = client_of("committee")
    asked = []
    for _ in range(2):
        for _ in range(4):
            association = recipes.association.make()
            recipes.oversight.make(association=association, committee=own.committee)
            finding_of(visit_of(association, check, VisitStatus.DONE), FindingStatus.NOTICED)
        asked.append(questions_of(client, f"/spot-checks/{check.pk}/results/?tab={tab}"))
    assert asked[0] == asked[1]


def test_a_notice_downloads_as_it_was_stored(client_of: ClientOf, findings: dict[str, Finding]) -> None:
    notice = findings["overdue"].notice
    assert notice is not None
    notice.file.save("x.docx", ContentFile(b"PK stored"))
    answer = client_of("secretary").get(f"/rectification-notices/{notice.pk}/file/")
    assert answer.content == b"PK stored"
