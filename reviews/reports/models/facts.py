"""What quarterly reports add to the facts of an association on a day, as columns: worked out, and kept with a snapshot."""

from __future__ import annotations

from django.db import models

from partyorgs.organizations.models import StoredAddition


class ReportColumns(models.Model):
    """The columns that reports add. "The last quarter" is the last full one, the day itself its end at the latest."""

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

    class Meta:
        abstract = True


class StoredReportFact(ReportColumns, StoredAddition):
    """The columns of reports that a snapshot keeps, beside its row of the registry's facts."""

    class Meta:
        verbose_name = verbose_name_plural = "季报指标数据"

    def __str__(self) -> str:
        return str(self.pk)
