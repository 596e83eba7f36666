"""Rounds and reports made without their jobs: in whatever state a test or a row of the access matrix wants them."""

import datetime
from typing import Any

from django.utils import timezone

from associations.models import Association
from portal.core.models import Committee, User
from portal.core.quarters import Quarter
from reviews.questionnaires.choices import QuestionnaireKind, SheetStatus, VersionStatus
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules.content import Content, json_of
from reviews.reports.choices import RoundStatus
from reviews.reports.models.filing import QuarterlyReport, ReportRound
from reviews.reports.rules.preset import QUARTERLY
from tests import recipes

QUARTER = Quarter(2024, 3)
OPENED_ON = datetime.date(2024, 10, 8)
DUE_ON = datetime.date(2024, 10, 25)
TODAY = datetime.date(2024, 10, 15)

# What a report of an association with an organization tells where all is well; headcounts stand in the registry.
GOOD: dict[str, Any] = {
    "posts_changed": False,
    "members_meetings": 1,
    "lectures": 1,
    "theme_days": 3,
    "organization_meeting": False,
    "appraisal": False,
    "fee_expenses": 1200000,
    "dues_returned": 30000,
    "secretary_trained": False,
    "workers_trained": 2,
}


def quarterly_version(content: Content = QUARTERLY) -> QuestionnaireVersion:
    """Return the published version of the quarterly questionnaire; another content makes the next version."""
    writer = User.objects.filter(username="template-writer").first() or recipes.user.make(username="template-writer")
    questionnaire, _ = Questionnaire.objects.get_or_create(
        kind=QuestionnaireKind.QUARTERLY, name="季报", defaults={"created_by": writer}
    )
    kept = questionnaire.versions.filter(status=VersionStatus.PUBLISHED).first()
    if kept is not None and kept.content == json_of(content):
        return kept
    now = timezone.now()
    questionnaire.versions.filter(status=VersionStatus.PUBLISHED).update(
        status=VersionStatus.RETIRED, retired_by=writer, retired_at=now
    )
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=questionnaire.versions.count() + 1,
        status=VersionStatus.PUBLISHED,
        content=json_of(content),
        edited_by=writer,
        edited_at=now,
        published_by=writer,
        published_at=now,
    )


def round_of(committee: Committee, status: RoundStatus = RoundStatus.OPEN, **more: Any) -> ReportRound:
    """Return the round of a quarter about a committee's subtree, without drafts."""
    quarter = more.pop("quarter", QUARTER)
    if status in {RoundStatus.CLOSED, RoundStatus.CANCELLED}:
        more = {"closed_at": timezone.now(), **more}
    told = {
        "version": more.pop("version", None) or quarterly_version(),
        "opened_by": more.pop("opened_by", None) or recipes.user.make(),
        "opened_at": timezone.now(),
        "opened_on": OPENED_ON,
        "due_on": DUE_ON,
        "status": status,
        **more,
    }
    return ReportRound.objects.create(year=quarter.year, number=quarter.number, committee=committee, **told)


def report_of(
    association: Association, round_: ReportRound, status: SheetStatus = SheetStatus.DRAFT, **more: Any
) -> QuarterlyReport:
    """Return an association's report in the state asked for, with what that state needs."""
    now = timezone.now()
    if status != SheetStatus.DRAFT:
        more = {
            "answers": dict(GOOD),
            "told": {"has_organization": True, "members_formal": 5, **GOOD},
            "submissions": 1,
            "submitted_by": recipes.user.make(),
            "submitted_at": now,
            "submitted_on": OPENED_ON,
            **more,
        }
    if status == SheetStatus.RETURNED:
        more = {"reopened": ["theme_days"], **more}
    if status in {SheetStatus.APPROVED, SheetStatus.UNLOCKED}:
        more = {"approved_by": recipes.user.make(), "approved_at": now, "approved_on": TODAY, **more}
    if status == SheetStatus.UNLOCKED:
        more = {
            "unlocked_by": recipes.user.make(),
            "unlock_reason": "人数填写有误",
            "unlocked_until": datetime.date(2199, 12, 31),
            **more,
        }
    return QuarterlyReport.objects.create(
        round=round_,
        association=association,
        quarter_end=round_.quarter.last_day,
        due_on=more.pop("due_on", round_.due_on),
        status=status,
        **more,
    )
