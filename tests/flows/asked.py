"""What each service is called with to see whom it refuses: one thing of the subtree `own` for every name of an argument.

A service begins by asking for rights, so that only what its verb looks at matters; every other argument is None.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from inspect import isfunction
from typing import Any

from associations.models import PersonMerge
from partyorgs.planning.choices import PlanForm
from partyorgs.planning.rules.plans import Plan
from partyorgs.planning.services.plans import CoveragePlan, Question
from portal.core.choices import JobStatus, Role
from portal.core.measures import Rate
from portal.core.models import Grant, User
from reviews.checks.choices import CheckStatus, FindingStatus
from reviews.checks.models.findings import ExtensionRequest
from reviews.checks.models.inspectors import InspectorAbsence, InspectorTie
from reviews.checks.models.plan import CheckExclusion
from reviews.checks.rules.batches import Batch, SentSignature
from reviews.questionnaires.choices import SheetStatus, VersionStatus
from reviews.questionnaires.models import QuestionnaireVersion
from reviews.reports.models.filing import QuarterlyReport, ReportAttachment
from reviews.reports.models.outcomes import Difficulty, PostChange
from reviews.supervision.choices import ReportStatus
from reviews.supervision.models import Receipt
from tests import recipes
from tests.conftest import Side
from tests.reviews.checks.visits import jpeg
from tests.reviews.checks.worlds import check_of, finding_of, inspector_of, visit_of
from tests.reviews.reports.rounds import quarterly_version, report_of, round_of
from tests.reviews.supervision.worlds import small_report

TODAY = datetime.date(2024, 10, 15)


@dataclass(frozen=True)
class Things:
    """Arguments by name, and by service where a name means something else there or another state is needed."""

    by_name: dict[str, Any]
    by_service: dict[str, dict[str, Any]]

    def arguments(self, service: str, names: Iterable[str], actor: User) -> dict[str, Any]:
        """Return the arguments of a service, named by the end of its address; what depends on the actor is asked for here."""
        own = next((found for end, found in self.by_service.items() if service.endswith(f".{end}")), {})
        values = {name: own.get(name, self.by_name.get(name)) for name in names}
        return {name: value(actor) if isfunction(value) else value for name, value in values.items()} | {"actor": actor}


def _registry(own: Side, other: Side, stranger: User) -> dict[str, Any]:
    """Return what the services of core, associations and partyorgs are asked about."""
    grant = Grant.objects.create(user=stranger, role=Role.COMMITTEE, committee=own.committee)
    question = Question(own.committee, "org_coverage", Fraction(1), tuple(PlanForm), TODAY)
    return {
        "association": own.association,
        "associations": [own.association],
        "committee": own.committee,
        "parent": own.committee,
        "user": stranger,
        "grant": grant,
        "job": recipes.job.make(status=JobStatus.FAILED, owner=stranger),
        "notice": recipes.notice.make(user=stranger),
        "headcount": own.headcount,
        "person": own.person,
        "survivor": own.person,
        "duplicate": other.person,
        "merge": PersonMerge.objects.create(survivor=own.person, duplicate=recipes.person.make(), reason="同一人"),
        "post": own.post,
        "statement": own.oversight,
        "values": {},
        "instructor": own.instructor,
        "talk": own.talk,
        "organization": own.organization,
        "affiliation": own.affiliation,
        "election": own.election,
        "setup": own.setup,
        "covers": [own.association],
        "upload": own.upload,
        "target": own.target,
        "task": recipes.coverage_task.make(committee=own.committee),
        "question": question,
        "plan": CoveragePlan(question, Rate(0, 1), Plan(0), (), ()),
    }


def _checks(own: Side) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    check = check_of(own.committee, CheckStatus.RELEASED)
    inspector = inspector_of(own.committee)
    visit = visit_of(own.association, check, inspectors=(inspector,))
    finding = finding_of(visit, FindingStatus.NOTICED)
    by_name = {
        "check": check,
        "inspector": inspector,
        "inspectors": [inspector],
        "visit": visit,
        "assignment": visit.assignments.get(),
        "absence": InspectorAbsence.objects.create(inspector=inspector, first_day=TODAY, last_day=TODAY),
        "tie": InspectorTie.objects.create(inspector=inspector, association=own.association, reason="曾任职"),
        "exclusion": CheckExclusion.objects.create(
            spot_check=check, association=own.association, reason="停业", excluded_by=check.created_by
        ),
        "finding": finding,
        "request": ExtensionRequest.objects.create(
            finding=finding, until=TODAY, reason="报批", asked_by=check.created_by
        ),
    }
    signature = SentSignature(uuid.uuid4(), "张三", "秘书长", (((1, 2),),), "")
    by_service = {
        "visits.receive_entries": {"batch": lambda actor: Batch(actor.pk, (), (signature,))},
        "visits.keep_photo": {"user": lambda actor: actor.pk, "client_id": uuid.uuid4(), "data": jpeg((40, 30))},
    }
    return by_name, by_service


def _reports(own: Side) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    round_ = round_of(own.committee)
    report = report_of(own.association, round_, SheetStatus.SUBMITTED)
    attachment = ReportAttachment.objects.create(
        report=report, item="files", name="材料.pdf", size=1, sha256="0" * 64, added_by=round_.opened_by
    )
    by_name = {
        "report": report,
        "sheet": report,
        "sheets": [report],
        "model": QuarterlyReport,
        "round_": round_,
        "change": PostChange.objects.create(
            report=report, person="张三", title="书记", is_appointment=True, since=TODAY
        ),
        "difficulty": Difficulty.objects.create(report=report, kind="经费", text="经费不足"),
        "key": attachment.key,
    }
    return by_name, {"reviewing.approve_sheets": {"sheets": [(report, 1, None)]}}


def _supervision(own: Side) -> dict[str, dict[str, Any]]:
    issued = small_report(own.committee, ReportStatus.ISSUED)
    draft, submitted = small_report(own.committee), small_report(own.committee, ReportStatus.SUBMITTED)
    receipt = Receipt.objects.create(report=issued, committee=own.committee)
    states = {"sign_off_report": submitted, "withdraw_report": issued, "issue_report": submitted}
    services = {
        "building": ("build_report",),
        "editing": ("edit_report", "restore_version", "submit_report", "return_report", "sign_off_report"),
        "issuing": ("number_report", "issue_report", "withdraw_report", "discard_report"),
    }
    found = {
        f"supervision.services.{room}.{name}": {"report": states.get(name, draft)}
        for room, names in services.items()
        for name in names
    }
    return {**found, "issuing.sign_receipt": {"receipt": receipt}}


def things_of(own: Side, other: Side) -> Things:
    """Arrange one of everything in the subtree `own`."""
    stranger = recipes.user.make()
    published = quarterly_version()
    draft = QuestionnaireVersion.objects.create(
        questionnaire=published.questionnaire,
        number=9,
        status=VersionStatus.DRAFT,
        edited_by=stranger,
        edited_at=published.edited_at,
    )
    checks, of_checks = _checks(own)
    reports, of_reports = _reports(own)
    by_name = {
        **_registry(own, other, stranger),
        **checks,
        **reports,
        "version": draft,
        "questionnaire": draft.questionnaire,
        "today": TODAY,
        "as_of": TODAY,
    }
    own_posts = {"post": own.party_post}
    by_service = {
        "officers.end_party_post": own_posts,
        "officers.correct_party_post": own_posts,
        **of_checks,
        **of_reports,
        **_supervision(own),
    }
    return Things(by_name, by_service)
