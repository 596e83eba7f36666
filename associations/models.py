"""The registry: associations and what is known of them, each fact with its dates."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from associations.choices import AssociationKind, AssociationState, Membership, PostTitle, Sex
from associations.rules import LEADER_TITLES, USCC_FAULTS, uscc_fault
from portal.core.access import grantable, scope_of
from portal.core.dated import Dated, DatedQuerySet, Stated, StatedQuerySet
from portal.core.models import Committee
from portal.core.pinyin import PinyinField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from portal.core.access import Limit
    from portal.core.models import User

AUTHORITY_COLUMNS = ("competent_authority", "industry_authority", "registration_authority")


class Region(models.Model):
    """行政区划 (GB/T 2260)."""

    code = models.CharField("代码", max_length=6, unique=True, null=True, blank=True)
    name = models.CharField("名称", max_length=40, unique=True)
    pinyin = PinyinField(verbose_name="拼音")

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ("pinyin", "pk")

    def __str__(self) -> str:
        return self.name


class Industry(models.Model):
    """行业门类 (GB/T 4754), by letter."""

    code = models.CharField("门类", max_length=1, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "行业门类"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


@grantable("authority_id", keys=("name",))
class Authority(models.Model):
    """A government body in one of three roles towards an association: competent, industry, registration."""

    name = models.CharField("名称", max_length=100, unique=True)
    pinyin = PinyinField(verbose_name="拼音")

    class Meta:
        verbose_name = verbose_name_plural = "部门"
        ordering = ("pinyin", "pk")

    def __str__(self) -> str:
        return self.name


class AssociationQuerySet(models.QuerySet["Association"]):
    def live_at(self, day: datetime.date) -> Self:
        """Return S: registered on or before `day` and not deregistered on or before it."""
        return self.filter(Q(registered_on__lte=day) & (Q(deregistered_on__isnull=True) | Q(deregistered_on__gt=day)))

    def within(self, limit: Limit, day: datetime.date) -> Self:
        """Return the associations of one part of the province by the oversight of `day`; an empty limit has none."""
        if limit.is_empty:
            return self.none()
        condition = Q(pk__in=limit.association_ids)
        for column in AUTHORITY_COLUMNS if limit.authority_ids else ():
            condition |= Q((f"{column}__in", limit.authority_ids))
        for path in limit.paths:
            overseen = Oversight.objects.live_at(day).filter(committee__path__startswith=path)
            condition |= Q(pk__in=overseen.values("association"))
        return self.filter(condition)

    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return what `user` may open: today's oversight decides, nothing without a scope."""
        return self.within(scope_of(user).limit, today)

    def search(self, text: str) -> Self:
        """Return the associations whose name, credit code or pinyin initials hold `text`."""
        key = text.strip()
        return self.filter(
            Q(name__contains=key) | Q(uscc__contains=key.upper()) | Q(initials__contains=key.lower().replace(" ", ""))
        )


@grantable("association_id", keys=("name", "uscc"), searched=("initials",))
class Association(models.Model):
    """行业协会商会: a legal person with a unified social credit code."""

    uscc = models.CharField(
        "统一社会信用代码", max_length=18, unique=True, error_messages={"unique": "该统一社会信用代码已登记。"}
    )
    name = models.CharField("名称", max_length=120)
    pinyin = PinyinField(verbose_name="拼音", db_index=True)
    initials = PinyinField(verbose_name="拼音首字母", first_letters=True)
    kind = models.CharField("类别", max_length=20, choices=AssociationKind.choices)
    registered_on = models.DateField("成立登记日期")
    deregistered_on = models.DateField("注销日期", null=True, blank=True)
    deregistration_reason = models.CharField("注销原因", max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="所在地")
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name="行业门类")
    competent_authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="业务主管单位"
    )
    industry_authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="行业管理部门"
    )
    registration_authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记管理机关"
    )
    grade = models.CharField("评估等级", max_length=10, blank=True)
    note = models.CharField("备注", max_length=400, blank=True)
    # As-of date of the latest ledger that described it: an earlier ledger read later changes no undated field.
    described_on = models.DateField("最近台账日期", null=True, blank=True, editable=False)

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "协会商会"
        ordering = ("pinyin", "pk")
        indexes = (models.Index(fields=["registered_on", "deregistered_on"]),)
        constraints = (
            models.CheckConstraint(
                name="association_deregistered_after_registration",
                condition=Q(deregistered_on__isnull=True) | Q(deregistered_on__gte=F("registered_on")),
                violation_error_message="注销日期不能早于成立登记日期。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if fault := uscc_fault(self.uscc):
            raise ValidationError({"uscc": USCC_FAULTS[fault]})

    def state_at(self, day: datetime.date) -> AssociationState:
        gone = self.deregistered_on is not None and self.deregistered_on <= day
        return AssociationState.DEREGISTERED if gone else AssociationState.REGISTERED


class BelongingQuerySet(DatedQuerySet):
    """Rows that belong to one association and are seen by whoever sees it."""

    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        return self.filter(association__in=Association.objects.visible_to(user, today))


class StatedBelongingQuerySet(StatedQuerySet, BelongingQuerySet):
    pass


class Oversight(Stated):
    """党建归口: which committee an association answers to. Moving it never rewrites an earlier figure."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="oversights", verbose_name="协会")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="oversights", verbose_name="党建工作领导机构")

    objects = StatedBelongingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建归口"
        ordering = ("association", "stated_on")
        constraints = (models.UniqueConstraint(name="oversight_one_a_day", fields=["association", "stated_on"]),)
        indexes = (models.Index(fields=["committee", "association"]),)

    def __str__(self) -> str:
        return f"{self.association}归口{self.committee}"


class CharterClause(Stated):
    """党建入章: whether the charter carries the Party-building clause."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="charter_clauses", verbose_name="协会")
    included = models.BooleanField("党建写入章程")

    objects = StatedBelongingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党建入章"
        ordering = ("association", "stated_on")
        constraints = (models.UniqueConstraint(name="charter_clause_one_a_day", fields=["association", "stated_on"]),)

    def __str__(self) -> str:
        return f"{self.association}：{'已' if self.included else '未'}写入章程"


class Decoupling(Stated):
    """脱钩: whether the association is decoupled from its former government body."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="decouplings", verbose_name="协会")
    decoupled = models.BooleanField("已脱钩")

    objects = StatedBelongingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "脱钩"
        ordering = ("association", "stated_on")
        constraints = (models.UniqueConstraint(name="decoupling_one_a_day", fields=["association", "stated_on"]),)

    def __str__(self) -> str:
        return f"{self.association}：{'已' if self.decoupled else '未'}脱钩"


class HeadcountQuerySet(models.QuerySet["Headcount"]):
    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        return self.filter(association__in=Association.objects.visible_to(user, today))

    def at(self, day: datetime.date) -> Self:
        """Order so that the figure for `day` comes first: the latest at or before it, else the earliest."""
        return self.annotate(is_later=Q(as_of__gt=day)).order_by(
            "is_later",
            models.Case(models.When(as_of__lte=day, then=F("as_of"))).desc(nulls_last=True),
            "as_of",
        )


class Headcount(models.Model):
    """党员与从业人员数 of one association as of a day."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="headcounts", verbose_name="协会")
    as_of = models.DateField("截止日期")
    formal = models.PositiveIntegerField("正式党员数", null=True, blank=True)
    probationary = models.PositiveIntegerField("预备党员数", null=True, blank=True)
    staff = models.PositiveIntegerField("专职人员数", null=True, blank=True)
    member_firms = models.PositiveIntegerField("会员单位数", null=True, blank=True)
    source = models.CharField("来源", max_length=100)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员与从业人员数"
        ordering = ("association", "as_of")
        constraints = (
            models.UniqueConstraint(
                name="headcount_one_a_day",
                fields=["association", "as_of"],
                violation_error_message="该日已有人数记录。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.association} {self.as_of:%Y-%m-%d}"


class PersonQuerySet(models.QuerySet["Person"]):
    def counted(self) -> Self:
        """Return people, without the records that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def visible_to(self, user: User | AnonymousUser, today: datetime.date) -> Self:
        """Return the people known at an association that `user` sees."""
        associations = Association.objects.visible_to(user, today)
        return self.filter(pk__in=KnownAs.objects.filter(association__in=associations).values("person"))


class Person(models.Model):
    """人员: one human. As little as serves: no birth date, no number, no address."""

    audited_as_person = True  # the audit log masks the name

    name = models.CharField("姓名", max_length=60)
    pinyin = PinyinField(verbose_name="拼音")
    initials = PinyinField(verbose_name="拼音首字母", first_letters=True)
    sex = models.CharField("性别", max_length=10, choices=Sex.choices, blank=True)
    political_wording = models.CharField("政治面貌", max_length=40, blank=True)
    described_on = models.DateField("最近台账日期", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="已合并至"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ("pinyin", "pk")

    def __str__(self) -> str:
        return self.name


class KnownAs(models.Model):
    """The person behind a name at an association. In a ledger a person is association + name; a merge does not change that."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="known_people", verbose_name="协会")
    name = models.CharField("姓名", max_length=60)
    person = models.ForeignKey(Person, models.CASCADE, related_name="known_as", verbose_name="人员")

    class Meta:
        verbose_name = verbose_name_plural = "人员称谓"
        constraints = (models.UniqueConstraint(name="known_as_once", fields=["association", "name", "person"]),)
        indexes = (models.Index(fields=["association", "name"]),)

    def __str__(self) -> str:
        return f"{self.association}：{self.name}"


class PartyMembership(Stated):
    """政治面貌 as member (formal or probationary) or not, as it was stated."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name="人员")
    membership = models.CharField("党员身份", max_length=20, choices=Membership.choices)

    class Meta:
        verbose_name = verbose_name_plural = "党员身份"
        ordering = ("person", "stated_on")
        constraints = (models.UniqueConstraint(name="party_membership_one_a_day", fields=["person", "stated_on"]),)

    def __str__(self) -> str:
        return f"{self.person}：{self.get_membership_display()}"


class AssociationPostQuerySet(BelongingQuerySet):
    def leaders(self) -> Self:
        """Return the posts of 负责人: chair, vice chairs, secretary-general."""
        return self.filter(title__in=LEADER_TITLES)


class AssociationPost(Dated):
    """协会职务 of one person, dated."""

    association = models.ForeignKey(Association, models.CASCADE, related_name="posts", verbose_name="协会")
    person = models.ForeignKey(Person, models.PROTECT, related_name="posts", verbose_name="人员")
    title = models.CharField("职务", max_length=30, choices=PostTitle.choices)
    wording = models.CharField("职务名称", max_length=60, blank=True)

    objects = AssociationPostQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "协会职务"
        ordering = ("association", "begins_on", "pk")
        indexes = (models.Index(fields=["association", "title"]), models.Index(fields=["person"]))

    def __str__(self) -> str:
        return f"{self.person}：{self.association}{self.wording or self.get_title_display()}"


class DailyWork(Stated):
    """主持日常工作: whether the holder of a post runs the daily work."""

    post = models.ForeignKey(AssociationPost, models.CASCADE, related_name="daily_work", verbose_name="协会职务")
    runs_daily = models.BooleanField("主持日常工作")

    class Meta:
        verbose_name = verbose_name_plural = "主持日常工作"
        ordering = ("post", "stated_on")
        constraints = (models.UniqueConstraint(name="daily_work_one_a_day", fields=["post", "stated_on"]),)

    def __str__(self) -> str:
        return f"{self.post}：{'主持' if self.runs_daily else '不主持'}日常工作"


class PersonMerge(models.Model):
    """Two records found to be one person: what was moved from the duplicate, so that the merge can be undone."""

    survivor = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="保留")
    duplicate = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="并入")
    reason = models.CharField("依据", max_length=200)
    moved = models.JSONField("已转移的记录", default=dict)
    merged_at = models.DateTimeField("合并时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员合并"
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.duplicate}并入{self.survivor}"
