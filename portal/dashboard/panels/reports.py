"""What quarterly reports put on a first page: what waits for this person."""

from __future__ import annotations

import datetime

from django.urls import reverse

from portal.core.models import User
from portal.dashboard.panels.coverage import Count
from reviews.services.reports.reminders import changes_to_carry_out, difficulties_to_answer, reports_to_review


def waiting_for(user: User, today: datetime.date) -> tuple[Count, ...]:
    """Return how many reports are this person's turn, and what approved ones left to be done; nothing where nothing waits."""
    found = (
        Count("待审核的季报", reports_to_review(user, today), reverse("reviews:review-queue"), "份"),
        Count("待办理的班子变动", changes_to_carry_out(user, today), _open("post-change-list"), "条"),
        Count("待答复的困难诉求", difficulties_to_answer(user, today), _open("difficulty-list"), "条"),
    )
    return tuple(each for each in found if each.count)


def _open(name: str) -> str:
    return f"{reverse(f'reviews:{name}')}?status=open"
