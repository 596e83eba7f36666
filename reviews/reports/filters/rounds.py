"""What the lists of rounds, of a round's reports and of reports to review can be narrowed to."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.forms import HiddenInput

from associations.models import Association
from partyorgs.organizations.filters import CommitteeFilter
from portal.core.access import subtree_limit
from portal.core.filters import ListFilter
from portal.core.models import Committee
from portal.core.typed import key_from
from reviews.questionnaires.choices import WITH_REVIEWER, AttentionReason, Lateness, SheetStatus
from reviews.questionnaires.models import stands
from reviews.reports.choices import DifficultyStatus, PostChangeStatus, RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.models.outcomes import Difficulty, PostChange

NOBODY = "none"


class RoundFilter(ListFilter):
    year = django_filters.NumberFilter(label="年份")
    status = django_filters.ChoiceFilter(choices=RoundStatus.choices, empty_label="全部", label="状态")

    class Meta:
        model = ReportRound
        fields: tuple[str, ...] = ()


def _own_rounds(request: Any) -> QuerySet[ReportRound]:
    return ReportRound.objects.visible_to(request.user).exclude(status=RoundStatus.CANCELLED)


class DayFilterSet(ListFilter):
    """Filters that ask how things stand on a day; `about` leads from a row to its association."""

    about = "association"

    def __init__(self, *args: Any, today: datetime.date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)

    def by_text(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(**{f"{self.about}__in": Association.objects.search(value)})

    def by_committee(self, queryset: Any, name: str, value: Committee) -> Any:
        below = Association.objects.within(subtree_limit(value), self.today)
        return queryset.filter(**{f"{self.about}__in": below})


class ReportFilter(DayFilterSet):
    """A round's reports. What a count of the overview leads to is narrower than the form: one committee without those below it."""

    WORK: ClassVar[dict[str, tuple[str, ...]]] = {
        "in_review": WITH_REVIEWER,
        "with_filer": (SheetStatus.RETURNED, SheetStatus.UNLOCKED),
    }

    search = django_filters.CharFilter(label="协会名称、代码或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    status = django_filters.ChoiceFilter(
        choices=(*SheetStatus.choices, ("in_review", "审核中"), ("with_filer", "退回、解锁修改中")),
        empty_label="全部",
        label="状态",
        method="by_status",
    )
    lateness = django_filters.ChoiceFilter(
        choices=Lateness.choices, empty_label="全部", label="报送情况", method="by_lateness"
    )

    overseer = django_filters.CharFilter(method="by_overseer", widget=HiddenInput)

    class Meta:
        model = QuarterlyReport
        fields: tuple[str, ...] = ()

    def by_overseer(self, queryset: Any, name: str, value: str) -> Any:
        """Keep what one committee oversees itself, or, with `none`, what nobody does."""
        return queryset.filter(committee_id=None if value == NOBODY else key_from(value) or 0)

    def by_status(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(status__in=self.WORK.get(value, (value,)))

    def by_lateness(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(stands(value, self.today))


class ReviewFilter(ReportFilter):
    """Reports that wait for a decision."""

    overseer = None
    round = django_filters.ModelChoiceFilter(queryset=_own_rounds, empty_label="全部", label="批次")
    status = django_filters.ChoiceFilter(
        choices=[(status.value, status.label) for status in WITH_REVIEWER], empty_label="全部", label="状态"
    )
    reason = django_filters.ChoiceFilter(
        choices=(("none", "无须留意"), *AttentionReason.choices),
        empty_label="全部",
        label="须留意之处",
        method="by_reason",
    )

    def by_reason(self, queryset: Any, name: str, value: str) -> Any:
        if value == "none":
            return queryset.filter(attention=0)
        condition = Q()
        for place in range(len(AttentionReason)):
            condition |= Q((f"attention_reasons__{place}__icontains", value))
        return queryset.filter(condition)


class PostChangeFilter(DayFilterSet):
    about = "report__association"

    search = django_filters.CharFilter(label="协会名称、代码或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    status = django_filters.ChoiceFilter(choices=PostChangeStatus.choices, empty_label="全部", label="状态")

    class Meta:
        model = PostChange
        fields: tuple[str, ...] = ()


class DifficultyFilter(DayFilterSet):
    about = "report__association"

    search = django_filters.CharFilter(label="协会名称、代码或拼音首字母", method="by_text")
    committee = CommitteeFilter(method="by_committee")
    status = django_filters.ChoiceFilter(choices=DifficultyStatus.choices, empty_label="全部", label="状态")
    kind = django_filters.CharFilter(field_name="kind", lookup_expr="exact", label="类别")

    class Meta:
        model = Difficulty
        fields: tuple[str, ...] = ()
