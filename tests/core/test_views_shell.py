import datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.core import audit
from portal.core.choices import AuditAction, Role
from portal.core.models import AuditEntry, Grant, User
from tests import recipes
from tests.conftest import ClientOf, Side

# --- error pages ---


def test_a_missing_page_looks_like_the_portal_and_has_a_number(client_of: ClientOf) -> None:
    answer = client_of("province").get("/nowhere/")
    assert (answer.status_code, len(answer.context["number"])) == (404, 8)
    assert "事件编号" in answer.content.decode()


def test_a_foreign_host_name_is_refused_with_a_page_before_anybody_is_known(client: Client, db: None) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "事件编号" in answer.content.decode()


def test_a_person_without_any_role_is_told_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(recipes.user.make())
    answer = client.get(reverse("core:user-list"))
    assert (answer.status_code, "请联系安全保密管理员授予角色" in answer.content.decode()) == (403, True)


def test_a_form_from_a_stale_page_is_refused_in_words(auditor_user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(auditor_user)
    answer = client.post(reverse("core:sign-out"))
    assert (answer.status_code, "页面已经过期" in answer.content.decode()) == (403, True)


def test_a_fault_shows_a_page_with_a_number_and_nothing_of_the_inside(db: None, own: Side) -> None:
    client = Client(raise_request_exception=False)
    user = recipes.user.make()
    Grant.objects.create(user=user, role=Role.AUDITOR)
    client.force_login(user)
    entry = audit.record(None, AuditAction.CHANGE, own.association)
    AuditEntry.objects.filter(pk=entry.pk).update(data=[])
    answer = client.get(reverse("core:audit-detail", args=[entry.pk]))
    assert (answer.status_code, "事件编号" in answer.content.decode()) == (500, True)
    assert "Traceback" not in answer.content.decode()


# --- the frame ---


def test_the_navigation_of_each_role_holds_what_the_role_may_use(client_of: ClientOf, world: dict[str, Side]) -> None:
    assert {
        role: [entry["label"] for entry in client_of(role).get(reverse("core:password-change")).context["navigation"]]
        for role in ("province", "committee", "secretary", "inspector", "viewer", "sysadmin", "secadmin", "auditor")
    } == {
        "province": [
            "工作台",
            "覆盖",
            "协会商会",
            "党组织",
            "交叉任职",
            "人员",
            "目标",
            "季报",
            "抽查",
            "整改",
            "督查报告",
            "模板",
            "机构",
            "工作日历",
            "数据导入",
        ],
        "secretary": ["工作台", "季报", "整改"],
        "committee": [
            "工作台",
            "覆盖",
            "协会商会",
            "党组织",
            "交叉任职",
            "人员",
            "目标",
            "季报",
            "抽查",
            "整改",
            "督查报告",
        ],
        "inspector": ["我的抽查"],
        "viewer": ["工作台", "覆盖", "协会商会", "党组织"],
        "sysadmin": ["账户", "后台任务"],
        "secadmin": ["授权"],
        "auditor": ["操作记录"],
    }


@pytest.mark.parametrize(
    ("asked", "day"),
    (
        ("2024-06-30", datetime.date(2024, 6, 30)),
        ("", datetime.date(2026, 3, 2)),
        ("2024-02-31", datetime.date(2026, 3, 2)),
        ("gestern", datetime.date(2026, 3, 2)),
        ("2030-01-01", datetime.date(2026, 3, 2)),
    ),
)
def test_the_day_of_a_page_is_the_one_asked_for_or_today(client_of: ClientOf, asked: str, day: datetime.date) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 2, 4, tzinfo=datetime.UTC)):
        context = client_of("province").get(reverse("core:committee-list"), {"as_of": asked}).context
    assert context["as_of"] == day
    assert context["as_of_presets"] == [
        ("今天", datetime.date(2026, 3, 2)),
        ("上季度末", datetime.date(2025, 12, 31)),
        ("去年末", datetime.date(2025, 12, 31)),
    ]


def test_a_page_of_a_past_day_keeps_the_day_in_the_navigation(client_of: ClientOf) -> None:
    context = client_of("province").get(reverse("core:committee-list"), {"as_of": "2024-06-30"}).context
    here = [entry for entry in context["navigation"] if entry["is_here"]]
    assert [entry["url"] for entry in here] == [f"{reverse('core:committee-list')}?as_of=2024-06-30"]


def test_a_page_beyond_the_last_shows_the_last(client_of: ClientOf) -> None:
    answer = client_of("province").get(reverse("core:committee-list"), {"page": "999"})
    assert (answer.status_code, answer.context["page_obj"].number) == (200, 1)


def test_the_foot_of_a_page_tells_the_version_to_who_is_signed_in_alone(client_of: ClientOf, client: Client) -> None:
    foot = f'<footer class="page-version no-print">版本 {settings.VERSION}</footer>'
    signed_in, signed_out = client_of("province").get("/"), client.get(reverse("core:sign-in"))
    assert (foot in signed_in.content.decode(), settings.VERSION in signed_out.content.decode()) == (True, False)
