"""Filters of the lists of checks, of a check's population and visits, and of inspectors."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet

from associations.models import Association, AssociationQuerySet
from portal.core.filters import DayInput, ListFilter
from portal.core.models import Committee
from reviews.checks.choices import AssignmentStatus, CheckKind, CheckStatus, VisitStatus
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit


class SpotCheckFilter(ListFilter):
    search = django_filters.CharFilter(field_name="name", lookup_expr="contains", label="名称")
    kind = django_filters.ChoiceFilter(choices=CheckKind.choices, empty_label="全部", label="种类")
    status = django_filters.ChoiceFilter(choices=CheckStatus.choices, empty_label="全部", label="状态")
    since = django_filters.DateFilter(field_name="begins_on", lookup_expr="gte", widget=DayInput, label="开始日期自")
    until = django_filters.DateFilter(field_name="begins_on", lookup_expr="lte", widget=DayInput, label="至")

    class Meta:
        model = SpotCheck
        fields: tuple[str, ...] = ()


class PopulationFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="协会名称、代码或拼音首字母")

    class Meta:
        model = Association
        fields: tuple[str, ...] = ()

    def named(self, queryset: AssociationQuerySet, name: str, value: str) -> AssociationQuerySet:
        return queryset.search(value)


class VisitFilter(ListFilter):
    search = django_filters.CharFilter(field_name="association__name", lookup_expr="contains", label="协会")
    status = django_filters.ChoiceFilter(choices=VisitStatus.choices, empty_label="全部", label="状态")
    inspector = django_filters.CharFilter(method="made_by", label="检查人员")

    class Meta:
        model = Visit
        fields: tuple[str, ...] = ()

    def made_by(self, queryset: QuerySet[Visit], name: str, value: str) -> QuerySet[Visit]:
        return queryset.filter(
            assignments__status=AssignmentStatus.ASSIGNED, assignments__inspector__user__name__contains=value
        ).distinct()


class InspectorFilter(ListFilter):
    search = django_filters.CharFilter(method="named", label="姓名或者工作单位")
    state = django_filters.ChoiceFilter(
        field_name="is_active", choices=(("1", "在库"), ("0", "不在库")), empty_label="全部", label="状态"
    )
    committee = django_filters.ModelChoiceFilter(
        queryset=lambda request: Committee.objects.visible_to(request.user), empty_label="全部", label="所属机构"
    )

    class Meta:
        model = Inspector
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Inspector], name: str, value: str) -> QuerySet[Inspector]:
        return queryset.filter(Q(user__name__contains=value) | Q(employer__contains=value))
