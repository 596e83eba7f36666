"""Pages of a draw: sealing, drawing before witnesses, the result step by step, its repetition, its file, its notice."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from portal.core import audit
from portal.core.choices import COMMITTEE_ROLES, AuditAction
from portal.core.forms import PlainForm, ReasonForm
from portal.core.views import file_response, refuse_others, signed_in
from reviews.checks.access.plan import can_plan
from reviews.checks.choices import AssignmentStatus, CheckStatus
from reviews.checks.forms.plan import DrawForm
from reviews.checks.indicators.avoidance import pool_of
from reviews.checks.indicators.population import outline_of
from reviews.checks.models.plan import Draw, SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.drawing import STEPS
from reviews.checks.services.drawing import commit_seed, draw, draw_again, fault_of, file_of
from reviews.checks.views.drawn import effective_of, loads_of, strata_of
from reviews.checks.views.plan import CheckFormView, CheckMixin, preview_of


class CommitForm(PlainForm):
    """An empty form: the button alone confirms."""


class SpotCheckCommit(CheckFormView):
    """The pool that is about to be frozen."""

    title = "封存名单"
    template_name = "reviews/checks/spot_check_commit.html"
    form_class = CommitForm
    submit_label = "封存名单并生成种子"

    def perform(self, form_data: dict[str, Any]) -> str:
        self.sealed = commit_seed(check=self.check, actor=self.actor, today=self.today)
        return "名单已封存，种子已生成。请先公布两个校验值，再进行抽取。"

    def get_success_url(self) -> str:
        return reverse("reviews:spot-check-result", args=[self.check.pk, self.sealed.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = self.check
        people = pool_of(check.inspectors.active())
        return super().get_context_data(check=check, **preview_of(outline_of(check), people, check.ends_on), **kwargs)


class SpotCheckDraw(CheckFormView):
    title = "随机抽取"
    template_name = "reviews/checks/spot_check_draw.html"
    form_class = DrawForm
    submit_label = "抽取"

    def perform(self, form_data: dict[str, Any]) -> str:
        self.drawn = draw(check=self.check, actor=self.actor, witness_word=form_data["witness_word"], today=self.today)
        return f"已抽取 {len(self.drawn.result['sample'])} 家。核对后下发。"

    def get_success_url(self) -> str:
        return reverse("reviews:spot-check-result", args=[self.check.pk, self.drawn.number])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sealed = self.check.draws.defer("seed", "pool").select_related("committed_by").order_by("-number").first()
        return super().get_context_data(check=self.check, draw=sealed, **kwargs)


class SpotCheckRedraw(CheckFormView):
    title = "重新抽取"
    note = "重新封存名单、生成新的种子，再次公布校验值后抽取。这一次的名单和原因保留，任何人都能看到。"
    form_class = ReasonForm
    submit_label = "重新封存"
    is_dangerous = True

    def perform(self, form_data: dict[str, Any]) -> str:
        self.sealed = draw_again(check=self.check, actor=self.actor, today=self.today, reason=form_data["reason"])
        return "已重新封存。请公布新的校验值，再进行抽取。"

    def get_success_url(self) -> str:
        return reverse("reviews:spot-check-result", args=[self.check.pk, self.sealed.number])


class SpotCheckResult(CheckMixin, TemplateView):
    """One draw step by step; before the draw the digests alone. On demand it is drawn again from its file."""

    template_name = "reviews/checks/spot_check_result.html"

    @cached_property
    def row(self) -> Draw:
        draws = self.check.draws.select_related("committed_by", "drawn_by")
        return get_object_or_404(draws, number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check, row = self.check, self.row
        context: dict[str, Any] = {
            "check": check,
            "draw": row,
            "plans": can_plan(self.actor, check) is None,
            "is_newest": row.number == check.draws.count(),
            "is_drawn": row.drawn_at is not None,
            "loads": loads_of(row),
            "method": STEPS,
            "replay": None,
        }
        if row.drawn_at is not None:
            context |= {"effective": effective_of(row), "strata": strata_of(row), "unpaired": row.result["unpaired"]}
            if "replay" in self.request.GET:
                context["replay"] = {"fault": fault_of(row)}
        return super().get_context_data(**context, **kwargs)


def spot_check_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Hand out the file from which anybody can draw again. Every download is logged."""
    refuse_others(request, *COMMITTEE_ROLES)
    check = get_object_or_404(SpotCheck.objects.visible_to(request.user), pk=pk)
    row = get_object_or_404(
        check.draws.select_related("committed_by", "drawn_by"), number=number, drawn_at__isnull=False
    )
    content, name = file_of(row), f"{check.name}第{row.number}次抽取.json"
    audit.record(signed_in(request), AuditAction.EXPORT, check, file=name, number=row.number)
    return file_response(content, name, "application/json")


class SpotCheckNotice(CheckMixin, TemplateView):
    """抽查通知 for print: associations, days, inspectors, and how the list was drawn."""

    template_name = "reviews/checks/spot_check_notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = self.check
        if check.status in {CheckStatus.DRAFT, CheckStatus.COMMITTED, CheckStatus.CANCELLED}:
            raise PermissionDenied("还没有确定检查对象，不能打印通知。")
        going = VisitAssignment.objects.filter(status=AssignmentStatus.ASSIGNED).select_related("inspector__user")
        visits = (
            Visit.objects.visible_to(self.actor)
            .filter(spot_check=check)
            .select_related("association")
            .prefetch_related(Prefetch("assignments", queryset=going, to_attr="going"))
            .order_by("planned_on", "association__pinyin", "pk")
        )
        return super().get_context_data(
            check=check, visits=list(visits), draw=check.draws.exclude(drawn_at=None).last(), today=self.today, **kwargs
        )
