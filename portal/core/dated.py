"""Facts that begin and end. The one place that knows that the end date is exclusive.

A `Dated` fact has its own beginning (a post, a founding). A `Stated` fact is what somebody said held on a day (the ledger of
2024-06-30 says: decoupled); it holds from when it was first stated, the earliest statement also before that day, as domain.md
("Reading a ledger") says, so that the order in which ledgers are read does not matter.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

V = TypeVar("V", bound=Hashable)


def live_q(day: datetime.date, prefix: str = "") -> Q:
    """Return the condition "began on or before `day` and has not ended on or before it"; `prefix` reaches through a relation."""
    return Q((f"{prefix}begins_on__lte", day)) & _not_ended(day, prefix)


def holding_q(day: datetime.date, prefix: str = "") -> Q:
    """Return `live_q` for stated facts, where an empty beginning means "for as long as anything is known"."""
    return (Q((f"{prefix}begins_on__isnull", True)) | Q((f"{prefix}begins_on__lte", day))) & _not_ended(day, prefix)


def _not_ended(day: datetime.date, prefix: str) -> Q:
    return Q((f"{prefix}ends_on__isnull", True)) | Q((f"{prefix}ends_on__gt", day))


class DatedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def live_at(self, day: datetime.date) -> Self:
        """Return the rows that hold on `day`: begun on or before it and not ended on or before it."""
        return self.filter(live_q(day))


class StatedQuerySet(DatedQuerySet):
    def live_at(self, day: datetime.date) -> Self:
        """Return the statements that hold on `day`: the latest one made on or before it, else the earliest."""
        return self.filter(holding_q(day))


class Dated(models.Model):
    """A fact of the world with a first day and, once over, a first day on which it no longer holds."""

    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("终止日期", null=True, blank=True, help_text="自该日起不再有效")
    end_reason = models.CharField("终止原因", max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                violation_error_message="终止日期不能早于开始日期。",
            ),
        ]

    def is_live(self, day: datetime.date) -> bool:
        return self.begins_on <= day and (self.ends_on is None or self.ends_on > day)


class Stated(models.Model):
    """A fact known from statements: `stated_on` is when it was said, `begins_on`/`ends_on` the span it therefore holds."""

    stated_on = models.DateField("说明日期", help_text="台账截止日或变更生效日")
    begins_on = models.DateField("自", null=True, blank=True)
    ends_on = models.DateField("至", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)

    objects = StatedQuerySet.as_manager()

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Span:
    """One statement's place on the time line: `begins_on` None means for as long as anything is known."""

    stated_on: datetime.date
    begins_on: datetime.date | None
    ends_on: datetime.date | None


def spans(stated: Iterable[datetime.date]) -> list[Span]:
    """Return the spans that statements made on these days cover, oldest first: each holds until the next one."""
    days = sorted(stated)
    return [
        Span(day, None if position == 0 else day, days[position + 1] if position + 1 < len(days) else None)
        for position, day in enumerate(days)
    ]


def value_at(statements: Iterable[tuple[datetime.date, V]], day: datetime.date) -> V | None:
    """Return the value that holds on `day`: the latest stated on or before it, else the earliest; None without statements."""
    ordered = sorted(statements, key=lambda statement: statement[0])
    earlier = [value for stated_on, value in ordered if stated_on <= day]
    if earlier:
        return earlier[-1]
    return ordered[0][1] if ordered else None


def settle(statements: models.QuerySet[Stated]) -> None:
    """Work out anew which span each of one thing's statements covers, after one was added, corrected or taken back."""
    rows = list(statements.order_by("stated_on", "pk"))
    for row, span in zip(rows, spans(row.stated_on for row in rows), strict=True):
        if (row.begins_on, row.ends_on) != (span.begins_on, span.ends_on):
            row.begins_on, row.ends_on = span.begins_on, span.ends_on
            row.save(update_fields=["begins_on", "ends_on"])
