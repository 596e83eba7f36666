"""Telling people of one report or round the moment that it concerns them: the filers what was decided, who has not filed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from portal.core import audit
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import refuse
from portal.core.models import User
from portal.core.notices import notify, secretaries_of
from reviews.reports.access import can_remind
from reviews.reports.choices import QuarterlyStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound


def filing_address(report: int | None = None) -> str:
    """Return the page of a report, or the list of one's own."""
    return reverse("reviews:report-detail", args=[report]) if report else reverse("reviews:report-mine")


def tell_filers(*, report: QuarterlyReport, step: str, text: str, kind: NoticeKind = NoticeKind.TASK) -> int:
    """Tell whoever files a report what became of its newest submission. Return how many were told."""
    return notify(
        users=secretaries_of([report.association_id])[report.association_id],
        kind=kind,
        key=f"report:{report.pk}:{report.submissions}:{step}",
        text=text,
        url=filing_address(report.pk),
    )


@dataclass(frozen=True)
class Reminded:
    """How many people were told now, how many associations owe a report, and how many of them have nobody to tell."""

    people: int
    associations: int
    without_account: int

    @property
    def sentence(self) -> str:
        if not self.associations:
            return "范围内的协会都已填报，没有需要提醒的。"
        told = f"已提醒 {self.people} 人。" if self.people else "今天已经提醒过，不再重复。"
        if self.without_account:
            told += f"另有 {self.without_account} 家协会没有可用账户，请另行联系。"
        return told


@transaction.atomic
def remind_round(*, round_: ReportRound, actor: User, today: datetime.date) -> Reminded:
    """Tell the filers of the actor's own part of a round who have not filed; each person once a day for a round."""
    refuse(can_remind(actor, round_))
    drafts = QuarterlyReport.objects.visible_to(actor, today).filter(round=round_, status=QuarterlyStatus.DRAFT)
    due = dict(drafts.values_list("association", "due_on"))
    filers = secretaries_of(due)
    told = 0
    for day in sorted(set(due.values())):  # a deadline or two: who was given a later one is told that
        told += notify(
            users={user for key, people in filers.items() if due[key] == day for user in people},
            kind=NoticeKind.TASK,
            key=f"report-round:{round_.pk}:{today}",
            text=f"{round_}还没有填报，截止日期 {day:%Y-%m-%d}，请尽快填报。",
            url=filing_address(),
        )
    result = Reminded(told, len(due), len(due) - len(filers))
    audit.record(actor, AuditAction.CHANGE, round_, step="提醒填报", told=told, owed=len(due))
    return result
