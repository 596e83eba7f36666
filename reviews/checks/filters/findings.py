"""Filters of the list of findings."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from associations.models import Association
from partyorgs.organizations.filters import CommitteeFilter
from portal.core.access import scope_of, subtree_limit
from portal.core.choices import COMMITTEE_ROLES
from portal.core.filters import ListFilter
from portal.core.models import Committee
from reviews.checks.choices import ExtensionStatus, FindingStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.questionnaires.choices import ItemSeverity

OPEN, EXTENSION = "open", "extension"
STATES = ((OPEN, "未销号"), (EXTENSION, "延期待审批"), *FindingStatus.choices)
_YES = (("1", "是"),)


def _checks(request: Any) -> QuerySet[SpotCheck]:
    """Return the checks with a finding that this person sees; other checks from above stay unknown."""
    seen = Finding.objects.visible_to(request.user, timezone.localdate())
    return SpotCheck.objects.filter(pk__in=seen.order_by().values("visit__spot_check"))


class FindingFilter(ListFilter):
    search = django_filters.CharFilter(method="by_text", label="问题或者协会名称")
    state = django_filters.ChoiceFilter(method="in_state", choices=STATES, empty_label="全部", label="状态")
    severity = django_filters.ChoiceFilter(choices=ItemSeverity.choices, empty_label="全部", label="严重程度")
    overdue = django_filters.ChoiceFilter(method="is_overdue", choices=_YES, empty_label="全部", label="整改逾期")
    repeated = django_filters.ChoiceFilter(method="is_repeated", choices=_YES, empty_label="全部", label="反复出现")
    check = django_filters.ModelChoiceFilter(
        field_name="visit__spot_check", queryset=_checks, empty_label="全部", label="抽查"
    )
    committee = CommitteeFilter(method="by_committee")

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is None or not scope_of(self.request.user).has(*COMMITTEE_ROLES):
            for name in ("committee", "check"):  # an association has one overseer and few checks
                self.filters.pop(name, None)

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        key = value.strip()
        associations = Association.objects.search(key)
        return queryset.filter(Q(title__contains=key) | Q(detail__contains=key) | Q(association__in=associations))

    def in_state(self, queryset: Any, name: str, value: str) -> Any:
        if value == OPEN:
            return queryset.open()
        if value == EXTENSION:
            undecided = Q(extensions__status=ExtensionStatus.ASKED, status=FindingStatus.NOTICED)
            return queryset.filter(pk__in=Finding.objects.filter(undecided).values("pk"))
        return queryset.filter(status=value)

    def is_overdue(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.overdue(timezone.localdate())

    def is_repeated(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.counted().filter(repeats__isnull=False)

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        within = Association.objects.within(subtree_limit(value), timezone.localdate())
        return queryset.filter(association__in=within)
