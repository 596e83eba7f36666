"""Forms of findings: raising, notice, reply, re-check, extension."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal.core.filters import DayInput
from portal.core.forms import PlainForm
from reviews.checks.rules.deadlines import DEFAULT_WORKDAYS, MOST_WORKDAYS
from reviews.questionnaires.choices import ItemSeverity
from reviews.questionnaires.rules.attachments import ACCEPT, ALLOWED_WORDS


def _words(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FindingForm(PlainForm):
    title = forms.CharField(label="问题", max_length=200)
    severity = forms.ChoiceField(label="严重程度", choices=ItemSeverity.choices, widget=forms.RadioSelect)
    detail = forms.CharField(label="具体情况", max_length=1000, required=False, widget=_words(4))
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text="文件名称和条款。")
    demand = forms.CharField(label="整改要求", max_length=400, required=False, widget=_words(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["severity"].initial = self.fields["severity"].initial or ItemSeverity.MINOR


class DropForm(PlainForm):
    reason = forms.CharField(label="不予认定的原因", max_length=200)


class NoticeForm(PlainForm):
    workdays = forms.IntegerField(
        label="整改期限（工作日）", min_value=1, max_value=MOST_WORKDAYS, initial=DEFAULT_WORKDAYS
    )
    number = forms.CharField(
        label="发文字号", max_length=60, required=False, help_text="例如：苏社工改〔2026〕3号。没有编号的不填。"
    )


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files; the service decides file by file which are accepted."""

    widget = SeveralFilesInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [each for each in (data if isinstance(data, list) else [data]) if each]


class ReplyForm(PlainForm):
    text = forms.CharField(label="整改情况", max_length=1000, widget=_words(5))
    evidence = SeveralFilesField(
        label="佐证材料", required=False, help_text=f"可选多个文件。只接收{ALLOWED_WORDS}，每个不超过 20 MB。"
    )


class RecheckForm(PlainForm):
    passed = forms.TypedChoiceField(
        label="复核结果",
        choices=(("1", "已整改到位，销号"), ("0", "没有整改到位，退回")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="复核意见", max_length=400, widget=_words(3))
    seen_reply = forms.IntegerField(widget=forms.HiddenInput)


class ExtensionForm(PlainForm):
    until = forms.DateField(label="申请延至", widget=DayInput())
    reason = forms.CharField(label="延期原因", max_length=200)


class ExtensionDecisionForm(PlainForm):
    granted = forms.TypedChoiceField(
        label="审批结果",
        choices=(("1", "同意延期"), ("0", "不同意")),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    decision = forms.CharField(label="审批意见", max_length=200, required=False, help_text="不同意的须写明原因。")
