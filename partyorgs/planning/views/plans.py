"""覆盖推演: a question in the address, its answer on the page, in a work list, or made into tasks."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from associations.models import Association
from associations.views.pages import FactFormView
from partyorgs.organizations.rules import DEFAULT_TARGET
from partyorgs.planning.access import can_cancel_task
from partyorgs.planning.choices import WAITING, PlanForm
from partyorgs.planning.facts import listed_tasks
from partyorgs.planning.filters import TaskFilter
from partyorgs.planning.forms import AssignForm, CancelTaskForm, QuestionForm
from partyorgs.planning.indicators import PLANNABLE, target_at
from partyorgs.planning.models import CoverageTarget, CoverageTask
from partyorgs.planning.services.plans import (
    CoveragePlan,
    Question,
    assign_tasks,
    cancel_task,
    is_large,
    known_plan,
    open_tasks_of,
    request_plan,
    work_out_plan,
)
from partyorgs.planning.xlsx import LEFT_COLUMNS, TASK_COLUMNS, WORK_COLUMNS, LeftLine, work_lines
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.models import Committee
from portal.core.views import FilteredListView, ScopedMixin, xlsx_response
from portal.core.xlsx import Table

SHOWN_STEPS = 100  # more are in the work list: nobody reads a longer page


class QuestionMixin(ScopedMixin):
    """A page about one question; without one in the address, about the own committee and its target."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES

    @cached_property
    def form(self) -> QuestionForm:
        query = self.request.GET
        data = query if "committee" in query else None
        return QuestionForm(data, initial=self.usual, user=self.request.user, today=self.today)  # type: ignore[arg-type]

    @cached_property
    def usual(self) -> dict[str, Any]:
        committee, code = self.scope.committee, PLANNABLE[0]
        targets = CoverageTarget.objects.visible_to(self.request.user).select_related("committee")
        target = target_at(targets, committee.path, code, self.as_of) if committee else None
        value = target.value if target else Decimal(DEFAULT_TARGET)
        return {"committee": committee, "indicator": code, "target": value, "forms": list(PlanForm)}

    @cached_property
    def question(self) -> Question | None:
        """Return what is asked; None where the address does not tell."""
        if self.form.is_bound and not self.form.is_valid():
            return None
        values = self.form.cleaned_data if self.form.is_bound else self.usual
        return Question(
            committee=values["committee"],
            indicator=values["indicator"],
            share=Fraction(values["target"]) / 100,
            forms=tuple(PlanForm(form) for form in values["forms"]),
            as_of=self.as_of,
        )

    @cached_property
    def plan(self) -> CoveragePlan | None:
        """Return the answer; None where nothing is asked or where a large one waits for the background."""
        if self.question is None:
            return None
        if known := known_plan(self.question):
            return known
        return None if is_large(self.question) else work_out_plan(question=self.question)

    @property
    def address(self) -> str:
        """Return the page of this very question."""
        query = self.request.GET.urlencode()
        return f"{reverse('partyorgs:plan')}{'?' if query else ''}{query}"


class PlanView(QuestionMixin, TemplateView):
    template_name = "partyorgs/planning/plan.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("export") == "xlsx" and self.plan is not None:
            return self.export(self.plan)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        shown = plan.steps[:SHOWN_STEPS] if plan else ()
        left = plan.left[:SHOWN_STEPS] if plan else ()
        keys = [candidate.unit.key for step in shown for candidate in step.candidates]
        keys += [candidate.unit.key for candidate, _ in left]
        visible = Association.objects.visible_to(self.request.user, self.today)
        return super().get_context_data(
            form=self.form,
            plan=plan,
            question=self.question,
            shown=shown,
            left=left,
            opened=set(visible.filter(pk__in=keys).values_list("pk", flat=True)),
            assigned=open_tasks_of(keys, self.today),
            is_waiting=plan is None and self.question is not None,
            may_assign=plan is not None and bool(plan.steps) and self.as_of == self.today,
            **kwargs,
        )

    def export(self, plan: CoveragePlan) -> HttpResponse:
        day, committee = self.as_of, plan.question.committee
        title = f"{committee}覆盖推演工作清单（{day:%Y-%m-%d}）"
        bound = f"新建党组织 {plan.plan.organizations} 个，任何方案至少需要 {plan.plan.lower_bound} 个。"
        notes = [f"{plan.name}由 {plan.before} 到 {plan.after}，{bound}"]
        left = [LeftLine(candidate, reason) for candidate, reason in plan.left]
        tables = [
            Table(title, WORK_COLUMNS, work_lines(plan.steps), notes),
            Table("未列入的协会", LEFT_COLUMNS, left),
        ]
        return xlsx_response(self.request, tables, f"覆盖推演工作清单{day:%Y%m%d}.xlsx", rows=len(plan.steps))


class PlanStart(QuestionMixin, View):
    """Start a large plan in the background."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if self.question is None:
            raise Http404
        job = request_plan(question=self.question, actor=request.user, result_url=self.address)  # type: ignore[arg-type]
        return redirect("core:job-detail", job.pk)


class TaskCreate(QuestionMixin, FactFormView):
    """Make tasks of steps of the plan that was looked at."""

    form_class: Any = AssignForm
    title = "转为组建任务"
    note = "任务是否完成由覆盖数据判断，不需要填报：协会被党组织覆盖（选派指导员的任务为指导员到位）即为完成。"
    submit_label = "安排任务"

    def denial(self) -> Denial | None:
        if self.as_of != self.today:
            return Denial("只能把按今天情况推演的方案转为任务。请把日期改回今天。")
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse()
        return redirect(self.address) if self.plan is None else super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.refuse()
        return redirect(self.address) if self.plan is None else super().post(request, *args, **kwargs)

    @property
    def found(self) -> CoveragePlan:
        if self.plan is None:
            raise Http404
        return self.plan

    def get_form_kwargs(self) -> dict[str, Any]:
        steps = [
            (str(step.number), f"{step.number}. {step.form.label}：{'、'.join(c.name for c in step.candidates)}")
            for step in self.found.steps
        ]
        return {**super().get_form_kwargs(), "steps": steps}

    def get_initial(self) -> dict[str, Any]:
        return {"steps": [str(step.number) for step in self.found.steps], "digest": self.found.digest}

    def get_subject(self) -> str:
        return ""

    def get_back_url(self) -> str:
        return self.address

    def get_success_url(self) -> str:
        return reverse("partyorgs:task-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        tasks = assign_tasks(
            plan=self.found,
            numbers=[int(number) for number in form_data["steps"]],
            seen_digest=form_data["digest"],
            helper=form_data["helper"],
            due_on=form_data["due_on"],
            today=self.today,
            actor=self.actor,
        )
        return f"已安排 {len(tasks)} 项组建任务。"


class TaskList(FilteredListView):
    roles = (*COMMITTEE_ROLES, Role.SECRETARY)
    filterset_class = TaskFilter
    template_name = "partyorgs/planning/task_list.html"
    title = "组建任务"
    sorts: ClassVar[dict[str, str]] = {
        "due": "due_on",
        "form": "form",
        "committee": "committee__path",
        "state": "state",
    }
    default_sort = "due"
    columns = TASK_COLUMNS

    def get_queryset(self) -> Any:
        tasks = CoverageTask.objects.visible_to(self.request.user, self.today)
        return listed_tasks(tasks, self.as_of).prefetch_related("associations")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        keys = {row.pk for task in context["page_obj"] for row in task.associations.all()}
        visible = Association.objects.visible_to(self.request.user, self.today)
        committees = Committee.objects.visible_to(self.request.user)
        return {
            **context,
            "waiting_states": WAITING,
            "opened": set(visible.filter(pk__in=keys).values_list("pk", flat=True)),
            "kept": set(committees.values_list("pk", flat=True)) if self.scope.has(*COMMITTEE_ROLES) else set(),
        }


class TaskCancel(FactFormView):
    """Take a task back, with the reason."""

    model = CoverageTask
    form_class: Any = CancelTaskForm
    title = "取消组建任务"
    is_dangerous = True
    submit_label = "确定取消"

    def denial(self) -> Denial | None:
        return can_cancel_task(self.actor, self.row)

    def get_back_url(self) -> str:
        return reverse("partyorgs:task-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        cancel_task(task=self.row, reason=form_data["reason"], today=self.today, actor=self.actor)
        return "任务已取消。"
