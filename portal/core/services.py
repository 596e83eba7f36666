"""What people do to accounts, grants, committees, stopped jobs and the calendar."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import (
    can_edit_calendar,
    can_edit_committees,
    can_grant_roles,
    can_manage_users,
    can_rerun,
    not_failed,
)
from portal.core.choices import ADMINISTRATORS, AuditAction, CommitteeKind, Role
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.holiday_notices import StatedDay
from portal.core.models import PATH_STEP, CalendarDay, Committee, Grant, Job, User
from portal.core.outbox import label_of, queue_anew
from portal.core.typed import normal_username

SECRET_HOURS = 72  # SEC-12: a secret that nobody fetched in three days is void
_SECRET_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # noqa: S105 -- read aloud without mistakes: no 0 O 1 I
_SECRET_LENGTH = 16


def record_sign_in(*, user: User) -> None:
    """Write down that a person signed in; a one-time secret is used up by it."""
    with transaction.atomic():
        if user.must_change_password and user.secret_expires_at is not None:
            user.secret_expires_at = timezone.now()
            user.save(update_fields=["secret_expires_at"])
        audit.record(user, AuditAction.SIGN_IN, user)


def record_sign_in_failure(*, username: str) -> None:
    """Write down that somebody could not sign in; who it was is not known."""
    audit.record(None, AuditAction.SIGN_IN_FAILED, username=normal_username(username)[:60])


def record_sign_out(*, user: User) -> None:
    audit.record(user, AuditAction.SIGN_OUT, user)


@transaction.atomic
def change_password(*, actor: User, password: str) -> User:
    """Set a person's own password; every other session of his or hers ends, since sessions carry the password's mark."""
    _refuse_operator(actor)
    actor.set_password(password)
    actor.must_change_password = False
    actor.secret_expires_at = None
    actor.save(update_fields=["password", "must_change_password", "secret_expires_at"])
    audit.record(actor, AuditAction.PASSWORD, actor)
    return actor


def _new_secret(user: User) -> str:
    secret = "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(_SECRET_LENGTH))
    user.set_password(secret)
    user.must_change_password = True
    user.secret_expires_at = timezone.now() + timedelta(hours=SECRET_HOURS)
    return secret


@transaction.atomic
def create_user(*, username: str, name: str, actor: User) -> tuple[User, str]:
    """Open an account and return it with its one-time secret, which is kept nowhere."""
    refuse(can_manage_users(actor))
    user = User(username=normal_username(username), name=name.strip())
    secret = _new_secret(user)
    refuse_invalid(user)
    user.save()
    audit.record(actor, AuditAction.CREATE, user, after={"username": user.username, "name": user.name})
    return user, secret


@transaction.atomic
def reset_password(*, user: User, actor: User) -> str:
    """Replace a forgotten password by a one-time secret and return it; the person's sessions end."""
    refuse(can_manage_users(actor))
    user = _locked_person(user)
    if user.pk == actor.pk:
        raise RuleViolation("不能重置自己的密码，请使用“修改密码”。")
    secret = _new_secret(user)
    user.save(update_fields=["password", "must_change_password", "secret_expires_at"])
    audit.record(actor, AuditAction.RESET, user, valid_until=user.secret_expires_at)
    return secret


@transaction.atomic
def disable_user(*, user: User, actor: User, reason: str) -> User:
    """Close an account: its sessions end with the next request. Nothing that the person did is touched."""
    refuse(can_manage_users(actor))
    user = _locked_person(user)
    if user.pk == actor.pk:
        raise RuleViolation("不能停用自己的账户。")
    if not user.is_active:
        raise RuleViolation("该账户已经停用。")
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(actor, AuditAction.END, user, before={"is_active": True}, after={"is_active": False}, reason=reason)
    return user


@transaction.atomic
def enable_user(*, user: User, actor: User, reason: str) -> User:
    """Open a closed account again; password and grants are those it had."""
    refuse(can_manage_users(actor))
    user = _locked_person(user)
    if user.is_active:
        raise RuleViolation("该账户没有停用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(actor, AuditAction.CHANGE, user, before={"is_active": False}, after={"is_active": True}, reason=reason)
    return user


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    actor: User,
    committee: Committee | None = None,
    association_id: int | None = None,
    authority_id: int | None = None,
) -> Grant:
    """Give a role over exactly one committee, association or authority; nobody grants to himself or herself."""
    refuse(can_grant_roles(actor))
    user = _locked_person(user)
    if user.pk == actor.pk:
        raise RuleViolation("不能给自己授权，请由另一位安全保密管理员办理。", field="user")
    grant = Grant(user=user, role=role, committee=committee, association_id=association_id, authority_id=authority_id)
    held = set(user.grants.values_list("role", flat=True))
    if held and (role in ADMINISTRATORS or not held.isdisjoint(ADMINISTRATORS)):
        raise RuleViolation("管理员角色不得与其他角色由同一人兼任，请先撤销已有授权。", field="role")
    same = user.grants.filter(role=role, committee=committee, association_id=association_id, authority_id=authority_id)
    if same.exists():
        raise RuleViolation("该用户已有同样的授权。", field="role")
    refuse_invalid(grant)
    grant.save()
    audit.record(actor, AuditAction.GRANT, user, after=_described(grant))
    return grant


@transaction.atomic
def revoke_role(*, grant: Grant, actor: User, reason: str) -> None:
    """Take a role away; it ends with the person's next request."""
    refuse(can_grant_roles(actor))
    if grant.user_id == actor.pk:
        raise RuleViolation("不能撤销自己的授权，请由另一位安全保密管理员办理。")
    audit.record(actor, AuditAction.GRANT, grant.user, before=_described(grant), reason=reason)
    grant.delete()


def _locked_person(user: User) -> User:
    locked = User.objects.select_for_update().get(pk=user.pk)
    _refuse_operator(locked)
    return locked


def _refuse_operator(user: User) -> None:
    """Refuse to sign in, change or empower the account that commands and scheduled jobs act as."""
    if user.is_operator:
        raise RuleViolation("系统账户供后台任务和命令使用，不能登录，也不能修改或者授权。")


def _described(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role,
        "committee": str(grant.committee) if grant.committee else None,
        "association_id": grant.association_id,
        "authority_id": grant.authority_id,
    }


@transaction.atomic
def create_committee(*, name: str, kind: CommitteeKind, parent: Committee | None, actor: User) -> Committee:
    """Add a node to the responsibility tree, after the last of its siblings."""
    refuse(can_edit_committees(actor, parent))
    if parent is not None:
        parent = Committee.objects.select_for_update().get(pk=parent.pk)
    committee = Committee(name=name.strip(), kind=kind, parent=parent, path=_next_path(parent))
    refuse_invalid(committee)
    committee.save()
    audit.record(actor, AuditAction.CREATE, committee, after={"name": committee.name, "parent": str(parent or "")})
    return committee


def _next_path(parent: Committee | None) -> str:
    siblings = Committee.objects.filter(parent=parent).order_by("-path")
    last = siblings.values_list("path", flat=True).first()
    number = int(last[-PATH_STEP:]) + 1 if last else 1
    prefix = parent.path if parent else ""
    deepest = Committee._meta.get_field("path").max_length or 0
    if number >= 10**PATH_STEP or len(prefix) + PATH_STEP > deepest:
        raise RuleViolation("机构的层级或同级数量已达上限。", field="parent")
    return f"{prefix}{number:0{PATH_STEP}d}"


@transaction.atomic
def rename_committee(*, committee: Committee, name: str, kind: CommitteeKind, actor: User, reason: str) -> Committee:
    """Correct name and kind of a committee; its place in the tree stays."""
    refuse(can_edit_committees(actor, committee))
    committee = Committee.objects.select_for_update().get(pk=committee.pk)
    before = {"name": committee.name, "kind": committee.kind}
    committee.name, committee.kind = name.strip(), kind
    refuse_invalid(committee)
    committee.save(update_fields=["name", "kind", "pinyin", "initials"])
    after = {"name": committee.name, "kind": committee.kind}
    audit.record(actor, AuditAction.CORRECT, committee, before=before, after=after, reason=reason)
    return committee


@transaction.atomic
def rerun_job(*, job: Job, actor: User) -> Job:
    """Queue a job that ended without success once more, with three new tries. Raises RuleViolation where it did not."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    refuse(can_rerun(actor, job))
    if denial := not_failed(job):
        raise RuleViolation(denial.reason)
    audit.record(actor, AuditAction.CHANGE, job, step="重新运行", what=label_of(job))
    queue_anew(job)
    return job


@transaction.atomic
def set_calendar_days(*, days: Iterable[StatedDay], source: str, actor: User) -> list[CalendarDay]:
    """Enter which days are worked and which are not, by a holiday notice or a ruling; what stood there is replaced.

    Deadlines that were told stay as they were told: they are dates, kept with what is due.
    """
    refuse(can_edit_calendar(actor))
    by_date = {day.date: day for day in days}
    if not by_date:
        raise RuleViolation("没有要录入的日期。")
    if not source.strip():
        raise RuleViolation("请写明依据。", "source")
    known = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=by_date)}
    before = {str(row.date): _worked(row) for row in known.values()}
    rows = []
    for date, day in sorted(by_date.items()):
        row = known.get(date) or CalendarDay(date=date)
        row.is_workday, row.name, row.source = day.is_workday, day.name.strip(), source.strip()
        refuse_invalid(row)
        row.save()
        rows.append(row)
    audit.record(
        actor,
        AuditAction.CORRECT if before else AuditAction.CREATE,
        rows[0],
        before=before,
        after={str(row.date): _worked(row) for row in rows},
        reason=source.strip(),
    )
    return rows


def _worked(day: CalendarDay) -> str:
    return f"{day.name}{'上班' if day.is_workday else '休息'}"
