"""Charts for Word: sharp, equal twice, drawn from the caller's strings, and never loaded by a web process."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from PIL import Image

from portal.core.charts import Bar, ChartLine, Target, bar_chart, line_chart

BARS = [
    Bar("综合行业党委", Fraction(339, 424) * 100, "79.95 %", behind=True),
    Bar("文化和旅游行业社会组织综合党委", 81, "81.00 %"),
    Bar("尚未统计的行业党委", None, "—"),
]
TARGET = Target(80, "目标 80 %")
PLACES = ("2026年二季度", "2026年三季度")
LINES = [
    ChartLine("组织覆盖率", (78.6, 79.95), ("78.60 %", "79.95 %")),
    ChartLine("工作覆盖率", (None, 75), ("", "75.00 %")),
]


def bars(
    bars: list[Bar] = BARS, title: str = "组织覆盖率（%，2026年9月30日）", target: Target | None = TARGET
) -> bytes:
    return bar_chart(title=title, bars=bars, target=target)


def lines() -> bytes:
    return line_chart(title="覆盖率（%，各季度末）", places=PLACES, lines=LINES, target=TARGET)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("draw", (bars, lines))
def test_a_chart_is_150_mm_wide_at_300_dots_an_inch(draw) -> None:
    picture = opened(draw())
    assert (picture.format, picture.width) == ("PNG", int(150 / 25.4 * 300))
    assert round(picture.info["dpi"][0]) == 300


@pytest.mark.parametrize("draw", (bars, lines))
def test_equal_charts_are_equal_to_the_last_byte_in_any_thread(draw) -> None:
    with ThreadPoolExecutor(4) as pool:
        drawn = set(pool.map(lambda _: draw(), range(4)))
    assert drawn == {draw()}


@pytest.mark.parametrize("draw", (bars, lines))
def test_a_chart_names_neither_program_nor_date(draw) -> None:
    assert set(opened(draw()).info) == {"dpi"}


def test_what_is_behind_is_deep_red_and_nothing_else_is() -> None:
    def red(data: bytes) -> bool:
        return (0xB3, 0x26, 0x1E) in {color for _, color in opened(data).convert("RGB").getcolors(1 << 24) or []}

    assert red(bars()) is True
    assert red(bars(BARS[1:])) is False


def test_the_printed_number_is_the_caller_s_string_and_not_the_value() -> None:
    assert bars([Bar("甲", 80, "79.99 %")]) != bars([Bar("甲", 80, "80.00 %")])


def test_a_name_that_looks_like_a_formula_is_drawn_as_it_is() -> None:
    assert bars([Bar(r"甲$\frac{$协会&<乙>", 1, "$x^2$")], title=r"$\bad{$") != bars([Bar("甲", 1, "x")])


def test_a_longer_list_is_a_higher_picture_and_an_empty_one_still_a_picture() -> None:
    heights = [opened(bars(BARS[1:2] * count)).height for count in (1, 10, 40)]
    assert heights == sorted(set(heights))
    assert opened(bars([])).height > 0
    assert opened(line_chart(title="", places=(), lines=())).height > 0


def test_control_characters_are_not_drawn() -> None:
    assert bars([Bar("甲\x00\u202e乙", 1, "1\x07")]) == bars([Bar("甲乙", 1, "1")])


def test_a_fourth_line_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        line_chart(title="", places=PLACES, lines=LINES[:1] * 4)


def test_a_process_that_draws_nothing_does_not_load_the_drawing_library() -> None:
    code = "import sys, portal.core.charts, portal.core.docx; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
