"""Who may open which page of `portal.core`."""

from typing import Any

from portal.core import audit
from portal.core.choices import AuditAction, JobStatus, Role
from portal.core.models import Grant
from tests import recipes
from tests.flows.matrix import ROLES, Row

EVERYBODY = dict.fromkeys(ROLES, 200)
REASON = {"reason": "测试"}


def some_user(world: Any, side: str) -> dict[str, Any]:
    return {"pk": recipes.user.make().pk}


def disabled_user(world: Any, side: str) -> dict[str, Any]:
    return {"pk": recipes.user.make(is_active=False).pk}


def some_grant(world: Any, side: str) -> dict[str, Any]:
    grant = Grant.objects.create(user=recipes.user.make(), role=Role.COMMITTEE, committee=world[side].committee)
    return {"pk": grant.pk}


def some_entry(world: Any, side: str) -> dict[str, Any]:
    return {"pk": audit.record(None, AuditAction.CHANGE, world[side].association, after={"name": "新"}).pk}


def association_options(world: Any, side: str) -> dict[str, Any]:
    return {"kind": "association"}


def job_of_another(world: Any, side: str) -> dict[str, Any]:
    return {"pk": recipes.job.make().pk}


def parked_job(world: Any, side: str) -> dict[str, Any]:
    return {"pk": recipes.job.make(status=JobStatus.FAILED, parked=True).pk}


def notice_of_another(world: Any, side: str) -> dict[str, Any]:
    return {"pk": recipes.notice.make().pk}


A_HOLIDAY = {"first": "2027-01-01", "last": "", "is_workday": "0", "name": "元旦", "source": "测试通知"}
A_NOTICE = {"year": "2027", "text": "一、元旦：1月1日（周五）至3日（周日）放假，共3天。", "source": "测试通知"}

ROWS: list[Row] = [
    Row("core:sign-in", own=dict.fromkeys(ROLES, 302), is_public=True),
    Row("core:sign-out", method="post", own=dict.fromkeys(ROLES, 302)),
    Row("core:password-change", own=EVERYBODY),
    Row("core:user-list", own={"sysadmin": 200}),
    Row("core:user-create", own={"sysadmin": 200}),
    Row("core:user-detail", kwargs=some_user, own={"sysadmin": 200}),
    Row("core:user-reset", method="post", kwargs=some_user, own={"sysadmin": 200}),
    Row("core:user-disable", method="post", kwargs=some_user, data=REASON, own={"sysadmin": 302}),
    Row("core:user-enable", method="post", kwargs=disabled_user, data=REASON, own={"sysadmin": 302}),
    Row("core:grant-list", own={"secadmin": 200}),
    Row("core:grant-create", own={"secadmin": 200}),
    Row("core:grant-detail", kwargs=some_grant, own={"secadmin": 200}),
    Row("core:grant-detail", method="post", kwargs=some_grant, data=REASON, own={"secadmin": 302}),
    Row("core:grant-options", kwargs=association_options, own={"secadmin": 200}),
    Row("core:committee-list", own={"province": 200}),
    Row("core:committee-create", own={"province": 200}),
    Row(
        "core:committee-edit",
        kwargs=lambda world, side: {"pk": world[side].committee.pk},
        own={"province": 200},
        other={"province": 200},
    ),
    Row("core:calendar", own={"province": 200}),
    Row("core:calendar-days", own={"province": 200}),
    Row("core:calendar-days", method="post", data=A_HOLIDAY, own={"province": 302}),
    Row("core:calendar-notice", own={"province": 200}),
    Row("core:calendar-notice", method="post", data=A_NOTICE, own={"province": 302}),
    Row("core:notice-list", own=EVERYBODY),
    Row("core:notices-read", method="post", data={"until": "1"}, own=dict.fromkeys(ROLES, 302)),
    Row("core:notice-open", method="post", kwargs=notice_of_another, own=dict.fromkeys(ROLES, 404)),
    Row("core:audit-list", own={"auditor": 200}),
    Row("core:audit-detail", kwargs=some_entry, own={"auditor": 200}),
    Row("core:job-list", own=EVERYBODY),
    Row(  # its owner's alone, and the system administrator's without its contents; tests/core/test_views_jobs.py
        "core:job-detail", kwargs=job_of_another, own=dict.fromkeys(ROLES, 404) | {"sysadmin": 200}
    ),
    Row("core:job-rerun", method="post", kwargs=parked_job, own=dict.fromkeys(ROLES, 404) | {"sysadmin": 302}),
    Row("core:healthz-live", own=EVERYBODY, is_public=True),
    Row("core:healthz-ready", own=EVERYBODY, is_public=True),
]
