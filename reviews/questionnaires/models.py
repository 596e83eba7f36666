"""Templates and their versions. A version holds its whole content in one column; once published it never changes."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q, Subquery

from portal.core.access import scope_of
from portal.core.choices import Role
from portal.core.models import User
from portal.core.snapshots import reaches_nothing
from reviews.questionnaires.choices import (
    WITH_FILER,
    WITH_REVIEWER,
    Lateness,
    QuestionnaireKind,
    SheetStatus,
    SheetVerb,
    VersionStatus,
)
from reviews.questionnaires.rules.content import Content, content_of
from reviews.questionnaires.rules.lateness import Punctuality, punctuality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return all questionnaires to the province, which edits them; whoever fills one in reaches it through what is to be filled in."""
        return self if scope_of(user).has(Role.PROVINCE) else self.none()


class Questionnaire(models.Model):
    """One form in the course of time: its versions share the codes by which answers are compared."""

    kind = models.CharField("用途", max_length=20, choices=QuestionnaireKind.choices)
    name = models.CharField("名称", max_length=60, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    audited_as = "reviews.template"  # the name under which the log has always known it
    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        db_table = "reviews_template"
        verbose_name = verbose_name_plural = "模板"
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.name


class QuestionnaireVersionQuerySet(models.QuerySet["QuestionnaireVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(user))

    def published(self) -> Self:
        """Return the versions that something new may use: at most one of a questionnaire."""
        return self.filter(status=VersionStatus.PUBLISHED)


class QuestionnaireVersion(models.Model):
    """One version of a questionnaire: its questions as JSON (reviews.questionnaires.rules.content), read and copied whole.

    Beside the constraints here a trigger (migration 0002) refuses any other content or number for what was published.
    `revision` grows with every edit of a draft, so that nobody overwrites what he or she has not seen.
    """

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", db_column="template_id", verbose_name="模板"
    )
    number = models.PositiveIntegerField("版本")
    status = models.CharField("状态", max_length=10, choices=VersionStatus.choices, default=VersionStatus.DRAFT)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("内容", default=dict)
    revision = models.PositiveIntegerField("修改次数", default=0)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")
    edited_at = models.DateTimeField("修改时间")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_at = models.DateTimeField("发布时间", null=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="停用人")
    retired_at = models.DateTimeField("停用时间", null=True)

    audited_as = "reviews.templateversion"
    objects = QuestionnaireVersionQuerySet.as_manager()

    class Meta:
        db_table = "reviews_templateversion"
        verbose_name = verbose_name_plural = "模板版本"
        ordering = ("questionnaire", "-number")
        constraints = (
            models.UniqueConstraint(name="template_version_once", fields=["questionnaire", "number"]),
            models.UniqueConstraint(
                name="template_one_draft",
                fields=["questionnaire"],
                condition=Q(status=VersionStatus.DRAFT),
                violation_error_message="该模板已有一份草稿。",
            ),
            models.UniqueConstraint(
                name="template_one_published",
                fields=["questionnaire"],
                condition=Q(status=VersionStatus.PUBLISHED),
                violation_error_message="该模板已有一个在用的版本。",
            ),
            models.CheckConstraint(
                name="template_version_published_by_somebody_at_a_time",
                condition=Q(status=VersionStatus.DRAFT, published_by=None, published_at=None)
                | (~Q(status=VersionStatus.DRAFT) & Q(published_by__isnull=False, published_at__isnull=False)),
                violation_error_message="发布的版本须有发布人和时间，草稿没有。",
            ),
            models.CheckConstraint(
                name="template_version_retired_by_somebody_at_a_time",
                condition=Q(status=VersionStatus.RETIRED, retired_by__isnull=False, retired_at__isnull=False)
                | (~Q(status=VersionStatus.RETIRED) & Q(retired_by=None, retired_at=None)),
                violation_error_message="停用的版本须有停用人和时间。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.questionnaire}第{self.number}版"

    @property
    def parts(self) -> Content:
        """The content as values."""
        return content_of(self.content)


reaches_nothing(Questionnaire.audited_as, QuestionnaireVersion.audited_as)  # what is asked changes no fact


# --- answer sheets ---


class AnswerSheet(models.Model):
    """The answers of one owner to one version of a questionnaire, by item code. A work cycle adds owner and period.

    `version` (the version asked) and `owner` (whose sheet it is) are told by each concrete sheet.
    """

    if TYPE_CHECKING:
        version: Any
        owner: Any
        answers: Any

    class Meta:
        abstract = True

    @property
    def content(self) -> Content:
        """The sections, items and rules of the version."""
        return content_of(self.version.content)

    @property
    def values_by_item(self) -> dict[str, Any]:
        """The answers by item code, without what was written beside them."""
        return dict(self.answers)

    @property
    def notes_by_item(self) -> dict[str, str]:
        """The notes beside the answers, by item code."""
        return {}


def stands(kind: str, today: datetime.date) -> Q:
    """Return the condition that a sheet stands so against its deadline: the SQL of `rules.lateness.punctuality`."""
    return {
        Lateness.OPEN: Q(submitted_on=None, due_on__gte=today),
        Lateness.OVERDUE: Q(submitted_on=None, due_on__lt=today),
        Lateness.ON_TIME: Q(submitted_on__lte=F("due_on")),
        Lateness.LATE: Q(submitted_on__gt=F("due_on")),
    }[Lateness(kind)]


class FiledSheetQuerySet(models.QuerySet[Any]):
    def counted(self) -> Self:
        """Return the sheets that were not cancelled with all that were opened together."""
        return self.filter(is_void=False)

    def in_review(self) -> Self:
        return self.filter(status__in=WITH_REVIEWER)

    def owed(self) -> Self:
        """Return the sheets that wait for whoever files them."""
        return self.filter(status__in=WITH_FILER, is_void=False)

    def with_overseer(self, oversights: models.QuerySet[Any]) -> Self:
        """Add the committee of the first of `oversights` (`committee_id`, `_path`, `_name`), which speak of the outer sheet."""
        return self.annotate(
            committee_id=Subquery(oversights.values("committee")[:1]),
            committee_path=Subquery(oversights.values("committee__path")[:1]),
            committee_name=Subquery(oversights.values("committee__name")[:1]),
        )

    def listed(self) -> Self:
        """Leave out what no list shows: the answers are large."""
        return self.defer("answers", "explanations", "known", "told", "unchanged", "reopened")


class FiledSheet(AnswerSheet):
    """An answer sheet that is filed by one side and decided by another.

    `revision` grows with every save, `submissions` with every submission. `known` and `told` are what stood there when it was
    last submitted: what the portal knew, by provider, and all answers with it; before that both are empty.
    """

    is_void = models.BooleanField("批次已取消", default=False)
    status = models.CharField("状态", max_length=10, choices=SheetStatus.choices, default=SheetStatus.DRAFT)
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
    # Related rows that are read with a sheet when it is locked; of a sheet's steps, comments and attachments see below.
    read_with: tuple[str, ...] = ()
    objects = FiledSheetQuerySet.as_manager()

    if TYPE_CHECKING:
        steps: Any
        comments: Any
        attachments: Any

    class Meta:
        abstract = True

    @property
    def notes_by_item(self) -> dict[str, str]:
        return dict(self.explanations)

    @property
    def is_draft(self) -> bool:
        return self.status == SheetStatus.DRAFT

    @property
    def is_submitted(self) -> bool:
        return self.status == SheetStatus.SUBMITTED

    @property
    def is_passed(self) -> bool:
        return self.status == SheetStatus.PASSED

    @property
    def is_returned(self) -> bool:
        return self.status == SheetStatus.RETURNED

    @property
    def is_approved(self) -> bool:
        return self.status == SheetStatus.APPROVED

    @property
    def is_unlocked(self) -> bool:
        return self.status == SheetStatus.UNLOCKED

    def punctuality(self, today: datetime.date) -> Punctuality:
        """Return where the sheet stands against its deadline on `today`."""
        return punctuality(self.due_on, self.submitted_on, today)


def sheet_constraints(name: str, noun: str) -> list[models.CheckConstraint]:
    """Return what the database holds of every filed sheet; `name` begins the constraints' names, `noun` is what it is called."""
    return [
        models.CheckConstraint(
            name=f"{name}_approved_by_somebody_at_a_time",
            condition=~Q(status=SheetStatus.APPROVED)
            | Q(approved_at__isnull=False, approved_by__isnull=False, approved_on__isnull=False),
            violation_error_message=f"已通过的{noun}必须有通过人和时间。",
        ),
        models.CheckConstraint(
            name=f"{name}_in_review_was_submitted",
            condition=Q(status__in=WITH_FILER) | Q(submitted_at__isnull=False, submitted_on__isnull=False),
            violation_error_message=f"待审核和已通过的{noun}必须有提交时间。",
        ),
        models.CheckConstraint(
            name=f"{name}_unlocked_with_reason_and_end",
            condition=~Q(status=SheetStatus.UNLOCKED)
            | (~Q(unlock_reason="") & Q(unlocked_until__isnull=False, unlocked_by__isnull=False)),
            violation_error_message="解锁须写明原因和期限。",
        ),
    ]


class SheetStep(models.Model):
    """One thing done with a sheet. A submission keeps what was submitted, so that the next reviewer sees what changed.

    The concrete class adds the foreign key to its sheet, with `related_name="steps"`.
    """

    verb = models.CharField("步骤", max_length=10, choices=SheetVerb.choices)
    submission = models.PositiveIntegerField("第几次提交", default=0)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    reason = models.CharField("原因", max_length=400, blank=True)
    told: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField("提交的内容", default=dict)
    explanations: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField("说明", default=dict)

    class Meta:
        abstract = True


class SheetComment(models.Model):
    """审核意见 pinned to an item of a sheet, made with one return. The concrete class adds the key, `related_name="comments"`."""

    item = models.CharField("项目", max_length=40)
    text = models.CharField("意见", max_length=400)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    at = models.DateTimeField("时间")
    submission = models.PositiveIntegerField("对第几次提交")

    class Meta:
        abstract = True


def attachment_path(attachment: SheetAttachment, file_name: str) -> str:
    """Return a random name: nobody guesses where a file lies, and no view serves it by its path."""
    return str(PurePosixPath(attachment.folder, f"{uuid4().hex}{PurePosixPath(file_name).suffix.lower()}"))


class SheetAttachment(models.Model):
    """A file handed in at an item of a sheet. Removed, it is no longer shown; what was submitted with it still names it.

    The concrete class adds the foreign key to its sheet, with `related_name="attachments"`, and its `folder`;
    `sheet` is that key, or leads to what it is called there.
    """

    item = models.CharField("项目", max_length=40)
    key = models.UUIDField("编号", default=uuid4, unique=True, editable=False)
    file = models.FileField("文件", upload_to=attachment_path)
    name = models.CharField("文件名", max_length=160)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("校验值", max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    folder = "sheets"

    if TYPE_CHECKING:
        sheet: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
