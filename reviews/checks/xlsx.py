"""A check's results as a workbook: the list for publication, without any person's name."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from portal.core.xlsx import Column, Table, write_tables
from reviews.checks.indicators.results import PublicList


def public_table(results: PublicList) -> Table:
    """Return the published list as a sheet."""
    columns = (
        Column("协会商会", lambda row: row.association, 36),
        Column("检查日期", lambda row: row.visited_on, 14),
        Column("检查结果", lambda row: row.result, 24),
        *(Column(f"{label}（项）", _severity(place), 12) for place, label in enumerate(results.severities)),
        Column("问题合计（项）", lambda row: row.findings, 14),
        Column("已销号（项）", lambda row: row.closed, 14),
    )
    notes = (f"{results.name}结果", results.summary, f"数据截至 {results.as_of:%Y-%m-%d}，不予认定的问题不计入。")
    return Table("检查结果", columns, results.rows, notes=notes)


def public_workbook(results: PublicList, *, mark: str, created: datetime.datetime) -> bytes:
    """Return the published list as a file; `mark` names who exported it."""
    return write_tables([public_table(results)], watermark=mark, created=created)


def _severity(place: int) -> Callable[[Any], int]:
    return lambda row: row.severities[place]
