"""Titles over several lines, broken by meaning into a trapezoid or a diamond (GB/T 9704-2012, 7.3.1)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pypinyin.seg import mmseg

from portal.core.docx.markup import plain
from portal.core.docx.page import SIZE_2, TYPE_WIDTH, characters

WIDEST = TYPE_WIDTH // (SIZE_2 * 10)  # characters of a title on one line

# What it costs to break a line before or after these words; between any other two words it costs ANYWHERE.
_BEFORE = {"关于": 0, "进一步": 1, "加强": 2, "开展": 2, "推进": 2, "做好": 2, "印发": 2, "情况": 4}
_AFTER = {"季度": 1, "年度": 1, "半年": 1, "年": 2, "月": 2, "、": 3, "全国": 4, "全省": 4, "全市": 4, "的": 5}
_ANYWHERE, _INSIDE, _FORBIDDEN = 6, 8, 1000  # inside brackets or quotation marks costs so much more
_ONE_MORE_LINE = 5
# A line does not begin with what leans on the word before, nor end with what leans on the word after.
_NEVER_FIRST = "的和与及或等、，。：；）》”’〕】号年月日个项家次名性万亿%·—"  # noqa: RUF001
_NEVER_LAST = "第（《“‘〔【和与及或在对把被为从向·—"  # noqa: RUF001
_NEVER_LAST_WORDS = ("进一步", "全面", "深入", "切实")
# Words of titles that the dictionary of readings lacks because nobody doubts how they are read.
_KNOWN = re.compile(
    "《[^《》]{1,14}》|[0-9A-Za-z.]+(?:年度|年|月|日|号|个|家|项|次|%)?|第[一二三四五六七八九十0-9]+(?:季度|批|次|轮|期|号)?|[上下]半年"
    "|委员会|办公室|领导小组|进一步|工作|情况|督查|通报|报告|意见|方案|办法|规定|通知|公告|决定|请示|批复|计划|要点|总结"
    "|建设|管理|监督|检查|考核|评价|评估|有关|事项|关于|问题|组织|活动|专项|实施|整改|落实|印发|开展|推进|做好|加强"
    "|全国|全省|全市|全面|深入|切实|社会|年度|半年|季度"
)


def title_lines(title: str) -> list[str]:
    """Return the lines of a title, as few as hold it or one more: never a word torn, no line as a stray remainder.

    A suggestion by general signs; who knows better gives the lines.
    """
    text = plain(title)
    if characters(text) <= WIDEST:
        return [text]
    words = [word for piece in _pieces(text) for word in piece]
    prices = {place: price for place in range(1, len(words)) if (price := _cost(words, place)) < _FORBIDDEN}
    fewest = int(-(-characters(text) // WIDEST))
    best: tuple[float, list[str]] | None = None
    for count in (fewest, fewest + 1):
        search = _Search(words, prices, _FORBIDDEN if best is None else best[0] - _ONE_MORE_LINE)
        if division := search.best(count):
            best = (division[0] + _ONE_MORE_LINE * (count - fewest), division[1])
    return best[1] if best else _cut_anyhow(text)


class _Search:
    """The cheapest division of words into lines: what is too wide, or already dearer than the best, is not followed."""

    def __init__(self, words: Sequence[str], prices: Mapping[int, int], below: float) -> None:
        self.words, self.prices, self.below = words, prices, below
        self.widths = [characters(word) for word in words]
        self.found: list[str] | None = None

    def best(self, count: int) -> tuple[float, list[str]] | None:
        """Return the cost and the lines of the best division into `count`; None where none costs less than `below`."""
        self._follow(0, count, 0, [])
        return None if self.found is None else (self.below, self.found)

    def _follow(self, start: int, count: int, paid: float, widths: list[float]) -> None:
        rest = sum(self.widths[start:])
        if paid >= self.below or rest > count * WIDEST:
            return
        if count == 1:
            total = paid + _shape([*widths, rest])
            if total < self.below:
                self.below, self.found = total, ["".join(self.words[start:])]
            return
        width = 0.0
        for end in range(start + 1, len(self.words)):
            width += self.widths[end - 1]
            if width > WIDEST:
                return
            if (price := self.prices.get(end)) is not None:
                before = self.below
                self._follow(end, count - 1, paid + price, [*widths, width])
                if self.below < before and self.found is not None:
                    self.found = ["".join(self.words[start:end]), *self.found]


def _pieces(text: str) -> Iterator[list[str]]:
    """Yield known words one by one, and between them what the dictionary makes of the rest: unknown characters pair up."""
    start = 0
    for known in _KNOWN.finditer(text):
        yield _divided(text[start : known.start()])
        yield [known.group()]
        start = known.end()
    yield _divided(text[start:])


def _divided(text: str) -> list[str]:
    words: list[str] = []
    for single, run in groupby(mmseg.seg.cut(text), key=lambda word: len(word) == 1):
        characters = list(run)
        words += (
            ["".join(characters[place : place + 2]) for place in range(0, len(characters), 2)] if single else characters
        )
    return words


def _cost(words: Sequence[str], place: int) -> int:
    left, right = words[place - 1], words[place]
    if right[0] in _NEVER_FIRST or left[-1] in _NEVER_LAST or left in _NEVER_LAST_WORDS:
        return _FORBIDDEN
    opening = "".join(words[:place])
    inside = _INSIDE if any(opening.count(a) > opening.count(b) for a, b in ("《》", "“”", "（）")) else 0
    before = min((cost for word, cost in _BEFORE.items() if right.startswith(word)), default=_ANYWHERE)
    after = min((cost for word, cost in _AFTER.items() if left.endswith(word)), default=_ANYWHERE)
    return min(before, after) + inside


def _shape(widths: Sequence[float]) -> float:
    """Return how far the lines are from a trapezoid or a diamond: a block, an hourglass, a stray remainder cost most."""
    longest, shortest = max(widths), min(widths)
    if longest > WIDEST:
        return _FORBIDDEN
    stray = 12 * max(0.0, 0.45 - shortest / longest) * len(widths)
    waist = sum(
        6 for first, middle, last in zip(widths, widths[1:], widths[2:], strict=False) if middle < min(first, last)
    )
    block = 5 if longest - shortest < 2 else 0  # noqa: PLR2004
    return stray + waist + block


def _cut_anyhow(text: str) -> list[str]:
    return [text[start : start + WIDEST] for start in range(0, len(text), WIDEST)]
