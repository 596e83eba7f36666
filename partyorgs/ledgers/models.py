"""Ledgers handed in, and the rows that their import wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from partyorgs.ledgers.choices import ChangeVerb, UploadStatus
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES
from portal.core.models import Committee, Job, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LedgerUploadQuerySet(models.QuerySet["LedgerUpload"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the province's imports to the province; nobody else imports ledgers of the whole tree."""
        scope = scope_of(user)
        if not scope.has(*COMMITTEE_ROLES):
            return self.none()
        return self.filter(committee__in=Committee.objects.visible_to(user))


class LedgerUpload(models.Model):
    """One ledger handed in: the file, how its headings were read, what was found wrong, what it would change, what it changed."""

    file = models.FileField("台账文件", upload_to="ledgers/%Y/")
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件校验值", max_length=64)
    as_of = models.DateField("台账截止日期")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="+", verbose_name="导入范围")
    create_committees = models.BooleanField("自动建立台账中的行业党委", default=False)
    skip_bad_rows = models.BooleanField("跳过有错误的行", default=False)
    status = models.CharField("状态", max_length=12, choices=UploadStatus.choices, default=UploadStatus.CHECKING)
    mapping = models.JSONField("表头对应", default=dict)
    problems = models.JSONField("问题", default=list)
    plan = models.JSONField("变更预览", default=dict)
    digest = models.CharField("预览校验值", max_length=64, blank=True)
    ticked = models.JSONField("确认终止的项", default=list)
    error = models.CharField("不能读取的原因", max_length=300, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+", verbose_name="后台任务")
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = LedgerUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "台账导入"
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_checked(self) -> bool:
        return self.status == UploadStatus.CHECKED

    @property
    def is_applied(self) -> bool:
        return self.status == UploadStatus.APPLIED

    @property
    def is_undone(self) -> bool:
        return self.status == UploadStatus.UNDONE

    @property
    def has_failed(self) -> bool:
        return self.status == UploadStatus.FAILED


class LedgerChange(models.Model):
    """One row that an import wrote, with what stood there before: what an undo goes back through."""

    upload = models.ForeignKey(LedgerUpload, models.CASCADE, related_name="changes", verbose_name="台账导入")
    verb = models.CharField("变更", max_length=10, choices=ChangeVerb.choices)
    model = models.CharField("对象类型", max_length=60)
    object_id = models.BigIntegerField("对象编号")
    association_id = models.BigIntegerField("协会", null=True, db_index=True)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    cell = models.CharField("出处", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账变更"
        ordering = ("pk",)
        indexes = (models.Index(fields=["model", "object_id"]),)

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.model} {self.object_id}"
