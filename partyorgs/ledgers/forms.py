"""What people type to import a ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from associations.forms import (
    DayField,
)
from portal.core.forms import PlainForm


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
