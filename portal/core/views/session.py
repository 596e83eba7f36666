"""Signing in and out, the own password, and what keeps a one-time secret from being more than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST

from portal.core.forms import PasswordForm, SignInForm
from portal.core.navigation import home_of
from portal.core.services import change_password, record_sign_in, record_sign_in_failure, record_sign_out
from portal.core.views import signed_in


class SignInView(LoginView):
    template_name = "core/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return home_of(self.request.user)

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs are a version ahead
        """Return where the person wanted to go; the bare address of the portal means the own first page."""
        address = super().get_redirect_url()
        return "" if urlsplit(address).path == "/" else address

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        answer = super().form_valid(form)
        record_sign_in(user=user)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        record_sign_in_failure(username=self.request.POST.get("username", ""))
        return super().form_invalid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    record_sign_out(user=signed_in(request))
    logout(request)
    answer = redirect("core:sign-in")
    answer["Clear-Site-Data"] = '"cache", "storage"'  # SEC-35: nothing of a person stays in a browser
    return answer


class PasswordView(PasswordChangeView):
    template_name = "core/password_change.html"
    form_class = PasswordForm
    success_url = reverse_lazy("core:password-change")

    def form_valid(self, form: Any) -> HttpResponse:
        user = signed_in(self.request)
        change_password(actor=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, user)
        messages.success(self.request, "密码已修改。其他设备上的登录已失效。")
        return redirect(home_of(user))


class PasswordMustChange:
    """Middleware: whoever signed in with a one-time secret chooses a password before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if getattr(request.user, "must_change_password", False):
            change = reverse("core:password-change")
            if request.path not in (change, reverse("core:sign-out")):
                return redirect(change)
        return self.get_response(request)
