"""What approved quarterly reports leave behind: organization life of a quarter, changes of posts, difficulties."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from associations.models import Association
from portal.core.models import User
from portal.core.quarters import Quarter
from portal.core.snapshots import reaches_nothing
from reviews.reports.choices import DifficultyStatus, PostChangeStatus
from reviews.reports.models.filing import QuarterlyReport

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class OrganizationLife(models.Model):
    """组织生活 of an association's organization in a quarter, as an approved report told it.

    `shortfalls` are the items whose minimum was not met, by the rules of the report's questionnaire version.
    """

    report = models.OneToOneField(
        QuarterlyReport, models.CASCADE, related_name="organization_life", verbose_name="季报"
    )
    association = models.ForeignKey(Association, models.PROTECT, related_name="organization_life", verbose_name="协会")
    quarter_end = models.DateField("季度末")
    members_meetings = models.PositiveIntegerField("支部党员大会", null=True, blank=True)
    committee_meetings = models.PositiveIntegerField("支部委员会会议", null=True, blank=True)
    group_meetings = models.PositiveIntegerField("党小组会", null=True, blank=True)
    lectures = models.PositiveIntegerField("党课", null=True, blank=True)
    theme_days = models.PositiveIntegerField("主题党日", null=True, blank=True)
    organization_meeting = models.BooleanField("组织生活会", null=True, blank=True)
    appraisal = models.BooleanField("民主评议党员", null=True, blank=True)
    shortfalls: models.JSONField[list[str], list[str]] = models.JSONField("未达到最低次数的项目", default=list)
    meetings_met = models.BooleanField("三会一课达标")
    minimum_met = models.BooleanField("组织生活达标")
    secretary_trained = models.BooleanField("书记参加轮训", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "组织生活"
        ordering = ("association", "quarter_end")
        constraints = (
            models.UniqueConstraint(name="organization_life_once", fields=["association", "quarter_end"]),
            models.CheckConstraint(
                name="organization_life_minimum_includes_meetings",
                condition=Q(minimum_met=False) | Q(meetings_met=True),
                violation_error_message="三会一课未达标的，组织生活不能达标。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.association}{Quarter.of(self.quarter_end)}组织生活"


class PostChangeQuerySet(models.QuerySet["PostChange"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        return self.filter(report__in=QuarterlyReport.objects.visible_to(user, today))


class PostChange(models.Model):
    """班子变动 told by an approved report: to be carried into the registry, or not, by the committee."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="post_changes", verbose_name="季报")
    person = models.CharField("姓名", max_length=60)
    title = models.CharField("职务", max_length=30)
    is_appointment = models.BooleanField("任职")
    since = models.DateField("日期")
    status = models.CharField("状态", max_length=10, choices=PostChangeStatus.choices, default=PostChangeStatus.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)

    objects = PostChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "班子变动"
        ordering = ("report", "pk")
        constraints = (
            models.UniqueConstraint(
                name="post_change_told_once", fields=["report", "person", "title", "is_appointment", "since"]
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}{self.since:%Y-%m-%d}{'任' if self.is_appointment else '免'}{self.title}"

    @property
    def is_open(self) -> bool:
        return self.status == PostChangeStatus.OPEN


class DifficultyQuerySet(models.QuerySet["Difficulty"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        return self.filter(report__in=QuarterlyReport.objects.visible_to(user, today))


class Difficulty(models.Model):
    """困难诉求 asked back upward in an approved report, and what became of it."""

    report = models.ForeignKey(QuarterlyReport, models.CASCADE, related_name="difficulties", verbose_name="季报")
    kind = models.CharField("类别", max_length=40)
    text = models.CharField("内容", max_length=400)
    status = models.CharField("状态", max_length=10, choices=DifficultyStatus.choices, default=DifficultyStatus.OPEN)
    answer = models.CharField("答复", max_length=400, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_on = models.DateField("答复日期", null=True, blank=True)

    objects = DifficultyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "困难诉求"
        ordering = ("report", "pk")
        constraints = (
            models.UniqueConstraint(name="difficulty_told_once", fields=["report", "kind", "text"]),
            models.CheckConstraint(
                name="difficulty_answered_with_words",
                condition=Q(status=DifficultyStatus.OPEN, answered_on=None)
                | (~Q(status=DifficultyStatus.OPEN) & Q(answered_on__isnull=False) & ~Q(answer="")),
                violation_error_message="答复须写明内容。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}：{self.text}"


reaches_nothing("reviews.postchange", "reviews.difficulty")  # the registry's own services tell what they change
