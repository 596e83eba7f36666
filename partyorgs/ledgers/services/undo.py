"""Taking a whole import back: only the newest, and only while nobody has built on what it wrote."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import DateField, Model
from django.utils import timezone

from partyorgs.ledgers.access import can_import
from partyorgs.ledgers.choices import ChangeVerb, UploadStatus
from partyorgs.ledgers.models import LedgerChange, LedgerUpload
from partyorgs.ledgers.services.changes import WRITE_ORDER, plain
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, refuse
from portal.core.models import User
from portal.core.pinyin import update_rows

_SHOWN = 5


@transaction.atomic
def undo_ledger(*, upload: LedgerUpload, reason: str, actor: User) -> LedgerUpload:
    """Take back everything that an import wrote. Raises RuleViolation, naming what was built on it since."""
    refuse(can_import(actor, upload.committee))
    locked = LedgerUpload.objects.select_for_update().get(pk=upload.pk)
    if locked.status != UploadStatus.APPLIED or locked.applied_at is None:
        raise RuleViolation("只有已导入的台账可以撤销。")
    if not reason.strip():
        raise RuleViolation("请填写撤销原因。", "reason")
    later = LedgerUpload.objects.filter(status=UploadStatus.APPLIED, applied_at__gt=locked.applied_at).order_by(
        "applied_at"
    )
    if newer := later.last():
        raise RuleViolation(f"此后又导入过“{newer}”，请先撤销它。")
    changes = list(locked.changes.all())
    _refuse_if_changed_since(changes)
    _refuse_if_built_upon(locked, changes)
    _put_back(changes)
    locked.status, locked.undone_at = UploadStatus.UNDONE, timezone.now()
    locked.save(update_fields=["status", "undone_at"])
    audit.record(actor, AuditAction.UNDO, locked, reason=reason, rows=len(changes))
    return locked


def _refuse_if_changed_since(changes: list[LedgerChange]) -> None:
    touched: list[str] = []
    for label, of_model in _by_model(changes).items():
        model = apps.get_model(label)
        rows = model._default_manager.in_bulk([change.object_id for change in of_model])
        for change in of_model:
            row = rows.get(change.object_id)
            if row is None or any(plain(getattr(row, name)) != value for name, value in change.after.items()):
                touched.append(str(row) if row is not None else f"已删除的{model._meta.verbose_name}")
    if touched:
        shown = "、".join(dict.fromkeys(touched[:_SHOWN]))
        raise RuleViolation(f"导入之后有 {len(touched)} 条记录被改动过（{shown}等），不能整体撤销。请逐条更正。")


def _refuse_if_built_upon(upload: LedgerUpload, changes: list[LedgerChange]) -> None:
    for label in _by_model(change for change in changes if change.verb == ChangeVerb.CREATE):
        model = apps.get_model(label)
        ours = LedgerChange.objects.filter(upload=upload, verb=ChangeVerb.CREATE)
        created = ours.filter(model=label).values("object_id")
        for relation in model._meta.related_objects:
            child = relation.related_model
            if not child._meta.managed or child is LedgerUpload:
                continue
            siblings = ours.filter(model=child._meta.label_lower).values("object_id")
            rows = child._default_manager.filter(**{f"{relation.field.name}__in": created}).exclude(pk__in=siblings)
            if newer := rows.first():
                raise RuleViolation(
                    f"导入之后又登记了{child._meta.verbose_name}“{newer}”等 {rows.count()} 条，不能整体撤销。请先处理这些记录。"
                )


def _put_back(changes: list[LedgerChange]) -> None:
    by_model = _by_model(changes)
    for model in reversed(WRITE_ORDER):
        of_model = by_model.get(model._meta.label_lower, [])
        altered = {change.object_id: change for change in of_model if change.verb != ChangeVerb.CREATE}
        if altered:
            rows = list(model._default_manager.filter(pk__in=altered))
            names = sorted({name for change in altered.values() for name in change.before})
            for row in rows:
                for name, value in altered[row.pk].before.items():
                    setattr(row, name, _read(model, name, value))
            update_rows(model, rows, names)
        created = [change.object_id for change in of_model if change.verb == ChangeVerb.CREATE]
        for start in range(0, len(created), 5000):
            model._default_manager.filter(pk__in=created[start : start + 5000]).delete()


def _by_model(changes: Any) -> dict[str, list[LedgerChange]]:
    by_model: dict[str, list[LedgerChange]] = defaultdict(list)
    for change in changes:
        by_model[change.model].append(change)
    return by_model


def _read(model: type[Model], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)
    return datetime.date.fromisoformat(value) if isinstance(field, DateField) and isinstance(value, str) else value
