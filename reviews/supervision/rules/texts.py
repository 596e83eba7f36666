"""Words that people edit around numbers that they cannot edit: a number stands as a field, {党的组织覆盖率}.

依据：domain.md, "Work cycles" 5: "People edit words, never numbers."
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

_FIELD = re.compile(r"\{([^{}\n]+)\}")
# Digits that say no figure: dates, document numbers, what a title between 《》 holds, 第…条.
_NO_FIGURE = re.compile(
    r"《[^《》]*》|〔\d{4}〕\s*\d+\s*号|\d{4}\s*年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?|\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|第\s*\d+\s*[条款项号]"
)
_CHINESE_FIGURE = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿]+\s*(?:家|个百分点|成(?!立|效|员|果|长|为|功|熟|本|绩))|百分之[零〇一二两三四五六七八九十百]+"
)
_DIGITS = re.compile(r"[\d０-９][\d０-９.,，．]*\s*[%％]?")  # noqa: RUF001 -- full-width digits are typed figures too


@dataclass(frozen=True)
class TextPart:
    """A piece of a paragraph: words as typed, or the name of a field."""

    text: str
    is_field: bool


def parts_of(paragraph: str) -> list[TextPart]:
    """Return a paragraph as its words and fields in order."""
    parts: list[TextPart] = []
    end = 0
    for match in _FIELD.finditer(paragraph):
        if match.start() > end:
            parts.append(TextPart(paragraph[end : match.start()], is_field=False))
        parts.append(TextPart(match[1], is_field=True))
        end = match.end()
    if end < len(paragraph):
        parts.append(TextPart(paragraph[end:], is_field=False))
    return parts


def fields_of(paragraph: str) -> list[str]:
    """Return the names of a paragraph's fields, in order."""
    return _FIELD.findall(paragraph)


def filled(paragraph: str, texts: Mapping[str, str]) -> str:
    """Return the paragraph as it is printed. Raises KeyError for a field that the report does not have."""
    return _FIELD.sub(lambda match: texts[match[1]], paragraph)


def fault_of(paragraph: str, field_names: AbstractSet[str]) -> str | None:
    """Return a sentence about the first fault of an edited paragraph: broken or unknown fields, numbers typed by hand."""
    words = _FIELD.sub("", paragraph)
    if "{" in words or "}" in words:
        return "数据项不完整，请不要改动花括号里的内容。"
    if unknown := [name for name in fields_of(paragraph) if name not in field_names]:
        return f"报告中没有“{unknown[0]}”这一数据项。"
    plain = _NO_FIGURE.sub("", words)
    typed = _DIGITS.search(plain) or _CHINESE_FIGURE.search(plain)
    if typed:
        return f"“{typed[0].strip()}”是手工填写的数字。报告中的数字只能来自平台数据，请插入数据项，或者改用不含数字的表述。"
    return None
