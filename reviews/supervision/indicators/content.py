"""The content of a supervision report: fields (every number with its origin), paragraphs, tables, charts.

All of it is plain data: the job stores it as JSON beside the frozen snapshot, and page, Word file and annex read the same rows.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.core.chart_data import BAR
from portal.core.measures import Rate

Tab = Literal["in", "out", "all", ""]


@dataclass(frozen=True)
class ReportField:
    """One printed number of the report, with everything needed to check it.

    `code` is the indicator it counts or compares; `tab` tells which of its names it counts (`in` the numerator, `out` the rest of the
    denominator, `all` the denominator), empty where it is computed from other fields (`definition` says how). `path` is that of the
    committee whose subtree is counted.
    """

    name: str
    text: str
    definition: str
    as_of: str
    scope: str
    path: str
    code: str = ""
    indicator: str = ""
    numerator: int | None = None
    denominator: int | None = None
    tab: Tab = ""
    is_base: bool = False

    @property
    def rate(self) -> Rate | None:
        if self.numerator is None or self.denominator is None:
            return None
        return Rate(self.numerator, self.denominator)

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.as_of)


@dataclass(frozen=True)
class ColumnHeading:
    """A column of a table: its words, its share of the width, whether it holds numbers."""

    text: str
    share: int = 1
    is_number: bool = False


@dataclass(frozen=True)
class TableText:
    """A table of the report; its cells hold words and fields, as paragraphs do."""

    caption: str
    columns: tuple[ColumnHeading, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class ChartText:
    """A chart of rates in per cent: for each series the names of its fields, one a category."""

    kind: Literal["bar", "line"]
    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[str, ...]], ...]
    target: str = ""
    unit: str = "%"

    @property
    def has_bars(self) -> bool:
        """Tell whether the chart is drawn as bars instead of lines."""
        return self.kind == BAR


@dataclass(frozen=True)
class SectionText:
    """One section as the job wrote it; its paragraphs are the first wording."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[TableText, ...] = ()
    charts: tuple[ChartText, ...] = ()


@dataclass(frozen=True)
class ReportContent:
    """The whole content of a report, frozen."""

    title: str
    addressees: str
    signer: str
    fields: Mapping[str, ReportField] = field(default_factory=dict)
    sections: tuple[SectionText, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """Return {field's name: its printed text}."""
        return {name: each.text for name, each in self.fields.items()}


def plain(content: ReportContent) -> dict[str, Any]:
    """Return the content in the form that JSON stores."""
    return {
        **dataclasses.asdict(content),
        "fields": [dataclasses.asdict(each) for each in content.fields.values()],
    }


def content_of(data: Mapping[str, Any]) -> ReportContent:
    """Return the content that `plain` stored; an empty one where the job has not run."""
    fields = [ReportField(**each) for each in data.get("fields", ())]
    return ReportContent(
        title=data.get("title", ""),
        addressees=data.get("addressees", ""),
        signer=data.get("signer", ""),
        fields={each.name: each for each in fields},
        sections=tuple(_section(each) for each in data.get("sections", ())),
    )


def _section(data: Mapping[str, Any]) -> SectionText:
    return SectionText(
        code=data["code"],
        title=data["title"],
        paragraphs=tuple(data["paragraphs"]),
        tables=tuple(
            TableText(
                caption=table["caption"],
                columns=tuple(ColumnHeading(**column) for column in table["columns"]),
                rows=tuple(tuple(row) for row in table["rows"]),
                note=table["note"],
            )
            for table in data["tables"]
        ),
        charts=tuple(
            ChartText(
                kind=chart["kind"],
                title=chart["title"],
                categories=tuple(chart["categories"]),
                series=tuple((name, tuple(fields)) for name, fields in chart["series"]),
                target=chart["target"],
                unit=chart["unit"],
            )
            for chart in data["charts"]
        ),
    )
