"""What a reviewer does with reports: begin, return with comments, approve one or many, open again for a reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from portal.core.choices import COMMITTEE_ROLES
from portal.core.errors import RuleViolation
from portal.core.typed import key_from
from portal.core.views import ServiceFormView, refuse_others, signed_in
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.services.reviewing import (
    AlreadyDecided,
    approve_sheet,
    approve_sheets,
    begin_review,
    return_sheet,
    unlock_sheet,
)
from reviews.reports.forms.rounds import UnlockForm
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.views.reviewing import ReportMixin, ReviewDetail, comments_from

USUAL_UNLOCK = datetime.timedelta(days=7)
MOST_TOLD = 20  # refusals in words; more are counted


@require_POST
def review_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a review has begun: from then on the filer cannot take the report back."""
    refuse_others(request, *COMMITTEE_ROLES)
    report = get_object_or_404(QuarterlyReport.objects.visible_to(request.user, timezone.localdate()), pk=pk)
    try:
        begin_review(sheet=report, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已开始审核，填报人不能再撤回。")
    return redirect("reviews:review-detail", pk)


class Decision(ReviewDetail):
    """A decision about what was seen; refused, the page comes back with what was typed."""

    http_method_names = ["post"]

    @property
    def seen(self) -> dict[str, Any]:
        posted = self.request.POST
        return {
            "seen_submission": key_from(posted.get("seen", "")) or 0,
            "seen_status": posted.get("seen_status") or None,
        }

    def decide(self, comments: dict[str, str]) -> str:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        comments = comments_from(request)
        try:
            done = self.decide(comments)
        except AlreadyDecided as refusal:
            messages.error(request, refusal.message)
            return redirect("reviews:review-detail", self.report.pk)
        except RuleViolation as refusal:
            self.object = self.report
            return self.render_to_response(self.get_context_data(refusal=refusal.message, typed=comments))
        messages.success(request, done)
        return redirect("reviews:review-queue")


class ReviewReturn(Decision):
    def decide(self, comments: dict[str, str]) -> str:
        returned = return_sheet(sheet=self.report, actor=self.actor, comments=comments, **self.seen)
        return f"已退回{returned.association}的季报，填报人修改后重新提交。"


class ReviewApprove(Decision):
    def decide(self, comments: dict[str, str]) -> str:
        if comments:
            raise RuleViolation("您写了审核意见。需要修改的请退回；不需要的，请清空意见后再通过。")
        report = approve_sheet(sheet=self.report, actor=self.actor, today=self.today, **self.seen)
        if report.status == SheetStatus.PASSED:
            return f"{report.association}的季报已通过初审，报省级复核。"
        return f"已通过{report.association}的季报，数据已计入。"


def _chosen(request: HttpRequest) -> Iterator[tuple[int, int, str]]:
    """Yield what was ticked: report, the submission and the state that were seen."""
    for triple in request.POST.getlist("chosen"):
        key, _, rest = triple.partition(":")
        submission, _, status = rest.partition(":")
        if (number := key_from(key)) is not None:
            yield number, key_from(submission) or 0, status


@require_POST
def review_approve_many(request: HttpRequest) -> HttpResponse:
    """Approve what was ticked, each as it was seen; those refused are told by name and reason."""
    refuse_others(request, *COMMITTEE_ROLES)
    user, today = signed_in(request), timezone.localdate()
    chosen = list(_chosen(request))
    rows = QuarterlyReport.objects.visible_to(user, today).select_related("association").listed()
    by_key = rows.in_bulk([key for key, _, _ in chosen])
    reports = [(by_key[key], submission, status or None) for key, submission, status in chosen if key in by_key]
    approved, refused = approve_sheets(model=QuarterlyReport, sheets=reports, actor=user, today=today)
    if not chosen:
        messages.error(request, "没有选中季报。请勾选后再通过。")
    if approved:
        passed = sum(report.status == SheetStatus.PASSED for report in approved)
        sentence = f"已通过 {len(approved)} 份季报{f'，其中 {passed} 份报省级复核' if passed else ''}。"
        messages.success(request, sentence)
    if refused:
        messages.error(request, f"有 {len(refused)} 份没有通过，原因如下。")
    for refusal in refused[:MOST_TOLD]:
        name = str(refusal.sheet.owner)
        messages.error(request, refusal.reason if name in refusal.reason else f"{name}：{refusal.reason}")
    if missing := len(chosen) - len(reports):
        messages.error(request, f"有 {missing} 份已不在您的范围内。")
    back = request.POST.get("back", "")
    return redirect(back if back.startswith(f"{reverse('reviews:review-queue')}?") else "reviews:review-queue")


class ReviewUnlock(ReportMixin, ServiceFormView):
    title = "解锁季报"
    note = (
        "解锁后填报人可以修改并重新提交，重新提交后须再次审核。解锁人、原因和期限显示在季报上；"
        "原来通过的数据保留到重新通过为止，到期没有提交的自动恢复。"
    )
    form_class = UnlockForm
    submit_label = "确定解锁"

    def get_initial(self) -> dict[str, Any]:
        return {"until": self.today + USUAL_UNLOCK}

    def get_subject(self) -> str:
        return str(self.report)

    def get_back_url(self) -> str:
        return reverse("reviews:review-detail", args=[self.report.pk])

    def perform(self, form_data: dict[str, Any]) -> str:
        unlock_sheet(sheet=self.report, actor=self.actor, today=self.today, **form_data)
        return f"已解锁，填报人可以修改至 {form_data['until']:%Y-%m-%d}。"
