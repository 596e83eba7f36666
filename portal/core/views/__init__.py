"""What every page shares: the shell around it, who may open it, the day it speaks of, lists that filter, sort and export."""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.views.generic import FormView
from django_filters.views import FilterView

from portal.core import audit
from portal.core.access import NOTHING, Scope, scope_of
from portal.core.choices import ADMINISTRATORS, COMMITTEE_ROLES, AuditAction, Role
from portal.core.errors import RuleViolation
from portal.core.models import User
from portal.core.navigation import OWN_ACCOUNT, home_of, navigation_of, search_url_of
from portal.core.notices import unread_count
from portal.core.quarters import Quarter
from portal.core.xlsx import CONTENT_TYPE, Column, Table, write_tables

PAGE_SIZES = (20, 50, 100)
# No page speaks of an earlier day: nothing that is counted is older, and periods are reckoned backwards from it.
FIRST_DAY = datetime.date(1949, 10, 1)
BUSINESS_ROLES = tuple(role for role in Role if role not in ADMINISTRATORS)


def signed_in(request: HttpRequest) -> User:
    """Return the user who asks; only for views behind LoginRequiredMiddleware."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware stands before every view
    return request.user


def as_of_from(request: HttpRequest) -> datetime.date:
    """Return the day that the page speaks of: `as_of` of the address; today where that is no day, long past or yet to come."""
    today = timezone.localdate()
    try:
        day = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        day = None
    return day if day is not None and FIRST_DAY <= day <= today else today


def watermark(user: Any) -> str:
    """Return the line that every export carries: who took it out of the portal, and when."""
    return (
        f"导出人：{user.name}（{user.username}）　导出时间：{timezone.localtime():%Y-%m-%d %H:%M}　内部资料，注意保管"
    )


def xlsx_response(request: HttpRequest, tables: list[Table], file_name: str, **details: Any) -> HttpResponse:
    """Return a workbook as a download, watermarked with the reader's name and recorded as an export."""
    actor = signed_in(request)
    content = write_tables(tables, watermark=watermark(actor))
    audit.record(actor, AuditAction.EXPORT, file=file_name, address=request.get_full_path(), **details)
    return file_response(content, file_name)


def file_response(content: bytes, file_name: str, content_type: str = CONTENT_TYPE) -> HttpResponse:
    """Return bytes as an attachment that no browser opens by itself or keeps."""
    disposition = content_disposition_header(as_attachment=True, filename=file_name)
    headers = {"Content-Disposition": disposition or "attachment", "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def refuse_others(request: HttpRequest, *roles: Role) -> None:
    """Stop whoever has none of these roles; for the views that are functions."""
    scope = scope_of(request.user)
    if not scope.roles:
        raise PermissionDenied("您的账户还没有授权，请联系安全保密管理员授予角色。")
    if not scope.has(*roles):
        raise PermissionDenied("您的角色不能使用这个页面。")


class ScopedMixin(AccessMixin):
    """A page for some roles: anybody else gets 403. Rows come from `visible_to`, so that outside the scope is 404."""

    roles: ClassVar[tuple[Role, ...]] = BUSINESS_ROLES
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_others(request, *self.roles)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    @property
    def actor(self) -> User:
        return signed_in(self.request)

    @property
    def scope(self) -> Scope:
        return scope_of(self.request.user)

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @property
    def as_of(self) -> datetime.date:
        return as_of_from(self.request)


class FilteredListView(ScopedMixin, FilterView):  # type: ignore[misc]
    """A list whose page, count and export read the same `filterset.qs`.

    `sorts` maps what the address may ask for to model columns; `columns` is what the export writes.
    """

    sorts: ClassVar[dict[str, str]] = {}
    default_sort: ClassVar[str] = ""
    columns: ClassVar[tuple[Column, ...]] = ()
    title: ClassVar[str] = ""
    strict = False

    def paginate_queryset(self, queryset: Any, page_size: int) -> Any:
        """Return the page asked for; an address from before rows were gone leads to the last page, not to an error."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get("page"))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_paginate_by(self, queryset: Any) -> int:
        return {str(size): size for size in PAGE_SIZES}.get(self.request.GET.get("page_size", ""), PAGE_SIZES[0])

    @property
    def sort(self) -> str:
        name = self.request.GET.get("sort", "")
        return name if name.removeprefix("-") in self.sorts else self.default_sort

    def get_ordering(self) -> list[str]:
        name = self.sort
        return [("-" if name.startswith("-") else "") + self.sorts[name.removeprefix("-")], "pk"] if name else ["pk"]

    def sorted(self, queryset: Any) -> Any:
        """Return the filtered rows in the order asked for, always ending with the key, so that pages never overlap."""
        return queryset.order_by(*self.get_ordering())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.filterset = self.get_filterset(self.get_filterset_class())
        self.object_list = self.sorted(self.filterset.qs)
        if request.GET.get("export") == "xlsx" and self.columns:
            return self.export()
        return self.render_to_response(self.get_context_data(filter=self.filterset, object_list=self.object_list))  # type: ignore[no-any-return]

    def export(self) -> HttpResponse:
        day = self.as_of
        table = Table(f"{self.title}（{day:%Y-%m-%d}）", self.columns, self.object_list)
        return xlsx_response(self.request, [table], f"{self.title}{day:%Y%m%d}.xlsx", rows=len(self.object_list))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(  # type: ignore[no-any-return]
            sort=self.sort,
            page_sizes=PAGE_SIZES,
            page_size=self.get_paginate_by(None),
            heading=self.title,
            can_export=bool(self.columns),
            is_filtered=any(value for name, value in self.request.GET.items() if name in self.filterset.filters),
            **kwargs,
        )


class ServiceFormView(ScopedMixin, FormView):  # type: ignore[type-arg]
    """One form, one domain call: what the service refuses stands beside its field, what was typed is kept.

    `perform` makes the call and returns the sentence that tells it is done; `subject` is what the form is about.
    """

    roles: ClassVar[tuple[Role, ...]] = COMMITTEE_ROLES
    template_name = "components/form_page.html"
    title: ClassVar[str] = ""
    note: ClassVar[str] = ""
    submit_label: ClassVar[str] = "保存"
    is_dangerous: ClassVar[bool] = False

    def perform(self, form_data: dict[str, Any]) -> str:
        raise NotImplementedError

    def get_subject(self) -> str:
        return ""

    def get_back_url(self) -> str:
        raise NotImplementedError

    def get_success_url(self) -> str:
        return self.get_back_url()

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            done = self.perform(form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, done)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=self.title,
            subject=self.get_subject(),
            note=self.note,
            submit_label=self.submit_label,
            is_dangerous=self.is_dangerous,
            back_url=self.get_back_url(),
            **kwargs,
        )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame around each page needs: whose scope it is, the day, the navigation of this role."""
    user = getattr(request, "user", None) or AnonymousUser()  # a refusal may come before anybody is known
    today, day, scope = timezone.localdate(), as_of_from(request), scope_of(user)
    if getattr(user, "must_change_password", False):
        scope = NOTHING
    return {
        "scope": scope,
        "scope_name": scope_name(scope),
        "role_name": scope.role.label if scope.role else "尚未授权",
        "today": today,
        "as_of": day,
        "first_day": FIRST_DAY,
        "shows_as_of": scope.has(*BUSINESS_ROLES),
        "as_of_presets": as_of_presets(today),
        "navigation": navigation_of(
            scope, request.path, f"?as_of={day}" if day != today else "", user if isinstance(user, User) else None
        ),
        "home_url": home_of(user) if scope.roles else reverse(OWN_ACCOUNT),
        # Asked when the frame is drawn: what htmx replaces has no bell.
        "unread_notices": partial(unread_count, user) if scope.roles else None,
        "search_url": search_url_of(scope),
        "version": settings.VERSION,
    }


def scope_name(scope: Scope) -> str:
    """Return whose figures a person sees, as it stands in the top bar."""
    if scope.has(Role.PROVINCE):
        return "全省"
    if scope.committee:
        return scope.committee.name
    return scope.role.label if scope.role else ""


def as_of_presets(today: datetime.date) -> list[tuple[str, datetime.date]]:
    """Return the days that are asked for most."""
    return [
        ("今天", today),
        ("上季度末", Quarter.of(today).previous.last_day),
        ("去年末", datetime.date(today.year - 1, 12, 31)),
    ]
