"""抽查人员: people who can be drawn for a visit, their absences and their ties to associations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from associations.models import Association, Authority, Person
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES
from portal.core.models import Committee, User
from portal.core.snapshots import reaches_nothing

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class InspectorQuerySet(models.QuerySet["Inspector"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the pools of the own subtree to the committees; to an inspector the own row alone."""
        if scope_of(user).has(*COMMITTEE_ROLES):
            return self.filter(committee__in=Committee.objects.visible_to(user))
        return self.filter(user=user) if isinstance(user, User) else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)


class Inspector(models.Model):
    """One person of a pool. Avoidance is computed from employer and person; nobody is asked whether it applies."""

    user = models.OneToOneField(User, models.PROTECT, related_name="inspector", verbose_name="账户")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="inspectors", verbose_name="所属机构")
    # The same person in the registry, where there is one: posts held now or before keep the inspector away.
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="对应人员"
    )
    employer = models.CharField("工作单位", max_length=120)
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="工作单位（部门）"
    )
    employer_association = models.ForeignKey(
        Association,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="工作单位所属协会",
        help_text="工作单位是协会，或者是协会会员单位的，选择该协会。",
    )
    skills: models.JSONField[list[str], list[str]] = models.JSONField("专长", default=list, blank=True)
    is_active = models.BooleanField("在库", default=True)

    objects = InspectorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "抽查人员"
        ordering = ("user__name", "pk")

    def __str__(self) -> str:
        return self.user.name


class InspectorAbsence(models.Model):
    """Days on which an inspector cannot be sent, both included."""

    inspector = models.ForeignKey(Inspector, models.CASCADE, related_name="absences", verbose_name="抽查人员")
    first_day = models.DateField("第一天")
    last_day = models.DateField("最后一天")
    reason = models.CharField("原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "不能参加的日期"
        ordering = ("inspector", "first_day")
        constraints = (
            models.CheckConstraint(
                name="inspector_absence_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message="最后一天不能早于第一天。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspector} {self.first_day:%Y-%m-%d}至{self.last_day:%Y-%m-%d}"


class InspectorTie(models.Model):
    """A tie to an association that the person declared."""

    inspector = models.ForeignKey(Inspector, models.CASCADE, related_name="ties", verbose_name="抽查人员")
    association = models.ForeignKey(Association, models.CASCADE, related_name="+", verbose_name="协会")
    reason = models.CharField("利害关系", max_length=200)
    declared_at = models.DateTimeField("申报时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "利害关系"
        ordering = ("inspector", "pk")
        constraints = (
            models.UniqueConstraint(
                name="inspector_tie_once",
                fields=["inspector", "association"],
                violation_error_message="已申报过与该协会的利害关系。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspector}：{self.association}"


reaches_nothing("reviews.inspector", "reviews.inspectorabsence", "reviews.inspectortie")
