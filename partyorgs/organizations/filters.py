"""Filters of the lists: the page, its count and its export read the same rows."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict

from associations.choices import AssociationKind
from associations.forms import CommitteeField
from associations.models import Association, Industry, KnownAs, Person, Region
from partyorgs.organizations.choices import CoverageState, InstructorKind, OrganizationLevel, Setup, TermState
from partyorgs.organizations.models import Affiliation, Instructor, PartyOrganization
from portal.core.access import subtree_limit
from portal.core.filters import ListFilter
from portal.core.models import Committee


class CommitteeFilter(django_filters.ModelChoiceFilter):
    """A committee and all below it, chosen among those the user sees."""

    field_class = CommitteeField

    def __init__(self, **options: Any) -> None:
        super().__init__(label="归口机构", queryset=_own_committees, empty_label=None, **options)

    @property
    def field(self) -> Any:
        field = super().field
        field.empty_label = "全部"
        return field


def _own_committees(request: Any) -> QuerySet[Committee]:
    return Committee.objects.visible_to(request.user)


class DatedFilterSet(ListFilter):
    """Filters on a day: `as_of` is the one the page speaks of."""

    def __init__(self, data: Any = None, *args: Any, as_of: datetime.date, **options: Any) -> None:
        self.as_of = as_of
        # Nothing asked for is an answer too: a list shows what holds on the day unless more is asked for.
        super().__init__(QueryDict() if data is None else data, *args, **options)

    def overseen_by(self, committee: Committee) -> QuerySet[Association]:
        return Association.objects.within(subtree_limit(committee), self.as_of)


class AssociationFilter(DatedFilterSet):
    search = django_filters.CharFilter(label="名称、代码或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    region = django_filters.ModelChoiceFilter(label="所在地", queryset=Region.objects.all(), empty_label="全部")
    industry = django_filters.ModelChoiceFilter(label="行业门类", queryset=Industry.objects.all(), empty_label="全部")
    kind = django_filters.ChoiceFilter(label="类别", choices=AssociationKind.choices, empty_label="全部")
    coverage = django_filters.ChoiceFilter(label="覆盖情况", choices=CoverageState.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态",
        choices=(("deregistered", "已注销"), ("all", "在册和已注销")),
        empty_label="在册",
        method="as_it_is",
    )

    class Meta:
        model = Association
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset.filter(registered_on__lte=self.as_of))
        match self.form.cleaned_data.get("state"):
            case "all":
                return rows
            case "deregistered":
                return rows.filter(deregistered_on__lte=self.as_of)
        return rows.live_at(self.as_of)

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.search(value)

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        return queryset.filter(pk__in=self.overseen_by(value).values("pk"))

    def as_it_is(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class LivingFilterSet(DatedFilterSet):
    """Things that begin and end: the living ones, unless `state` asks for the ended ones or for all."""

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset.filter(begins_on__lte=self.as_of))
        state = self.form.cleaned_data.get("state")
        if state == "all":
            return rows
        return rows.filter(ends_on__lte=self.as_of) if state else rows.live_at(self.as_of)

    def as_it_is(self, queryset: Any, name: str, value: str) -> Any:
        return queryset


class OrganizationFilter(LivingFilterSet):
    search = django_filters.CharFilter(label="名称或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    setup = django_filters.ChoiceFilter(label="组建方式", choices=Setup.choices, empty_label="全部")
    level = django_filters.ChoiceFilter(label="层级", choices=OrganizationLevel.choices, empty_label="全部")
    term_state = django_filters.ChoiceFilter(label="任期", choices=TermState.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", choices=(("dissolved", "已撤销"), ("all", "现有和已撤销")), empty_label="现有", method="as_it_is"
    )

    class Meta:
        model = PartyOrganization
        fields: tuple[str, ...] = ()

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.search(value)

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        covering = Affiliation.objects.live_at(self.as_of).filter(association__in=self.overseen_by(value))
        return queryset.filter(pk__in=covering.values("organization"))


class InstructorFilter(LivingFilterSet):
    search = django_filters.CharFilter(label="姓名或协会", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    kind = django_filters.ChoiceFilter(label="类型", choices=InstructorKind.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(
        label="状态", choices=(("ended", "已结束"), ("all", "在任和已结束")), empty_label="在任", method="as_it_is"
    )

    class Meta:
        model = Instructor
        fields: tuple[str, ...] = ()

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        key = value.strip()
        letters = key.lower().replace(" ", "")
        return queryset.filter(
            Q(person__name__contains=key)
            | Q(person__initials__contains=letters)
            | Q(association__name__contains=key)
            | Q(association__initials__contains=letters)
        )

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        return queryset.filter(association__in=self.overseen_by(value))


class PersonFilter(DatedFilterSet):
    search = django_filters.CharFilter(label="姓名或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        key = value.strip()
        return queryset.filter(Q(name__contains=key) | Q(initials__contains=key.lower().replace(" ", "")))

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        known = KnownAs.objects.filter(association__in=self.overseen_by(value))
        return queryset.filter(pk__in=known.values("person"))
