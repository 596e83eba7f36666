"""Background work as people see it: how far an own job is, what became of it; to the machine's keeper that it stands still."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView
from django_htmx.http import HttpResponseClientRedirect

from portal.core.access import can_rerun
from portal.core.choices import JobStatus, Role
from portal.core.errors import RuleViolation
from portal.core.filters import JobFilter
from portal.core.models import Job
from portal.core.outbox import label_of, progress_of
from portal.core.services import rerun_job
from portal.core.views import FilteredListView, ScopedMixin, refuse_others, signed_in
from portal.core.xlsx import Column

# Kind of badge and word of each state; a job that failed is told apart by whose fault it was.
_BADGES = {JobStatus.QUEUED: "soon", JobStatus.RUNNING: "warn", JobStatus.DONE: "good", JobStatus.FAILED: "bad"}
PARKED = "因故障停止"


def _state(job: Job) -> str:
    return PARKED if job.parked else str(job.get_status_display())


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S") if at else "—"


class JobListView(FilteredListView):
    """The own jobs; to the system administrator all, by kind, state and times alone."""

    roles = tuple(Role)
    template_name = "core/job_list.html"
    filterset_class = JobFilter
    title = "后台任务"
    sorts = {"created": "created_at", "finished": "finished_at", "kind": "kind", "status": "status", "tries": "tries"}
    default_sort = "-created"
    columns = (
        Column("任务编号", lambda job: job.pk, 10),
        Column("任务", label_of, 24),
        Column("状态", _state),
        Column("次数", lambda job: job.tries),
        Column("提交时间", lambda job: _moment(job.created_at), 20),
        Column("结束时间", lambda job: _moment(job.finished_at), 20),
    )

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(sees_all=self.scope.has(Role.SYSADMIN), **kwargs)
        for job in context["page_obj"].object_list:
            job.label, job.state, job.badge = label_of(job), _state(job), _BADGES[JobStatus(job.status)]
        return context


class JobDetailView(ScopedMixin, DetailView):  # type: ignore[type-arg]
    """The progress of a job. The page asks again by itself; when an own job is done it leads on to the result."""

    roles = tuple(Role)

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)

    def get_template_names(self) -> list[str]:
        return ["components/_job_progress.html" if self.request.headers.get("HX-Request") else "core/job_detail.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        job = self.object
        user = signed_in(self.request)
        is_own = job.owner_id == user.pk
        if not is_own:  # what a job is about is business data: neither its words nor its result are the keeper's
            job.note, job.error = "", job.error if job.parked else ""
        progress = progress_of(job) if is_own else replace(progress_of(job), note="")
        return super().get_context_data(
            label=label_of(job),
            state=_state(job),
            badge=_BADGES[JobStatus(job.status)],
            is_own=is_own,
            sees_log=self.scope.has(Role.SYSADMIN),
            can_rerun=can_rerun(user, job) is None,
            progress=progress,
            result_url=job.payload.get("result_url", "") if is_own else "",
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.headers.get("HX-Request") and self.object.status == JobStatus.DONE and context["result_url"]:
            return HttpResponseClientRedirect(context["result_url"])
        return super().render_to_response(context, **kwargs)


@require_POST
def job_rerun(request: HttpRequest, pk: int) -> HttpResponse:
    refuse_others(request, *Role)
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        rerun_job(job=job, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已重新排队。可以离开本页，稍后再回来查看。")
    return redirect("core:job-detail", pk)
