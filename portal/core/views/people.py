"""Accounts, for the system administrator: who may sign in, never what they may see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView

from portal.core.choices import Role
from portal.core.errors import RuleViolation
from portal.core.filters import UserFilter
from portal.core.forms import ReasonForm, UserForm
from portal.core.models import User
from portal.core.services import create_user, disable_user, enable_user, reset_password
from portal.core.views import FilteredListView, ScopedMixin, refuse_others, signed_in
from portal.core.xlsx import Column


def _last_sign_in(user: User) -> str:
    return timezone.localtime(user.last_login).strftime("%Y-%m-%d %H:%M") if user.last_login else "从未登录"


def _roles(user: User) -> str:
    return "、".join(dict.fromkeys(grant.get_role_display() for grant in user.grants.all())) or "尚未授权"


class UserListView(FilteredListView):
    roles = (Role.SYSADMIN,)
    template_name = "core/user_list.html"
    filterset_class = UserFilter
    title = "账户"
    sorts = {"username": "username", "name": "name", "last_login": "last_login", "state": "is_active"}
    default_sort = "username"
    columns = (
        Column("用户名", lambda user: user.username, 18),
        Column("姓名", lambda user: user.name),
        Column("角色", _roles, 24),
        Column("状态", lambda user: "启用" if user.is_active else "停用"),
        Column("最近登录", _last_sign_in, 18),
    )

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.visible_to(self.request.user).prefetch_related("grants")


class UserDetailView(ScopedMixin, DetailView):  # type: ignore[type-arg]
    roles = (Role.SYSADMIN,)
    template_name = "core/user_detail.html"
    context_object_name = "person"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            role_names=_roles(self.object), is_self=self.object == self.request.user, **kwargs
        )


class UserCreateView(ScopedMixin, FormView):  # type: ignore[type-arg]
    roles = (Role.SYSADMIN,)
    template_name = "core/user_form.html"
    form_class = UserForm

    def form_valid(self, form: UserForm) -> HttpResponse:
        try:
            user, secret = create_user(actor=signed_in(self.request), **form.cleaned_data)
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        return _show_secret(self.request, user, secret)


def _show_secret(request: HttpRequest, user: User, secret: str) -> HttpResponse:
    """Show a one-time secret, this once: no address leads to it again and no browser keeps the page."""
    answer = render(request, "core/user_secret.html", {"person": user, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


def _person(request: HttpRequest, pk: int) -> User:
    refuse_others(request, Role.SYSADMIN)
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@require_POST
def user_reset(request: HttpRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    try:
        secret = reset_password(user=user, actor=signed_in(request))
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("core:user-detail", pk)
    user.refresh_from_db()
    return _show_secret(request, user, secret)


@require_POST
def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, disable_user, "账户已停用，该用户的登录已失效。")


@require_POST
def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, enable_user, "账户已启用。")


def _switch(request: HttpRequest, pk: int, service: Any, sentence: str) -> HttpResponse:
    user, form = _person(request, pk), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请填写原因。")
        return redirect("core:user-detail", pk)
    try:
        service(user=user, actor=signed_in(request), reason=form.cleaned_data["reason"])
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, sentence)
    return redirect("core:user-detail", pk)
