"""Supervision reports on first pages: signatures that wait for this person, and a committee's place in the last issued one."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portal.core.access import scope_of
from portal.core.choices import COMMITTEE_ROLES
from portal.core.models import User
from portal.dashboard.panels.gap import Count
from reviews.supervision.indicators.content import ReportField, content_of
from reviews.supervision.models import SupervisionReport
from reviews.supervision.services.reminders import owed_receipts, reports_to_sign_off

LEAD = "org_coverage"


@dataclass(frozen=True)
class IssuedPlace:
    """A committee's place in the last report issued to it; never computed live, as the rule against rankings demands."""

    report: SupervisionReport
    overall: ReportField
    own: ReportField
    place: str
    committees: int

    @property
    def url(self) -> str:
        return reverse("reviews:supervision-detail", args=[self.report.pk])


def waiting_for(user: User) -> tuple[Count, ...]:
    """Return the signatures that wait for this person: receipts of the own committee, reports to be signed off."""
    if not scope_of(user).has(*COMMITTEE_ROLES):
        return ()
    owed, to_sign = owed_receipts(user), reports_to_sign_off(user)
    counts = []
    if owed:
        counts.append(Count("待签收的督查报告", len(owed), _address([each.report_id for each in owed]), "份"))
    if to_sign:
        counts.append(Count("待签发的督查报告", len(to_sign), _address([report.pk for report in to_sign]), "份"))
    return tuple(counts)


def _address(reports: list[int]) -> str:
    """Return the address of the only report, else of the list."""
    if len(set(reports)) == 1:
        return reverse("reviews:supervision-detail", args=[reports[0]])
    return reverse("reviews:supervision-list")


def issued_place(user: User) -> IssuedPlace | None:
    """Return a committee's place in the newest report of the level above that was issued to it; None without any."""
    committee = scope_of(user).committee
    if committee is None or committee.parent_id is None:
        return None
    received = SupervisionReport.objects.visible_to(user).issued().filter(receipts__committee=committee)
    report = received.order_by("-as_of", "-pk").first()
    if report is None:
        return None
    fields = content_of(report.content).fields
    counted = [each for each in fields.values() if each.code == LEAD and each.tab == "in" and not each.is_base]
    percents = [each for each in counted if each.text.endswith("%") and each.as_of == report.as_of.isoformat()]
    own = next((each for each in percents if each.path == committee.path), None)
    overall = next((each for each in percents if each.path == report.committee.path), None) if own else None
    place = fields.get(f"{own.scope}位次") if own else None
    if own is None or overall is None or place is None:
        return None
    places = sum(1 for name in fields if name.endswith("位次"))
    return IssuedPlace(report, overall, own, place.text, places)
