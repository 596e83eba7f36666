"""Forms of a check: its plan, exclusions, the draw, assignments."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from associations.choices import AssociationKind
from associations.forms import AssociationField, FactForm
from associations.models import Association, Industry, Region
from portal.core.filters import DayInput
from portal.core.forms import IndentedChoiceField, PlainForm
from portal.core.models import Committee, User
from reviews.checks.choices import CheckKind, Selection, Stratum
from reviews.checks.indicators.population import SKIP_DRAWN, Outline
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import VisitAssignment
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion


class InspectorsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}（{obj.employer}）"


def _ticks(label: str, rows: Any, **options: Any) -> forms.ModelMultipleChoiceField:
    """Return a field of rows to tick; no tick means no limit."""
    return forms.ModelMultipleChoiceField(
        label=label, queryset=rows, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class CheckForm(PlainForm):
    """The plan of a check. The preview computes a population from its `outline`."""

    name = forms.CharField(label="名称", max_length=80)
    kind = forms.ChoiceField(label="种类", choices=CheckKind.choices)
    selection = forms.ChoiceField(
        label="确定方式",
        choices=Selection.choices,
        help_text="随机抽查必须随机抽取；走访、专项检查可以逐家确定。",
    )
    committee = IndentedChoiceField(label="检查范围", queryset=Committee.objects.none(), empty_label=None)
    version = forms.ModelChoiceField(
        label="检查清单",
        queryset=QuestionnaireVersion.objects.none(),
        empty_label=None,
        help_text="已发布的检查清单版本。",
    )
    begins_on = forms.DateField(label="开始日期", widget=DayInput())
    ends_on = forms.DateField(label="结束日期", widget=DayInput())
    as_of = forms.DateField(label="数据日期", widget=DayInput(), help_text="总体、分层和排除按这一天的数据确定。")
    committees = _ticks("党建工作领导机构", Committee.objects.none())
    regions = _ticks("所在地", Region.objects.all())
    industries = _ticks("行业门类", Industry.objects.all())
    kinds = forms.MultipleChoiceField(
        label="类别", choices=AssociationKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    skip_drawn = forms.BooleanField(label="今年随机抽查已经抽中过的不再抽取", required=False)
    strata = forms.MultipleChoiceField(
        label="分层",
        choices=Stratum.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="每层按家数比例分配名额，数量足够时每层至少1家。",
    )
    rate = forms.DecimalField(
        label="抽取比例（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    number = forms.IntegerField(label="抽取数量（家）", min_value=1, required=False, help_text="比例和数量只填一项。")
    inspectors = InspectorsField(
        label="抽查人员",
        queryset=Inspector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        committees: QuerySet[Committee],
        user: User,
        today: datetime.date,
        check: SpotCheck | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        versions = QuestionnaireVersion.objects.filter(
            questionnaire__kind=QuestionnaireKind.CHECK_LIST, status=VersionStatus.PUBLISHED
        ).select_related("questionnaire")
        people = Inspector.objects.visible_to(user).active()
        if check is not None:  # inspectors that a committee above had chosen stay
            people = Inspector.objects.filter(Q(pk__in=people) | Q(checks=check)).distinct()
        people = people.select_related("user")
        for name, rows in (
            ("committee", committees),
            ("committees", committees),
            ("version", versions),
            ("inspectors", people),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["committee"].initial = committees.first()
        self.fields["version"].initial = versions.first()
        self.fields["inspectors"].initial = list(people)
        self.fields["as_of"].initial = today
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()
        if not versions:
            self.fields["version"].help_text = "还没有已发布的检查清单，请先由省级在“模板”中发布。"

    @property
    def filters(self) -> dict[str, Any]:
        """Return the conditions of the population in plain values, as they are stored."""
        cleaned = self.cleaned_data
        return {
            **{name: [row.pk for row in cleaned.get(name) or ()] for name in ("committees", "regions", "industries")},
            "kinds": list(cleaned.get("kinds") or ()),
            SKIP_DRAWN: bool(cleaned.get("skip_drawn")),
        }

    def outline(self, excluded: Mapping[int, str], check: int | None) -> Outline | None:
        """Return the outline of the population as far as the form is filled in; None while scope, kind or days are missing."""
        self.full_clean()
        cleaned = self.cleaned_data
        if not all(cleaned.get(name) for name in ("committee", "begins_on", "as_of", "kind")):
            return None
        return Outline(
            kind=cleaned["kind"],
            committee=cleaned["committee"],
            begins_on=cleaned["begins_on"],
            as_of=cleaned["as_of"],
            filters=self.filters,
            strata=tuple(cleaned.get("strata") or ()),
            rate=cleaned.get("rate"),
            number=cleaned.get("number"),
            excluded=excluded,
            check=check,
        )


def initial_of(check: SpotCheck) -> dict[str, Any]:
    """Return a stored plan as initial values of the form that edits it."""
    names = ("name", "kind", "selection", "committee", "version", "begins_on", "ends_on", "as_of", "strata")
    return {
        **{name: getattr(check, name) for name in (*names, "rate", "number")},
        **check.filters,
        "inspectors": list(check.inspectors.all()),
    }


def filter_words(check: SpotCheck) -> list[str]:
    """Return the conditions of a check's population in words, one line each."""
    rows: dict[str, QuerySet[Any]] = {
        "committees": Committee.objects.all(),
        "regions": Region.objects.all(),
        "industries": Industry.objects.all(),
    }
    lines = ["、".join(str(row) for row in rows[name].filter(pk__in=check.filters.get(name, ()))) for name in rows]
    lines.append("、".join(str(AssociationKind(kind).label) for kind in check.filters.get("kinds", ())))
    if check.filters.get(SKIP_DRAWN):
        lines.append("今年随机抽查已经抽中过的不再抽取")
    return [line for line in lines if line]


class ExcludeForm(FactForm):
    association = AssociationField(label="协会")
    reason = forms.CharField(label="排除原因", max_length=200, help_text="写明依据，与名单一起封存、公布。")


class DrawForm(PlainForm):
    witness_word = forms.CharField(
        label="现场见证内容",
        max_length=100,
        help_text="由在场的见证人当场给出，例如一串随口报出的数字或者一句话。封存时无人知道，抽取后一并公布。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness_word"].widget.attrs["autocomplete"] = "off"


class InspectorField(forms.ModelChoiceField):
    """A choice of inspectors; reasons to stay away stand beside the name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Inspector.objects.none(), empty_label="请选择", **options)
        self.kept: Mapping[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        reasons = self.kept.get(obj.pk)
        return f"{obj}（{obj.employer}）{'　应当回避：' + reasons if reasons else ''}"


class PartField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.inspector)


class VisitAssignForm(PlainForm):
    """Another inspector for a visit, in place of one or in addition."""

    replaced = PartField(
        label="被改派的人员", queryset=VisitAssignment.objects.none(), required=False, empty_label="不改派，增加一人"
    )
    inspector = InspectorField(label="检查人员")
    planned_on = forms.DateField(label="检查日期", widget=DayInput(), required=False)
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args: Any, people: Any, kept: Mapping[int, str], parts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["inspector"]
        field.kept, field.queryset = kept, people
        self.fields["replaced"].queryset = parts  # type: ignore[attr-defined]


class VisitForm(FactForm):
    """One association chosen by hand, with its two inspectors."""

    association = AssociationField(label="协会")
    first = InspectorField(label="检查人员（1）")
    second = InspectorField(label="检查人员（2）")
    planned_on = forms.DateField(label="检查日期", widget=DayInput())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def clean_association(self) -> Association:
        association = self.cleaned_data["association"]
        if association is None:
            raise forms.ValidationError("请选择协会。")
        return association


class VisitMoveForm(PlainForm):
    """Day and address of a visit."""

    planned_on = forms.DateField(label="检查日期", widget=DayInput())
    address = forms.CharField(
        label="地址", max_length=200, required=False, help_text="检查人员在手机上看到。下次检查同一协会时自动带出。"
    )
