"""One visit of a check: its inspectors, the entries from their phones, photos and signatures."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from associations.models import Association
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.models import User
from portal.core.snapshots import reaches
from reviews.checks.choices import UPCOMING, AssignmentStatus, CheckStatus, VisitStatus
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import Draw, SpotCheck
from reviews.questionnaires.models import AnswerSheet, QuestionnaireVersion

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from django.contrib.auth.models import AnonymousUser


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the visits of the checks that a committee sees; to an inspector the own open ones, once released."""
        scope = scope_of(user)
        own = self.open_to(user) if scope.has(Role.INSPECTOR) and isinstance(user, User) else self.none()
        if not scope.has(*COMMITTEE_ROLES):
            return own
        # Whoever has both roles may be sent beyond the own subtree.
        return self.filter(Q(spot_check__in=SpotCheck.objects.visible_to(user)) | Q(pk__in=own.values("pk")))

    def readable_by(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the visits whose check list, photos and signatures a committee may read.

        These are all visits of own checks, and of a published check from above those at associations that it oversees.
        """
        own = Q(spot_check__in=SpotCheck.objects.kept_by(user))
        published = Q(spot_check__in=SpotCheck.objects.visible_to(user))
        return self.filter(own | published & Q(association__in=Association.objects.visible_to(user, today)))

    def upcoming(self) -> Self:
        """Return the visits that are still to be made, released or not."""
        return self.filter(status__in=UPCOMING)

    def open_to(self, user: User) -> Self:
        """Return the released visits that a person is still to make."""
        return self.released_to(user).filter(status=VisitStatus.OPEN, spot_check__status=CheckStatus.RELEASED)

    def released_to(self, user: User) -> Self:
        """Return the released visits that a person is or was assigned to, ended ones too: a phone may send after the end."""
        own = VisitAssignment.objects.filter(inspector__user=user, status=AssignmentStatus.ASSIGNED)
        return self.filter(pk__in=own.values("visit")).exclude(status=VisitStatus.PLANNED)


class Visit(AnswerSheet):
    """The check list of one association, filled in on phones: the association is the owner, the occasion one spot check."""

    spot_check = models.ForeignKey(SpotCheck, models.PROTECT, related_name="visits", verbose_name="抽查")
    draw = models.ForeignKey(Draw, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="抽取")
    association = models.ForeignKey(Association, models.PROTECT, related_name="visits", verbose_name="协会")
    stratum = models.CharField("所属分层", max_length=120, blank=True)
    planned_on = models.DateField("检查日期", null=True, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    status = models.CharField("状态", max_length=10, choices=VisitStatus.choices, default=VisitStatus.PLANNED)
    excuse = models.CharField("未检查的原因", max_length=200, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="完成人")
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    # The answers of a visit that is done: the standing entry of each item, conflicts settled.
    answers: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("检查结果", default=dict, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "检查任务"
        ordering = ("planned_on", "association__pinyin", "pk")
        constraints = (
            models.UniqueConstraint(name="visit_once", fields=["spot_check", "association"]),
            models.CheckConstraint(
                name="visit_excused_with_reason",
                condition=~Q(status=VisitStatus.EXCUSED) | ~Q(excuse=""),
                violation_error_message="未检查的须写明原因。",
            ),
            models.CheckConstraint(
                name="visit_done_by_somebody_at_a_time",
                condition=~Q(status=VisitStatus.DONE) | Q(done_by__isnull=False, done_at__isnull=False),
                violation_error_message="已检查的须有完成人和时间。",
            ),
        )
        indexes = (models.Index(fields=["association", "status"]),)

    def __str__(self) -> str:
        return f"{self.spot_check}：{self.association}"

    @property
    def version(self) -> QuestionnaireVersion:
        return self.spot_check.version

    @property
    def owner(self) -> Association:
        return self.association

    @property
    def values_by_item(self) -> dict[str, Any]:
        return {code: answer.get("value") for code, answer in self.answers.items()}

    @property
    def notes_by_item(self) -> dict[str, str]:
        return {code: answer.get("note", "") for code, answer in self.answers.items()}

    @property
    def is_open(self) -> bool:
        return self.status == VisitStatus.OPEN

    @property
    def is_done(self) -> bool:
        return self.status == VisitStatus.DONE

    @property
    def is_upcoming(self) -> bool:
        """Tell whether the visit is still to be made, released or not."""
        return self.status in UPCOMING


class VisitAssignment(models.Model):
    """One inspector's part in a visit. A declined or replaced one stays, with its reason."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="assignments", verbose_name="检查任务")
    inspector = models.ForeignKey(Inspector, models.PROTECT, related_name="assignments", verbose_name="抽查人员")
    status = models.CharField(
        "状态", max_length=10, choices=AssignmentStatus.choices, default=AssignmentStatus.ASSIGNED
    )
    reason = models.CharField("推辞或者改派原因", max_length=200, blank=True)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="指派人")
    assigned_at = models.DateTimeField("指派时间", auto_now_add=True)
    ended_at = models.DateTimeField("推辞或者改派时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查人员"
        ordering = ("visit", "pk")
        constraints = (
            models.UniqueConstraint(
                name="visit_assignment_once",
                fields=["visit", "inspector"],
                condition=Q(status=AssignmentStatus.ASSIGNED),
            ),
            models.CheckConstraint(
                name="visit_assignment_ended_with_reason",
                condition=Q(status=AssignmentStatus.ASSIGNED) | ~Q(reason=""),
                violation_error_message="推辞或者改派须写明原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit}：{self.inspector}"

    @property
    def is_assigned(self) -> bool:
        """Tell whether the inspector is still to go: neither declined nor replaced."""
        return self.status == AssignmentStatus.ASSIGNED


class VisitEntry(models.Model):
    """One entry made on one phone, kept as it came and in order. A phone may send it many times; it is stored once.

    `bases` are the entries of the item that its author had seen standing. Two entries upon the same ones are a conflict, shown until an
    entry upon both settles it.
    """

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="entries", verbose_name="检查任务")
    client_id = models.UUIDField("手机端编号", unique=True)
    device = models.UUIDField("设备")
    sequence = models.PositiveIntegerField("设备内顺序")
    item = models.CharField("项目", max_length=40)
    value: models.JSONField[Any, Any] = models.JSONField("结果", null=True, blank=True)
    note = models.CharField("情况说明", max_length=1000, blank=True)
    bases: models.JSONField[list[str], list[str]] = models.JSONField("依据的记录", default=list)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    entered_at = models.DateTimeField("手机时间")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "检查记录"
        ordering = ("visit", "pk")
        constraints = (models.UniqueConstraint(name="visit_entry_in_order", fields=["visit", "device", "sequence"]),)
        indexes = (models.Index(fields=["visit", "item"]),)

    def __str__(self) -> str:
        return f"{self.visit}：{self.item}"


def original_path(photo: VisitPhoto, file_name: str) -> str:
    """Return a random name among the sealed originals, which no view serves."""
    return str(PurePosixPath("visits", "sealed", f"{uuid4().hex}{PurePosixPath(file_name).suffix.lower()}"))


def served_path(photo: VisitPhoto, file_name: str) -> str:
    return str(PurePosixPath("visits", "shown", f"{uuid4().hex}.jpg"))


class VisitPhoto(models.Model):
    """现场照片: the sealed original with its hash, and a copy without place and time to be shown (SEC-41)."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="photos", verbose_name="检查任务")
    client_id = models.UUIDField("手机端编号", unique=True)
    item = models.CharField("项目", max_length=40, blank=True)
    original = models.FileField("原件", upload_to=original_path)
    sha256 = models.CharField("原件校验值", max_length=64)
    shown = models.FileField("展示件", upload_to=served_path)
    # Read from the original, as proof of place and time; shown on no page.
    taken_at = models.CharField("拍摄时间", max_length=40, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="拍摄人")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "现场照片"
        ordering = ("visit", "pk")

    def __str__(self) -> str:
        return f"{self.visit}照片{self.pk}"


class VisitSignature(models.Model):
    """在场人员签字, drawn on the screen; or the reason why there is none."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="signatures", verbose_name="检查任务")
    client_id = models.UUIDField("手机端编号", unique=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    post = models.CharField("职务", max_length=60, blank=True)
    # Strokes as lists of points in a box of 1000 × 400: no picture to be read, nothing to be run.
    strokes: models.JSONField[list[Any], list[Any]] = models.JSONField("笔迹", default=list)
    refusal = models.CharField("未签字的原因", max_length=200, blank=True)
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    received_at = models.DateTimeField("收到时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "签字"
        ordering = ("visit", "pk")
        constraints = (
            models.CheckConstraint(
                name="visit_signature_or_reason",
                condition=(~Q(name="") & Q(refusal="")) | ~Q(refusal=""),
                violation_error_message="请签字，或者写明未签字的原因。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.visit}：{self.name or self.refusal}"


@reaches("reviews.visit")
def _by_visit(ids: set[int]) -> Iterable[int]:
    return Visit.objects.filter(pk__in=ids).values_list("association", flat=True)
