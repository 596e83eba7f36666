"""The audit chain: append only, written in the operation's own transaction, verified by walking it."""

from __future__ import annotations

import datetime
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import timezone

from portal.core.choices import AuditAction
from portal.core.models import AuditEntry, AuditHead, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Actions that leave every figure as it was: the data version does not move for them.
READ_ONLY = frozenset(
    {
        AuditAction.SIGN_IN,
        AuditAction.SIGN_IN_FAILED,
        AuditAction.SIGN_OUT,
        AuditAction.PASSWORD,
        AuditAction.RESET,
        AuditAction.LOOK,
        AuditAction.EXPORT,
        AuditAction.GRANT,
    }
)

# What is to follow every committed write of business data. Filled from above: this floor knows nothing of it.
_AFTER_WRITE: list[Callable[[], None]] = []


def after_write(follow: Callable[[], None]) -> Callable[[], None]:
    """Let `follow` be called once after each commit that wrote business data; what it raises is logged, not shown."""
    _AFTER_WRITE.append(follow)
    return follow


@transaction.atomic
def record(actor: User | None, action: AuditAction, target: models.Model | None = None, **data: Any) -> AuditEntry:
    """Append one entry for `action` of `actor` on `target`; the caller's transaction decides whether both happened.

    `data` is kept as JSON: dates as ISO text. What the built-in operator does is the system's, and names the account of the
    operating system that ran the command or the worker. Without an actor nobody is known, as where a sign-in failed.
    """
    if actor is not None and actor.is_operator:
        data["os_account"] = actor.os_account
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entry = AuditEntry(
        at=timezone.now(),
        actor=actor,
        actor_name=_name_of(actor),
        action=action,
        target_type=target_type_of(target) if target is not None else "",
        target_id=target.pk if target is not None else None,
        target_name=str(target)[:200] if target is not None else "",
        data=json.loads(json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)),
        previous_hash=head.hash,
    )
    entry.hash = digest(entry)
    entry.save(force_insert=True)
    head.hash = entry.hash
    if action not in READ_ONLY:
        head.data_version += 1
        # Once a transaction, however much it writes: what rolls back a savepoint takes back what was asked for in it.
        if not any(callback is _follow for _, callback, *_ in connection.run_on_commit):
            transaction.on_commit(_follow, robust=True)
    head.save(update_fields=["hash", "data_version"])
    return entry


def target_type_of(model: models.Model | type[models.Model]) -> str:
    """Return the name of a kind of target in the log: the model's label, or the one it had before it was renamed."""
    return str(getattr(model, "audited_as", model._meta.label_lower))


def model_of(target_type: str) -> type[models.Model]:
    """Return the model whose rows the log names so. Raises LookupError where there is none any more."""
    return _renamed_models().get(target_type) or apps.get_model(target_type)


@cache
def _renamed_models() -> dict[str, type[models.Model]]:
    """Return the models that the log knows by an earlier name, looked for once a process: a list asks for each entry."""
    return {target_type_of(model): model for model in apps.get_models() if hasattr(model, "audited_as")}


def _name_of(actor: User | None) -> str:
    if actor is None or actor.is_operator:
        return "系统"
    return f"{actor.name}（{actor.username}）"


def names_person(target_type: str) -> bool:
    """Tell whether the names of such targets are names of people: a model says so by `audited_as_person`."""
    try:
        return bool(target_type) and getattr(model_of(target_type), "audited_as_person", False)
    except (LookupError, ValueError):
        return False


def _follow() -> None:
    for follow in _AFTER_WRITE:
        follow()


def digest(entry: AuditEntry) -> str:
    """Return the SHA-256 over everything the entry says and the hash of the entry before it."""
    content = [
        entry.previous_hash,
        entry.at.astimezone(datetime.UTC).isoformat(),
        entry.actor_id,
        entry.actor_name,
        str(entry.action),
        entry.target_type,
        entry.target_id,
        entry.target_name,
        entry.data,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changes_of(target: models.Model) -> models.QuerySet[AuditEntry]:
    """Return what was changed of `target`, newest first: neither looks nor exports."""
    entries = AuditEntry.objects.filter(target_type=target_type_of(target), target_id=target.pk)
    return entries.exclude(action__in=READ_ONLY).order_by("-pk")


def state_of(row: models.Model, *names: str) -> dict[str, Any]:
    """Return fields of `row` under their Chinese names and in words, as a change log shows them."""
    fields: dict[str, Any] = {}
    for name in names:
        value = getattr(row, name)
        if isinstance(value, bool):
            value = "是" if value else "否"
        elif callable(display := getattr(row, f"get_{name}_display", None)):
            value = display()
        elif isinstance(value, models.Model):
            value = str(value)
        fields[str(row._meta.get_field(name).verbose_name)] = value  # type: ignore[union-attr]
    return fields


def data_version() -> int:
    """Return the number of the newest write to business data; figures computed at it stay true until it grows."""
    return AuditHead.objects.filter(pk=1).values_list("data_version", flat=True).first() or 0


def verify() -> Iterator[str]:
    """Walk the chain from its first entry and yield a sentence for each break; nothing when it is whole."""
    previous = ""
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.previous_hash != previous:
            yield f"第 {entry.pk} 条操作记录与前一条不衔接：中间有记录被删除或插入。"
        if entry.hash != digest(entry):
            yield f"第 {entry.pk} 条操作记录的内容被改动过。"
        previous = entry.hash
    head = AuditHead.objects.filter(pk=1).first()
    if head is not None and head.hash != previous:
        yield "最后一条操作记录与链尾校验值不符：末尾有记录被删除。"
