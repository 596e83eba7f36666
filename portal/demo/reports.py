"""Quarterly reports of the demo: two rounds that are over and one that is open. Deterministic for a day, in bulk.

Answers are completed, judged and posted by the rules that the services use. The results are written without the services, since
a thousand reports one by one would take longer than the rest of the demo.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model
from django.utils import timezone

from associations.models import Association
from partyorgs.organizations.services.snapshots import ensure_snapshots, freeze_snapshot
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.models import Committee, User
from portal.core.operator_account import operator_at_work
from portal.core.quarters import Quarter
from reviews.questionnaires.choices import SheetStatus, SheetVerb
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.questionnaires.rules.attention import attention_of
from reviews.questionnaires.rules.content import Content
from reviews.questionnaires.rules.problems import Known, asked_of, completed, problems_of
from reviews.reports.choices import DifficultyStatus, PostChangeStatus, RoundStatus
from reviews.reports.indicators.known import known_of
from reviews.reports.models.filing import QuarterlyReport, ReportComment, ReportRound, ReportStep
from reviews.reports.models.outcomes import Difficulty, OrganizationLife, PostChange
from reviews.reports.rules.life import LIFE, meets_meetings, shortfalls

Day = datetime.date
_BATCH = 500
_ROUNDS = 3
_FLAGS = ("organization_meeting", "appraisal", "secretary_trained")
_DIFFICULTIES = (
    (
        "活动场所",
        "没有固定的党员活动室，组织生活借用会员单位会议室。",
        "已协调产业园党群服务中心会议室，每月提供一次。",
    ),
    ("党务人员", "专职人员少，党务工作由秘书处人员兼任。", "已选派党建工作指导员每季度到会指导。"),
    ("活动经费", "会费收入下降，党建活动经费不足。", "已按规定拨返党费，并指导从管理费用中列支。"),
    ("业务指导", "换届程序不熟悉，希望得到指导。", "已发送换届工作流程，并安排专人联系。"),
    ("组织设置", "会员中党员流动大，支部委员补选困难。", "已研究，暂不具备条件，继续做好党员关系转接。"),
)
_COMMENTS = (
    ("members_meetings", "支部党员大会次数与上报的会议记录不一致，请核对。"),
    ("fee_expenses", "金额较上季度变化较大，请核对单位是否为元。"),
    ("theme_days", "主题党日次数请与活动记录核对后填写。"),
)
_EXCUSES = ("负责人出差，已安排下季度补开。", "党员分散在外地，本季度未能集中。", "会员大会期间合并召开。")


@dataclass
class _Book:
    """All rows to write, and the last answers of each association."""

    content: Content
    chance: random.Random
    actors: Mapping[int, User]  # who reviews, by association
    filer: User
    own: tuple[int, User] | None  # the demo secretary's association, which is left to be filed by hand
    last: dict[int, dict[str, Any]] = field(default_factory=dict)
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Any) -> Any:
        self.rows.setdefault(type(row), []).append(row)
        return row


def build_reports(
    *, root: Committee, version: QuestionnaireVersion, today: Day, province: User, reviewer: User
) -> None:
    """Write the rounds of the last three full quarters, the newest still open, with the reports of all registered associations."""
    quarter = Quarter.of(today)
    quarters: list[Quarter] = []
    for _ in range(_ROUNDS):
        quarter = quarter.previous
        quarters.insert(0, quarter)
    secretary = User.objects.filter(username="secretary").first()
    grant = secretary.grants.first() if secretary else None
    overseen = reviewer.grants.values_list("committee", flat=True)
    below = set(
        Association.objects.live_at(today).filter(oversights__committee__in=overseen).values_list("pk", flat=True)
    )
    keys = list(Association.objects.live_at(today).order_by("pk").values_list("pk", flat=True))
    filer, _ = User.objects.get_or_create(username="filer", defaults={"name": "协会填报人（演示）", "is_active": False})
    book = _Book(
        version.parts,
        random.Random(today.toordinal()),  # noqa: S311 -- made-up data, not a secret
        {key: reviewer if key in below else province for key in keys},
        filer,
        (grant.association_id, secretary) if secretary and grant and grant.association_id else None,
    )
    rounds = [_round(root, version, quarter, today, province, is_open=quarter == quarters[-1]) for quarter in quarters]
    for round_ in rounds:
        day = round_.quarter.last_day
        live = list(Association.objects.live_at(day).filter(pk__in=keys).order_by("pk").values_list("pk", flat=True))
        known_by_association = known_of(live, day)
        for key in live:
            _report(book, round_, key, known_by_association[key], today)
    for model in (QuarterlyReport, ReportStep, ReportComment, OrganizationLife, PostChange, Difficulty):
        model._default_manager.bulk_create(book.rows.get(model, []), batch_size=_BATCH)
    audit.record(None, AuditAction.IMPORT, what="模拟季报", reports=len(book.rows[QuarterlyReport]))
    _freeze(rounds)


def _round(
    root: Committee, version: QuestionnaireVersion, quarter: Quarter, today: Day, province: User, *, is_open: bool
) -> ReportRound:
    opened_on = quarter.next.first_day + datetime.timedelta(days=7)
    due_on = opened_on + datetime.timedelta(days=18)
    more: dict[str, Any] = {"status": RoundStatus.OPEN}
    if is_open:  # some of its days are always left
        opened_on = max(quarter.next.first_day, min(opened_on, today))
        due_on = max(due_on, today + datetime.timedelta(days=6))
    else:
        closed = due_on + datetime.timedelta(days=20)
        more = {"status": RoundStatus.CLOSED, "closed_by": province, "closed_at": _noon(min(closed, today))}
    return ReportRound.objects.create(
        year=quarter.year,
        number=quarter.number,
        committee=root,
        version=version,
        due_on=due_on,
        opened_by=province,
        opened_at=_noon(opened_on),
        opened_on=opened_on,
        **more,
    )


def _noon(day: Day) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10, 20)))


def _freeze(rounds: list[ReportRound]) -> None:
    """Freeze the figures of the closed rounds."""
    closed = [round_ for round_ in rounds if round_.status == RoundStatus.CLOSED]
    ensure_snapshots(days=[round_.quarter.last_day for round_ in closed], actor=operator_at_work())
    for round_ in closed:
        round_.snapshot = freeze_snapshot(as_of=round_.quarter.last_day, actor=operator_at_work())
    ReportRound.objects.bulk_update(closed, ["snapshot"])


def _report(book: _Book, round_: ReportRound, key: int, prefilled: Mapping[str, Known], today: Day) -> None:
    """Write one association's report in a random state, with its steps and results."""
    is_open, is_own = round_.status == RoundStatus.OPEN, book.own is not None and key == book.own[0]
    status, submitted_on = _fate(book.chance, round_, today, is_open=is_open, is_own=is_own)
    report = QuarterlyReport(
        round=round_,
        association_id=key,
        quarter_end=round_.quarter.last_day,
        due_on=round_.due_on,
        status=status,
    )
    book.add(report)
    answers = _answers(book.chance, prefilled, is_own=is_own)
    if submitted_on is None:
        if is_open and not is_own and book.chance.random() < 0.3:  # noqa: PLR2004 -- begun, not finished
            report.answers = dict(list(answers.items())[:4])
            report.revision, report.edited_by, report.edited_at = 1, book.filer, _noon(max(round_.opened_on, today))
        return
    short = _submit(book, report, answers, prefilled, submitted_on, is_own=is_own)
    if status == SheetStatus.RETURNED:
        _return(book, report, min(submitted_on + datetime.timedelta(days=2), today))
    if status == SheetStatus.APPROVED:
        days = book.chance.randrange(1, 9)
        on = min(submitted_on + datetime.timedelta(days=days), today)
        _approve(book, report, on, short, is_open=is_open)


def _fate(
    chance: random.Random, round_: ReportRound, today: Day, *, is_open: bool, is_own: bool
) -> tuple[SheetStatus, Day | None]:
    drawn, span = chance.random(), (round_.due_on - round_.opened_on).days
    in_time = min(round_.opened_on + datetime.timedelta(days=chance.randrange(span + 1)), today)
    if is_own:
        return (SheetStatus.DRAFT, None) if is_open else (SheetStatus.APPROVED, in_time)
    if is_open:
        for share, status in (
            (0.42, SheetStatus.APPROVED),
            (0.60, SheetStatus.SUBMITTED),
            (0.66, SheetStatus.RETURNED),
        ):
            if drawn < share:
                return status, in_time
        return SheetStatus.DRAFT, None
    if drawn < 0.03:  # noqa: PLR2004 -- never handed in
        return SheetStatus.DRAFT, None
    if drawn < 0.09:  # noqa: PLR2004 -- late
        return SheetStatus.APPROVED, round_.due_on + datetime.timedelta(days=chance.randrange(1, 12))
    return SheetStatus.APPROVED, in_time


def _answers(chance: random.Random, prefilled: Mapping[str, Known], *, is_own: bool) -> dict[str, Any]:
    """Return the filer's answers; an association without an organization has hardly any."""
    answers: dict[str, Any] = {}
    if (has := prefilled.get("organization.exists")) is not None and has.value:
        short = 0 if is_own or chance.random() < 0.9 else chance.choice((1, 2, 3))  # noqa: PLR2004
        formal = prefilled.get("headcount.formal")
        answers = {
            "posts_changed": False,
            "members_meetings": 0 if short == 1 else chance.choice((1, 1, 2, 3)),
            "committee_meetings": 2 if short == 2 else chance.choice((3, 3, 4)),  # noqa: PLR2004
            "lectures": chance.choice((1, 1, 2)),
            "theme_days": 2 if short == 3 else chance.choice((3, 3, 4)),  # noqa: PLR2004
            "organization_meeting": chance.random() < 0.3,  # noqa: PLR2004
            "appraisal": chance.random() < 0.25,  # noqa: PLR2004
            "fee_expenses": chance.randrange(0, 400) * 10000,
            "dues_returned": chance.randrange(0, 60) * 5000,
            "secretary_trained": chance.random() < 0.3,  # noqa: PLR2004
            "workers_trained": chance.randrange(0, 4),
        }
        if formal is None or formal.value < 7:  # noqa: PLR2004 -- no committee, so no meetings of one
            del answers["committee_meetings"]
    if chance.random() < 0.2:  # noqa: PLR2004
        answers["member_service"] = "走访会员单位，协调解决用工和融资问题。"
    if not is_own and chance.random() < 0.06:  # noqa: PLR2004
        kind, text, _ = chance.choice(_DIFFICULTIES)
        answers["difficulties"] = [{"kind": kind, "text": text}]
    return answers


def _submit(
    book: _Book,
    report: QuarterlyReport,
    answers: dict[str, Any],
    prefilled: Mapping[str, Known],
    on: Day,
    *,
    is_own: bool,
) -> tuple[str, ...]:
    """Submit a report; return the items of organization life that fell short."""
    content, last = book.content, book.last.get(report.association_id, {})
    complete = completed(content, answers, prefilled)
    problems_found = problems_of(content, complete, last, {})  # once: judging takes longer than all else here
    explanations = {problem.item: book.chance.choice(_EXCUSES) for problem in problems_found if problem.is_open}
    problems = [replace(problem, explanation=explanations.get(problem.item, "")) for problem in problems_found]
    asked_codes = {item.code for item in asked_of(content, complete, last)}
    report.answers, report.explanations = answers, explanations
    report.told = {code: value for code, value in complete.items() if code in asked_codes}
    report.known = {
        provider: {"value": each.value, "since": each.since.isoformat() if each.since else None, "source": each.source}
        for provider, each in prefilled.items()
    }
    attention = attention_of(content, report.told, last, problems, has_open_changes=False)
    report.attention, report.attention_reasons = attention.weight, list(attention.reasons)
    by = book.own[1] if is_own and book.own else book.filer
    report.revision = report.submissions = 1
    report.edited_by = report.submitted_by = by
    report.edited_at = report.submitted_at = _noon(on)
    report.submitted_on = on
    book.last[report.association_id] = report.told
    step = ReportStep(report=report, verb=SheetVerb.SUBMIT, submission=1, actor=by, at=_noon(on), told=report.told)
    book.add(step)
    return shortfalls(problems)


def _return(book: _Book, report: QuarterlyReport, on: Day) -> None:
    fits = [(item, text) for item, text in _COMMENTS if item in report.told]
    item, text = book.chance.choice(fits) if fits else ("members_formal", "正式党员数请与党员名册核对。")
    actor = book.actors[report.association_id]
    report.reopened = [item]
    book.add(ReportComment(report=report, item=item, text=text, author=actor, at=_noon(on), submission=1))
    label = next(each.label for each in book.content.items if each.code == item)
    reason = f"退回 1 项：{label}"
    book.add(ReportStep(report=report, verb=SheetVerb.RETURN, submission=1, actor=actor, at=_noon(on), reason=reason))


def _approve(book: _Book, report: QuarterlyReport, on: Day, short: tuple[str, ...], *, is_open: bool) -> None:
    actor, answers = book.actors[report.association_id], report.told
    report.approved_by, report.approved_at, report.approved_on = actor, _noon(on), on
    book.add(ReportStep(report=report, verb=SheetVerb.APPROVE, submission=1, actor=actor, at=_noon(on)))
    if answers.get("has_organization") and any(code in answers for code in LIFE):
        book.add(
            OrganizationLife(
                report=report,
                association_id=report.association_id,
                quarter_end=report.quarter_end,
                shortfalls=list(short),
                meetings_met=meets_meetings(short),
                minimum_met=not short,
                **{code: answers.get(code) for code in (*LIFE, *_FLAGS)},
            )
        )
    for row in answers.get("difficulties") or ():
        answer = next(answer for _, text, answer in _DIFFICULTIES if text == row["text"])
        drawn = 1.0 if is_open else book.chance.random()
        more: dict[str, Any] = {}
        if drawn < 0.85:  # noqa: PLR2004 -- the rest still waits for an answer
            solved = drawn < 0.6 and "暂不" not in answer  # noqa: PLR2004
            status = DifficultyStatus.SOLVED if solved else DifficultyStatus.ANSWERED
            answered_on = on + datetime.timedelta(days=10)
            more = {"status": status, "answer": answer, "answered_by": actor, "answered_on": answered_on}
        book.add(Difficulty(report=report, kind=row["kind"], text=row["text"], **more))
    if is_open and answers.get("has_organization") and book.chance.random() < 0.03:  # noqa: PLR2004
        since = report.quarter_end - datetime.timedelta(days=book.chance.randrange(80))
        book.add(
            PostChange(
                report=report,
                person="陈建国",
                title="组织委员",
                is_appointment=True,
                since=since,
                status=PostChangeStatus.OPEN,
            )
        )
