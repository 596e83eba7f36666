"""What a version of a questionnaire holds, as values: sections, items, rules. Kept whole as JSON in one column of the version.

Answers to it are one JSON object by item code: a whole number as it is, money in 分, a date as ISO text, yes or no as a truth
value, a choice as the words of the option, several as a list of them, text as text, a table as a list of rows by column code,
attachments as a list of {"key", "name", "size"}. An item without an answer has no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, TypeVar

from reviews.questionnaires.choices import ItemSeverity, ItemType, RuleSeverity

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
P = TypeVar("P")


@dataclass(frozen=True)
class Item:
    """One question, or one column of a table. Reports of different versions are compared by `code`.

    `minimum` and `maximum` bound a number (money in 分) or the rows of a table. `known_from` names a provider (known.py): where
    it knows the answer, that is shown and not asked, and may be corrected if `correctable`. With `asked_if`, a condition over
    other answers, the item is asked only where it holds. `severity` and `evidence` speak of check lists.
    """

    code: str
    label: str
    type: str
    unit: str = ""
    help: str = ""
    required: bool = False
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    options: tuple[str, ...] = ()
    columns: tuple[Item, ...] = ()
    known_from: str = ""
    correctable: bool = False
    asked_if: str = ""
    basis: str = ""
    severity: str = ""
    evidence: str = ""

    @property
    def is_table(self) -> bool:
        return self.type == ItemType.TABLE

    @property
    def is_attachment(self) -> bool:
        return self.type == ItemType.ATTACHMENT

    @property
    def is_long_text(self) -> bool:
        return self.type == ItemType.LONG_TEXT

    @property
    def type_label(self) -> str:
        return str(dict(ItemType.choices).get(self.type, self.type))

    @property
    def severity_label(self) -> str:
        return str(dict(ItemSeverity.choices).get(self.severity, self.severity))

    def column(self, code: str) -> Item | None:
        return next((column for column in self.columns if column.code == code), None)


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    help: str = ""
    asked_if: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A condition that answers meet (expressions.py); `sentence` is shown at `item` where it is broken."""

    code: str
    condition: str
    severity: str
    sentence: str
    item: str
    basis: str = ""

    @property
    def is_refusal(self) -> bool:
        return self.severity == RuleSeverity.REFUSE

    @property
    def is_to_explain(self) -> bool:
        return self.severity == RuleSeverity.EXPLAIN

    @property
    def severity_label(self) -> str:
        return str(dict(RuleSeverity.choices).get(self.severity, self.severity))


@dataclass(frozen=True)
class Content:
    """Everything a version asks and how answers are judged."""

    sections: tuple[Section, ...] = ()
    rules: tuple[Rule, ...] = ()
    _by_code: dict[str, Item] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_code.update({item.code: item for item in self.items})

    @property
    def items(self) -> Iterator[Item]:
        """The items of all sections in order."""
        return (item for section in self.sections for item in section.items)

    def item(self, code: str) -> Item | None:
        return self._by_code.get(code)

    def section_of(self, code: str) -> Section | None:
        return next((section for section in self.sections if any(item.code == code for item in section.items)), None)


def json_of(part: Any) -> Any:
    """Return content, or a part of it, as JSON; what is as usual is left out."""
    if isinstance(part, (Content, Section, Item, Rule)):
        return {
            each.name: json_of(value)
            for each in fields(part)
            if each.init and ((value := getattr(part, each.name)) != each.default or each.default is MISSING)
        }
    return [json_of(each) for each in part] if isinstance(part, tuple) else part


def content_of(data: Mapping[str, Any]) -> Content:
    """Return the content that a version's JSON holds."""
    return Content(
        sections=tuple(_section(section) for section in data.get("sections", ())),
        rules=tuple(_part(Rule, rule) for rule in data.get("rules", ())),
    )


def _section(data: Mapping[str, Any]) -> Section:
    return _part(Section, {**data, "items": tuple(_item(item) for item in data.get("items", ()))})


def _item(data: Mapping[str, Any]) -> Item:
    columns = tuple(_item(column) for column in data.get("columns", ()))
    return _part(Item, {**data, "columns": columns, "options": tuple(data.get("options", ()))})


def _part(kind: type[P], data: Mapping[str, Any]) -> P:
    names = {each.name for each in fields(kind) if each.init}  # type: ignore[arg-type]  # only dataclasses come here
    return kind(**{name: value for name, value in data.items() if name in names})
