"""Layout of a report for reading and comparing: plain values for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from typing import Final, Literal, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from portal.core.chart_data import Chart, Series
from portal.core.measures import Rate
from reviews.supervision.indicators.content import ChartText, ColumnHeading, ReportContent
from reviews.supervision.models import ReportVersion
from reviews.supervision.rules.texts import filled, parts_of
from reviews.supervision.rules.words import numeral, sentence_day


@dataclass(frozen=True)
class Piece:
    """Words, or a number with its name and, where it counts associations, the address of their names."""

    text: str
    field: str = ""
    url: str = ""


@dataclass(frozen=True)
class TableView:
    caption: str
    columns: tuple[ColumnHeading, ...]
    rows: tuple[tuple[tuple[ColumnHeading, list[Piece]], ...], ...]
    note: str


@dataclass(frozen=True)
class SupervisionSection:
    """One section as it is read. `number` is empty for the opening."""

    code: str
    number: str
    title: str
    paragraphs: tuple[list[Piece], ...]
    tables: tuple[TableView, ...]
    charts: tuple[Chart, ...]


def read_sections(content: ReportContent, version: ReportVersion, pk: int) -> list[SupervisionSection]:
    """Return the sections that are not empty, numbered as in the document."""
    sections: list[SupervisionSection] = []
    for section in content.sections:
        paragraphs = version.texts.get(section.code, [])
        if not paragraphs and not section.tables:
            continue
        titled = sum(1 for each in sections if each.title)
        sections.append(
            SupervisionSection(
                code=section.code,
                number=f"{numeral(titled + 1)}、" if section.title else "",
                title=section.title,
                paragraphs=tuple(pieces(paragraph, content, pk) for paragraph in paragraphs),
                tables=tuple(
                    TableView(
                        table.caption,
                        table.columns,
                        tuple(
                            tuple(
                                (heading, pieces(cell, content, pk))
                                for heading, cell in zip(table.columns, row, strict=True)
                            )
                            for row in table.rows
                        ),
                        table.note,
                    )
                    for table in section.tables
                ),
                charts=tuple(
                    _chart(f"{section.code}-{place}", chart, content, pk) for place, chart in enumerate(section.charts)
                ),
            )
        )
    return sections


def pieces(paragraph: str, content: ReportContent, pk: int) -> list[Piece]:
    """Return a paragraph as words and numbers; a number that counts associations leads to their names."""
    return [
        Piece(content.fields[part.text].text, part.text, names_url(content, part.text, pk))
        if part.is_field
        else Piece(part.text)
        for part in parts_of(paragraph)
    ]


def names_url(content: ReportContent, name: str, pk: int) -> str:
    """Return the address of the names behind a number; empty where there are none to show."""
    field = content.fields[name]
    if not field.tab or sentence_day(field.day) not in _days(content):
        return ""
    return f"{reverse('reviews:supervision-names', args=[pk])}?{urlencode({'field': name})}"


def _days(content: ReportContent) -> set[str]:
    """Return the report's own day and the one compared with: only their names are stored."""
    return {content.fields[name].text for name in ("截止日期", "上期日期") if name in content.fields}


def _chart(key: str, chart: ChartText, content: ReportContent, pk: int) -> Chart:
    own = content.fields["截止日期"]
    return Chart(
        key=key,
        kind=chart.kind,
        title=chart.title,
        as_of=own.day,
        categories=chart.categories,
        series=tuple(
            Series(
                name,
                tuple(content.fields[each].rate or Rate(0, 0) for each in fields),
                tuple(names_url(content, each, pk) for each in fields),
            )
            for name, fields in chart.series
        ),
        target=Fraction(chart.target) / 100 if chart.target else None,
    )


SAME: Final = "same"
GONE: Final = "gone"
NEW: Final = "new"


class ComparedPiece(NamedTuple):
    """A piece of text that two wordings share, or that one of them lacks."""

    kind: Literal["same", "gone", "new"]
    text: str

    @property
    def is_gone(self) -> bool:
        return self.kind == GONE

    @property
    def is_new(self) -> bool:
        return self.kind == NEW


@dataclass(frozen=True)
class WordingChange:
    """One section whose words differ, as pieces of text."""

    title: str
    pieces: tuple[ComparedPiece, ...]


def changes_between(content: ReportContent, earlier: ReportVersion, later: ReportVersion) -> list[WordingChange]:
    """Return the differences between two wordings, section by section, as they are printed."""
    pairs: list[tuple[str, str, str]] = [
        ("标题", earlier.title, later.title),
        ("主送机关", earlier.addressees, later.addressees),
    ]
    pairs += [
        (
            section.title or "引言",
            _text(content, earlier.texts, section.code),
            _text(content, later.texts, section.code),
        )
        for section in content.sections
    ]
    return [WordingChange(title, tuple(_differing(before, after))) for title, before, after in pairs if before != after]


def _text(content: ReportContent, texts: Mapping[str, Iterable[str]], code: str) -> str:
    return "\n".join(filled(paragraph, content.texts) for paragraph in texts.get(code, ()))


def _differing(before: str, after: str) -> Iterator[ComparedPiece]:
    for verb, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield ComparedPiece(SAME, before[a:b])
            continue
        if before[a:b]:
            yield ComparedPiece(GONE, before[a:b])
        if after[c:d]:
            yield ComparedPiece(NEW, after[c:d])
