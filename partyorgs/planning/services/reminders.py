"""What planning tells people: targets that come due and are not met."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from partyorgs.organizations.rules import TARGET_REMINDER_DAYS
from partyorgs.organizations.services.reminders import Overseers, in_words
from partyorgs.planning.indicators import target_lines
from partyorgs.planning.models import CoverageTarget
from portal.core.access import EVERYTHING
from portal.core.choices import COMMITTEE_ROLES
from portal.core.notices import Reminder, reminder_source


def targets_coming_due(today: datetime.date) -> Iterator[Reminder]:
    """Tell the committee of a target, and those above it, that it is due within a month and not met."""
    due = CoverageTarget.objects.filter(due_on__gte=today, due_on__lte=today + timedelta(days=TARGET_REMINDER_DAYS))
    targets = list(due.select_related("committee"))
    if not targets:
        return
    overseers = Overseers(*COMMITTEE_ROLES)
    for line in target_lines(targets, today, EVERYTHING):
        target = line.target
        concerned = frozenset(overseers.of(target.committee.path))
        if line.met is False and concerned:
            yield Reminder(
                users=concerned,
                key=f"target:{target.pk}:{target.due_on}",
                text=(
                    f"{target.committee}的{line.name}目标应于{in_words(target.due_on)}前达到 {target.value.normalize():f} %，"
                    f"目前为 {line.rate}，还差 {line.short_of} {line.unit}。"
                ),
                url=reverse("partyorgs:target-list"),
            )


reminder_source(targets_coming_due)
