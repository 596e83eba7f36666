"""The annex of a supervision report: every number with indicator, day, numerator and denominator, and the names.

Each number can be counted again from the sheet of names: its row names the column and the mark that counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from associations.choices import AssociationKind
from portal.core.xlsx import Column, Table, write_tables
from reviews.supervision.indicators.content import ReportContent, ReportField, content_of
from reviews.supervision.indicators.figures import Moment, name_of
from reviews.supervision.indicators.names import COUNTS, COUNTS_NOT, LISTED, SUMMED, NameRow, name_rows
from reviews.supervision.models import SupervisionReport

NUMBERS_SHEET, NAMES_SHEET, BASE_SHEET = "指标附表", "名单", "上期名单"
UNIT_COLUMN = "下级机构"


def annex_workbook(report: SupervisionReport, *, mark: str) -> bytes:
    """Return the annex; `mark` (issuer and number, or the person exporting a draft) stands on every sheet and printed page."""
    content = content_of(report.content)
    now = Moment(report.committee, report.as_of, report.snapshot_id)
    base = None
    if report.base_as_of is not None:
        base = Moment(report.committee, report.base_as_of, report.base_snapshot_id)
    return annex(content, now, base, mark=mark, created=report.issued_at)


def annex(
    content: ReportContent, now: Moment, base: Moment | None, *, mark: str, created: datetime.datetime | None = None
) -> bytes:
    """Return the annex of a content measured at `now` and compared with `base`."""
    numbers = list(enumerate(content.fields.values(), start=1))
    days = frozenset(moment.as_of.isoformat() for moment in (now, base) if moment is not None)
    tables = [
        Table(
            NUMBERS_SHEET,
            (*NUMBER_COLUMNS, Column("名单位置", lambda pair: where_the_names_are(pair[1], days), 36, wraps=True)),
            numbers,
            notes=(content.title, "正文中的每个数字对应本表一行；百分比只舍不入。"),
        ),
        Table(NAMES_SHEET, _name_columns(), name_rows(now), notes=(f"截至 {now.as_of:%Y-%m-%d}，一家协会商会一行。",)),
    ]
    if base is not None and any(each.is_base for each in content.fields.values()):
        note = f"截至 {base.as_of:%Y-%m-%d}，一家协会商会一行。"
        tables.append(Table(BASE_SHEET, _name_columns(), name_rows(base), notes=(note,)))
    return write_tables(tables, watermark=mark, created=created)


def where_the_names_are(field: ReportField, days: frozenset[str]) -> str:
    """Return how a number is counted again from the sheets of names; empty where it is computed from other numbers.

    `days` are those of the sheets: a chart also shows earlier days, whose names are not part of this report.
    """
    if not field.tab or field.as_of not in days:
        return ""
    sheet = BASE_SHEET if field.is_base else NAMES_SHEET
    column = f"“{sheet}”工作表“{field.indicator}"
    if field.code in SUMMED:
        return f"{column}分子”“{field.indicator}分母”两列之和"
    if field.tab == "all":
        return f"{column}”列以“{COUNTS}”“{COUNTS_NOT}”开头的行"
    return f"{column}”列以“{COUNTS if field.tab == 'in' else COUNTS_NOT}”开头的行"


NUMBER_COLUMNS: tuple[Column, ...] = (
    Column("序号", lambda pair: pair[0], 7),
    Column("数据项", lambda pair: pair[1].name, 32, wraps=True),
    Column("正文数值", lambda pair: pair[1].text, 15),
    Column("指标", lambda pair: pair[1].indicator, 20, wraps=True),
    Column("截止日期", lambda pair: pair[1].day, 12),
    Column("范围", lambda pair: pair[1].scope, 22, wraps=True),
    Column("分子", lambda pair: pair[1].numerator, 8),
    Column("分母", lambda pair: pair[1].denominator, 8),
    Column("口径或者算法", lambda pair: pair[1].definition, 50, wraps=True),
)


def _name_columns() -> list[Column]:
    columns = [
        Column("协会名称", lambda row: row.fact.name, 34),
        Column("统一社会信用代码", lambda row: row.fact.uscc, 22),
        Column("类别", lambda row: str(AssociationKind(row.fact.kind).label)),
        Column(UNIT_COLUMN, lambda row: row.unit, 26),
        Column("党建工作领导机构", lambda row: str(row.fact.committee or "未填写"), 26),
        Column("所在地", lambda row: str(row.fact.region or "未填写")),
        Column("正式党员数", lambda row: row.fact.formal_members),
        Column("党组织任期届满日", lambda row: row.fact.own_term_ends_on, 16),
    ]
    columns += [Column(name_of(code), _marked(code), 20) for code in LISTED]
    for code in SUMMED:
        columns += [
            Column(f"{name_of(code)}分子", _summed(code, 0), 14),
            Column(f"{name_of(code)}分母", _summed(code, 1), 14),
        ]
    return columns


def _marked(code: str) -> Callable[[NameRow], Any]:
    return lambda row: row.marks[code]


def _summed(code: str, place: int) -> Callable[[NameRow], Any]:
    return lambda row: row.sums[code][place]
