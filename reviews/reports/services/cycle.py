"""The quarterly report as a cycle of the machine: an association's sheet of a quarter, what is known of it, what an approval posts."""

from __future__ import annotations

import datetime

from associations.access import can_write
from portal.core.errors import Denial
from portal.core.models import User
from reviews.questionnaires.services.cycles import SheetCycle, register_cycle
from reviews.reports.access import (
    can_decide,
    can_extend,
    can_file,
    can_open_round,
    can_review_reports,
    can_unlock,
    can_withdraw,
)
from reviews.reports.indicators.known import known_at, last_told
from reviews.reports.models.filing import QuarterlyReport
from reviews.reports.services.posting import post_figures
from reviews.reports.services.telling import tell_filers


def _may_decide(user: User, report: QuarterlyReport, today: datetime.date) -> Denial | None:
    return can_decide(user, report) or can_write(user, report.association, today)


def _may_unlock(user: User, report: QuarterlyReport, today: datetime.date) -> Denial | None:
    return can_unlock(user, report) or can_write(user, report.association, today)


def _post(report: QuarterlyReport, actor: User) -> None:
    post_figures(report=report, actor=actor)


register_cycle(
    SheetCycle(
        model=QuarterlyReport,
        noun="季报",
        can_file=can_file,
        can_withdraw=can_withdraw,
        can_decide=_may_decide,
        can_unlock=_may_unlock,
        can_extend=can_extend,
        can_open=can_open_round,
        can_review=can_review_reports,
        known=known_at,
        before=last_told,
        confirm=_post,
        has_second_level=lambda report: report.round.has_second_review,
        tell_filers=tell_filers,
        unchanged="本季度无变化",
        change_items=("post_changes",),
    )
)
