"""What keeps a content from being published: each thing at its place, in a sentence that says what is expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reviews.questionnaires.choices import ItemSeverity, ItemType, RuleSeverity
from reviews.questionnaires.rules.answers import SEPARATORS
from reviews.questionnaires.rules.conditions import condition_from, fault_of
from reviews.questionnaires.rules.content import CODE, Content, Item, Rule, Section
from reviews.questionnaires.rules.expressions import RESERVED, ExpressionFault
from reviews.questionnaires.rules.known import PROVIDERS, refusal_of

MOST_ITEMS, MOST_COLUMNS, MOST_OPTIONS = 300, 12, 60
LABEL_LENGTH, HELP_LENGTH = 60, 300
_IN_TABLE = frozenset(ItemType.values) - {ItemType.TABLE, ItemType.ATTACHMENT, ItemType.CHOICES}
_BOUNDED = frozenset({ItemType.WHOLE, ItemType.MONEY, ItemType.TABLE})


@dataclass(frozen=True)
class Fault:
    """A fault of a questionnaire: with the section, item, column (`item` is its table) or rule of this code, in which of its fields."""

    part: str
    code: str
    field: str
    sentence: str
    table: str = ""


def faults_of(content: Content, before: Content | None = None) -> list[Fault]:
    """Return everything that keeps `content` from being published; `before` is what was published last."""
    return [
        *_whole(content),
        *(fault for section in content.sections for fault in section_faults(section, content)),
        *(fault for item in content.items for fault in item_faults(item, content)),
        *(fault for rule in content.rules for fault in rule_faults(rule, content)),
        *(_changed(content, before) if before else ()),
    ]


def _whole(content: Content) -> Iterator[Fault]:
    items = list(content.items)
    if not items:
        yield Fault("content", "", "items", "模板还没有项目，请先添加。")
    if len(items) > MOST_ITEMS:
        yield Fault("content", "", "items", f"项目不能超过 {MOST_ITEMS} 个，现有 {len(items)} 个。")
    for part, parts in (("section", content.sections), ("item", items), ("rule", content.rules)):
        codes = Counter(each.code for each in parts)
        for code, times in codes.items():
            if times > 1:
                yield Fault(part, code, "code", f"编号“{code}”用了 {times} 次，应各不相同。")
    titles = Counter(section.title for section in content.sections)
    for section in content.sections:
        if titles[section.title] > 1:
            yield Fault("section", section.code, "title", f"栏目“{section.title}”重复，请换一个名称。")
    labels = Counter(item.label for item in items)
    for item in items:
        if labels[item.label] > 1:
            yield Fault("item", item.code, "label", f"名称“{item.label}”重复，请换一个名称。")


def section_faults(section: Section, content: Content) -> Iterator[Fault]:
    def fault(field: str, sentence: str) -> Fault:
        return Fault("section", section.code, field, sentence)

    if not CODE.fullmatch(section.code):
        yield fault("code", _CODE_RULE)
    if not section.title or len(section.title) > LABEL_LENGTH:
        yield fault("title", f"应填写栏目名称，不超过 {LABEL_LENGTH} 个字。")
    if section.asked_if and (sentence := fault_of(section.asked_if, content)):
        yield fault("asked_if", sentence)


_CODE_RULE = "编号应由小写字母开头，只含小写字母、数字和下划线，不超过 40 个字符。"


def item_faults(item: Item, content: Content) -> Iterator[Fault]:
    """Yield what is wrong with one item, its columns included."""
    for field, sentence in _part_faults(item):
        yield Fault("item", item.code, field, sentence)
    if item.asked_if and (sentence := fault_of(item.asked_if, content)):
        yield Fault("item", item.code, "asked_if", sentence)
    if refusal := refusal_of(item):
        yield Fault("item", item.code, "label", refusal)
    yield from _known_faults(item)
    yield from _table_faults(item)


def _table_faults(item: Item) -> Iterator[Fault]:
    if item.type != ItemType.TABLE:
        if item.columns:
            yield Fault("item", item.code, "columns", "只有表格有列。")
        return
    if not 1 <= len(item.columns) <= MOST_COLUMNS:
        yield Fault("item", item.code, "columns", f"表格应有 1 至 {MOST_COLUMNS} 列。")
    codes, labels = Counter(each.code for each in item.columns), Counter(each.label for each in item.columns)
    for column in item.columns:
        if column.type not in _IN_TABLE:
            yield Fault("column", column.code, "type", "表格的列不能是这种类型。", item.code)
        if codes[column.code] > 1 or labels[column.label] > 1:
            yield Fault("column", column.code, "label", "同一表格的列编号和名称应各不相同。", item.code)
        for field, sentence in _part_faults(column):
            yield Fault("column", column.code, field, sentence, item.code)


def _part_faults(item: Item) -> Iterator[tuple[str, str]]:
    if not CODE.fullmatch(item.code) or item.code in RESERVED:
        yield "code", _CODE_RULE
    if not item.label or len(item.label) > LABEL_LENGTH or set('「」“”"\n') & set(item.label):
        yield "label", f"应填写名称，不超过 {LABEL_LENGTH} 个字，不含引号。"
    if item.type not in ItemType.values:
        yield "type", f"类型应为：{'、'.join(ItemType.labels)}。"
        return
    if len(item.help) > HELP_LENGTH:
        yield "help", f"填写说明不能超过 {HELP_LENGTH} 个字。"
    if item.severity and item.severity not in ItemSeverity.values:
        yield "severity", f"严重程度应为：{'、'.join(ItemSeverity.labels)}。"
    yield from _bound_faults(item)
    has_options = item.type in {ItemType.CHOICE, ItemType.CHOICES}
    if has_options and not 2 <= len(item.options) <= MOST_OPTIONS:  # noqa: PLR2004 -- one option is no choice
        yield "options", f"应有 2 至 {MOST_OPTIONS} 个选项。"
    if not has_options and item.options:
        yield "options", "只有单选和多选有选项。"
    if len(set(item.options)) < len(item.options) or any(
        not option or SEPARATORS.search(option) or set('「」“”"') & set(option) for option in item.options
    ):
        yield "options", "选项应各不相同，不含顿号、逗号、分号和引号。"


def _bound_faults(item: Item) -> Iterator[tuple[str, str]]:
    if item.type not in _BOUNDED and (item.minimum is not None or item.maximum is not None):
        yield "minimum", "只有整数、金额和表格（行数）有上下限。"
    if item.minimum is not None and item.minimum < 0:
        yield "minimum", "最小值不能小于0。"
    if item.maximum is not None and item.maximum < (item.minimum or 0):
        yield "maximum", "最大值不能小于最小值。"
    if item.max_length is not None and (
        item.type not in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT} or not 1 <= item.max_length <= 5000  # noqa: PLR2004
    ):
        yield "max_length", "字数上限只用于文字，为 1 至 5000。"


def _known_faults(item: Item) -> Iterator[Fault]:
    if not item.known_from:
        if item.correctable:
            yield Fault("item", item.code, "correctable", "只有“平台已知”项可以更正。")
        return
    provider = PROVIDERS.get(item.known_from)
    if provider is None:
        yield Fault("item", item.code, "known_from", f"平台没有“{item.known_from}”这一项数据。")
    elif provider.type != item.type:
        yield Fault("item", item.code, "type", f"“{provider.label}”的类型应为{provider.type.label}。")


def rule_faults(rule: Rule, content: Content) -> Iterator[Fault]:
    """Yield what is wrong with one rule."""

    def fault(field: str, sentence: str) -> Fault:
        return Fault("rule", rule.code, field, sentence)

    if not CODE.fullmatch(rule.code):
        yield fault("code", _CODE_RULE)
    try:
        condition_from(rule.condition, content)
    except ExpressionFault as unread:
        yield fault("condition", str(unread))
    if rule.severity not in RuleSeverity.values:
        yield fault("severity", f"严重程度应为：{'、'.join(RuleSeverity.labels)}。")
    if not rule.sentence or len(rule.sentence) > HELP_LENGTH:
        yield fault("sentence", f"应填写提示语，不超过 {HELP_LENGTH} 个字。")
    if content.item(rule.item) is None:
        yield fault("item", "应指明提示语显示在哪个项目。")


def _changed(content: Content, before: Content) -> Iterator[Fault]:
    """A code stands for one thing in all versions: comparisons go by it."""
    for item in content.items:
        old = before.item(item.code)
        if old is not None and old.type != item.type:
            yield Fault(
                "item",
                item.code,
                "type",
                f"编号“{item.code}”在上一版是{old.type_label}“{old.label}”，各期按编号对比，类型不能改。请换一个编号。",
            )


def spoken_place(fault: Fault, content: Content) -> str:
    """Return in words where a fault is."""
    parts: dict[str, Any] = {"section": content.sections, "item": tuple(content.items), "rule": content.rules}
    if fault.part == "column":
        table = content.item(fault.table)
        column = table.column(fault.code) if table else None
        return f"表格“{table.label if table else fault.table}”的列“{column.label if column else fault.code}”"
    part = next((each for each in parts.get(fault.part, ()) if each.code == fault.code), None)
    if part is None:
        return "模板"
    if isinstance(part, Section):
        return f"栏目“{part.title}”"
    return f"项目“{part.label}”" if isinstance(part, Item) else f"规则“{part.sentence}”"
