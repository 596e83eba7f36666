"""Columns that checks add to the facts of an association on a day, computed and stored with a snapshot."""

from __future__ import annotations

from django.db import models

from partyorgs.organizations.models import StoredAddition


class CheckColumns(models.Model):
    """The columns that checks add; `reviews.checks.facts` computes them."""

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
    """The stored columns of one association in a snapshot, beside its row of the registry's facts."""

    class Meta:
        verbose_name = verbose_name_plural = "抽查指标数据"

    def __str__(self) -> str:
        return str(self.pk)
