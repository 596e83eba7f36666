"""A visit while it is made: entries from phones kept once and in order, photos sealed, in the end done or excused."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.files import keep_file
from portal.core.models import User
from reviews.checks.access.visits import can_excuse, can_fill, can_resume
from reviews.checks.choices import CheckStatus, VisitStatus
from reviews.checks.models.visits import Visit, VisitEntry, VisitPhoto, VisitSignature
from reviews.checks.rules.batches import Batch, SentEntry, SentSignature, in_order
from reviews.checks.rules.filling import VisitGap, gaps_of
from reviews.checks.rules.merging import ItemEntry, ItemStanding, standings_of
from reviews.checks.rules.photos import Photo, PhotoFault, read_photo
from reviews.checks.rules.states import next_visit
from reviews.checks.services.raising import raise_findings

MOST_PHOTOS = 60  # of one visit; an item needs two or three
FILE_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class VisitOver(RuleViolation):
    """The visit is no longer open; entries received earlier are kept, and `acknowledged` again."""

    acknowledged: tuple[UUID, ...] = ()


class AnotherPerson(RuleViolation):
    """Entries made on one person's phone and sent by another person."""


class Unfinished(RuleViolation):
    """A visit that cannot be finished yet; `gaps` lists the reasons item by item."""

    def __init__(self, gaps: list[VisitGap]) -> None:
        named = list(dict.fromkeys(gap.label for gap in gaps))
        more = f"等 {len(named)} 项" if len(named) > 5 else ""  # noqa: PLR2004
        super().__init__(f"还不能完成，请先处理：{'、'.join(named[:5])}{more}。")
        self.gaps = gaps


@dataclass(frozen=True)
class Received:
    """The stored part of a batch, received now or before; `has_gap` tells that earlier entries of the phone are missing."""

    acknowledged: list[UUID]
    has_gap: bool = False


def locked_visit(visit: Visit) -> Visit:
    """Lock a visit before its state is judged."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("spot_check__version", "association")
    return rows.get(pk=visit.pk)


def standings_at(visit: Visit) -> dict[str, ItemStanding]:
    """Return {item: its standing} of a visit."""
    return standings_of(
        ItemEntry(str(entry.client_id), entry.item, entry.value, entry.note, frozenset(entry.bases))
        for entry in visit.entries.order_by("pk")
    )


def _refuse_when_over(visit: Visit, verb: str) -> VisitStatus:
    if visit.spot_check.status != CheckStatus.RELEASED:
        raise VisitOver("抽查已经结束，不再接收检查记录。")
    try:
        return next_visit(visit.status, verb)
    except RuleViolation as refusal:
        raise VisitOver(refusal.message) from refusal


@transaction.atomic
def receive_entries(*, visit: Visit, actor: User, batch: Batch) -> Received:
    """Keep what a phone sent: each entry once, however often it comes, and the entries of one device in their order.

    Entries received before are acknowledged even when the visit is over. Raises VisitOver where new ones come after the end,
    AnotherPerson where somebody else made them, and RuleViolation for content that no visit page sends.
    """
    visit = locked_visit(visit)
    if batch.client_ids and batch.user != actor.pk:
        raise AnotherPerson("这部手机上的记录是另一位检查人员填写的，请由本人登录后发送。")
    stored = _stored_ids(visit, actor, batch.client_ids)
    new_entries = [sent for sent in batch.entries if sent.client_id not in stored]
    new_signatures = [sent for sent in batch.signatures if sent.client_id not in stored]
    acknowledged = [client_id for client_id in batch.client_ids if client_id in stored]
    if not new_entries and not new_signatures:
        return Received(acknowledged)
    refuse(can_fill(actor, visit))
    try:
        _refuse_when_over(visit, "enter")
    except VisitOver as over:
        over.acknowledged = tuple(acknowledged)
        raise
    kept, rest = _keep_entries(visit, actor, new_entries)
    _keep_signatures(visit, actor, new_signatures)
    acknowledged += [sent.client_id for sent in kept] + [sent.client_id for sent in new_signatures]
    if kept or new_signatures:
        audit.record(
            actor, AuditAction.CHANGE, visit, step="现场记录", entries=len(kept), signatures=len(new_signatures)
        )
    return Received(acknowledged, has_gap=bool(rest))


def _stored_ids(visit: Visit, actor: User, client_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these ids are stored. Raises RuleViolation where one belongs to another visit or person."""
    stored: set[UUID] = set()
    for rows, by in ((VisitEntry.objects, "entered_by"), (VisitSignature.objects, "taken_by")):
        for client_id, at, who in rows.filter(client_id__in=client_ids).values_list("client_id", "visit", by):
            if (at, who) != (visit.pk, actor.pk):
                raise RuleViolation("记录的编号与另一条记录重复，没有保存。请刷新页面后重试。")
            stored.add(client_id)
    return stored


def _keep_entries(visit: Visit, actor: User, entries: list[SentEntry]) -> tuple[list[SentEntry], list[SentEntry]]:
    items = {item.code for item in visit.content.items}
    if any(sent.item not in items for sent in entries):
        raise RuleViolation("检查清单中没有这个项目，没有保存。请刷新页面后重试。")
    devices = {sent.device for sent in entries}
    earlier = visit.entries.filter(device__in=devices)
    if earlier.exclude(entered_by=actor).exists():
        raise AnotherPerson("这部手机上的记录是另一位检查人员填写的，请由本人登录后发送。")
    last = dict(earlier.order_by().values_list("device").annotate(last=Max("sequence")))
    follow, rest = in_order(entries, last)
    VisitEntry.objects.bulk_create(
        VisitEntry(
            visit=visit,
            client_id=sent.client_id,
            device=sent.device,
            sequence=sent.sequence,
            item=sent.item,
            value=sent.value,
            note=sent.note,
            bases=list(sent.bases),
            entered_by=actor,
            entered_at=sent.entered_at,
        )
        for sent in follow
    )
    return follow, rest


def _keep_signatures(visit: Visit, actor: User, signatures: list[SentSignature]) -> None:
    for sent in signatures:
        if not sent.refusal and not (sent.name and sent.strokes):
            raise RuleViolation("请写明姓名并在屏幕上签字，或者写明未签字的原因。")
        VisitSignature.objects.create(
            visit=visit,
            client_id=sent.client_id,
            name=sent.name,
            post=sent.post,
            strokes=[] if sent.refusal else [[list(point) for point in stroke] for stroke in sent.strokes],
            refusal=sent.refusal,
            taken_by=actor,
        )


def keep_photo(*, visit: Visit, actor: User, user: int, client_id: UUID, item: str, data: bytes) -> VisitPhoto:
    """Seal a photo with its hash and draw the copy that is shown. Sent again, it is the same photo.

    Raises RuleViolation for a file that is no photo or too large, VisitOver as `receive_entries` does. The picture is read before
    the transaction begins, so that nobody else waits for it.
    """
    if user != actor.pk:
        raise AnotherPerson("这部手机上的照片是另一位检查人员拍摄的，请由本人登录后发送。")
    if kept := _kept_photo(visit, actor, client_id):
        return kept
    try:
        photo = read_photo(data)
    except PhotoFault as fault:
        raise RuleViolation(str(fault)) from fault
    return _seal_photo(visit=visit, actor=actor, client_id=client_id, item=item, data=data, read=photo)


def _kept_photo(visit: Visit, actor: User, client_id: UUID) -> VisitPhoto | None:
    kept = VisitPhoto.objects.filter(client_id=client_id).first()
    if kept is not None and (kept.visit_id, kept.taken_by_id) != (visit.pk, actor.pk):
        raise RuleViolation("照片的编号与另一张照片重复，没有保存。请重新拍摄。")
    return kept


@transaction.atomic
def _seal_photo(*, visit: Visit, actor: User, client_id: UUID, item: str, data: bytes, read: Photo) -> VisitPhoto:
    visit = locked_visit(visit)
    if kept := _kept_photo(visit, actor, client_id):  # the same photo arrived twice at once
        return kept
    refuse(can_fill(actor, visit))
    _refuse_when_over(visit, "enter")
    if item and visit.content.item(item) is None:
        raise RuleViolation("检查清单中没有这个项目，照片没有保存。")
    if visit.photos.count() >= MOST_PHOTOS:
        raise RuleViolation(f"一次检查最多 {MOST_PHOTOS} 张照片。")
    photo = VisitPhoto(
        visit=visit,
        client_id=client_id,
        item=item,
        sha256=hashlib.sha256(data).hexdigest(),
        taken_at=read.taken_at,
        latitude=read.latitude,
        longitude=read.longitude,
        taken_by=actor,
    )
    keep_file(photo.original, f"photo.{FILE_ENDINGS[read.kind]}", data, otherwise="照片没有保存")
    keep_file(photo.shown, "photo.jpg", read.shown, otherwise="照片没有保存")
    photo.save()
    audit.record(actor, AuditAction.CREATE, visit, step="现场照片", item=item, sha256=photo.sha256)
    return photo


@transaction.atomic
def finish_visit(*, visit: Visit, actor: User, today: datetime.date) -> Visit:
    """Finish a visit: the standing answers become its result, and each 否 a finding. A second click finds it done.

    Raises Unfinished with everything that is missing or in conflict.
    """
    visit = locked_visit(visit)
    refuse(can_fill(actor, visit))
    if visit.status == VisitStatus.DONE and visit.done_by_id == actor.pk:
        return visit
    status = _refuse_when_over(visit, "finish")
    content = visit.content
    standings = standings_at(visit)
    gaps = gaps_of(
        content,
        standings,
        photographed=set(visit.photos.values_list("item", flat=True)),
        is_signed=visit.signatures.exists(),
    )
    if gaps:
        raise Unfinished(gaps)
    visit.status, visit.done_by, visit.done_at = status, actor, timezone.now()
    visit.answers = {
        code: {"value": standing.value, "note": standing.note}
        for code, standing in standings.items()
        if standing.value is not None or standing.note
    }
    visit.save(update_fields=["status", "done_by", "done_at", "answers"])
    findings = raise_findings(visit=visit, actor=actor, today=today)
    audit.record(actor, AuditAction.CHANGE, visit, step="完成检查", findings=len(findings))
    return visit


@transaction.atomic
def excuse_visit(*, visit: Visit, actor: User, reason: str) -> Visit:
    """Record why a visit could not be made; its entries stay."""
    visit = locked_visit(visit)
    refuse(can_excuse(actor, visit))
    visit.status = _refuse_when_over(visit, "excuse")
    visit.excuse = reason.strip()
    if not visit.excuse:
        raise RuleViolation("请写明未检查的原因。", "reason")
    visit.save(update_fields=["status", "excuse"])
    audit.record(actor, AuditAction.CHANGE, visit, step="登记未检查", reason=visit.excuse)
    return visit


@transaction.atomic
def resume_visit(*, visit: Visit, actor: User, reason: str) -> Visit:
    """Reopen an excused visit while its check is going on; its entries are still there."""
    visit = locked_visit(visit)
    refuse(can_resume(actor, visit))
    visit.status = _refuse_when_over(visit, "resume")
    if not reason.strip():
        raise RuleViolation("请写明恢复检查的原因。", "reason")
    excuse, visit.excuse = visit.excuse, ""
    visit.save(update_fields=["status", "excuse"])
    audit.record(actor, AuditAction.CHANGE, visit, step="恢复检查", reason=reason.strip(), excuse=excuse)
    return visit
