"""Pages that write about findings: raise, word, drop, notice, reply, re-check, extend."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from associations.models import Association
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import RuleViolation
from portal.core.views import ServiceFormView, refuse_others, signed_in
from portal.core.workdays import has_calendar
from reviews.checks.forms.findings import (
    DropForm,
    ExtensionDecisionForm,
    ExtensionForm,
    FindingForm,
    NoticeForm,
    RecheckForm,
    ReplyForm,
)
from reviews.checks.models.findings import ExtensionRequest, Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.services.findings import WORDING, drop_finding, edit_finding, raise_finding
from reviews.checks.services.notices import issue_notice, next_number
from reviews.checks.services.rectifying import (
    decide_extension,
    keep_evidence,
    recheck_finding,
    remove_evidence,
    reply_finding,
    request_extension,
)
from reviews.checks.views.findings import FindingDetail, FindingMixin


class FindingCreate(ServiceFormView):
    """A finding outside the items of the check list."""

    title = "登记问题"
    note = "检查清单以外的问题在这里登记。清单中选“否”的项目，检查完成时已自动列为问题。"
    form_class = FindingForm
    submit_label = "登记"

    @cached_property
    def visit(self) -> Visit:
        rows = Visit.objects.visible_to(self.request.user).select_related("association", "spot_check")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = raise_finding(visit=self.visit, actor=self.actor, today=self.today, **form_data)
        return "已登记。"

    def get_subject(self) -> str:
        return str(self.visit.association)

    def get_back_url(self) -> str:
        return reverse("reviews:check-results", args=[self.visit.spot_check_id])

    def get_success_url(self) -> str:
        return reverse("reviews:finding-detail", args=[self.made.pk])


class FindingFormView(FindingMixin, ServiceFormView):
    """A form about one finding, for the committees."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES

    def get_subject(self) -> str:
        return str(self.finding)

    def get_back_url(self) -> str:
        return reverse("reviews:finding-detail", args=[self.finding.pk])


class FindingEdit(FindingFormView):
    title = "修改问题"
    form_class = FindingForm

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.finding, name) for name in WORDING}

    def perform(self, form_data: dict[str, Any]) -> str:
        edit_finding(finding=self.finding, actor=self.actor, **form_data)
        return "已保存。"


class FindingDrop(FindingFormView):
    title = "不予认定"
    note = "不予认定后，该问题不计入检查结果，也不下达整改。"
    form_class = DropForm
    submit_label = "不予认定"
    is_dangerous = True

    def perform(self, form_data: dict[str, Any]) -> str:
        drop_finding(finding=self.finding, actor=self.actor, reason=form_data["reason"])
        return "已不予认定。"


class NoticeCreate(ServiceFormView):
    """整改通知 to one association, with all findings of a check there."""

    title = "下达整改通知"
    form_class = NoticeForm
    submit_label = "下达"
    template_name = "reviews/checks/notice_create.html"

    @cached_property
    def check(self) -> SpotCheck:
        rows = SpotCheck.objects.visible_to(self.request.user).select_related("committee")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def association(self) -> Association:
        rows = Association.objects.visible_to(self.request.user, self.today)
        return get_object_or_404(rows, pk=self.kwargs["association"], visits__spot_check=self.check)

    def get_initial(self) -> dict[str, Any]:
        return {"number": next_number(self.check, self.today.year)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        findings = Finding.objects.visible_to(self.request.user, self.today)
        return super().get_context_data(
            association=self.association,
            check=self.check,
            findings=findings.raised().filter(visit__spot_check=self.check, association=self.association),
            calendar_is_known=has_calendar(self.today.year),
            **kwargs,
        )

    def perform(self, form_data: dict[str, Any]) -> str:
        notice = issue_notice(
            check=self.check, association=self.association, actor=self.actor, today=self.today, **form_data
        )
        return f"整改通知已下达，期限 {notice.due_on:%Y-%m-%d}，已通知该协会党组织书记。"

    def get_subject(self) -> str:
        return str(self.association)

    def get_back_url(self) -> str:
        return reverse("reviews:check-results", args=[self.check.pk])


class FindingWrite(FindingDetail):
    """The post of a form on a finding's page: on success a redirect, on refusal the page with the input kept."""

    http_method_names = ("post",)
    bound_as: ClassVar[str]
    form_class: ClassVar[type[Any]]
    done = "已保存。"

    def perform(self, form_data: dict[str, Any]) -> None:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.object = self.finding
        form = self.form_class(request.POST, request.FILES)
        form.full_clean()
        self.prepare(form)
        if form.is_valid():
            try:
                self.perform(form.cleaned_data)
            except RuleViolation as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            else:
                messages.success(request, self.done)
                return redirect("reviews:finding-detail", self.finding.pk)
        return self.render_to_response(self.get_context_data(**{self.bound_as: form}))

    def prepare(self, form: Any) -> None:
        """Do what must be done even where the form is invalid."""


class FindingReplyView(FindingWrite):
    """The association's reply. Acceptable files are kept even where the rest of the form is refused."""

    roles: ClassVar[tuple[Role, ...]] = (Role.SECRETARY,)
    bound_as = "reply_form"
    form_class = ReplyForm
    done = "已答复，等待复核。"

    def prepare(self, form: Any) -> None:
        uploads = self.request.FILES.getlist("evidence")
        if not uploads:
            return
        try:
            refused = keep_evidence(finding=self.finding, actor=self.actor, uploads=uploads)
        except RuleViolation as refusal:
            form.add_error(None, refusal.message)
            return
        for each in refused:
            form.add_error("evidence", f"{each.name}：{each.reason}")

    def perform(self, form_data: dict[str, Any]) -> None:
        reply_finding(finding=self.finding, actor=self.actor, today=self.today, text=form_data["text"])


class FindingRecheckView(FindingWrite):
    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    bound_as = "recheck_form"
    form_class = RecheckForm
    done = "复核结果已登记，并已告知该协会。"

    def perform(self, form_data: dict[str, Any]) -> None:
        recheck_finding(finding=self.finding, actor=self.actor, today=self.today, **form_data)


class FindingExtensionView(FindingWrite):
    roles: ClassVar[tuple[Role, ...]] = (Role.SECRETARY,)
    bound_as = "extension_form"
    form_class = ExtensionForm
    done = "延期申请已提交，等待审批。批准前仍按原期限。"

    def perform(self, form_data: dict[str, Any]) -> None:
        request_extension(finding=self.finding, actor=self.actor, today=self.today, **form_data)


class ExtensionDecide(FindingWrite):
    """The decision about an extension, on the page of its finding."""

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    bound_as = "decision_form"
    form_class = ExtensionDecisionForm
    done = "审批结果已登记，并已告知该协会。"

    @cached_property
    def extension(self) -> ExtensionRequest:
        rows = ExtensionRequest.objects.visible_to(self.request.user, self.today)
        return get_object_or_404(
            rows.select_related("finding"), pk=self.kwargs["request_pk"], finding=self.kwargs["pk"]
        )

    def perform(self, form_data: dict[str, Any]) -> None:
        decide_extension(request=self.extension, actor=self.actor, today=self.today, **form_data)


@require_POST
def evidence_remove(request: HttpRequest, pk: int, key: UUID) -> HttpResponse:
    refuse_others(request, Role.SECRETARY)
    rows = Finding.objects.visible_to(request.user, timezone.localdate())
    finding = get_object_or_404(rows, pk=pk)
    try:
        remove_evidence(finding=finding, key=key, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("reviews:finding-detail", finding.pk)
    if request.htmx:  # type: ignore[attr-defined]  # what was typed beside it stays
        return HttpResponse()
    messages.success(request, "已移除。")
    return redirect("reviews:finding-detail", finding.pk)
