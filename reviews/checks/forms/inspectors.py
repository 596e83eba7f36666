"""Forms of the pool of inspectors."""

from __future__ import annotations

from typing import Any

from django import forms

from associations.forms import AssociationField, CommitteeField, FactForm, PersonField
from associations.models import Authority
from portal.core.choices import Role
from portal.core.filters import DayInput
from portal.core.forms import AccountChoiceField
from portal.core.models import User
from reviews.checks.models.inspectors import Inspector


class InspectorForm(FactForm):
    """The facts about an inspector from which avoidance is computed."""

    user = AccountChoiceField(
        label="账户",
        queryset=User.objects.none(),
        empty_label="请选择",
        help_text="有抽查人员角色、尚未入库的账户。没有账户的，先由系统管理员开设。",
    )
    committee = CommitteeField(label="所属机构")
    employer = forms.CharField(label="工作单位", max_length=120, help_text="填写全称，用于计算回避。")
    authority = forms.ModelChoiceField(
        label="工作单位（部门）",
        queryset=Authority.objects.all(),
        required=False,
        empty_label="不是部门",
        help_text="工作单位是业务主管单位或者行业管理部门的，选择该部门。",
    )
    employer_association = AssociationField(
        label="工作单位所属协会",
        required=False,
        help_text="工作单位是协会，或者是协会会员单位的，选择该协会。",
    )
    person = PersonField(
        label="对应人员",
        required=False,
        help_text="在协会任职或者曾经任职的，选择人员库中的本人；未选择的，按同名计算回避。",
    )
    skills = forms.CharField(
        label="专长", max_length=100, required=False, help_text="用顿号分开，例如：党务、财务、法律。"
    )
    is_active = forms.BooleanField(label="在库", required=False, initial=True, help_text="不在库的不再抽取、不再指派。")

    def __init__(self, *args: Any, inspector: Inspector | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if inspector is None:
            del self.fields["is_active"]
            accounts = User.objects.filter(grants__role=Role.INSPECTOR, inspector=None, is_active=True)
            self.fields["user"].queryset = accounts.order_by("name", "pk").distinct()  # type: ignore[attr-defined]
            return
        del self.fields["user"], self.fields["committee"]
        # A stored value stays choosable even where it has left the person's scope.
        for name, kept in (("person", inspector.person), ("employer_association", inspector.employer_association)):
            if kept is not None:
                field: Any = self.fields[name]
                field.queryset = (field.queryset | type(kept)._default_manager.filter(pk=kept.pk)).distinct()

    def clean_skills(self) -> list[str]:
        return [each for each in self.cleaned_data["skills"].replace("，", "、").replace(",", "、").split("、") if each]


class AbsenceForm(FactForm):
    first_day = forms.DateField(label="第一天", widget=DayInput())
    last_day = forms.DateField(label="最后一天", widget=DayInput())
    reason = forms.CharField(label="原因", max_length=100, required=False)


class TieForm(FactForm):
    association = AssociationField(label="协会")
    reason = forms.CharField(label="利害关系", max_length=200, help_text="例如：配偶在该协会任职。")
