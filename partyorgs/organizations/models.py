"""Party organizations, whom they cover, who serves in them; and the facts of an association on a day, as columns.

The facts are worked out (`FactRow`, no table) or kept with a snapshot (`StoredFact`, a table).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from associations.models import Association, BelongingQuerySet, Person
from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from portal.core.dated import Dated, DatedQuerySet, Stated
from portal.core.models import Committee, Snapshot, User
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


# --- what holds of an association on a day, as columns: worked out (no table) and kept with a snapshot (a table) ---


class FactColumns(models.Model):
    """The columns of `association_facts_at` that point at nothing."""

    committee_path = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    uscc = models.CharField(max_length=18)
    pinyin = models.CharField(max_length=600)
    kind = models.CharField(max_length=20)
    competent_authority_id = models.BigIntegerField(null=True)
    industry_authority_id = models.BigIntegerField(null=True)
    registration_authority_id = models.BigIntegerField(null=True)
    registered_on = models.DateField()
    formal_members = models.IntegerField()
    probationary_members = models.IntegerField()
    has_charter_clause = models.BooleanField()
    is_decoupled = models.BooleanField()
    has_supervisors = models.BooleanField()
    leader_posts = models.IntegerField()
    leader_party_posts = models.IntegerField()
    chair_since = models.DateField(null=True)
    has_organization = models.BooleanField()
    has_own_organization = models.BooleanField()
    has_joint_organization = models.BooleanField()
    has_functional_organization = models.BooleanField()
    has_hosted_organization = models.BooleanField()
    has_instructor = models.BooleanField()
    has_secretary = models.BooleanField()
    head_is_secretary = models.BooleanField()
    has_cross_appointment = models.BooleanField()
    has_discipline_member = models.BooleanField()
    supervisor_is_discipline_member = models.BooleanField()
    own_term_ends_on = models.DateField(null=True)
    ever_had_organization = models.BooleanField()
    lost_organization = models.BooleanField()
    was_asked_to_found = models.BooleanField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class FactRow(FactColumns):
    """A row of facts, so that predicates and groupings are written once. No table: see `rows_of`."""

    association = models.OneToOneField(Association, models.DO_NOTHING, primary_key=True, related_name="+")
    committee = models.ForeignKey(Committee, models.DO_NOTHING, null=True, related_name="+")
    region = models.ForeignKey("associations.Region", models.DO_NOTHING, null=True, related_name="+")
    industry = models.ForeignKey("associations.Industry", models.DO_NOTHING, null=True, related_name="+")

    class Meta:
        abstract = True
        managed = False
        ordering = ("pinyin", "association_id")


class AssociationFact(FactRow):
    """The facts of an association on a day, from the registry and the Party side."""


class StoredFact(FactColumns):
    """A row of facts as a snapshot keeps it, read as an `AssociationFact`.

    It points at nothing but its snapshot: what a frozen row names may since have been taken back.
    """

    pk = models.CompositePrimaryKey("snapshot_id", "association_id")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+", db_index=False)
    association_id = models.BigIntegerField()
    committee_id = models.BigIntegerField(null=True)
    region_id = models.BigIntegerField(null=True)
    industry_id = models.BigIntegerField(null=True)


class StoredAddition(models.Model):
    """The key of a table in which a subject of a floor above keeps the columns that it adds to a `StoredFact`."""

    pk = models.CompositePrimaryKey("snapshot_id", "association_id")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+", db_index=False)
    association_id = models.BigIntegerField()
    fact = models.ForeignObject(
        StoredFact,
        models.DO_NOTHING,
        from_fields=("snapshot", "association_id"),
        to_fields=("snapshot", "association_id"),
        related_name="%(class)s",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)
