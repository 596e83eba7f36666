"""The supervision report as a Word document in official layout; drafts without red head and number."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction

from django.utils import timezone

from portal.core.charts import Bar, ChartLine, Target, bar_chart, line_chart
from portal.core.docx import official_document
from portal.core.docx.blocks import Block, Heading, OfficialDocument, Paragraph, Picture, TableBlock, TableColumn
from portal.core.templatetags.portal import target_percent
from reviews.supervision.indicators.content import ChartText, ReportContent, ReportField, TableText, content_of
from reviews.supervision.models import ReportVersion, SupervisionReport
from reviews.supervision.rules.texts import filled

# Many bars make a high picture: made smaller (mm), it finds room on the page that it begins on.
_MANY_BARS, _WIDE, _NARROW = 15, 150, 112
ANNEXES = ("行业协会商会党建工作指标附表", "行业协会商会名单")


def report_document(report: SupervisionReport, version: ReportVersion, *, issued_on: datetime.date | None) -> bytes:
    """Return the Word file of one wording. With `issued_on` it bears the red head, the number and the day of issue."""
    content = content_of(report.content)
    return written(
        content,
        version,
        number=report.number if issued_on else "",
        issued_on=issued_on,
        author=report.committee.name,
        created=report.issued_at or version.written_at,
    )


def written(
    content: ReportContent,
    version: ReportVersion,
    *,
    number: str,
    issued_on: datetime.date | None,
    author: str,
    created: datetime.datetime,
) -> bytes:
    """Return the Word file of a content in the words of `version`; equal ones give equal bytes."""
    document = OfficialDocument(
        title=version.title,
        body=tuple(_blocks(content, version.texts)),
        red_head=f"{content.signer}文件" if issued_on else "",
        number=number,
        draft_mark="" if issued_on else "征求意见稿",
        addressees=version.addressees,
        attachments=ANNEXES,
        signer=content.signer,
        signed_on=issued_on,
        printed_by=content.signer if issued_on else "",
        printed_on=issued_on,
    )
    return official_document(document, author=author, created=timezone.localtime(created))


def printed_texts(content: ReportContent) -> dict[str, str]:
    """Return what each field prints in an official document: 79.95%, without the blank that the pages have."""
    return {name: text.replace(" %", "%") for name, text in content.texts.items()}


def _blocks(content: ReportContent, words: Mapping[str, list[str]]) -> Iterator[Block]:
    texts = printed_texts(content)
    for section in content.sections:
        paragraphs = words.get(section.code, [])
        if not paragraphs and not section.tables:
            continue  # a section whose words were all deleted is left out
        if section.title:
            yield Heading(1, section.title)
        for paragraph in paragraphs:
            yield Paragraph(filled(paragraph, texts))
        for table in section.tables:
            yield _table(table, texts)
        for chart in section.charts:
            yield _picture(chart, content)


def _table(table: TableText, texts: Mapping[str, str]) -> TableBlock:
    return TableBlock(
        table.caption,
        [
            TableColumn(heading.text, heading.share, "right" if heading.is_number else "left")
            for heading in table.columns
        ],
        [[filled(cell, texts) for cell in row] for row in table.rows],
        note=table.note,
    )


def _picture(chart: ChartText, content: ReportContent) -> Picture:
    """Draw a chart; what is printed in it are the very strings of the text."""
    day = content.texts["截止日期"]
    title = f"{chart.title}（截至{day}，单位：{chart.unit}）"
    aim = Fraction(chart.target) if chart.target else None
    target = Target(aim, f"目标 {target_percent(aim / 100)}") if aim is not None else None
    shown = [[content.fields[name] for name in names] for _, names in chart.series]
    if chart.has_bars:
        bars = [
            Bar(label, _value(each), each.text, behind=aim is not None and _is_below(each, aim))
            for label, each in zip(chart.categories, shown[0], strict=True)
        ]
        width = _WIDE if len(bars) <= _MANY_BARS else _NARROW
        return Picture(bar_chart(title=title, bars=bars, target=target), alt=title, width=width)
    lines = [
        ChartLine(name, [_value(each) for each in fields], [each.text.removesuffix(" %") for each in fields])
        for (name, _), fields in zip(chart.series, shown, strict=True)
    ]
    places = [
        each[:7].replace("-", ".") for each in chart.categories
    ]  # the month tells the quarter: the title has the day
    return Picture(line_chart(title=title, places=places, lines=lines, target=target), alt=title)


def _value(field: ReportField) -> Fraction | None:
    rate = field.rate
    return None if rate is None or rate.fraction is None else rate.fraction * 100


def _is_below(field: ReportField, aim: Fraction) -> bool:
    value = _value(field)
    return value is not None and value < aim
