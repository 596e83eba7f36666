"""A version of a questionnaire as a form to fill in: what each field shows, and what was typed into them.

`answer_form` is drawn by templates/reviews/_answer_form.html, or one section of it by _answer_section.html; put it into a form
element. What was posted goes through `typed_answers` and `typed_explanations`, which change only the items that were on the
page: a section can be saved alone. What cannot be read stays as it was typed, so drawing the saved answers shows it again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from reviews.questionnaires.choices import ItemType, RuleSeverity
from reviews.questionnaires.rules.answers import (
    MOST_ROWS,
    difference_of,
    is_nothing,
    longest_of,
    parse_answer,
    show_answer,
    typed_answer,
)
from reviews.questionnaires.rules.attachments import ACCEPT
from reviews.questionnaires.rules.content import Content, Item, Section
from reviews.questionnaires.rules.problems import MISSING, Known, Problem, asked_of, completed, problems_at, problems_of

BLANK_ROWS = 2  # of a table beyond those filled in; the script adds more
FEW_OPTIONS = 4  # shown side by side, more are a list to open
EXPLANATION_LENGTH = 500


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class AnswerField:
    """One input: of an item, or of a cell in a table."""

    item: Item
    name: str
    widget: str
    value: str = ""
    options: tuple[Option, ...] = ()
    max_length: int = 0
    accept: str = ""
    is_invalid: bool = False
    described_by: str = ""

    @property
    def id(self) -> str:
        return f"field-{self.name}"


@dataclass(frozen=True)
class Line:
    """One item as it is shown: its field or rows of fields, the period before, what is known, what stands against it."""

    item: Item
    field: AnswerField | None = None
    rows: tuple[tuple[AnswerField, ...], ...] = ()
    text: str = ""
    last: str = ""
    difference: str = ""
    known: Known | None = None
    known_text: str = ""
    is_corrected: bool = False
    is_locked: bool = False
    problems: tuple[Problem, ...] = ()
    explanation: str = ""
    is_explained: bool = False
    comments: tuple[Any, ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        return f"item-{self.item.code}"

    @property
    def is_group(self) -> bool:
        """Whether it has several inputs under one label."""
        return bool(self.rows) or (self.field is not None and self.field.widget in {"yes_no", "radios", "ticks"})

    @property
    def is_shown(self) -> bool:
        """Whether what the portal knows, or what may not be changed, stands there as text alone."""
        return self.is_locked or (self.known is not None and not self.item.correctable)


@dataclass(frozen=True)
class SectionLines:
    section: Section
    lines: tuple[Line, ...]

    @property
    def open_problems(self) -> int:
        return sum(problem.is_open for line in self.lines for problem in line.problems)


@dataclass(frozen=True)
class AnswerForm:
    sections: tuple[SectionLines, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def open_problems(self) -> tuple[Problem, ...]:
        """The problems that keep the form from being handed in."""
        return tuple(problem for problem in self.problems if problem.is_open)

    @property
    def asked(self) -> int:
        """The number of items to be answered; known ones are not counted."""
        return sum(line.known is None and not line.is_locked for section in self.sections for line in section.lines)


def answer_form(
    content: Content,
    answers: Mapping[str, Any],
    last: Mapping[str, Any],
    known: Mapping[str, Known],
    *,
    explanations: Mapping[str, str] | None = None,
    locked: Container[str] = (),
    comments: Mapping[str, tuple[Any, ...]] | None = None,
    tells_missing: bool = True,
) -> AnswerForm:
    """Return a version as it is filled in: the items that the answers call for, each with what stands against it.

    `answers` are those saved, `last` those of the period before, `known` by provider. Items in `locked` are shown as text,
    `comments` (each with author, at, text) pinned beside the items that they are about. A form that nobody has handed in yet
    need not tell what is missing.
    """
    complete, explained = completed(content, answers, known), explanations or {}
    problems = problems_of(content, complete, last, explained)
    if not tells_missing:
        problems = [problem for problem in problems if problem.rule != MISSING]
    at = problems_at(problems)
    asked = {item.code for item in asked_of(content, complete, last)}
    sections = []
    for section in content.sections:
        lines = tuple(
            _line(
                item,
                (answers.get(item.code), last.get(item.code)),
                known.get(item.known_from),
                (at.get(item.code, []), explained.get(item.code, "")),
                is_locked=item.code in locked,
                comments=(comments or {}).get(item.code, ()),
            )
            for item in section.items
            if item.code in asked
        )
        if lines:
            sections.append(SectionLines(section, lines))
    return AnswerForm(tuple(sections), tuple(problems))


def _line(
    item: Item,
    values: tuple[Any, Any],
    have: Known | None,
    against: tuple[list[Problem], str],
    *,
    is_locked: bool,
    comments: tuple[Any, ...],
) -> Line:
    value, before = values
    if have is not None and is_nothing(have.value):
        have = None
    corrected = have is not None and item.correctable and not is_nothing(value) and value != have.value
    stands = value if have is None or corrected else have.value
    problems, explanation = against
    needs = any(problem.severity == RuleSeverity.EXPLAIN for problem in problems)
    shown = value if have is None or corrected else None
    is_open = any(problem.is_open for problem in problems)
    is_table, is_files = item.type == ItemType.TABLE, item.type == ItemType.ATTACHMENT
    return Line(
        item=item,
        field=None
        if is_table
        else _field(item, f"a-{item.code}", shown, is_invalid=is_open, described_by=_described_by(item, problems)),
        rows=_rows(item, shown) if is_table else (),
        text=show_answer(item, stands),
        last="" if is_nothing(before) else show_answer(item, before),
        difference=difference_of(item, before, stands),
        known=have,
        known_text=show_answer(item, have.value) if have else "",
        is_corrected=corrected,
        is_locked=is_locked,
        problems=tuple(problems),
        explanation=explanation,
        is_explained=needs or bool(explanation),
        comments=comments,
        files=tuple(each for each in value if isinstance(each, dict)) if is_files and isinstance(value, list) else (),
    )


def _described_by(item: Item, problems: list[Problem]) -> str:
    """Return the ids of what is written about a field: its help and what stands against it."""
    parts = ((f"help-{item.code}", item.help), (f"problems-{item.code}", problems))
    return " ".join(part for part, is_there in parts if is_there)


_WIDGETS: dict[str, str] = {
    ItemType.WHOLE: "number",
    ItemType.MONEY: "money",
    ItemType.DATE: "date",
    ItemType.YES_NO: "yes_no",
    ItemType.CHOICES: "ticks",
    ItemType.SHORT_TEXT: "text",
    ItemType.LONG_TEXT: "paragraph",
    ItemType.ATTACHMENT: "files",
}


def _field(
    item: Item, name: str, value: Any, *, is_invalid: bool = False, described_by: str = "", in_table: bool = False
) -> AnswerField:
    options: tuple[Option, ...]
    if item.type == ItemType.YES_NO and not in_table:
        options = (Option("yes", "是", value is True), Option("no", "否", value is False))
        widget = "yes_no"
    elif item.type == ItemType.YES_NO:
        options = (Option("是", "是", value is True), Option("否", "否", value is False))
        widget = "list"
    else:
        chosen = value if isinstance(value, list) else [value]
        options = tuple(Option(option, option, option in chosen) for option in item.options)
        few = len(item.options) <= FEW_OPTIONS and not in_table
        widget = _WIDGETS.get(item.type) or ("radios" if few else "list")
    return AnswerField(
        item=item,
        name=name,
        widget=widget,
        value=typed_answer(item, value),
        options=options,
        max_length=longest_of(item) if item.type in {ItemType.SHORT_TEXT, ItemType.LONG_TEXT} else 0,
        accept=ACCEPT if item.type == ItemType.ATTACHMENT else "",
        is_invalid=is_invalid,
        described_by=described_by,
    )


def _rows(item: Item, value: Any) -> tuple[tuple[AnswerField, ...], ...]:
    kept = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    room = max(len(kept), min(len(kept) + BLANK_ROWS, item.maximum or MOST_ROWS))
    return tuple(
        tuple(
            _field(
                column,
                f"a-{item.code}-{place}-{column.code}",
                (kept[place] if place < len(kept) else {}).get(column.code),
                in_table=True,
            )
            for column in item.columns
        )
        for place in range(room)
    )


def typed_answers(
    content: Content, data: QueryDict, answers: Mapping[str, Any], known: Mapping[str, Known]
) -> dict[str, Any]:
    """Return the answers with those changed that were on the page (its hidden `asked`).

    A correction that equals what the portal knows is none. Attachments stay: files are kept by whoever stores them.
    """
    typed = dict(answers)
    for code in data.getlist("asked"):
        item = content.item(code)
        if item is None or item.type == ItemType.ATTACHMENT:
            continue
        have = known.get(item.known_from) if item.known_from else None
        value, _ = parse_answer(item, _raw(item, data))
        if is_nothing(value) or (have is not None and (value == have.value or not item.correctable)):
            typed.pop(code, None)
        else:
            typed[code] = value
    return typed


def _raw(item: Item, data: QueryDict) -> Any:
    name = f"a-{item.code}"
    if item.type == ItemType.CHOICES:
        return data.getlist(name)
    if item.type == ItemType.YES_NO:
        return {"yes": "是", "no": "否"}.get(data.get(name, ""), data.get(name, ""))
    if item.type != ItemType.TABLE:
        return data.get(name, "")
    places = {
        int(parts[0])
        for key in data
        if key.startswith(f"{name}-")
        and (parts := key.removeprefix(f"{name}-").split("-"))
        and parts[0].isdecimal()
        and len(parts[0]) < 4  # noqa: PLR2004
    }
    return [
        {column.code: data.get(f"{name}-{place}-{column.code}", "") for column in item.columns}
        for place in sorted(places)
    ]


def typed_explanations(content: Content, data: QueryDict, explanations: Mapping[str, str]) -> dict[str, str]:
    """Return the explanations with those changed that had their field on the page."""
    typed = dict(explanations)
    for item in content.items:
        if f"e-{item.code}" in data:
            typed[item.code] = data.get(f"e-{item.code}", "").replace("\r\n", "\n").strip()[:EXPLANATION_LENGTH]
    return {code: text for code, text in typed.items() if text}
