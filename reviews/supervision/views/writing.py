"""Writing supervision reports: request, edit words, send for signature, sign off, number, issue, sign for, withdraw."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from portal.core.choices import COMMITTEE_ROLES
from portal.core.errors import RuleViolation
from portal.core.forms import ReasonForm
from portal.core.models import Committee
from portal.core.typed import key_from
from portal.core.views import ServiceFormView, refuse_others, signed_in
from reviews.supervision.access import can_keep
from reviews.supervision.forms import IssueForm, NumberForm, RequestForm
from reviews.supervision.models import Receipt, SupervisionReport
from reviews.supervision.services.building import request_report
from reviews.supervision.services.editing import (
    current_version,
    edit_report,
    restore_version,
    return_report,
    sign_off_report,
    submit_report,
)
from reviews.supervision.services.issuing import (
    discard_report,
    issue_report,
    last_prefix,
    next_serial,
    number_report,
    sign_receipt,
    withdraw_report,
)
from reviews.supervision.views.reading import SupervisionMixin

DEFAULT_PREFIX = "社工督"


class SupervisionCreate(ServiceFormView):
    """Request a report about a subtree on a day; a job writes it."""

    title = "起草督查报告"
    note = "平台按所选日期固定数据并起草全文和附件，数字不能修改，文字可以修改。"
    form_class = RequestForm
    submit_label = "生成初稿"

    def get_form_kwargs(self) -> dict[str, Any]:
        committees = Committee.objects.visible_to(self.request.user)
        return {**super().get_form_kwargs(), "committees": committees, "today": self.today}

    def perform(self, form_data: dict[str, Any]) -> str:
        self.made = request_report(
            committee=form_data["committee"],
            as_of=form_data["as_of"],
            today=self.today,
            actor=self.actor,
            result_url=reverse("reviews:supervision-detail", args=[0]).replace("/0/", "/{pk}/"),
        )
        return "已开始生成，完成后在本页显示。可以先离开，稍后再来。"

    def get_back_url(self) -> str:
        return reverse("reviews:supervision-list")

    def get_success_url(self) -> str:
        return reverse("reviews:supervision-detail", args=[self.made.pk])


class SupervisionEdit(SupervisionMixin, TemplateView):
    """The words of every section, with numbers among them as fixed pieces. A refusal keeps the input."""

    template_name = "reviews/supervision/supervision_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_others(request, *self.roles)
        if denial := can_keep(self.actor, self.report):
            raise PermissionDenied(denial.reason)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.report.version:
            messages.error(request, "报告还没有生成。")
            return redirect("reviews:supervision-detail", self.report.pk)
        version = current_version(self.report)
        return self.show(version.title, version.addressees, version.texts, version.number)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        title, addressees = request.POST.get("title", ""), request.POST.get("addressees", "")
        texts = {
            section.code: request.POST.get(f"text-{section.code}", "").replace("\r", "").split("\n")
            for section in self.content.sections
        }
        seen = key_from(request.POST.get("seen_version", "")) or 0
        try:
            edit_report(
                report=self.report,
                actor=self.actor,
                seen_version=seen,
                title=title,
                addressees=addressees,
                texts=texts,
            )
        except RuleViolation as refusal:
            return self.show(title, addressees, texts, seen, refusal)
        messages.success(request, "已保存。")
        return redirect("reviews:supervision-detail", self.report.pk)

    def show(
        self,
        title: str,
        addressees: str,
        texts: dict[str, list[str]],
        seen: int,
        refusal: RuleViolation | None = None,
    ) -> HttpResponse:
        sections = [
            {
                "code": section.code,
                "title": section.title or "引言",
                "text": "\n".join(texts.get(section.code, ())),
                "refusal": refusal.message if refusal and refusal.field == section.code else "",
            }
            for section in self.content.sections
        ]
        fields = [{"name": each.name, "text": each.text} for each in self.content.fields.values()]
        context = self.get_context_data(
            report=self.report,
            title=title,
            addressees=addressees,
            seen_version=seen,
            sections=sections,
            fields=fields,
            refusal=refusal,
        )
        return render(self.request, self.template_name, context, status=200)


def _report(request: HttpRequest, pk: int) -> SupervisionReport:
    refuse_others(request, *COMMITTEE_ROLES)
    report = get_object_or_404(SupervisionReport.objects.visible_to(request.user), pk=pk)
    if denial := can_keep(signed_in(request), report):
        raise PermissionDenied(denial.reason)
    return report


def _verb(request: HttpRequest, pk: int, service: Any, done: str, **arguments: Any) -> HttpResponse:
    report = _report(request, pk)
    try:
        service(report=report, actor=signed_in(request), **arguments)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("reviews:supervision-detail", pk)


def _seen(request: HttpRequest) -> int:
    return key_from(request.POST.get("seen_version", "")) or 0


@require_POST
def supervision_submit(request: HttpRequest, pk: int) -> HttpResponse:
    return _verb(request, pk, submit_report, "已送签。", seen_version=_seen(request))


@require_POST
def supervision_sign_off(request: HttpRequest, pk: int) -> HttpResponse:
    return _verb(request, pk, sign_off_report, "已签发，请登记发文字号后印发。", seen_version=_seen(request))


@require_POST
def supervision_restore(request: HttpRequest, pk: int) -> HttpResponse:
    number = key_from(request.POST.get("number", "")) or 0
    done = f"已恢复为第 {number} 版的文字，并保存为新的一版。"
    return _verb(request, pk, restore_version, done, number=number, seen_version=_seen(request))


@require_POST
def receipt_sign(request: HttpRequest, pk: int) -> HttpResponse:
    refuse_others(request, *COMMITTEE_ROLES)
    receipt = get_object_or_404(Receipt.objects.visible_to(request.user), pk=pk)
    try:
        sign_receipt(receipt=receipt, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已签收。")
    return redirect("reviews:supervision-detail", receipt.report_id)


class ReportFormView(SupervisionMixin, ServiceFormView):
    """One form about one report that the reader keeps."""

    form_class: Any = ReasonForm
    service: ClassVar[Any] = None
    done: ClassVar[str] = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        refuse_others(request, *self.roles)
        if denial := can_keep(self.actor, self.report):
            raise PermissionDenied(denial.reason)
        return super().dispatch(request, *args, **kwargs)

    def get_subject(self) -> str:
        return str(self.report)

    def get_back_url(self) -> str:
        return reverse("reviews:supervision-detail", args=[self.report.pk])

    def perform(self, form_data: dict[str, Any]) -> str:
        type(self).service(report=self.report, actor=self.actor, **form_data)
        return self.done


class SupervisionReturn(ReportFormView):
    title = "退回修改"
    note = "退回后报告回到起草状态，已有的签发随之作废，修改后须重新送签。"
    submit_label = "退回"
    service = staticmethod(return_report)
    done = "已退回修改。"


class SupervisionWithdraw(ReportFormView):
    title = "撤回报告"
    note = "撤回后报告仍可阅读，标明已撤回；发文字号不再使用，以后的报告不与它比较。"
    submit_label = "确定撤回"
    is_dangerous = True
    service = staticmethod(withdraw_report)
    done = "报告已撤回。"


class SupervisionDiscard(ReportFormView):
    title = "作废报告"
    note = "作废后不能再修改和印发，内容仍可查阅。"
    submit_label = "确定作废"
    is_dangerous = True
    service = staticmethod(discard_report)
    done = "报告已作废。"


class SupervisionNumber(ReportFormView):
    title = "登记发文字号"
    note = "按本机关发文登记填写。已经使用过的字号不能再用。"
    submit_label = "登记"
    form_class = NumberForm
    service = staticmethod(number_report)
    done = "发文字号已登记。"

    def get_initial(self) -> dict[str, Any]:
        report = self.report
        if report.serial is not None:
            return {"prefix": report.prefix, "year": report.year, "serial": report.serial}
        prefix, year = last_prefix(report.committee) or DEFAULT_PREFIX, self.today.year
        return {"prefix": prefix, "year": year, "serial": next_serial(prefix, year)}


class SupervisionIssue(ReportFormView):
    title = "印发报告"
    note = "印发后正文和附件各存一份，不再变化，主送机构即可阅读和签收。"
    submit_label = "印发"
    form_class = IssueForm

    def recipients(self) -> QuerySet[Committee]:
        """Return the committees directly below the report's own."""
        return Committee.objects.visible_to(self.request.user).filter(parent=self.report.committee)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "committees": self.recipients()}

    def perform(self, form_data: dict[str, Any]) -> str:
        issue_report(report=self.report, actor=self.actor, today=self.today, recipients=form_data["recipients"])
        return "报告已印发。"
