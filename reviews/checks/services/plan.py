"""Plans of checks: drafts, exclusions, cancellation."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.models import Association
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse, refuse_invalid
from portal.core.models import Committee, User
from reviews.checks.access.plan import can_plan, can_plan_in
from reviews.checks.choices import CheckKind, Selection
from reviews.checks.indicators.population import Population, outline_of, population_of
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import CheckExclusion, SpotCheck
from reviews.checks.rules.states import next_check
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion

_FIELDS = (
    "name",
    "kind",
    "selection",
    "committee",
    "version",
    "begins_on",
    "ends_on",
    "as_of",
    "rate",
    "number",
)
LONGEST = 366  # days of a check's period: what is longer is another year's check


def locked_check(check: SpotCheck) -> SpotCheck:
    """Return the check with its row locked: look, then write."""
    return SpotCheck.objects.select_for_update(of=("self",)).select_related("committee", "version").get(pk=check.pk)


@transaction.atomic
def create_check(
    *,
    name: str,
    kind: str,
    selection: str,
    committee: Committee,
    version: QuestionnaireVersion,
    begins_on: datetime.date,
    ends_on: datetime.date,
    as_of: datetime.date,
    filters: Mapping[str, Any],
    strata: Iterable[str],
    rate: Decimal | None,
    number: int | None,
    inspectors: Iterable[Inspector],
    today: datetime.date,
    actor: User,
) -> SpotCheck:
    """Create a plan as a draft. Raises RuleViolation where a rule refuses it; the yearly floor is tested when it is sealed."""
    refuse(can_plan_in(actor, committee), "committee")
    check = SpotCheck(created_by=actor)
    plan: dict[str, Any] = {
        "name": name.strip(),
        "kind": kind,
        "selection": selection,
        "committee": committee,
        "version": version,
        "begins_on": begins_on,
        "ends_on": ends_on,
        "as_of": as_of,
        "rate": rate,
        "number": number,
    }
    return _write(check, plan, filters=filters, strata=strata, inspectors=inspectors, today=today, actor=actor)


@transaction.atomic
def edit_check(
    *,
    check: SpotCheck,
    name: str,
    kind: str,
    selection: str,
    version: QuestionnaireVersion,
    begins_on: datetime.date,
    ends_on: datetime.date,
    as_of: datetime.date,
    filters: Mapping[str, Any],
    strata: Iterable[str],
    rate: Decimal | None,
    number: int | None,
    inspectors: Iterable[Inspector],
    today: datetime.date,
    actor: User,
) -> SpotCheck:
    """Change a plan before it is sealed; its committee stays."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit")
    plan: dict[str, Any] = {
        "name": name.strip(),
        "kind": kind,
        "selection": selection,
        "version": version,
        "begins_on": begins_on,
        "ends_on": ends_on,
        "as_of": as_of,
        "rate": rate,
        "number": number,
    }
    return _write(check, plan, filters=filters, strata=strata, inspectors=inspectors, today=today, actor=actor)


def _write(
    check: SpotCheck,
    values: Mapping[str, Any],
    *,
    filters: Mapping[str, Any],
    strata: Iterable[str],
    inspectors: Iterable[Inspector],
    today: datetime.date,
    actor: User,
) -> SpotCheck:
    is_new = check.pk is None
    before = {} if is_new else _state_of(check)
    for name, value in values.items():
        setattr(check, name, value)
    check.filters = {code: value for code, value in filters.items() if value}
    check.strata = list(strata)
    _refuse_unsound(check, today)
    refuse_invalid(check)
    check.save()
    pool = list(inspectors)
    usable = set(Inspector.objects.visible_to(actor).values_list("pk", flat=True))
    usable |= set(check.inspectors.values_list("pk", flat=True))  # inspectors that a committee above had chosen stay
    if any(each.pk not in usable for each in pool):
        raise RuleViolation("抽查人员须来自本机构或者下级机构的人员库。", "inspectors")
    check.inspectors.set(pool)
    after = _state_of(check)
    if is_new:
        audit.record(actor, AuditAction.CREATE, check, after=after)
    elif after != before:
        audit.record(actor, AuditAction.CHANGE, check, before=before, after=after)
    return check


def _refuse_unsound(check: SpotCheck, today: datetime.date) -> None:
    if check.kind == CheckKind.RANDOM and check.selection != Selection.DRAW:
        raise RuleViolation("随机抽查必须随机抽取。", "selection")
    if check.pk and check.selection == Selection.DRAW and check.visits.exists():
        raise RuleViolation("已经逐家确定了检查对象，不能改为随机抽取。", "selection")
    if (
        check.version.questionnaire.kind != QuestionnaireKind.CHECK_LIST
        or check.version.status != VersionStatus.PUBLISHED
    ):
        raise RuleViolation("请选择已发布的检查清单。", "version")
    if check.ends_on < check.begins_on:
        raise RuleViolation("结束日期不能早于开始日期。", "ends_on")
    if (check.ends_on - check.begins_on).days > LONGEST:
        raise RuleViolation("一次抽查的时间不能超过一年。", "ends_on")
    if check.ends_on < today:
        raise RuleViolation("结束日期不能早于今天。", "ends_on")
    if check.as_of > today:
        raise RuleViolation("数据日期不能晚于今天。", "as_of")
    if check.selection == Selection.DRAW and (check.rate is None) == (check.number is None):
        raise RuleViolation("请填写抽取比例或者抽取数量，只填一项。", "number")


def _state_of(check: SpotCheck) -> dict[str, Any]:
    state = audit.state_of(check, *_FIELDS)
    people = [str(each) for each in check.inspectors.select_related("user").order_by("pk")]
    return {**state, "总体条件": check.filters, "分层": check.strata, "抽查人员": people}


@transaction.atomic
def exclude_association(*, check: SpotCheck, association: Association, reason: str, actor: User) -> CheckExclusion:
    """Exclude an association from a check that is not sealed yet; the reason is frozen with the list."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit")
    if not reason.strip():
        raise RuleViolation("请填写排除原因。", "reason")
    population = population_of(outline_of(check))
    if association.pk not in {member.pk for member in population.members}:
        raise RuleViolation("该协会不在抽查总体中。", "association")
    exclusion = CheckExclusion(spot_check=check, association=association, reason=reason.strip(), excluded_by=actor)
    refuse_invalid(exclusion)
    exclusion.save()
    audit.record(actor, AuditAction.CHANGE, check, step="排除", association=str(association), reason=exclusion.reason)
    return exclusion


@transaction.atomic
def include_association(*, exclusion: CheckExclusion, actor: User) -> SpotCheck:
    """Remove an exclusion while the check is not sealed yet."""
    check = locked_check(exclusion.spot_check)
    refuse(can_plan(actor, check))
    next_check(check.status, "edit")
    name, reason = str(exclusion.association), exclusion.reason
    exclusion.delete()
    audit.record(actor, AuditAction.CHANGE, check, step="恢复", association=name, reason=reason)
    return check


def refuse_short_plan(*, population: Population) -> None:
    """Raise RuleViolation where nothing would be drawn, or less than the yearly floor of a province."""
    if not population.sample:
        raise RuleViolation("抽查总体中没有可以抽取的协会，请调整条件、比例或者数量。")
    if population.is_below_floor:
        raise RuleViolation(
            f"省级随机抽查每年不少于5%（民发〔2017〕45号第五条）：在册{population.registered}家，"
            f"今年已抽{population.drawn_this_year}家，本次至少抽{population.floor}家，"
            f"方案只抽{population.sample}家。",
            "number",
        )


@transaction.atomic
def cancel_check(*, check: SpotCheck, reason: str, actor: User) -> SpotCheck:
    """Cancel a check before its release; plan and draws stay visible."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    check.status = next_check(check.status, "cancel")
    if not reason.strip():
        raise RuleViolation("请填写取消原因。", "reason")
    check.closed_by, check.closed_at, check.close_reason = actor, timezone.now(), reason.strip()
    check.save(update_fields=["status", "closed_by", "closed_at", "close_reason"])
    audit.record(actor, AuditAction.END, check, step="取消", reason=check.close_reason)
    return check
