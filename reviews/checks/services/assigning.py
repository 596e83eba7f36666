"""Assignment of inspectors to visits: chosen by hand, released, reassigned, moved, declined; avoidance is tested each time."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from associations.models import Association
from portal.core import audit
from portal.core.access import subtree_limit
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import User
from portal.core.notices import notify, staff_of
from reviews.checks.access.plan import can_decline, can_plan
from reviews.checks.choices import AssignmentStatus
from reviews.checks.indicators.avoidance import avoidance_words, calendar_of, kept_away, pool_of
from reviews.checks.indicators.readiness import UnreadyVisit, inspectors_of, unready_visits
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.days import VISITS_A_DAY
from reviews.checks.rules.quotas import INSPECTORS_A_VISIT
from reviews.checks.rules.states import next_check, next_visit
from reviews.checks.services.plan import locked_check
from reviews.checks.services.visits import locked_visit


@transaction.atomic
def add_visit(
    *,
    check: SpotCheck,
    association: Association,
    inspectors: Sequence[Inspector],
    planned_on: datetime.date,
    actor: User,
) -> Visit:
    """Add one association to a check that is not drawn, with its inspectors and day."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit")
    if not check.is_by_hand:
        raise RuleViolation("随机抽取的检查不能逐家确定。")
    within = Association.objects.live_at(check.as_of).within(subtree_limit(check.committee), check.as_of)
    if not within.filter(pk=association.pk).exists():
        raise RuleViolation("该协会不在本机构范围内。", "association")
    if len({each.pk for each in inspectors}) < INSPECTORS_A_VISIT:
        raise RuleViolation("现场检查须2人以上。", "second")
    address = last_addresses([association.pk]).get(association.pk, "")
    visit = Visit(spot_check=check, association=association, planned_on=planned_on, address=address)
    refuse_invalid(visit)
    _refuse_day(visit, planned_on)
    visit.save()
    for inspector in inspectors:
        _assign(visit, inspector, actor)
    audit.record(
        actor,
        AuditAction.CHANGE,
        check,
        step="确定检查对象",
        association=str(association),
        inspectors=[str(each) for each in inspectors],
        planned_on=planned_on,
    )
    return visit


def last_addresses(associations: Collection[int]) -> dict[int, str]:
    """Return {association: address of its last visit}: an address once known is not asked for again."""
    visits = Visit.objects.filter(association__in=associations).exclude(address="").order_by("pk")
    return dict(visits.values_list("association", "address"))


@transaction.atomic
def remove_visit(*, visit: Visit, actor: User) -> SpotCheck:
    """Remove an association from a check that is not drawn and not released yet."""
    check = locked_check(visit.spot_check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit")
    name = str(visit.association)
    visit.delete()
    audit.record(actor, AuditAction.CHANGE, check, step="移出检查对象", association=name)
    return check


@transaction.atomic
def reassign(
    *,
    visit: Visit,
    replaced: VisitAssignment | None,
    inspector: Inspector,
    planned_on: datetime.date | None,
    reason: str,
    actor: User,
) -> VisitAssignment:
    """Send another inspector to a visit, in place of one or in addition, on the same day or another; avoidance is tested anew."""
    check = locked_check(visit.spot_check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit" if check.is_draft else "assign")
    visit = locked_visit(visit)
    if not visit.is_upcoming:
        raise RuleViolation(f"检查任务{visit.get_status_display()}，不能改派。")
    if not reason.strip():
        raise RuleViolation("请填写原因。", "reason")
    if replaced is not None:
        _end(replaced, AssignmentStatus.REPLACED, reason.strip())
    if planned_on is not None and planned_on != visit.planned_on:
        _refuse_day(visit, planned_on)
        visit.planned_on = planned_on
        visit.save(update_fields=["planned_on"])
    assignment = _assign(visit, inspector, actor)
    if visit.is_open:
        _tell(visit, [inspector])
    audit.record(
        actor,
        AuditAction.CHANGE,
        check,
        step="改派" if replaced else "增派",
        association=str(visit.association),
        before=str(replaced.inspector) if replaced else "",
        after=str(inspector),
        reason=reason.strip(),
    )
    return assignment


@transaction.atomic
def move_visit(*, visit: Visit, planned_on: datetime.date, address: str, actor: User) -> Visit:
    """Move a visit to another day of the check's period on which its inspectors are free, and set its address."""
    check = locked_check(visit.spot_check)
    refuse(can_plan(actor, check))
    visit = locked_visit(visit)
    if not visit.is_upcoming:
        raise RuleViolation(f"检查任务{visit.get_status_display()}，不能改期。")
    _refuse_day(visit, planned_on)
    before = audit.state_of(visit, "planned_on", "address")
    visit.planned_on, visit.address = planned_on, address.strip()
    visit.save(update_fields=["planned_on", "address"])
    for assignment in visit.assignments.filter(status=AssignmentStatus.ASSIGNED).select_related("inspector__user"):
        _refuse_busy(visit, assignment.inspector)
    audit.record(
        actor,
        AuditAction.CHANGE,
        check,
        step="安排日期和地址",
        association=str(visit.association),
        before=before,
        after=audit.state_of(visit, "planned_on", "address"),
    )
    return visit


@transaction.atomic
def release_check(*, check: SpotCheck, actor: User) -> SpotCheck:
    """Hand the visits to the inspectors: from now on each sees the own ones. Raises RuleViolation for a visit that is not ready."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    if check.is_draft and not check.is_by_hand:
        raise RuleViolation("请先封存名单、随机抽取，再下发。")
    status = next_check(check.status, "release")
    visits = list(check.visits.select_related("association").order_by("planned_on", "pk"))
    if not visits:
        raise RuleViolation("还没有检查对象，不能下发。")
    _refuse_unready(unready_visits(check))
    for visit in visits:
        visit.status = next_visit(visit.status, "release")
    Visit.objects.bulk_update(visits, ["status"])
    check.status, check.released_by, check.released_at = status, actor, timezone.now()
    check.save(update_fields=["status", "released_by", "released_at"])
    going = inspectors_of(visits)
    for visit in visits:
        _tell(visit, going[visit.pk])
    audit.record(actor, AuditAction.CHANGE, check, step="下发", visits=len(visits))
    return check


def _refuse_unready(unready: Sequence[UnreadyVisit]) -> None:
    """Raise RuleViolation for visits that cannot be handed out, naming the first of them."""
    if short := [row for row in unready if row.is_short]:
        raise RuleViolation(f"有 {len(short)} 家协会的检查人员不足2人，不能下发：{_names(short)}。请先指派。")
    if undated := [row for row in unready if row.is_undated]:
        raise RuleViolation(
            f"有 {len(undated)} 家协会没有检查日期或者日期不在检查时间内，不能下发：{_names(undated)}。请先定日期。"
        )
    for row in unready:
        for inspector, reason in row.ties:
            raise RuleViolation(f"{inspector}应当回避{row.visit.association}：{reason}。请先改派。")


def _names(rows: Sequence[UnreadyVisit]) -> str:
    return "、".join(row.visit.association.name for row in rows[:3])


@transaction.atomic
def decline_visit(*, assignment: VisitAssignment, reason: str, actor: User) -> VisitAssignment:
    """推辞: give an own visit back with a reason; the committee is notified and sends somebody else."""
    rows = VisitAssignment.objects.select_for_update(of=("self",)).select_related(
        "inspector__user", "visit__spot_check"
    )
    assignment = rows.get(pk=assignment.pk)
    refuse(can_decline(actor, assignment))
    visit = assignment.visit
    if not visit.is_open:
        raise RuleViolation(f"检查任务{visit.get_status_display()}，不能推辞。")
    if not reason.strip():
        raise RuleViolation("请填写推辞原因。", "reason")
    _end(assignment, AssignmentStatus.DECLINED, reason.strip())
    check = visit.spot_check
    notify(
        users=staff_of([check.committee_id])[check.committee_id],
        kind=NoticeKind.TASK,
        key=f"visit-declined:{assignment.pk}",
        text=f"{actor.name}推辞了对{visit.association}的检查：{reason.strip()}。请改派。",
        url=reverse("reviews:visit-assign", args=[visit.pk]),
    )
    audit.record(
        actor, AuditAction.CHANGE, check, step="推辞", association=str(visit.association), reason=reason.strip()
    )
    return assignment


def _end(assignment: VisitAssignment, status: AssignmentStatus, reason: str) -> None:
    """End an inspector's part in a visit. Raises RuleViolation where it has ended already."""
    ended = VisitAssignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.ASSIGNED).update(
        status=status, reason=reason[:200], ended_at=timezone.now()
    )
    if not ended:
        raise RuleViolation(f"{assignment.inspector}已不在这项任务中，请刷新后再办理。")
    assignment.refresh_from_db()


def _assign(visit: Visit, inspector: Inspector, actor: User) -> VisitAssignment:
    """Assign an inspector whom nothing keeps away and whose day is free."""
    (inspector,) = pool_of(Inspector.objects.filter(pk=inspector.pk))  # read anew, with all that avoidance looks at
    if not Inspector.objects.visible_to(actor).filter(pk=inspector.pk).exists():
        raise RuleViolation("抽查人员须来自本机构或者下级机构的人员库。", "inspector")
    if not (inspector.is_active and inspector.user.is_active):
        raise RuleViolation(f"{inspector}已不在人员库中。", "inspector")
    if reasons := kept_away([inspector], [visit.association_id]).get((visit.association_id, inspector.pk)):
        raise RuleViolation(f"{inspector}应当回避{visit.association}：{avoidance_words(reasons)}。", "inspector")
    if visit.assignments.filter(inspector=inspector, status=AssignmentStatus.ASSIGNED).exists():
        raise RuleViolation(f"{inspector}已在这项任务中。", "inspector")
    assignment = VisitAssignment.objects.create(visit=visit, inspector=inspector, assigned_by=actor)
    _refuse_busy(visit, inspector)
    return assignment


def _refuse_day(visit: Visit, planned_on: datetime.date) -> None:
    check = visit.spot_check
    if not check.begins_on <= planned_on <= check.ends_on:
        raise RuleViolation(f"检查日期须在 {check.begins_on:%Y-%m-%d} 至 {check.ends_on:%Y-%m-%d} 之间。", "planned_on")


def _refuse_busy(visit: Visit, inspector: Inspector) -> None:
    """Raise RuleViolation where the visit's day is no working day, or the inspector is absent or fully booked on it."""
    if visit.planned_on is None:
        return
    day = visit.planned_on
    calendar = calendar_of([inspector.pk], day, day)
    if not calendar.days:
        raise RuleViolation(f"{day:%Y-%m-%d} 不是工作日，请另选日期。", "planned_on")
    if day in calendar.absent.get(inspector.pk, ()):
        raise RuleViolation(f"{inspector}在 {day:%Y-%m-%d} 不能参加检查，请另选日期或者人员。", "inspector")
    if calendar.taken.get((inspector.pk, day), 0) > VISITS_A_DAY:
        raise RuleViolation(
            f"{inspector}在 {day:%Y-%m-%d} 已有 {VISITS_A_DAY} 次检查，请另选日期或者人员。", "inspector"
        )


def _tell(visit: Visit, inspectors: Sequence[Inspector]) -> None:
    """Notify inspectors of a visit. The key is the visit's own, so that after a redraw or a decline a new notice goes out."""
    notify(
        users=[inspector.user_id for inspector in inspectors],
        kind=NoticeKind.TASK,
        key=f"visit:{visit.pk}",
        text=f"您有一项现场检查：{visit.association}，{visit.planned_on:%Y-%m-%d}。",
        url=reverse("reviews:visit-fill", args=[visit.pk]),
    )
