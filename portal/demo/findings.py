"""Findings of the demo province: a published check of the last half year with findings in every state, one without notices yet."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from associations.models import Association, Oversight
from portal.core.choices import CommitteeKind, Role
from portal.core.models import Committee, Grant, User
from portal.core.quarters import months_after
from reviews.checks.choices import CheckKind, CheckStatus, Selection, VisitStatus
from reviews.checks.models.findings import ExtensionRequest, Finding, FindingReply, Recheck
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.services.findings import drop_finding, mark_repeats
from reviews.checks.services.notices import issue_notice
from reviews.checks.services.rectifying import (
    decide_extension,
    keep_evidence,
    recheck_finding,
    reply_finding,
    request_extension,
)
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.services.versions import create_questionnaire, publish_version

Day = datetime.date
_PDF = b"%PDF-1.4\n% synthetic evidence\n"
_VISITS = 12
_LIAISONS = ["于海", "孔祥", "白羽", "石磊", "江帆", "任远", "沈静", "陆鸣", "金波", "夏雨", "秦岭", "钟毅"]
# What becomes of an item, by place of the association: 0 is the one whose secretary the demo signs in as.
_FATES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("meetings", "extended"), ("dues", "in time")),
    (("meetings", "replied"), ("theme_day", "in time")),
    (("built", "overdue"), ("decisions", "late")),
    (("meetings", "in time"), ("term", "in time")),
    (),
    (("theme_day", "in time"),),
    (("charter", "asked"), ("members_match", "in time")),
    (("dues", "in time"), ("meetings", "in time")),
    (),
    (("place", "dropped"),),
    (("charter", "late"), ("meetings", "back")),
)
_DETAIL = {
    "built": "正式党员已有4名，尚未建立党组织，也没有提出组建计划",
    "meetings": "第一季度没有召开支部党员大会，支部委员会会议记录缺两次",
    "theme_day": "二月、三月没有开展主题党日",
    "dues": "部分党员党费没有按月交纳",
    "decisions": "年度预算调整没有事先听取党组织意见",
    "term": "任期届满前没有启动换届准备工作",
    "charter": "章程修订后没有载明党的建设内容",
    "members_match": "平台登记的正式党员数比党员名册多1名",
    "funds": "本年度预算没有安排党建工作经费",
    "place": "没有固定的活动场所",
}


@dataclass(frozen=True)
class _People:
    """The people who act in the demo: `province` issues, `second` re-checks; `today` is the last day of any step."""

    province: User
    second: User
    today: Day


def ensure_findings(*, today: Day, province: User, second: User, secretary: User) -> None:
    """Create findings where there are none. `second` re-checks what `province` issued."""
    if Finding.objects.exists():
        return
    root = Committee.objects.get(parent=None)
    committee = Committee.objects.filter(kind=CommitteeKind.COMPREHENSIVE).order_by("path").first() or root
    chosen = _chosen(today, secretary, committee)
    people = _People(province, second, today)
    begins_on = _last_half(today)
    version = _check_list(province)
    earlier = _check(root, version, months_after(begins_on, -12), people)
    _settle([(_finding(_visit(chosen[3], earlier, 0, province), "meetings"), "in time")], people)
    _publish(earlier, province)
    check = _check(root, version, begins_on, people)
    for place, association in enumerate(chosen):
        if place == len(_FATES):
            _visit(association, check, place, province, excuse="协会正在搬迁，暂无办公场所")
            continue
        visit = _visit(association, check, place, province)
        findings = [(_finding(visit, item), fate) for item, fate in _FATES[place]]
        mark_repeats(findings=[finding for finding, _ in findings])
        _settle(findings, people)
    _publish(check, province)
    special = _check(committee, version, months_after(today, -1), people, kind=CheckKind.SPECIAL)
    overseen = _overseen(committee, today)
    of_committee = [each for each in chosen if each.pk in overseen] or chosen[:1]
    for place, association in enumerate(of_committee[-2:]):
        visit = _visit(association, special, place, province)
        mark_repeats(findings=[_finding(visit, "decisions"), _finding(visit, "funds")])
    SpotCheck.objects.filter(pk=special.pk).update(status=CheckStatus.CLOSED)


def _chosen(today: Day, secretary: User, committee: Committee) -> list[Association]:
    """Return twelve associations: the demo secretary's, some of its committee, the rest from all over the tree."""
    live = Association.objects.live_at(today)
    own = live.filter(pk__in=secretary.scope.limit.association_ids).first()
    near = list(live.filter(pk__in=_overseen(committee, today)).exclude(pk=own.pk if own else 0).order_by("pk")[:3])
    rest = live.exclude(pk__in=[each.pk for each in (own, *near) if each]).order_by("pk")
    step = max(1, rest.count() // _VISITS)
    chosen = [*([own] if own else []), *near, *rest[::step]]
    return chosen[: len(_FATES) + 1]


def _overseen(committee: Committee, day: Day) -> set[int]:
    return set(Oversight.objects.live_at(day).filter(committee=committee).values_list("association", flat=True))


def _last_half(today: Day) -> Day:
    """Return the day on which the check of the last half year began: in May, or in November."""
    return datetime.date(today.year, 5, 12) if today.month > 6 else datetime.date(today.year - 1, 11, 10)  # noqa: PLR2004


def _half_name(day: Day) -> str:
    return f"{day.year}年{'上' if day.month <= 6 else '下'}半年随机抽查"  # noqa: PLR2004


def _check_list(province: User) -> QuestionnaireVersion:
    published = QuestionnaireVersion.objects.filter(
        questionnaire__kind=QuestionnaireKind.CHECK_LIST, status=VersionStatus.PUBLISHED
    ).first()
    if published is not None:
        return published
    version = create_questionnaire(kind=QuestionnaireKind.CHECK_LIST, name="抽查清单", actor=province, from_preset=True)
    return publish_version(version=version, actor=province, seen=version.revision)


def _moment(day: Day) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))


def _check(
    committee: Committee,
    version: QuestionnaireVersion,
    begins_on: Day,
    people: _People,
    kind: CheckKind = CheckKind.RANDOM,
) -> SpotCheck:
    actor = people.province
    ends_on = begins_on + datetime.timedelta(days=20)
    return SpotCheck.objects.create(
        kind=kind,
        selection=Selection.DRAW if kind == CheckKind.RANDOM else Selection.HAND,
        name=_half_name(begins_on) if kind == CheckKind.RANDOM else f"{committee}专项检查",
        committee=committee,
        version=version,
        begins_on=begins_on,
        ends_on=ends_on,
        as_of=begins_on,
        number=_VISITS,
        status=CheckStatus.RELEASED,
        created_by=actor,
        released_by=actor,
        released_at=_moment(begins_on),
        closed_by=actor,
        closed_at=_moment(ends_on),
    )


def _publish(check: SpotCheck, actor: User) -> None:
    """Publish a check without its service, which would write today as the day."""
    published_at = _moment(check.ends_on + datetime.timedelta(days=10))
    SpotCheck.objects.filter(pk=check.pk).update(
        status=CheckStatus.PUBLISHED, published_by=actor, published_at=published_at
    )


def _visit(association: Association, check: SpotCheck, place: int, actor: User, excuse: str = "") -> Visit:
    day = check.begins_on + datetime.timedelta(days=place % 10 + 1)
    done = {} if excuse else {"done_by": actor, "done_at": _moment(day)}
    return Visit.objects.create(
        spot_check=check,
        association=association,
        planned_on=day,
        status=VisitStatus.EXCUSED if excuse else VisitStatus.DONE,
        excuse=excuse,
        stratum="风险较高" if place % 3 == 0 else "风险一般",
        **done,
    )


def _finding(visit: Visit, code: str) -> Finding:
    item = visit.content.item(code)
    assert item is not None, code  # noqa: S101 -- of the preset check list
    return Finding.objects.create(
        visit=visit,
        association=visit.association,
        item=code,
        title=f"“{item.label}”不符合",
        severity=item.severity,
        detail=_DETAIL.get(code, ""),
        basis=item.basis,
        found_on=visit.planned_on or visit.spot_check.begins_on,
        found_by=visit.spot_check.created_by,
    )


def _settle(findings: Sequence[tuple[Finding, str]], people: _People) -> None:
    """Issue the notice, then lead each finding to its fate; every step on a day of its own."""
    for finding, fate in findings:
        if fate == "dropped":
            drop_finding(finding=finding, actor=people.province, reason="协会与会员单位共用活动场所，符合要求")
    standing = [(finding, fate) for finding, fate in findings if fate != "dropped"]
    if not standing:
        return
    check, association = standing[0][0].visit.spot_check, standing[0][0].association
    issued_on = check.ends_on + datetime.timedelta(days=5)
    number = f"苏社工改〔{issued_on.year}〕{check.notices.count() + 1}号"
    notice = issue_notice(check=check, association=association, actor=people.province, today=issued_on, number=number)
    liaison = _liaison(association)
    for finding, fate in standing:
        finding.refresh_from_db()
        _go(finding, fate, notice.due_on, liaison, people)


def _liaison(association: Association) -> User:
    """Return the account that answers for an association: its own, or one nobody can sign in with."""
    grant = Grant.objects.filter(role=Role.SECRETARY, association_id=association.pk).select_related("user").first()
    if grant is not None:
        return grant.user
    place = User.objects.filter(username__startswith="liaison").count()
    user = User(username=f"liaison{place + 1}", name=_LIAISONS[place % len(_LIAISONS)])
    user.set_unusable_password()
    user.save()
    Grant.objects.create(user=user, role=Role.SECRETARY, association_id=association.pk)
    return user


def _go(finding: Finding, fate: str, due_on: Day, liaison: User, people: _People) -> None:
    today, second = people.today, people.second
    early = due_on - datetime.timedelta(days=6)
    match fate:
        case "in time":
            _answer(finding, liaison, early, "已按要求整改，相关记录见附件")
            _look(finding, second, min(today, due_on - datetime.timedelta(days=2)), passed=True)
        case "late":
            _answer(finding, liaison, min(today, due_on + datetime.timedelta(days=3)), "已完成整改，材料见附件")
            _look(finding, second, min(today, due_on + datetime.timedelta(days=8)), passed=True)
        case "replied":
            _answer(finding, liaison, early, "已补开支部党员大会，会议记录见附件")
        case "back":
            _answer(finding, liaison, early, "已补开支部党员大会")
            _look(finding, second, due_on - datetime.timedelta(days=1), passed=False)
        case "extended" | "asked":
            until = max(
                due_on + datetime.timedelta(days=5), min(today + datetime.timedelta(days=12), months_after(due_on, 6))
            )
            request = request_extension(
                finding=finding, actor=liaison, today=early, until=until, reason="须经会员大会表决，会议已列入计划"
            )
            ExtensionRequest.objects.filter(pk=request.pk).update(asked_at=_moment(early))
            if fate == "extended":
                decide_extension(request=request, actor=second, today=due_on, granted=True, decision="同意")
                ExtensionRequest.objects.filter(pk=request.pk).update(decided_at=_moment(due_on))


def _answer(finding: Finding, liaison: User, day: Day, text: str) -> None:
    keep_evidence(finding=finding, actor=liaison, uploads=[SimpleUploadedFile("整改材料.pdf", _PDF)])
    reply = reply_finding(finding=finding, actor=liaison, today=day, text=text)
    FindingReply.objects.filter(pk=reply.pk).update(replied_at=_moment(day))


def _look(finding: Finding, second: User, day: Day, *, passed: bool) -> None:
    reply = finding.replies.latest("pk")
    words = "已查看整改材料，符合要求" if passed else "只有会议通知，没有会议记录，请补充"
    recheck = recheck_finding(
        finding=finding, actor=second, today=day, seen_reply=reply.pk, passed=passed, reason=words
    )
    Recheck.objects.filter(pk=recheck.pk).update(rechecked_at=_moment(day))
