"""What a person was told: the list, and the two ways of having read it. Looking alone marks nothing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal.core.choices import Role
from portal.core.filters import NoticeFilter
from portal.core.models import Notice
from portal.core.notices import read_all_notices, read_notice
from portal.core.views import FilteredListView, refuse_others, signed_in


class NoticeListView(FilteredListView):
    """The own notices, those not read first, the newest of each first."""

    roles = tuple(Role)
    template_name = "core/notice_list.html"
    filterset_class = NoticeFilter
    title = "通知"

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.visible_to(self.request.user)

    def sorted(self, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        is_unread = ExpressionWrapper(Q(read_at=None), output_field=BooleanField())
        return queryset.annotate(is_unread=is_unread).order_by("-is_unread", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = self.get_queryset().order_by("-pk").values_list("pk", flat=True).first()
        return super().get_context_data(newest=newest or 0, **kwargs)


@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    refuse_others(request, *Role)
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    return redirect(read_notice(notice=notice, actor=signed_in(request)).url)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark as read all up to the newest that stood on the page."""
    refuse_others(request, *Role)
    newest = request.POST.get("until", "")
    count = read_all_notices(actor=signed_in(request), until=int(newest) if newest.isdecimal() else 0)
    messages.success(request, f"已将 {count} 条通知标为已读。")
    return redirect("core:notice-list")
