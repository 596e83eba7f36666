"""Reminders about findings: a near deadline, to the association; a missed one, up the tree; open work, once a week."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse

from associations.models import Oversight
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import PATH_STEP, Committee, User
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
from reviews.checks.choices import ExtensionStatus, FindingStatus
from reviews.checks.models.findings import ExtensionRequest, Finding
from reviews.checks.rules.deadlines import ESCALATED_DAYS_AFTER, REMINDED_WORKDAYS_BEFORE

Term = tuple[int, datetime.date]  # one notice's findings that are due on one day: one sentence for all of them


def _by_term(findings: Iterable[Finding]) -> dict[Term, list[Finding]]:
    terms: dict[Term, list[Finding]] = defaultdict(list)
    for finding in findings:
        assert finding.notice_id is not None  # noqa: S101 -- constraints of findings in rectification
        assert finding.due_on is not None  # noqa: S101
        terms[finding.notice_id, finding.due_on].append(finding)
    return terms


def deadlines_near(today: datetime.date) -> Iterator[Reminder]:
    """Remind the secretaries three working days before a deadline and on its day."""
    rows = Finding.objects.filter(status=FindingStatus.NOTICED, due_on__gte=today).order_by("due_on", "pk")
    terms = _by_term(rows)
    if not terms:
        return
    calendar = workdays_for()
    near = {
        key: findings for key, findings in terms.items() if calendar.add(key[1], -REMINDED_WORKDAYS_BEFORE) <= today
    }
    people = secretaries_of(findings[0].association_id for findings in near.values())
    for (notice, due_on), findings in near.items():
        on_the_day = due_on == today
        when = "今天" if on_the_day else f"{due_on:%Y-%m-%d} "
        yield Reminder(
            users=frozenset(people[findings[0].association_id]),
            key=f"rectification:{notice}:{due_on}:{'day' if on_the_day else 'near'}",
            text=f"{when}到期的整改问题还有 {len(findings)} 项没有答复。",
            url=_address(findings, "state=open"),
        )


def overdue_findings(today: datetime.date) -> Iterator[Reminder]:
    """Tell the committee that oversees an association of overdue findings there; 14 days later also the committee above."""
    rows = Finding.objects.overdue(today).select_related("association", "visit__spot_check__committee")
    terms = _by_term(rows.order_by("due_on", "pk"))
    if not terms:
        return
    overseers = _overseers({findings[0].association_id for findings in terms.values()}, today)
    committees = {each.path: each for each in Committee.objects.all()}
    notified: list[tuple[Term, list[Finding], Committee, str]] = []
    for key, findings in terms.items():
        own = overseers.get(findings[0].association_id) or findings[0].visit.spot_check.committee
        notified.append((key, findings, own, "own"))
        above = committees.get(own.path[:-PATH_STEP])
        if above is not None and (today - key[1]).days >= ESCALATED_DAYS_AFTER:
            notified.append((key, findings, above, "above"))
    people = staff_of(committee.pk for _, _, committee, _ in notified)
    for (notice, due_on), findings, committee, step in notified:
        yield Reminder(
            users=frozenset(people[committee.pk]),
            key=f"rectification:{notice}:{due_on}:overdue:{step}",
            text=f"{findings[0].association}有 {len(findings)} 项问题整改逾期（期限 {due_on:%Y-%m-%d}）。",
            url=_address(findings, "overdue=1"),
        )


def digest_lines(user: User, today: datetime.date) -> Iterator[DigestLine]:
    """Yield a person's lines of the weekly digest: findings to answer, to re-check, to decide about."""
    address = reverse("reviews:finding-list")
    if user.scope.has(Role.SECRETARY) and (number := owed_by(user, today)):
        yield DigestLine(f"待整改并答复的问题 {number} 项", f"{address}?state={FindingStatus.NOTICED}")
    if not user.scope.has(*COMMITTEE_ROLES):
        return
    for words, number, query in waiting_for(user, today):
        yield DigestLine(f"{words} {number} 项", f"{address}?{query}")


def owed_by(user: User, today: datetime.date) -> int:
    """Return how many findings wait for an answer of this secretary."""
    if not user.scope.has(Role.SECRETARY) or user.scope.has(*COMMITTEE_ROLES):
        return 0
    return Finding.objects.visible_to(user, today).filter(status=FindingStatus.NOTICED).count()


def waiting_for(user: User, today: datetime.date) -> list[tuple[str, int, str]]:
    """Return the work that waits for a member of a committee: words, number, the filter that lists it."""
    if not user.scope.has(*COMMITTEE_ROLES):
        return []
    findings = Finding.objects.visible_to(user, today)
    extensions = ExtensionRequest.objects.filter(status=ExtensionStatus.ASKED, finding__status=FindingStatus.NOTICED)
    work = (
        ("待复核的整改答复", findings.filter(status=FindingStatus.REPLIED).count(), f"state={FindingStatus.REPLIED}"),
        ("待审批的整改延期", extensions.filter(finding__in=findings).count(), "state=extension"),
        ("整改逾期的问题", findings.overdue(today).count(), "overdue=1"),
    )
    return [each for each in work if each[1]]


def _overseers(associations: set[int], day: datetime.date) -> dict[int, Committee]:
    rows = Oversight.objects.live_at(day).filter(association__in=associations).select_related("committee")
    return {row.association_id: row.committee for row in rows.order_by("pk")}


def _address(findings: list[Finding], query: str) -> str:
    """Return the address of the only finding, else of the list."""
    if len(findings) == 1:
        return reverse("reviews:finding-detail", args=[findings[0].pk])
    return f"{reverse('reviews:finding-list')}?{query}"


reminder_source(deadlines_near)
escalation_source(overdue_findings)
digest_source(digest_lines)
