"""What is wrong with a value is said in the words of officials, wherever it is noticed."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.urls import reverse

from associations.forms import HeadcountForm
from associations.models import Region
from partyorgs.planning.forms import TargetForm
from portal.core.errors import RuleViolation, refuse_invalid
from portal.core.forms import CommitteeForm, GrantForm, PasswordForm, PlainForm, UserForm
from portal.core.models import Committee, User
from tests.conftest import ClientOf, Side
from tests.test_house import ROOT

PASSWORD = "correct horse battery"


class EveryKind(PlainForm):
    name = forms.CharField(max_length=4)
    code = forms.RegexField(regex=r"^\d{6}$")
    people = forms.IntegerField(min_value=0, max_value=9)
    percent = forms.DecimalField(max_digits=5, decimal_places=2)
    day = forms.DateField()
    kind = forms.ChoiceField(choices=(("a", "甲"),))
    region = forms.ModelChoiceField(queryset=Region.objects.all())
    file = forms.FileField()
    agreed = forms.BooleanField()


def faults(**told: str) -> dict[str, list[str]]:
    form = EveryKind(told)
    return {name: form.errors[name] for name in told}


def test_nothing_filled_in_is_asked_for_by_kind(db: None) -> None:
    assert EveryKind({}).errors == {
        "name": ["请填写。"],
        "code": ["请填写。"],
        "people": ["请填写。"],
        "percent": ["请填写。"],
        "day": ["请填写。"],
        "kind": ["请从列表中选择。"],
        "region": ["请从列表中选择。"],
        "file": ["请选择文件。"],
        "agreed": ["请勾选。"],
    }


def test_what_does_not_fit_is_told_with_what_would(db: None) -> None:
    assert faults(
        name="江苏省家具", code="12", people="多", percent="123456", day="2024-02-31", kind="zz", region="0"
    ) == {
        "name": ["不能超过 4 个字。"],
        "code": ["填写的格式不正确。"],
        "people": ["请填写整数。"],
        "percent": ["数字不能超过 5 位。"],
        "day": ["请填写日期，例如 2024-06-30。"],
        "kind": ["请从列表中选择。"],
        "region": ["请从列表中选择。"],
    }
    assert faults(name="a\0", people="10", percent="1.234") == {
        "name": ["不能含有空字符。"],
        "people": ["不能大于 9。"],
        "percent": ["小数点后不能超过 2 位。"],
    }


def test_a_limit_with_words_of_its_own_keeps_them(province_user: User) -> None:
    tomorrow = {"as_of": "2026-01-02"}

    form = HeadcountForm(tomorrow, user=province_user, today=datetime.date(2026, 1, 1))
    assert form.errors["as_of"] == ["日期不能晚于今天。"]


def test_a_taken_name_is_told_by_the_name_of_its_field(province: Committee, own: Side) -> None:
    taken = Region(name="南京市")  # every region of the province is there from the start
    with pytest.raises(RuleViolation) as refusal:
        refuse_invalid(taken)
    assert (refusal.value.message, refusal.value.field) == ("名称已存在。", "name")


def test_a_row_that_does_not_fit_is_refused_in_the_same_words(own: Side) -> None:
    own.target.value = Decimal("123456.789")
    with pytest.raises(RuleViolation) as refusal:
        refuse_invalid(own.target)
    assert refusal.value.message in {"小数点后不能超过 2 位。", "数字不能超过 5 位。", "不能大于 100。"}


def test_the_own_password_is_asked_for_in_the_words_of_the_form(auditor_user: User) -> None:
    auditor_user.set_password(PASSWORD)
    form = PasswordForm(auditor_user, {"old_password": "x", "new_password1": "a b c d e f g", "new_password2": "h"})
    assert form.errors == {
        "old_password": ["现在的密码不正确，请重新输入。"],
        "new_password2": ["两次输入的新密码不一致。"],
    }


@pytest.mark.parametrize("form", (UserForm, CommitteeForm, GrantForm, TargetForm, PasswordForm))
def test_every_form_speaks_plainly(form: type[forms.Form]) -> None:
    assert issubclass(form, PlainForm)


def test_no_form_of_ours_starts_from_djangos() -> None:
    rooms = [path for app in ("portal", "associations", "partyorgs", "reviews") for path in (ROOT / app).rglob("*.py")]
    assert [
        path.name for path in rooms if "(forms.Form)" in path.read_text().replace("PlainForm(forms.Form)", "")
    ] == []


def test_a_filter_says_what_is_wrong_in_the_same_words(client_of: ClientOf, world: dict[str, Side]) -> None:
    answer: Any = client_of("province").get(reverse("partyorgs:association-list"), {"kind": "zz"})
    assert answer.context["filter"].form.errors == {"kind": ["请从列表中选择。"]}


@pytest.mark.parametrize("address", ("/nowhere/", "/associations/999999/", "/people/999999/", "/regions/999999/edit/"))
def test_a_missing_page_never_tells_what_kind_of_thing_there_is_none_of(
    client_of: ClientOf, world: dict[str, Side], address: str
) -> None:
    answer: Any = client_of("province").get(address)
    assert (answer.status_code, answer.context["sentence"]) == (404, "没有这个页面，或者它不在您的数据范围内。")
