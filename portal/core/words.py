"""What is wrong with a value, in the words of the house: Django's own sentences speak of fields, variables and strings.

Forms and models say what is wrong by the same codes, and their kinds of fields have the same names, so one table does for both.
Sentences of ours are plain text and stay as they are; Django's own are lazy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

if TYPE_CHECKING:
    from django.db import models

CHOOSE = "请从列表中选择。"
# Kind of field -> code -> sentence; the nearest kind decides.
SENTENCES: dict[str, dict[str, str]] = {
    "Field": {
        "required": "请填写。",
        "blank": "请填写。",
        "null": "请填写。",
        "invalid": "填写的格式不正确。",
        "max_length": "不能超过 %(limit_value)d 个字。",
        "min_length": "不能少于 %(limit_value)d 个字。",
        "max_value": "不能大于 %(limit_value)s。",
        "min_value": "不能小于 %(limit_value)s。",
        "max_digits": "数字不能超过 %(max)d 位。",
        "max_decimal_places": "小数点后不能超过 %(max)d 位。",
        "max_whole_digits": "小数点前不能超过 %(max)d 位。",
        "null_characters_not_allowed": "不能含有空字符。",
        "surrogate_characters_not_allowed": "不能含有无法识别的字符。",
        "unique": "%(field_label)s已存在。",
        "unique_together": "同样内容的记录已存在。",
        "invalid_choice": CHOOSE,
        "invalid_list": CHOOSE,
        "invalid_pk_value": CHOOSE,
    },
    "ChoiceField": {"required": CHOOSE},
    "BooleanField": {"required": "请勾选。"},
    "IntegerField": {"invalid": "请填写整数。"},
    "DecimalField": {"invalid": "请填写数字。"},
    "FloatField": {"invalid": "请填写数字。"},
    "DateField": {
        "invalid": "请填写日期，例如 2024-06-30。",
        "invalid_date": "没有这一天，请填写日期，例如 2024-06-30。",
    },
    "FileField": {
        "required": "请选择文件。",
        "missing": "请选择文件。",
        "invalid": "文件没有传上来，请重新选择。",
        "empty": "文件是空的，请重新选择。",
        "max_length": "文件名不能超过 %(max)d 个字。",
    },
    "ForeignKey": {"blank": CHOOSE, "null": CHOOSE, "invalid": CHOOSE},
}
UNNAMED = "填写的内容不正确。"


def in_our_words(fault: ValidationError, field: Any) -> ValidationError:
    """Return one field's faults with each of Django's sentences replaced; `field` is a form's, a model's or None."""
    return ValidationError([_one(each, field) for each in fault.error_list])


def _one(fault: ValidationError, field: Any) -> ValidationError:
    if not isinstance(fault.message, Promise):
        return fault
    kinds = [kind.__name__ for kind in type(field).__mro__] if field is not None else []
    candidates = (SENTENCES[kind].get(fault.code or "") for kind in (*kinds, "Field") if kind in SENTENCES)
    sentence = next((words for words in candidates if words), UNNAMED)
    return ValidationError(sentence, code=fault.code, params=fault.params)


def first_fault(row: models.Model) -> tuple[str, str] | None:
    """Ask a row and its constraints; return the first field at fault with its sentence, nothing if all is well."""
    try:
        row.full_clean()
    except ValidationError as fault:
        name, faults = next(iter(fault.error_dict.items()))
        fields = {field.name: field for field in row._meta.get_fields()}
        return name, in_our_words(ValidationError(faults), fields.get(name)).messages[0]
    return None
