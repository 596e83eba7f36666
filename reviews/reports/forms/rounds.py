"""Forms of rounds of quarterly reports, and of what is decided about one report for a reason."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.core.filters import DayInput
from portal.core.forms import IndentedChoiceField, PlainForm, ReasonForm
from portal.core.models import Committee
from portal.core.quarters import Quarter
from reviews.questionnaires.models import QuestionnaireVersion

QUARTERS_BACK = 4  # a round is opened after its quarter; a year back is for what was forgotten


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.questionnaire.name}第{obj.number}版"


class RoundForm(PlainForm):
    """A round to be opened: the quarter, the part of the tree, the questionnaire, the deadline."""

    quarter = forms.ChoiceField(label="季度")
    committee = IndentedChoiceField(
        label="填报范围",
        queryset=Committee.objects.none(),
        empty_label=None,
        help_text="该机构及其下级归口的在册协会，每家一份。",
    )
    version = VersionField(
        label="季报模板",
        queryset=QuestionnaireVersion.objects.none(),
        empty_label=None,
        help_text="发起后这一批季报始终用这一版；模板再修改，不影响已发起的批次。",
    )
    due_on = forms.DateField(label="截止日期", widget=DayInput())
    has_second_review = forms.BooleanField(
        label="省级复核", required=False, help_text="勾选后，归口机构审核通过的季报还须由省级另一人复核才算通过。"
    )

    def __init__(
        self,
        *args: Any,
        committees: QuerySet[Committee],
        versions: QuerySet[QuestionnaireVersion],
        today: datetime.date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        quarters = [Quarter.of(today).previous]
        while len(quarters) < QUARTERS_BACK:
            quarters.append(quarters[-1].previous)
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (f"{quarter.year}Q{quarter.number}", str(quarter)) for quarter in quarters
        ]
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()

    def clean_quarter(self) -> Quarter:
        year, number = self.cleaned_data["quarter"].split("Q")
        return Quarter(int(year), int(number))


class CloseForm(ReasonForm):
    reason = forms.CharField(label="原因", max_length=200, required=False, help_text="截止日期以前截止的，须填写原因。")


class NewDeadlineForm(ReasonForm):
    """A new last day, for a reason."""

    due_on = forms.DateField(label="新的截止日期", widget=DayInput())
    field_order = ("due_on", "reason")


class UnlockForm(ReasonForm):
    until = forms.DateField(
        label="可修改至", widget=DayInput(), help_text="到期没有重新提交的，自动恢复为已通过的内容。"
    )
    field_order = ("reason", "until")


class AnswerDifficultyForm(PlainForm):
    answer = forms.CharField(label="答复", max_length=400, widget=forms.Textarea(attrs={"rows": 4}))
    solved = forms.TypedChoiceField(
        label="办理结果",
        choices=(("1", "已解决"), ("0", "已答复，暂不能解决")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
