"""The filer's turn: saved as one types, said to be unchanged, handed in, taken back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.questionnaires.choices import WITH_FILER, ItemType, SheetStatus, SheetVerb
from reviews.questionnaires.models import FiledSheet
from reviews.questionnaires.rules.answers import is_nothing
from reviews.questionnaires.rules.attention import attention_of
from reviews.questionnaires.rules.content import Content, Section
from reviews.questionnaires.rules.problems import Known, Problem, asked_of, completed, problems_of
from reviews.questionnaires.rules.reopening import opened_items
from reviews.questionnaires.rules.sheet_states import next_status
from reviews.questionnaires.rules.unchanged import can_repeat, repeated_answers
from reviews.questionnaires.services.cycles import SheetCycle, cycle_of
from reviews.questionnaires.services.steps import keep_step

Sheet = TypeVar("Sheet", bound=FiledSheet)
SUBSTITUTE = "代报"  # what a submission says that was made in place of the owner's filer


class StaleSheet(RuleViolation):
    """Somebody else saved the sheet since it was opened here."""


@dataclass(frozen=True)
class Filing:
    """A sheet as it stands for whoever fills it in or judges it: all that pages, uploads and services ask together.

    It speaks of the answers that the sheet had when first asked.
    """

    sheet: FiledSheet
    cycle: SheetCycle
    content: Content
    known: Mapping[str, Known]
    last: Mapping[str, Any]

    @cached_property
    def complete(self) -> dict[str, Any]:
        """The answers with what the portal knows."""
        return completed(self.content, self.sheet.answers, self.known)

    @cached_property
    def problems(self) -> list[Problem]:
        return problems_of(self.content, self.complete, self.last, self.sheet.explanations)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The items that the answers call for."""
        return frozenset(item.code for item in asked_of(self.content, self.complete, self.last))

    @cached_property
    def known_items(self) -> frozenset[str]:
        """The items whose answer the portal has."""
        return frozenset(
            item.code
            for item in self.content.items
            if (have := self.known.get(item.known_from)) is not None and not is_nothing(have.value)
        )

    @cached_property
    def locked(self) -> frozenset[str]:
        """The items that a return did not open; none where all may be changed."""
        sheet = self.sheet
        if not sheet.reopened:
            return frozenset()
        opened = opened_items(
            sheet.reopened,
            asked=self.asked,
            asked_before={item.code for item in asked_of(self.content, sheet.told, self.last)},
            problems=self.problems,
            problems_before=problems_of(self.content, sheet.told, self.last, {}),
        )
        return frozenset(item.code for item in self.content.items) - opened

    def can_repeat(self, section: Section) -> bool:
        """Tell whether 「本季度无变化」 answers a section at one tap; not where a return left most of it locked."""
        if not self.locked.isdisjoint(item.code for item in section.items):
            return False
        return can_repeat(section, self.last, self.known_items, self.asked)


def filing_of(sheet: FiledSheet) -> Filing:
    """Read what a sheet needs beside itself. A submitted one is judged by what the portal knew when it was handed in."""
    cycle = cycle_of(sheet)
    is_handed_in = bool(sheet.known) and sheet.status not in WITH_FILER
    known = known_from(sheet.known) if is_handed_in else cycle.known(sheet)
    return Filing(sheet, cycle, sheet.content, known, cycle.before(sheet))


def known_from(kept: Mapping[str, Any]) -> dict[str, Known]:
    """Return what was kept of the portal's knowledge at a submission."""
    return {
        provider: Known(
            have["value"], datetime.date.fromisoformat(have["since"]) if have.get("since") else None, have["source"]
        )
        for provider, have in kept.items()
    }


def _kept(known: Mapping[str, Known]) -> dict[str, Any]:
    return {
        provider: {
            "value": have.value,
            "since": have.since.isoformat() if have.since else None,
            "source": have.source,
        }
        for provider, have in known.items()
    }


def locked_sheet(sheet: Sheet) -> Sheet:
    """Return a sheet as it stands, locked until the transaction ends: to be judged after that."""
    rows: Any = type(sheet)._default_manager.select_for_update(of=("self",))
    locked: Sheet = rows.select_related(*sheet.read_with).get(pk=sheet.pk)
    return locked


def opened_sheet(*, sheet: Sheet, actor: User) -> Sheet:
    """Lock a sheet that `actor` is about to change. Raises RuleViolation where that is not the filer's turn."""
    sheet = locked_sheet(sheet)
    cycle = cycle_of(sheet)
    refuse(cycle.can_file(actor, sheet))
    next_status(sheet.status, "save", cycle.noun)
    return sheet


def _refuse_stale(sheet: FiledSheet, actor: User, seen: int) -> None:
    if sheet.revision != seen:
        who = sheet.edited_by.name if sheet.edited_by and sheet.edited_by_id != actor.pk else "您在另一个窗口"
        raise StaleSheet(f"{who}已修改了这份{cycle_of(sheet).noun}。您这里的内容没有丢失，请核对后再保存。")


@transaction.atomic
def save_sheet(
    *,
    sheet: Sheet,
    actor: User,
    seen: int,
    answers: Mapping[str, Any],
    explanations: Mapping[str, str],
) -> Sheet:
    """Keep what was typed, whole or not, right or wrong.

    What equals what is kept already writes nothing, whoever kept it: a browser that lost the answer sends the same again.
    Raises StaleSheet where somebody else saved since `seen`, and RuleViolation for an item that a return did not reopen.
    """
    sheet = opened_sheet(sheet=sheet, actor=actor)
    if dict(answers) == sheet.answers and dict(explanations) == sheet.explanations:
        return sheet
    _refuse_stale(sheet, actor, seen)
    before = sheet.answers, sheet.explanations
    sheet.answers, sheet.explanations = dict(answers), dict(explanations)
    if sheet.reopened or sheet.unchanged:
        filing = filing_of(sheet)
        _refuse_locked(filing, *before)
        # A section that was changed by hand is no longer unchanged.
        sheet.unchanged = [code for code in sheet.unchanged if _still_repeats(filing, code)]
    keep_typed(sheet=sheet, actor=actor)
    return sheet


def _refuse_locked(filing: Filing, answers: Mapping[str, Any], explanations: Mapping[str, str]) -> None:
    """Refuse answers that differ from those kept before at an item that a return did not open."""
    sheet, locked = filing.sheet, filing.locked
    changed = [
        item.label
        for item in filing.content.items
        if item.code in locked
        and (
            answers.get(item.code) != sheet.answers.get(item.code)
            or explanations.get(item.code) != sheet.explanations.get(item.code)
        )
    ]
    if changed:
        raise RuleViolation(f"只能修改退回的项目，“{changed[0]}”不在其中。")


def _still_repeats(filing: Filing, code: str) -> bool:
    section = next((each for each in filing.content.sections if each.code == code), None)
    if section is None:
        return False
    repeated = repeated_answers(section, filing.last, filing.known_items)
    answers = filing.sheet.answers
    return all(
        answers.get(item.code) == repeated.get(item.code) for item in section.items if item.type != ItemType.ATTACHMENT
    )


def keep_typed(*, sheet: FiledSheet, actor: User) -> None:
    """Write what was typed into a locked sheet, with who and when; every write makes what others have on their page old."""
    refuse(cycle_of(sheet).can_file(actor, sheet))
    sheet.revision += 1
    sheet.edited_by, sheet.edited_at = actor, timezone.now()
    sheet.save(update_fields=["answers", "explanations", "unchanged", "revision", "edited_by", "edited_at"])


@transaction.atomic
def confirm_unchanged(*, sheet: Sheet, actor: User, seen: int, section: str) -> Sheet:
    """「本季度无变化」: answer a section as the sheet before did, in one tap. Raises RuleViolation where there is none to repeat.

    Corrections of what the portal knows are dropped: nothing changed means that the portal is right.
    """
    sheet = opened_sheet(sheet=sheet, actor=actor)
    _refuse_stale(sheet, actor, seen)
    filing = filing_of(sheet)
    asked_section = next((each for each in filing.content.sections if each.code == section), None)
    if asked_section is None:
        raise RuleViolation("没有这个栏目。")
    if not filing.can_repeat(asked_section):
        raise RuleViolation("没有上一季度的内容可以沿用，请直接填写。")
    own = {item.code for item in asked_section.items if item.type != ItemType.ATTACHMENT}
    kept = {code: value for code, value in sheet.answers.items() if code not in own}
    sheet.answers = kept | repeated_answers(asked_section, filing.last, filing.known_items)
    sheet.unchanged = [*(code for code in sheet.unchanged if code != section), section]
    keep_typed(sheet=sheet, actor=actor)
    return sheet


@transaction.atomic
def submit_sheet(*, sheet: Sheet, actor: User, seen: int, today: datetime.date) -> Sheet:
    """Hand a sheet in. Raises RuleViolation while anything stands against it; a second click finds it handed in."""
    sheet = locked_sheet(sheet)
    if sheet.status == SheetStatus.SUBMITTED and sheet.submitted_by_id == actor.pk and sheet.revision == seen:
        return sheet
    cycle = cycle_of(sheet)
    refuse(cycle.can_file(actor, sheet))
    status = next_status(sheet.status, "submit", cycle.noun)
    if sheet.revision != seen:
        raise StaleSheet(f"{cycle.noun}在您打开之后又有修改，请核对后再提交。")
    filing = filing_of(sheet)
    _refuse_open_problems(filing)
    sheet.told = {code: value for code, value in filing.complete.items() if code in filing.asked}
    sheet.known = _kept(filing.known)
    _weigh(filing)
    sheet.status = status
    sheet.submissions += 1
    sheet.submitted_by, sheet.submitted_at = actor, timezone.now()
    sheet.submitted_on = sheet.submitted_on or today
    sheet.reviewer, sheet.review_begun_at, sheet.passed_by = None, None, None
    sheet.save()
    keep_step(
        sheet=sheet,
        verb=SheetVerb.SUBMIT,
        actor=actor,
        reason=SUBSTITUTE if cycle.is_substitute(actor, sheet) else "",
        told=sheet.told,
        explanations=sheet.explanations,
    )
    audit.record(actor, AuditAction.CHANGE, sheet, step="提交", submission=sheet.submissions)
    return sheet


def _refuse_open_problems(filing: Filing) -> None:
    """Refuse to hand in what still has something against it, naming the first items."""
    open_problems = [problem for problem in filing.problems if problem.is_open]
    if open_problems:
        items = [filing.content.item(problem.item) for problem in open_problems]
        labels = list(dict.fromkeys(item.label for item in items if item))
        raise RuleViolation(f"还有 {len(open_problems)} 处需要处理：{'、'.join(labels[:5])}。")


def _weigh(filing: Filing) -> None:
    """Note on a sheet that is being handed in how much it needs a look, and why."""
    sheet = filing.sheet
    attention = attention_of(
        filing.content,
        sheet.told,
        filing.last,
        filing.problems,
        has_open_changes=any(sheet.told.get(code) for code in filing.cycle.change_items),
    )
    sheet.attention, sheet.attention_reasons = attention.weight, list(attention.reasons)


@transaction.atomic
def withdraw_sheet(*, sheet: Sheet, actor: User) -> Sheet:
    """Take a submitted sheet back, until its review has begun; what was handed in stays in the steps."""
    sheet = locked_sheet(sheet)
    cycle = cycle_of(sheet)
    refuse(cycle.can_withdraw(actor, sheet))
    earlier = sheet.steps.filter(verb__in=(SheetVerb.RETURN, SheetVerb.APPROVE)).order_by("-pk").first()
    if earlier is None:
        verb, sheet.submitted_on = "withdraw", None  # as if it had never been handed in
    else:
        verb = "withdraw correction" if earlier.verb == SheetVerb.RETURN else "withdraw change"
    sheet.status = next_status(sheet.status, verb, cycle.noun)
    sheet.save(update_fields=["status", "submitted_on"])
    keep_step(sheet=sheet, verb=SheetVerb.WITHDRAW, actor=actor)
    audit.record(actor, AuditAction.CHANGE, sheet, step="撤回")
    return sheet
