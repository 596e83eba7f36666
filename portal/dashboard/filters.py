"""Filters of the lists behind figures; each stands in the address."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter

from associations.choices import AssociationKind
from associations.models import Association
from partyorgs.organizations.choices import TermState
from portal.core.access import Limit
from portal.core.filters import ListFilter
from portal.dashboard.panels.coverage import NOT_FILLED_IN, group_choices
from portal.dashboard.panels.links import NOT_FILLED_IN as NULL_VALUE


class FactFilter(ListFilter):
    """Filters over association facts: by group, as a figure was grouped, and by name."""

    search = CharFilter(label="协会", method="filter_search")
    committee = ChoiceFilter(
        label="党建工作领导机构",
        field_name="committee_id",
        empty_label="全部",
        null_label=NOT_FILLED_IN,
        null_value=NULL_VALUE,
    )
    region = ChoiceFilter(
        label="所在地", field_name="region_id", empty_label="全部", null_label=NOT_FILLED_IN, null_value=NULL_VALUE
    )
    industry = ChoiceFilter(
        label="行业门类", field_name="industry_id", empty_label="全部", null_label=NOT_FILLED_IN, null_value=NULL_VALUE
    )
    kind = ChoiceFilter(label="类别", empty_label="全部", choices=AssociationKind.choices)

    def __init__(self, *args: Any, as_of: datetime.date, limit: Limit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for by in ("committee", "region", "industry"):
            self.filters[by].extra["choices"] = group_choices(limit, as_of, by)
        self.form.fields["search"].widget.attrs["placeholder"] = "名称、代码或拼音首字母"

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything is chosen: a target is for the whole of a scope."""
        return any(self.data.get(name) for name in self.filters)

    def filter_search(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(association__in=Association.objects.search(value))


class ElectionFilter(FactFilter):
    party_term = ChoiceFilter(
        label="党组织任期", field_name="party_term_state", empty_label="全部", choices=TermState.choices
    )
    association_term = ChoiceFilter(
        label="协会任期", field_name="association_term_state", empty_label="全部", choices=TermState.choices
    )
