"""The health of the machine, and pages for what went wrong."""

from __future__ import annotations

import logging
import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

from portal.core.health import health, overall

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
def live(request: HttpRequest) -> HttpResponseBase:
    """Answer the service manager: the process lives."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponseBase:
    """Answer the load balancer with 503 only where pages cannot be served, and list for whoever watches the parts that are down.

    Without background work, cache or free space pages are still read and signed into: taking every web server out of
    service for that would turn a delay into an outage. Then the answer is 200, `degraded`, with the part that is down.
    """
    parts = health()
    status = overall(parts)
    return JsonResponse({"status": status, "parts": parts}, status=503 if status == "down" else 200)


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
    """Draw the page of an error without anything that may itself be broken: no database, no session, no context."""
    number = secrets.token_hex(4).upper()
    logger.error("event %s: 500 at %s", number, request.path)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
