"""Conditions over answers: a small language with its own parser; nothing is ever evaluated as code.

Numbers (30% is 0.3), item codes, last(code), change(code) = (now - last) ÷ last, sum(table.column), given(code), abs(…), + - × ÷,
comparisons, and / or / not, yes / no, "words" of an option. Whoever edits a questionnaire writes and reads the same in Chinese:
「支部党员大会」 ≥ 1 且 绝对值(变化率(「党员总数」)) ≤ 30%. Money counts in yuan, dates in days.

A missing answer makes a value unknown, and unknown runs through: unknown ≥ 1 is unknown; unknown or true is true. What is
unknown breaks no rule, and asks for no item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MAX_LENGTH = 3000  # characters as typed, with labels written out
MAX_TOKENS = 200  # names, numbers and signs
MAX_DEPTH = 40  # of brackets and signs within each other

FUNCTIONS = {"last": "上期", "change": "变化率", "sum": "合计", "given": "已填", "abs": "绝对值"}
WORDS = {"and": "且", "or": "或", "not": "非", "yes": "是", "no": "否"}
RESERVED = frozenset({*FUNCTIONS, *WORDS})
_SIGNS = {">=": "≥", "<=": "≤", "!=": "≠", "==": "=", "*": "×", "/": "÷"}
_COMPARED = frozenset({">=", "<=", "!=", "==", ">", "<"})
_SYNONYMS = {
    **{spoken: code for code, spoken in (*FUNCTIONS.items(), *WORDS.items(), *_SIGNS.items())},
    "=": "==",
    **dict(zip("（）＋－＞＜．−＝", ("(", ")", "+", "-", ">", "<", ".", "-", "=="), strict=True)),  # noqa: RUF001
}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)\s*(?P<percent>[%％])?"  # noqa: RUF001
    r"|「(?P<label>[^「」]+)」"
    r"|[\"“](?P<text>[^\"“”]*)[\"”]"
    r"|(?P<name>[a-z][a-z0-9_]*|上期|变化率|合计|已填|绝对值|且|或|非|是|否)"
    r"|(?P<sign>>=|<=|!=|==|[><=≥≤≠+\-−*/×÷().（）＋－＞＜．＝]))"  # noqa: RUF001
)


class ExpressionFault(Exception):  # noqa: N818
    """A condition that cannot be read; the message is a Chinese sentence for whoever edits the questionnaire."""


@dataclass(frozen=True)
class Number:
    value: Fraction
    is_percent: bool = False


@dataclass(frozen=True)
class Truth:
    value: bool


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Ref:
    """An answer: `how` is "", last, change, given or sum (then of a table's `column`)."""

    code: str
    how: str = ""
    column: str = ""


@dataclass(frozen=True)
class Unary:
    """abs, not, or - before what it takes."""

    sign: str
    inner: Node


@dataclass(frozen=True)
class Binary:
    sign: str
    left: Node
    right: Node


Node = Number | Truth | Text | Ref | Unary | Binary
Token = tuple[str, str]


@dataclass(frozen=True)
class Names:
    """The names of items and columns: code -> label, and (code, column code) -> label."""

    items: Mapping[str, str]
    columns: Mapping[tuple[str, str], str]

    def code_of(self, label: str) -> str:
        found = [code for code, name in self.items.items() if name == label]
        if len(found) != 1:
            raise ExpressionFault(f"没有名称为“{label}”的项目。" if not found else f"有多个项目的名称是“{label}”。")
        return found[0]

    def column_of(self, code: str, label: str) -> str:
        found = [column for (item, column), name in self.columns.items() if item == code and name == label]
        if len(found) != 1:
            raise ExpressionFault(f"表格“{self.items.get(code, code)}”没有名称为“{label}”的列。")
        return found[0]


NO_NAMES = Names({}, {})


def parse(text: str, names: Names = NO_NAMES) -> Node:
    """Return the tree of a condition; labels in 「」 are looked up in `names`. Raises ExpressionFault."""
    if len(text) > MAX_LENGTH:
        raise ExpressionFault(f"条件不能超过 {MAX_LENGTH} 个字符。")
    tokens = _tokens(text)
    if len(tokens) > MAX_TOKENS:
        raise ExpressionFault("条件过长，请拆成几条规则。")
    parser = _Parser(tokens, names)
    node = parser.either(0)
    if parser.place < len(parser.tokens):
        raise ExpressionFault(f"“{parser.tokens[parser.place][1]}”处有多余的内容。")
    return node


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    text = text.rstrip()
    while end < len(text):
        found = _TOKEN.match(text, end)
        if not found:
            raise ExpressionFault(f"“{text[end:].strip()[:10]}”无法识别。")
        end = found.end()
        kind = next(name for name in ("number", "label", "text", "name", "sign") if found[name] is not None)
        word = _SYNONYMS.get(found[kind], found[kind]) if kind in {"name", "sign"} else found[kind]
        tokens.append(("percent" if found["percent"] else kind, word))
    if not tokens:
        raise ExpressionFault("请填写条件。")
    return tokens


class _Parser:
    """Recursive descent, the loosest first: or, and, not, comparison, sum, product, sign, value."""

    def __init__(self, tokens: list[Token], names: Names) -> None:
        self.tokens, self.names, self.place = tokens, names, 0

    def taken(self, *words: str) -> str:
        """Take the next token if it is one of these signs or words; return it or nothing."""
        if self.place < len(self.tokens):
            kind, word = self.tokens[self.place]
            if kind in {"sign", "name"} and word in words:
                self.place += 1
                return word
        return ""

    def demand(self, word: str) -> None:
        if not self.taken(word):
            raise ExpressionFault(f"缺少“{word}”。")

    def either(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionFault("条件嵌套过深，请拆成几条规则。")
        return self._row(self._both, ("or",), depth)

    def _both(self, depth: int) -> Node:
        return self._row(self._denied, ("and",), depth)

    def _row(self, below: Callable[[int], Node], signs: tuple[str, ...], depth: int) -> Node:
        node = below(depth)
        while sign := self.taken(*signs):
            node = Binary(sign, node, below(depth))
        return node

    def _denied(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionFault("条件嵌套过深，请拆成几条规则。")
        return Unary("not", self._denied(depth + 1)) if self.taken("not") else self._compared(depth)

    def _compared(self, depth: int) -> Node:
        node = self._sum(depth)
        if sign := self.taken(*_COMPARED):
            node = Binary(sign, node, self._sum(depth))
            if self.taken(*_COMPARED):
                raise ExpressionFault("一次只能比较两个数，请用“且”连接。")
        return node

    def _sum(self, depth: int) -> Node:
        return self._row(self._product, ("+", "-"), depth)

    def _product(self, depth: int) -> Node:
        return self._row(self._signed, ("*", "/"), depth)

    def _signed(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise ExpressionFault("条件嵌套过深，请拆成几条规则。")
        return Unary("-", self._signed(depth + 1)) if self.taken("-") else self._value(depth)

    def _value(self, depth: int) -> Node:
        if self.place >= len(self.tokens):
            raise ExpressionFault("条件不完整。")
        if self.taken("("):
            node = self.either(depth + 1)
            self.demand(")")
            return node
        kind, word = self.tokens[self.place]
        self.place += 1
        if kind in {"number", "percent"}:
            value = Fraction(word)
            return Number(value / 100 if kind == "percent" else value, kind == "percent")
        if kind == "text":
            return Text(word)
        if kind == "label" or (kind == "name" and word not in RESERVED):
            return Ref(self._code(kind, word))
        if word in {"yes", "no"}:
            return Truth(word == "yes")
        if kind == "name" and word in FUNCTIONS:
            return self._call(word, depth)
        raise ExpressionFault(f"“{spoken_sign(word)}”的位置不对。")

    def _code(self, kind: str, word: str) -> str:
        return self.names.code_of(word) if kind == "label" else word

    def _call(self, name: str, depth: int) -> Node:
        self.demand("(")
        if name == "abs":
            node: Node = Unary("abs", self.either(depth + 1))
        else:
            code = self._name(self._code)
            column = ""
            if name == "sum":
                self.demand(".")
                column = self._name(lambda kind, word: self.names.column_of(code, word) if kind == "label" else word)
            node = Ref(code, name, column)
        self.demand(")")
        return node

    def _name(self, code_of: Callable[[str, str], str]) -> str:
        kind, word = self.tokens[self.place] if self.place < len(self.tokens) else ("", "")
        if kind not in {"name", "label"} or word in RESERVED:
            raise ExpressionFault("括号里应是项目名称。")
        self.place += 1
        return code_of(kind, word)


def refs_of(node: Node) -> set[Ref]:
    """Return the answers that a condition speaks of."""
    if isinstance(node, Ref):
        return {node}
    if isinstance(node, Unary):
        return refs_of(node.inner)
    return refs_of(node.left) | refs_of(node.right) if isinstance(node, Binary) else set()


def spoken_sign(sign: str) -> str:
    return FUNCTIONS.get(sign) or WORDS.get(sign) or _SIGNS.get(sign) or sign


_BINDING = {"or": 1, "and": 2, **dict.fromkeys(_COMPARED, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _MINUS, _TIGHTEST = 3, 7, 8


def written(node: Node, names: Names | None = None) -> str:
    """Write a condition out: in codes as it is kept, or with `names` in Chinese as it is edited."""
    return _written(node, names)[0]


def _written(node: Node, names: Names | None) -> tuple[str, int]:  # noqa: PLR0911 -- one for each kind of node
    if isinstance(node, Number):
        value = node.value * 100 if node.is_percent else node.value
        return f"{_decimal(value)}{'%' if node.is_percent else ''}", _TIGHTEST
    if isinstance(node, Truth):
        word = "yes" if node.value else "no"
        return (WORDS[word] if names else word), _TIGHTEST
    if isinstance(node, Text):
        return (f"“{node.value}”" if names else f'"{node.value}"'), _TIGHTEST
    if isinstance(node, Ref):
        return _written_ref(node, names), _TIGHTEST
    if isinstance(node, Unary):
        if node.sign == "abs":
            return f"{FUNCTIONS['abs'] if names else 'abs'}({_written(node.inner, names)[0]})", _TIGHTEST
        binding = _NOT if node.sign == "not" else _MINUS
        inner = _bracketed(node.inner, binding, names)
        return (f"{'非' if names else 'not'} {inner}" if node.sign == "not" else f"-{inner}"), binding
    binding = _BINDING[node.sign]
    sign = spoken_sign(node.sign) if names else node.sign
    looser = binding + 1 if node.sign in _COMPARED else binding
    return f"{_bracketed(node.left, looser, names)} {sign} {_bracketed(node.right, binding + 1, names)}", binding


def _bracketed(node: Node, binding: int, names: Names | None) -> str:
    text, own = _written(node, names)
    return text if own >= binding else f"({text})"


def _written_ref(node: Ref, names: Names | None) -> str:
    text = node.code
    if names and node.code in names.items:
        text = f"「{names.items[node.code]}」"
    if node.column:
        label = names.columns.get((node.code, node.column)) if names else None
        text += f".「{label}」" if label else f".{node.column}"
    return f"{FUNCTIONS[node.how] if names else node.how}({text})" if node.how else text


def _decimal(value: Fraction) -> str:
    text = f"{float(value):.10f}".rstrip("0").rstrip(".")
    return text or "0"
