"""Phone data of the demo's visits: each finished visit with its pair, answers, a signature and photos."""

from __future__ import annotations

import datetime
import hashlib
import io
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from portal.core.choices import Role
from portal.core.models import User
from reviews.checks.choices import AssignmentStatus, CheckStatus, VisitStatus
from reviews.checks.models.inspectors import Inspector
from reviews.checks.models.visits import Visit, VisitAssignment, VisitEntry, VisitPhoto, VisitSignature
from reviews.checks.rules.batches import Batch, SentEntry, SentSignature
from reviews.checks.services.visits import finish_visit, receive_entries

_SPACE = UUID("7d0e6f0e-54c9-4c35-9f6e-2f5b1c0d6a11")
_STROKES = (
    ((180, 120), (240, 110), (330, 104), (420, 98)),
    ((300, 60), (296, 140), (286, 230), (250, 310)),
    ((560, 90), (540, 170), (500, 250), (470, 300)),
    ((560, 90), (620, 180), (690, 250), (760, 300)),
)
_SIGNERS = (("周国平", "秘书长"), ("吴建华", "办公室主任"), ("郑立群", "副会长"), ("孙学军", "党支部书记"))
_FINISHED = 3  # of the check that is going on; the demo's own inspector makes none of them
_WRONG = {"theme_day": "七月、八月没有开展主题党日", "posts_match": "平台登记的组织委员已于今年三月调离"}


def ensure_visits(*, today: datetime.date, inspector: User) -> None:
    """Add phone data to finished visits, and finish some visits of the released check, where there are no entries yet."""
    people = list(Inspector.objects.exclude(user=inspector).select_related("user").order_by("pk"))
    if len(people) < 2 or VisitEntry.objects.exists():  # noqa: PLR2004 -- a visit is made by two
        return
    done = Visit.objects.filter(status=VisitStatus.DONE).select_related("spot_check__version").order_by("pk")
    for place, visit in enumerate(done):
        _fill(visit, place, people)
    _finish(today, inspector)
    for place, visit in enumerate(Visit.objects.filter(address="").order_by("pk")):
        visit.address = f"南京市鼓楼区北京西路{2 * place + 12}号{place % 9 + 2}楼"
        visit.save(update_fields=["address"])


def _fill(visit: Visit, place: int, people: list[Inspector]) -> None:
    pair = [people[(2 * place + at) % len(people)] for at in range(2)]
    details = {finding.item: finding.detail for finding in visit.findings.exclude(item="")}
    begun = (visit.done_at or timezone.now()) - datetime.timedelta(hours=1)
    VisitAssignment.objects.bulk_create(
        VisitAssignment(visit=visit, inspector=each, assigned_by=visit.spot_check.created_by) for each in pair
    )
    visit.assignments.update(assigned_at=visit.spot_check.released_at or begun)
    entries: list[VisitEntry] = []
    for code in _required_items(visit):
        value, note = code not in details, details.get(code, "")
        first = _entry(visit, pair[0].user, begun, len(entries) + 1, code, value=value, note=note)
        entries.append(first)
        if code == next(iter(details), ""):  # the other one said so too late; they agreed
            second = _entry(visit, pair[1].user, begun, 1, code, value=True, note="")
            bases = [str(first.client_id), str(second.client_id)]
            settled = _entry(visit, pair[0].user, begun, len(entries) + 1, code, value=value, note=note)
            settled.bases = bases
            entries += [second, settled]
    for number, entry in enumerate(each for each in entries if each.entered_by_id == pair[0].user_id):
        entry.sequence = number + 1
    VisitEntry.objects.bulk_create(entries)
    VisitEntry.objects.filter(visit=visit).update(received_at=begun + datetime.timedelta(minutes=50))
    visit.answers = {
        code: {"value": code not in details, "note": details.get(code, "")} for code in _required_items(visit)
    }
    visit.done_by = pair[0].user
    visit.save(update_fields=["answers", "done_by"])
    _sign(visit, place, pair[0].user, begun)
    for code in details:
        _photograph(visit, code, pair[1].user, begun)


def _required_items(visit: Visit) -> list[str]:
    return [item.code for item in visit.content.items if item.required]


def _entry(
    visit: Visit, user: User, begun: datetime.datetime, number: int, code: str, *, value: bool, note: str
) -> VisitEntry:
    return VisitEntry(
        visit=visit,
        client_id=uuid5(_SPACE, f"{visit.pk}:{user.pk}:{number}:{code}"),
        device=uuid5(_SPACE, f"{visit.pk}:{user.pk}"),
        sequence=number,
        item=code,
        value=value,
        note=note,
        entered_by=user,
        entered_at=begun + datetime.timedelta(minutes=2 * number),
    )


def _sign(visit: Visit, place: int, user: User, begun: datetime.datetime) -> None:
    signature: dict[str, Any] = {"name": "", "post": "", "strokes": [], "refusal": "负责人外出，在场工作人员不愿签字"}
    if place % 5 != 4:  # noqa: PLR2004 -- one of five
        name, post = _SIGNERS[place % len(_SIGNERS)]
        signature = {
            "name": name,
            "post": post,
            "strokes": [list(map(list, stroke)) for stroke in _STROKES],
            "refusal": "",
        }
    row = VisitSignature.objects.create(
        visit=visit, client_id=uuid5(_SPACE, f"{visit.pk}:signature"), taken_by=user, **signature
    )
    VisitSignature.objects.filter(pk=row.pk).update(received_at=begun + datetime.timedelta(minutes=50))


def _photograph(visit: Visit, code: str, user: User, begun: datetime.datetime) -> None:
    """Keep a picture of a page of minutes: lines on paper, no words."""
    data = _page_of_minutes()
    photo = VisitPhoto(
        visit=visit,
        client_id=uuid5(_SPACE, f"{visit.pk}:photo:{code}"),
        item=code,
        sha256=hashlib.sha256(data).hexdigest(),
        taken_by=user,
    )
    photo.original.save("photo.jpg", ContentFile(data), save=False)
    photo.shown.save("photo.jpg", ContentFile(data), save=False)
    photo.save()
    VisitPhoto.objects.filter(pk=photo.pk).update(received_at=begun + datetime.timedelta(minutes=45))


def _page_of_minutes() -> bytes:
    picture = Image.new("RGB", (960, 720), "#6d5a48")
    pen = ImageDraw.Draw(picture)
    pen.polygon(((150, 60), (830, 90), (800, 680), (120, 650)), fill="#f4f1e8")
    for line in range(13):
        pen.line((210, 150 + 36 * line, 730 - 40 * (line % 3), 166 + 36 * line), fill="#7a7f87", width=5)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def _finish(today: datetime.date, inspector: User) -> None:
    """Let some pairs send their visits of the released check, as phones do."""
    own = VisitAssignment.objects.filter(inspector__user=inspector).values("visit")
    visits = Visit.objects.filter(status=VisitStatus.OPEN, spot_check__status=CheckStatus.RELEASED)
    for place, visit in enumerate(visits.exclude(pk__in=own).order_by("planned_on", "pk")[:_FINISHED]):
        part = visit.assignments.filter(status=AssignmentStatus.ASSIGNED).select_related("inspector__user").first()
        if part is None or not part.inspector.user.grants.filter(role=Role.INSPECTOR).exists():
            continue
        user, begun = part.inspector.user, timezone.now() - datetime.timedelta(hours=2)
        wrong = _WRONG if place == 0 else {}
        sent = [
            SentEntry(
                client_id=uuid5(_SPACE, f"{visit.pk}:{code}"),
                device=uuid5(_SPACE, f"{visit.pk}:{user.pk}"),
                sequence=number,
                item=code,
                value=code not in wrong,
                note=wrong.get(code, ""),
                bases=(),
                entered_at=begun + datetime.timedelta(minutes=2 * number),
            )
            for number, code in enumerate(_required_items(visit), start=1)
        ]
        name, post = _SIGNERS[place]
        signed = SentSignature(uuid5(_SPACE, f"{visit.pk}:signature"), name, post, _STROKES, "")
        receive_entries(visit=visit, actor=user, batch=Batch(user.pk, tuple(sent), (signed,)))
        finish_visit(visit=visit, actor=user, today=today)
