"""Two records of one person made one, and made two again: here, because posts on both sides move with the person."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from associations.models import AssociationPost, KnownAs, PartyMembership, Person, PersonMerge
from partyorgs.organizations.access import can_merge
from partyorgs.organizations.models import Instructor, PartyPost
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.dated import settle
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User

_MOVING: dict[str, Any] = {
    "posts": AssociationPost,
    "party_posts": PartyPost,
    "instructor_posts": Instructor,
    "memberships": PartyMembership,
    "known_as": KnownAs,
}


@transaction.atomic
def merge_people(*, survivor: Person, duplicate: Person, actor: User, reason: str) -> PersonMerge:
    """Make two records one: everything of `duplicate` becomes the survivor's, and is listed so that it can go back.

    Where both say something of the same day (membership) or have the same name at the same association, the survivor's
    stands and the duplicate's stays with the duplicate, out of sight.
    """
    for person in (survivor, duplicate):
        refuse(can_merge(actor, person, timezone.localdate()))
    survivor, duplicate = _locked(survivor, duplicate)
    if survivor == duplicate:
        raise RuleViolation("请选择另一条人员记录。", "duplicate")
    for person in (survivor, duplicate):
        if person.merged_into_id is not None:
            raise RuleViolation(f"{person.name}的这条记录已并入其他记录。", "duplicate")
    moved: dict[str, list[int]] = {}
    for name, model in _MOVING.items():
        rows = _movable(name, model, survivor, duplicate)
        moved[name] = sorted(rows.values_list("pk", flat=True))
        model.objects.filter(pk__in=moved[name]).update(person=survivor)
    duplicate.merged_into = survivor
    duplicate.save(update_fields=["merged_into"])
    _settle_memberships(survivor, duplicate)
    merge = PersonMerge.objects.create(survivor=survivor, duplicate=duplicate, reason=reason, moved=moved)
    told: dict[str, Any] = {"what": "人员合并", "row": merge.pk, "reason": reason, "moved": moved}
    audit.record(actor, AuditAction.MERGE, survivor, other=duplicate.pk, **told)
    audit.record(actor, AuditAction.MERGE, duplicate, other=survivor.pk, **told)
    return merge


@transaction.atomic
def undo_merge(*, merge: PersonMerge, actor: User, reason: str) -> PersonMerge:
    """Make two records of one again: what the merge moved goes back, what came later stays with the survivor.

    Raises RuleViolation when it was undone already, or the survivor has itself been merged since.
    """
    merge = PersonMerge.objects.select_for_update().select_related("survivor", "duplicate").get(pk=merge.pk)
    survivor, duplicate = merge.survivor, merge.duplicate
    refuse(can_merge(actor, survivor, timezone.localdate()))
    if merge.undone_at is not None:
        raise RuleViolation("这次合并已经撤销。")
    if survivor.merged_into_id is not None:
        raise RuleViolation("保留的记录后来又并入了其他记录，请先撤销后一次合并。")
    for name, model in _MOVING.items():
        rows = model.objects.filter(pk__in=merge.moved.get(name, ()), person=survivor)
        rows.update(person=duplicate)
    duplicate.merged_into = None
    duplicate.save(update_fields=["merged_into"])
    _settle_memberships(survivor, duplicate)
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])
    for person, other in ((survivor, duplicate), (duplicate, survivor)):
        audit.record(actor, AuditAction.UNDO, person, what="人员合并", row=merge.pk, other=other.pk, reason=reason)
    return merge


def _locked(survivor: Person, duplicate: Person) -> tuple[Person, Person]:
    rows = {
        person.pk: person for person in Person.objects.select_for_update().filter(pk__in=(survivor.pk, duplicate.pk))
    }
    return rows[survivor.pk], rows[duplicate.pk]


def _movable(name: str, model: Any, survivor: Person, duplicate: Person) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.filter(person=duplicate)
    if name == "memberships":
        rows = rows.exclude(stated_on__in=PartyMembership.objects.filter(person=survivor).values("stated_on"))
    if name == "known_as":
        same = KnownAs.objects.filter(
            person=survivor, association=models.OuterRef("association"), name=models.OuterRef("name")
        )
        rows = rows.exclude(models.Exists(same))
    return rows


def _settle_memberships(*people: Person) -> None:
    for person in people:
        settle(PartyMembership.objects.filter(person=person))
