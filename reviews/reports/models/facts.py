"""What quarterly reports and checks add to the facts of an association on a day, as columns: worked out, and kept with a snapshot."""

from __future__ import annotations

from django.db import models

from partyorgs.models.facts import FactRow, StoredFact
from portal.core.models import Snapshot


class ReviewColumns(models.Model):
    """The columns that reports and checks add. "The last quarter" is the last full one, the day itself its end at the latest."""

    reports_in_use = models.BooleanField()  # somewhere a round has been due: the same for everybody
    life_in_use = models.BooleanField()  # somewhere a round was about the last quarter or an earlier one
    has_current_term = models.BooleanField()  # of any organization that covers it, whatever its setup
    life_told = models.BooleanField()
    meetings_met = models.BooleanField()
    minimum_met = models.BooleanField()
    life_shortfalls = models.CharField(max_length=200)  # the codes in quotation marks, as OrganizationLife has them
    report_due = models.BooleanField()
    report_submitted = models.BooleanField()
    report_on_time = models.BooleanField()
    report_approved = models.BooleanField()
    is_in_name_only = models.BooleanField()

    # What checks add: see facts/checks.py.
    was_checked = models.BooleanField(default=False)
    findings_recent = models.IntegerField(default=0)
    findings_repeated = models.IntegerField(default=0)
    findings_open = models.IntegerField(default=0)
    findings_overdue = models.IntegerField(default=0)
    rectifications_due = models.IntegerField(default=0)
    rectifications_in_time = models.IntegerField(default=0)

    class Meta:
        abstract = True


class ReviewedFact(ReviewColumns, FactRow):
    """An association's facts with what its reports add. No table."""

    class Meta(FactRow.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class StoredReview(ReviewColumns):
    """What a snapshot keeps of them, beside its row of the registry's facts."""

    pk = models.CompositePrimaryKey("snapshot_id", "association_id")
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="+", db_index=False)
    association_id = models.BigIntegerField()
    fact = models.ForeignObject(
        StoredFact,
        models.DO_NOTHING,
        from_fields=("snapshot", "association_id"),
        to_fields=("snapshot", "association_id"),
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "季报指标数据"

    def __str__(self) -> str:
        return str(self.pk)
