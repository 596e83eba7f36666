"""A questionnaire as a workbook: exported, offered as a sample, read back with everything that is wrong at its cell."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.core.errors import UnreadableFile
from portal.core.xlsx import Sheet, lay_out_for_print, read_sheets, safe_cell
from reviews.questionnaires.rules.conditions import condition_from, spoken
from reviews.questionnaires.rules.content import Content, Item, Rule, Section
from reviews.questionnaires.rules.edits import next_code
from reviews.questionnaires.rules.expressions import ExpressionFault
from reviews.questionnaires.rules.soundness import Fault, faults_of
from reviews.questionnaires.xlsx.fields import (
    COLUMNS,
    HELP,
    ITEMS,
    RULES,
    SECTIONS,
    SHEETS,
    Field,
    FieldFault,
    bound_from,
    bound_words,
    words_of,
)

_EDGE = Border(*[Side(style="thin", color="999999")] * 4)
_HEADING = {
    "font": Font(bold=True),
    "fill": PatternFill("solid", fgColor="EFEFEF"),
    "border": _EDGE,
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
}
_BODY = {"border": _EDGE, "alignment": Alignment(vertical="top", wrap_text=True)}
_ROWS_WITH_CHOICES = 500
_LONGEST_LIST = 250  # characters of a list that a cell offers: what the format allows


@dataclass(frozen=True)
class BookProblem:
    """A problem at a cell of an uploaded questionnaire, with the value there and the value expected."""

    sheet: str
    row: int
    column: str
    value: str
    expected: str


def questionnaire_workbook(content: Content, *, title: str, watermark: str) -> bytes:
    """Return a content as a workbook that `read_questionnaire` reads back equal."""
    book = Workbook(write_only=True)
    rows: dict[str, Iterable[Mapping[str, Any]]] = {
        SECTIONS: ({**vars(section), "asked_if": spoken(section.asked_if, content)} for section in content.sections),
        ITEMS: _item_rows(content),
        COLUMNS: ({**_told(column), "table": item.label} for item in content.items for column in item.columns),
        RULES: (
            {
                **vars(rule),
                "condition": spoken(rule.condition, content),
                "item": shown.label if (shown := content.item(rule.item)) else rule.item,
            }
            for rule in content.rules
        ),
    }
    for name, fields in SHEETS.items():
        _draw(book.create_sheet(name), fields, rows[name], f"{title}：{name}", watermark)
    _draw_help(book.create_sheet(HELP), watermark)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _item_rows(content: Content) -> Iterator[Mapping[str, Any]]:
    for section in content.sections:
        for item in section.items:
            yield {**_told(item), "section": section.title, "asked_if": spoken(item.asked_if, content)}


def _told(item: Item) -> dict[str, Any]:
    bounds = {name: bound_words(getattr(item, name), item.type) for name in ("minimum", "maximum")}
    return {**vars(item), **bounds}


def _draw(sheet: Any, fields: tuple[Field, ...], rows: Iterable[Mapping[str, Any]], title: str, watermark: str) -> None:
    for number, each in enumerate(fields, start=1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = each.width
        listed = ",".join(each.choices)
        if each.choices and len(listed) <= _LONGEST_LIST:
            offered = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
            offered.add(f"{letter}4:{letter}{_ROWS_WITH_CHOICES}")
            sheet.data_validations.append(offered)
    sheet.freeze_panes = "A4"
    lay_out_for_print(sheet, 3, 3, watermark)
    sheet.append([safe_cell(sheet, title, font=Font(bold=True, size=14))])
    sheet.append([safe_cell(sheet, watermark, font=Font(size=9))])
    sheet.append([safe_cell(sheet, each.heading, **_HEADING) for each in fields])
    for row in rows:
        sheet.append([safe_cell(sheet, each.write(row[each.name]), **_BODY) for each in fields])


def _draw_help(sheet: Any, watermark: str) -> None:
    for letter, width in (("A", 12), ("B", 16), ("C", 90)):
        sheet.column_dimensions[letter].width = width
    lay_out_for_print(sheet, 1, 1, watermark)
    sheet.append([safe_cell(sheet, heading, **_HEADING) for heading in ("工作表", "列", "填写要求")])
    for name, fields in SHEETS.items():
        for each in fields:
            parts = (
                "必填。" if each.required else "",
                each.help,
                f"可填：{'、'.join(each.choices)}。" if each.choices else "",
            )
            sheet.append([safe_cell(sheet, text, **_BODY) for text in (name, each.heading, "".join(parts))])


def read_questionnaire(data: bytes) -> tuple[Content, list[BookProblem]]:
    """Return what an uploaded workbook holds, and everything that is wrong with it at once.

    Raises UnreadableFile for what is no workbook of a questionnaire. Content with problems is not to be kept.
    """
    reader = _Reader({sheet.title.strip(): sheet for sheet in read_sheets(data)})
    if ITEMS not in reader.sheets:
        raise UnreadableFile(f"文件中没有工作表“{ITEMS}”。请使用平台的样表，或者导出现有版本后修改。")
    content = reader.content()
    return content, sorted(reader.problems, key=lambda told: (list(SHEETS).index(told.sheet), told.row))


@dataclass
class _Line:
    """One row that was read: its place, the values by field, the cells as they stood."""

    row: int
    values: dict[str, Any]
    cells: dict[str, Any]


@dataclass
class _Reader:
    sheets: dict[str, Sheet]
    problems: list[BookProblem] = field(default_factory=list)
    lines: dict[tuple[str, str], tuple[str, _Line]] = field(default_factory=dict)

    def content(self) -> Content:
        tables = {name: list(self._lines(name, fields)) for name, fields in SHEETS.items()}
        content = self._sections(tables[SECTIONS], tables[ITEMS])
        content = self._columns(content, tables[COLUMNS])
        content = self._with_conditions(content)
        content = self._rules(content, tables[RULES])
        rows_told = {(problem.sheet, problem.row) for problem in self.problems}
        for fault in faults_of(content):
            problem = self._located(fault)
            if (problem.sheet, problem.row) not in rows_told:  # one cell at fault makes others look so
                self.problems.append(problem)
        return content

    def problem(self, sheet: str, line: _Line, name: str, expected: str) -> None:
        heading = next((each.heading for each in SHEETS[sheet] if each.name == name), "")
        self.problems.append(BookProblem(sheet, line.row, heading, words_of(line.cells.get(name)), expected))

    def _lines(self, name: str, fields: tuple[Field, ...]) -> Iterator[_Line]:
        sheet = self.sheets.get(name)
        if sheet is None:
            return
        headings = {each.heading: each for each in fields}
        first, places = _heading_row(sheet, headings)
        missing = [each.heading for each in fields if each.required and each.heading not in places]
        if missing:
            self.problems.append(BookProblem(name, first, "", "", f"表头应有“{'”“'.join(missing)}”列。"))
            return
        for number, cells in enumerate(sheet.rows[first:], start=first + 1):
            values = {headings[heading].name: cells[place] for heading, place in places.items() if place < len(cells)}
            if any(words_of(cell) for cell in values.values()):
                yield self._line(name, fields, _Line(number, {}, values))

    def _line(self, name: str, fields: tuple[Field, ...], line: _Line) -> _Line:
        for each in fields:
            cell = line.cells.get(each.name)
            try:
                line.values[each.name] = each.read(cell)
                if each.required and not line.values[each.name]:
                    raise FieldFault("不能为空。")  # noqa: TRY301 -- told at the same place
            except FieldFault as fault:
                line.values.setdefault(each.name, "")
                self.problem(name, line, each.name, str(fault))
        return line

    def _sections(self, sections: list[_Line], items: list[_Line]) -> Content:
        content = Content()
        by_title: dict[str, list[Item]] = {}
        for line in sections:
            values = line.values
            code = values["code"] or next_code(content, "section")
            content = replace(
                content,
                sections=(*content.sections, Section(code, values["title"], values["help"], values["asked_if"])),
            )
            by_title.setdefault(values["title"], [])
            self.lines.setdefault(("section", code), (SECTIONS, line))
        title = ""
        unnumbered = 0
        for line in items:
            title = line.values["section"] or title
            if not title:
                self.problem(ITEMS, line, "section", "应填写栏目名称。")
            if title not in by_title:
                code = next_code(content, "section")
                content = replace(content, sections=(*content.sections, Section(code, title)))
                by_title[title] = []
                self.lines.setdefault(("section", code), (ITEMS, line))
            if not line.values["code"]:
                taken = {other.values["code"] for other in items}
                unnumbered = next(
                    number for number in range(unnumbered + 1, len(items) + 2) if f"q{number}" not in taken
                )
                line.values["code"] = f"q{unnumbered}"
            by_title[title].append(self._item(ITEMS, line))
            self.lines.setdefault(("item", line.values["code"]), (ITEMS, line))
        return replace(
            content,
            sections=tuple(
                replace(section, items=tuple(by_title.pop(section.title, ()))) for section in content.sections
            ),
        )

    def _item(self, sheet: str, line: _Line) -> Item:
        values = {name: value for name, value in line.values.items() if name not in {"section", "table"}}
        for name in ("minimum", "maximum"):
            try:
                values[name] = bound_from(line.cells.get(name), values["type"])
            except FieldFault as fault:
                values[name] = None
                self.problem(sheet, line, name, str(fault))
        values["max_length"] = values["max_length"] or None
        return Item(**values)

    def _columns(self, content: Content, lines: list[_Line]) -> Content:
        label = ""
        columns: dict[str, list[Item]] = {}
        labels = {item.label: item.code for item in content.items}
        for line in lines:
            label = line.values["table"] or label
            table = labels.get(label)
            if table is None:
                self.problem(COLUMNS, line, "table", "应为工作表“项目”中表格类项目的名称。")
                continue
            own = columns.setdefault(table, [])
            line.values["code"] = line.values["code"] or f"c{len(own) + 1}"
            own.append(self._item(COLUMNS, line))
            self.lines.setdefault((f"column {table}", line.values["code"]), (COLUMNS, line))
        return replace(
            content,
            sections=tuple(
                replace(
                    section,
                    items=tuple(replace(item, columns=tuple(columns.get(item.code, ()))) for item in section.items),
                )
                for section in content.sections
            ),
        )

    def _with_conditions(self, content: Content) -> Content:
        def kept(part: str, code: str, text: str) -> str:
            return self._condition(content, text, *self.lines[part, code], "asked_if")

        return replace(
            content,
            sections=tuple(
                replace(
                    section,
                    asked_if=kept("section", section.code, section.asked_if),
                    items=tuple(
                        replace(item, asked_if=kept("item", item.code, item.asked_if)) for item in section.items
                    ),
                )
                for section in content.sections
            ),
        )

    def _condition(self, content: Content, text: str, sheet: str, line: _Line, name: str) -> str:
        if not text:
            return ""
        try:
            return condition_from(text, content)
        except ExpressionFault as fault:
            self.problem(sheet, line, name, str(fault))
            return text

    def _rules(self, content: Content, lines: list[_Line]) -> Content:
        labels = {item.label: item.code for item in content.items}
        for line in lines:
            values = line.values
            values["code"] = values["code"] or next_code(content, "rule")
            values["condition"] = self._condition(content, values["condition"], RULES, line, "condition")
            if values["item"] and not (values["item"] in labels or content.item(values["item"])):
                self.problem(RULES, line, "item", "应为工作表“项目”中的项目名称。")
            values["item"] = labels.get(values["item"], values["item"])
            content = replace(content, rules=(*content.rules, Rule(**values)))
            self.lines.setdefault(("rule", values["code"]), (RULES, line))
        return content

    def _located(self, fault: Fault) -> BookProblem:
        part = f"column {fault.table}" if fault.part == "column" else fault.part
        place = self.lines.get((part, fault.code))
        if place is None:
            return BookProblem(ITEMS, 1, "", "", fault.sentence)
        sheet, line = place
        heading = next((each.heading for each in SHEETS[sheet] if each.name == fault.field), "")
        return BookProblem(sheet, line.row, heading, words_of(line.cells.get(fault.field)), fault.sentence)


def _heading_row(sheet: Sheet, headings: Mapping[str, Field]) -> tuple[int, dict[str, int]]:
    """Return the row (from 1) that has the most of the headings, and where each stands."""
    best: tuple[int, dict[str, int]] = (1, {})
    for number, row in enumerate(sheet.rows[:20], start=1):
        places = {words_of(cell): place for place, cell in enumerate(row) if words_of(cell) in headings}
        if len(places) > len(best[1]):
            best = (number, places)
    return best
