"""Forms of accounts, grants and committees."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse

from portal.core.access import GRANTABLE
from portal.core.choices import CommitteeKind, Role
from portal.core.models import Committee, User
from portal.core.words import in_our_words


class IndentedChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Committees as the tree they are."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{'　' * (obj.level - 1)}{obj.name}"


class AccountChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}（{obj.username}）"


class PlainForm(forms.Form):
    """A form that says what is wrong in the words of the house; every form of ours is one."""

    @cached_property
    def helper(self) -> FormHelper:
        """Return how crispy draws the form: the fields alone; form element and buttons stand in the template."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def add_error(self, field: str | None, error: Any) -> None:
        if isinstance(error, ValidationError) and not hasattr(error, "error_dict"):
            error = in_our_words(error, self.fields[field] if field else None)
        super().add_error(field, error)


class SignInForm(PlainForm, AuthenticationForm):
    """The same answer for an unknown user, a disabled one and a wrong password."""

    error_messages = {
        "invalid_login": "用户名或密码不正确，或者账户已停用。",
        "inactive": "用户名或密码不正确，或者账户已停用。",
        "expired": "一次性口令已经用过或者超过有效期。请联系系统管理员重新重置密码。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if isinstance(user, User) and user.secret_has_expired:
            raise ValidationError(self.error_messages["expired"], code="expired")


class PasswordForm(PlainForm, PasswordChangeForm):
    error_messages = {
        "password_incorrect": "现在的密码不正确，请重新输入。",
        "password_mismatch": "两次输入的新密码不一致。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password1"].label = "新密码"
        self.fields[
            "new_password1"
        ].help_text = "至少 12 个字符，不能全是数字，不能与用户名、姓名相近，不能是常见密码。"
        self.fields["new_password2"].label = "再输入一次新密码"
        self.fields["new_password2"].help_text = ""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同。")
        return password


class ReasonForm(PlainForm):
    reason = forms.CharField(label="原因", max_length=200)


def _day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CalendarDaysForm(PlainForm):
    """One day or several in a row, worked or not."""

    first = forms.DateField(label="日期", widget=_day_input())
    last = forms.DateField(label="至", required=False, widget=_day_input(), help_text="只有一天的不用填写。")
    is_workday = forms.ChoiceField(label="安排", choices=(("0", "休息"), ("1", "上班")), widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=40, help_text="例如：春节、国庆节调休。")
    source = forms.CharField(label="依据", max_length=200, help_text="例如：国务院办公厅通知或者本省通知的名称、文号。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_workday"].initial = "0"


class HolidayNoticeForm(PlainForm):
    """The text of the yearly notice, as it is published."""

    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    text = forms.CharField(
        label="通知正文",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="粘贴通知中“一、元旦：1月1日（周五）至3日（周日）放假……”的各项，休息和上班的日期一并读取。",
    )
    source = forms.CharField(
        label="依据", max_length=200, help_text="例如：国务院办公厅关于2027年部分节假日安排的通知。"
    )


class UserForm(PlainForm):
    username = forms.CharField(
        label="用户名", max_length=60, help_text="登录时使用，例如姓名的拼音。不区分大小写，启用后不能更改。"
    )
    name = forms.CharField(label="姓名", max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs["autocomplete"] = "off"


class CommitteeForm(PlainForm):
    name = forms.CharField(label="名称", max_length=100)
    kind = forms.ChoiceField(label="类型", choices=CommitteeKind.choices, initial=CommitteeKind.INDUSTRY)
    parent = IndentedChoiceField(label="上级机构", queryset=Committee.objects.none(), empty_label=None)

    def __init__(self, *args: Any, parents: QuerySet[Committee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        self.fields["parent"].initial = parents.first()


class CommitteeNameForm(PlainForm):
    name = forms.CharField(label="名称", max_length=100)
    kind = forms.ChoiceField(label="类型", choices=CommitteeKind.choices)
    reason = forms.CharField(label="更正原因", max_length=200, help_text="例如：机构更名，附文件名称或文号。")


# Role -> the field that says over what; the other roles have no scope of their own.
SCOPE_FIELDS = {
    Role.PROVINCE: "committee",
    Role.COMMITTEE: "committee",
    Role.SECRETARY: "association",
    Role.VIEWER: "authority",
}


class GrantForm(PlainForm):
    """A role over one thing. Associations and authorities are named, not listed: there are thousands."""

    user = AccountChoiceField(label="用户", queryset=User.objects.none(), empty_label="请选择")
    role = forms.ChoiceField(label="角色", choices=(("", "请选择"), *Role.choices))
    committee = IndentedChoiceField(
        label="党建工作领导机构",
        queryset=Committee.objects.all(),
        required=False,
        empty_label="请选择",
        help_text="省委社会工作部、行业党委的角色填写，范围是该机构及其下级。",
    )
    association = forms.CharField(
        label="协会", required=False, help_text="协会党组织书记填写：协会全称或统一社会信用代码，输入几个字可以查找。"
    )
    authority = forms.CharField(
        label="部门", required=False, help_text="业务主管单位填写：部门全称，输入几个字可以查找。"
    )

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = users  # type: ignore[attr-defined]
        self.fields["role"].widget.attrs["data-decides"] = ""
        for name in set(SCOPE_FIELDS.values()):
            roles = " ".join(role for role, field in SCOPE_FIELDS.items() if field == name)
            self.fields[name].widget.attrs["data-shown-for"] = roles
        for name in ("association", "authority"):
            self.fields[name].widget.attrs |= {
                "list": f"{name}-options",
                "autocomplete": "off",
                "hx-get": reverse("core:grant-options", args=[name]),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": f"#{name}-options",
            }

    def clean(self) -> dict[str, Any]:
        """Keep the scope that the role asks for, found by its name, and drop the others."""
        form_data: dict[str, Any] = super().clean() or {}
        if "role" not in form_data:
            return form_data
        needed = SCOPE_FIELDS.get(Role(form_data["role"]))
        if needed and not form_data.get(needed):
            self.add_error(needed, "这个角色需要填写此项。")
        self.fields["role"].widget.attrs["data-decides"] = ""
        for name in set(SCOPE_FIELDS.values()):
            roles = " ".join(role for role, field in SCOPE_FIELDS.items() if field == name)
            self.fields[name].widget.attrs["data-shown-for"] = roles
        for name in ("association", "authority"):
            form_data[f"{name}_id"] = (
                self._found(name, form_data[name]) if name == needed and form_data.get(name) else None
            )
        if needed != "committee":
            form_data["committee"] = None
        return form_data

    def _found(self, name: str, text: str) -> int | None:
        things = list(GRANTABLE[f"{name}_id"].named(text)[:2])
        if len(things) == 1:
            return int(things[0].pk)
        label = self.fields[name].label
        self.add_error(
            name, "有同名的协会，请填写统一社会信用代码。" if things else f"没有找到这个{label}，请从提示中选择。"
        )
        return None
