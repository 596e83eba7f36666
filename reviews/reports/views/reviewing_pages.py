"""What a reviewer sees of a report: plain values for the questionnaires, what differs and what was explained first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviews.questionnaires.choices import SheetVerb
from reviews.questionnaires.rules.answers import difference_of, show_answer
from reviews.questionnaires.rules.attention import is_large
from reviews.questionnaires.rules.content import Content, Item
from reviews.questionnaires.rules.problems import Known, Problem, asked_of, problems_at, problems_of
from reviews.questionnaires.services.filing import known_from
from reviews.reports.indicators.known import known_at, last_told
from reviews.reports.models.filing import QuarterlyReport, ReportComment, ReportStep


@dataclass(frozen=True)
class Registry:
    """An item in the registry: the value when the report was handed in, the value told, the value now."""

    at_submission: str
    told: str
    now: str
    source: str


@dataclass(frozen=True)
class ReviewLine:
    """One item as a reviewer looks at it: this quarter beside the last, and all that was said of it."""

    item: Item
    value: str
    last: str
    difference: str
    is_changed: bool
    is_large: bool
    is_first: bool
    problems: tuple[Problem, ...]
    explanation: str
    before: str
    explanation_before: str
    is_corrected: bool
    comments: tuple[ReportComment, ...]
    registry: Registry | None
    typed: str

    @property
    def is_shown(self) -> bool:
        """Whether it stands on the page at once: it differs, was explained or hinted at, or came back after a comment."""
        told = self.is_first and self.value != "—"
        return bool(self.is_changed or told or self.problems or self.is_corrected or self.comments or self.registry)


@dataclass(frozen=True)
class ReviewSection:
    title: str
    shown: tuple[ReviewLine, ...]
    same: tuple[ReviewLine, ...]


@dataclass(frozen=True)
class ReviewPage:
    """A submitted report: its sections, and how many items are the same as last quarter's."""

    sections: tuple[ReviewSection, ...]
    has_last: bool
    submission: int

    @property
    def shown(self) -> list[ReviewLine]:
        return [line for section in self.sections for line in section.shown]

    @property
    def same(self) -> list[ReviewLine]:
        return [line for section in self.sections for line in section.same]

    @property
    def corrected(self) -> list[ReviewLine]:
        """The items that differ from the submission before, or were commented on then."""
        return [line for line in (*self.shown, *self.same) if line.is_corrected or line.comments]

    @property
    def registry(self) -> list[ReviewLine]:
        return [line for line in (*self.shown, *self.same) if line.registry]


def review_page(report: QuarterlyReport, typed: Mapping[str, str]) -> ReviewPage:
    """Lay out a report for review; `typed` are comments that were refused and must not be lost."""
    content, last, answers = report.content, last_told(report), dict(report.told)
    # What was handed in is judged, not what the filer has typed since.
    problems = problems_at(problems_of(content, answers, last, report.explanations))
    before, explained_before = _submitted_before(report)
    comments = _comments_before(report)
    then, now = known_from(report.known), known_at(report)
    asked = {item.code for item in asked_of(content, answers, last)}

    def line(item: Item) -> ReviewLine:
        value, earlier = answers.get(item.code), last.get(item.code)
        return ReviewLine(
            item=item,
            value=show_answer(item, value),
            last=show_answer(item, earlier),
            difference=difference_of(item, earlier, value),
            is_changed=bool(last) and value != earlier,
            is_large=is_large(earlier, value),
            is_first=not last,
            problems=tuple(problems.get(item.code, ())),
            explanation=report.explanations.get(item.code, "").strip(),
            before=show_answer(item, before.get(item.code)) if before is not None else "",
            explanation_before=explained_before.get(item.code, "").strip(),
            is_corrected=before is not None
            and (before.get(item.code), explained_before.get(item.code, ""))
            != (value, report.explanations.get(item.code, "")),
            comments=tuple(comments.get(item.code, ())),
            registry=_registry(item, value, then, now),
            typed=typed.get(item.code, ""),
        )

    return ReviewPage(tuple(_sections(content, asked, answers, line)), bool(last), report.submissions)


def _sections(content: Content, asked: set[str], answers: Mapping[str, Any], line: Any) -> list[ReviewSection]:
    sections = []
    for section in content.sections:
        lines = [line(item) for item in section.items if item.code in asked or item.code in answers]
        if lines:
            shown = tuple(each for each in lines if each.is_shown)
            sections.append(ReviewSection(section.title, shown, tuple(each for each in lines if not each.is_shown)))
    return sections


def _submitted_before(report: QuarterlyReport) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return what the submission before the newest told and explained; None told where there is only one."""
    steps = report.steps.filter(verb=SheetVerb.SUBMIT, submission=report.submissions - 1)
    before = steps.last() if report.submissions else None
    return (before.told, before.explanations) if before else (None, {})


def _comments_before(report: QuarterlyReport) -> dict[str, list[ReportComment]]:
    """Return the comments of the newest return, by item: on a resubmission those of the submission before."""
    made = report.comments.select_related("author")
    newest = made.order_by("-submission").values_list("submission", flat=True).first()
    comments: dict[str, list[ReportComment]] = {}
    for comment in made.filter(submission=newest) if newest is not None else ():
        comments.setdefault(comment.item, []).append(comment)
    return comments


def _registry(item: Item, answers: Any, then: Mapping[str, Known], now: Mapping[str, Known]) -> Registry | None:
    """Return the three where they are not the same: the filer corrected, or the registry has moved since."""
    if not item.known_from:
        return None
    had, has = then.get(item.known_from), now.get(item.known_from)
    before, after = had.value if had else None, has.value if has else None
    if before == answers == after:
        return None
    source = (has or had).source if has or had else ""  # type: ignore[union-attr]
    return Registry(show_answer(item, before), show_answer(item, answers), show_answer(item, after), source)


def steps_of(report: QuarterlyReport) -> list[ReportStep]:
    """Return who did what when and why, the newest first."""
    return list(report.steps.select_related("actor").defer("told", "explanations").order_by("-pk"))
