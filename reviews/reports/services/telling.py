"""Telling people of one report or round the moment that it concerns them: the filers what was decided, who has not filed."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.urls import reverse

from portal.core import audit
from portal.core.choices import AuditAction, NoticeKind
from portal.core.errors import refuse
from portal.core.models import User
from portal.core.notices import notify, secretaries_of
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.services.reminding import Reminded, remind_filers
from reviews.reports.access import can_remind
from reviews.reports.models.filing import QuarterlyReport, ReportRound


def filing_address(report: int | None = None) -> str:
    """Return the page of a report, or the list of one's own."""
    return reverse("reviews:report-detail", args=[report]) if report else reverse("reviews:report-mine")


def tell_filers(report: QuarterlyReport, step: str, text: str, *, is_result: bool = False) -> int:
    """Tell whoever files a report what became of its newest submission. Return how many were told."""
    return notify(
        users=secretaries_of([report.association_id])[report.association_id],
        kind=NoticeKind.RESULT if is_result else NoticeKind.TASK,
        key=f"report:{report.pk}:{report.submissions}:{step}",
        text=text,
        url=filing_address(report.pk),
    )


@transaction.atomic
def remind_round(*, round_: ReportRound, actor: User, today: datetime.date) -> Reminded:
    """Tell the filers of the actor's own part of a round who have not filed; each person once a day for a round."""
    refuse(can_remind(actor, round_))
    drafts = QuarterlyReport.objects.visible_to(actor, today).filter(round=round_, status=SheetStatus.DRAFT)
    due = dict(drafts.values_list("association", "due_on"))
    result = remind_filers(
        due=due,
        filers=secretaries_of(due),
        key=f"report-round:{round_.pk}:{today}",
        text=lambda day: f"{round_}还没有填报，截止日期 {day:%Y-%m-%d}，请尽快填报。",
        url=filing_address(),
    )
    audit.record(actor, AuditAction.CHANGE, round_, step="提醒填报", told=result.people, owed=len(due))
    return result
