"""How one cell of a hand-made workbook is read. Each reader returns a value or raises `CellFault` saying what was expected."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache
from typing import Any

from portal.core.choices import CellFaultKind

# domain.md, "Reading a ledger": these mean "none" in a figure, a grade or a date.
NONE_WORDS = frozenset(
    {"", "/", "//", "\\", "|", "无", "没有", "暂无", "-", "--", "—", "——", "–", "―", "∕"}  # noqa: RUF001
    | {"未评估", "未评", "未参评", "未评定", "不适用", "N/A", "n/a", "NA", "none", "None", "null"}
)
_YES = re.compile(
    r"^(是的?|√|✓|✔|☑|✅|有|对|[Yy]|[Yy][Ee][Ss]|T|[Tt]rue|TRUE|1|已(?!.*(撤销|注销|解散|取消)).*|建|建立|组建|写入|载明|入章|脱钩|在任|主持.*)$"
)
_NO = re.compile(
    r"^(否|非|×|✕|✗|✘|☐|❌|[Xx]|╳|乂|[Nn]|[Nn][Oo]|F|[Ff]alse|FALSE|0|[/\\|]+|[-—–]+|N/A|无.*|没.*|未(?!知|定|明).*|尚未.*|暂(无|未|缺).*"  # noqa: RUF001
    r"|不(?!详|清|明|确|知|定|了).*|已(撤销|注销|解散|取消).*)$"
)
_FIGURE = re.compile(r"^([+-]?\d[\d,]*)(?:\.0+)?\s*(?:人|家|名|个|户|位|户次|人次|家次)?整?$")
_DATE = re.compile(
    r"^(\d{4})\s*[-/.．。、,年 ]\s*(\d{1,2})\s*[-/.．。、,月 ]\s*(\d{1,2})\s*[日号.]?(?:[T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?$"  # noqa: RUF001
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$")
_CHINESE_DATE = re.compile(
    r"^([零〇○一二三四五六七八九]{4})年(元|[一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})[日号]?$"
)
_EARLIEST, _LATEST = 1900, 2100
# Excel counts days from here; a bare number in this span is a date that lost its format.
_EXCEL_EPOCH, _EXCEL_SERIALS = datetime.date(1899, 12, 30), range(15000, 60000)
_SHORT = 40
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff]")
_BLANKS = re.compile(r"\s+")
_APOSTROPHE = re.compile(r"^['‘’`]+(?=\S)")  # noqa: RUF001 -- before a number it is how that was kept from turning into one
_DASHES = str.maketrans(dict.fromkeys("−‐‑‒﹣", "-"))  # noqa: RUF001


class CellFault(Exception):  # noqa: N818 -- a mistake in a workbook, not an error of ours
    """A cell that cannot be read: the kind of problem and what was expected, in Chinese."""

    def __init__(self, kind: CellFaultKind, expected: str) -> None:
        super().__init__(expected)
        self.kind, self.expected = kind, expected


def text_of(cell: Any) -> str:
    """Return the cell as text in its one form: half width, no blanks around or line breaks within, whole numbers without `.0`."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    text = str(cell)
    return _short_form(text) if len(text) <= _SHORT else _one_form(text)


def _one_form(text: str) -> str:
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_DASHES)
    return _APOSTROPHE.sub("", _BLANKS.sub(" ", text).strip()).strip()


_short_form = lru_cache(maxsize=8192)(_one_form)  # a ledger says the same few words thousands of times


def shown(cell: Any) -> str:
    """Return the cell as a problem quotes it: what stood there, as the ledger's author sees it."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def name_of(cell: Any) -> str:
    """Return a name in its one form: no blanks at all, Chinese brackets."""
    name = re.sub(r"\s+", "", text_of(cell)).replace("(", "（").replace(")", "）")
    return "" if name in NONE_WORDS else name


def person_name_of(cell: Any) -> str:
    """Return a person's name: blanks between Chinese characters are only layout, those of other scripts stay."""
    name = text_of(cell)
    return "" if name in NONE_WORDS else re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", name)


def optional_text_of(cell: Any) -> str:
    text = text_of(cell)
    return "" if text in NONE_WORDS else text


def flag_of(cell: Any) -> bool:
    """Return yes or no; empty is no. Raises CellFault for any other word."""
    text = re.sub(r"\s|[(（].*[)）]$|[。；;]$", "", text_of(cell)) or text_of(cell)
    if text == "" or _NO.match(text):
        return False
    if _YES.match(text):
        return True
    raise CellFault(CellFaultKind.NOT_YES_OR_NO, "应填“是”或者“否”")


def figure_of(cell: Any) -> int | None:
    """Return a whole number of zero or more, None for "none". Raises CellFault for a word, a fraction or a negative."""
    text = text_of(cell)
    if text in NONE_WORDS:
        return None
    match = _FIGURE.match(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text))
    if not match:
        raise CellFault(CellFaultKind.NOT_A_NUMBER, "应填不小于0的整数，没有的填0")
    number = int(match[1].replace(",", ""))
    if number < 0:
        raise CellFault(CellFaultKind.NEGATIVE, "应填不小于0的整数")
    return number


def date_of(cell: Any) -> datetime.date | None:
    """Return a date written in any of the usual ways, None for "none". Raises CellFault for anything else."""
    if isinstance(cell, datetime.datetime):
        return _sensible(cell.year, cell.month, cell.day)
    if isinstance(cell, datetime.date):
        return _sensible(cell.year, cell.month, cell.day)
    text = text_of(cell)
    if text in NONE_WORDS:
        return None
    match = _DATE.match(text) or _COMPACT.match(text) or _CHINESE_DATE.match(re.sub(r"\s", "", text))
    if not match:
        if re.fullmatch(r"\d{5}", text) and int(text) in _EXCEL_SERIALS:
            return _EXCEL_EPOCH + datetime.timedelta(days=int(text))
        raise CellFault(CellFaultKind.UNREADABLE_DATE, "应填完整的年月日，例如 2024-06-30")
    return _sensible(*(_number_of(part) for part in match.groups()[:3]))


def _sensible(year: int, month: int, day: int) -> datetime.date:
    if not _EARLIEST <= year <= _LATEST:
        raise CellFault(CellFaultKind.IMPOSSIBLE_DATE, "年份不合理，应填实际日期，例如 2024-06-30")
    try:
        return datetime.date(year, month, day)
    except ValueError as fault:
        raise CellFault(CellFaultKind.IMPOSSIBLE_DATE, "没有这一天，应填实际日期，例如 2024-06-30") from fault


def _number_of(text: str) -> int:
    """Return a number in figures, or in Chinese as dates write it: 二〇二四, 十二, 三十, 元 (月)."""
    if text.isdigit():
        return int(text)
    digits = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "元": 1}
    if len(text) == 4:  # noqa: PLR2004
        return int("".join(str(digits[character]) for character in text))
    tens, ten, ones = text.replace("廿", "二十").replace("卅", "三十").rpartition("十")
    return (digits.get(tens, 1) * 10 if ten else 0) + digits.get(ones, 0)
