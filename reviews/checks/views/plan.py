"""Pages of planning: the list of checks, one check from plan to release, its population and exclusions, its cancellation."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from associations.forms import option_of
from associations.models import Association
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.models import Committee
from portal.core.typed import key_from
from portal.core.views import FilteredListView, ScopedMixin, ServiceFormView, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.checks.access.plan import can_plan
from reviews.checks.choices import VisitStatus
from reviews.checks.filters.plan import PopulationFilter, SpotCheckFilter
from reviews.checks.forms.plan import CheckForm, ExcludeForm, filter_words, initial_of
from reviews.checks.indicators.avoidance import calendar_of, pool_of, without_pair
from reviews.checks.indicators.population import Outline, Population, outline_of, population_of
from reviews.checks.indicators.readiness import unready_visits
from reviews.checks.models.plan import CheckExclusion, SpotCheck
from reviews.checks.rules.quotas import INSPECTORS_A_VISIT
from reviews.checks.rules.states import CHECK
from reviews.checks.services.plan import (
    cancel_check,
    create_check,
    edit_check,
    exclude_association,
    include_association,
)
from reviews.checks.views.way import next_act, tally_of, way_of, words_of

_STRANDED_SHOWN = 20


class SpotCheckList(FilteredListView):
    roles = COMMITTEE_ROLES
    model = SpotCheck
    filterset_class = SpotCheckFilter
    template_name = "reviews/checks/spot_check_list.html"
    title = "抽查"
    sorts = {"name": "name", "begins": "begins_on", "committee": "committee__path", "status": "status"}
    default_sort = "-begins"
    columns = (
        Column("名称", lambda check: check.name, 36),
        Column("种类", lambda check: check.get_kind_display()),
        Column("检查范围", lambda check: check.committee.name, 30),
        Column("开始日期", lambda check: check.begins_on),
        Column("结束日期", lambda check: check.ends_on),
        Column("状态", lambda check: check.get_status_display()),
        Column("检查对象", lambda check: check.visits_due),
        Column("已检查", lambda check: check.visits_done),
    )

    def get_queryset(self) -> QuerySet[SpotCheck]:
        checks = SpotCheck.objects.visible_to(self.request.user).select_related("committee")
        return checks.annotate(
            visits_due=Count("visits"), visits_done=Count("visits", filter=Q(visits__status=VisitStatus.DONE))
        )


class CheckMixin(ScopedMixin):
    """A page about one check out of those that the reader sees."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    kwargs: dict[str, Any]

    @cached_property
    def check(self) -> SpotCheck:
        checks = SpotCheck.objects.visible_to(self.request.user)
        related = ("committee", "version__questionnaire", "created_by", "released_by", "closed_by")
        return get_object_or_404(checks.select_related(*related), pk=self.kwargs["pk"])


class CheckFormView(CheckMixin, ServiceFormView):
    """One form about one check, for those who plan it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_others(request, *self.roles)
        if denial := can_plan(self.actor, self.check):
            raise PermissionDenied(denial.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_subject(self) -> str:
        return str(self.check)

    def get_back_url(self) -> str:
        return reverse("reviews:spot-check-detail", args=[self.check.pk])


class PlanFormView(ServiceFormView):
    """The plan of a check, with the resulting population beside it."""

    form_class = CheckForm
    template_name = "reviews/checks/spot_check_form.html"
    pk: int | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        committees = Committee.objects.visible_to(self.request.user)
        return {**super().get_form_kwargs(), "committees": committees, "user": self.actor, "today": self.today}

    def plan_of(self, form: CheckForm) -> dict[str, Any]:
        """Return the plan in the form as the arguments of the services that write it."""
        names = ("name", "kind", "selection", "version", "begins_on", "ends_on", "as_of", "rate", "number")
        return {
            **{name: form.cleaned_data[name] for name in (*names, "strata", "inspectors")},
            "filters": form.filters,
            "today": self.today,
            "actor": self.actor,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        self.form = form
        return super().form_valid(form)


class SpotCheckCreate(PlanFormView):
    title = "新建抽查"
    submit_label = "保存方案"

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = create_check(committee=form_data["committee"], **self.plan_of(self.form))
        return "方案已保存。核对总体和名额后封存名单。"

    def get_back_url(self) -> str:
        return reverse("reviews:spot-check-list")

    def get_success_url(self) -> str:
        return reverse("reviews:spot-check-detail", args=[self.made.pk])


class SpotCheckEdit(CheckFormView, PlanFormView):
    title = "修改方案"
    submit_label = "保存方案"

    def get_initial(self) -> dict[str, Any]:
        return initial_of(self.check)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "check": self.check}

    def get_form(self, form_class: Any = None) -> CheckForm:
        form: CheckForm = super().get_form(form_class)
        form.fields["committee"].disabled = True
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(check=self.check, **kwargs)

    def perform(self, form_data: dict[str, Any]) -> str:
        edit_check(check=self.check, **self.plan_of(self.form))
        return "方案已保存。"


def spot_check_preview(request: HttpRequest) -> HttpResponse:
    """Show the population of the form as filled in so far: members, quotas, associations without a pair of inspectors."""
    refuse_others(request, *COMMITTEE_ROLES)
    key = key_from(request.GET.get("check", ""))
    check = get_object_or_404(SpotCheck.objects.visible_to(request.user), pk=key) if key else None
    committees = Committee.objects.visible_to(request.user)
    user, today = signed_in(request), timezone.localdate()
    form = CheckForm(request.GET, committees=committees, user=user, today=today, check=check)
    if check is not None:
        form.fields["committee"].disabled = True
        form.initial = {"committee": check.committee}
    excluded = outline_of(check).excluded if check else {}
    outline = form.outline(excluded, check.pk if check else None)
    people = pool_of(form.cleaned_data.get("inspectors") or form.fields["inspectors"].queryset.none())  # type: ignore[attr-defined]
    ends_on = form.cleaned_data.get("ends_on")
    context = preview_of(outline, people, ends_on) if outline else {"population": None}
    return render(request, "reviews/checks/_check_population.html", context)


def preview_of(outline: Outline, people: list[Any], ends_on: Any) -> dict[str, Any]:
    """Return the consequences of a plan: population, associations without a pair of inspectors, whether the days suffice."""
    population = population_of(outline)
    stranded = stranded_of(population, people)
    visits = 0
    if ends_on and ends_on >= outline.begins_on and people:
        calendar = calendar_of([each.pk for each in people], outline.begins_on, ends_on, without_check=outline.check)
        visits = sum(calendar.capacity(each.pk) for each in people) // INSPECTORS_A_VISIT
    return {
        "population": population,
        "stranded": stranded[:_STRANDED_SHOWN],
        "stranded_count": len(stranded),
        "people_count": len(people),
        "possible": visits,
        "is_short": visits < population.sample,
    }


def stranded_of(population: Population, people: list[Any]) -> list[Any]:
    return without_pair({member.pk: (member.name, member.code) for member in population.members}, people)


class SpotCheckDetail(CheckMixin, TemplateView):
    """A check's page: its state and next act, its population or draws, its visits that are not ready."""

    template_name = "reviews/checks/spot_check_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = self.check
        plans = can_plan(self.actor, check) is None
        draws = list(check.draws.select_related("committed_by", "drawn_by").defer("pool", "result", "seed"))
        is_draft, by_hand = check.is_draft, check.is_by_hand
        people = pool_of(check.inspectors.active())
        preview = preview_of(outline_of(check), people, check.ends_on) if is_draft and not by_hand else {}
        tally = tally_of(check, self.actor, self.today)
        unready = unready_visits(check) if plans and not check.is_cancelled else []
        return super().get_context_data(
            check=check,
            by_hand=by_hand,
            steps=way_of(check, tally),
            stands=words_of(check, tally),
            next=next_act(check, tally, is_ready=not unready) if plans else None,
            has_results=check.has_results,
            plans=plans,
            may={verb.replace(" ", "_"): plans and CHECK.may(check.status, verb) for verb in _VERBS},
            draws=draws,
            newest=draws[-1] if draws else None,
            people=people,
            exclusions=check.exclusions.select_related("association", "excluded_by") if is_draft else (),
            filters=filter_words(check),
            visit_count=tally.total,
            visit_counts=[(status.label, tally.visits.get(status.value, 0)) for status in VisitStatus],
            unready=unready,
            **preview,
            **kwargs,
        )


_VERBS = ("edit", "commit", "draw", "draw again", "release", "cancel")


class SpotCheckPopulation(CheckMixin, FilteredListView):
    """The associations that a check can be drawn from, with strata; in a draft each can be excluded for a reason."""

    filterset_class = PopulationFilter
    template_name = "reviews/checks/spot_check_population.html"
    title = "抽查对象名单"
    sorts = {"name": "pinyin", "code": "uscc"}
    default_sort = "name"
    columns = (
        Column("协会名称", lambda association: association.name, 36),
        Column("统一社会信用代码", lambda association: association.uscc, 22),
        Column("分层", lambda association: association.stratum, 30),
    )

    @cached_property
    def strata(self) -> dict[str, str]:
        """Return {credit code: stratum} of the newest frozen pool, in a draft of the population as it is now."""
        frozen = self.check.draws.order_by("-number").first()
        if frozen is not None and not self.check.is_draft:
            return {row["code"]: row["stratum"] for row in frozen.pool["associations"]}
        return {member.code: member.stratum for member in population_of(outline_of(self.check)).members}

    def get_queryset(self) -> QuerySet[Association]:
        return Association.objects.visible_to(self.request.user, self.today).filter(uscc__in=list(self.strata))

    def export(self) -> HttpResponse:
        self.object_list = self._with_strata(self.object_list)
        return super().export()

    def _with_strata(self, rows: Any) -> list[Any]:
        rows = list(rows)
        for row in rows:
            row.stratum = self.strata[row.uscc]
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(check=self.check, **kwargs)
        self._with_strata(context["page_obj"].object_list)
        context["page_obj"].object_list = self._with_strata(context["page_obj"].object_list)
        context["may_exclude"] = self.check.is_draft and can_plan(self.actor, self.check) is None
        return context


class SpotCheckExclude(CheckFormView):
    title = "从总体中排除"
    note = "排除的协会和原因与名单一起封存、公布。"
    form_class = ExcludeForm
    submit_label = "排除"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.actor, "today": self.today}

    def get_initial(self) -> dict[str, Any]:
        key = key_from(self.request.GET.get("association", ""))
        visible = Association.objects.visible_to(self.request.user, self.today)
        association = visible.filter(pk=key).first() if key else None
        return {"association": option_of(association)} if association else {}

    def perform(self, form_data: dict[str, Any]) -> str:
        exclude_association(
            check=self.check, association=form_data["association"], reason=form_data["reason"], actor=self.actor
        )
        return f"已排除{form_data['association']}。"


@require_POST
def exclusion_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an association back into the population."""
    refuse_others(request, *COMMITTEE_ROLES)
    visible = SpotCheck.objects.visible_to(request.user)
    exclusion = get_object_or_404(CheckExclusion.objects.filter(spot_check__in=visible), pk=pk)  # visible_to above
    try:
        include_association(exclusion=exclusion, actor=signed_in(request))
        messages.success(request, f"已恢复{exclusion.association}。")
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("reviews:spot-check-detail", exclusion.spot_check_id)


class SpotCheckCancel(CheckFormView):
    title = "取消抽查"
    note = "取消后不再进行，方案和抽取记录仍可查看。"
    form_class = ReasonForm
    submit_label = "确定取消"
    is_dangerous = True

    def perform(self, form_data: dict[str, Any]) -> str:
        cancel_check(check=self.check, reason=form_data["reason"], actor=self.actor)
        return "已取消。"
