"""Pages of inspectors: their list of visits, the check list on a phone, and the parts that make it work without a signal."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from portal.core.choices import COMMITTEE_ROLES, Role
from portal.core.forms import ReasonForm
from portal.core.views import ServiceFormView, file_response, refuse_others, signed_in
from reviews.checks.access.visits import can_fill
from reviews.checks.choices import AssignmentStatus, VisitStatus
from reviews.checks.models.visits import Visit, VisitPhoto
from reviews.checks.rules.photos import ACCEPT
from reviews.checks.services.visits import excuse_visit, resume_visit

MANIFEST_TYPE = "application/manifest+json"
# The modules of the phone page: its entry and whatever that imports, however far (a house test holds the two equal).
MODULES = (
    "js/pages/visits.js",
    "js/visits/answers.js",
    "js/visits/elements.js",
    "js/visits/fill.js",
    "js/visits/inputs.js",
    "js/visits/item_view.js",
    "js/visits/leftovers.js",
    "js/visits/list.js",
    "js/visits/merging.js",
    "js/visits/phone.js",
    "js/visits/photos.js",
    "js/visits/sending.js",
    "js/visits/sheet.js",
    "js/visits/sheet_page.js",
    "js/visits/signature.js",
    "js/visits/signing.js",
    "js/visits/store.js",
    "js/visits/sync.js",
)
# What the phone page is made of; the service worker keeps all of it.
ASSETS = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/bootstrap-icons/bootstrap-icons.min.css",
    "vendor/bootstrap-icons/fonts/bootstrap-icons.woff2",
    "css/portal.css",
    "img/icon.svg",
    "img/icon-192.png",
    "js/theme.js",
    *MODULES,
)


@dataclass(frozen=True)
class OwnVisit:
    """One line of the own list: the visit, the other inspectors, whether it is late."""

    visit: Visit
    others: tuple[str, ...]
    is_late: bool


def own_visits(request: HttpRequest) -> Any:
    """Return the released visits that the reader is still to make."""
    return (
        Visit.objects.visible_to(request.user).open_to(signed_in(request)).select_related("association", "spot_check")
    )


@require_safe
def visit_mine(request: HttpRequest) -> HttpResponse:
    """Show the own open visits, the next one first, without risk and earlier grades."""
    refuse_others(request, Role.INSPECTOR)
    user, today = signed_in(request), timezone.localdate()
    rows = own_visits(request).prefetch_related("assignments__inspector__user")
    lines = [_line(visit, user.pk, today) for visit in sorted(rows, key=_when)]
    answer = render(request, "reviews/checks/visit_mine.html", {"lines": lines})
    add_never_cache_headers(answer)
    return answer


def _when(visit: Visit) -> tuple[datetime.date, int]:
    return visit.planned_on or visit.spot_check.ends_on, visit.pk


def _line(visit: Visit, reader: int, today: datetime.date) -> OwnVisit:
    others = [
        assignment.inspector.user.name
        for assignment in visit.assignments.all()
        if assignment.status == AssignmentStatus.ASSIGNED and assignment.inspector.user_id != reader
    ]
    return OwnVisit(visit, tuple(others), _when(visit)[0] < today)


@require_safe
def visit_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the phone page of one own open visit. It holds no data: it reads them from the portal or the phone's sealed store."""
    refuse_others(request, Role.INSPECTOR)
    visit = get_object_or_404(own_visits(request), pk=pk)
    answer = HttpResponse(_shell(user=signed_in(request).pk, title=visit.association.name))
    add_never_cache_headers(answer)
    return answer


@login_not_required
@require_safe
def visit_offline(request: HttpRequest) -> HttpResponse:
    """Show the same page without anybody's data: the service worker keeps it for places without a signal."""
    return HttpResponse(_shell())


def _shell(user: int = 0, title: str = "检查") -> str:
    return render_to_string("reviews/checks/visit_shell.html", {"owner": user, "title": title, "accept": ACCEPT})


def _digest_of(asset: str) -> str:
    """Return the digest of a file of ours; "" where files are served only under names that say their contents."""
    path = finders.find(asset)
    return hashlib.sha256(Path(path).read_bytes()).hexdigest() if path else ""


@login_not_required
@require_safe
def visit_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker. It is served below /visits/, so that it controls these pages and no other."""
    assets = [static(name) for name in ASSETS]
    # On a desk names stay as they are when contents change, and modules of two versions do not fit together.
    version = hashlib.sha256("\n".join([_shell(), *assets, *map(_digest_of, ASSETS)]).encode()).hexdigest()[:16]
    address = reverse("reviews:visit-mine")
    context = {"assets": assets, "list": address, "shell": reverse("reviews:visit-offline"), "version": version}
    script = render_to_string("reviews/checks/visit_worker.js", context)
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = address
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def visit_manifest(request: HttpRequest) -> HttpResponse:
    """Return what a phone needs to put the list of visits on its home screen."""
    icons = [
        {
            "src": static(f"img/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    address = reverse("reviews:visit-mine")
    manifest = {
        "name": "党建工作平台抽查",
        "short_name": "抽查",
        "lang": "zh-Hans",
        "id": address,
        "start_url": address,
        "scope": address,
        "display": "standalone",
        "background_color": "#f5f6f7",
        "theme_color": "#b3261e",
        "icons": icons,
    }
    return JsonResponse(manifest, content_type=MANIFEST_TYPE, json_dumps_params={"ensure_ascii": False})


@require_safe
def visit_photo_file(request: HttpRequest, pk: int, client_id: UUID) -> HttpResponse:
    """Hand out the shown copy of a photo; the sealed original is handed out to nobody."""
    refuse_others(request, Role.INSPECTOR, *COMMITTEE_ROLES)
    visible = Visit.objects.visible_to(request.user).filter(pk=pk)
    read, own = visible.readable_by(request.user, timezone.localdate()), visible.open_to(signed_in(request))
    photos = VisitPhoto.objects.filter(Q(visit__in=read) | Q(visit__in=own))
    photo = get_object_or_404(photos, client_id=client_id)
    with photo.shown.open("rb") as file:
        return file_response(file.read(), f"现场照片{photo.pk}.jpg", "image/jpeg")


class VisitReasonView(ServiceFormView):
    """A form that does something with one visit, for a reason."""

    form_class = ReasonForm

    def get_visits(self) -> QuerySet[Visit]:
        return Visit.objects.visible_to(self.request.user)

    @cached_property
    def visit(self) -> Visit:
        visits = self.get_visits().select_related("association", "spot_check__committee")
        return get_object_or_404(visits, pk=self.kwargs["pk"])

    def get_subject(self) -> str:
        return self.visit.association.name


class VisitExcuse(VisitReasonView):
    """A form that says why a visit could not be made."""

    roles = (Role.INSPECTOR, *COMMITTEE_ROLES)
    title = "登记未检查"
    note = "协会已停止办公、无法联系等原因不能检查的，写明原因。登记后检查任务结束，本机的数据随之清除。"
    submit_label = "登记"

    def perform(self, form_data: dict[str, Any]) -> str:
        excuse_visit(visit=self.visit, actor=self.actor, reason=form_data["reason"])
        return "已登记未检查的原因。"

    def get_back_url(self) -> str:
        """Return the own list of an inspector; for a committee the page of the visit, or the results of its check."""
        if can_fill(self.actor, self.visit) is None:
            return reverse("reviews:visit-mine")
        visible = Visit.objects.visible_to(self.request.user).filter(pk=self.visit.pk)
        if visible.readable_by(self.request.user, self.today).exists():
            return reverse("reviews:visit-detail", args=[self.visit.pk])
        return reverse("reviews:check-results", args=[self.visit.spot_check_id])


class VisitResume(VisitReasonView):
    """Reopen an excused visit."""

    roles = COMMITTEE_ROLES
    title = "恢复检查"
    note = "恢复后，指派的检查人员可以继续检查，此前的记录保留。"
    submit_label = "恢复"

    def get_visits(self) -> QuerySet[Visit]:
        return super().get_visits().filter(status=VisitStatus.EXCUSED)

    def perform(self, form_data: dict[str, Any]) -> str:
        resume_visit(visit=self.visit, actor=self.actor, reason=form_data["reason"])
        return "已恢复检查。"

    def get_back_url(self) -> str:
        return reverse("reviews:visit-detail", args=[self.visit.pk])
