"""What happens to requests before any view sees them, and to answers that no view has written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

NUL = "\x00"


class WithoutNul:
    """Middleware: what was typed or stands in the address loses the one character that no database keeps.

    Nobody can type it; it arrives by copying out of broken files and by probing. Stands behind the one that checks CSRF,
    which has read the form already.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_nul(request.GET)  # type: ignore[assignment]
            request.META["QUERY_STRING"] = request.GET.urlencode()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        if request.method == "POST" and any(NUL in text for _, texts in request.POST.lists() for text in texts):
            request.POST = without_nul(request.POST)  # type: ignore[assignment]


def without_nul(query: QueryDict) -> QueryDict:
    clean = QueryDict(mutable=True)
    for name, texts in query.lists():
        clean.setlist(name.replace(NUL, ""), [text.replace(NUL, "") for text in texts])
    return clean


class InWords:
    """Middleware: an address that only takes forms, opened like a page, is answered with a page and not with nothing.

    The page with a one-time secret has such an address: whoever loads it again from the address line comes here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if answer.status_code != 405 or not isinstance(answer, HttpResponse) or answer.content:  # noqa: PLR2004
            return answer
        page = render(request, "405.html", status=answer.status_code)
        page["Allow"] = answer["Allow"]
        return page
