"""The filer's turn: saved as one types, said to be unchanged, handed in, taken back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.models import Oversight
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import Committee, User
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import is_nothing
from reviews.questionnaires.rules.content import Content, Section
from reviews.questionnaires.rules.problems import Known, Problem, asked_of, completed, problems_of
from reviews.reports.access import can_file, can_withdraw
from reviews.reports.choices import WITH_FILER, QuarterlyStatus, ReportVerb
from reviews.reports.indicators.known import known_at, last_told
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.rules.attention import attention_of
from reviews.reports.rules.reopening import opened_items
from reviews.reports.rules.states import next_status
from reviews.reports.rules.unchanged import can_repeat, repeated_answers
from reviews.reports.services.steps import keep_step


class StaleReport(RuleViolation):
    """Somebody else saved the report since it was opened here."""


@dataclass(frozen=True)
class Filing:
    """A report as it stands for whoever fills it in or judges it: all that pages, uploads and services ask together.

    It speaks of the answers that the report had when first asked.
    """

    report: QuarterlyReport
    content: Content
    known: Mapping[str, Known]
    last: Mapping[str, Any]

    @cached_property
    def told(self) -> dict[str, Any]:
        """The answers with what the portal knows."""
        return completed(self.content, self.report.answers, self.known)

    @cached_property
    def problems(self) -> list[Problem]:
        return problems_of(self.content, self.told, self.last, self.report.explanations)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The items that the answers call for."""
        return frozenset(item.code for item in asked_of(self.content, self.told, self.last))

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
        report = self.report
        if not report.reopened:
            return frozenset()
        opened = opened_items(
            report.reopened,
            asked=self.asked,
            asked_before={item.code for item in asked_of(self.content, report.told, self.last)},
            problems=self.problems,
            problems_before=problems_of(self.content, report.told, self.last, {}),
        )
        return frozenset(item.code for item in self.content.items) - opened

    def can_repeat(self, section: Section) -> bool:
        """Tell whether 「本季度无变化」 answers a section at one tap; not where a return left most of it locked."""
        if not self.locked.isdisjoint(item.code for item in section.items):
            return False
        return can_repeat(section, self.last, self.known_items, self.asked)


def filing_of(report: QuarterlyReport) -> Filing:
    """Read what a report needs beside itself. A submitted one is judged by what the portal knew when it was handed in."""
    content = report.round.version.parts
    is_handed_in = bool(report.known) and report.status not in WITH_FILER
    known = known_from(report.known) if is_handed_in else known_at(report)
    return Filing(report, content, known, last_told(report))


def reviewing_committee(report: QuarterlyReport, today: datetime.date) -> Committee | None:
    """Return who reviews a report: the committee that oversees the association today."""
    overseen = Oversight.objects.live_at(today).filter(association=report.association_id).select_related("committee")
    oversight = overseen.order_by("-stated_on").first()
    return oversight.committee if oversight else None


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


def locked_report(report: QuarterlyReport) -> QuarterlyReport:
    """Lock a report before its state is judged."""
    rows = QuarterlyReport.objects.select_for_update(of=("self",))
    return rows.select_related("round__version", "association", "reviewer").get(pk=report.pk)


def _opened(report: QuarterlyReport, actor: User) -> QuarterlyReport:
    report = locked_report(report)
    refuse(can_file(actor, report))
    next_status(report.status, "save")
    return report


def _refuse_stale(report: QuarterlyReport, actor: User, seen: int) -> None:
    if report.revision != seen:
        who = report.edited_by.name if report.edited_by and report.edited_by_id != actor.pk else "您在另一个窗口"
        raise StaleReport(f"{who}已修改了这份季报。您这里的内容没有丢失，请核对后再保存。")


@transaction.atomic
def save_report(
    *,
    report: QuarterlyReport,
    actor: User,
    seen: int,
    answers: Mapping[str, Any],
    explanations: Mapping[str, str],
) -> QuarterlyReport:
    """Keep what was typed, whole or not, right or wrong.

    What equals what is kept already writes nothing, whoever kept it: a browser that lost the answer sends the same again.
    Raises StaleReport where somebody else saved since `seen`, and RuleViolation for an item that a return did not reopen.
    """
    report = _opened(report, actor)
    if dict(answers) == report.answers and dict(explanations) == report.explanations:
        return report
    _refuse_stale(report, actor, seen)
    before = report.answers, report.explanations
    report.answers, report.explanations = dict(answers), dict(explanations)
    if report.reopened or report.unchanged:
        filing = filing_of(report)
        _refuse_locked(filing, *before)
        # A section that was changed by hand is no longer unchanged.
        report.unchanged = [code for code in report.unchanged if _still_repeats(filing, code)]
    keep_typed(report=report, actor=actor)
    return report


def _refuse_locked(filing: Filing, answers: Mapping[str, Any], explanations: Mapping[str, str]) -> None:
    """Refuse answers that differ from those kept before at an item that a return did not open."""
    report, locked = filing.report, filing.locked
    changed = [
        item.label
        for item in filing.content.items
        if item.code in locked
        and (
            answers.get(item.code) != report.answers.get(item.code)
            or explanations.get(item.code) != report.explanations.get(item.code)
        )
    ]
    if changed:
        raise RuleViolation(f"只能修改退回的项目，“{changed[0]}”不在其中。")


def _still_repeats(filing: Filing, code: str) -> bool:
    section = next((each for each in filing.content.sections if each.code == code), None)
    if section is None:
        return False
    repeated = repeated_answers(section, filing.last, filing.known_items)
    answers = filing.report.answers
    return all(
        answers.get(item.code) == repeated.get(item.code) for item in section.items if item.type != ItemType.ATTACHMENT
    )


def keep_typed(*, report: QuarterlyReport, actor: User) -> None:
    """Write what was typed into a locked report, with who and when; every write makes what others have on their page old."""
    refuse(can_file(actor, report))
    report.revision += 1
    report.edited_by, report.edited_at = actor, timezone.now()
    report.save(update_fields=["answers", "explanations", "unchanged", "revision", "edited_by", "edited_at"])


@transaction.atomic
def confirm_unchanged(*, report: QuarterlyReport, actor: User, seen: int, section: str) -> QuarterlyReport:
    """本季度无变化: answer a section as the last report did, in one tap. Raises RuleViolation where there is none to repeat.

    Corrections of what the portal knows are dropped: nothing changed means that the portal is right.
    """
    report = _opened(report, actor)
    _refuse_stale(report, actor, seen)
    filing = filing_of(report)
    found = next((each for each in filing.content.sections if each.code == section), None)
    if found is None:
        raise RuleViolation("没有这个栏目。")
    if not filing.can_repeat(found):
        raise RuleViolation("没有上一季度的内容可以沿用，请直接填写。")
    own = {item.code for item in found.items if item.type != ItemType.ATTACHMENT}
    kept = {code: value for code, value in report.answers.items() if code not in own}
    report.answers = kept | repeated_answers(found, filing.last, filing.known_items)
    report.unchanged = [*(code for code in report.unchanged if code != section), section]
    keep_typed(report=report, actor=actor)
    return report


@transaction.atomic
def submit_report(*, report: QuarterlyReport, actor: User, seen: int, today: datetime.date) -> QuarterlyReport:
    """Hand a report in. Raises RuleViolation while anything stands against it; a second click finds it handed in."""
    report = locked_report(report)
    if report.status == QuarterlyStatus.SUBMITTED and report.submitted_by_id == actor.pk and report.revision == seen:
        return report
    refuse(can_file(actor, report))
    status = next_status(report.status, "submit")
    if report.revision != seen:
        raise StaleReport("季报在您打开之后又有修改，请核对后再提交。")
    filing = filing_of(report)
    told, problems = filing.told, filing.problems
    open_problems = [problem for problem in problems if problem.is_open]
    if open_problems:
        labels = dict.fromkeys(_label(filing.content, problem.item) for problem in open_problems)
        raise RuleViolation(f"还有 {len(open_problems)} 处需要处理：{'、'.join(list(labels)[:5])}。")
    asked = {item.code for item in asked_of(filing.content, told, filing.last)}
    report.told = {code: value for code, value in told.items() if code in asked}
    report.known = _kept(filing.known)
    attention = attention_of(
        filing.content, report.told, filing.last, problems, has_open_changes=bool(report.told.get("post_changes"))
    )
    report.attention, report.attention_reasons = attention.weight, list(attention.reasons)
    report.status = status
    report.submissions += 1
    report.submitted_by, report.submitted_at = actor, timezone.now()
    report.submitted_on = report.submitted_on or today
    report.reviewer, report.review_begun_at, report.passed_by = None, None, None
    report.save()
    keep_step(
        report=report,
        verb=ReportVerb.SUBMIT,
        actor=actor,
        told=report.told,
        explanations=report.explanations,
    )
    audit.record(actor, AuditAction.CHANGE, report, step="提交", submission=report.submissions)
    return report


def _label(content: Content, code: str) -> str:
    item = content.item(code)
    return item.label if item else code


@transaction.atomic
def withdraw_report(*, report: QuarterlyReport, actor: User) -> QuarterlyReport:
    """Take a submitted report back, until its review has begun; what was handed in stays in the steps."""
    report = locked_report(report)
    refuse(can_withdraw(actor, report))
    earlier = report.steps.filter(verb__in=(ReportVerb.RETURN, ReportVerb.APPROVE)).order_by("-pk").first()
    if earlier is None:
        report.status, report.submitted_on = QuarterlyStatus.DRAFT, None  # as if it had never been handed in
    else:
        returned = earlier.verb == ReportVerb.RETURN
        report.status = QuarterlyStatus.RETURNED if returned else QuarterlyStatus.UNLOCKED
    report.save(update_fields=["status", "submitted_on"])
    keep_step(report=report, verb=ReportVerb.WITHDRAW, actor=actor)
    audit.record(actor, AuditAction.CHANGE, report, step="撤回")
    return report
