"""The columns of a questionnaire's workbook: one spec draws the sample, writes the export and reads the upload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from portal.core.cells import CellFault, figure_of, flag_of, text_of
from reviews.questionnaires.choices import ItemSeverity, ItemType, RuleSeverity
from reviews.questionnaires.rules.answers import SEPARATORS, parse_answer, typed_answer
from reviews.questionnaires.rules.content import Item
from reviews.questionnaires.rules.known import PROVIDERS

SECTIONS, ITEMS, COLUMNS, RULES, HELP = "栏目", "项目", "表格列", "规则", "填写说明"


class FieldFault(Exception):  # noqa: N818
    """A cell that cannot be read; the message says what was expected."""


@dataclass(frozen=True)
class Field:
    """One column: heading, field of the part, how a cell is read and written, what its choices are, help, width."""

    heading: str
    name: str
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    help: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14
    required: bool = False


def words_of(cell: Any) -> str:
    return cell.replace("\r\n", "\n").strip() if isinstance(cell, str) else text_of(cell)


def _itself(value: Any) -> Any:
    return value


def _flag(cell: Any) -> bool:
    try:
        return flag_of(cell)
    except CellFault as fault:
        raise FieldFault(f"{fault.args[0]}。") from fault


def _flag_words(value: bool) -> str:  # noqa: FBT001 -- a cell's value
    return "是" if value else ""


def _whole(cell: Any) -> int | None:
    try:
        return figure_of(cell)
    except CellFault as fault:
        raise FieldFault("应填不小于0的整数，不限的留空。") from fault


def _option_reader(choices: type[TextChoices]) -> Callable[[Any], str]:
    def read(cell: Any) -> str:
        text = words_of(cell)
        chosen = next((value for value, label in choices.choices if text in (value, label)), None)
        if text and chosen is None:
            raise FieldFault(f"应为：{'、'.join(map(str, choices.labels))}。")
        return chosen or ""

    return read


def _option_writer(choices: type[TextChoices]) -> Callable[[str], str]:
    return lambda value: str(choices(value).label) if value else ""


def _options(cell: Any) -> tuple[str, ...]:
    return tuple(word.strip() for word in SEPARATORS.split(words_of(cell)) if word.strip())


def _provider(cell: Any) -> str:
    text = words_of(cell)
    chosen = next((key for key, provider in PROVIDERS.items() if text in (key, provider.label)), None)
    if text and chosen is None:
        raise FieldFault(
            f"应为平台已有的数据，例如：{'、'.join(each.label for each in list(PROVIDERS.values())[:6])}。"
        )
    return chosen or ""


def _provider_words(key: str) -> str:
    return PROVIDERS[key].label if key in PROVIDERS else key


def _options_words(options: tuple[str, ...]) -> str:
    return "、".join(options)


def _text(heading: str, name: str, help_text: str = "", width: int = 14, *, required: bool = False) -> Field:
    return Field(heading, name, words_of, _itself, help_text, (), width, required)


def _choice(
    heading: str, name: str, choices: type[TextChoices], help_text: str = "", *, required: bool = False
) -> Field:
    labels = tuple(str(label) for label in choices.labels)
    return Field(heading, name, _option_reader(choices), _option_writer(choices), help_text, labels, 10, required)


def _yes(heading: str, name: str, help_text: str) -> Field:
    return Field(heading, name, _flag, _flag_words, help_text, ("是", "否"), 8)


_CODE = _text(
    "编号", "code", "小写字母开头，只含小写字母、数字和下划线；留空自动编号。各期按编号对比，已发布的不要改。", 16
)
_TYPE = _choice("类型", "type", ItemType, "", required=True)
_BOUNDS = (
    Field("最小", "minimum", words_of, _itself, "整数、金额（元）的最小值，或者表格的最少行数；不限的留空。", (), 9),
    Field("最大", "maximum", words_of, _itself, "整数、金额（元）的最大值，或者表格的最多行数；不限的留空。", (), 9),
    Field("最多字数", "max_length", _whole, _itself, "文字的字数上限；留空的，短文字100字，长文字2000字。", (), 9),
    Field("选项", "options", _options, _options_words, "单选、多选的选项，用顿号隔开。", (), 30),
)
_ASKED_IF = _text("填写条件", "asked_if", "成立时才填写，例如：「已建立党组织」。留空的都填。", 26)
SECTION_FIELDS = (
    _CODE,
    _text("名称", "title", width=20, required=True),
    _text("说明", "help", "显示在栏目名称下面。", 50),
    _ASKED_IF,
)
ITEM_FIELDS = (
    _text("栏目", "section", "栏目名称；留空的与上一行相同。", 16),
    _CODE,
    _text("名称", "label", "各不相同。", 24, required=True),
    _TYPE,
    _text("单位", "unit", "", 8),
    _text("填写说明", "help", "显示在填写框下面。", 40),
    _yes("必填", "required", "不填不能报送的填“是”。"),
    *_BOUNDS,
    Field(
        "平台已知",
        "known_from",
        _provider,
        _provider_words,
        "平台已有的数据，只显示，不再填报。",
        tuple(provider.label for provider in PROVIDERS.values()),
        16,
    ),
    _yes("可更正", "correctable", "平台已知的数据允许填报人更正的填“是”。"),
    _ASKED_IF,
    _text("依据", "basis", "文件名称和条款。", 30),
    _choice("严重程度", "severity", ItemSeverity, "检查清单使用。"),
    _text("需要的证据", "evidence", "检查清单使用。", 24),
)
COLUMN_FIELDS = (
    _text("所属表格", "table", "表格类项目的名称；留空的与上一行相同。", 18),
    _CODE,
    _text("名称", "label", "同一表格内各不相同。", 20, required=True),
    _TYPE,
    _text("单位", "unit", "", 8),
    _text("填写说明", "help", "", 30),
    _yes("必填", "required", "这一行填了就必须填这一列的，填“是”。"),
    *_BOUNDS,
)
RULE_FIELDS = (
    _CODE,
    _text(
        "条件",
        "condition",
        "答案应当满足的条件，例如：「支部党员大会」 ≥ 1；绝对值(变化率(「正式党员数」)) ≤ 30%。"
        "可用：上期、变化率、合计、已填、绝对值、且、或、非。缺少答案时规则不起作用。",
        56,
        required=True,
    ),
    _choice("性质", "severity", RuleSeverity, "拒收：不能报送；须说明：说明后可以报送；提示：只提醒。", required=True),
    _text("提示语", "sentence", "不满足时显示的话。", 46, required=True),
    _text("依据", "basis", "文件名称和条款。", 30),
    _text("显示在", "item", "项目名称。", 20, required=True),
)
SHEETS = {SECTIONS: SECTION_FIELDS, ITEMS: ITEM_FIELDS, COLUMNS: COLUMN_FIELDS, RULES: RULE_FIELDS}


def bound_from(cell: Any, kind: str) -> int | None:
    """Return a bound as it is kept (money in 分) from a cell in the type's own measure (money in yuan)."""
    measure = Item("bound", "", ItemType.MONEY if kind == ItemType.MONEY else ItemType.WHOLE)
    value, sentence = parse_answer(measure, cell)
    if sentence:
        raise FieldFault(f"{sentence.removesuffix('。')}，不限的留空。")
    return int(value) if value is not None else None


def bound_words(value: int | None, kind: str) -> Any:
    if value is None or kind != ItemType.MONEY:
        return value
    return float(typed_answer(Item("bound", "", ItemType.MONEY), value))
