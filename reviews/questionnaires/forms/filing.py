"""A filed sheet as whoever files it sees it, and as it is read: sections with where each stands, lines in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings

from portal.core.forms import PlainForm
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.forms.answers import AnswerForm, SectionLines, answer_form
from reviews.questionnaires.models import SheetComment
from reviews.questionnaires.rules.answers import difference_of, is_nothing, show_answer
from reviews.questionnaires.rules.content import Item, Section
from reviews.questionnaires.rules.problems import MISSING, Problem
from reviews.questionnaires.rules.unchanged import needed_of
from reviews.questionnaires.services.filing import Filing


@dataclass(frozen=True)
class FilingPart:
    """One section on the page: its lines, what is still to be done in it, whether one tap answers it."""

    part: SectionLines
    open: int
    missing: int
    is_unchanged: bool
    is_answered: bool
    is_locked: bool
    can_repeat: bool
    unchanged_words: str

    @property
    def section(self) -> Section:
        return self.part.section

    @property
    def badge(self) -> str:
        """The kind of badge (portal.core.templatetags.portal)."""
        if self.open:
            return "warn"
        if self.missing or self.is_locked:
            return "none"
        return "good" if self.is_answered or self.is_unchanged else "none"

    @property
    def words(self) -> str:
        if self.open:
            return f"{self.open} 处需要处理"
        if self.missing:
            return f"还有 {self.missing} 项未填"
        if self.is_locked:
            return "不用修改"
        if self.is_unchanged:
            return self.unchanged_words
        return "已填好" if self.is_answered else "没有的不用填"


@dataclass(frozen=True)
class FilingForm:
    form: AnswerForm
    parts: tuple[FilingPart, ...]

    @property
    def open(self) -> int:
        return sum(part.open for part in self.parts)

    @property
    def missing(self) -> int:
        return sum(part.missing for part in self.parts)


def filing_form(filing: Filing, comments: Iterable[SheetComment], *, tells_missing: bool) -> FilingForm:
    """Return a sheet to fill in. What is missing is counted for each section, but told at its item only when asked for."""
    sheet = filing.sheet
    form = answer_form(
        filing.content,
        sheet.answers,
        filing.last,
        filing.known,
        explanations=sheet.explanations,
        locked=filing.locked,
        comments=by_item(comments),
        tells_missing=tells_missing,
    )
    return FilingForm(form, tuple(_part(filing, part) for part in form.sections))


def by_item(comments: Iterable[SheetComment]) -> dict[str, tuple[SheetComment, ...]]:
    """Return comments by the item to which they are pinned."""
    pinned: dict[str, tuple[SheetComment, ...]] = {}
    for comment in comments:
        pinned[comment.item] = (*pinned.get(comment.item, ()), comment)
    return pinned


def _part(filing: Filing, part: SectionLines) -> FilingPart:
    codes = {line.item.code for line in part.lines}
    against = [problem for problem in filing.problems if problem.item in codes and problem.is_open]
    missing = sum(problem.rule == MISSING for problem in against)
    needed = needed_of(part.section, filing.known_items, filing.asked)
    answers = filing.sheet.answers
    typed = {code for code in codes if not is_nothing(answers.get(code))}
    return FilingPart(
        part=part,
        open=len(against) - missing,
        missing=missing,
        is_unchanged=part.section.code in filing.sheet.unchanged,
        is_answered=bool(typed) or all(line.known for line in part.lines),
        is_locked=all(line.is_locked for line in part.lines),
        unchanged_words=filing.cycle.unchanged,
        can_repeat=bool(needed) and part.section.code not in filing.sheet.unchanged and filing.can_repeat(part.section),
    )


# --- read, not filled in ---


@dataclass(frozen=True)
class ReadLine:
    """One answer in words: a table has a line of text for each row."""

    item: Item
    texts: tuple[str, ...]
    last: str
    difference: str
    source: str
    explanation: str
    comments: tuple[SheetComment, ...]
    files: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class ReadSection:
    section: Section
    lines: tuple[ReadLine, ...]
    is_unchanged: bool


def read_sections(filing: Filing, answers: Mapping[str, Any], comments: Iterable[SheetComment]) -> list[ReadSection]:
    """Return all that a sheet tells, section by section; `answers` are its complete answers."""
    pinned = by_item(comments)
    sections = []
    for section in filing.content.sections:
        lines = tuple(_read_line(filing, item, answers, pinned) for item in section.items if item.code in filing.asked)
        if lines:
            sections.append(ReadSection(section, lines, section.code in filing.sheet.unchanged))
    return sections


def _read_line(
    filing: Filing, item: Item, answers: Mapping[str, Any], pinned: Mapping[str, tuple[SheetComment, ...]]
) -> ReadLine:
    value, before = answers.get(item.code), filing.last.get(item.code)
    have = filing.known.get(item.known_from)
    is_known = have is not None and have.value == value
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return ReadLine(
        item=item,
        texts=tuple(show_answer(item, [row]) for row in rows)
        if item.type == ItemType.TABLE and rows
        else (show_answer(item, value),),
        # What the portal knows itself and has known before is not said twice.
        last="" if is_nothing(before) or (is_known and before == value) else show_answer(item, before),
        difference=difference_of(item, before, value),
        source=have.source if have and is_known else "",
        explanation=filing.sheet.explanations.get(item.code, ""),
        comments=pinned.get(item.code, ()),
        files=tuple(rows) if item.type == ItemType.ATTACHMENT else (),
        problems=tuple(problem for problem in filing.problems if problem.item == item.code and problem.rule != MISSING),
    )


class WorkbookForm(PlainForm):
    """A filled-in workbook to be read."""

    file = forms.FileField(
        label="填好的填报表",
        help_text="本期下载的填报表，用 WPS 或 Excel 填写后上传（.xlsx）。上传后先看到变化，确认后才保存。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError("文件超过20兆。")
        return file
