"""The pools of inspectors: members, absences, declared ties."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from associations.models import Association, Authority, Person
from portal.core import audit
from portal.core.access import scope_of
from portal.core.choices import AuditAction, Role
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import Committee, User
from reviews.checks.access.plan import can_keep_pool, can_plan_in
from reviews.checks.models.inspectors import Inspector, InspectorAbsence, InspectorTie

_FIELDS = ("committee", "person", "employer", "authority", "employer_association", "is_active")


@transaction.atomic
def add_inspector(
    *,
    user: User,
    committee: Committee,
    person: Person | None,
    employer: str,
    authority: Authority | None,
    employer_association: Association | None,
    skills: Iterable[str],
    actor: User,
) -> Inspector:
    """Put an account with the role of an inspector into a committee's pool."""
    refuse(can_plan_in(actor, committee), "committee")
    if not scope_of(user).has(Role.INSPECTOR):
        raise RuleViolation("该账户没有抽查人员角色，请先由安全保密管理员授权。", "user")
    inspector = Inspector(user=user, committee=committee)
    _describe(
        inspector,
        person=person,
        employer=employer,
        authority=authority,
        employer_association=employer_association,
        skills=skills,
    )
    refuse_invalid(inspector)
    inspector.save()
    audit.record(actor, AuditAction.CREATE, inspector, after=_state_of(inspector))
    return inspector


@transaction.atomic
def edit_inspector(
    *,
    inspector: Inspector,
    person: Person | None,
    employer: str,
    authority: Authority | None,
    employer_association: Association | None,
    skills: Iterable[str],
    is_active: bool,
    actor: User,
) -> Inspector:
    """Correct the facts from which avoidance is computed, or take an inspector out of the pool; visits assigned before stay."""
    inspector = _locked(inspector, actor)
    before = _state_of(inspector)
    _describe(
        inspector,
        person=person,
        employer=employer,
        authority=authority,
        employer_association=employer_association,
        skills=skills,
    )
    inspector.is_active = is_active
    refuse_invalid(inspector)
    inspector.save()
    after = _state_of(inspector)
    if after != before:
        audit.record(actor, AuditAction.CHANGE, inspector, before=before, after=after)
    return inspector


def _describe(
    inspector: Inspector,
    *,
    person: Person | None,
    employer: str,
    authority: Authority | None,
    employer_association: Association | None,
    skills: Iterable[str],
) -> None:
    inspector.person, inspector.employer, inspector.authority = person, employer.strip(), authority
    inspector.employer_association = employer_association
    inspector.skills = [skill.strip() for skill in skills if skill.strip()]


def _state_of(inspector: Inspector) -> dict[str, object]:
    return {**audit.state_of(inspector, *_FIELDS), "专长": inspector.skills}


def _locked(inspector: Inspector, actor: User) -> Inspector:
    rows = Inspector.objects.select_for_update(of=("self",)).select_related("user", "committee")
    inspector = rows.get(pk=inspector.pk)
    refuse(can_keep_pool(actor, inspector))
    return inspector


@transaction.atomic
def add_absence(
    *, inspector: Inspector, first_day: datetime.date, last_day: datetime.date, reason: str, actor: User
) -> InspectorAbsence:
    """Record days on which an inspector cannot be sent; visits already planned on them are shown, not moved."""
    inspector = _locked(inspector, actor)
    absence = InspectorAbsence(inspector=inspector, first_day=first_day, last_day=last_day, reason=reason.strip())
    refuse_invalid(absence)
    absence.save()
    audit.record(
        actor,
        AuditAction.CHANGE,
        inspector,
        step="登记不能参加的日期",
        after=audit.state_of(absence, "first_day", "last_day", "reason"),
    )
    return absence


@transaction.atomic
def remove_absence(*, absence: InspectorAbsence, actor: User) -> Inspector:
    inspector = _locked(absence.inspector, actor)
    before = audit.state_of(absence, "first_day", "last_day", "reason")
    absence.delete()
    audit.record(actor, AuditAction.CHANGE, inspector, step="删除不能参加的日期", before=before)
    return inspector


@transaction.atomic
def declare_tie(*, inspector: Inspector, association: Association, reason: str, actor: User) -> InspectorTie:
    """Record a declared tie to an association: from now on the inspector is kept away from it."""
    inspector = _locked(inspector, actor)
    tie = InspectorTie(inspector=inspector, association=association, reason=reason.strip())
    refuse_invalid(tie)
    tie.save()
    audit.record(
        actor, AuditAction.CHANGE, inspector, step="登记利害关系", association=str(association), reason=tie.reason
    )
    return tie


@transaction.atomic
def remove_tie(*, tie: InspectorTie, reason: str, actor: User) -> Inspector:
    """Remove a tie, for a reason that stays in the log."""
    inspector = _locked(tie.inspector, actor)
    if not reason.strip():
        raise RuleViolation("请填写解除原因。", "reason")
    name = str(tie.association)
    tie.delete()
    audit.record(actor, AuditAction.CHANGE, inspector, step="解除利害关系", association=name, reason=reason.strip())
    return inspector
