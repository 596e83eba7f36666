"""What the province does with a round: open it, move deadlines, close it, take it back, open it again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from portal.core.choices import Role
from portal.core.forms import ReasonForm
from portal.core.models import Committee
from portal.core.typed import key_from
from portal.core.views import ServiceFormView, refuse_others, signed_in
from reviews.questionnaires.choices import QuestionnaireKind, SheetStatus, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.populating import extend_sheets
from reviews.reports.access import can_open_round
from reviews.reports.choices import RoundStatus
from reviews.reports.forms.rounds import CloseForm, NewDeadlineForm, RoundForm
from reviews.reports.indicators.deadlines import deadline_of, suggested_deadline
from reviews.reports.models.filing import QuarterlyReport, QuarterlyReportQuerySet
from reviews.reports.services.rounds import cancel_round, close_round, drafts_to_write, open_round, reopen_round
from reviews.reports.views.rounds import RoundMixin

PROVINCE = (Role.PROVINCE,)


class RoundCreate(ServiceFormView):
    """Two steps on one address: what is asked of whom, then how many drafts that makes, to be confirmed."""

    roles = PROVINCE
    title = "发起季报"
    form_class = RoundForm
    template_name = "reviews/reports/round_create.html"
    submit_label = "下一步"

    def get_form_kwargs(self) -> dict[str, Any]:
        versions = QuestionnaireVersion.objects.visible_to(self.request.user).filter(
            status=VersionStatus.PUBLISHED, questionnaire__kind=QuestionnaireKind.QUARTERLY
        )
        return {
            **super().get_form_kwargs(),
            "committees": Committee.objects.visible_to(self.request.user),
            "versions": versions.select_related("questionnaire"),
            "today": self.today,
        }

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": suggested_deadline(self.today)}

    def form_valid(self, form: Any) -> HttpResponse:
        form_data = form.cleaned_data
        if form_data["due_on"] < self.today:
            form.add_error("due_on", "截止日期不能早于今天。")
            return self.form_invalid(form)
        if "confirmed" not in self.request.POST:
            drafts, unfiled = drafts_to_write(
                committee=form_data["committee"], quarter=form_data["quarter"], today=self.today
            )
            if not drafts:
                form.add_error("committee", "该机构范围内没有需要填报的协会商会，或者都已在其他批次填报。")
                return self.form_invalid(form)
            deadline = deadline_of(self.today, form_data["due_on"])
            return self.render_to_response(
                self.get_context_data(
                    form=form, is_confirming=True, told=form_data, drafts=drafts, unfiled=unfiled, deadline=deadline
                )
            )
        return super().form_valid(form)

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = open_round(
            **form_data,
            today=self.today,
            actor=signed_in(self.request),
            result_url=reverse("reviews:round-detail", args=[0]).replace("/0/", "/{pk}/"),
        )
        return "已发起，正在生成草稿。可以先离开，稍后再来。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("is_confirming", False)
        kwargs.setdefault("told", {})
        kwargs.setdefault("drafts", 0)
        kwargs.setdefault("unfiled", 0)
        kwargs.setdefault("deadline", None)
        suggested = deadline_of(self.today, suggested_deadline(self.today))
        context = super().get_context_data(suggested=suggested, **kwargs)
        context["has_versions"] = context["form"].fields["version"].queryset.exists()
        return context

    def get_back_url(self) -> str:
        return reverse("reviews:round-list")

    def get_success_url(self) -> str:
        return reverse("reviews:round-detail", args=[self.made.pk])


class RoundFormView(RoundMixin, ServiceFormView):
    """One form about one round, of the province alone."""

    roles = PROVINCE
    form_class: Any = ReasonForm
    service: ClassVar[Any] = None
    done: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_others(request, *self.roles)
        if denial := can_open_round(self.actor):
            raise PermissionDenied(denial.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_subject(self) -> str:
        return f"{self.round}（{self.round.committee.name}）"

    def get_back_url(self) -> str:
        return reverse("reviews:round-detail", args=[self.round.pk])

    def perform(self, form_data: dict[str, Any]) -> str:
        type(self).service(round_=self.round, actor=self.actor, **self.more(), **form_data)
        return self.done

    def more(self) -> dict[str, Any]:
        return {"today": self.today}

    def counts(self) -> tuple[int, int]:
        """Return how many reports were not handed in, and how many wait for a decision."""
        reports = self.reports()
        return reports.filter(status=SheetStatus.DRAFT).count(), reports.in_review().count()


class RoundClose(RoundFormView):
    title = "截止季报"
    form_class = CloseForm
    submit_label = "确定截止"
    service = staticmethod(close_round)
    done = "这一批季报已截止，正在固定季度末的数据。"

    @property
    def note(self) -> str:  # type: ignore[override]
        unfiled, waiting = self.counts()
        return (
            f"截止后：没有提交的 {unfiled} 份不能再填报，仍记为应报未报；已提交待审核的 {waiting} 份照常审核；"
            "退回的仍可修改后提交；季度末的数据随即固定。需要个别补报的，可以给该协会延期。"
        )


class RoundCancel(RoundFormView):
    title = "取消季报"
    submit_label = "确定取消"
    is_dangerous = True
    service = staticmethod(cancel_round)
    done = "这一批季报已取消。"

    @property
    def note(self) -> str:  # type: ignore[override]
        return (
            f"取消后：{self.reports().count()} 份季报都不用再填报，也不计入按时报送率；已经填写的内容仍可查阅。"
            "已有季报通过审核的批次不能取消。取消后可以重新开放，或者另行发起。"
        )

    def more(self) -> dict[str, Any]:
        return {}


class RoundReopen(RoundFormView):
    title = "重新开放季报"
    form_class = NewDeadlineForm
    submit_label = "确定重新开放"
    service = staticmethod(reopen_round)
    done = "这一批季报已重新开放。"

    @property
    def note(self) -> str:  # type: ignore[override]
        if self.round.status == RoundStatus.CANCELLED:
            return "重新开放后：这一批季报恢复填报，已经填写的内容都在；没有提交的按新的截止日期计算是否按时。"
        unfiled, _ = self.counts()
        return (
            f"重新开放后：没有提交的 {unfiled} 份可以继续填报，按新的截止日期计算是否按时；"
            "已提交和已通过的不受影响；已固定的数据不再引用，再次截止时重新固定。"
        )

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": suggested_deadline(self.today)}


class RoundExtend(RoundFormView):
    """A later deadline for the reports that were ticked."""

    title = "延期"
    note = "只对选中的、尚未提交的季报延期，其他协会的截止日期不变。延期原因和经办人留存在季报上。"
    form_class = NewDeadlineForm
    template_name = "reviews/reports/round_extend.html"
    submit_label = "确定延期"

    def chosen(self) -> QuarterlyReportQuerySet:
        keys = self.request.POST.getlist("pk") or self.request.GET.getlist("pk")
        rows = self.reports().filter(pk__in=[key for text in keys if (key := key_from(text)) is not None])
        return rows.select_related("association").listed().order_by("association__pinyin", "pk")

    def perform(self, form_data: dict[str, Any]) -> str:
        moved = extend_sheets(
            model=QuarterlyReport, sheets=self.chosen(), actor=self.actor, today=self.today, **form_data
        )
        return f"{len(moved)} 份季报延期至 {form_data['due_on']:%Y-%m-%d}。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=list(self.chosen()), **kwargs)

    def get_back_url(self) -> str:
        return reverse("reviews:round-reports", args=[self.round.pk])
