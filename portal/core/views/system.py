"""Jobs under way, the health of the machine, and pages for what went wrong."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView
from django_htmx.http import HttpResponseClientRedirect

from portal.core.choices import JobStatus, Role
from portal.core.models import Job
from portal.core.tasks import progress_of
from portal.core.views import ScopedMixin

logger = logging.getLogger(__name__)


class JobDetailView(ScopedMixin, DetailView):  # type: ignore[type-arg]
    """How far an own job is. The page asks again by itself; when the job is done it leads on to the result."""

    roles = tuple(Role)

    def get_queryset(self) -> QuerySet[Job]:
        return Job.objects.visible_to(self.request.user)

    def get_template_names(self) -> list[str]:
        return ["components/_job_progress.html" if self.request.headers.get("HX-Request") else "core/job_detail.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        result_url = self.object.payload.get("result_url", "")
        return super().get_context_data(progress=progress_of(self.object), result_url=result_url, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.headers.get("HX-Request") and self.object.status == JobStatus.DONE and context["result_url"]:
            return HttpResponseClientRedirect(context["result_url"])
        return super().render_to_response(context, **kwargs)


@login_not_required
@never_cache
def live(request: HttpRequest) -> HttpResponseBase:
    """For the service manager: the process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponseBase:
    """For the load balancer: the database answers and has every migration."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("not ready: the database does not answer")
        return JsonResponse({"status": "database"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})


# --- error pages: each carries a number that is found in the log ---


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    number = secrets.token_hex(4).upper()
    logger.warning("event %s: %s at %s", number, status, request.path)
    return render(request, f"{status}.html", {"sentence": sentence, "number": number}, status=status)


def _words(exception: Exception | None) -> str:
    """Return the sentence of a refusal of ours; Django's own English words are not for users."""
    words = str(exception.args[0]) if exception is not None and exception.args else ""
    return words if words and not words.isascii() else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, "浏览器送来的内容不完整或者过大，没有处理。")


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, _words(exception) or "您没有使用这个页面的权限。")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say the same whatever is missing: Django's own sentence tells what kind of thing there is none of."""
    return _page(request, 404, "没有这个页面，或者它不在您的数据范围内。")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, "页面已经过期，刚才的操作没有执行。请返回上一页，刷新后重试。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without anything that may itself be broken: no database, no session, no context."""
    number = secrets.token_hex(4).upper()
    logger.error("event %s: 500 at %s", number, request.path)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
