"""What an official document costs beside the bare XML of its tables, and how that grows with ten times the rows.

A figure here is a ratio; the machine's own speed says nothing. Run with `make bench`.
"""

import datetime
import io
import time
from collections.abc import Callable
from statistics import median

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from portal.core.docx import official_document
from portal.core.docx.blocks import OfficialDocument, TableBlock, TableColumn

CREATED = datetime.datetime(2026, 11, 5, 9, 0, tzinfo=datetime.UTC)
TABLES, ROWS, COLUMNS, ROUNDS = 4, 50, 8, 7
GOAL = 8  # performance goal G14
GROWTH = 15  # ten times the rows, half as much again allowed


def tables(rows: int) -> list[list[list[str]]]:
    return [[[f"第{row}行{column}" for column in range(COLUMNS)] for row in range(rows)] for _ in range(TABLES)]


def raw(content: list[list[list[str]]]) -> bytes:
    """Return the least that the library makes of these tables: its own blank document with their bare XML in it."""
    word = Document()
    for table in content:
        rows = "".join(
            "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row) + "</w:tr>"
            for row in table
        )
        word.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{rows}</w:tbl>"))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def document(content: list[list[list[str]]]) -> bytes:
    columns = [TableColumn(f"栏{number}") for number in range(COLUMNS)]
    blocks = [TableBlock("表", columns, rows) for rows in content]
    return official_document(OfficialDocument(title="通报", body=blocks), author="", created=CREATED)


def seconds(make: Callable[[list[list[list[str]]]], bytes], content: list[list[list[str]]]) -> float:
    spent = []
    for _ in range(ROUNDS):
        started = time.process_time()
        make(content)
        spent.append(time.process_time() - started)
    return median(spent)


def test_a_document_costs_a_few_times_its_bare_tables_and_grows_with_their_rows(capsys) -> None:
    small, large = tables(ROWS), tables(ROWS * 10)
    document(small)
    bare, full, grown = seconds(raw, small), seconds(document, small), seconds(document, large)
    with capsys.disabled():
        print(f"\ndocument / raw XML: {full / bare:.1f} (goal {GOAL}); ten times the rows: {grown / full:.1f} times")
    assert full <= GOAL * 1.5 * bare
    assert grown <= GROWTH * full
