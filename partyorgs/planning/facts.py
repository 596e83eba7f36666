"""Where coverage tasks stand on a day."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from associations.models import Association
from partyorgs.organizations.facts import live_affiliations
from partyorgs.organizations.models import (
    Instructor,
)
from partyorgs.planning.choices import WAITING, PlanForm, TaskState
from partyorgs.planning.models import CoverageTask


def listed_tasks(tasks: QuerySet[CoverageTask], as_of: datetime.date) -> QuerySet[Any]:
    """Annotate tasks with where they stand on `as_of`: done when every association still registered is covered.

    An instructor is enough where the task was to send one.
    """
    waiting = CoverageTask.associations.through.objects.filter(
        coveragetask=OuterRef("pk"), association__in=Association.objects.live_at(as_of)
    ).exclude(association__in=live_affiliations(as_of).values("association"))
    without_instructor = waiting.exclude(association__in=Instructor.objects.live_at(as_of).values("association"))
    return tasks.select_related("committee").annotate(
        state=Case(
            When(cancelled_on__isnull=False, then=Value(TaskState.CANCELLED.value)),
            When(Q(form=PlanForm.INSTRUCTOR) & ~Exists(without_instructor), then=Value(TaskState.DONE.value)),
            When(~Exists(waiting), then=Value(TaskState.DONE.value)),
            When(due_on__lt=as_of, then=Value(TaskState.OVERDUE.value)),
            default=Value(TaskState.OPEN.value),
            output_field=CharField(),
        )
    )


def waiting_tasks_of(association_id: int, as_of: datetime.date) -> QuerySet[Any]:
    """Return the tasks about an association that are neither done nor cancelled, the next one due first."""
    tasks = listed_tasks(CoverageTask.objects.filter(associations=association_id), as_of)
    return tasks.filter(state__in=WAITING).order_by("due_on", "pk")
