"""What holds of an association on a day, as columns: worked out (no table) and kept with a snapshot (a table)."""

from __future__ import annotations

from django.db import models

from associations.models import Association
from portal.core.models import Committee, Snapshot


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
    """What the registry and the Party side know of an association on a day."""


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
