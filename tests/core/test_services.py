import datetime
import re

import pytest
import time_machine
from django.utils import timezone

from portal.core.choices import AuditAction, CommitteeKind, JobStatus, Role
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Committee, Grant, Job, User
from portal.core.outbox import enqueue_job
from portal.core.services import (
    change_password,
    create_committee,
    create_user,
    disable_user,
    enable_user,
    grant_role,
    rename_committee,
    reset_password,
    revoke_role,
)
from tests import recipes
from tests.conftest import Side


def last_entry() -> AuditEntry:
    return AuditEntry.objects.order_by("-pk")[0]


def refusal(action: object, **arguments: object) -> tuple[str, str | None]:
    with pytest.raises(RuleViolation) as caught:
        action(**arguments)  # type: ignore[operator]
    return caught.value.message, caught.value.field


# --- accounts ---


def test_create_user_gives_a_secret_that_must_be_changed_within_72_hours(sysadmin_user: User) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.UTC), tick=False):
        user, secret = create_user(username=" \uff3a\uff28\uff21\uff2e\uff27 ", name="张三", actor=sysadmin_user)
        user.refresh_from_db()
        assert (user.username, user.must_change_password, user.check_password(secret)) == ("zhang", True, True)
        assert user.secret_expires_at == timezone.now() + datetime.timedelta(hours=72)
    assert (last_entry().action, last_entry().target_id) == (AuditAction.CREATE, user.pk)


def test_a_secret_is_long_and_has_no_characters_that_are_mistaken_for_others(sysadmin_user: User) -> None:
    _, secret = create_user(username="zhang", name="张三", actor=sysadmin_user)
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{16}", secret)


def test_no_entry_of_the_audit_log_holds_a_secret(sysadmin_user: User) -> None:
    user, first = create_user(username="zhang", name="张三", actor=sysadmin_user)
    second = reset_password(user=user, actor=sysadmin_user)
    told = "".join(str(entry.data) for entry in AuditEntry.objects.all())
    assert (first in told, second in told) == (False, False)


@pytest.mark.parametrize("username", ("zhang", "ZHANG", "\uff3ahang", " zhang "))
def test_create_user_refuses_a_name_that_only_looks_different(sysadmin_user: User, username: str) -> None:
    create_user(username="zhang", name="张三", actor=sysadmin_user)
    assert refusal(create_user, username=username, name="张四", actor=sysadmin_user)[1] == "username"


def test_change_password_ends_the_obligation_to_change_it(sysadmin_user: User) -> None:
    user, _ = create_user(username="zhang", name="张三", actor=sysadmin_user)
    change_password(actor=user, password="correct horse battery")
    user.refresh_from_db()
    assert (user.must_change_password, user.secret_expires_at) == (False, None)
    assert user.check_password("correct horse battery")


def test_reset_password_replaces_the_password(sysadmin_user: User, committee_user: User) -> None:
    committee_user.set_password("correct horse battery")
    committee_user.save()
    secret = reset_password(user=committee_user, actor=sysadmin_user)
    committee_user.refresh_from_db()
    assert (committee_user.check_password("correct horse battery"), committee_user.check_password(secret)) == (
        False,
        True,
    )
    assert last_entry().action == AuditAction.RESET


def test_nobody_resets_or_disables_the_own_account(sysadmin_user: User) -> None:
    assert refusal(reset_password, user=sysadmin_user, actor=sysadmin_user)[0].startswith("不能重置自己的密码")
    assert refusal(disable_user, user=sysadmin_user, actor=sysadmin_user, reason="离职")[0] == "不能停用自己的账户。"


def test_disable_and_enable_user_refuse_to_do_nothing(sysadmin_user: User, committee_user: User) -> None:
    assert refusal(enable_user, user=committee_user, actor=sysadmin_user, reason="返岗")[0] == "该账户没有停用。"
    disable_user(user=committee_user, actor=sysadmin_user, reason="离职")
    assert last_entry().data["reason"] == "离职"
    assert refusal(disable_user, user=committee_user, actor=sysadmin_user, reason="离职")[0] == "该账户已经停用。"
    assert enable_user(user=committee_user, actor=sysadmin_user, reason="返岗").is_active is True


# --- grants ---


def test_grant_role_gives_a_role_over_one_committee(secadmin_user: User, own: Side) -> None:
    user = recipes.user.make()
    grant_role(user=user, role=Role.COMMITTEE, committee=own.committee, actor=secadmin_user)
    assert User.objects.get(pk=user.pk).scope.limit.paths == (own.committee.path,)
    assert (last_entry().action, last_entry().data["after"]["committee"]) == (AuditAction.GRANT, own.committee.name)


@pytest.mark.parametrize("role", tuple(Role))
def test_grant_role_refuses_a_role_without_its_scope_or_with_anothers(
    secadmin_user: User, own: Side, role: Role
) -> None:
    user = recipes.user.make()
    scopes = {
        "nothing": {},
        "committee": {"committee": own.committee},
        "association": {"association_id": own.association.pk},
        "authority": {"authority_id": own.authority.pk},
    }
    taken = set()
    for name, scope in scopes.items():
        try:
            grant_role(user=user, role=role, actor=secadmin_user, **scope)  # type: ignore[arg-type]
        except RuleViolation:
            continue
        taken.add(name)
    expected = {
        Role.PROVINCE: "committee",
        Role.COMMITTEE: "committee",
        Role.SECRETARY: "association",
        Role.VIEWER: "authority",
    }
    assert taken == {expected.get(role, "nothing")}


def test_nobody_grants_to_the_own_account_or_revokes_the_own_grant(secadmin_user: User, province: Committee) -> None:
    told = refusal(grant_role, user=secadmin_user, role=Role.PROVINCE, committee=province, actor=secadmin_user)
    assert told[0].startswith("不能给自己授权")
    own_grant = Grant.objects.get(user=secadmin_user)
    assert refusal(revoke_role, grant=own_grant, actor=secadmin_user, reason="测试")[0].startswith("不能撤销自己的授权")


@pytest.mark.parametrize("second", (Role.SECADMIN, Role.AUDITOR, Role.INSPECTOR))
def test_an_administrator_holds_no_second_role(secadmin_user: User, sysadmin_user: User, second: Role) -> None:
    assert refusal(grant_role, user=sysadmin_user, role=second, actor=secadmin_user)[0].startswith("管理员角色不得")


def test_grant_role_refuses_the_same_grant_twice(secadmin_user: User, committee_user: User, own: Side) -> None:
    told = refusal(grant_role, user=committee_user, role=Role.COMMITTEE, committee=own.committee, actor=secadmin_user)
    assert told == ("该用户已有同样的授权。", "role")


def test_revoke_role_takes_the_scope_away(secadmin_user: User, committee_user: User) -> None:
    revoke_role(grant=Grant.objects.get(user=committee_user), actor=secadmin_user, reason="调离")
    assert User.objects.get(pk=committee_user.pk).scope.limit.is_empty
    assert last_entry().data["reason"] == "调离"


# --- the tree ---


def test_create_committee_gives_each_level_four_characters_of_path(province_user: User, province: Committee) -> None:
    first = create_committee(name="甲", kind=CommitteeKind.INDUSTRY, parent=province, actor=province_user)
    second = create_committee(name="乙", kind=CommitteeKind.INDUSTRY, parent=province, actor=province_user)
    below = create_committee(name="丙", kind=CommitteeKind.CITY, parent=second, actor=province_user)
    assert [first.path, second.path, below.path] == ["00010001", "00010002", "000100020001"]
    assert set(Committee.objects.filter(path__startswith=second.path)) == {second, below}


def test_create_committee_refuses_a_name_that_is_taken(province_user: User, own: Side, province: Committee) -> None:
    told = refusal(
        create_committee, name=own.committee.name, kind=CommitteeKind.INDUSTRY, parent=province, actor=province_user
    )
    assert told[1] == "name"


def test_create_committee_refuses_a_level_too_deep(province_user: User, province: Committee) -> None:
    node = province
    for number in range(7):
        node = create_committee(name=f"第{number}级", kind=CommitteeKind.CITY, parent=node, actor=province_user)
    assert (
        refusal(create_committee, name="太深", kind=CommitteeKind.CITY, parent=node, actor=province_user)[1] == "parent"
    )


def test_rename_committee_keeps_path_and_follows_with_pinyin(province_user: User, own: Side) -> None:
    path = own.committee.path
    renamed = rename_committee(
        committee=own.committee, name="轻工行业党委", kind=CommitteeKind.INDUSTRY, reason="更名", actor=province_user
    )
    renamed.refresh_from_db()
    assert (renamed.name, renamed.initials, renamed.path) == ("轻工行业党委", "qghydw", path)


# --- jobs ---


def test_enqueue_job_writes_one_row_a_key(province_user: User) -> None:
    first = enqueue_job(kind="test", key="one", payload={"a": 1}, owner=province_user)
    second = enqueue_job(kind="test", key="one", payload={"a": 2}, owner=province_user)
    assert (first.pk, second.payload, Job.objects.count()) == (second.pk, {"a": 1}, 1)


def test_enqueue_job_tries_a_failed_job_anew(province_user: User) -> None:
    job = recipes.job.make(key="one", status=JobStatus.FAILED, tries=3, error="未完成", owner=province_user)
    again = enqueue_job(kind="test", key="one", payload={"a": 2}, owner=province_user)
    assert (again.pk, again.status, again.tries, again.error, again.payload) == (job.pk, "queued", 0, "", {"a": 2})
