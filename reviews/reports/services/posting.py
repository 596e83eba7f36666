"""What an approval leaves behind: headcounts and organization life as facts of the quarter's last day, changes of posts, difficulties."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from associations.access import can_write
from associations.models import Headcount
from associations.services.headcounts import FIGURES, correct_headcount, record_headcount
from partyorgs.organizations.choices import Setup
from partyorgs.organizations.facts import live_affiliations
from partyorgs.organizations.models import OrganizationSetup, PartyOrganization, PartyPost
from partyorgs.organizations.rules import party_title_of
from partyorgs.organizations.services.officers import appoint_officer, end_party_post
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from reviews.questionnaires.rules.problems import problems_of
from reviews.reports.access import can_answer
from reviews.reports.choices import DifficultyStatus, PostChangeStatus
from reviews.reports.indicators.known import last_told
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.models.outcomes import Difficulty, OrganizationLife, PostChange
from reviews.reports.rules.life import meets_meetings, shortfalls

# Figure of a headcount -> the provider by which an item of any questionnaire asks for it.
PROVIDERS_OF_FIGURES = {figure: f"headcount.{figure}" for figure in FIGURES}
_LIFE_FIGURES = ("members_meetings", "committee_meetings", "group_meetings", "lectures", "theme_days")
_LIFE_FLAGS = ("organization_meeting", "appraisal", "secretary_trained")
HAS_ORGANIZATION = "organization.exists"


@transaction.atomic
def post_figures(*, report: QuarterlyReport, actor: User) -> None:
    """Write what an approved report told as facts of the quarter's last day. Approved again, it replaces what it wrote."""
    refuse(can_write(actor, report.association, timezone.localdate()))
    _post_life(report)
    _post_changes(report)
    _post_difficulties(report)
    _post_headcount(report, actor)  # last: it writes to the audit log, which holds up every other write


def _post_headcount(report: QuarterlyReport, actor: User) -> None:
    content = report.content
    figures = {
        figure: report.told[item.code]
        for figure, provider in PROVIDERS_OF_FIGURES.items()
        for item in content.items
        if item.known_from == provider and isinstance(report.told.get(item.code), int)
    }
    if not figures:
        return
    source = f"{report.quarter}季报"
    kept = Headcount.objects.filter(association=report.association, as_of=report.quarter_end).first()
    if kept is None:
        record_headcount(
            association=report.association, actor=actor, as_of=report.quarter_end, source=source, **figures
        )
        return
    changed = {figure: value for figure, value in figures.items() if getattr(kept, figure) != value}
    if changed:
        correct_headcount(headcount=kept, actor=actor, reason=f"{source}审核通过", values={**changed, "source": source})


def _post_life(report: QuarterlyReport) -> None:
    """Keep the organization life of the quarter, where the association had an organization and told of it."""
    content = report.content
    answers = report.told
    has = next((answers.get(item.code) for item in content.items if item.known_from == HAS_ORGANIZATION), None)
    if not has or not any(code in answers for code in _LIFE_FIGURES):
        OrganizationLife.objects.filter(report=report).delete()
        return
    short = shortfalls(problems_of(content, answers, last_told(report), report.explanations))
    values: dict[str, Any] = {code: _whole(answers.get(code)) for code in _LIFE_FIGURES}
    values |= {code: _flag(answers.get(code)) for code in _LIFE_FLAGS}
    OrganizationLife.objects.update_or_create(
        report=report,
        defaults={
            "association": report.association,
            "quarter_end": report.quarter_end,
            "shortfalls": list(short),
            "meetings_met": meets_meetings(short),
            "minimum_met": not short,
            **values,
        },
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _post_changes(report: QuarterlyReport) -> None:
    """Keep the changes of posts that a report tells of, to be carried out; one no longer told and not carried out goes."""
    still_told = set()
    for row in report.told.get("post_changes") or []:
        is_appointment = row.get("act") == "任职"
        since = datetime.date.fromisoformat(row["since"])
        still_told.add((row["person"], row["title"], is_appointment, since))
    for change in PostChange.objects.filter(report=report, status=PostChangeStatus.OPEN):
        if (change.person, change.title, change.is_appointment, change.since) not in still_told:
            change.delete()
    for person, title, is_appointment, since in sorted(still_told):
        PostChange.objects.get_or_create(
            report=report, person=person, title=title, is_appointment=is_appointment, since=since
        )


def _post_difficulties(report: QuarterlyReport) -> None:
    still_told = {(row["kind"], row["text"]) for row in report.told.get("difficulties") or []}
    for difficulty in Difficulty.objects.filter(report=report, status=DifficultyStatus.OPEN):
        if (difficulty.kind, difficulty.text) not in still_told:
            difficulty.delete()
    for kind, text in sorted(still_told):
        Difficulty.objects.get_or_create(report=report, kind=kind, text=text)


# --- carried out by the committee ---


def _organization_of(report: QuarterlyReport, on: datetime.date) -> PartyOrganization | None:
    """Return the organization whose posts a report speaks of: the own one, else the one of longest standing."""
    rows = live_affiliations(on).filter(association=report.association).select_related("organization")
    covering = list(rows.order_by("begins_on", "pk"))
    statements = OrganizationSetup.objects.live_at(on).filter(
        organization__in=[row.organization_id for row in covering]
    )
    own = set(statements.filter(setup=Setup.OWN).values_list("organization", flat=True))
    covering.sort(key=lambda row: row.organization_id not in own)
    return covering[0].organization if covering else None


@transaction.atomic
def carry_out_change(*, change: PostChange, actor: User) -> PostChange:
    """Appoint or end in the registry what a report told. Raises RuleViolation where the registry's rules forbid it."""
    change = _open_change(change, actor)
    report = change.report
    organization = _organization_of(report, change.since)
    if organization is None:
        raise RuleViolation(f"{report.association}在 {change.since:%Y-%m-%d} 没有党组织，不能办理任免。")
    title = party_title_of(change.title)
    if change.is_appointment:
        appoint_officer(
            organization=organization,
            association=report.association,
            actor=actor,
            title=title,
            begins_on=change.since,
            name=change.person,
        )
    else:
        posts = PartyPost.objects.live_at(change.since - datetime.timedelta(days=1)).filter(
            organization=organization, title=title, person__name=change.person
        )
        post = posts.first()
        if post is None:
            raise RuleViolation(f"没有找到{change.person}的{change.title}任职记录，请到党组织页面核对。")
        end_party_post(post=post, actor=actor, on=change.since, reason=f"{report.quarter}季报")
    return _decide(change, actor, PostChangeStatus.DONE, "")


@transaction.atomic
def decline_change(*, change: PostChange, actor: User, reason: str) -> PostChange:
    """Leave the registry as it is, for a reason."""
    change = _open_change(change, actor)
    if not reason.strip():
        raise RuleViolation("请填写不予办理的原因。", "reason")
    return _decide(change, actor, PostChangeStatus.DECLINED, reason.strip())


def _open_change(change: PostChange, actor: User) -> PostChange:
    refuse(can_answer(actor))
    rows = PostChange.objects.select_for_update(of=("self",)).select_related("report__association", "decided_by")
    change = rows.get(pk=change.pk)
    refuse(can_write(actor, change.report.association, timezone.localdate()))
    if change.status != PostChangeStatus.OPEN:
        who = change.decided_by.name if change.decided_by else "系统"
        raise RuleViolation(f"已由{who}办理（{change.get_status_display()}）。")
    return change


def _decide(change: PostChange, actor: User, status: PostChangeStatus, reason: str) -> PostChange:
    change.status, change.decided_by, change.decided_at, change.reason = status, actor, timezone.now(), reason
    change.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    audit.record(actor, AuditAction.CHANGE, change, step=change.get_status_display(), reason=reason)
    return change


@transaction.atomic
def answer_difficulty(
    *, difficulty: Difficulty, actor: User, today: datetime.date, answer: str, solved: bool
) -> Difficulty:
    """Answer a difficulty asked back upward; answered again, the new words stand and the log keeps the old ones."""
    refuse(can_answer(actor))
    difficulty = Difficulty.objects.select_for_update().get(pk=difficulty.pk)
    refuse(can_write(actor, difficulty.report.association, today))
    if not answer.strip():
        raise RuleViolation("请填写答复。", "answer")
    before: Mapping[str, Any] = audit.state_of(difficulty, "status", "answer")
    difficulty.status = DifficultyStatus.SOLVED if solved else DifficultyStatus.ANSWERED
    difficulty.answer, difficulty.answered_by, difficulty.answered_on = answer.strip()[:400], actor, today
    difficulty.save()
    after = audit.state_of(difficulty, "status", "answer")
    audit.record(actor, AuditAction.CHANGE, difficulty, before=before, after=after)
    return difficulty
