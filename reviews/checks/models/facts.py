"""What checks add to the facts of an association on a day, as columns: worked out, and kept with a snapshot."""

from __future__ import annotations

from django.db import models

from partyorgs.organizations.models import StoredAddition


class CheckColumns(models.Model):
    """The columns that checks add: what they mean is told in `reviews.checks.facts`."""

    was_checked = models.BooleanField(default=False)
    findings_recent = models.IntegerField(default=0)
    findings_repeated = models.IntegerField(default=0)
    findings_open = models.IntegerField(default=0)
    findings_overdue = models.IntegerField(default=0)
    rectifications_due = models.IntegerField(default=0)
    rectifications_in_time = models.IntegerField(default=0)

    class Meta:
        abstract = True


class StoredCheckFact(CheckColumns, StoredAddition):
    """What a snapshot keeps of them, beside its row of the registry's facts."""

    class Meta:
        verbose_name = verbose_name_plural = "抽查指标数据"

    def __str__(self) -> str:
        return str(self.pk)
