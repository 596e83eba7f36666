"""The demo: a province to walk through, an account for each role, web and background work in one process."""

from __future__ import annotations

import atexit
import datetime
import secrets
import threading
from dataclasses import dataclass
from typing import Any

from celery import Celery
from celery.beat import Service
from django.db import transaction

from associations.models import Association, Authority
from partyorgs.organizations.choices import Setup
from partyorgs.organizations.models import Affiliation
from partyorgs.organizations.services.snapshots import QUARTERS, ensure_snapshots
from portal.core.choices import Role
from portal.core.dated import live_q
from portal.core.models import Committee, Grant, User
from portal.core.operator_account import operator_at_work
from portal.core.outbox import publish_waiting
from portal.core.quarters import quarter_ends
from portal.demo.checks import ensure_checks
from portal.demo.country import build_country
from portal.demo.findings import ensure_findings
from portal.demo.reports import build_reports
from portal.demo.visits import ensure_visits
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.services.versions import create_questionnaire, publish_version
from reviews.reports.models.filing import ReportRound

ASSOCIATIONS = 424
SIGNER = "province2"
TEMPLATE = "行业协会商会党建工作季报"
_NAMES = {
    Role.PROVINCE: "省级演示",
    Role.COMMITTEE: "行业党委演示",
    Role.SECRETARY: "协会书记演示",
    Role.INSPECTOR: "抽查人员演示",
    Role.VIEWER: "主管单位演示",
    Role.SYSADMIN: "系统管理员演示",
    Role.SECADMIN: "安全保密管理员演示",
    Role.AUDITOR: "安全审计员演示",
}


@dataclass(frozen=True)
class Account:
    username: str
    role: str
    over: str


@transaction.atomic
def load_demo(*, today: datetime.date, password: str) -> list[Account]:
    """Create the demo province and its accounts where they are missing; every account gets `password`. Later changes stay."""
    if not Committee.objects.exists():
        build_country(associations=ASSOCIATIONS, today=today)
    root = Committee.objects.get(parent=None)
    committee = (
        Committee.objects.filter(parent=root).order_by("path").last()
    )  # 综合党委, which has the most associations
    own = Affiliation.objects.filter(
        live_q(today), live_q(today, "organization__"), organization__setups__setup=Setup.OWN
    )
    within = Association.objects.live_at(today).filter(
        pk__in=own.values("association"), oversights__committee=committee
    )
    association = within.order_by("pk").first()
    authority = Authority.objects.filter(name="省工业和信息化厅").first()
    over: dict[Role, dict[str, Any]] = {
        Role.PROVINCE: {"committee": root},
        Role.COMMITTEE: {"committee": committee},
        Role.SECRETARY: {"association_id": association.pk if association else 0},
        Role.VIEWER: {"authority_id": authority.pk if authority else 0},
    }
    spoken = {Role.PROVINCE: root, Role.COMMITTEE: committee, Role.SECRETARY: association, Role.VIEWER: authority}
    accounts = []
    for role in Role:
        _ensure_account(role.value, _NAMES[role], role, password, **over.get(role, {}))
        accounts.append(Account(role.value, str(role.label), str(spoken.get(role) or "")))
    # A supervision report is signed off by somebody who did not write it.
    _ensure_account(SIGNER, "省级签发演示", Role.PROVINCE, password, committee=root)
    accounts.insert(1, Account(SIGNER, str(Role.PROVINCE.label), f"{root}（签发督查报告）"))
    province = User.objects.get(username=Role.PROVINCE.value)
    _ensure_questionnaire(province)
    _ensure_reports(root, province, today)
    names = [SIGNER, Role.SECRETARY.value, Role.INSPECTOR.value]
    users = User.objects.in_bulk(names, field_name="username")
    ensure_checks(today=today, province=province, inspector=users[Role.INSPECTOR.value])
    ensure_findings(today=today, province=province, second=users[SIGNER], secretary=users[Role.SECRETARY.value])
    ensure_visits(today=today, inspector=users[Role.INSPECTOR.value])
    ensure_snapshots(days=quarter_ends(today, QUARTERS), actor=operator_at_work())
    return accounts


def _ensure_account(username: str, name: str, role: Role, password: str, **over: Any) -> None:
    """Create an account where it is missing and set its password; its grant is given only once."""
    user, is_new = User.objects.get_or_create(username=username, defaults={"name": name})
    user.set_password(password)
    user.must_change_password, user.secret_expires_at, user.is_active = False, None, True
    user.save()
    if is_new:
        Grant.objects.create(user=user, role=role, **over)


def _ensure_questionnaire(province: User) -> None:
    """Publish the preset quarterly report where there is no questionnaire."""
    if Questionnaire.objects.exists():
        return
    version = create_questionnaire(kind=QuestionnaireKind.QUARTERLY, name=TEMPLATE, actor=province, from_preset=True)
    publish_version(version=version, actor=province, seen=version.revision)


def _ensure_reports(root: Committee, province: User, today: datetime.date) -> None:
    """Create rounds of filed quarterly reports where there are none."""
    version = QuestionnaireVersion.objects.filter(status=VersionStatus.PUBLISHED, questionnaire__name=TEMPLATE).first()
    if version is None or ReportRound.objects.exists():
        return
    reviewer = User.objects.get(username=Role.COMMITTEE.value)
    build_reports(root=root, version=version, today=today, province=province, reviewer=reviewer)


def new_password() -> str:
    """Return a random password for this run, easy to type once."""
    return secrets.token_urlsafe(12)


def start_background_work(app: Celery) -> None:
    """Run one worker and the schedule in threads of this process: the whole queue where there is no Redis.

    A broker in memory forgets what an earlier run queued; the rows do not, and are published at once.
    """
    worker = app.WorkController(
        app=app,
        hostname="embedded@portal",
        pool="solo",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    publish_waiting()
    threading.Thread(target=worker.start, name="worker", daemon=True).start()
    beat = Service(app, max_interval=1)
    threading.Thread(target=beat.start, kwargs={"embedded_process": False}, name="beat", daemon=True).start()
    atexit.register(worker.stop)
    atexit.register(beat.stop)
