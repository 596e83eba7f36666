"""What the list of an association's own quarterly reports can be narrowed to."""

from __future__ import annotations

import django_filters

from portal.core.filters import ListFilter
from reviews.questionnaires.choices import SheetStatus
from reviews.reports.models.filing import QuarterlyReport


class OwnReportFilter(ListFilter):
    year = django_filters.NumberFilter(field_name="quarter_end", lookup_expr="year", label="年份")
    status = django_filters.ChoiceFilter(choices=SheetStatus.choices, empty_label="全部", label="状态")

    class Meta:
        model = QuarterlyReport
        fields: tuple[str, ...] = ()
