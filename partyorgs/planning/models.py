"""Coverage targets and the tasks that lead to them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from associations.models import Association
from partyorgs.planning.choices import PlanForm
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import Committee, User
from portal.core.snapshots import reaches_nothing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class CoverageTargetQuerySet(models.QuerySet["CoverageTarget"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(committee__in=Committee.objects.visible_to(user))


class CoverageTarget(models.Model):
    """覆盖目标: committee × indicator × due date × value, with the document it comes from."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="targets", verbose_name="党建工作领导机构")
    indicator = models.CharField("指标", max_length=40)
    due_on = models.DateField("完成期限")
    value = models.DecimalField(
        "目标值（%）",
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    source = models.CharField(
        "依据", max_length=200, help_text="写明文件名称、文号或会议，例如：省委社会工作部2024年工作要点"
    )

    objects = CoverageTargetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "覆盖目标"
        ordering = ("committee__path", "indicator", "due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                name="coverage_target_once",
                fields=["committee", "indicator", "due_on"],
                violation_error_message="该机构、指标和期限的目标已存在。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.committee}目标：{self.due_on:%Y-%m-%d} 前达到 {self.value} %"

    @property
    def fraction(self) -> Fraction:
        """Return the target as an exact share: 80.00 is 4/5."""
        return Fraction(self.value) / 100


class CoverageTaskQuerySet(models.QuerySet["CoverageTask"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the tasks about associations that `user` sees: the committees' and the secretaries' own."""
        if not scope_of(user).has(*COMMITTEE_ROLES, Role.SECRETARY):
            return self.none()
        about = CoverageTask.associations.through.objects.filter(
            association__in=Association.objects.visible_to(user, today)
        )
        return self.filter(pk__in=about.values("coveragetask"))


class CoverageTask(models.Model):
    """组建任务: which associations are to be covered, how, with whose help, by when. Done when the figures say so: see `facts`."""

    committee = models.ForeignKey(
        Committee, models.PROTECT, related_name="coverage_tasks", verbose_name="党建工作领导机构"
    )
    form = models.CharField("组建方式", max_length=20, choices=PlanForm.choices)
    associations = models.ManyToManyField(Association, related_name="coverage_tasks", verbose_name="协会")
    helper = models.CharField("帮建人", max_length=60)
    due_on = models.DateField("完成期限")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="安排人")
    created_at = models.DateTimeField("安排时间", auto_now_add=True)
    cancelled_on = models.DateField("取消日期", null=True, blank=True)
    cancel_reason = models.CharField("取消原因", max_length=200, blank=True)

    objects = CoverageTaskQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组建任务"
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                name="coverage_task_cancelled_with_reason",
                condition=Q(cancelled_on=None, cancel_reason="")
                | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
                violation_error_message="取消任务须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_form_display()}任务（{self.due_on:%Y-%m-%d}前）"


reaches_nothing("partyorgs.coveragetarget", "partyorgs.coveragetask")  # what is to be reached changes no fact
