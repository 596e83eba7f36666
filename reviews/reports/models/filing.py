"""季报: a round of a quarter, a report of each association in it, what was done with it and what it left behind."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, OuterRef, Q

from associations.models import Association, Oversight
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import Committee, Job, Snapshot, User, lineage
from portal.core.quarters import Quarter
from portal.core.snapshots import reaches
from reviews.questionnaires.choices import SheetStatus
from reviews.questionnaires.models import (
    FiledSheet,
    FiledSheetQuerySet,
    QuestionnaireVersion,
    SheetAttachment,
    SheetComment,
    SheetStep,
    sheet_constraints,
)
from reviews.reports.choices import RoundStatus

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

    @property
    def is_opening(self) -> bool:
        return self.status == RoundStatus.OPENING

    @property
    def is_open(self) -> bool:
        return self.status == RoundStatus.OPEN


class QuarterlyReportQuerySet(FiledSheetQuerySet):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the reports of the associations that committees oversee today, and a secretary's own."""
        if not scope_of(user).has(*COMMITTEE_ROLES, Role.SECRETARY):
            return self.none()
        return self.filter(association__in=Association.objects.visible_to(user, today))

    def turn_of(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the reports whose next decision is this person's: a committee's first level, the province's second.

        What the province itself oversees it reviews at the first level too. One's own submission is another person's.
        """
        scope = scope_of(user)
        first = Q(status=SheetStatus.SUBMITTED)
        if not scope.has(Role.COMMITTEE):
            direct = Oversight.objects.live_at(today).filter(committee__in=[each.pk for each in scope.committees])
            first &= Q(association__in=direct.values("association"))
        # `~Q` would pass over reports that nobody passed.
        second = Q(status=SheetStatus.PASSED) & (Q(passed_by=None) | ~Q(passed_by=user.pk))
        turn = first | second if scope.has(Role.PROVINCE) else first
        rows = self.visible_to(user, today).counted().in_review()
        return rows.filter(turn).exclude(submitted_by=user.pk)

    def with_committee(self, today: datetime.date) -> Self:
        """Add who oversees the association today (`committee_id`, `_path`, `_name`); empty where nobody does."""
        now = Oversight.objects.live_at(today).filter(association=OuterRef("association"))
        return self.with_overseer(now)

    def fileable(self) -> Self:
        """Return the owed reports that may still be handed in: the SQL of `access.reports.can_file`, whoever files.

        After the end of its round a report never handed in is owed for good, unless its own deadline was moved.
        """
        closed = Q(round__status=RoundStatus.CLOSED)
        late = closed & (~Q(status=SheetStatus.DRAFT) | Q(due_on__gt=F("round__due_on")))
        return self.owed().filter(Q(round__status=RoundStatus.OPEN) | late)

    def before(self, quarter_end: datetime.date) -> Self:
        """Return what was told of earlier quarters, the newest first."""
        return self.counted().filter(quarter_end__lt=quarter_end, submitted_on__isnull=False).order_by("-quarter_end")


class QuarterlyReport(FiledSheet):
    """One association's report of one quarter: the association is the owner, the quarter's last day the period."""

    round = models.ForeignKey(ReportRound, models.PROTECT, related_name="reports", verbose_name="季报批次")
    association = models.ForeignKey(Association, models.PROTECT, related_name="reports", verbose_name="协会")
    quarter_end = models.DateField("季度末")

    read_with = ("round__version", "association", "reviewer")
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
            *sheet_constraints("quarterly_report", "季报"),
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

    @property
    def version(self) -> QuestionnaireVersion:
        return self.round.version

    @property
    def owner(self) -> Association:
        return self.association

    def reviewing_committee(self, today: datetime.date) -> Committee | None:
        """Return who reviews a report: the committee that oversees the association today."""
        overseen = Oversight.objects.live_at(today).filter(association=self.association_id).select_related("committee")
        oversight = overseen.order_by("-stated_on").first()
        return oversight.committee if oversight else None


class ReportStep(SheetStep):
    """One thing done with a report."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="steps", verbose_name="季报")

    class Meta:
        verbose_name = verbose_name_plural = "季报办理步骤"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return f"{self.report}：{self.get_verb_display()}"


class ReportComment(SheetComment):
    """审核意见 pinned to an item of a report."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="comments", verbose_name="季报")

    class Meta:
        verbose_name = verbose_name_plural = "季报审核意见"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return f"{self.report}：{self.text}"


class ReportAttachment(SheetAttachment):
    """A file handed in at an item of a report."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="attachments", verbose_name="季报")
    folder = "reports"

    class Meta:
        verbose_name = verbose_name_plural = "季报附件"
        ordering = ("report", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def sheet(self) -> QuarterlyReport:
        return self.report


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
