"""A finding's history in the order in which it happened: plain values for the template."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from portal.core.models import User
from reviews.checks.choices import ExtensionStatus, FindingStatus
from reviews.checks.models.findings import Finding, FindingEvidence

OVERSEER = "党建工作领导机构"


@dataclass(frozen=True)
class FindingStep:
    on: datetime.date
    what: str
    who: str
    text: str = ""
    evidence: tuple[FindingEvidence, ...] = ()
    notice: int | None = None
    is_back: bool = False


def steps_of(finding: Finding, *, names: bool) -> list[FindingStep]:
    """Return the history of a finding, oldest first. Without `names`, a step names the side that acted, not the person."""

    def who(user: User | None) -> str:
        return (user.name if user else "") if names else OVERSEER

    found_on = finding.found_on
    steps = [(found_on, 0, FindingStep(found_on, "发现问题", who(finding.found_by), finding.detail))]
    if notice := finding.notice:
        words = f"{notice.number or '整改通知'}，期限 {notice.due_on:%Y-%m-%d}"
        issued = FindingStep(notice.issued_on, "下达整改", who(notice.issued_by), words, notice=notice.pk)
        steps.append((notice.issued_on, 1, issued))
    steps += _replies(finding, who)
    steps += [(step.on, 1, step) for step in _extensions(finding, who)]
    if finding.status == FindingStatus.DROPPED:
        steps.append((found_on, 9, FindingStep(found_on, "不予认定", "", finding.drop_reason)))
    return [step for _, _, step in sorted(steps, key=lambda each: each[:2])]


def _replies(finding: Finding, who: Callable[[User | None], str]) -> Iterator[tuple[datetime.date, int, FindingStep]]:
    """Yield replies and re-checks as (day, place within the day, step)."""
    files: dict[int | None, list[FindingEvidence]] = defaultdict(list)
    for evidence in finding.evidence.all():
        files[evidence.reply_id].append(evidence)
    for number, reply in enumerate(finding.replies.select_related("replied_by", "recheck__rechecked_by"), start=1):
        step = FindingStep(reply.replied_on, "答复", reply.replied_by.name, reply.text, tuple(files[reply.pk]))
        yield reply.replied_on, 2 * number, step
        if recheck := getattr(reply, "recheck", None):
            day = timezone.localtime(recheck.rechecked_at).date()
            label = "销号" if recheck.passed else "退回整改"
            step = FindingStep(day, label, who(recheck.rechecked_by), recheck.reason, is_back=not recheck.passed)
            yield day, 2 * number + 1, step


def _extensions(finding: Finding, who: Callable[[User | None], str]) -> Iterator[FindingStep]:
    for request in finding.extensions.select_related("asked_by", "decided_by"):
        day = timezone.localtime(request.asked_at).date()
        words = f"申请延至 {request.until:%Y-%m-%d}：{request.reason}"
        yield FindingStep(day, "申请延期", request.asked_by.name, words)
        if request.decided_at:
            day = timezone.localtime(request.decided_at).date()
            granted = request.status == ExtensionStatus.GRANTED
            label = "同意延期" if granted else "不同意延期"
            yield FindingStep(day, label, who(request.decided_by), request.decision, is_back=not granted)
