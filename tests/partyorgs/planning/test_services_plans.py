import datetime
from fractions import Fraction

import pytest
from django.core.cache import cache

from associations.models import Region
from partyorgs.planning.choices import PlanForm, TaskState
from partyorgs.planning.facts import listed_tasks
from partyorgs.planning.models import CoverageTask
from partyorgs.planning.services.plans import (
    Question,
    assign_tasks,
    cancel_task,
    known_plan,
    open_tasks_of,
    request_plan,
    work_out_plan,
)
from portal.core.choices import AuditAction, JobStatus
from portal.core.errors import RuleViolation, StalePlan
from portal.core.measures import Rate
from portal.core.models import AuditEntry, Job
from portal.core.tasks import run_job
from tests import recipes

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2024, 12, 31)
DUE = datetime.date(2025, 6, 30)


@pytest.fixture
def city():
    return Region.objects.get_or_create(name="苏州市")[0]


@pytest.fixture
def bare(own, city):
    """Return three associations of the own committee without organization: four, two and one formal members."""
    found = []
    for formal in (4, 2, 1):
        association = recipes.association.make(region=city)
        recipes.oversight.make(association=association, committee=own.committee)
        recipes.headcount.make(association=association, formal=formal)
        found.append(association)
    return found


def asked(committee, **changed):
    told = {"indicator": "org_coverage", "share": Fraction(1), "forms": tuple(PlanForm), "as_of": TODAY}
    return Question(committee=committee, **{**told, **changed})


def keys(plan):
    return [(step.form, [candidate.unit.key for candidate in step.candidates]) for step in plan.steps]


def test_a_plan_names_whom_to_unite_and_where_the_rate_stands_after_each_step(own, bare):
    large, two, one = bare
    plan = work_out_plan(question=asked(own.committee))
    assert keys(plan) == [(PlanForm.JOINT, [two.pk, one.pk]), (PlanForm.OWN, [large.pk])]
    assert (plan.before, [step.after for step in plan.steps]) == (Rate(1, 4), [Rate(3, 4), Rate(4, 4)])
    assert (plan.plan.organizations, plan.plan.lower_bound, plan.plan.is_reached) == (2, 2, True)
    assert plan.steps[0].reason == f"正式党员合计 3 名，同归口{own.committee}，同在苏州市"


def test_a_plan_never_leaves_the_subtree(own, other, bare):
    stranger = recipes.association.make(region=bare[0].region)
    recipes.oversight.make(association=stranger, committee=other.committee)
    plan = work_out_plan(question=asked(own.committee))
    named = {key for _, group in keys(plan) for key in group} | {candidate.unit.key for candidate, _ in plan.left}
    assert stranger.pk not in named


def test_the_target_decides_how_much_is_planned_and_who_is_left_is_told_why(own, bare):
    plan = work_out_plan(question=asked(own.committee, share=Fraction(1, 2)))
    assert keys(plan) == [(PlanForm.OWN, [bare[0].pk])]
    assert [(candidate.unit.key, reason) for candidate, reason in plan.left] == [
        (association.pk, "达到本次目标不需要，可与左近未覆盖的协会联合组建") for association in bare[1:]
    ]


def test_a_met_target_plans_nothing(own, bare):
    plan = work_out_plan(question=asked(own.committee, share=Fraction(1, 4)))
    assert (plan.steps, plan.left, plan.plan.needed) == ((), (), 0)


def test_who_has_an_instructor_counts_for_work_coverage_and_may_still_lend_members(own, bare):
    recipes.instructor.make(association=bare[2])
    plan = work_out_plan(question=asked(own.committee, indicator="work_coverage"))
    assert (plan.before, keys(plan)) == (
        Rate(2, 4),
        [(PlanForm.OWN, [bare[0].pk]), (PlanForm.JOINT, [bare[1].pk, bare[2].pk])],
    )


def test_working_a_plan_out_writes_nothing(own, bare):
    before = AuditEntry.objects.count(), CoverageTask.objects.count(), Job.objects.count()
    work_out_plan(question=asked(own.committee))
    assert (AuditEntry.objects.count(), CoverageTask.objects.count(), Job.objects.count()) == before


def test_a_past_day_is_planned_as_it_was(own, bare):
    recipes.affiliation.make(association=bare[0], begins_on=datetime.date(2024, 9, 1))
    past = work_out_plan(question=asked(own.committee, as_of=datetime.date(2024, 8, 31)))
    now = work_out_plan(question=asked(own.committee))
    assert (past.before, now.before) == (Rate(1, 4), Rate(2, 4))


def test_a_large_plan_is_worked_out_in_the_background_and_found_again(own, bare, province_user):
    question = asked(own.committee)
    job = request_plan(question=question, actor=province_user, result_url="/plans/")
    assert known_plan(question) is None
    run_job(job.pk)
    assert (Job.objects.get().status, keys(known_plan(question))) == (
        JobStatus.DONE,
        keys(work_out_plan(question=question)),
    )


def test_an_answer_is_of_the_data_it_was_asked_of(own, bare, province_user):
    question = asked(own.committee)
    plan = work_out_plan(question=question)
    assign(plan, province_user)
    assert known_plan(question) is None


# --- tasks ---


def assign(plan, actor, **changed):
    told = {
        "numbers": [1, 2],
        "seen_digest": plan.digest,
        "helper": " 李明（市工信局） ",
        "due_on": DUE,
        "today": TODAY,
    }
    return assign_tasks(plan=plan, actor=actor, **{**told, **changed})


def test_each_chosen_step_becomes_a_task_with_a_helper_and_a_day(own, bare, province_user):
    tasks = assign(work_out_plan(question=asked(own.committee)), province_user)
    told = [
        (task.form, task.helper, task.due_on, task.committee, set(task.associations.all()), task.created_by)
        for task in tasks
    ]
    assert told == [
        (PlanForm.JOINT, "李明（市工信局）", DUE, own.committee, set(bare[1:]), province_user),
        (PlanForm.OWN, "李明（市工信局）", DUE, own.committee, {bare[0]}, province_user),
    ]
    assert AuditEntry.objects.filter(action=AuditAction.CREATE, target_type="partyorgs.coveragetask").count() == 2


def test_a_task_within_one_committee_is_that_committees_and_one_across_two_is_the_common_ones(
    province, own, other, city, province_user
):
    for side in (own, other):
        association = recipes.association.make(region=city)
        recipes.oversight.make(association=association, committee=side.committee)
        recipes.headcount.make(association=association, formal=2)
    (task,) = assign(work_out_plan(question=asked(province)), province_user)
    assert (task.form, task.committee, task.associations.count()) == (PlanForm.JOINT, province, 2)


@pytest.mark.parametrize(
    ("changed", "field"),
    (
        ({"numbers": []}, "steps"),
        ({"numbers": [99]}, "steps"),
        ({"due_on": TODAY - datetime.timedelta(days=1)}, "due_on"),
        ({"helper": "  "}, "helper"),
        ({"today": TODAY + datetime.timedelta(days=1)}, None),
    ),
)
def test_assign_tasks_refuses_what_cannot_be_done(own, bare, province_user, changed, field):
    with pytest.raises(RuleViolation) as refusal:
        assign(work_out_plan(question=asked(own.committee)), province_user, **changed)
    assert (refusal.value.field, CoverageTask.objects.count()) == (field, 0)


def test_assign_tasks_refuses_another_plan_than_the_one_seen(own, bare, province_user):
    with pytest.raises(StalePlan):
        assign(work_out_plan(question=asked(own.committee)), province_user, seen_digest="another")


def test_an_association_has_one_open_task_at_a_time(own, bare, province_user):
    assign(work_out_plan(question=asked(own.committee)), province_user)
    cache.clear()
    with pytest.raises(RuleViolation, match="已有未完成的组建任务"):
        assign(work_out_plan(question=asked(own.committee)), province_user)


def state_of(task, day):
    return listed_tasks(CoverageTask.objects.filter(pk=task.pk), day).get().state


def test_a_task_is_done_when_the_figures_say_so(own, bare, province_user):
    joint, _ = assign(work_out_plan(question=asked(own.committee)), province_user)
    organization = recipes.organization.make()
    recipes.affiliation.make(organization=organization, association=bare[1], begins_on=TODAY)
    assert state_of(joint, TODAY) == TaskState.OPEN
    recipes.affiliation.make(organization=organization, association=bare[2], begins_on=TODAY)
    assert state_of(joint, TODAY) == TaskState.DONE
    assert open_tasks_of([bare[1].pk, bare[0].pk], TODAY) == {bare[0].pk}


def test_an_association_that_is_gone_holds_no_task_up(own, bare):
    task = recipes.coverage_task.make(committee=own.committee, due_on=DUE)
    task.associations.set(bare[:1])
    bare[0].deregistered_on = TODAY
    bare[0].save()
    assert (state_of(task, TODAY - datetime.timedelta(days=1)), state_of(task, TODAY)) == (
        TaskState.OPEN,
        TaskState.DONE,
    )


def test_an_instructor_is_enough_where_one_was_to_be_sent(own, bare):
    sending = recipes.coverage_task.make(committee=own.committee, form=PlanForm.INSTRUCTOR)
    founding = recipes.coverage_task.make(committee=own.committee, form=PlanForm.FUNCTIONAL)
    for task in (sending, founding):
        task.associations.set(bare[2:])
    recipes.instructor.make(association=bare[2])
    assert (state_of(sending, TODAY), state_of(founding, TODAY)) == (TaskState.DONE, TaskState.OPEN)


def test_a_task_is_overdue_from_the_day_after(own, bare):
    task = recipes.coverage_task.make(committee=own.committee, due_on=TODAY)
    task.associations.set(bare[:1])
    assert (state_of(task, TODAY), state_of(task, TODAY + datetime.timedelta(days=1))) == (
        TaskState.OPEN,
        TaskState.OVERDUE,
    )


def test_cancel_task_keeps_the_reason(own, bare, province_user):
    task = recipes.coverage_task.make(committee=own.committee)
    task.associations.set(bare[:1])
    cancel_task(task=task, reason=" 协会拟注销 ", today=TODAY, actor=province_user)
    task.refresh_from_db()
    assert (task.cancelled_on, task.cancel_reason, state_of(task, TODAY)) == (TODAY, "协会拟注销", TaskState.CANCELLED)
    assert AuditEntry.objects.get(action=AuditAction.END).data["reason"] == "协会拟注销"


def test_cancel_task_refuses_what_is_done_or_cancelled(own, province_user):
    done = recipes.coverage_task.make(committee=own.committee)
    done.associations.set([own.association])
    with pytest.raises(RuleViolation, match="已完成"):
        cancel_task(task=done, reason="不需要", today=TODAY, actor=province_user)


def test_a_task_cannot_be_cancelled_without_a_reason(own, bare, province_user):
    task = recipes.coverage_task.make(committee=own.committee)
    task.associations.set(bare[:1])
    with pytest.raises(RuleViolation, match="取消任务须写明原因"):
        cancel_task(task=task, reason="  ", today=TODAY, actor=province_user)
