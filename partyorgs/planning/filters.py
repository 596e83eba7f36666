"""Filters of the lists of targets and tasks."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q

from associations.models import Association
from partyorgs.organizations.filters import CommitteeFilter
from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.choices import PlanForm, TaskState
from partyorgs.planning.models import CoverageTask
from portal.core.filters import ListFilter
from portal.core.models import Committee


class TargetFilter(ListFilter):
    committee = CommitteeFilter(field_name="committee")
    indicator = django_filters.ChoiceFilter(
        label="指标", choices=[(code, indicator.name) for code, indicator in INDICATORS.items()], empty_label="全部"
    )


class TaskFilter(ListFilter):
    search = django_filters.CharFilter(label="协会或帮建人", method="by_text")
    state = django_filters.ChoiceFilter(label="状态", choices=TaskState.choices, empty_label="全部")
    form_of = django_filters.ChoiceFilter(
        field_name="form", label="组建方式", choices=PlanForm.choices, empty_label="全部"
    )
    committee = CommitteeFilter(method="by_committee")

    class Meta:
        model = CoverageTask
        fields: tuple[str, ...] = ()

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        about = CoverageTask.associations.through.objects.filter(association__in=Association.objects.search(value))
        return queryset.filter(Q(helper__contains=value.strip()) | Q(pk__in=about.values("coveragetask")))

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        return queryset.filter(committee__path__startswith=value.path)
