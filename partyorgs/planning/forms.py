"""What people type about targets, plans and tasks."""

from __future__ import annotations

from typing import Any

from django import forms

from associations.forms import (
    CommitteeField,
    DayField,
    FactForm,
    ReasonForm,
)
from partyorgs.organizations.indicators import INDICATORS
from partyorgs.planning.choices import PlanForm
from partyorgs.planning.indicators import PLANNABLE


def indicator_choices() -> list[tuple[str, str]]:
    """Return every indicator, with what it waits for where it is not computed yet."""
    return [
        (indicator.code, f"{indicator.name}（{indicator.waits_for}）" if indicator.waits_for else indicator.name)
        for indicator in INDICATORS.values()
    ]


class TargetForm(FactForm):
    committee = CommitteeField(label="党建工作领导机构", help_text="下级没有自己的目标时，沿用最近上级的目标。")
    indicator = forms.ChoiceField(label="指标", choices=indicator_choices)
    due_on = DayField(label="完成期限", may_be_future=True)
    value = forms.DecimalField(label="目标值（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2)
    source = forms.CharField(
        label="依据",
        max_length=200,
        help_text="写明文件名称、文号或会议，例如：省委社会工作部2024年工作要点。",
    )


class DeleteTargetForm(ReasonForm):
    pass


class QuestionForm(FactForm):
    """The question put to a plan. It stands in the address, so that it can be sent to a colleague."""

    committee = CommitteeField(label="党建工作领导机构", empty_label=None)
    indicator = forms.ChoiceField(label="指标", choices=[(code, INDICATORS[code].name) for code in PLANNABLE])
    target = forms.DecimalField(label="目标值（%）", min_value=0, max_value=100, max_digits=5, decimal_places=2)
    forms = forms.MultipleChoiceField(
        label="采用的方式", choices=PlanForm.choices, widget=forms.CheckboxSelectMultiple, required=True
    )


class AssignForm(FactForm):
    """Which steps of a plan become tasks, who helps, by when."""

    steps = forms.MultipleChoiceField(label="列入任务的步骤", widget=forms.CheckboxSelectMultiple)
    helper = forms.CharField(label="帮建人", max_length=60, help_text="姓名和单位，例如：李明（市工信局）。")
    due_on = DayField(label="完成期限", may_be_future=True)
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, steps: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["steps"].choices = steps  # type: ignore[attr-defined]


class CancelTaskForm(ReasonForm):
    pass
