"""What people type about Party organizations, officers, instructors, talks and merges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy

from associations.forms import (
    AssociationField,
    DayField,
    FactForm,
    HolderForm,
    PersonField,
    PickerField,
    ReasonForm,
)
from associations.models import Association
from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from partyorgs.organizations.models import PartyOrganization
from partyorgs.organizations.rules import JOINT_BRANCH_MAX_UNITS
from portal.core.models import User


class OrganizationField(PickerField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "输入党组织名称或拼音首字母，从提示中选择。")
        super().__init__(options_url=reverse_lazy("partyorgs:organization-options"), **options)


class FoundForm(FactForm):
    name = forms.CharField(label="党组织名称", max_length=160)
    setup = forms.ChoiceField(label="组建方式", choices=Setup.choices)
    level = forms.ChoiceField(
        label="层级",
        choices=(("", "按名称确定"), *OrganizationLevel.choices),
        required=False,
        help_text="任期：党支部、党总支3年，党委5年。",
    )
    founded_on = DayField(label="成立日期")
    elected_on = DayField(label="最近一次选举日期", required=False, help_text="成立后换届过的填写。")
    association_1 = AssociationField(label="覆盖的协会")

    def __init__(self, *args: Any, user: User, today: Any, **options: Any) -> None:
        super().__init__(*args, user=user, today=today, **options)
        for number in range(2, JOINT_BRANCH_MAX_UNITS + 1):
            field = AssociationField(label=f"覆盖的协会（{number}）", required=False, help_text="")
            field.queryset = Association.objects.visible_to(user, today)
            self.fields[f"association_{number}"] = field
        self.fields["association_1"].label = "覆盖的协会（1）"

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        names = [f"association_{number}" for number in range(1, JOINT_BRANCH_MAX_UNITS + 1)]
        covers = [told.pop(name) for name in names if told.get(name)]
        for name in names:
            told.pop(name, None)
        told["covers"] = covers
        if len(set(covers)) < len(covers):
            self.add_error(None, "同一家协会填写了两次。")
        if told.get("setup") == Setup.OWN and len(covers) > 1:
            self.add_error("setup", "单独组建的党组织只覆盖一家协会；覆盖多家的是联合组建。")
        return told


class CorrectOrganizationForm(ReasonForm):
    name = forms.CharField(label="党组织名称", max_length=160)
    level = forms.ChoiceField(label="层级", choices=OrganizationLevel.choices)
    begins_on = DayField(label="成立日期")
    ends_on = DayField(
        label="撤销日期", required=False, help_text="误登记为撤销的，清空即恢复；其覆盖关系和任职须分别更正。"
    )


class DissolveForm(ReasonForm):
    on = DayField(label="撤销日期", help_text="自该日起不再计入；其覆盖关系和任职同日终止。")


class AffiliateForm(FactForm):
    association = AssociationField(label="覆盖的协会")
    begins_on = DayField(label="自何日起")


class JoinForm(FactForm):
    """From the association's side: which organization covers it."""

    organization = OrganizationField(label="党组织")
    begins_on = DayField(label="自何日起")

    def __init__(self, *args: Any, user: User, today: Any, **options: Any) -> None:
        super().__init__(*args, user=user, today=today, **options)
        self.fields["organization"].queryset = PartyOrganization.objects.visible_to(user, today)  # type: ignore[attr-defined]


class CorrectAffiliationForm(ReasonForm):
    begins_on = DayField(label="开始日期")
    ends_on = DayField(label="终止日期", required=False)


class ElectionForm(FactForm):
    held_on = DayField(label="选举日期", help_text="新的任期自该日起算。")


class CorrectElectionForm(ElectionForm, ReasonForm):
    pass


class SetupForm(ReasonForm):
    setup = forms.ChoiceField(label="组建方式", choices=Setup.choices)
    stated_on = DayField(label="自何日起")


class OfficerForm(HolderForm):
    association = AssociationField(label="所在协会", required=False, help_text="只覆盖一家协会的不填。")
    title = forms.ChoiceField(label="党内职务", choices=PartyTitle.choices)
    wording = forms.CharField(label="职务名称", max_length=60, required=False, help_text="与上面不同的，照实填写。")
    begins_on = DayField(label="任职日期")


class CorrectOfficerForm(ReasonForm):
    person = PersonField(label="人员")
    title = forms.ChoiceField(label="党内职务", choices=PartyTitle.choices)
    wording = forms.CharField(label="职务名称", max_length=60, required=False)
    begins_on = DayField(label="任职日期")
    ends_on = DayField(label="终止日期", required=False, help_text="误登记为终止的，清空即恢复在任。")


class InstructorForm(HolderForm):
    kind = forms.ChoiceField(label="类型", choices=InstructorKind.choices)
    dispatched_by = forms.CharField(label="派出单位", max_length=100, required=False)
    begins_on = DayField(label="选派日期")


class CorrectInstructorForm(ReasonForm):
    person = PersonField(label="人员")
    kind = forms.ChoiceField(label="类型", choices=InstructorKind.choices)
    dispatched_by = forms.CharField(label="派出单位", max_length=100, required=False)
    begins_on = DayField(label="选派日期")
    ends_on = DayField(label="终止日期", required=False)


class TalkForm(FactForm):
    held_on = DayField(label="约谈日期")
    summary = forms.CharField(label="约谈情况", max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class CorrectTalkForm(TalkForm, ReasonForm):
    pass


class MergeForm(ReasonForm):
    duplicate = PersonField(
        label="并入的另一条记录", help_text="输入姓名，从提示中选择。它的职务、身份记录都归到本记录，合并可以撤销。"
    )


class UndoMergeForm(ReasonForm):
    pass
