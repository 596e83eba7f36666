"""What the list of templates can be narrowed to."""

from __future__ import annotations

import django_filters

from portal.core.filters import ListFilter
from reviews.questionnaires.choices import TemplateKind
from reviews.questionnaires.models import Template


class TemplateFilter(ListFilter):
    search = django_filters.CharFilter(field_name="name", lookup_expr="contains", label="名称")
    kind = django_filters.ChoiceFilter(choices=TemplateKind.choices, empty_label="全部", label="用途")

    class Meta:
        model = Template
        fields: tuple[str, ...] = ()
