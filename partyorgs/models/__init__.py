"""Party organizations, whom they cover, who serves in them, what they should reach."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from associations.models import Association, BelongingQuerySet, Person
from partyorgs.choices import (
    ChangeVerb,
    InstructorKind,
    OrganizationLevel,
    PartyTitle,
    PlanForm,
    Setup,
    UploadStatus,
)
from partyorgs.models import facts  # noqa: F401 -- Django finds the models of a package only from here
from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.dated import Dated, DatedQuerySet, Stated
from portal.core.models import Committee, Job, User
from portal.core.pinyin import PinyinField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PartyOrganizationQuerySet(DatedQuerySet):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the organizations that cover, or once covered, an association that `user` sees."""
        covered = Affiliation.objects.filter(association__in=Association.objects.visible_to(user, today))
        return self.filter(pk__in=covered.values("organization"))

    def search(self, text: str) -> Self:
        key = text.strip()
        return self.filter(Q(name__contains=key) | Q(initials__contains=key.lower().replace(" ", "")))


class PartyOrganization(Dated):
    """党组织. Its setup and elections are dated facts of their own; the level follows the name unless stated."""

    name = models.CharField("党组织名称", max_length=160)
    pinyin = PinyinField(verbose_name="拼音", db_index=True)
    initials = PinyinField(verbose_name="拼音首字母", first_letters=True)
    level = models.CharField("层级", max_length=20, choices=OrganizationLevel.choices)
    # End of the term that began with the founding; every election has its own. One stored date, compared everywhere.
    first_term_ends_on = models.DateField("首届任期届满日", editable=False)

    objects = PartyOrganizationQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "党组织"
        ordering = ("pinyin", "pk")
        indexes = (models.Index(fields=["name"]),)

    def __str__(self) -> str:
        return self.name


class OrganizationSetup(Stated):
    """组建方式 of an organization, as it was stated."""

    organization = models.ForeignKey(PartyOrganization, models.CASCADE, related_name="setups", verbose_name="党组织")
    setup = models.CharField("组建方式", max_length=20, choices=Setup.choices)

    class Meta:
        verbose_name = verbose_name_plural = "组建方式"
        ordering = ("organization", "stated_on")
        constraints = (
            models.UniqueConstraint(name="organization_setup_one_a_day", fields=["organization", "stated_on"]),
        )

    def __str__(self) -> str:
        return f"{self.organization}：{self.get_setup_display()}"


class Election(models.Model):
    """An election of an organization's leadership; the term it opens ends on a stored day."""

    organization = models.ForeignKey(PartyOrganization, models.CASCADE, related_name="elections", verbose_name="党组织")
    held_on = models.DateField("选举日期")
    term_ends_on = models.DateField("任期届满日", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "换届选举"
        ordering = ("organization", "held_on")
        constraints = (
            models.UniqueConstraint(
                name="election_one_a_day",
                fields=["organization", "held_on"],
                violation_error_message="该日的选举已登记。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.held_on:%Y-%m-%d} 选举"


class Affiliation(Dated):
    """覆盖关系: an organization covers an association. A joint branch covers several."""

    organization = models.ForeignKey(
        PartyOrganization, models.CASCADE, related_name="affiliations", verbose_name="党组织"
    )
    association = models.ForeignKey(Association, models.CASCADE, related_name="affiliations", verbose_name="协会")

    objects = BelongingQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "覆盖关系"
        ordering = ("organization", "begins_on", "pk")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="affiliation_once_a_day",
                fields=["organization", "association", "begins_on"],
                violation_error_message="该覆盖关系已登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}覆盖{self.association}"


class PartyPost(Dated):
    """党内职务 of one person in an organization; `association` is the one through which the person serves."""

    organization = models.ForeignKey(PartyOrganization, models.CASCADE, related_name="posts", verbose_name="党组织")
    association = models.ForeignKey(Association, models.CASCADE, related_name="party_posts", verbose_name="所在协会")
    person = models.ForeignKey(Person, models.PROTECT, related_name="party_posts", verbose_name="人员")
    title = models.CharField("党内职务", max_length=30, choices=PartyTitle.choices)
    wording = models.CharField("职务名称", max_length=60, blank=True)

    objects = BelongingQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "党内职务"
        ordering = ("organization", "begins_on", "pk")
        indexes = (models.Index(fields=["organization", "title"]), models.Index(fields=["person"]))

    def __str__(self) -> str:
        return f"{self.person}：{self.organization}{self.wording or self.get_title_display()}"


class Instructor(Dated):
    """党建工作指导员 / 联络员 / 组织员: a person assigned to an association."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="instructors", verbose_name="联系协会")
    person = models.ForeignKey(Person, models.PROTECT, related_name="instructor_posts", verbose_name="人员")
    kind = models.CharField("类型", max_length=20, choices=InstructorKind.choices)
    dispatched_by = models.CharField("派出单位", max_length=100, blank=True)
    described_on = models.DateField("最近台账日期", null=True, blank=True, editable=False)

    objects = BelongingQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "党建指导员"
        ordering = ("association", "begins_on", "pk")
        indexes = (models.Index(fields=["person"]),)

    def __str__(self) -> str:
        return f"{self.person}：{self.association}{self.get_kind_display()}"


class FoundingTalk(models.Model):
    """约谈动员: the association was asked to found an organization. Tells 不愿建 from 不会建."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="founding_talks", verbose_name="协会")
    held_on = models.DateField("约谈日期")
    summary = models.CharField("约谈情况", max_length=400)

    objects = BelongingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "约谈动员"
        ordering = ("association", "held_on")

    def __str__(self) -> str:
        return f"{self.association} {self.held_on:%Y-%m-%d} 约谈"


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
        """The target as an exact share: 80.00 is 4/5."""
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
