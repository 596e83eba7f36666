"""What a supervision report is made of: fields (every number, with where it comes from), paragraphs, tables, charts.

Plain data all of it: the job writes it as JSON beside the frozen snapshot, and page, Word file and annex read the same rows.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.core.measures import Rate

Tab = Literal["in", "out", "all", ""]


@dataclass(frozen=True)
class Field:
    """One number of the report, as it is printed, and everything that lets it be checked.

    `code` is the indicator it counts or compares; `tab` says which of its names it counts (`in` the numerator, `out` the rest
    of the denominator, `all` the denominator), empty for what is worked out from other fields (`definition` says how).
    `path` is the committee's whose subtree is counted.
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
class Heading:
    """A column of a table: its words, its share of the width, whether it holds numbers."""

    text: str
    share: int = 1
    is_number: bool = False


@dataclass(frozen=True)
class TableText:
    """A table of the report; cells hold words and fields like paragraphs do."""

    caption: str
    columns: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class ChartText:
    """A chart of rates in per cent: for each series the names of its fields, one for each category."""

    kind: Literal["bar", "line"]
    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[str, ...]], ...]
    target: str = ""
    unit: str = "%"


@dataclass(frozen=True)
class SectionText:
    """One section as the job found it; the paragraphs are the first wording."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    tables: tuple[TableText, ...] = ()
    charts: tuple[ChartText, ...] = ()


@dataclass(frozen=True)
class Content:
    """The whole report, frozen."""

    title: str
    addressees: str
    signer: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    sections: tuple[SectionText, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """Return what each field prints."""
        return {name: each.text for name, each in self.fields.items()}


def plain(content: Content) -> dict[str, Any]:
    """Return the content as JSON keeps it."""
    return {
        **dataclasses.asdict(content),
        "fields": [dataclasses.asdict(each) for each in content.fields.values()],
    }


def content_of(told: Mapping[str, Any]) -> Content:
    """Return the content that `plain` wrote; an empty one where the job has not been."""
    fields = [Field(**each) for each in told.get("fields", ())]
    return Content(
        title=told.get("title", ""),
        addressees=told.get("addressees", ""),
        signer=told.get("signer", ""),
        fields={each.name: each for each in fields},
        sections=tuple(_section(each) for each in told.get("sections", ())),
    )


def _section(told: Mapping[str, Any]) -> SectionText:
    return SectionText(
        code=told["code"],
        title=told["title"],
        paragraphs=tuple(told["paragraphs"]),
        tables=tuple(
            TableText(
                caption=table["caption"],
                columns=tuple(Heading(**column) for column in table["columns"]),
                rows=tuple(tuple(row) for row in table["rows"]),
                note=table["note"],
            )
            for table in told["tables"]
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
            for chart in told["charts"]
        ),
    )
