"""Filters of accounts, grants, committees and the audit log."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.core.choices import AuditAction, CommitteeKind, JobStatus, NoticeKind, Role
from portal.core.forms import PlainForm
from portal.core.models import AuditEntry, Committee, Grant, Job, Notice, User
from portal.core.outbox import kinds


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of a list. A value that cannot be chosen shows no rows, never all of them."""

    def get_form_class(self) -> type[PlainForm]:
        fields = {name: each.field for name, each in self.filters.items()}
        return type(f"{type(self).__name__}Form", (PlainForm,), fields)

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset.none()


class UserFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="姓名或用户名")
    state = django_filters.ChoiceFilter(
        field_name="is_active", choices=(("1", "启用"), ("0", "停用")), empty_label="全部", label="状态"
    )
    role = django_filters.ChoiceFilter(
        field_name="grants__role", choices=Role.choices, empty_label="全部", label="角色", distinct=True
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.filter(Q(name__icontains=value) | Q(username__icontains=value))


class GrantFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="姓名或用户名")
    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label="全部", label="角色")

    class Meta:
        model = Grant
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        return queryset.filter(Q(user__name__icontains=value) | Q(user__username__icontains=value))


class CommitteeFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="名称或拼音首字母")
    kind = django_filters.ChoiceFilter(choices=CommitteeKind.choices, empty_label="全部", label="类型")

    class Meta:
        model = Committee
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Committee], name: str, value: str) -> QuerySet[Committee]:
        return queryset.filter(Q(name__contains=value) | Q(initials__contains=value.lower()))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class AuditFilter(ListFilter):
    actor = django_filters.CharFilter(field_name="actor_name", lookup_expr="icontains", label="操作人")
    action = django_filters.ChoiceFilter(choices=AuditAction.choices, empty_label="全部", label="操作")
    target = django_filters.CharFilter(field_name="target_name", lookup_expr="icontains", label="对象")
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", widget=DayInput, label="自")
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", widget=DayInput, label="至")

    class Meta:
        model = AuditEntry
        fields: tuple[str, ...] = ()


class JobFilter(ListFilter):
    kind = django_filters.ChoiceFilter(choices=kinds, empty_label="全部", label="任务")
    status = django_filters.ChoiceFilter(choices=JobStatus.choices, empty_label="全部", label="状态")
    since = django_filters.DateFilter(field_name="created_at", lookup_expr="date__gte", widget=DayInput, label="自")
    until = django_filters.DateFilter(field_name="created_at", lookup_expr="date__lte", widget=DayInput, label="至")

    class Meta:
        model = Job
        fields: tuple[str, ...] = ()


class NoticeFilter(ListFilter):
    kind = django_filters.ChoiceFilter(choices=NoticeKind.choices, empty_label="全部", label="种类")
    state = django_filters.ChoiceFilter(
        method="in_state", choices=(("unread", "未读"), ("read", "已读")), empty_label="全部", label="状态"
    )

    class Meta:
        model = Notice
        fields: tuple[str, ...] = ()

    def in_state(self, queryset: QuerySet[Notice], name: str, value: str) -> QuerySet[Notice]:
        return queryset.filter(read_at__isnull=value == "unread")
