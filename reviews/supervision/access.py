"""Verbs of supervision reports, each answering with a reason where a person may not."""

from __future__ import annotations

from portal.core.access import scope_of, verb
from portal.core.choices import Role
from portal.core.errors import Denial
from portal.core.models import Committee, User
from reviews.supervision.models import Receipt, ReportVersion, SupervisionReport


@verb
def can_request(user: User, committee: Committee) -> Denial | None:
    """Let the province and the committees request reports about their own subtree."""
    if scope_of(user).oversees(committee):
        return None
    return Denial("只能起草本机构及其下级机构范围内的督查报告。")


@verb
def can_keep(user: User, report: SupervisionReport) -> Denial | None:
    """Let those edit, number and issue a report who oversee its whole subtree; recipients only read it."""
    return can_request(user, report.committee) and Denial("该报告由上级机构起草，您只能阅读和签收。")


@verb
def can_sign_off(user: User, report: SupervisionReport) -> Denial | None:
    """Let only a person sign off a report who neither drafted nor edited nor submitted it (SEC-23, four eyes)."""
    if denial := can_keep(user, report):
        return denial
    wrote = ReportVersion.objects.filter(report=report, written_by=user).exists()
    if wrote or user.pk in {report.requested_by_id, report.submitted_by_id}:
        return Denial("您参与了报告的起草、修改或者送签，须由另一人签发。")
    return None


@verb
def can_read_names(user: User, report: SupervisionReport) -> Denial | None:
    """Let only those have the annex who oversee the whole subtree: it names the associations of all of it."""
    return can_request(user, report.committee) and Denial("附件含有其他机构的协会名单，只向起草机构提供。")


@verb
def can_sign_receipt(user: User, receipt: Receipt) -> Denial | None:
    """Let a committee's own staff sign for a report; the province does not sign in its place."""
    scope = scope_of(user)
    if scope.oversees(receipt.committee) and not scope.has(Role.PROVINCE):
        return None
    return Denial("只有主送机构的工作人员可以签收。")
