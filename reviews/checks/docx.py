"""Word documents of a check in official layout: 整改通知 to one association, and the published list of results.

A Party department's check is not an administrative inspection: no penalty power is cited, none is threatened (domain.md, "Rules").
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils import timezone

from portal.core.docx import official_document
from portal.core.docx.blocks import Block, Heading, OfficialDocument, Paragraph, TableBlock, TableColumn
from portal.core.templatetags.portal import date_sentence as sentence_day
from reviews.checks.indicators.results import PublicList, PublicRow
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.rules.deadlines import DEFAULT_DEMAND
from reviews.questionnaires.choices import ItemSeverity

_TITLE_LINE = 20  # characters of the title's size that a line holds


def rectification_notice(
    notice: RectificationNotice, findings: Sequence[Finding], *, created: datetime.datetime
) -> bytes:
    """Return 整改通知 as a Word file; with a number it bears the red head of the committee whose check it was."""
    signer = notice.spot_check.committee.name
    document = OfficialDocument(
        title=_notice_title(str(notice.association)),
        body=tuple(_notice_blocks(notice, findings)),
        red_head=f"{signer}文件" if notice.number else "",
        number=notice.number,
        addressees=f"{notice.association}党组织：",
        signer=signer,
        signed_on=notice.issued_on,
        printed_by=signer if notice.number else "",
        printed_on=notice.issued_on if notice.number else None,
    )
    return official_document(document, author=signer, created=timezone.localtime(created))


def _notice_title(association: str) -> str | tuple[str, str]:
    """Return the title, broken after the association's name where that fits a line, so that no name is split."""
    first, second = f"关于{association}", "党建工作检查发现问题的整改通知"
    return (first, second) if len(first) <= _TITLE_LINE else first + second


def _notice_blocks(notice: RectificationNotice, findings: Sequence[Finding]) -> Iterator[Block]:
    visited = findings[0].visit.planned_on or findings[0].found_on
    due = sentence_day(notice.due_on)
    yield Paragraph(
        f"根据{notice.spot_check.name}安排，检查组于{sentence_day(visited)}对你会党建工作进行了检查，"
        f"发现{len(findings)}项问题。现将有关事项通知如下。"
    )
    yield Heading(1, "发现的问题")
    for finding in findings:
        yield Heading(2, finding.title)
        grave = ItemSeverity(finding.severity).label
        again = f"，{sentence_day(finding.repeats.found_on)}检查时已发现过，属于反复出现" if finding.repeats else ""
        yield Paragraph(f"严重程度：{grave}{again}。{_sentence(finding.detail)}")
        if finding.basis:
            yield Paragraph(f"依据：{_sentence(finding.basis)}")
        yield Paragraph(f"整改要求：{_sentence(finding.demand or DEFAULT_DEMAND)}")
    yield Heading(1, "整改期限和答复方式")
    yield Paragraph(
        f"请于{due}前完成整改，在行业协会商会党建工作平台逐项答复整改情况，并附能够证明整改情况的材料。"
        "在期限内完成确有困难的，请在期限届满前在平台申请延期并说明原因，经同意后按新的期限整改。"
    )
    yield Heading(1, "复核和销号")
    yield Paragraph(
        "整改情况由答复人以外的人员复核。已整改到位的予以销号；没有整改到位的退回继续整改，并说明原因。"
        "逾期没有完成整改的，向上一级党建工作领导机构报告。"
    )


def _sentence(text: str) -> str:
    sentence = text.strip()
    return sentence if not sentence or sentence[-1] in "。！？" else f"{sentence}。"


def public_list(results: PublicList, *, created: datetime.datetime) -> bytes:
    """Return the list of results for publication: associations and their findings, without any person's name."""
    columns = [
        TableColumn("序号", 1.5),
        TableColumn("协会商会", 5.4, "left"),
        TableColumn("检查日期", 3.4),
        TableColumn("检查结果", 4, "left"),
        *(TableColumn(label, 1.5, "right") for label in results.severities),
        TableColumn("已销号", 1.8, "right"),
    ]
    document = OfficialDocument(
        title=f"{results.name}结果",
        body=(
            Paragraph(results.summary),
            TableBlock(
                "检查结果",
                columns,
                [_cells(number, row) for number, row in enumerate(results.rows, start=1)],
                note=f"数据截至{sentence_day(results.as_of)}。不予认定的问题不计入。",
            ),
        ),
        signer=results.signer,
        signed_on=results.published_on,
        draft_mark="" if results.published_on else "未公布",
    )
    return official_document(document, author=results.signer, created=timezone.localtime(created))


def _cells(number: int, row: PublicRow) -> list[str]:
    return [
        str(number),
        row.association,
        f"{row.visited_on:%Y-%m-%d}" if row.visited_on else "—",
        row.result,
        *(str(count) for count in row.severities),
        str(row.closed),
    ]
