"""A filled-in workbook read back: answers and explanations, and what stands against them at its cell."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl.utils import get_column_letter

from portal.core.cells import shown, text_of
from portal.core.errors import UnreadableFile
from portal.core.xlsx import Sheet, read_sheets
from reviews.questionnaires.choices import ItemType, RuleSeverity
from reviews.questionnaires.rules.answers import is_nothing, parse_answer, read_rows
from reviews.questionnaires.rules.content import Content, Item
from reviews.questionnaires.rules.problems import MISSING, UNFIT, Known, Problem, completed, problems_of
from reviews.questionnaires.xlsx.filling import (
    ANSWER,
    CODE,
    EXPLANATION,
    HEADINGS,
    NOT_TO_FILL,
    SHEET,
    column_heading,
    table_title,
)


@dataclass(frozen=True)
class CellAt:
    """A cell of an uploaded workbook: row and column from 1."""

    sheet: str
    row: int
    column: int

    @property
    def name(self) -> str:
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True)
class LocatedProblem:
    """A problem at its cell, with what stood there."""

    at: CellAt
    value: str
    problem: Problem


@dataclass
class Filled:
    """The content of an uploaded workbook: answers and explanations as `problems_of` takes them, and where each stood.

    Only items in `places` had a row; answers to others, and attachments, are not in a workbook: whoever saves keeps them
    (`over`). `unread` are those of them of which the workbook does not tell, since a formula had no result, a sheet is gone.
    `problems` are those of the workbook itself, among them the single cells of tables that cannot stand.
    """

    title: str
    answers: dict[str, Any] = field(default_factory=dict)
    explanations: dict[str, str] = field(default_factory=dict)
    places: dict[str, CellAt] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    problems: list[LocatedProblem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def over(
        self,
        content: Content,
        answers: Mapping[str, Any],
        explanations: Mapping[str, str],
        known: Mapping[str, Known],
        locked: Container[str] = (),
    ) -> Filled:
        """Return the workbook laid over what is kept: a blank cell clears, what has no row or may not be changed stays.

        A correction that equals what the portal knows is none, as in the form.
        """
        laid, words = dict(answers), dict(explanations)
        for code in self.places:
            item = content.item(code)
            if item is None or code in locked or code in self.unread or item.type == ItemType.ATTACHMENT:
                continue
            value = self.answers.get(code)
            have = known.get(item.known_from)
            if is_nothing(value) or (have is not None and value == have.value):
                laid.pop(code, None)
            else:
                laid[code] = value
            words[code] = self.explanations.get(code, "")
        words = {code: text for code, text in words.items() if text}
        return replace(self, answers=laid, explanations=words)

    def judged(self, content: Content, last: Mapping[str, Any], known: Mapping[str, Known]) -> list[LocatedProblem]:
        """Return all that stands against the upload: the workbook's own problems and what `problems_of` says, located."""
        complete = completed(content, self.answers, known)
        told_already = {problem.problem.item for problem in self.problems}
        located = [
            LocatedProblem(
                self.places.get(problem.item, CellAt(SHEET, 1, 1)), self.values.get(problem.item, ""), problem
            )
            for problem in problems_of(content, complete, last, self.explanations)
            if not (problem.rule in {UNFIT, MISSING} and problem.item in told_already)
        ]
        return [*self.problems, *located]


def read_answers(content: Content, data: bytes, known: Mapping[str, Known] | None = None) -> Filled:
    """Return what a filled-in workbook holds. Raises UnreadableFile for another workbook, or one with rows of no item.

    What cannot be read as its item's type stays as the text it was, and `judged` says so at its cell.
    """
    sheets = {sheet.title.strip(): sheet for sheet in read_sheets(data)}
    main = sheets.get(SHEET)
    heading = _heading_row(main) if main else None
    if main is None or heading is None:
        raise UnreadableFile("这不是平台下载的填报表。请下载本期的填报表填写后上传。")
    filled = Filled(shown(main.rows[0][0]) if main.rows and main.rows[0] else "")
    unknown = []
    for number, cells in enumerate(main.rows[heading:], start=heading + 1):
        row = [*cells, *[None] * (len(HEADINGS) - len(cells))]
        code = text_of(row[CODE])
        item = content.item(code)
        if code and item is None:
            unknown.append(code)
        elif item is not None:
            have = (known or {}).get(item.known_from)
            _read_line(filled, item, (number, row), have, main.uncalculated)
    if unknown:
        raise UnreadableFile(
            f"填报表与本期模板不符：没有编号为“{'、'.join(unknown[:3])}”的项目。请下载本期的填报表填写后上传。"
        )
    for item in content.items:
        sheet = sheets.get(table_title(item, content)) if item.type == ItemType.TABLE else None
        if sheet is not None and item.code in filled.places:
            _read_table(filled, item, sheet)
        elif item.type == ItemType.TABLE:
            filled.unread.add(item.code)
    return filled


def _heading_row(sheet: Sheet) -> int | None:
    rows = enumerate(sheet.rows[:20], start=1)
    return next((number for number, row in rows if tuple(map(text_of, row[: len(HEADINGS)])) == HEADINGS), None)


def _read_line(
    filled: Filled,
    item: Item,
    line: tuple[int, list[Any]],
    have: Known | None,
    uncalculated: frozenset[tuple[int, int]],
) -> None:
    number, row = line
    at = CellAt(SHEET, number, ANSWER + 1)
    raw = row[ANSWER]
    if item.code in filled.places:
        _tell(filled, CellAt(SHEET, number, CODE + 1), item, raw, "编号重复，请只保留一行。")
        return
    filled.places[item.code], filled.values[item.code] = at, shown(raw)
    explanation = shown(row[EXPLANATION]).strip()
    if explanation:
        filled.explanations[item.code] = explanation
    if item.type in {ItemType.TABLE, ItemType.ATTACHMENT} or raw == NOT_TO_FILL:
        return
    if (number, ANSWER + 1) in uncalculated:
        _tell(filled, at, item, raw, "公式没有计算结果，请直接填写。")
        filled.unread.add(item.code)
        return
    value, _ = parse_answer(item, raw)
    if is_nothing(value):
        return
    if have is not None and not item.correctable:
        _tell(filled, at, item, raw, "平台已有这一项，不用填写。")
        return
    filled.answers[item.code] = value


def _tell(filled: Filled, at: CellAt, item: Item, raw: Any, sentence: str) -> None:
    filled.problems.append(LocatedProblem(at, shown(raw), Problem(item.code, RuleSeverity.REFUSE, sentence, UNFIT)))


def _read_table(filled: Filled, item: Item, sheet: Sheet) -> None:
    headings = {text_of(column_heading(column)): column for column in item.columns}
    rows_of_headings = (
        (number, {headings[text_of(cell)].code: place for place, cell in enumerate(row) if text_of(cell) in headings})
        for number, row in enumerate(sheet.rows[:10], start=1)
    )
    first, places = next(((number, columns) for number, columns in rows_of_headings if columns), (0, {}))
    if len(places) < len(item.columns):
        filled.unread.add(item.code)
        filled.problems.append(
            LocatedProblem(
                CellAt(sheet.title, first or 1, 1),
                "",
                Problem(
                    item.code, RuleSeverity.REFUSE, f"表头应有：{'、'.join(map(column_heading, item.columns))}。", UNFIT
                ),
            )
        )
        return
    numbered = [
        (number, {code: row[place] for code, place in places.items() if place < len(row)})
        for number, row in enumerate(sheet.rows[first:], start=first + 1)
    ]
    _keep_rows(filled, item, sheet, places, numbered)


def _keep_rows(
    filled: Filled, item: Item, sheet: Sheet, places: Mapping[str, int], numbered: Iterable[tuple[int, dict[str, Any]]]
) -> None:
    lines = list(numbered)
    for number, cells in lines:
        for code, place in places.items():
            if (number, place + 1) in sheet.uncalculated:
                _tell(
                    filled,
                    CellAt(sheet.title, number, place + 1),
                    item,
                    cells.get(code),
                    "公式没有计算结果，请直接填写。",
                )
    rows, problems = read_rows(item, [cells for _, cells in lines])
    for problem in problems:
        number, cells = lines[problem.row]
        at = CellAt(sheet.title, number, places[problem.column] + 1)
        _tell(filled, at, item, cells.get(problem.column), problem.sentence)
    if rows:
        filled.answers[item.code] = rows
