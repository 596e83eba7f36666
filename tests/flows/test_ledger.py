"""The walk of a ledger through pages and browser: hand in, look, correct, confirm, see the figure, take it back."""

import datetime
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from associations.models import Association
from partyorgs.ledgers.models import LedgerUpload
from portal.core.models import AuditEntry
from tests.conftest import DESK, PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

DATA = Path(__file__).parent.parent / "data"
JUNE = datetime.date(2024, 6, 30)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hand_in(
    client_of: Callable[[str], Client], django_capture_on_commit_callbacks: Any
) -> Callable[..., tuple[Client, LedgerUpload]]:
    """Return a function that hands in a file as the province and has it checked."""

    def send(content: bytes, name: str = "台账.xlsx", **told: Any) -> tuple[Client, LedgerUpload]:
        client = client_of("province")
        file = SimpleUploadedFile(name, content)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("partyorgs:ledger-create"), {"file": file, "as_of": "2024-06-30", **told})
        assert answer.status_code == 302, answer.context["form"].errors
        return client, LedgerUpload.objects.latest("pk")

    return send


def post(client: Client, upload: LedgerUpload, verb: str, capture: Any, **told: Any) -> None:
    with capture(execute=True):
        answer = client.post(reverse(f"partyorgs:ledger-{verb}", args=[upload.pk]), told)
    assert answer.status_code == 302
    upload.refresh_from_db()


def test_a_ledger_is_confirmed_applied_and_taken_back(hand_in: Any, django_capture_on_commit_callbacks: Any) -> None:
    client, upload = hand_in((DATA / "边界台账-2024-06-30.xlsx").read_bytes(), create_committees="on")
    assert (upload.status, Association.objects.filter(uscc__startswith="5132").count()) == ("checked", 0)

    post(client, upload, "confirm", django_capture_on_commit_callbacks, digest=upload.digest)
    assert (upload.status, Association.objects.filter(uscc__startswith="5132").count()) == ("applied", 120)
    assert "已导入" in client.get(reverse("partyorgs:ledger-detail", args=[upload.pk])).content.decode()

    post(client, upload, "undo", django_capture_on_commit_callbacks, reason="传错文件")
    assert (upload.status, Association.objects.filter(uscc__startswith="5132").count()) == ("undone", 0)
    assert list(
        AuditEntry.objects.filter(target_type="partyorgs.ledgerupload").order_by("pk").values_list("action", flat=True)
    ) == ["import", "import", "import", "undo"]


def test_errors_are_not_applied_until_somebody_decides_to_skip_them(
    hand_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, upload = hand_in((DATA / "有错台账-visible.xlsx").read_bytes(), create_committees="on")
    page = client.get(reverse("partyorgs:ledger-detail", args=[upload.pk])).content.decode()
    assert "513200005000002851" in page

    post(client, upload, "confirm", django_capture_on_commit_callbacks, digest=upload.digest)
    assert upload.status == "checked"
    post(client, upload, "confirm", django_capture_on_commit_callbacks, digest=upload.digest, skip_bad_rows="on")
    assert upload.status == "applied"


def test_the_marked_workbook_comes_back_with_every_problem(hand_in: Any) -> None:
    client, upload = hand_in((DATA / "有错台账-visible.xlsx").read_bytes(), create_committees="on")
    answer = client.get(reverse("partyorgs:ledger-problems", args=[upload.pk]))
    book = load_workbook(BytesIO(answer.content))
    rows = list(book["问题清单"].iter_rows(values_only=True))
    assert len([row for row in rows if row[0] in {"错误", "提示"}]) == len(upload.problems)
    assert "导出人" in str(rows[1][0])


def test_a_heading_read_wrongly_is_corrected_and_the_ledger_read_anew(
    hand_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    book = load_workbook(DATA / "边界台账-2024-06-30.xlsx")
    book["台账"]["K4"] = "甲"  # 正式党员数, by a name that nobody understands
    content = BytesIO()
    book.save(content)
    client, upload = hand_in(content.getvalue(), create_committees="on")
    assert "formal" not in upload.mapping[0]["columns"].values()

    post(
        client,
        upload,
        "remap",
        django_capture_on_commit_callbacks,
        **{"column-0-11": "formal", "create_committees": "on"},
    )
    assert (upload.status, upload.mapping[0]["columns"]["11"]) == ("checked", "formal")


def test_two_columns_cannot_say_the_same_thing(hand_in: Any, django_capture_on_commit_callbacks: Any) -> None:
    client, upload = hand_in((DATA / "边界台账-2024-06-30.xlsx").read_bytes(), create_committees="on")
    post(client, upload, "remap", django_capture_on_commit_callbacks, **{"column-0-12": "formal"})
    assert upload.mapping[0]["columns"]["12"] == "probationary"


@pytest.mark.parametrize(
    ("content", "sentence"),
    (
        (b"%PDF-1.7 not a workbook", "不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ),
)
def test_a_file_that_cannot_be_read_gets_a_sentence(hand_in: Any, content: bytes, sentence: str) -> None:
    client, upload = hand_in(content)
    assert sentence in client.get(reverse("partyorgs:ledger-detail", args=[upload.pk])).content.decode()
    assert upload.status == "failed"


def test_a_blank_ledger_can_be_downloaded_and_is_read_back(hand_in: Any, client_of: Callable[[str], Client]) -> None:
    content = client_of("province").get(reverse("partyorgs:ledger-blank")).content
    _, upload = hand_in(content)
    assert (upload.status, upload.problems) == ("checked", [])
    assert [mapped["table"] for mapped in upload.mapping][:3] == ["associations", "people", "instructors"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(300)
def test_the_province_reads_a_ledger_in_and_clicks_through_to_the_names(
    page_of: Callable[..., "Page"], assert_accessible: Callable[["Page"], None], own: Any, other: Any
) -> None:
    page = page_of("province")
    page.goto(reverse("partyorgs:ledger-create"))
    page.get_by_label("台账文件").set_input_files(DATA / "有错台账-visible.xlsx")
    page.get_by_label("台账截止日期").fill("2024-06-30")
    page.get_by_label("自动建立台账中尚未登记的行业党委").check()
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("heading", name="变更明细").wait_for(timeout=60_000)
    assert_accessible(page)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert_accessible(page)
    page.set_viewport_size(DESK)

    page.get_by_label("跳过有错误的行").check()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("link", name="查看 2024年6月30日").click(timeout=60_000)
    page.get_by_role("heading", name="工作台").wait_for()
    covered = page.get_by_role("link", name="已覆盖").first
    number = "".join(letter for letter in covered.inner_text() if letter.isdigit())
    covered.click()
    page.get_by_role("heading", name="党的组织覆盖率").wait_for()
    assert f"共 {number} " in page.inner_text("main") or f"{number}" in page.inner_text("main")
