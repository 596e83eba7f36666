"""双随机抽取: the pool and the seed's hash are frozen and published, then drawn; a repeated draw stands beside the first."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.models import Association
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.checks.access.plan import can_plan
from reviews.checks.choices import Selection, VisitStatus
from reviews.checks.indicators.avoidance import calendar_of, kept_away, pool_of
from reviews.checks.indicators.population import Population, outline_of, population_of
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import Draw, SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.days import spread_days
from reviews.checks.rules.draw_file import Altered, pool_hash, seed_hash, sha256, written
from reviews.checks.rules.quotas import INSPECTORS_A_VISIT
from reviews.checks.rules.replay import result_of, verified
from reviews.checks.rules.states import next_check
from reviews.checks.services.assigning import last_addresses
from reviews.checks.services.plan import locked_check, refuse_short_plan

_SEED_BYTES = 32


@transaction.atomic
def commit_seed(*, check: SpotCheck, actor: User, today: datetime.date, reason: str = "") -> Draw:
    """Freeze the pool and make a seed; the digests of both are to be published before the draw.

    Nobody learns the seed before the draw: it stands on no page and in no log. Raises RuleViolation below the province's floor, with
    fewer than two inspectors, and for a period that is over.
    """
    check = locked_check(check)
    refuse(can_plan(actor, check))
    status = next_check(check.status, "commit")
    if check.selection != Selection.DRAW:
        raise RuleViolation("逐家确定的检查不用抽取。")
    return _commit(check, status, actor, today, reason)


@transaction.atomic
def draw_again(*, check: SpotCheck, actor: User, today: datetime.date, reason: str) -> Draw:
    """Freeze and commit anew after a draw, for a reason; the earlier draw and its list stay visible."""
    check = locked_check(check)
    refuse(can_plan(actor, check))
    status = next_check(check.status, "draw again")
    if not reason.strip():
        raise RuleViolation("重新抽取须写明原因。", "reason")
    Visit.objects.filter(spot_check=check, status=VisitStatus.PLANNED).delete()
    return _commit(check, status, actor, today, reason.strip())


def _commit(check: SpotCheck, status: str, actor: User, today: datetime.date, reason: str) -> Draw:
    if check.ends_on < today:
        raise RuleViolation("抽查时间已过，请先修改结束日期。", "ends_on")
    pool = frozen_pool(check, today)
    if len(pool["inspectors"]) < INSPECTORS_A_VISIT:
        raise RuleViolation("抽查人员不足2人，不能抽取。现场检查须2人以上。", "inspectors")
    seed = secrets.token_hex(_SEED_BYTES)
    draw = Draw.objects.create(
        spot_check=check,
        number=check.draws.count() + 1,
        reason=reason,
        pool=pool,
        pool_hash=pool_hash(pool),
        seed=seed,
        seed_hash=seed_hash(seed),
        committed_by=actor,
        committed_at=timezone.now(),
    )
    check.status = status
    check.save(update_fields=["status"])
    audit.record(
        actor,
        AuditAction.CHANGE,
        check,
        step="封存",
        number=draw.number,
        reason=reason,
        pool_hash=draw.pool_hash,
        seed_hash=draw.seed_hash,
    )
    return draw


def frozen_pool(check: SpotCheck, today: datetime.date) -> dict[str, Any]:
    """Return everything that decides a draw besides the seed, as plain values in a fixed order."""
    population = population_of(outline_of(check))
    refuse_short_plan(population=population)
    inspectors = pool_of(check.inspectors.active())
    kept = kept_away(inspectors, [member.pk for member in population.members])
    calendar = calendar_of([each.pk for each in inspectors], max(check.begins_on, today), check.ends_on)
    codes = {member.pk: member.code for member in population.members}
    return {
        "check": _plan_in_file(check, population),
        "associations": [
            {"code": member.code, "name": member.name, "stratum": member.stratum} for member in population.members
        ],
        "excluded": [{"code": each.code, "name": each.name, "reason": each.reason} for each in population.excluded],
        "strata": [{"stratum": each.name, "size": each.size, "quota": each.quota} for each in population.strata],
        "inspectors": [
            {
                "number": each.pk,
                "name": each.user.name,
                "employer": each.employer,
                "skills": list(each.skills),
                "capacity": calendar.capacity(each.pk),
            }
            for each in inspectors
        ],
        "avoidance": [
            {"code": codes[association], "inspector": inspector, "reasons": [reason.value for reason in reasons]}
            for (association, inspector), reasons in sorted(
                kept.items(), key=lambda item: (codes[item[0][0]], item[0][1])
            )
        ],
    }


def _plan_in_file(check: SpotCheck, population: Population) -> dict[str, Any]:
    return {
        "name": check.name,
        "kind": check.get_kind_display(),
        "scope": check.committee.name,
        "as_of": check.as_of.isoformat(),
        "begins_on": check.begins_on.isoformat(),
        "ends_on": check.ends_on.isoformat(),
        "rate": "" if check.rate is None else str(check.rate.normalize()),
        "number": population.sample,
        "registered": population.registered,
        "check_list": str(check.version),
    }


@transaction.atomic
def draw(*, check: SpotCheck, actor: User, witness_word: str, today: datetime.date) -> Draw:
    """Draw associations and pairs from the frozen pool, plan the days, reveal the seed. Two requests at once draw once (FLT-21).

    Raises RuleViolation where the pool is no longer the sealed one.
    """
    check = locked_check(check)
    refuse(can_plan(actor, check))
    status = next_check(check.status, "draw")
    if not witness_word.strip():
        raise RuleViolation("请填写现场见证内容，例如在场人员随口报出的一串数字。", "witness_word")
    row = Draw.objects.select_for_update().get(spot_check=check, drawn_at=None)
    if pool_hash(row.pool) != row.pool_hash or seed_hash(row.seed) != row.seed_hash:
        raise RuleViolation("封存的名单或者种子与公布的校验值不符，不能抽取。请联系安全审计员核查后重新封存。")
    row.witness_word, row.drawn_by, row.drawn_at = witness_word.strip(), actor, timezone.now()
    row.result = result_of(row.pool, row.seed, row.witness_word)
    row.save(update_fields=["witness_word", "drawn_by", "drawn_at", "result"])
    check.status = status
    check.save(update_fields=["status"])
    _plan_visits(check, row, actor, today)
    audit.record(
        actor,
        AuditAction.CHANGE,
        check,
        step="抽取",
        number=row.number,
        witness_word=row.witness_word,
        sample=len(row.result["sample"]),
        unpaired=len(row.result["unpaired"]),
        result_hash=sha256(row.result),
    )
    return row


def _plan_visits(check: SpotCheck, row: Draw, actor: User, today: datetime.date) -> None:
    """Create a visit for each drawn association, with its pair and day; inspectors since gone from the pool are left out."""
    sample, pairs = row.result["sample"], {each["code"]: each["inspectors"] for each in row.result["pairs"]}
    associations = Association.objects.in_bulk([each["code"] for each in sample], field_name="uscc")
    people = {number for pair in pairs.values() for number in pair}
    days = _days_of(check, pairs, people, today)
    addresses = last_addresses([association.pk for association in associations.values()])
    visits = Visit.objects.bulk_create(
        Visit(
            spot_check=check,
            draw=row,
            association=associations[each["code"]],
            stratum=each["stratum"],
            planned_on=days.get(each["code"]),
            address=addresses.get(associations[each["code"]].pk, ""),
        )
        for each in sample
    )
    existing = set(Inspector.objects.filter(pk__in=people).values_list("pk", flat=True))
    VisitAssignment.objects.bulk_create(
        VisitAssignment(visit=visit, inspector_id=number, assigned_by=actor)
        for visit in visits
        for number in pairs.get(visit.association.uscc, ())
        if number in existing
    )


def _days_of(
    check: SpotCheck, pairs: dict[str, list[int]], people: set[int], today: datetime.date
) -> dict[str, datetime.date | None]:
    calendar = calendar_of(people, max(check.begins_on, today), check.ends_on, without_check=check.pk)
    return spread_days(pairs, calendar.days, calendar.absent, calendar.taken)


def file_of(row: Draw) -> bytes:
    """Return the file of a draw with everything needed to draw again. Raises RuleViolation before the draw."""
    if row.drawn_at is None or row.drawn_by is None:
        raise RuleViolation("尚未抽取，不能导出。")
    content = {
        **row.pool,
        "commitment": {
            "number": row.number,
            "reason": row.reason,
            "pool_hash": row.pool_hash,
            "seed_hash": row.seed_hash,
            "committed_by": row.committed_by.name,
            "committed_at": _moment(row.committed_at),
        },
        "draw": {
            "seed": row.seed,
            "witness_word": row.witness_word,
            "drawn_by": row.drawn_by.name,
            "drawn_at": _moment(row.drawn_at),
        },
        **row.result,
    }
    return written(content)


def fault_of(row: Draw) -> str:
    """Return the first fault of a draw, empty where there is none (SEC-34).

    The draw is repeated from its own file and compared with the audit chain.
    """
    try:
        verified(file_of(row))
    except Altered as fault:
        return str(fault)
    entry = audit.changes_of(row.spot_check).filter(data__step="抽取", data__number=row.number).first()
    if entry is not None and entry.data.get("result_hash") != sha256(row.result):
        return "抽取结果与操作记录中的校验值不符。"
    return ""


def _moment(moment: datetime.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")
