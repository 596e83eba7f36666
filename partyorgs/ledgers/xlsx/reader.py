"""A ledger's sheets read to located rows: parsed values, and every problem of every cell at once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from associations.rules import USCC_FAULTS, normal_uscc, uscc_fault
from partyorgs.ledgers.choices import ProblemKind, Severity
from partyorgs.ledgers.xlsx.association_columns import ASSOCIATIONS
from partyorgs.ledgers.xlsx.columns import TABLE_BY_KEY
from partyorgs.ledgers.xlsx.headings import IGNORED, SheetMapping
from partyorgs.ledgers.xlsx.rows import Frame, RowKind, committee_of_title, kind_of_row
from partyorgs.ledgers.xlsx.table import LedgerTable
from partyorgs.organizations.rules import setup_of
from portal.core.cells import NONE_WORDS, CellFault, figure_of, flag_of, shown, text_of
from portal.core.xlsx import Sheet

_CODE_PROBLEMS = {
    "length": ProblemKind.CODE_LENGTH,
    "character": ProblemKind.CODE_CHARACTER,
    "check": ProblemKind.CODE_CHECK,
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong or odd: where it stands, what stood there, what was expected."""

    sheet: str
    row: int
    column: str
    kind: ProblemKind
    severity: Severity
    value: str
    message: str
    number: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "kind": self.kind.value,
            "severity": self.severity.value,
            "value": self.value,
            "message": self.message,
            "number": self.number,
        }


@dataclass
class Row:
    """One row: its values by column key, where each stood, and whether an error keeps it from being applied."""

    sheet: str
    number: int
    values: dict[str, Any]
    raw: dict[str, Any]
    places: dict[str, tuple[int, str]]
    refused: bool = False

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def has(self, key: str) -> bool:
        """Tell whether the ledger has this column at all: an empty cell says something, a missing column nothing."""
        return key in self.places

    def cell(self, key: str) -> str:
        """Return where a value stands, in words: 台账 第12行 正式党员数."""
        return (
            f"{self.sheet} 第{self.number}行 {self.places[key][1]}"
            if key in self.places
            else f"{self.sheet} 第{self.number}行"
        )


@dataclass
class Ledger:
    """The content of a ledger, row by row, with its problems."""

    as_of: datetime.date
    associations: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    instructors: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused_cells: set[tuple[str, int, str]] = field(default_factory=set)

    def refuse(self, row: Row, key: str, kind: ProblemKind, message: str) -> None:
        """Note an error at a cell, the first one it has: the row will not be applied."""
        row.refused = True
        if (row.sheet, row.number, key) not in self.refused_cells:
            self.refused_cells.add((row.sheet, row.number, key))
            self._note(row, key, kind, Severity.ERROR, message)

    def warn(self, row: Row, key: str, kind: ProblemKind, message: str) -> None:
        """Note something merely odd at a cell."""
        self._note(row, key, kind, Severity.WARNING, message)

    def _note(self, row: Row, key: str, kind: ProblemKind, severity: Severity, message: str) -> None:
        number, heading = row.places.get(key, (0, TABLE_BY_KEY_HEADINGS.get(key, "")))
        value = shown(row.raw.get(key))
        self.problems.append(Problem(row.sheet, row.number, heading, kind, severity, value, message, number))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == Severity.ERROR]


TABLE_BY_KEY_HEADINGS = {
    column.key: column.heading for table in reversed(TABLE_BY_KEY.values()) for column in table.columns
}


def read_ledger(sheets: Sequence[Sheet], mapping: Sequence[SheetMapping], as_of: datetime.date) -> Ledger:
    """Return every row of the mapped sheets with its values, and all problems that the cells alone can tell."""
    ledger = Ledger(as_of)
    by_title = {sheet.title: sheet for sheet in sheets}
    for mapped in mapping:
        if mapped.table == IGNORED or mapped.sheet not in by_title:
            continue
        table = TABLE_BY_KEY[mapped.table]
        rows = list(_rows(by_title[mapped.sheet], mapped, table, ledger))
        getattr(ledger, table.key).extend(rows)
    _check_codes(ledger)
    for row in ledger.associations:
        _check_association(ledger, row)
    for row in (*ledger.people, *ledger.instructors):
        _check_person(ledger, row)
    ledger.problems.sort(key=lambda problem: (problem.severity, problem.sheet, problem.row, problem.number))
    return ledger


def _rows(sheet: Sheet, mapped: SheetMapping, table: LedgerTable, ledger: Ledger) -> Iterator[Row]:
    places = {key: (number, mapped.headings.get(number, "")) for number, key in mapped.columns.items()}
    frame = Frame.of(sheet, mapped, table)
    # The group's name is what the ledger leaves out of each row: the committee, or in a list of people the association.
    of_group = "committee" if table is ASSOCIATIONS else "association"
    group = committee_of_title(sheet.title) if table is ASSOCIATIONS else ""
    # 上级党组织 need not be the 归口: where the ledger is grouped by committee, the group says it.
    outranked = "上级" in places.get("committee", (0, ""))[1]
    grid = _with_merged_cells(sheet, mapped, table)
    for number, cells in enumerate(grid[mapped.last_row :], start=mapped.last_row + 1):
        kind, name = kind_of_row(number, cells, frame)
        if kind == RowKind.GROUP:
            group = name
        if kind != RowKind.DATA:
            continue
        row = _read_row(sheet, number, cells, places, table, ledger)
        if (not row[of_group] or (group and outranked)) and (table is ASSOCIATIONS or of_group not in places):
            row.values[of_group] = group
        yield row


def _with_merged_cells(sheet: Sheet, mapped: SheetMapping, table: LedgerTable) -> list[list[Any]]:
    """Return the rows with what is merged downwards said in each row: a committee, a joint branch, a person's association.

    Figures and the keys of an association are not: merged over two rows they would count twice.
    """
    rows = list(sheet.rows)
    for top, left, bottom, right in sheet.merged:
        key = mapped.columns.get(left)
        if key is None or left != right or bottom == top or top <= mapped.last_row:
            continue
        if table.column(key).read is figure_of or (table is ASSOCIATIONS and key in {"serial", "name", "uscc"}):
            continue
        for number in range(top, min(bottom, len(rows))):
            rows[number] = _with_cell(rows[number], left - 1, sheet.rows[top - 1][left - 1])
    return rows


def _with_cell(cells: list[Any], place: int, value: Any) -> list[Any]:
    wider = [*cells, *[""] * (place + 1 - len(cells))]
    if any(text_of(cell) for cell in wider):
        wider[place] = value
    return wider


def _read_row(  # noqa: PLR0917
    sheet: Sheet,
    number: int,
    cells: list[Any],
    places: dict[str, tuple[int, str]],
    table: LedgerTable,
    ledger: Ledger,
) -> Row:
    row = Row(sheet.title, number, {}, {}, places)
    for column in table.columns:
        if column.key not in places:
            continue
        place = places[column.key][0]
        raw = cells[place - 1] if place <= len(cells) else None
        row.raw[column.key] = raw
        if (number, place) in sheet.uncalculated and text_of(raw) == "":
            ledger.refuse(
                row,
                column.key,
                ProblemKind.UNCALCULATED,
                "公式没有计算结果或者出错，请用 WPS 或 Excel 打开、改正并保存后再上传",
            )
            continue
        if isinstance(raw, str) and re.fullmatch(r"#(REF|DIV/0|VALUE|NAME|N/A|NULL|NUM)[!?]?", raw):
            ledger.refuse(row, column.key, ProblemKind.UNCALCULATED, "单元格是公式错误值，请改为实际内容")
            continue
        try:
            row.values[column.key] = column.read(raw)
        except CellFault as fault:
            ledger.refuse(row, column.key, ProblemKind(fault.kind), f"{column.heading}{fault.expected}")
    return row


def _check_codes(ledger: Ledger) -> None:
    """Refuse codes that are missing or faulty, and both of two rows with one code: the error stands at one, naming the other."""
    by_code: dict[str, list[Row]] = {}
    for row in ledger.associations:
        code = normal_uscc(row["uscc"] or "")
        if code in NONE_WORDS:
            ledger.refuse(row, "uscc", ProblemKind.MISSING_CODE, "应填18位统一社会信用代码")
            row.values["uscc"] = ""
            continue
        row.values["uscc"] = code
        if fault := uscc_fault(code):
            ledger.refuse(row, "uscc", _CODE_PROBLEMS[fault], USCC_FAULTS[fault])
            continue
        by_code.setdefault(code, []).append(row)
    for rows in by_code.values():
        if len(rows) > 1:
            others = "、".join(f"{row.sheet}第{row.number}行" for row in rows[1:])
            ledger.refuse(
                rows[0], "uscc", ProblemKind.DUPLICATE_CODE, f"与{others}的统一社会信用代码相同，每家协会只能有一行"
            )
            for row in rows:
                row.refused = True


def _check_association(ledger: Ledger, row: Row) -> None:
    if not row["name"]:
        ledger.refuse(row, "name", ProblemKind.MISSING_NAME, "应填协会登记证书上的名称")
    registered, gone = row["registered_on"], row["deregistered_on"]
    if registered and registered > ledger.as_of:
        ledger.refuse(
            row, "registered_on", ProblemKind.FUTURE, f"成立登记日期不应晚于台账截止日期 {ledger.as_of:%Y-%m-%d}"
        )
    elif registered and gone and gone < registered:
        ledger.refuse(row, "deregistered_on", ProblemKind.ENDS_BEFORE, "注销时间不应早于成立时间")
    if _says_deregistered(row) and not gone and not row.refused:
        ledger.warn(
            row,
            "deregistered_on",
            ProblemKind.STATE_WITHOUT_DATE,
            "填了已注销，但没有注销时间，仍按在册处理；请补填注销时间",
        )
    if gone and gone > ledger.as_of:
        ledger.warn(row, "deregistered_on", ProblemKind.LATER_THAN_LEDGER, "注销时间晚于台账截止日期")
    _check_organization(ledger, row)


def _says_deregistered(row: Row) -> bool:
    state = row["state"] or ""
    if "是否" in row.cell("state"):
        try:
            return flag_of(state) or "注销" in state
        except CellFault:
            return False
    return bool(re.search(r"(?<!未)(?<!无)(注销|撤销)", state))


# What a ledger says of the setup where there is no organization: an instructor's work is no setup, and no mistake.
_NO_SETUP = re.compile(r"未|无|否|没|不|×|指导员|联络员|组织员|工作覆盖")


def _check_organization(ledger: Ledger, row: Row) -> None:
    name, claimed, wording = row["organization_name"], row["has_organization"], row["setup"] or ""
    row.values["setup"] = setup = setup_of(wording)
    if wording and setup is None and (name or claimed or not _NO_SETUP.search(wording)):
        ledger.refuse(row, "setup", ProblemKind.UNKNOWN_SETUP, "组建方式应填单独组建、联合组建、功能型或者依托组建")
    if row["founded_on"] and row["founded_on"] > ledger.as_of:
        ledger.warn(row, "founded_on", ProblemKind.LATER_THAN_LEDGER, "党组织成立时间晚于台账截止日期")
    if row.has("has_organization") and claimed is None:
        return
    if (claimed or (claimed is None and setup)) and not name:
        ledger.refuse(row, "organization_name", ProblemKind.NOT_NAMED, "填了已建立党组织，应填党组织名称")
    if name and row.has("has_organization") and not claimed:
        said_no = text_of(row.raw.get("has_organization")) != ""
        sentence = (
            "填了未建立党组织，又填了党组织名称，党组织未导入"
            if said_no
            else "填了党组织名称，但没有填是否建立，按已建立处理"
        )
        ledger.warn(row, "organization_name", ProblemKind.NOT_CLAIMED, sentence)
        if said_no:
            row.values["organization_name"] = ""


def _check_person(ledger: Ledger, row: Row) -> None:
    if row["uscc"]:
        row.values["uscc"] = normal_uscc(row["uscc"])
    elif row["association"] and uscc_fault(normal_uscc(row["association"])) is None:
        row.values["uscc"] = normal_uscc(row["association"])  # some lists name an association by its code
    if not row["name"]:
        ledger.refuse(row, "name", ProblemKind.MISSING_NAME, "应填姓名")
    if not row["association"] and not row["uscc"]:
        ledger.refuse(row, "association", ProblemKind.MISSING_ASSOCIATION, "应填协会名称，与台账中的名称一致")
    for begins, ends in (("begins_on", "ends_on"), ("party_begins_on", "party_ends_on")):
        if row[begins] and row[ends] and row[ends] < row[begins]:
            ledger.refuse(row, ends, ProblemKind.ENDS_BEFORE, "终止时间不应早于开始时间")
