"""Templates and their versions. A version holds its whole content in one column; once published it never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from portal.core.access import scope_of
from portal.core.choices import Role
from portal.core.models import User
from portal.core.snapshots import reaches_nothing
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.rules.content import Content, content_of

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
    """What is asked, as JSON (reviews.questionnaires.rules.content), read and copied whole.

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
