"""What approved reports leave to be done: changes of posts to carry out, difficulties to answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.views import FilteredListView, ServiceFormView, refuse_others, signed_in
from portal.core.xlsx import Column
from reviews.reports.access import can_answer
from reviews.reports.filters.rounds import DifficultyFilter, PostChangeFilter
from reviews.reports.forms.rounds import AnswerDifficultyForm
from reviews.reports.models.outcomes import Difficulty, PostChange
from reviews.reports.services.posting import answer_difficulty, carry_out_change, decline_change


class PostChangeList(FilteredListView):
    roles = COMMITTEE_ROLES
    filterset_class = PostChangeFilter
    template_name = "reviews/reports/post_change_list.html"
    title = "季报班子变动"
    sorts: ClassVar[dict[str, str]] = {
        "name": "report__association__pinyin",
        "since": "since",
        "status": "status",
        "quarter": "report__quarter_end",
    }
    columns = (
        Column("协会名称", lambda change: change.report.association.name, 34),
        Column("季度", lambda change: str(change.report.quarter), 18),
        Column("姓名", lambda change: change.person),
        Column("职务", lambda change: change.title),
        Column("任免", lambda change: "任职" if change.is_appointment else "免职"),
        Column("日期", lambda change: change.since),
        Column("状态", lambda change: change.get_status_display()),
        Column("说明", lambda change: change.reason, 30),
    )

    def get_queryset(self) -> QuerySet[PostChange]:
        rows = PostChange.objects.visible_to(self.request.user, self.today)
        return rows.select_related("report__association", "decided_by").defer(*_ANSWERS)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "today": self.today}

    def get_ordering(self) -> list[str]:
        return super().get_ordering() if self.sort else ["-status", "-report__quarter_end", "pk"]


_ANSWERS = tuple(f"report__{name}" for name in ("answers", "explanations", "known", "told", "unchanged", "reopened"))


@require_POST
def post_change_carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint or end in the registry what a report told."""
    refuse_others(request, *COMMITTEE_ROLES)
    change = get_object_or_404(PostChange.objects.visible_to(request.user, timezone.localdate()), pk=pk)
    try:
        done = carry_out_change(change=change, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, f"{change}：{refusal.message}")
    else:
        messages.success(request, f"已办理：{done}。")
    return redirect("reviews:post-change-list")


class PostChangeDecline(ServiceFormView):
    title = "不予办理"
    note = "不予办理的，党组织任职记录不变，原因留存。"
    form_class = ReasonForm
    submit_label = "确定不予办理"

    @cached_property
    def change(self) -> PostChange:
        rows = PostChange.objects.visible_to(self.request.user, self.today)
        return get_object_or_404(rows.select_related("report__association"), pk=self.kwargs["pk"])

    def get_subject(self) -> str:
        return f"{self.change.report.association}：{self.change}"

    def get_back_url(self) -> str:
        return reverse("reviews:post-change-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        decline_change(change=self.change, actor=signed_in(self.request), **form_data)
        return "已记为不予办理。"


class DifficultyList(FilteredListView):
    """Difficulties asked upward: the committees answer, a secretary reads the answers to the own."""

    roles = (*COMMITTEE_ROLES, Role.SECRETARY)
    filterset_class = DifficultyFilter
    template_name = "reviews/reports/difficulty_list.html"
    title = "困难诉求"
    sorts: ClassVar[dict[str, str]] = {
        "name": "report__association__pinyin",
        "kind": "kind",
        "status": "status",
        "quarter": "report__quarter_end",
    }
    columns = (
        Column("协会名称", lambda difficulty: difficulty.report.association.name, 34),
        Column("季度", lambda difficulty: str(difficulty.report.quarter), 18),
        Column("类别", lambda difficulty: difficulty.kind),
        Column("内容", lambda difficulty: difficulty.text, 50, wraps=True),
        Column("状态", lambda difficulty: difficulty.get_status_display()),
        Column("答复", lambda difficulty: difficulty.answer, 50, wraps=True),
        Column("答复日期", lambda difficulty: difficulty.answered_on),
    )

    def get_queryset(self) -> QuerySet[Difficulty]:
        rows = Difficulty.objects.visible_to(self.request.user, self.today)
        return rows.select_related("report__association", "answered_by").defer(*_ANSWERS)

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(filterset_class), "today": self.today}

    def get_ordering(self) -> list[str]:
        return super().get_ordering() if self.sort else ["answered_on", "-report__quarter_end", "pk"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = can_answer(signed_in(self.request)) is None
        return super().get_context_data(answers=answers, **kwargs)


class DifficultyAnswer(ServiceFormView):
    title = "答复困难诉求"
    note = "答复后协会即可看到。再次答复的，以新的为准，原答复留在操作记录中。"
    form_class = AnswerDifficultyForm
    submit_label = "答复"

    @cached_property
    def difficulty(self) -> Difficulty:
        rows = Difficulty.objects.visible_to(self.request.user, self.today)
        return get_object_or_404(rows.select_related("report__association"), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"answer": self.difficulty.answer}

    def get_subject(self) -> str:
        return f"{self.difficulty.report.association}：{self.difficulty}"

    def get_back_url(self) -> str:
        return reverse("reviews:difficulty-list")

    def perform(self, form_data: dict[str, Any]) -> str:
        answer_difficulty(difficulty=self.difficulty, actor=signed_in(self.request), today=self.today, **form_data)
        return "已答复。"
