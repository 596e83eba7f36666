"""The built-in operator: allowed by every verb, and nobody's account."""

import datetime
import getpass
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from portal.core import audit
from portal.core.access import can_grant_roles, can_manage_users, can_rerun
from portal.core.choices import AuditAction, JobStatus, NoticeKind, Role
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Notice, User
from portal.core.notices import notify, write_digests
from portal.core.operator_account import actor_of, operator_at_work
from portal.core.services import (
    change_password,
    create_user,
    disable_user,
    enable_user,
    grant_role,
    rerun_job,
    reset_password,
)
from tests import recipes
from tests.conftest import ClientOf

TODAY = datetime.date(2026, 3, 2)
MIGRATION = import_module("portal.core.migrations.0008_operator_account")


@pytest.fixture
def operator(db: None) -> User:
    return operator_at_work()


def test_the_migration_made_the_operator_and_runs_twice_without_harm(db: None) -> None:
    made = User.objects.get(is_operator=True)
    MIGRATION.write(apps, connection.schema_editor())
    assert (User.objects.get(is_operator=True), operator_at_work()) == (made, made)


def test_the_migration_takes_the_operator_back_unless_the_audit_log_names_it(operator: User) -> None:
    MIGRATION.take_back(apps, connection.schema_editor())
    assert not User.objects.filter(username=operator.username).exists()
    MIGRATION.write(apps, connection.schema_editor())
    audit.record(operator_at_work(), AuditAction.CHANGE)
    MIGRATION.take_back(apps, connection.schema_editor())
    kept = User.objects.get(username=operator.username)
    assert (kept.is_operator, kept.is_active, kept.has_usable_password()) == (False, False, False)
    MIGRATION.write(apps, connection.schema_editor())
    assert operator_at_work() == kept


def test_an_emptied_database_gets_its_operator_back(operator: User) -> None:
    User.objects.all().delete()
    assert (operator_at_work().username, User.objects.count()) == ("SYSTEM", 1)


def test_nobody_signs_in_as_the_operator(operator: User) -> None:
    client = Client()
    tried = [authenticate(username=operator.username, password=password) for password in ("", "!", "SYSTEM")]
    assert (tried, operator.has_usable_password()) == ([None, None, None], False)
    client.force_login(operator)
    assert client.get(reverse("dashboard:home")).status_code == 302


def test_the_database_refuses_to_enable_the_operator_or_to_have_a_second_one(operator: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=operator.pk).update(is_active=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        recipes.user.make(is_operator=True, is_active=False)
    assert User.objects.filter(is_operator=True).count() == 1


def test_nobody_edits_or_empowers_the_operator(sysadmin_user: User, secadmin_user: User, operator: User) -> None:
    acts = (
        lambda: reset_password(user=operator, actor=sysadmin_user),
        lambda: enable_user(user=operator, actor=sysadmin_user, reason="测试"),
        lambda: disable_user(user=operator, actor=sysadmin_user, reason="测试"),
        lambda: grant_role(user=operator, role=Role.AUDITOR, actor=secadmin_user),
        lambda: change_password(actor=operator, password="correct horse battery"),
    )
    sentences = set()
    for act in acts:
        with pytest.raises(RuleViolation) as refusal:
            act()
        sentences.add(refusal.value.message)
    assert sentences == {"系统账户供后台任务和命令使用，不能登录，也不能修改或者授权。"}


@pytest.mark.parametrize("role", ("sysadmin", "secadmin"))
def test_the_operator_is_in_no_list_of_accounts(client_of: ClientOf, role: str, operator: User) -> None:
    client = client_of(role)
    keeper = User.objects.get(username=role)
    addresses = {"sysadmin": "core:user-list", "secadmin": "core:grant-create"}
    page = client.get(reverse(addresses[role])).content.decode()
    detail = client.get(reverse("core:user-detail", args=[operator.pk])).status_code
    assert (operator.username in page, operator in User.objects.visible_to(keeper)) == (False, False)
    assert detail == {"sysadmin": 404, "secadmin": 403}[role]


def test_the_operator_is_told_nothing(operator: User) -> None:
    notify(users=[operator], kind=NoticeKind.TASK, key="one", text="请办理", url="/notices/")
    write_digests(week_of=TODAY, today=TODAY, progress=lambda *_: None)
    assert Notice.objects.count() == 0


def test_verbs_allow_the_operator_and_still_ask_everybody_else(operator: User, sysadmin_user: User) -> None:
    asked = [
        (can_manage_users(user), can_grant_roles(user) is None, can_rerun(user, recipes.job.make()) is None)
        for user in (operator, sysadmin_user)
    ]
    assert asked == [(None, True, True), (None, False, False)]


def test_what_a_state_forbids_is_refused_to_the_operator_too(operator: User) -> None:
    job = recipes.job.make(status=JobStatus.DONE)
    with pytest.raises(RuleViolation, match="没有停止"):
        rerun_job(job=job, actor=operator)
    assert job.status == JobStatus.DONE


def test_the_audit_log_names_the_system_and_the_account_that_ran_it(operator: User) -> None:
    create_user(username="zhang", name="张三", actor=operator)
    entry = AuditEntry.objects.order_by("-pk")[0]
    told = (entry.actor, entry.actor_name, entry.data["os_account"])
    assert told == (operator, "系统", getpass.getuser())
    assert list(audit.verify()) == []


def test_a_job_works_for_its_owner_and_without_one_for_the_operator(operator: User, province_user: User) -> None:
    jobs = [recipes.job.make(owner=owner) for owner in (province_user, None, operator)]
    assert [actor_of(job) for job in jobs] == [province_user, operator, operator]
    assert [actor_of(job).os_account for job in jobs] == ["", getpass.getuser(), getpass.getuser()]
