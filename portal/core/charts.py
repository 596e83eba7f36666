"""Charts for Word as sharp pictures, mechanics only: 300 dpi, three colours that survive a black-and-white printer.

Every number that can be read in a chart is a string of the caller's, so that it equals the one in the text. Equal input
gives equal bytes. Nothing global is touched: charts may be drawn in several threads.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from portal.core.docx.markup import plain
from portal.core.docx.page import characters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLACK, GREY, PALE, RED = "#000000", "#9e9e9e", "#d9d9d9", "#b3261e"
DPI = 300
_POINTS_PER_MM = 72 / 25.4
_LETTERS, _TITLE_LETTERS = 9.0, 10.5  # points
_LABEL_CHARACTERS = 14  # a longer name goes on in a second line
_BAR_MM, _SECOND_LINE_MM = 6.5, 3.5

Number = int | float | Fraction


@dataclass(frozen=True)
class Bar:
    """One bar; `value` None draws none. `text` is what is printed beside it; `behind` sets it apart in red."""

    label: str
    value: Number | None
    text: str
    behind: bool = False


@dataclass(frozen=True)
class ChartLine:
    """One line through the places of a chart; where the value is None it has a gap and no text."""

    name: str
    values: Sequence[Number | None]
    texts: Sequence[str]


@dataclass(frozen=True)
class Target:
    """A dashed line at `value`, and what is printed beside it: 目标 80 %."""

    value: Number
    text: str


def bar_chart(*, title: str, bars: Sequence[Bar], target: Target | None = None, width: float = 150) -> bytes:
    """Return a PNG of horizontal bars from the top in the order given, `width` mm wide, as high as the bars need.

    `title` says what is shown, in which unit and at which date.
    """
    labels = [_in_even_lines(plain(bar.label)) for bar in bars]
    heights = [_BAR_MM + _SECOND_LINE_MM * label.count("\n") for label in labels]
    head, foot = (9.0 if plain(title) else 2.0) + (5.0 if target else 0.0), 2.0
    drawing = _Drawing(width, head + foot + max(sum(heights), _BAR_MM), title)
    named = max((characters(line) for label in labels for line in label.split("\n")), default=0)
    valued = max((characters(plain(bar.text)) for bar in bars), default=0)
    axes = drawing.axes(
        left=named * _LETTERS / _POINTS_PER_MM + 3, right=valued * _LETTERS / _POINTS_PER_MM + 4, top=head, bottom=foot
    )
    tops = [sum(heights[:place]) for place in range(len(bars))]
    longest = max([float(bar.value or 0) for bar in bars] + [float(target.value) if target else 0.0])
    axes.set_xlim(0, longest or 1)
    axes.set_ylim(max(sum(heights), _BAR_MM), 0)
    for bar, label, top, height in zip(bars, labels, tops, heights, strict=True):
        middle, value = top + height / 2, float(bar.value or 0)
        axes.barh(middle, value, height=4.2, color=RED if bar.behind else GREY)
        drawing.write(axes, 0, middle, label, (-4, 0), ha="right", va="center")
        drawing.write(axes, value, middle, bar.text, (3, 0), ha="left", va="center", color=RED if bar.behind else BLACK)
    axes.axvline(0, color=BLACK, linewidth=0.8, clip_on=False)
    if target:
        axes.axvline(float(target.value), color=BLACK, linewidth=0.9, linestyle=(0, (4, 2)))
        nearer_right = float(target.value) > longest / 2
        drawing.write(
            axes, float(target.value), 0, target.text, (0, 3), ha="right" if nearer_right else "left", va="bottom"
        )
    return drawing.png()


def line_chart(
    *, title: str, places: Sequence[str], lines: Sequence[ChartLine], target: Target | None = None, width: float = 150
) -> bytes:
    """Return a PNG of up to three lines over `places` (quarters, say), each point with its text, names below.

    The lines differ in colour, stroke and mark. The scale fits the values and does not begin at zero.
    """
    drawing = _Drawing(width, 75, title)
    axes = drawing.axes(left=6, right=6 + (10 if target else 0), top=14 if plain(title) else 8, bottom=17)
    heights = [float(value) for line in lines for value in line.values if value is not None]
    heights += [float(target.value)] if target else []
    low, high = min(heights, default=0.0), max(heights, default=1.0)
    room = (high - low) * 0.2 or abs(high) * 0.1 or 1
    axes.set_ylim(low - room, high + room)
    axes.set_xlim(-0.5, max(len(places), 1) - 0.5)
    for place, name in enumerate(places):
        drawing.write(axes, place, low - room, name, (0, -4), ha="center", va="top")
    axes.axhline(low - room, color=BLACK, linewidth=0.8, clip_on=False)
    for line, style in zip(lines, _STROKES[: len(lines)], strict=True):
        _draw_line(drawing, axes, line, style, lines)
    if target:
        axes.axhline(float(target.value), color=BLACK, linewidth=0.9, linestyle=(0, (4, 2)))
        drawing.write(axes, max(len(places), 1) - 0.5, float(target.value), target.text, (2, 0), ha="left", va="center")
    if lines:
        drawing.legend(axes)
    return drawing.png()


def _write_texts(drawing: _Drawing, axes: Axes, line: ChartLine, lines: Sequence[ChartLine], color: str) -> None:
    """Write the text of each point of a line, above or below the point."""
    for place, (value, text) in enumerate(zip(line.values, line.texts, strict=True)):
        if value is not None:
            lift, side = (4, "bottom") if _is_uppermost(line, lines, place) else (-4, "top")
            drawing.write(axes, place, float(value), text, (0, lift), ha="center", va=side, color=color)


_STROKES = ((RED, "-", "o"), (BLACK, (0, (5, 1)), "s"), ("#6b6b6b", (0, (1, 1)), "^"))


def _draw_line(
    drawing: _Drawing, axes: Any, line: ChartLine, style: tuple[Any, ...], lines: Sequence[ChartLine]
) -> None:
    """Draw one line with the text of each point above it where the line is the highest, else below."""
    color, stroke, mark = style
    heights = [math.nan if value is None else float(value) for value in line.values]
    axes.plot(
        range(len(heights)),
        heights,
        color=color,
        linestyle=stroke,
        marker=mark,
        markersize=4,
        linewidth=1.4,
        label=plain(line.name),
    )
    for place, (height, text) in enumerate(zip(heights, line.texts, strict=True)):
        if not math.isnan(height):
            lift = 4 if _is_uppermost(line, lines, place) else -4
            drawing.write(
                axes, place, height, text, (0, lift), ha="center", va="bottom" if lift > 0 else "top", color=color
            )


def _is_uppermost(line: ChartLine, lines: Sequence[ChartLine], place: int) -> bool:
    """Tell whether a line's text stands above its point: the highest one's there, all others below, so that two never meet."""
    known = [(each.values[place], -number) for number, each in enumerate(lines) if each.values[place] is not None]
    return max(known, default=None) == (line.values[place], -list(lines).index(line))


def _in_even_lines(text: str) -> str:
    lines = -(-len(text) // _LABEL_CHARACTERS) or 1
    return "\n".join(textwrap.wrap(text, -(-len(text) // lines) or 1))


class _Drawing:
    """A picture `width` × `height` mm with its title, and the one font that all its words are set in."""

    def __init__(self, width: float, height: float, title: str) -> None:
        # matplotlib takes seconds to import and 80 MB: only the task that draws a chart pays, never a web process.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 -- as said above
        from matplotlib.figure import Figure  # noqa: PLC0415 -- as said above
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415 -- as said above
        from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415 -- as said above

        self._width, self._height = width, height
        self._figure: Figure = Figure(figsize=(width / 25.4, height / 25.4), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._font = FontProperties(fname=str(sans_path()), size=_LETTERS)
        large = FontProperties(fname=str(sans_path()), size=_TITLE_LETTERS)
        self._figure.text(
            0.5,
            1 - 1 / height,
            plain(title),
            ha="center",
            va="top",
            fontproperties=large,
            color=BLACK,
            parse_math=False,
        )

    def axes(self, *, left: float, right: float, top: float, bottom: float) -> Axes:
        """Return the area that these margins (mm) leave, without frame, ticks and numbers."""
        across, up = max(self._width - left - right, 10) / self._width, (self._height - top - bottom) / self._height
        axes = self._figure.add_axes((left / self._width, bottom / self._height, across, up))
        axes.set_axis_off()
        return axes

    def write(self, axes: Axes, x: float, y: float, text: str, offset: tuple[float, float], **look: Any) -> None:
        """Write `text` at a place of the axes, `offset` points from it. It is never read as a formula."""
        shown = "\n".join(plain(line) for line in text.split("\n"))
        axes.annotate(
            shown,
            (x, y),
            xytext=offset,
            textcoords="offset points",
            fontproperties=self._font,
            parse_math=False,
            annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            **look,
        )

    def legend(self, axes: Axes) -> None:
        names = self._figure.legend(
            *axes.get_legend_handles_labels(), loc="lower center", ncols=3, frameon=False, prop=self._font
        )
        for text in names.get_texts():
            text.set_parse_math(False)

    def png(self) -> bytes:
        """Return the picture, without the note of program and version that would make equal charts differ."""
        out = io.BytesIO()
        self._figure.savefig(out, format="png", dpi=DPI, metadata={"Software": None})
        return out.getvalue()
