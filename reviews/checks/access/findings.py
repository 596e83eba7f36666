"""Verbs of findings, each answering with a reason where a person may not. Rows come from `visible_to`."""

from __future__ import annotations

from django.db.models import Q

from associations.models import AssociationPost
from partyorgs.organizations.models import PartyPost
from portal.core.access import scope_of, verb
from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.errors import Denial
from portal.core.models import User
from reviews.checks.access.visits import can_fill
from reviews.checks.models.findings import ExtensionRequest, Finding
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit

FINDING_READERS = (Role.PROVINCE, Role.COMMITTEE, Role.SECRETARY)


@verb
def can_keep_check(user: User, check: SpotCheck) -> Denial | None:
    """Let a person raise, notice, close and publish the findings of a check where the person oversees all of its subtree."""
    return None if scope_of(user).oversees(check.committee) else Denial("该抽查由上级机构组织，您只能查看。")


@verb
def can_raise(user: User, visit: Visit) -> Denial | None:
    """Let the inspectors who were sent, and those who keep the check, raise findings."""
    return can_keep_check(user, visit.spot_check) and can_fill(user, visit)


@verb
def can_reply(user: User, finding: Finding) -> Denial | None:
    """Let an association's secretary answer for it, or its liaison where there is none."""
    if scope_of(user).files_for(finding.association_id):
        return None
    return Denial("整改情况由该协会党组织书记（联络员）答复。")


@verb
def can_recheck(user: User, finding: Finding) -> Denial | None:
    """Let somebody of the committees re-check a reply who neither answered nor belongs to the association (SEC-23).

    依据：domain.md, "Work cycles" 2.
    """
    if not scope_of(user).has(*COMMITTEE_ROLES):
        return Denial("整改情况由党建工作领导机构复核。")
    if finding.replies.filter(replied_by=user).exists():
        return Denial("您答复过该问题，须由另一人复核。")
    if belongs_to(user, finding.association_id):
        return Denial("您是该协会的人员，须由另一人复核。")
    return None


@verb
def can_decide_extension(user: User, request: ExtensionRequest) -> Denial | None:
    """Let somebody of the committees decide who neither made the request nor belongs to the association (SEC-23)."""
    if not scope_of(user).has(*COMMITTEE_ROLES):
        return Denial("延期由党建工作领导机构审批。")
    if request.asked_by_id == user.pk:
        return Denial("您是申请人，须由另一人审批。")
    if belongs_to(user, request.finding.association_id):
        return Denial("您是该协会的人员，须由另一人审批。")
    return None


def belongs_to(user: User, association: int) -> bool:
    """Tell whether a person files for an association, is employed by it, has a tie to it, or holds or held a post there."""
    if association in scope_of(user).limit.association_ids:
        return True
    posts = (AssociationPost, PartyPost)
    held = [Q(person__in=model.objects.filter(association=association).values("person")) for model in posts]
    tied = Q(employer_association=association) | Q(ties__association=association) | held[0] | held[1]
    return Inspector.objects.filter(tied, user=user).exists()
