"""What people type about Party organizations, officers, instructors, talks and merges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy

from associations.forms import (
    AssociationField,
    CommitteeField,
    DayField,
    FactForm,
    HolderForm,
    PersonField,
    PickerField,
    ReasonForm,
)
from associations.models import Association
from partyorgs.choices import InstructorKind, OrganizationLevel, PartyTitle, PlanForm, Setup
from partyorgs.indicators import INDICATORS, PLANNABLE
from partyorgs.models import PartyOrganization
from partyorgs.rules import JOINT_BRANCH_MAX_UNITS
from portal.core.forms import PlainForm
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


class LedgerUploadForm(PlainForm):
    """A ledger to be read: the file and the day that it speaks of."""

    file = forms.FileField(
        label="台账文件",
        help_text="用 WPS 或 Excel 保存的 .xlsx 文件，不超过20兆。表头、列的顺序不限，平台按含义识别，下一步可以更正。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    as_of = DayField(
        label="台账截止日期", help_text="台账写明的“截至”日期。台账说明的是这一天的情况，不会改动此前的数据。"
    )
    create_committees = forms.BooleanField(
        label="自动建立台账中尚未登记的行业党委",
        required=False,
        help_text="不勾选时，归口未登记机构的协会暂归口省级，并逐条提示。",
    )

    def __init__(self, *args: Any, today: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        last = self.fields["as_of"]
        assert isinstance(last, DayField)  # noqa: S101 -- declared above
        last.end_at(today)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError("文件超过20兆，请拆分后分别上传。")
        return file


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
    """What a plan is asked for; it stands in the address, so that it can be sent to a colleague."""

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
