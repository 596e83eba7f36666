"""JSON interface of the phone page: the own open visit, entries, photos, the end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_POST, require_safe

from portal.core.choices import Role
from portal.core.errors import RuleViolation
from portal.core.models import User
from portal.core.typed import key_from
from portal.core.views import refuse_others, signed_in
from reviews.checks.access.visits import sent_to
from reviews.checks.choices import AssignmentStatus
from reviews.checks.forms.visits import UNREADABLE, read_batch
from reviews.checks.models.visits import Visit, VisitEntry, VisitSignature
from reviews.checks.rules.photos import MAX_BYTES
from reviews.checks.services.visits import (
    AnotherPerson,
    Unfinished,
    VisitOver,
    finish_visit,
    keep_photo,
    receive_entries,
    standings_at,
)
from reviews.checks.views.visits import own_visits
from reviews.questionnaires.rules.content import Content, Item

OVER, ANOTHER, REFUSED, CONFLICT = 410, 409, 400, 422
RELATED = ("association", "spot_check")


@require_safe
def visit_data(request: HttpRequest, pk: int) -> JsonResponse:
    """Return the own open visit: items, entries, conflicts. Of an ended one return only that it has ended (410)."""
    refuse_others(request, Role.INSPECTOR)
    visit = get_object_or_404(sent_to(signed_in(request)).select_related(*RELATED), pk=pk)
    still_open = own_visits(request).filter(pk=pk).first()
    if still_open is None:
        return _answer(request, {"sentence": _over(visit)}, OVER)
    return _answer(request, {"state": _state(still_open, request)})


@require_POST
def visit_sync(request: HttpRequest, pk: int) -> JsonResponse:
    """Take a batch of entries and signatures; return the acknowledged ones and the current state."""
    refuse_others(request, Role.INSPECTOR)
    visit = get_object_or_404(sent_to(signed_in(request)).select_related(*RELATED), pk=pk)
    try:
        batch = read_batch(request.POST.get("batch", "{}"))
        received = receive_entries(visit=visit, actor=signed_in(request), batch=batch)
    except RuleViolation as refusal:
        return _refusal(request, refusal)
    arrived: dict[str, Any] = {
        "acknowledged": [str(each) for each in received.acknowledged],
        "has_gap": received.has_gap,
    }
    still_open = own_visits(request).filter(pk=pk).first()
    if still_open is None:
        return _answer(request, {**arrived, "sentence": _over(visit)}, OVER)
    return _answer(request, {**arrived, "state": _state(still_open, request)})


@require_POST
def visit_photo(request: HttpRequest, pk: int) -> JsonResponse:
    """Take one photo; sent again it is the same photo."""
    refuse_others(request, Role.INSPECTOR)
    visit = get_object_or_404(sent_to(signed_in(request)).select_related(*RELATED), pk=pk)
    file = request.FILES.get("photo")
    try:
        client_id = UUID(request.POST.get("client_id", ""))
    except ValueError:
        client_id = None
    if file is None or client_id is None:
        return _answer(request, {"sentence": UNREADABLE}, REFUSED)
    if (file.size or 0) > MAX_BYTES:
        return _answer(request, {"sentence": f"照片超过 {MAX_BYTES // 1024 // 1024} MB，请重新拍摄。"}, REFUSED)
    try:
        photo = keep_photo(
            visit=visit,
            actor=signed_in(request),
            user=key_from(request.POST.get("user", "")) or 0,
            client_id=client_id,
            item=request.POST.get("item", "")[:40],
            data=file.read(),
        )
    except RuleViolation as refusal:
        return _refusal(request, refusal)
    return _answer(request, {"acknowledged": [str(photo.client_id)]})


@require_POST
def visit_finish(request: HttpRequest, pk: int) -> JsonResponse:
    """Finish a visit; name what is missing item by item."""
    refuse_others(request, Role.INSPECTOR)
    visit = get_object_or_404(sent_to(signed_in(request)).select_related(*RELATED), pk=pk)
    try:
        finish_visit(visit=visit, actor=signed_in(request), today=timezone.localdate())
    except Unfinished as refusal:
        gaps = [{"item": gap.item, "label": gap.label, "sentence": gap.sentence} for gap in refusal.gaps]
        return _answer(request, {"sentence": refusal.message, "gaps": gaps}, CONFLICT)
    except RuleViolation as refusal:
        return _refusal(request, refusal)
    return _answer(request, {"sentence": "检查已完成。", "url": reverse("reviews:visit-mine")})


def _refusal(request: HttpRequest, refusal: RuleViolation) -> JsonResponse:
    if isinstance(refusal, VisitOver):
        acknowledged = [str(each) for each in refusal.acknowledged]
        return _answer(request, {"sentence": refusal.message, "acknowledged": acknowledged}, OVER)
    return _answer(request, {"sentence": refusal.message}, ANOTHER if isinstance(refusal, AnotherPerson) else REFUSED)


def _answer(request: HttpRequest, payload: dict[str, Any], status: int = 200) -> JsonResponse:
    """Return a JSON answer with the token for the next form: a phone may have been without the page for days."""
    answer = JsonResponse(
        {**payload, "token": get_token(request)}, status=status, json_dumps_params={"ensure_ascii": False}
    )
    add_never_cache_headers(answer)
    return answer


def _over(visit: Visit) -> str:
    return f"{visit.association.name}的检查已经结束。"


def _state(visit: Visit, request: HttpRequest) -> dict[str, Any]:
    """Return everything that the phone page shows; risk, earlier grades and the places of photos are left out."""
    reader: User = signed_in(request)
    assignments = visit.assignments.filter(status=AssignmentStatus.ASSIGNED).select_related("inspector__user")
    return {
        "user": {"id": reader.pk, "name": reader.name},
        "visit": {
            "id": visit.pk,
            "association": visit.association.name,
            "check": visit.spot_check.name,
            "address": visit.address,
            "planned_on": visit.planned_on and visit.planned_on.isoformat(),
            "ends_on": visit.spot_check.ends_on.isoformat(),
            "with": [each.inspector.user.name for each in assignments if each.inspector.user_id != reader.pk],
        },
        "sections": _sections(visit.content),
        "entries": [_entry(row, reader) for row in visit.entries.select_related("entered_by").order_by("pk")],
        "photos": [
            {
                "client_id": str(photo.client_id),
                "item": photo.item,
                "by": photo.taken_by.name,
                "url": reverse("reviews:visit-photo-file", args=[visit.pk, photo.client_id]),
            }
            for photo in visit.photos.select_related("taken_by").order_by("pk")
        ],
        "signatures": [_signature(row) for row in visit.signatures.select_related("taken_by").order_by("pk")],
        "conflicts": [code for code, standing in standings_at(visit).items() if standing.is_conflict],
    }


def _entry(entry: VisitEntry, reader: User) -> dict[str, Any]:
    return {
        "client_id": str(entry.client_id),
        "item": entry.item,
        "value": entry.value,
        "note": entry.note,
        "bases": entry.bases,
        "by": entry.entered_by.name,
        "mine": entry.entered_by_id == reader.pk,
        "entered_at": entry.entered_at.isoformat(),
        "received_at": entry.received_at.isoformat(),
    }


def _signature(signature: VisitSignature) -> dict[str, Any]:
    return {
        "client_id": str(signature.client_id),
        "name": signature.name,
        "post": signature.post,
        "strokes": signature.strokes,
        "refusal": signature.refusal,
        "by": signature.taken_by.name,
    }


def _sections(content: Content) -> list[dict[str, Any]]:
    return [
        {
            "code": section.code,
            "title": section.title,
            "help": section.help,
            "items": [_item(each) for each in section.items],
        }
        for section in content.sections
    ]


def _item(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "label": item.label,
        "type": item.type,
        "unit": item.unit,
        "help": item.help,
        "required": item.required,
        "conditional": bool(item.asked_if),
        "options": list(item.options),
        "columns": [_item(column) for column in item.columns],
        "max_length": item.max_length,
        "basis": item.basis,
        "severity": item.severity_label,
        "evidence": item.evidence,
    }
