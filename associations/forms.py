"""What people type about associations, posts and people: dates not yet come, rows found by typing, reasons."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from associations.choices import AssociationKind, Membership, PostTitle, Sex
from associations.models import Association, Authority, Headcount, Industry, Person, Region
from associations.rules import normal_uscc
from portal.core.forms import IndentedChoiceField, PlainForm
from portal.core.models import Committee, User
from portal.core.typed import key_from

YES_NO = ((True, "是"), (False, "否"))
YES_NO_UNKNOWN = (("", "尚不清楚"), *YES_NO)
# A picker offers this many rows; whoever sees none of them types on.
OFFERED = 12
_NUMBER = re.compile(r"（(?:编号\s*)?([0-9A-Z]+)[^（）]*）\s*$")


def yes_no(value: Any) -> bool | None:
    return {"True": True, "False": False, True: True, False: False}.get(value)


FIRST_DAY = datetime.date(1900, 1, 1)
YEARS_AHEAD = 10


class DayField(forms.DateField):
    """A day in the browser's own calendar, none of another century. Without `may_be_future` it must have come."""

    def __init__(self, *, may_be_future: bool = False, **options: Any) -> None:
        self.may_be_future = may_be_future
        attributes = {"type": "date", "min": FIRST_DAY.isoformat()}
        super().__init__(
            widget=forms.DateInput(attrs=attributes, format="%Y-%m-%d"),
            validators=[MinValueValidator(FIRST_DAY, "日期不能早于1900年1月1日，请核对年份。")],
            **options,
        )

    def end_at(self, today: datetime.date) -> None:
        """Take no day later than today or, where plans are entered, than the tenth year from now."""
        last = datetime.date(today.year + YEARS_AHEAD, 12, 31) if self.may_be_future else today
        too_late = f"日期不能晚于{last.year}年底，请核对年份。" if self.may_be_future else "日期不能晚于今天。"
        self.widget.attrs["max"] = last.isoformat()
        self.validators.append(MaxValueValidator(last, too_late))


class YesNoField(forms.TypedChoiceField):
    """Yes, no or, where not required, not known: an unticked box would say no for whoever has not looked."""

    def __init__(self, **options: Any) -> None:
        choices = YES_NO if options.get("required", True) else YES_NO_UNKNOWN
        super().__init__(choices=choices, coerce=yes_no, empty_value=None, **options)


class PickerInput(forms.TextInput):
    """A text field that offers matching rows while one types (htmx); without script the name is typed in full."""

    def __init__(self, options_url: Any) -> None:
        self.options_url = options_url
        super().__init__(attrs={"autocomplete": "off"})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = f"{(attrs or {}).get('id', name)}_options"
        asking = {
            "list": box,
            "hx-get": self.options_url,
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{box}",
            "hx-params": name,
        }
        field = super().render(
            name, value, {**(attrs or {}), **{key: str(asked) for key, asked in asking.items()}}, renderer
        )
        return format_html("{}<datalist{}></datalist>", field, flatatt({"id": box}))


class PickerField(forms.CharField):
    """One row of `queryset`, told by what a picker offers, by its whole name or its code; the form sets `queryset`."""

    queryset: QuerySet[Any]
    keys: tuple[str, ...] = ("name",)
    code = "pk"

    def __init__(self, *, options_url: Any, **options: Any) -> None:
        super().__init__(widget=PickerInput(options_url), **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        return self.find(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        return option_of(value) if hasattr(value, "pk") else value

    def find(self, text: str) -> Any:
        rows: list[Any] = []
        if (number := _NUMBER.search(text)) and (self.code != "pk" or key_from(number[1]) is not None):
            rows = list(self.queryset.filter(**{self.code: number[1]})[:2])
        for key in self.keys if not rows else ():
            rows = rows or list(self.queryset.filter(**{key: text})[:2])
        if not rows:
            raise forms.ValidationError("没有找到，请输入部分名称后从提示中选择，或者输入全称。")
        if len(rows) > 1:
            raise forms.ValidationError("有同名的记录，请从提示中选择一条。")
        return rows[0]


class AssociationField(PickerField):
    keys = ("name", "uscc")
    code = "uscc"

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "输入名称、统一社会信用代码或拼音首字母，从提示中选择。")
        super().__init__(options_url=reverse_lazy("associations:association-options"), **options)


class PersonField(PickerField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "输入姓名或拼音首字母，从提示中选择；同一人担任两个职务时须选择同一条记录。")
        super().__init__(options_url=reverse_lazy("associations:person-options"), **options)


def option_of(row: Any) -> str:
    """Return the text under which a picker offers a row, and finds it again."""
    return f"{row}（{row.uscc}）" if isinstance(row, Association) else f"{row}（编号{row.pk}）"


class FactForm(PlainForm):
    """A form about facts: knows the day and who is typing, so that no day lies ahead and no row out of sight is offered."""

    def __init__(self, *args: Any, user: User, today: datetime.date, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.end_at(today)
            elif isinstance(field, AssociationField):
                field.queryset = Association.objects.visible_to(user, today)
            elif isinstance(field, PersonField):
                field.queryset = Person.objects.counted().visible_to(user, today)
            elif isinstance(field, CommitteeField):
                field.queryset = Committee.objects.visible_to(user)


class ReasonForm(FactForm):
    """Asks why, at the end of the form."""

    field_order: list[str] | None = None
    reason = forms.CharField(label="原因", max_length=200, help_text="写明依据或者来源，将记入变更记录。")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields([name for name in self.fields if name != "reason"])


class EndForm(ReasonForm):
    on = DayField(label="终止日期", help_text="自该日起不再有效。")


class CommitteeField(IndentedChoiceField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"queryset": Committee.objects.none(), "empty_label": "请选择", **options})


class DescribingForm(FactForm):
    """The fields of an association that have no date of their own."""

    kind = forms.ChoiceField(label="类别", choices=AssociationKind.choices)
    region = forms.ModelChoiceField(label="所在地", queryset=Region.objects.all(), required=False, empty_label="未填")
    industry = forms.ModelChoiceField(
        label="行业门类", queryset=Industry.objects.all(), required=False, empty_label="未填"
    )
    competent_authority = forms.ModelChoiceField(
        label="业务主管单位",
        queryset=Authority.objects.all(),
        required=False,
        empty_label="未填",
        help_text="直接登记的协会不填。",
    )
    industry_authority = forms.ModelChoiceField(
        label="行业管理部门", queryset=Authority.objects.all(), required=False, empty_label="未填"
    )
    registration_authority = forms.ModelChoiceField(
        label="登记管理机关", queryset=Authority.objects.all(), required=False, empty_label="未填"
    )
    grade = forms.CharField(label="评估等级", max_length=10, required=False, help_text="例如：4A。未评估的不填。")
    note = forms.CharField(label="备注", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RegisterForm(DescribingForm):
    name = forms.CharField(label="名称", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=40, help_text="18位，保存时核对校验码。")
    registered_on = DayField(label="成立登记日期")
    committee = CommitteeField(label="归口的党建工作领导机构")
    charter_clause = YesNoField(label="党建写入章程", required=False)
    decoupled = YesNoField(label="已与行政机关脱钩", required=False)

    field_order = ["name", "uscc", "kind", "registered_on", "committee", "charter_clause", "decoupled"]

    def clean_uscc(self) -> str:
        return normal_uscc(self.cleaned_data["uscc"])


class CorrectAssociationForm(ReasonForm):
    name = forms.CharField(label="名称", max_length=120)
    uscc = forms.CharField(label="统一社会信用代码", max_length=40)
    registered_on = DayField(label="成立登记日期")
    deregistered_on = DayField(label="注销日期", required=False, help_text="误登记为注销的，清空即恢复在册。")

    def clean_uscc(self) -> str:
        return normal_uscc(self.cleaned_data["uscc"])


class DeregisterForm(ReasonForm):
    on = DayField(label="注销日期", help_text="自该日起不再计入在册协会，以前各日的数字不变。")


class MoveForm(ReasonForm):
    committee = CommitteeField(label="调整到")
    from_date = DayField(label="自何日起", may_be_future=True, help_text="该日以前的数字仍归原机构，自该日起归新机构。")


class CorrectOversightForm(ReasonForm):
    committee = CommitteeField(label="归口的党建工作领导机构")
    stated_on = DayField(label="说明日期", may_be_future=True)


class CharterClauseForm(ReasonForm):
    included = YesNoField(label="党建写入章程")
    stated_on = DayField(label="自何日起", help_text="章程修改的核准日期，或者得知情况的日期。")


class DecouplingForm(ReasonForm):
    decoupled = YesNoField(label="已与行政机关脱钩")
    stated_on = DayField(label="自何日起")


class DailyWorkForm(ReasonForm):
    runs_daily = YesNoField(label="主持日常工作")
    stated_on = DayField(label="自何日起")


class HeadcountForm(FactForm):
    as_of = DayField(label="截止日期")
    formal = forms.IntegerField(label="正式党员数", min_value=0, max_value=100_000, required=False)
    probationary = forms.IntegerField(label="预备党员数", min_value=0, max_value=100_000, required=False)
    staff = forms.IntegerField(label="专职人员数", min_value=0, max_value=1_000_000, required=False)
    member_firms = forms.IntegerField(label="会员单位数", min_value=0, max_value=1_000_000, required=False)
    source = forms.CharField(
        label="来源", max_length=Headcount._meta.get_field("source").max_length, help_text="例如：协会来函、电话核实。"
    )


class CorrectHeadcountForm(HeadcountForm, ReasonForm):
    pass


class HolderForm(FactForm):
    """The holder of a post: somebody known, or a new name."""

    person = PersonField(label="已有人员", required=False)
    name = forms.CharField(
        label="新人员姓名", max_length=60, required=False, help_text="人员尚未登记的填写姓名；与已有人员二选一。"
    )

    def clean(self) -> dict[str, Any]:
        form_data = super().clean() or {}
        named = bool(form_data.get("name", "").strip())
        if "person" in form_data and named == (form_data["person"] is not None):
            self.add_error("name", "请在“已有人员”和“新人员姓名”中填写一项。")
        return form_data


class PostForm(HolderForm):
    title = forms.ChoiceField(label="职务", choices=PostTitle.choices)
    wording = forms.CharField(
        label="职务名称", max_length=60, required=False, help_text="与上面不同的，照实填写，例如：轮值会长。"
    )
    begins_on = DayField(label="任职日期")
    runs_daily = YesNoField(label="主持日常工作", required=False)


class CorrectPostForm(ReasonForm):
    person = PersonField(label="人员")
    title = forms.ChoiceField(label="职务", choices=PostTitle.choices)
    wording = forms.CharField(label="职务名称", max_length=60, required=False)
    begins_on = DayField(label="任职日期")
    ends_on = DayField(label="终止日期", required=False, help_text="误登记为终止的，清空即恢复在任。")


class PersonForm(FactForm):
    name = forms.CharField(label="姓名", max_length=60)
    sex = forms.ChoiceField(label="性别", choices=(("", "未填"), *Sex.choices), required=False)
    political_wording = forms.CharField(
        label="政治面貌", max_length=40, required=False, help_text="例如：中共党员、群众。"
    )


class CreatePersonForm(PersonForm):
    stated_on = DayField(label="政治面貌截至", help_text="上述情况是哪一天的。")


class EditPersonForm(PersonForm, ReasonForm):
    pass


class MembershipForm(ReasonForm):
    membership = forms.ChoiceField(label="党员身份", choices=Membership.choices)
    stated_on = DayField(label="自何日起", help_text="例如：入党、转正的日期。")


class RegionForm(PlainForm):
    name = forms.CharField(label="名称", max_length=40)
    code = forms.RegexField(label="代码", regex=r"^\d{6}$", required=False, help_text="6位行政区划代码。")


class AuthorityForm(PlainForm):
    name = forms.CharField(label="名称", max_length=100)
