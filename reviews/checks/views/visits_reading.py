"""One visit as committees read it: answers and authors, photos, signatures, inspectors, findings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.views.generic import DetailView

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.views import ScopedMixin
from reviews.checks.access.findings import can_keep_check
from reviews.checks.access.plan import can_plan
from reviews.checks.access.visits import can_excuse, can_resume
from reviews.checks.choices import FindingStatus
from reviews.checks.models.findings import Finding, RectificationNotice
from reviews.checks.models.visits import Visit
from reviews.checks.rules.states import CHECK, VISIT
from reviews.checks.views.visits_pages import sections_of, signature_lines


class VisitDetail(ScopedMixin, DetailView):
    """A whole visit on one page. Inspectors have the page that they fill in; this one is 404 for them."""

    roles: ClassVar[tuple[Role, ...]] = (*COMMITTEE_ROLES, Role.INSPECTOR)
    template_name = "reviews/checks/visit_detail.html"
    context_object_name = "visit"

    def get_queryset(self) -> Any:
        visits = Visit.objects.visible_to(self.request.user).readable_by(self.request.user, self.today)
        return visits.select_related("association", "spot_check__committee", "spot_check__version", "done_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        visit, user, today = self.object, self.actor, self.today
        check = visit.spot_check
        entries = list(visit.entries.select_related("entered_by").order_by("pk"))
        photos = list(visit.photos.select_related("taken_by").order_by("pk"))
        findings = list(Finding.objects.visible_to(user, today).filter(visit=visit).order_by("pk"))
        notices = RectificationNotice.objects.visible_to(user, today).filter(spot_check=check)
        notice = notices.filter(association=visit.association_id).first()
        keeps = can_keep_check(user, check) is None
        is_done, goes_on = visit.is_done, check.is_released
        waits = any(each.status == FindingStatus.RAISED for each in findings) and notice is None
        context = {
            "check": check,
            "sections": sections_of(visit, entries, photos, findings),
            "has_entries": bool(entries or visit.answers),
            "loose_photos": [photo for photo in photos if not photo.item],
            "photo_count": len(photos),
            "signatures": signature_lines(visit.signatures.select_related("taken_by").order_by("pk")),
            "assignments": list(visit.assignments.select_related("inspector__user", "assigned_by").order_by("pk")),
            "findings": findings,
            "notice": notice,
            "can_notice": keeps and is_done and waits,
            "can_raise": keeps and is_done and check.takes_findings and notice is None,
            "can_assign": can_plan(user, check) is None and CHECK.may(check.status, "assign") and visit.is_upcoming,
            "can_excuse": goes_on and can_excuse(user, visit) is None and VISIT.may(visit.status, "excuse"),
            "can_resume": goes_on and can_resume(user, visit) is None and VISIT.may(visit.status, "resume"),
        }
        return super().get_context_data(**context, **kwargs)
