import datetime
import io
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal.core import audit
from portal.core.choices import AuditAction, Role
from portal.core.models import AuditEntry, Committee, Grant, User
from portal.core.services import create_user, reset_password
from tests import recipes
from tests.conftest import ClientOf, Side

PASSWORD = "correct horse battery"


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, username: str, password: str, **extra: str) -> Any:
    return client.post(reverse("core:sign-in"), {"username": username, "password": password, **extra})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


# --- signing in and out ---


def test_signing_in_leads_to_the_first_page_of_the_role_and_is_recorded(client: Client, sysadmin_user: User) -> None:
    with_password(sysadmin_user)
    answer = sign_in(client, "SysAdmin", PASSWORD)
    assert (answer.status_code, answer.url) == (302, reverse("core:user-list"))
    assert actions() == [AuditAction.SIGN_IN]


def test_signing_in_goes_where_the_person_wanted_to(client: Client, sysadmin_user: User) -> None:
    with_password(sysadmin_user)
    assert sign_in(client, "sysadmin", PASSWORD, next="/users/new/").url == "/users/new/"
    assert sign_in(Client(), "sysadmin", PASSWORD, next="//elsewhere.example/").url == reverse("core:user-list")
    assert sign_in(Client(), "sysadmin", PASSWORD, next="/").url == reverse("core:user-list")


def test_unknown_disabled_and_mistyped_get_the_same_answer(
    client: Client, committee_user: User, viewer_user: User
) -> None:
    with_password(committee_user)
    with_password(viewer_user)
    User.objects.filter(pk=viewer_user.pk).update(is_active=False)
    answers = {
        tuple(str(error) for error in sign_in(client, username, password).context["form"].non_field_errors())
        for username, password in (("nobody", PASSWORD), ("committee", "wrong"), ("viewer", PASSWORD))
    }
    assert answers == {("用户名或密码不正确，或者账户已停用。",)}
    assert actions() == [AuditAction.SIGN_IN_FAILED] * 3
    assert AuditEntry.objects.filter(actor__isnull=True, data__username="nobody").count() == 1


def test_no_record_of_a_failed_sign_in_holds_the_password(client: Client, db: None) -> None:
    sign_in(client, "nobody", "my real password")
    assert AuditEntry.objects.get().data == {"username": "nobody"}


def test_a_one_time_secret_leads_to_the_choice_of_a_password_and_nowhere_else(
    client: Client, sysadmin_user: User
) -> None:
    user, secret = create_user(username="zhang", name="张三", actor=sysadmin_user)
    Grant.objects.create(user=user, role=Role.AUDITOR)
    sign_in(client, "zhang", secret)
    assert client.get(reverse("core:audit-list")).url == reverse("core:password-change")
    changed = client.post(
        reverse("core:password-change"),
        {"old_password": secret, "new_password1": PASSWORD, "new_password2": PASSWORD},
    )
    assert changed.url == reverse("core:audit-list")
    assert client.get(reverse("core:audit-list")).status_code == 200


def test_a_one_time_secret_works_once(sysadmin_user: User) -> None:
    _, secret = create_user(username="zhang", name="张三", actor=sysadmin_user)
    assert sign_in(Client(), "zhang", secret).status_code == 302
    refused = sign_in(Client(), "zhang", secret)
    assert refused.context["form"].non_field_errors() == [
        "一次性口令已经用过或者超过有效期。请联系系统管理员重新重置密码。"
    ]


def test_a_one_time_secret_is_void_after_72_hours(sysadmin_user: User) -> None:
    _, secret = create_user(username="zhang", name="张三", actor=sysadmin_user)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=72, seconds=1)):
        assert sign_in(Client(), "zhang", secret).status_code == 200


def test_a_reset_ends_every_session_of_the_person(
    client_of: ClientOf, committee_user: User, sysadmin_user: User
) -> None:
    client = client_of("committee")
    assert client.get(reverse("core:password-change")).status_code == 200
    reset_password(user=committee_user, actor=sysadmin_user)
    assert client.get(reverse("core:password-change")).status_code == 302


def test_disabling_an_account_ends_its_sessions(client_of: ClientOf, committee_user: User) -> None:
    client = client_of("committee")
    client_of("sysadmin").post(reverse("core:user-disable", args=[committee_user.pk]), {"reason": "离职"})
    assert client.get(reverse("core:password-change")).status_code == 302


def test_changing_the_own_password_keeps_this_session_and_ends_the_others(auditor_user: User) -> None:
    here, elsewhere = Client(), Client()
    with_password(auditor_user)
    for client in (here, elsewhere):
        sign_in(client, "auditor", PASSWORD)
    here.post(
        reverse("core:password-change"),
        {"old_password": PASSWORD, "new_password1": "another long password", "new_password2": "another long password"},
    )
    assert [client.get(reverse("core:audit-list")).status_code for client in (here, elsewhere)] == [200, 302]


@pytest.mark.parametrize("password", ("short", "123456789012", "password1234", PASSWORD, "committee-林委"))
def test_a_weak_or_unchanged_password_is_refused(committee_user: User, password: str) -> None:
    with_password(committee_user)
    client = Client()
    sign_in(client, "committee", PASSWORD)
    told = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    assert client.post(reverse("core:password-change"), told).status_code == 200
    committee_user.refresh_from_db()
    assert committee_user.check_password(PASSWORD)


def test_signing_out_needs_a_post(client_of: ClientOf) -> None:
    client = client_of("auditor")
    assert client.get(reverse("core:sign-out")).status_code == 405
    assert client.post(reverse("core:sign-out")).url == reverse("core:sign-in")
    assert client.get(reverse("core:audit-list")).status_code == 302


# --- accounts and grants ---


def test_a_secret_is_shown_on_one_page_that_no_browser_keeps(client_of: ClientOf) -> None:
    client = client_of("sysadmin")
    answer = client.post(reverse("core:user-create"), {"username": "zhang", "name": "张三"})
    user = User.objects.get(username="zhang")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert user.check_password(answer.context["secret"])
    again = client.get(reverse("core:user-detail", args=[user.pk])).content.decode()
    assert (answer.context["secret"] in again) is False


def test_a_taken_user_name_stands_beside_its_field(client_of: ClientOf) -> None:
    answer = client_of("sysadmin").post(reverse("core:user-create"), {"username": "SYSADMIN", "name": "张三"})
    assert list(answer.context["form"].errors) == ["username"]


def test_the_list_of_accounts_filters_sorts_pages_and_exports_what_is_filtered(client_of: ClientOf) -> None:
    client = client_of("sysadmin")
    for number in range(25):
        recipes.user.make(username=f"wang{number:02}", name=f"王{number:02}", is_active=number != 7)
    page = client.get(reverse("core:user-list"), {"search": "王", "state": "1", "sort": "-name", "page": 2})
    assert [user.name for user in page.context["page_obj"]] == ["王03", "王02", "王01", "王00"]
    export = client.get(reverse("core:user-list"), {"search": "王", "state": "1", "sort": "-name", "export": "xlsx"})
    sheet = load_workbook(io.BytesIO(export.content)).active
    assert sheet is not None
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)][:2] == ["王24", "王23"]
    assert sheet.max_row == 3 + 24
    assert actions()[-1] == AuditAction.EXPORT


@pytest.mark.parametrize("rows", (1, 15))
def test_lists_of_people_and_grants_ask_as_often_for_one_row_as_for_many(
    client_of: ClientOf, world: dict[str, Side], rows: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        Grant.objects.create(user=recipes.user.make(), role=Role.SECRETARY, association_id=world["own"].association.pk)
        Grant.objects.create(user=recipes.user.make(), role=Role.COMMITTEE, committee=world["own"].committee)
        audit.record(None, AuditAction.CHANGE, world["own"].association)
    for role, name, ceiling in (("sysadmin", "user", 7), ("secadmin", "grant", 8), ("auditor", "audit", 6)):
        client = client_of(role)
        with django_assert_max_num_queries(ceiling):
            client.get(reverse(f"core:{name}-list"))


def grant_form(user: User, **told: Any) -> dict[str, Any]:
    return {"user": user.pk, "committee": "", "association": "", "authority": "", **told}


def test_a_grant_finds_its_association_by_name_or_code(client_of: ClientOf, own: Side) -> None:
    client = client_of("secadmin")
    for text in (own.association.name, own.association.uscc):
        user = recipes.user.make()
        client.post(reverse("core:grant-create"), grant_form(user, role="secretary", association=text))
        assert user.grants.get().association_id == own.association.pk


def test_a_grant_asks_for_the_code_where_two_have_one_name(client_of: ClientOf, own: Side) -> None:
    recipes.association.make(name=own.association.name)
    told = grant_form(recipes.user.make(), role="secretary", association=own.association.name)
    answer = client_of("secadmin").post(reverse("core:grant-create"), told)
    assert answer.context["form"].errors == {"association": ["有同名的协会，请填写统一社会信用代码。"]}


def test_a_grant_needs_the_scope_of_its_role_and_drops_any_other(client_of: ClientOf, own: Side) -> None:
    client, user = client_of("secadmin"), recipes.user.make()
    answer = client.post(reverse("core:grant-create"), grant_form(user, role="viewer"))
    assert answer.context["form"].errors == {"authority": ["这个角色需要填写此项。"]}
    client.post(reverse("core:grant-create"), grant_form(user, role="inspector", committee=own.committee.pk))
    assert (user.grants.get().role, user.grants.get().committee) == (Role.INSPECTOR, None)


def test_a_grant_is_revoked_with_a_reason_only(client_of: ClientOf, committee_user: User) -> None:
    client, grant = client_of("secadmin"), Grant.objects.get(user=committee_user)
    client.post(reverse("core:grant-detail", args=[grant.pk]), {"reason": ""})
    assert Grant.objects.filter(pk=grant.pk).exists()
    client.post(reverse("core:grant-detail", args=[grant.pk]), {"reason": "调离"})
    assert not Grant.objects.filter(pk=grant.pk).exists()


def test_what_is_typed_for_a_grant_is_answered_with_names_and_codes_alone(client_of: ClientOf, own: Side) -> None:
    answer = client_of("secadmin").get(reverse("core:grant-options", args=["association"]), {"association": "家具"})
    option = f'<option value="{own.association.name}">{own.association.uscc}</option>'
    assert answer.content.decode().strip() == option


# --- the tree ---


def test_a_committee_is_added_below_another_and_corrected_with_a_reason(
    client_of: ClientOf, province: Committee
) -> None:
    client = client_of("province")
    client.post(reverse("core:committee-create"), {"name": "轻工行业党委", "kind": "industry", "parent": province.pk})
    added = Committee.objects.get(name="轻工行业党委")
    assert (added.parent, added.path) == (province, "00010001")
    client.post(
        reverse("core:committee-edit", args=[added.pk]),
        {"name": "轻工业行业党委", "kind": "industry", "reason": "更名"},
    )
    added.refresh_from_db()
    assert added.name == "轻工业行业党委"


# --- the audit log ---


def test_an_entry_is_told_in_the_words_of_the_pages(client_of: ClientOf, own: Side, province_user: User) -> None:
    entry = audit.record(
        province_user,
        AuditAction.CORRECT,
        own.committee,
        before={"kind": "industry", "上级": None},
        after={"kind": "department", "上级": "省委社会工作部", "strange": "x"},
        reason="抄错",
    )
    lines = client_of("auditor").get(reverse("core:audit-detail", args=[entry.pk])).context["lines"]
    assert [(line.label, line.before, line.after) for line in lines] == [
        ("类型", "行业党委", "党委社会工作部门"),
        ("上级", "—", "省委社会工作部"),
        ("其他内容", "—", "x"),
        ("原因", "", "抄错"),
    ]


def test_of_business_data_the_auditor_reads_that_it_was_changed_and_not_to_what(
    client_of: ClientOf, own: Side, province_user: User
) -> None:
    told = {"what": "人员", "row": 7, "reason": "身份证件核对"}
    entry = audit.record(
        province_user,
        AuditAction.CORRECT,
        own.person,
        before=audit.state_of(own.person, "name", "political_wording"),
        after={"姓名": "家具王国建", "政治面貌": "群众"},
        **told,
    )
    client, hidden = client_of("auditor"), "内容不向安全审计员显示"
    page = client.get(reverse("core:audit-detail", args=[entry.pk]))
    # PostgreSQL keeps the keys of a JSON object in an order of its own.
    assert sorted((line.label, line.before, line.after) for line in page.context["lines"]) == sorted(
        [
            ("姓名", hidden, hidden),
            ("政治面貌", hidden, hidden),
            ("事项", "", "人员"),
            ("记录编号", "", "7"),
            ("原因", "", hidden),
        ]
    )
    listed = client.get(reverse("core:audit-list"))
    sheet = load_workbook(io.BytesIO(client.get(reverse("core:audit-list"), {"export": "xlsx"}).content)).active
    exported = "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    name = f"家***国（编号{own.person.pk}）"
    assert [name in text for text in (page.content.decode(), listed.content.decode(), exported)] == [True] * 3
    assert [own.person.name in text for text in (page.content.decode(), listed.content.decode(), exported)] == [
        False
    ] * 3


def test_of_an_association_the_auditor_reads_the_number(client_of: ClientOf, own: Side) -> None:
    entry = audit.record(None, AuditAction.CHANGE, own.association, after={"名称": "新"})
    page = client_of("auditor").get(reverse("core:audit-detail", args=[entry.pk])).content.decode()
    assert (f"协会商会 编号{own.association.pk}" in page, own.name in page) == (True, False)


def test_the_audit_log_filters_by_actor_action_day_and_target(client_of: ClientOf, world: dict[str, Side]) -> None:
    client = client_of("auditor")
    people = [recipes.user.make(name=name) for name in ("张三", "李四")]
    for day, person in ((1, people[0]), (2, people[1])):
        with time_machine.travel(datetime.datetime(2026, 3, day, 1, tzinfo=datetime.UTC)):
            audit.record(person, AuditAction.CHANGE, world["own"].association)
            audit.record(person, AuditAction.END, world["other"].association)
    asked = {"actor": "张三", "action": "change", "target": "家具", "since": "2026-03-01", "until": "2026-03-01"}
    for name, value in asked.items():
        assert client.get(reverse("core:audit-list"), {name: value}).context["page_obj"].paginator.count == {
            "since": 4,
        }.get(name, 2)
    assert client.get(reverse("core:audit-list"), asked).context["page_obj"].paginator.count == 1
