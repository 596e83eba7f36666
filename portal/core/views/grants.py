"""Roles and scope, for the security administrator: who may see what, never what is seen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.http import require_GET
from django.views.generic import DetailView, FormView

from portal.core.access import GRANTABLE, granted_over
from portal.core.choices import Role
from portal.core.errors import RuleViolation
from portal.core.filters import GrantFilter
from portal.core.forms import GrantForm, ReasonForm
from portal.core.models import Grant, User
from portal.core.services import grant_role, revoke_role
from portal.core.views import FilteredListView, ScopedMixin, refuse_others, signed_in
from portal.core.xlsx import Column

OPTIONS_SHOWN = 20


def _name_scopes(grants: list[Grant]) -> list[Grant]:
    words = granted_over(grants)
    for grant in grants:
        grant.over = words[grant.pk]  # type: ignore[attr-defined]
    return grants


class GrantListView(FilteredListView):
    roles = (Role.SECADMIN,)
    template_name = "core/grant_list.html"
    filterset_class = GrantFilter
    title = "授权"
    sorts = {"user": "user__name", "username": "user__username", "role": "role"}
    default_sort = "username"
    columns = (
        Column("用户名", lambda grant: grant.user.username, 18),
        Column("姓名", lambda grant: grant.user.name),
        Column("角色", lambda grant: grant.get_role_display(), 20),
        Column("范围", lambda grant: grant.over, 40),
    )

    def get_queryset(self) -> QuerySet[Grant]:
        return Grant.objects.visible_to(self.request.user).select_related("user", "committee")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        _name_scopes(context["page_obj"].object_list)
        return context

    def export(self) -> HttpResponse:
        self.object_list = _name_scopes(list(self.object_list))
        return super().export()


class GrantCreateView(ScopedMixin, FormView):  # type: ignore[type-arg]
    roles = (Role.SECADMIN,)
    template_name = "core/grant_form.html"
    form_class = GrantForm
    success_url = reverse_lazy("core:grant-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        users = User.objects.visible_to(self.request.user).filter(is_active=True).exclude(pk=signed_in(self.request).pk)
        return {**super().get_form_kwargs(), "users": users}

    def form_valid(self, form: GrantForm) -> HttpResponse:
        form_data = form.cleaned_data
        try:
            grant_role(
                user=form_data["user"],
                role=Role(form_data["role"]),
                committee=form_data["committee"],
                association_id=form_data["association_id"],
                authority_id=form_data["authority_id"],
                actor=signed_in(self.request),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, "授权已生效。")
        return super().form_valid(form)


class GrantRevokeView(ScopedMixin, DetailView):  # type: ignore[type-arg]
    """One grant, and the form that takes it away."""

    roles = (Role.SECADMIN,)
    template_name = "core/grant_detail.html"

    def get_queryset(self) -> QuerySet[Grant]:
        return Grant.objects.visible_to(self.request.user).select_related("user", "committee")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(over=granted_over([self.object])[self.object.pk], **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        grant, form = get_object_or_404(self.get_queryset(), pk=pk), ReasonForm(request.POST)
        if not form.is_valid():
            messages.error(request, "请填写原因。")
            return redirect("core:grant-detail", pk)
        try:
            revoke_role(grant=grant, actor=signed_in(request), reason=form.cleaned_data["reason"])
        except RuleViolation as refusal:
            messages.error(request, refusal.message)
            return redirect("core:grant-detail", pk)
        messages.success(request, "授权已撤销。")
        return redirect("core:grant-list")


@require_GET
def grant_options(request: HttpRequest, kind: str) -> HttpResponse:
    """Return the associations or authorities whose name holds what is being typed: names alone, nothing else of them."""
    refuse_others(request, Role.SECADMIN)
    grantable = GRANTABLE.get(f"{kind}_id")
    if grantable is None:
        raise Http404
    text = request.GET.get(kind, "").strip()
    matching = grantable.search(text)[:OPTIONS_SHOWN] if text else ()
    things = [(str(thing), getattr(thing, "uscc", "")) for thing in matching]
    return render(request, "core/_grant_options.html", {"things": things})
