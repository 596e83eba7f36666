"""Checks, visits and findings in any state, created without their services for tests and for the access matrix."""

import datetime
from typing import Any

from django.utils import timezone

from associations.models import Association
from portal.core.choices import Role
from portal.core.models import Committee, User
from reviews.checks.choices import CheckStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit, VisitAssignment
from reviews.checks.rules.preset import CHECK_LIST
from reviews.questionnaires.choices import QuestionnaireKind, VersionStatus
from reviews.questionnaires.models import Questionnaire, QuestionnaireVersion
from reviews.questionnaires.rules.content import json_of
from tests import recipes

BEGINS, ENDS = datetime.date(2024, 9, 2), datetime.date(2024, 9, 30)
AS_OF = datetime.date(2024, 6, 30)
DUE_ON = datetime.date(2024, 11, 8)


def check_list_version() -> QuestionnaireVersion:
    """Return the published version of the preset check list."""
    kept = QuestionnaireVersion.objects.filter(
        questionnaire__kind=QuestionnaireKind.CHECK_LIST, status=VersionStatus.PUBLISHED
    ).first()
    if kept is not None:
        return kept
    writer = recipes.user.make()
    questionnaire = Questionnaire.objects.create(kind=QuestionnaireKind.CHECK_LIST, name="抽查清单", created_by=writer)
    now = timezone.now()
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=1,
        status=VersionStatus.PUBLISHED,
        content=json_of(CHECK_LIST),
        edited_by=writer,
        edited_at=now,
        published_by=writer,
        published_at=now,
    )


def check_of(committee: Committee, status: CheckStatus = CheckStatus.DRAFT, **more: Any) -> SpotCheck:
    """Return a random check of a committee's subtree, a tenth of it."""
    fields = {
        "name": "2024年下半年随机抽查",
        "version": more.pop("version", None) or check_list_version(),
        "begins_on": BEGINS,
        "ends_on": ENDS,
        "as_of": AS_OF,
        "number": 1,
        "created_by": more.pop("created_by", None) or recipes.user.make(),
        "status": status,
        **more,
    }
    return SpotCheck.objects.create(committee=committee, **fields)


def inspector_of(committee: Committee, user: User | None = None, **more: Any) -> Inspector:
    """Return an inspector of a committee's pool, with an account of that role."""
    if user is None:
        user = recipes.user.make()
        user.grants.create(role=Role.INSPECTOR)
    return Inspector.objects.create(user=user, committee=committee, **{"employer": "省委社会工作部", **more})


def visit_of(
    association: Association,
    spot_check: SpotCheck,
    status: VisitStatus = VisitStatus.OPEN,
    inspectors: tuple[Inspector, ...] = (),
    **more: Any,
) -> Visit:
    """Return a visit of a check, with its pair."""
    if status == VisitStatus.DONE:
        more = {"done_by": recipes.user.make(), "done_at": timezone.now(), **more}
    if status == VisitStatus.EXCUSED:
        more = {"excuse": "协会已停止办公", **more}
    visit = Visit.objects.create(
        spot_check=spot_check, association=association, status=status, **{"planned_on": BEGINS, **more}
    )
    for inspector in inspectors:
        VisitAssignment.objects.create(visit=visit, inspector=inspector, assigned_by=spot_check.created_by)
    return visit


def notice_of(visit: Visit, due_on: datetime.date = DUE_ON) -> RectificationNotice:
    notice, _ = RectificationNotice.objects.get_or_create(
        spot_check=visit.spot_check,
        association=visit.association,
        defaults={
            "name": "整改通知.docx",
            "sha256": "0" * 64,
            "size": 1,
            "issued_by": recipes.user.make(),
            "issued_on": ENDS,
            "due_on": due_on,
        },
    )
    return notice


def finding_of(
    visit: Visit, status: FindingStatus = FindingStatus.RAISED, item: str = "meetings", **more: Any
) -> Finding:
    """Return a finding of a visit in the given state, with everything that this state needs."""
    if status not in {FindingStatus.RAISED, FindingStatus.DROPPED}:
        notice = notice_of(visit, more.get("due_on", DUE_ON))
        more = {"notice": notice, "due_on": notice.due_on, **more}
    if status == FindingStatus.CLOSED:
        more = {"closed_on": datetime.date(2024, 11, 1), "closed_by": recipes.user.make(), **more}
    if status == FindingStatus.DROPPED:
        more = {"drop_reason": "情况属实，不属于问题", **more}
    return Finding.objects.create(
        visit=visit,
        association=visit.association,
        item=item,
        status=status,
        **{
            "title": "三会一课没有按规定召开",
            "detail": "第三季度没有召开支部党员大会",
            "severity": "major",
            "basis": "《中国共产党支部工作条例（试行）》第十三条",
            "found_on": BEGINS,
            "found_by": recipes.user.make(),
            **more,
        },
    )
