"""Filters of the list of supervision reports, and of a list of names behind a number."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q

from partyorgs.organizations.models import AssociationFact
from portal.core.filters import DayInput, ListFilter
from reviews.supervision.choices import ReportStatus
from reviews.supervision.models import SupervisionReport


class SupervisionReportFilter(ListFilter):
    search = django_filters.CharFilter(field_name="committee__name", lookup_expr="contains", label="报告范围")
    status = django_filters.ChoiceFilter(choices=ReportStatus.choices, empty_label="全部", label="状态")
    since = django_filters.DateFilter(field_name="as_of", lookup_expr="gte", widget=DayInput, label="截止日期自")
    until = django_filters.DateFilter(field_name="as_of", lookup_expr="lte", widget=DayInput, label="至")

    class Meta:
        model = SupervisionReport
        fields: tuple[str, ...] = ()


class ReportNameFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="协会名称或代码")

    class Meta:
        model = AssociationFact
        fields: tuple[str, ...] = ()

    def named(self, queryset: Any, name: str, value: str) -> Any:
        key = value.strip()
        return queryset.filter(Q(name__contains=key) | Q(uscc__contains=key.upper()))
