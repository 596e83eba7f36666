"""What the list of questionnaires can be narrowed to."""

from __future__ import annotations

import django_filters

from portal.core.filters import ListFilter
from reviews.questionnaires.choices import QuestionnaireKind
from reviews.questionnaires.models import Questionnaire


class QuestionnaireFilter(ListFilter):
    search = django_filters.CharFilter(field_name="name", lookup_expr="contains", label="名称")
    kind = django_filters.ChoiceFilter(choices=QuestionnaireKind.choices, empty_label="全部", label="用途")

    class Meta:
        model = Questionnaire
        fields: tuple[str, ...] = ()
