"""Conditions against a content's items: what they may speak of, and whether answers meet them."""

from __future__ import annotations

import datetime
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.content import Content, Item
from reviews.questionnaires.rules.expressions import (
    ExpressionFault,
    Names,
    Node,
    Number,
    Ref,
    Text,
    Truth,
    Unary,
    parse,
    refs_of,
    written,
)

Value = Fraction | float | bool | str | None
NUMBER, TRUTH, TEXT = "数", "是否", "文字"
_KINDS: dict[str, str] = {
    ItemType.WHOLE: NUMBER,
    ItemType.MONEY: NUMBER,
    ItemType.DATE: NUMBER,
    ItemType.YES_NO: TRUTH,
    ItemType.CHOICE: TEXT,
    ItemType.SHORT_TEXT: TEXT,
    ItemType.LONG_TEXT: TEXT,
}
_SUMMED = frozenset({ItemType.WHOLE, ItemType.MONEY})


def names_of(content: Content) -> Names:
    """Return what the items and columns of a content are called, for writing conditions in Chinese."""
    return Names(
        {item.code: item.label for item in content.items},
        {(item.code, column.code): column.label for item in content.items for column in item.columns},
    )


def condition_from(text: str, content: Content) -> str:
    """Return a condition as it is kept, from what was typed with labels or codes. Raises ExpressionFault."""
    node = parse(text, names_of(content))
    if _kind_of(node, content) != TRUTH:
        raise ExpressionFault("条件应是一个判断，例如：「支部党员大会」 ≥ 1。")
    return written(node)


def spoken(condition: str, content: Content) -> str:
    """Return a kept condition in Chinese; one that cannot be read stays as it is."""
    try:
        return written(_parsed(condition), names_of(content))
    except ExpressionFault:
        return condition


def fault_of(condition: str, content: Content) -> str:
    """Return in a sentence why a kept condition cannot be used; empty where it can."""
    try:
        condition_from(condition, content)
    except ExpressionFault as fault:
        return str(fault)
    return ""


def codes_in(condition: str) -> set[str]:
    """Return the codes of the items that a condition speaks of; none of one that cannot be read."""
    try:
        return {ref.code for ref in refs_of(_parsed(condition))}
    except ExpressionFault:
        return set()


@lru_cache(maxsize=4096)
def _parsed(condition: str) -> Node:
    return parse(condition)


def _kind_of(node: Node, content: Content) -> str:  # noqa: PLR0911 -- one for each kind of node
    if isinstance(node, Number):
        return NUMBER
    if isinstance(node, Truth):
        return TRUTH
    if isinstance(node, Text):
        return TEXT
    if isinstance(node, Ref):
        return _kind_of_ref(node, content)
    if isinstance(node, Unary):
        wanted = TRUTH if node.sign == "not" else NUMBER
        _demand(node.inner, wanted, content)
        return wanted
    if node.sign in {"and", "or"}:
        _demand(node.left, TRUTH, content)
        _demand(node.right, TRUTH, content)
        return TRUTH
    if node.sign in {"==", "!="}:
        left, right = _kind_of(node.left, content), _kind_of(node.right, content)
        if left != right:
            raise ExpressionFault(f"“{left}”不能与“{right}”比较。")
        return TRUTH
    _demand(node.left, NUMBER, content)
    _demand(node.right, NUMBER, content)
    return NUMBER if node.sign in {"+", "-", "*", "/"} else TRUTH


def _demand(node: Node, wanted: str, content: Content) -> None:
    if (kind := _kind_of(node, content)) != wanted:
        raise ExpressionFault(f"{written(node, names_of(content))} 的类型是“{kind}”，这里应是“{wanted}”。")


def _kind_of_ref(ref: Ref, content: Content) -> str:
    item = content.item(ref.code)
    if item is None:
        raise ExpressionFault(f"没有编号为“{ref.code}”的项目。")
    if ref.how == "given":
        return TRUTH
    if ref.how == "sum":
        column = item.column(ref.column)
        if column is None or column.type not in _SUMMED:
            raise ExpressionFault(f"“{item.label}”没有可以合计的列“{ref.column}”。")
        return NUMBER
    kind = _KINDS.get(item.type)
    if kind is None:
        raise ExpressionFault(f"“{item.label}”是{item.type_label}，不能这样比较。")
    if ref.how == "change" and (kind != NUMBER or item.type == ItemType.DATE):
        raise ExpressionFault(f"“{item.label}”不是数，没有变化率。")
    return kind


@dataclass(frozen=True)
class Answers:
    """The answers by which a condition is judged: those fit for their items, now and of the period before."""

    content: Content
    now: Mapping[str, Any]
    last: Mapping[str, Any]


def holds(condition: str, answers: Answers) -> bool | None:
    """Tell whether the condition holds; None where an answer is missing or the condition cannot be read."""
    try:
        value = _value(_parsed(condition), answers)
    except ExpressionFault:
        return None
    return value if isinstance(value, bool) else None


def _value(node: Node, answers: Answers) -> Value:
    if isinstance(node, (Number, Truth, Text)):
        return node.value
    if isinstance(node, Ref):
        return _value_of_ref(node, answers)
    if isinstance(node, Unary):
        return _unary(node.sign, _value(node.inner, answers))
    return _binary(node.sign, _value(node.left, answers), _value(node.right, answers))


def _value_of_ref(ref: Ref, answers: Answers) -> Value:
    item = answers.content.item(ref.code)
    if item is None:
        return None
    if ref.how == "given":
        return ref.code in answers.now
    if ref.how == "sum":
        return _total(item, ref.column, answers.now.get(ref.code))
    now, last = plain(item, answers.now.get(ref.code)), plain(item, answers.last.get(ref.code))
    if ref.how == "last":
        return last
    if ref.how == "change":
        return _change(now, last)
    return now


def _total(item: Item, code: str, rows: Any) -> Value:
    """Return the sum of a column; cells left empty count nothing, a table without an answer is unknown."""
    column = item.column(code)
    if column is None or not isinstance(rows, list):
        return None
    cells = (plain(column, row.get(code)) for row in rows)
    return sum((cell for cell in cells if isinstance(cell, Fraction)), Fraction(0))


def _change(now: Value, last: Value) -> Value:
    """Return how much of the last figure was gained or lost; from nothing to something is without bound."""
    if not isinstance(now, Fraction) or not isinstance(last, Fraction):
        return None
    if last == 0:
        return Fraction(0) if now == 0 else math.copysign(math.inf, now)
    return (now - last) / abs(last)


def plain(item: Item, value: Any) -> Value:
    """Return an answer as a condition counts with it: money in yuan, a date as the number of its day."""
    if value is None or isinstance(value, (str, bool)):
        if item.type == ItemType.DATE and isinstance(value, str):
            return Fraction(datetime.date.fromisoformat(value).toordinal())
        return value
    if isinstance(value, int):
        return Fraction(value, 100 if item.type == ItemType.MONEY else 1)
    return None


def _unary(sign: str, value: Value) -> Value:
    if value is None or isinstance(value, str):
        return None
    if sign == "not":
        return not value
    signed: dict[str, Callable[[Any], Value]] = {"abs": abs, "-": operator.neg}
    return signed[sign](value)


def _binary(sign: str, left: Value, right: Value) -> Value:
    if sign == "and":
        return False if left is False or right is False else None if left is None or right is None else True
    if sign == "or":
        return True if left is True or right is True else None if left is None or right is None else False
    if left is None or right is None:
        return None
    if sign in {"==", "!="}:
        return (left == right) is (sign == "==")
    if isinstance(left, (str, bool)) or isinstance(right, (str, bool)):
        return None
    return _counted(sign, left, right)


_COUNTED: dict[str, Callable[[Any, Any], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def _counted(sign: str, left: Fraction | float, right: Fraction | float) -> Value:
    if sign == "/" and right == 0:
        return None
    value = _COUNTED[sign](left, right)
    return None if isinstance(value, float) and math.isnan(value) else value
