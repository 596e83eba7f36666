"""季报: a round of a quarter, a report of each association in it, what was done with it and what it left behind."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from associations.models import Association, Oversight
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import Committee, Job, Snapshot, User, lineage
from portal.core.quarters import Quarter
from portal.core.snapshots import reaches
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.reports.choices import WITH_FILER, WITH_REVIEWER, Lateness, QuarterlyStatus, ReportVerb, RoundStatus
from reviews.reports.rules.lateness import Punctuality, punctuality

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser


class ReportRoundQuerySet(models.QuerySet["ReportRound"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rounds that concern a committee's subtree from above or below; secretaries see their report, not the round."""
        scope = scope_of(user)
        if not scope.has(*COMMITTEE_ROLES):
            return self.none()
        within = Committee.objects.visible_to(user)
        above = {one for path in scope.limit.paths for one in lineage(path)}
        return self.filter(Q(committee__in=within) | Q(committee__path__in=above))


class ReportRound(models.Model):
    """One quarter's reports of a part of the tree, by one version of a questionnaire for good."""

    year = models.PositiveSmallIntegerField("年份")
    number = models.PositiveSmallIntegerField("季度")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="report_rounds", verbose_name="填报范围")
    version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, related_name="report_rounds", verbose_name="模板版本"
    )
    due_on = models.DateField("截止日期")
    has_second_review = models.BooleanField("省级复核", default=False)
    status = models.CharField("状态", max_length=12, choices=RoundStatus.choices, default=RoundStatus.OPENING)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    opened_at = models.DateTimeField("发起时间")
    opened_on = models.DateField("发起日期")
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="后台任务")
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="截止或者取消人"
    )
    closed_at = models.DateTimeField("截止或者取消时间", null=True, blank=True)
    close_reason = models.CharField("截止或者取消原因", max_length=200, blank=True)
    # What the registry said when the round was closed: the figures of a closed round are read from it.
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="数据快照"
    )

    objects = ReportRoundQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季报批次"
        ordering = ("-year", "-number", "-pk")
        constraints = (
            models.UniqueConstraint(
                name="report_round_once",
                fields=["year", "number", "committee"],
                condition=~Q(status=RoundStatus.CANCELLED),
                violation_error_message="该机构这一季度的季报已经发起。",
            ),
            models.CheckConstraint(
                name="report_round_of_one_of_four_quarters",
                condition=Q(number__gte=1, number__lte=4),
                violation_error_message="季度只能是第一至第四季度。",
            ),
            models.CheckConstraint(
                name="report_round_due_not_before_it_opens",
                condition=Q(due_on__gte=F("opened_on")),
                violation_error_message="截止日期不能早于发起日期。",
            ),
            models.CheckConstraint(
                name="report_round_ended_by_somebody_at_a_time",
                condition=Q(status__in=(RoundStatus.CLOSED, RoundStatus.CANCELLED), closed_at__isnull=False)
                | Q(status__in=(RoundStatus.OPENING, RoundStatus.OPEN), closed_at=None),
                violation_error_message="截止或者取消的批次须有时间，其他批次没有。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quarter}季报"

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, self.number)


def stands(kind: str, today: datetime.date) -> Q:
    """Return the condition that a report stands so against its deadline: the SQL of `rules.reports.lateness.punctuality`."""
    return {
        Lateness.OPEN: Q(submitted_on=None, due_on__gte=today),
        Lateness.OVERDUE: Q(submitted_on=None, due_on__lt=today),
        Lateness.ON_TIME: Q(submitted_on__lte=F("due_on")),
        Lateness.LATE: Q(submitted_on__gt=F("due_on")),
    }[Lateness(kind)]


class QuarterlyReportQuerySet(models.QuerySet["QuarterlyReport"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the reports of the associations that committees oversee today, and a secretary's own."""
        if not scope_of(user).has(*COMMITTEE_ROLES, Role.SECRETARY):
            return self.none()
        return self.filter(association__in=Association.objects.visible_to(user, today))

    def counted(self) -> Self:
        """Return the reports of rounds that were not cancelled."""
        return self.filter(is_void=False)

    def in_review(self) -> Self:
        return self.filter(status__in=WITH_REVIEWER)

    def turn_of(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the reports whose next decision is this person's: a committee's first level, the province's second.

        What the province itself oversees it reviews at the first level too. One's own submission is another person's.
        """
        scope = scope_of(user)
        first = Q(status=QuarterlyStatus.SUBMITTED)
        if not scope.has(Role.COMMITTEE):
            direct = Oversight.objects.live_at(today).filter(committee__in=[each.pk for each in scope.committees])
            first &= Q(association__in=direct.values("association"))
        # `~Q` would pass over reports that nobody passed.
        second = Q(status=QuarterlyStatus.PASSED) & (Q(passed_by=None) | ~Q(passed_by=user.pk))
        turn = first | second if scope.has(Role.PROVINCE) else first
        rows = self.visible_to(user, today).counted().in_review()
        return rows.filter(turn).exclude(submitted_by=user.pk)

    def with_committee(self, today: datetime.date) -> Self:
        """Add who oversees the association today (`committee_id`, `_path`, `_name`); empty where nobody does."""
        now = Oversight.objects.live_at(today).filter(association=OuterRef("association"))
        return self.annotate(
            committee_id=Subquery(now.values("committee")[:1]),
            committee_path=Subquery(now.values("committee__path")[:1]),
            committee_name=Subquery(now.values("committee__name")[:1]),
        )

    def listed(self) -> Self:
        """Leave out what no list shows: the answers are large."""
        return self.defer("answers", "explanations", "known", "told", "unchanged", "reopened")

    def owed(self) -> Self:
        """Return the reports that wait for whoever files them."""
        return self.filter(status__in=WITH_FILER, is_void=False)

    def fileable(self) -> Self:
        """Return the owed reports that may still be handed in: the SQL of `access.reports.can_file`, whoever files.

        After the end of its round a report never handed in is owed for good, unless its own deadline was moved.
        """
        closed = Q(round__status=RoundStatus.CLOSED)
        late = closed & (~Q(status=QuarterlyStatus.DRAFT) | Q(due_on__gt=F("round__due_on")))
        return self.owed().filter(Q(round__status=RoundStatus.OPEN) | late)

    def before(self, quarter_end: datetime.date) -> Self:
        """Return what was told of earlier quarters, the newest first."""
        return self.counted().filter(quarter_end__lt=quarter_end, submitted_on__isnull=False).order_by("-quarter_end")


class QuarterlyReport(models.Model):
    """One association's report of one quarter.

    `revision` grows with every save, `submissions` with every submission. `known` and `told` are what stood there when it was
    last submitted: what the portal knew, by provider, and all answers with it; before that both are empty.
    """

    round = models.ForeignKey(ReportRound, models.PROTECT, related_name="reports", verbose_name="季报批次")
    association = models.ForeignKey(Association, models.PROTECT, related_name="reports", verbose_name="协会")
    quarter_end = models.DateField("季度末")
    is_void = models.BooleanField("批次已取消", default=False)
    status = models.CharField("状态", max_length=10, choices=QuarterlyStatus.choices, default=QuarterlyStatus.DRAFT)
    due_on = models.DateField("截止日期")
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("填报内容", default=dict)
    explanations: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField("说明", default=dict)
    # Sections of which 「本季度无变化」 was said.
    unchanged: models.JSONField[list[str], list[str]] = models.JSONField("无变化的栏目", default=list)
    known: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("提交时平台已知", default=dict)
    told: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("提交的内容", default=dict)
    # After a return these items alone may be changed; empty: all.
    reopened: models.JSONField[list[str], list[str]] = models.JSONField("退回修改的项目", default=list)
    revision = models.PositiveIntegerField("修改次数", default=0)
    submissions = models.PositiveIntegerField("提交次数", default=0)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人")
    edited_at = models.DateTimeField("填报时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    # The day of the first submission that was not withdrawn: what lateness goes by.
    submitted_on = models.DateField("首次提交日期", null=True, blank=True)
    attention = models.PositiveSmallIntegerField("须留意程度", default=0)
    attention_reasons: models.JSONField[list[str], list[str]] = models.JSONField("须留意之处", default=list)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人")
    review_begun_at = models.DateTimeField("开始审核时间", null=True, blank=True)
    passed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="初审人")
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="通过人"
    )
    approved_at = models.DateTimeField("通过时间", null=True, blank=True)
    # The day of the first approval: an unlock afterwards does not take back that it was approved.
    approved_on = models.DateField("首次通过日期", null=True, blank=True)
    unlocked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="解锁人"
    )
    unlock_reason = models.CharField("解锁原因", max_length=200, blank=True)
    unlocked_until = models.DateField("解锁至", null=True, blank=True)

    objects = QuarterlyReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "季报"
        ordering = ("-quarter_end", "association__pinyin", "pk")
        constraints = (
            models.UniqueConstraint(
                name="quarterly_report_once",
                fields=["association", "quarter_end"],
                condition=Q(is_void=False),
                violation_error_message="该协会这一季度的季报已经存在。",
            ),
            models.CheckConstraint(
                name="quarterly_report_approved_by_somebody_at_a_time",
                condition=~Q(status=QuarterlyStatus.APPROVED)
                | Q(approved_at__isnull=False, approved_by__isnull=False, approved_on__isnull=False),
                violation_error_message="已通过的季报必须有通过人和时间。",
            ),
            models.CheckConstraint(
                name="quarterly_report_in_review_was_submitted",
                condition=Q(status__in=(QuarterlyStatus.DRAFT, QuarterlyStatus.RETURNED, QuarterlyStatus.UNLOCKED))
                | Q(submitted_at__isnull=False, submitted_on__isnull=False),
                violation_error_message="待审核和已通过的季报必须有提交时间。",
            ),
            models.CheckConstraint(
                name="quarterly_report_unlocked_with_reason_and_end",
                condition=~Q(status=QuarterlyStatus.UNLOCKED)
                | (~Q(unlock_reason="") & Q(unlocked_until__isnull=False, unlocked_by__isnull=False)),
                violation_error_message="解锁须写明原因和期限。",
            ),
        )
        indexes = (
            models.Index(fields=["round", "status", "-attention", "submitted_at"]),
            models.Index(fields=["association", "-quarter_end"]),
            models.Index(fields=["status", "-attention", "submitted_at"]),
        )

    def __str__(self) -> str:
        return f"{self.association}{self.quarter}季报"

    @property
    def quarter(self) -> Quarter:
        return Quarter.of(self.quarter_end)

    def punctuality(self, today: datetime.date) -> Punctuality:
        """How it stands against its deadline."""
        return punctuality(self.due_on, self.submitted_on, today)


class ReportStep(models.Model):
    """One thing done with a report. A submission keeps what was submitted, so that the next reviewer sees what changed."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="steps", verbose_name="季报")
    verb = models.CharField("步骤", max_length=10, choices=ReportVerb.choices)
    submission = models.PositiveIntegerField("第几次提交", default=0)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=400, blank=True)
    told: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("提交的内容", default=dict)
    explanations: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField("说明", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "季报办理步骤"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return f"{self.report}：{self.get_verb_display()}"


class ReportComment(models.Model):
    """审核意见 pinned to an item of a report, made with one return."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="comments", verbose_name="季报")
    item = models.CharField("项目", max_length=40)
    text = models.CharField("意见", max_length=400)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("时间")
    submission = models.PositiveIntegerField("对第几次提交")

    class Meta:
        verbose_name = verbose_name_plural = "季报审核意见"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return f"{self.report}：{self.text}"


def attachment_path(attachment: ReportAttachment, file_name: str) -> str:
    """Return a random name: nobody guesses where a file lies, and no view serves it by its path."""
    return str(PurePosixPath("reports", f"{uuid4().hex}{PurePosixPath(file_name).suffix.lower()}"))


class ReportAttachment(models.Model):
    """A file handed in at an item of a report. Removed, it is no longer shown; what was submitted with it still names it."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="attachments", verbose_name="季报")
    item = models.CharField("项目", max_length=40)
    key = models.UUIDField("编号", default=uuid4, unique=True, editable=False)
    file = models.FileField("文件", upload_to=attachment_path)
    name = models.CharField("文件名", max_length=160)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "季报附件"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return self.name


@reaches("reviews.quarterlyreport")
def _by_report(ids: set[int]) -> Iterable[int]:
    return QuarterlyReport.objects.filter(pk__in=ids).values_list("association", flat=True)


@reaches("reviews.reportround")
def _by_round(ids: set[int]) -> Iterable[int]:
    """Return whose reports these rounds ask for; everybody where one may be the first: from then on reports are in use."""
    rounds = ReportRound.objects.filter(pk__in=ids)
    others = ReportRound.objects.exclude(pk__in=ids).exclude(status=RoundStatus.CANCELLED)
    for year, number, opened_on in rounds.values_list("year", "number", "opened_on"):
        earlier = Q(year__lt=year) | Q(year=year, number__lte=number)
        if not others.filter(earlier, due_on__lte=opened_on).exists():
            return Association.objects.values_list("pk", flat=True)
    return QuarterlyReport.objects.filter(round__in=ids).values_list("association", flat=True)
