"""What quarterly reports tell people by the clock: a deadline before it comes, what is long overdue to those above, what waits once a week."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import User
from portal.core.notices import (
    DigestLine,
    Reminder,
    digest_source,
    escalation_source,
    reminder_source,
    secretaries_of,
    staff_of,
)
from portal.core.workdays import workdays_for
from reviews.questionnaires.choices import Lateness, SheetStatus
from reviews.questionnaires.models import stands
from reviews.questionnaires.rules.lateness import OVERDUE_RED_DAYS
from reviews.reports.choices import DifficultyStatus, PostChangeStatus
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import Difficulty, PostChange
from reviews.reports.services.telling import filing_address

REMINDED_BEFORE = 3  # working days: a practice of the house, no document asks for it
_FURTHEST = datetime.timedelta(days=30)  # three working days never take longer, the longest holidays included


def deadlines_near(today: datetime.date) -> Iterator[Reminder]:
    """Remind the filers of a report not yet handed in, three working days before its deadline and on the day itself."""
    drafts = QuarterlyReport.objects.fileable().filter(status=SheetStatus.DRAFT)
    near = drafts.filter(due_on__gte=today, due_on__lte=today + _FURTHEST).select_related("association")
    reports = list(near.listed().order_by("pk"))
    if not reports:
        return
    calendar = workdays_for(today, today + _FURTHEST)
    filers = secretaries_of(report.association_id for report in reports)
    for report in reports:
        left = calendar.between(today, report.due_on)
        if left > REMINDED_BEFORE:
            continue
        step = "last-day" if report.due_on == today else "before"
        when = "今天截止" if report.due_on == today else f"{report.due_on:%Y-%m-%d} 截止"
        yield Reminder(
            users=frozenset(filers[report.association_id]),
            key=f"report:{report.pk}:{report.due_on}:{step}",
            text=f"{report}{when}，还没有提交。",
            url=filing_address(report.pk),
        )


def long_overdue(today: datetime.date) -> Iterator[Reminder]:
    """Tell the committee that oversees them, once for a round, that associations have not filed long after the deadline."""
    long_ago = today - datetime.timedelta(days=OVERDUE_RED_DAYS)
    overdue = QuarterlyReport.objects.counted().filter(stands(Lateness.OVERDUE, long_ago))
    late: Any = overdue.with_committee(today)  # annotated columns are unknown to the stubs
    rows = late.filter(committee_id__isnull=False).select_related("round").listed().order_by("round", "pk")
    owed_to: dict[tuple[int, int], list[QuarterlyReport]] = defaultdict(list)
    for report in rows:
        owed_to[report.round_id, report.committee_id].append(report)
    if not owed_to:
        return
    people = staff_of(committee for _, committee in owed_to)
    for (round_, committee), reports in owed_to.items():
        yield Reminder(
            users=frozenset(people[committee]),
            key=f"reports:{round_}:{committee}:overdue",
            text=f"{reports[0].round}：有 {len(reports)} 家协会逾期超过 {OVERDUE_RED_DAYS} 天没有填报。",
            url=f"{reverse('reviews:round-reports', args=[round_])}?lateness={Lateness.OVERDUE}",
        )


# --- what waits for a person: the digest and the first page tell the same ---


def owed_reports(user: User) -> int:
    """Return how many reports a secretary still can and has to hand in."""
    if not user.scope.has(Role.SECRETARY):
        return 0
    return QuarterlyReport.objects.fileable().filter(association__in=user.scope.limit.association_ids).count()


def reports_to_review(user: User, today: datetime.date) -> int:
    return QuarterlyReport.objects.turn_of(user, today).count()


def changes_to_carry_out(user: User, today: datetime.date) -> int:
    if not user.scope.has(*COMMITTEE_ROLES):
        return 0
    return PostChange.objects.visible_to(user, today).filter(status=PostChangeStatus.OPEN).count()


def difficulties_to_answer(user: User, today: datetime.date) -> int:
    if not user.scope.has(*COMMITTEE_ROLES):
        return 0
    return Difficulty.objects.visible_to(user, today).filter(status=DifficultyStatus.OPEN).count()


def what_waits(user: User, today: datetime.date) -> Iterator[DigestLine]:
    """Tell a filer what is owed, a committee what waits for its decision."""
    if owed := owed_reports(user):
        yield DigestLine(f"{owed} 份季报待填报", filing_address())
    if count := reports_to_review(user, today):
        yield DigestLine(f"{count} 份季报待审核", reverse("reviews:review-queue"))
    if count := changes_to_carry_out(user, today):
        yield DigestLine(f"{count} 条班子变动待办理", reverse("reviews:post-change-list"))
    if count := difficulties_to_answer(user, today):
        yield DigestLine(f"{count} 条困难诉求待答复", reverse("reviews:difficulty-list"))


reminder_source(deadlines_near)
escalation_source(long_overdue)
digest_source(what_waits)
