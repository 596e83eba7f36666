"""Forms of supervision reports."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from portal.core.filters import DayInput
from portal.core.forms import IndentedChoiceField, PlainForm
from portal.core.models import Committee
from portal.core.quarters import Quarter


class RequestForm(PlainForm):
    """Subtree and day of a report."""

    committee = IndentedChoiceField(label="报告范围", queryset=Committee.objects.none(), empty_label=None)
    as_of = forms.DateField(
        label="截止日期", widget=DayInput(), help_text="一般为季度末。报告中的数字都是这一天的，生成后不再变化。"
    )

    def __init__(self, *args: Any, committees: QuerySet[Committee], today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees  # type: ignore[attr-defined]
        self.fields["committee"].initial = committees.first()
        self.fields["as_of"].initial = Quarter.of(today).previous.last_day
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()


class NumberForm(PlainForm):
    prefix = forms.CharField(  # type: ignore[assignment]  # a form's own `prefix` is never set here
        label="发文机关代字", max_length=12, help_text="例如：苏社工督。"
    )
    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    serial = forms.IntegerField(label="发文顺序号", min_value=1, max_value=99999)


class CommitteeTicksField(forms.ModelMultipleChoiceField):
    """Committees to tick, in the order of the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class IssueForm(PlainForm):
    recipients = CommitteeTicksField(
        label="主送机构",
        queryset=Committee.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="印发后，这些机构可以阅读正文并签收。",
    )

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = committees  # type: ignore[attr-defined]
        self.fields["recipients"].initial = list(committees)
        if not committees:
            self.fields["recipients"].required = False
            self.fields["recipients"].help_text = "没有下级机构，印发后只在本机构存档。"
