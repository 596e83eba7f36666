"""The responsibility tree, for the province."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.views.generic import FormView

from portal.core.choices import CommitteeKind, Role
from portal.core.errors import RuleViolation
from portal.core.filters import CommitteeFilter
from portal.core.forms import CommitteeForm, CommitteeNameForm
from portal.core.models import Committee
from portal.core.services import create_committee, rename_committee
from portal.core.views import FilteredListView, ScopedMixin, signed_in
from portal.core.xlsx import Column


class CommitteeListView(FilteredListView):
    roles = (Role.PROVINCE,)
    template_name = "core/committee_list.html"
    filterset_class = CommitteeFilter
    title = "党建工作领导机构"
    sorts = {"tree": "path", "name": "pinyin", "kind": "kind"}
    default_sort = "tree"
    columns = (
        Column("名称", lambda committee: committee.name, 36),
        Column("类型", lambda committee: committee.get_kind_display(), 20),
        Column("上级机构", lambda committee: committee.parent.name if committee.parent else "—", 36),
    )

    def get_queryset(self) -> QuerySet[Committee]:
        return Committee.objects.visible_to(self.request.user).select_related("parent")


class CommitteeCreateView(ScopedMixin, FormView):  # type: ignore[type-arg]
    roles = (Role.PROVINCE,)
    template_name = "core/committee_form.html"
    form_class = CommitteeForm
    success_url = reverse_lazy("core:committee-list")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parents": Committee.objects.visible_to(self.request.user)}

    def form_valid(self, form: CommitteeForm) -> HttpResponse:
        form_data = form.cleaned_data
        try:
            committee = create_committee(
                name=form_data["name"],
                kind=CommitteeKind(form_data["kind"]),
                parent=form_data["parent"],
                actor=signed_in(self.request),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, f"已新增“{committee.name}”。")
        return super().form_valid(form)


class CommitteeEditView(ScopedMixin, FormView):  # type: ignore[type-arg]
    roles = (Role.PROVINCE,)
    template_name = "core/committee_form.html"
    form_class = CommitteeNameForm
    success_url = reverse_lazy("core:committee-list")

    @property
    def committee(self) -> Committee:
        return get_object_or_404(Committee.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        committee = self.committee
        return {"name": committee.name, "kind": committee.kind}

    def form_valid(self, form: CommitteeNameForm) -> HttpResponse:
        form_data = form.cleaned_data
        try:
            rename_committee(
                committee=self.committee,
                name=form_data["name"],
                kind=CommitteeKind(form_data["kind"]),
                reason=form_data["reason"],
                actor=signed_in(self.request),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, "已更正。")
        return super().form_valid(form)
