"""覆盖推演: the question, its answer in names and reasons, and the tasks made of it. Working a plan out writes nothing."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from django.core.cache import cache
from django.db import transaction

from associations.models import Association
from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.access import can_cancel_task, can_plan_coverage
from partyorgs.planning.choices import PlanForm, PlanningJobKind, TaskState
from partyorgs.planning.facts import listed_tasks
from partyorgs.planning.indicators import Candidate, candidates
from partyorgs.planning.models import CoverageTask
from partyorgs.planning.rules.joining import COMMITTEE, joinable
from partyorgs.planning.rules.plans import Plan, PlanProgress, Step, make_plan
from portal.core import audit
from portal.core.access import subtree_limit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, StalePlan, refuse, refuse_invalid
from portal.core.measures import Rate, measure
from portal.core.models import Committee, Job, User
from portal.core.outbox import enqueue_job

INLINE_ASSOCIATIONS = 400  # as many without organization are planned while one waits for the page: two seconds or so
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Question:
    """The question of a plan: how to bring a committee's subtree on a day to a share of an indicator, by which forms."""

    committee: Committee
    indicator: str
    share: Fraction
    forms: tuple[PlanForm, ...]
    as_of: datetime.date

    @property
    def key(self) -> str:
        """Name the question and the data it is asked of."""
        parts = (self.committee.path, self.indicator, str(self.share), sorted(self.forms), self.as_of.isoformat())
        return f"plan:{audit.data_version()}:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


@dataclass(frozen=True)
class PlannedStep:
    """A step with the names in it, why this form, and where the indicator stands after it."""

    number: int
    step: Step
    candidates: tuple[Candidate, ...]
    reason: str
    after: Rate

    @property
    def form(self) -> PlanForm:
        return self.step.form

    @property
    def members(self) -> int:
        return sum(unit.formal for unit in self.step.units)


@dataclass(frozen=True)
class CoveragePlan:
    """The answer: the rate before and after, the steps in order, who is left and why."""

    question: Question
    before: Rate
    plan: Plan
    steps: tuple[PlannedStep, ...]
    left: tuple[tuple[Candidate, str], ...]

    @property
    def name(self) -> str:
        return INDICATORS[self.question.indicator].name

    @property
    def after(self) -> Rate:
        return self.steps[-1].after if self.steps else self.before

    @property
    def by_form(self) -> tuple[tuple[str, int, int], ...]:
        """Return each form with how many organizations (or instructors) it takes and how many associations it covers."""
        return tuple(
            (
                str(form.label),
                sum(step.form == form for step in self.steps),
                sum(len(step.candidates) for step in self.steps if step.form == form),
            )
            for form in PlanForm
            if any(step.form == form for step in self.steps)
        )

    @property
    def digest(self) -> str:
        """Name the steps, so that nobody decides on others than those seen."""
        keys = [(step.form.value, [unit.key for unit in step.step.units]) for step in self.steps]
        return hashlib.sha256(repr(keys).encode()).hexdigest()[:16]


def known_plan(question: Question) -> CoveragePlan | None:
    """Return the answer if it was worked out since the data last changed."""
    plan: CoveragePlan | None = cache.get(question.key)
    return plan


def is_large(question: Question) -> bool:
    """Tell whether the answer takes so long that it is worked out in the background."""
    measurement = measure([INDICATORS["org_coverage"]], question.as_of, subtree_limit(question.committee))
    return measurement["org_coverage"].missing > INLINE_ASSOCIATIONS


def work_out_plan(*, question: Question, progress: PlanProgress | None = None) -> CoveragePlan:
    """Return the plan for a question and keep it until the data changes; nothing else is written."""
    if known := known_plan(question):
        return known
    indicator, limit = INDICATORS[question.indicator], subtree_limit(question.committee)
    before = measure([indicator], question.as_of, limit)[question.indicator]
    by_unit = {candidate.unit.key: candidate for candidate in candidates(indicator, question.as_of, limit)}
    plan = make_plan(
        [candidate.unit for candidate in by_unit.values()],
        before.short_of(question.share),
        question.forms,
        instructors_count=question.indicator == "work_coverage",
        progress=progress,
    )
    answer = CoveragePlan(
        question,
        before,
        plan,
        _planned(plan, by_unit, before),
        _left(plan, by_unit, question.forms) if plan.needed else (),
    )
    cache.set(question.key, answer, _KEPT_SECONDS)
    return answer


def _planned(plan: Plan, by_unit: Mapping[int, Candidate], before: Rate) -> tuple[PlannedStep, ...]:
    totals = list(accumulate((step.gain for step in plan.steps), initial=before.numerator))[1:]
    return tuple(
        PlannedStep(
            number,
            step,
            chosen := tuple(by_unit[unit.key] for unit in step.units),
            _why(step, chosen),
            Rate(total, before.denominator),
        )
        for number, (step, total) in enumerate(zip(plan.steps, totals, strict=True), start=1)
    )


def _why(step: Step, chosen: tuple[Candidate, ...]) -> str:
    first = chosen[0]
    if step.form == PlanForm.OWN:
        return f"正式党员 {first.unit.formal} 名，应当单独组建"
    if step.form == PlanForm.FUNCTIONAL:
        return f"正式党员 {first.unit.formal} 名，同一机构、同一地区已没有可以联合的协会"
    if step.form == PlanForm.INSTRUCTOR:
        return "已没有可以联合的协会，先选派指导员开展工作"
    shared = set.intersection(*(set(unit.places) for unit in step.units))
    same = [f"同归口{first.committee}"] if any(kind == COMMITTEE for kind, _ in shared) else []
    same += [f"同在{first.region}"] if any(kind != COMMITTEE for kind, _ in shared) else []
    if first.industry and len({candidate.industry for candidate in chosen}) == 1:
        same.append(f"同属{first.industry}")
    members = sum(unit.formal for unit in step.units)
    return f"正式党员合计 {members} 名，{'，'.join(same)}"


def _left(
    plan: Plan, by_unit: Mapping[int, Candidate], forms: Collection[PlanForm]
) -> tuple[tuple[Candidate, str], ...]:
    united = joinable(plan.left)

    def why(candidate: Candidate) -> str:
        unit = candidate.unit
        if not unit.is_small:
            if PlanForm.OWN in forms:
                return "达到本次目标不需要，但正式党员3名以上，仍应单独组建"
            return "应当单独组建，本次推演未采用这种方式"
        if unit in united:
            if PlanForm.JOINT in forms:
                return "达到本次目标不需要，可与左近未覆盖的协会联合组建"
            return "可以联合组建，本次推演未采用这种方式"
        if unit.formal:
            return "没有可以联合的协会，宜建立功能型党组织或者选派指导员"
        return "没有正式党员，也没有可以联合的协会，宜选派指导员"

    return tuple((by_unit[unit.key], why(by_unit[unit.key])) for unit in plan.left)


def request_plan(*, question: Question, actor: User, result_url: str) -> Job:
    """Ask for a large plan to be worked out in the background; the answer is kept where `known_plan` finds it."""
    refuse(can_plan_coverage(actor, question.committee))
    payload = {
        "committee": question.committee.pk,
        "indicator": question.indicator,
        "share": str(question.share),
        "forms": list(question.forms),
        "as_of": question.as_of.isoformat(),
        "result_url": result_url,
    }
    key = f"{PlanningJobKind.PLAN_COVERAGE}:{secrets.token_hex(16)}"  # every request is one job: an answer is kept for a day only
    return enqueue_job(kind=PlanningJobKind.PLAN_COVERAGE, key=key, payload=payload, owner=actor)


@transaction.atomic
def assign_tasks(
    *,
    plan: CoveragePlan,
    numbers: Iterable[int],
    seen_digest: str,
    helper: str,
    due_on: datetime.date,
    today: datetime.date,
    actor: User,
) -> list[CoverageTask]:
    """Make a task of each chosen step of a plan of today; `seen_digest` is that of the plan which was looked at."""
    refuse(can_plan_coverage(actor, plan.question.committee))
    if plan.question.as_of != today:
        raise RuleViolation("只能把按今天情况推演的方案转为任务。")
    if plan.digest != seen_digest:
        raise StalePlan("推演之后数据有了变化，方案已更新。请核对新的方案再安排。")
    if due_on < today:
        raise RuleViolation("完成期限不能早于今天。", "due_on")
    chosen = [step for step in plan.steps if step.number in set(numbers)]
    if not chosen:
        raise RuleViolation("请至少选择一步。", "steps")
    busy = open_tasks_of([candidate.unit.key for step in chosen for candidate in step.candidates], today)
    if busy:
        names = [candidate.name for step in chosen for candidate in step.candidates if candidate.unit.key in busy]
        raise RuleViolation(f"已有未完成的组建任务：{'、'.join(names[:5])}。请先取消原任务，或者不选这几步。", "steps")
    return [_assign(plan.question, step, helper.strip(), due_on, actor) for step in chosen]


def _assign(question: Question, step: PlannedStep, helper: str, due_on: datetime.date, actor: User) -> CoverageTask:
    overseers = {candidate.unit.committee for candidate in step.candidates}
    (only,) = overseers if len(overseers) == 1 else (None,)
    task = CoverageTask(
        committee_id=only or question.committee.pk, form=step.form, helper=helper, due_on=due_on, created_by=actor
    )
    refuse_invalid(task)
    task.save(force_insert=True)
    task.associations.set([candidate.unit.key for candidate in step.candidates])
    fields = audit.state_of(task, "committee", "form", "helper", "due_on")
    audit.record(
        actor, AuditAction.CREATE, task, after=fields, associations=[candidate.name for candidate in step.candidates]
    )
    return task


@transaction.atomic
def cancel_task(*, task: CoverageTask, reason: str, today: datetime.date, actor: User) -> CoverageTask:
    """Take a task back that is not to be done any more; what is done or cancelled stays as it is."""
    task = CoverageTask.objects.select_for_update().get(pk=task.pk)
    refuse(can_cancel_task(actor, task))
    state = listed_tasks(CoverageTask.objects.filter(pk=task.pk), today).values_list("state", flat=True).get()
    if state not in (TaskState.OPEN, TaskState.OVERDUE):
        raise RuleViolation(f"该任务{TaskState(state).label}，不能取消。")
    task.cancelled_on, task.cancel_reason = today, reason.strip()
    refuse_invalid(task)
    task.save(update_fields=["cancelled_on", "cancel_reason"])
    audit.record(actor, AuditAction.END, task, reason=task.cancel_reason)
    return task


def open_tasks_of(keys: Collection[int], today: datetime.date) -> set[int]:
    """Return which of these associations are in a task that is neither done nor cancelled."""
    waiting = listed_tasks(CoverageTask.objects.all(), today).filter(state__in=(TaskState.OPEN, TaskState.OVERDUE))
    known = Association.objects.filter(coverage_tasks__in=waiting.values("pk"))
    return set(known.values_list("pk", flat=True)) & set(keys)
