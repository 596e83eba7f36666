"""A finding's history in the order in which it happened: plain values for the template."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from portal.core.models import User
from reviews.checks.choices import ExtensionStatus, FindingStatus
from reviews.checks.models.findings import Finding, FindingEvidence

OVERSEER = "党建工作领导机构"


@dataclass(frozen=True)
class Step:
    on: datetime.date
    what: str
    who: str
    text: str = ""
    evidence: tuple[FindingEvidence, ...] = ()
    notice: int | None = None
    is_back: bool = False


def steps_of(finding: Finding, *, names: bool) -> list[Step]:
    """Return the history of a finding, oldest first. Without `names`, a step names the side that acted, not the person."""

    def who(user: User | None) -> str:
        return (user.name if user else "") if names else OVERSEER

    steps = [(finding.found_on, 0, Step(finding.found_on, "发现问题", who(finding.found_by), finding.detail))]
    if finding.notice:
        issued = finding.notice
        words = f"{issued.number or '整改通知'}，期限 {issued.due_on:%Y-%m-%d}"
        steps.append(
            (issued.issued_on, 1, Step(issued.issued_on, "下达整改", who(issued.issued_by), words, notice=issued.pk))
        )
    files: dict[int | None, list[FindingEvidence]] = defaultdict(list)
    for evidence in finding.evidence.all():
        files[evidence.reply_id].append(evidence)
    for number, reply in enumerate(finding.replies.select_related("replied_by", "recheck__rechecked_by"), start=1):
        own = Step(reply.replied_on, "答复", reply.replied_by.name, reply.text, tuple(files[reply.pk]))
        steps.append((reply.replied_on, 2 * number, own))
        if recheck := getattr(reply, "recheck", None):
            day = timezone.localtime(recheck.rechecked_at).date()
            what = "销号" if recheck.passed else "退回整改"
            looked = Step(day, what, who(recheck.rechecked_by), recheck.reason, is_back=not recheck.passed)
            steps.append((day, 2 * number + 1, looked))
    for request in finding.extensions.select_related("asked_by", "decided_by"):
        day = timezone.localtime(request.asked_at).date()
        words = f"申请延至 {request.until:%Y-%m-%d}：{request.reason}"
        steps.append((day, 1, Step(day, "申请延期", request.asked_by.name, words)))
        if request.decided_at:
            day = timezone.localtime(request.decided_at).date()
            granted = request.status == ExtensionStatus.GRANTED
            what = "同意延期" if granted else "不同意延期"
            steps.append((day, 1, Step(day, what, who(request.decided_by), request.decision, is_back=not granted)))
    if finding.status == FindingStatus.DROPPED:
        steps.append((finding.found_on, 9, Step(finding.found_on, "不予认定", "", finding.drop_reason)))
    return [step for _, _, step in sorted(steps, key=lambda each: each[:2])]
