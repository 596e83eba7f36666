"""检查发现的问题: raised at a visit, noticed to the association, answered, re-checked by somebody else, closed or overdue."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from associations.models import Association
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import User
from portal.core.snapshots import reaches
from reviews.checks.choices import ExtensionStatus, FindingStatus
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.deadlines import is_overdue
from reviews.questionnaires.choices import ItemSeverity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser


class RectificationNoticeQuerySet(models.QuerySet["RectificationNotice"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the notices to associations that a committee oversees; to a secretary those of the own association."""
        if not scope_of(user).has(*COMMITTEE_ROLES, Role.SECRETARY):
            return self.none()
        return self.filter(association__in=Association.objects.visible_to(user, today))


class RectificationNotice(models.Model):
    """整改通知 to one association, stored once as it was issued."""

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="notices", verbose_name="抽查")
    association = models.ForeignKey(Association, models.PROTECT, related_name="+", verbose_name="协会")
    number = models.CharField("文号", max_length=60, blank=True)
    file = models.FileField("文件", upload_to="notices/%Y/")
    name = models.CharField("文件名", max_length=160)
    sha256 = models.CharField("校验值", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="下达人")
    issued_on = models.DateField("下达日期")
    due_on = models.DateField("整改期限")

    objects = RectificationNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改通知"
        ordering = ("-issued_on", "-pk")
        constraints = (models.UniqueConstraint(name="rectification_notice_once", fields=["spot_check", "association"]),)

    def __str__(self) -> str:
        return f"{self.association}整改通知"


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the findings at associations that a committee oversees; to a secretary the own noticed ones."""
        scope = scope_of(user)
        rows = self.filter(association__in=Association.objects.visible_to(user, today))
        if scope.has(*COMMITTEE_ROLES):
            return rows
        return rows.exclude(notice=None) if scope.has(Role.SECRETARY) else self.none()

    def counted(self) -> Self:
        """Return the findings that were not dropped."""
        return self.exclude(status=FindingStatus.DROPPED)

    def with_gravity(self) -> Self:
        """Annotate the severity as a number to sort by."""
        ranks = [models.When(severity=severity, then=rank) for rank, severity in enumerate(ItemSeverity.values)]
        return self.annotate(gravity=models.Case(*ranks, default=0, output_field=models.IntegerField()))

    def raised(self) -> Self:
        """Return the findings that wait for a notice."""
        return self.filter(status=FindingStatus.RAISED)

    def open(self) -> Self:
        """Return the findings that were noticed and are not closed yet."""
        return self.filter(status__in=(FindingStatus.NOTICED, FindingStatus.REPLIED))

    def overdue(self, day: datetime.date) -> Self:
        """Return the findings that are open on `day` although their deadline is over."""
        return self.open().filter(due_on__lt=day)


class Finding(models.Model):
    """One thing found wrong, by an item of the check list or free (`item` empty)."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="findings", verbose_name="检查任务")
    association = models.ForeignKey(Association, models.PROTECT, related_name="findings", verbose_name="协会")
    item = models.CharField("检查项目", max_length=40, blank=True)
    title = models.CharField("问题", max_length=200)
    severity = models.CharField("严重程度", max_length=10, choices=ItemSeverity.choices, default=ItemSeverity.MINOR)
    detail = models.CharField("具体情况", max_length=1000, blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    demand = models.CharField("整改要求", max_length=400, blank=True)
    found_on = models.DateField("发现日期")
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发现人")
    status = models.CharField("状态", max_length=10, choices=FindingStatus.choices, default=FindingStatus.RAISED)
    # The same item at the same association within 24 months before.
    repeats = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="repeated_by", verbose_name="上一次出现"
    )
    notice = models.ForeignKey(
        RectificationNotice, models.PROTECT, null=True, blank=True, related_name="findings", verbose_name="整改通知"
    )
    due_on = models.DateField("整改期限", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="销号人")
    drop_reason = models.CharField("不予认定原因", max_length=200, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查发现的问题"
        ordering = ("-found_on", "-pk")
        constraints = (
            models.CheckConstraint(
                name="finding_in_rectification_has_notice_and_deadline",
                condition=Q(status__in=(FindingStatus.RAISED, FindingStatus.DROPPED))
                | Q(notice__isnull=False, due_on__isnull=False),
                violation_error_message="整改中的问题须有整改通知和期限。",
            ),
            models.CheckConstraint(
                name="finding_closed_by_somebody_on_a_day",
                condition=Q(status=FindingStatus.CLOSED, closed_on__isnull=False, closed_by__isnull=False)
                | (~Q(status=FindingStatus.CLOSED) & Q(closed_on=None, closed_by=None)),
                violation_error_message="已销号的问题须有销号人和日期。",
            ),
            models.CheckConstraint(
                name="finding_dropped_with_reason",
                condition=~Q(status=FindingStatus.DROPPED) | ~Q(drop_reason=""),
                violation_error_message="不予认定须写明原因。",
            ),
            models.UniqueConstraint(
                name="finding_of_an_item_once_a_visit", fields=["visit", "item"], condition=~Q(item="")
            ),
        )
        indexes = (models.Index(fields=["association", "item", "found_on"]), models.Index(fields=["status", "due_on"]))

    def __str__(self) -> str:
        return self.title

    def is_overdue(self, day: datetime.date) -> bool:
        return is_overdue(self.due_on, self.closed_on, day)


class EvidenceQuerySet(models.QuerySet["FindingEvidence"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the evidence of the findings that a person sees; files not sent yet only to the association itself."""
        rows = self.filter(finding__in=Finding.objects.visible_to(user, today))
        return rows if scope_of(user).has(Role.SECRETARY) else rows.exclude(reply=None)


class FindingReply(models.Model):
    """整改情况, as the association answered."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="replies", verbose_name="问题")
    text = models.CharField("整改情况", max_length=1000)
    replied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="答复人")
    replied_at = models.DateTimeField("答复时间")
    replied_on = models.DateField("答复日期")

    class Meta:
        verbose_name = verbose_name_plural = "整改答复"
        ordering = ("finding", "pk")

    def __str__(self) -> str:
        return f"{self.finding}：{self.text[:20]}"


def evidence_path(evidence: FindingEvidence, file_name: str) -> str:
    """Return a random name: nobody guesses where a file lies, and no view serves it by its path."""
    return str(PurePosixPath("evidence", f"{uuid4().hex}{PurePosixPath(file_name).suffix.lower()}"))


class FindingEvidence(models.Model):
    """A file that supports a reply."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="evidence", verbose_name="问题")
    reply = models.ForeignKey(
        FindingReply, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name="答复"
    )
    key = models.UUIDField("编号", default=uuid4, unique=True, editable=False)
    file = models.FileField("文件", upload_to=evidence_path)
    name = models.CharField("文件名", max_length=160)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改佐证"
        ordering = ("finding", "pk")

    def __str__(self) -> str:
        return self.name


class Recheck(models.Model):
    """复核 of a reply by somebody else: 销号, or sent back with a reason."""

    reply = models.OneToOneField(FindingReply, models.CASCADE, related_name="recheck", verbose_name="答复")
    passed = models.BooleanField("通过")
    reason = models.CharField("复核意见", max_length=400)
    rechecked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="复核人")
    rechecked_at = models.DateTimeField("复核时间")

    class Meta:
        verbose_name = verbose_name_plural = "复核"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.reply}：{'通过' if self.passed else '退回'}"


class ExtensionQuerySet(models.QuerySet["ExtensionRequest"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user, today))


class ExtensionRequest(models.Model):
    """延期申请: made by the association, decided by the committee."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="extensions", verbose_name="问题")
    until = models.DateField("申请延至")
    reason = models.CharField("延期原因", max_length=200)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    status = models.CharField("状态", max_length=8, choices=ExtensionStatus.choices, default=ExtensionStatus.ASKED)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decided_on = models.DateField("审批日期", null=True, blank=True)
    decision = models.CharField("审批意见", max_length=200, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "整改延期"
        ordering = ("finding", "pk")
        constraints = (
            models.UniqueConstraint(
                name="extension_request_one_open",
                fields=["finding"],
                condition=Q(status=ExtensionStatus.ASKED),
                violation_error_message="已有一份延期申请待审批。",
            ),
            models.CheckConstraint(
                name="extension_request_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="申请人不能审批自己的延期申请。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding}延至{self.until:%Y-%m-%d}"


@reaches("reviews.finding")
def _by_finding(ids: set[int]) -> Iterable[int]:
    return Finding.objects.filter(pk__in=ids).values_list("association", flat=True)


@reaches("reviews.rectificationnotice")
def _by_notice(ids: set[int]) -> Iterable[int]:
    return RectificationNotice.objects.filter(pk__in=ids).values_list("association", flat=True)
