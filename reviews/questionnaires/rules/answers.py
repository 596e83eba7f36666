"""One answer: read from what was typed or stands in a cell, judged by its item's bounds, shown, compared."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.core.cells import NONE_WORDS, CellFault, date_of, figure_of, flag_of, text_of
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.content import Content, Item

LARGEST = 10**12  # 分 or heads; no association has more
SHORT_LENGTH, LONG_LENGTH = 100, 2000  # characters, where the item says no less
MOST_ROWS = 50  # of a table, where the item says no less
TEXTS = frozenset({ItemType.SHORT_TEXT, ItemType.LONG_TEXT})
NUMBERS = frozenset({ItemType.WHOLE, ItemType.MONEY})
WRONG_SHAPE = "填写的内容与项目的类型不符，请重新填写。"
SEPARATORS = re.compile(r"[、,，;；\n]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONEY = re.compile(r"(\d{1,13})(?:\.(\d{1,2})0*)?")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class AnswerFault(Exception):  # noqa: N818
    """An answer that cannot be read; the message is the sentence for whoever fills in."""


def parse_answer(item: Item, raw: Any) -> tuple[Any, str]:
    """Return the answer that `raw` (typed text, a cell's value, rows of them) gives, and a sentence where it cannot stand.

    Nothing given is (None, ""). What is read but out of bounds comes with its sentence; what cannot be read comes as the text
    that was given, so that a draft keeps it: `check_answer` says the same of it.
    """
    if is_nothing(raw):
        return None, ""
    if item.type == ItemType.TABLE:
        return _table(item, raw)
    try:
        value = _read(item, raw)
    except AnswerFault as fault:
        return (raw if isinstance(raw, str) else text_of(raw)), str(fault)
    return (None, "") if is_nothing(value) else (value, check_answer(item, value))


def is_nothing(value: Any) -> bool:
    return value is None or value in ("", [], ()) or (isinstance(value, str) and not value.strip())


def _read(item: Item, raw: Any) -> Any:  # noqa: PLR0911 -- one for each type
    if item.type in TEXTS:
        return _text(raw)
    if item.type == ItemType.CHOICES:
        return _several(item, raw)
    if item.type == ItemType.ATTACHMENT:
        return raw
    try:
        if item.type == ItemType.WHOLE:
            return figure_of(raw)
        if item.type == ItemType.DATE:
            day = date_of(raw)
            return day.isoformat() if day else None
        if item.type == ItemType.YES_NO:
            return flag_of(raw)
    except CellFault as fault:
        raise AnswerFault(f"{fault.args[0]}。") from fault
    return _money(raw) if item.type == ItemType.MONEY else _one_of(item, raw)


def _text(raw: Any) -> str:
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(raw, str) else text_of(raw)
    if _UNREADABLE.search(text):
        raise AnswerFault("含有无法识别的字符，请重新填写。")
    return text


def _money(raw: Any) -> int | None:
    """Return 分. A sum in 元, with 万元 written out where ten thousands are meant."""
    if isinstance(raw, float):
        raw = f"{raw:.6f}"
    text = re.sub(r"[,\s¥￥]", "", text_of(raw))
    if text in NONE_WORDS:
        return None
    in_tens = re.fullmatch(r"([\d.]+)万元?", text)
    if in_tens and re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", in_tens[1]):
        text = f"{Decimal(in_tens[1]) * 10000:f}"
    amount = _MONEY.fullmatch(text.removesuffix("元"))
    if not amount:
        raise AnswerFault("应填不小于0的金额，以元为单位，最多两位小数，没有的填0。")
    return int(amount[1]) * 100 + int((amount[2] or "0").ljust(2, "0"))


def _one_of(item: Item, raw: Any) -> str:
    text = text_of(raw)
    option_meant = next((option for option in item.options if text_of(option) == text), None)
    if option_meant is None:
        raise AnswerFault(f"应从列表中选择：{'、'.join(item.options)}。")
    return option_meant


def _several(item: Item, raw: Any) -> list[str]:
    words = SEPARATORS.split(raw) if isinstance(raw, str) else raw
    if not isinstance(words, (list, tuple)):
        words = [text_of(raw)]
    chosen = {_one_of(item, word) for word in words if not is_nothing(word)}
    return [option for option in item.options if option in chosen]


def _table(item: Item, raw: Any) -> tuple[Any, str]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
        return raw, WRONG_SHAPE
    rows, _ = read_rows(item, raw)
    return (rows, check_answer(item, rows)) if rows else (None, "")


@dataclass(frozen=True)
class CellProblem:
    """A problem in a table: row from 0 among those given, the column's code, the sentence."""

    row: int
    column: str
    sentence: str


def read_rows(item: Item, raw: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[CellProblem]]:
    """Return the rows of a table that hold anything, and what is wrong in which cell."""
    rows, problems = [], []
    for place, given in enumerate(raw):
        row, faults = {}, []
        for column in item.columns:
            value, sentence = parse_answer(column, given.get(column.code))
            if value is not None:
                row[column.code] = value
            elif column.required:
                sentence = "请填写。"
            if sentence:
                faults.append(CellProblem(place, column.code, sentence))
        if row:
            rows.append(row)
            problems.extend(faults)
    return rows, problems


def check_answer(item: Item, value: Any) -> str:  # noqa: PLR0911 -- one for each type
    """Return the sentence that says why a kept answer cannot stand; empty where it can.

    The same that `parse_answer` says of what it was read from, whether read into an answer or kept as it was typed.
    """
    if item.type == ItemType.TABLE:
        return _check_table(item, value)
    if isinstance(value, str) and item.type not in TEXTS | {ItemType.CHOICE, ItemType.DATE}:
        return _unread(item, value)
    if item.type in NUMBERS:
        return _check_number(item, value)
    if item.type == ItemType.YES_NO:
        return "" if isinstance(value, bool) else WRONG_SHAPE
    if item.type == ItemType.CHOICES:
        fits = isinstance(value, list) and all(each in item.options for each in value)
        return "" if fits else f"应从列表中选择：{'、'.join(item.options)}。"
    if item.type == ItemType.ATTACHMENT:
        fits = isinstance(value, list) and all(
            isinstance(each, dict) and {"key", "name"} <= each.keys() for each in value
        )
        return "" if fits else WRONG_SHAPE
    return _check_words(item, value)


def _unread(item: Item, text: str) -> str:
    try:
        _read(item, text)
    except AnswerFault as fault:
        return str(fault)
    return WRONG_SHAPE


def _check_number(item: Item, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return WRONG_SHAPE
    most = LARGEST if item.maximum is None else item.maximum
    if value > most:
        return f"不能大于 {show_answer(item, most)}。"
    least = item.minimum or 0
    return f"不能小于 {show_answer(item, least)}。" if value < least else ""


def _check_words(item: Item, value: Any) -> str:
    if not isinstance(value, str):
        return WRONG_SHAPE
    if item.type == ItemType.CHOICE:
        return "" if value in item.options else f"应从列表中选择：{'、'.join(item.options)}。"
    if item.type == ItemType.DATE:
        return "" if _is_day(value) else _unread(item, value)
    if _UNREADABLE.search(value):
        return "含有无法识别的字符，请重新填写。"
    longest = longest_of(item)
    return f"不能超过 {longest} 个字，现有 {len(value)} 个字。" if len(value) > longest else ""


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False


def longest_of(item: Item) -> int:
    return item.max_length or (SHORT_LENGTH if item.type == ItemType.SHORT_TEXT else LONG_LENGTH)


def _check_table(item: Item, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return WRONG_SHAPE
    most = item.maximum or MOST_ROWS
    if len(value) > most:
        return f"最多填 {most} 行，现有 {len(value)} 行。"
    if item.minimum and len(value) < item.minimum:
        return f"至少填 {item.minimum} 行。"
    sentences = []
    for place, row in enumerate(value, start=1):
        for column in item.columns:
            given = row.get(column.code)
            fault = check_answer(column, given) if given is not None else "请填写。" if column.required else ""
            if fault:
                sentences.append(f"第{place}行“{column.label}”：{fault}")
    return "".join(sentences)


def show_answer(item: Item, value: Any) -> str:  # noqa: PLR0911 -- one for each type
    """Return an answer as it is read on a page, without its unit; "—" where there is none."""
    if is_nothing(value):
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if item.type == ItemType.MONEY and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}" if value % 100 else f"{value // 100:,}"
    if isinstance(value, int):
        return f"{value:,}"
    if item.type == ItemType.TABLE and isinstance(value, list):
        return "；".join(
            "，".join(_show_cell(column, row[column.code]) for column in item.columns if column.code in row)
            for row in value
            if isinstance(row, dict)
        )
    if item.type == ItemType.ATTACHMENT and isinstance(value, list):
        return "、".join(str(each.get("name", "")) for each in value if isinstance(each, dict))
    return "、".join(value) if isinstance(value, list) else str(value)


def _show_cell(column: Item, value: Any) -> str:
    """Return a cell as it is read beside others: a bare number says nothing, so it comes with its column and unit."""
    shown = show_answer(column, value)
    if column.type in NUMBERS | {ItemType.YES_NO}:
        return f"{column.label} {shown}{f' {column.unit}' if column.unit else ''}"
    return shown


def typed_answer(item: Item, value: Any) -> str:
    """Return an answer as its field holds it; reading it again gives the same answer."""
    if is_nothing(value):
        return ""
    return (
        show_answer(item, value).replace(",", "")
        if item.type in NUMBERS and isinstance(value, int)
        else (show_answer(item, value) if not isinstance(value, str) else value)
    )


@dataclass(frozen=True)
class Change:
    """One answer that differs: how it read before and after, and for a number by how much."""

    item: Item
    before: str
    after: str
    difference: str = ""


def difference_of(item: Item, before: Any, after: Any) -> str:
    """Return by how much a number grew or fell, with its sign; empty for anything else and where one is missing."""
    numbers = [value for value in (before, after) if isinstance(value, int) and not isinstance(value, bool)]
    if item.type not in NUMBERS or len(numbers) < 2:  # noqa: PLR2004
        return ""
    change = numbers[1] - numbers[0]
    return f"{'+' if change >= 0 else '−'}{show_answer(item, abs(change))}" if change else "0"  # noqa: RUF001


def changes_between(content: Content, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return the answers that differ, in the order of the items, matched by code across versions."""
    return [
        Change(
            item,
            show_answer(item, before.get(item.code)),
            show_answer(item, after.get(item.code)),
            difference_of(item, before.get(item.code), after.get(item.code)),
        )
        for item in content.items
        if before.get(item.code) != after.get(item.code)
    ]
