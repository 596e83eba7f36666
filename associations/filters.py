"""Filters of the reference lists."""

from __future__ import annotations

import django_filters

from associations.models import Authority, Industry, Region
from portal.core.filters import ListFilter


class NameFilter(ListFilter):
    search = django_filters.CharFilter(label="名称", field_name="name", lookup_expr="contains")


class RegionFilter(NameFilter):
    class Meta:
        model = Region
        fields: tuple[str, ...] = ()


class IndustryFilter(NameFilter):
    class Meta:
        model = Industry
        fields: tuple[str, ...] = ()


class AuthorityFilter(NameFilter):
    class Meta:
        model = Authority
        fields: tuple[str, ...] = ()
