"""Who may do what with a round of quarterly reports, and with one report."""

from __future__ import annotations

import datetime

from portal.core.access import scope_of, verb
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.models import User
from reviews.questionnaires.choices import WITH_FILER, WITH_REVIEWER, SheetStatus
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound


@verb
def can_open_round(user: User) -> Denial | None:
    """Rounds are the province's: it opens, extends, closes and cancels them."""
    return None if scope_of(user).has(Role.PROVINCE) else Denial("季报由省级发起和管理。")


@verb
def can_remind(user: User, round_: ReportRound) -> Denial | None:
    """The committees of a round's reports may remind those below who have not filed."""
    scope, path = scope_of(user), round_.committee.path
    if not scope.has(*COMMITTEE_ROLES):
        return Denial("只有党建工作领导机构可以提醒填报。")
    if not (scope.limit.covers(path) or any(own.startswith(path) for own in scope.limit.paths)):
        return Denial("这一批季报不包括您所在机构范围内的协会，不能提醒。")
    return None if round_.status == RoundStatus.OPEN else Denial(f"这一批季报{round_.get_status_display()}，不能提醒。")


@verb
def can_file(user: User, report: QuarterlyReport) -> Denial | None:
    """The association's secretary or liaison files, whoever it is by then: a draft belongs to the association."""
    if not scope_of(user).files_for(report.association_id):
        return Denial("季报由本协会的党组织书记或者联络员填报。")
    if report.is_void:
        return Denial("这一批季报已经取消，不用填报。")
    was_extended = report.due_on > report.round.due_on
    if report.round.status == RoundStatus.CLOSED and report.status == SheetStatus.DRAFT and not was_extended:
        return Denial("这一批季报已经截止。需要补报的，请联系党建工作领导机构。")
    if report.round.status == RoundStatus.OPENING:
        return Denial("这一批季报正在生成草稿，请稍后再填。")
    if report.status not in WITH_FILER:
        return Denial(f"季报{report.get_status_display()}，不能修改。")
    return None


@verb
def can_withdraw(user: User, report: QuarterlyReport) -> Denial | None:
    """A submitted report may be taken back until its review has begun."""
    if not scope_of(user).files_for(report.association_id):
        return Denial("只有本协会的填报人可以撤回。")
    if report.is_void or report.round.status != RoundStatus.OPEN:
        return Denial("这一批季报不在填报期内，不能撤回。")
    if report.status != SheetStatus.SUBMITTED:
        return Denial(f"季报{report.get_status_display()}，不能撤回。")
    if report.review_begun_at is not None:
        who = report.reviewer.name if report.reviewer else "审核人"
        return Denial(f"{who}已经开始审核，不能撤回。需要修改的，请联系审核人退回。")
    return None


@verb
def can_review_reports(user: User) -> Denial | None:
    """Reports are reviewed by the committees; whose turn a report is, `can_review` tells."""
    return None if scope_of(user).has(*COMMITTEE_ROLES) else Denial("季报由党建工作领导机构审核。")


@verb
def can_review(user: User, report: QuarterlyReport) -> Denial | None:
    """The first level is whoever oversees the association, the second the province, by another person (SEC-23)."""
    scope = scope_of(user)
    if denial := can_review_reports(user):
        return denial
    if report.is_void or report.round.status == RoundStatus.CANCELLED:
        return Denial("这一批季报已经取消。")
    if report.submitted_by_id == user.pk:
        return Denial("您提交了这份季报，须由另一人审核。")
    if report.status == SheetStatus.PASSED:
        if not scope.has(Role.PROVINCE):
            return Denial("已通过初审，由省级复核。")
        if report.passed_by_id == user.pk:
            return Denial("您做了初审，须由另一人复核。")
    return None


@verb
def can_decide(user: User, report: QuarterlyReport) -> Denial | None:
    """As `can_review`, for a report that waits for a decision."""
    if denial := can_review(user, report):
        return denial
    return None if report.status in WITH_REVIEWER else Denial(f"季报{report.get_status_display()}，没有待审核的内容。")


@verb
def can_unlock(user: User, report: QuarterlyReport) -> Denial | None:
    """After approval a committee may open a report again, for a reason and until a day."""
    if denial := can_review(user, report):
        return denial
    return None if report.status == SheetStatus.APPROVED else Denial("只有已通过的季报需要解锁。")


@verb
def can_extend(user: User, report: QuarterlyReport, today: datetime.date) -> Denial | None:
    """A deadline is moved by the province, while the report is owed."""
    if denial := can_open_round(user):
        return denial
    if report.is_void or report.status not in WITH_FILER:
        return Denial("只有尚未提交的季报可以延期。")
    return None


@verb
def can_answer(user: User) -> Denial | None:
    """Difficulties are answered, and changes of posts carried out, by the committees."""
    return None if scope_of(user).has(*COMMITTEE_ROLES) else Denial("由党建工作领导机构办理。")
