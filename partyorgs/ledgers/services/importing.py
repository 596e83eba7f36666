"""The walk of a ledger: staged, checked, confirmed, applied in one transaction, undone as a whole."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, transaction
from django.db.models import ForeignKey
from django.utils import timezone

from associations.models import Association
from partyorgs.ledgers.access import can_import
from partyorgs.ledgers.choices import ChangeVerb, Severity, UploadStatus
from partyorgs.ledgers.models import LedgerChange, LedgerUpload
from partyorgs.ledgers.services.changes import WRITE_ORDER, Change, ChangePlan, plain
from partyorgs.ledgers.services.planner import plan_ledger
from partyorgs.ledgers.xlsx.headings import IGNORED, SheetMapping, guess_mapping
from partyorgs.ledgers.xlsx.reader import Ledger, read_ledger
from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation, StalePlan, UnreadableFile, refuse
from portal.core.files import keep_file
from portal.core.models import Committee, User
from portal.core.pinyin import update_rows
from portal.core.progress import Progress, silently
from portal.core.xlsx import Sheet, read_sheets

_BATCH = 500
_PREVIEWED = 200


@transaction.atomic
def stage_ledger(
    *,
    content: bytes,
    file_name: str,
    as_of: datetime.date,
    committee: Committee,
    actor: User,
    create_committees: bool = False,
    skip_bad_rows: bool = False,
) -> LedgerUpload:
    """Keep the file as handed in; nothing of it is read as truth yet. Raises RuleViolation for a date to come."""
    refuse(can_import(actor, committee))
    if as_of > timezone.localdate():
        raise RuleViolation("台账截止日期不能晚于今天。", "as_of")
    upload = LedgerUpload(
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        as_of=as_of,
        committee=committee,
        create_committees=create_committees,
        skip_bad_rows=skip_bad_rows,
        uploaded_by=actor,
    )
    keep_file(upload.file, f"{upload.sha256[:16]}.xlsx", content, otherwise="台账没有保存", field="file")
    upload.save()
    audit.record(actor, AuditAction.IMPORT, upload, step="上传", sha256=upload.sha256, as_of=as_of)
    return upload


def check_ledger(
    *,
    upload: LedgerUpload,
    actor: User,
    progress: Progress = silently,
    writing: Callable[[], AbstractContextManager[None]] = transaction.atomic,
) -> LedgerUpload:
    """Read the file and work out what it would change; keep problems and plan with the upload, write nothing else.

    Reading takes long and locks nothing; `writing` opens the transaction of what is kept (a job's own, where one checks).
    """
    refuse(can_import(actor, upload.committee))
    try:
        progress(0, 1, "读取文件")
        ledger, plan, mapping = _plan(upload, progress)
    except UnreadableFile as refusal:
        upload.status, upload.error = UploadStatus.FAILED, refusal.message
        with writing():
            upload.save(update_fields=["status", "error"])
        return upload
    upload.mapping = [mapped.as_json() for mapped in mapping]
    _keep_plan(upload, ledger, plan)
    upload.status, upload.error = UploadStatus.CHECKED, ""
    with writing():
        upload.save()
    return upload


def _plan(upload: LedgerUpload, progress: Progress) -> tuple[Ledger, ChangePlan, list[SheetMapping]]:
    with upload.file.open("rb") as file:
        sheets = read_sheets(file.read())
    mapping = [SheetMapping.from_json(sheet) for sheet in upload.mapping] if upload.mapping else guess_mapping(sheets)
    _require_associations(sheets, mapping)
    ledger = read_ledger(sheets, mapping, upload.as_of)
    plan = plan_ledger(
        ledger=ledger,
        root=upload.committee,
        create_committees=upload.create_committees,
        ticked=tuple(upload.ticked),
        progress=progress,
    )
    ledger.problems.sort(key=lambda problem: (problem.severity, problem.sheet, problem.row, problem.number))
    return ledger, plan, mapping


def _require_associations(sheets: list[Sheet], mapping: list[SheetMapping]) -> None:
    if any(mapped.table != IGNORED for mapped in mapping):
        return
    titles = "、".join(sheet.title for sheet in sheets)
    raise UnreadableFile(
        f"没有在工作表（{titles}）中找到台账表头。台账至少应有“社会组织名称”和“统一社会信用代码”两列，可下载空白台账对照。"
    )


def _keep_plan(upload: LedgerUpload, ledger: Ledger, plan: ChangePlan) -> None:
    upload.problems = [problem.as_json() for problem in ledger.problems]
    upload.digest = plan.digest
    upload.plan = {
        "counts": plan.counts(),
        "groups": _groups(plan),
        "created": plan.totals(ChangeVerb.CREATE),
        "changed": _sum(plan.totals(ChangeVerb.CHANGE), plan.totals(ChangeVerb.END)),
        "rows": {
            "associations": len(ledger.associations),
            "people": len(ledger.people),
            "instructors": len(ledger.instructors),
        },
        "absent": [
            {"key": absent.key, "sentence": absent.sentence, "ticked": absent.key in plan.ticked}
            for absent in plan.absent
        ],
    }


def _groups(plan: ChangePlan) -> list[dict[str, Any]]:
    """Return the changes by what happens to which kind of thing, what ends first; a large group shows its first rows."""
    groups = []
    for verb in (ChangeVerb.END, ChangeVerb.CHANGE, ChangeVerb.CREATE):
        for model in WRITE_ORDER:
            changes = [c for c in plan.changes if c.verb == verb and c.model is model and not c.silent]
            if changes:
                previewed = [_spoken(change) for change in changes[:_PREVIEWED]]
                kind = str(model._meta.verbose_name)
                groups.append({"verb": verb.value, "kind": kind, "count": len(changes), "changes": previewed})
    return groups


def _sum(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    return {name: left.get(name, 0) + right.get(name, 0) for name in sorted({*left, *right})}


def _spoken(change: Change) -> dict[str, Any]:
    """Return a change as the preview shows it: what happens to which association, from which cell."""
    fields = {field.attname: field for field in change.model._meta.concrete_fields} | {
        field.name: field for field in change.model._meta.concrete_fields
    }
    differing = [
        {
            "field": str(fields[name].verbose_name),
            "before": _shown(change, name, before),
            "after": _shown(change, name, change.after.get(name)),
        }
        for name, before in change.before.items()
        if name in fields
    ]
    return {
        "association": str(change.association or ""),
        "subject": str(change.instance),
        "fields": differing,
        "cell": change.cell,
    }


def _shown(change: Change, name: str, value: Any) -> str:
    field = change.model._meta.get_field(name)
    if value is None or value == "":
        return "—"
    if isinstance(field, ForeignKey):
        current = getattr(change.instance, field.name)
        if current is None or current.pk != value:
            current = field.remote_field.model._default_manager.filter(pk=value).first()
        return str(current or "—")
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return str(choices.get(value, value))


@transaction.atomic
def remap_ledger(
    *, upload: LedgerUpload, mapping: list[dict[str, Any]], create_committees: bool, actor: User
) -> LedgerUpload:
    """Take over how a person corrected the headings; the ledger is to be checked anew."""
    refuse(can_import(actor, upload.committee))
    locked = LedgerUpload.objects.select_for_update().get(pk=upload.pk)
    _require(locked, UploadStatus.CHECKED, UploadStatus.FAILED)
    locked.mapping, locked.status, locked.ticked = mapping, UploadStatus.CHECKING, []
    locked.create_committees = create_committees
    locked.save(update_fields=["mapping", "status", "ticked", "create_committees"])
    audit.record(actor, AuditAction.IMPORT, locked, step="更正表头对应", mapping=mapping)
    return locked


@transaction.atomic
def confirm_ledger(
    *, upload: LedgerUpload, ticked: Iterable[str], skip_bad_rows: bool, seen_digest: str, actor: User
) -> LedgerUpload:
    """Take the decision to apply what the preview showed. Raises RuleViolation while errors stand that were not to be skipped."""
    refuse(can_import(actor, upload.committee))
    locked = LedgerUpload.objects.select_for_update().get(pk=upload.pk)
    _require(locked, UploadStatus.CHECKED)
    if seen_digest != locked.digest:
        raise StalePlan("预览已经更新，请重新核对后再确认。")
    offered = {absent["key"] for absent in locked.plan["absent"]}
    locked.ticked = sorted(offered.intersection(ticked))
    locked.skip_bad_rows = skip_bad_rows
    if errors_of(locked) and not skip_bad_rows:
        raise RuleViolation(f"台账还有 {len(errors_of(locked))} 处错误。请改正后重新上传，或者选择跳过有错误的行。")
    locked.status = UploadStatus.APPLYING
    locked.save(update_fields=["status", "ticked", "skip_bad_rows"])
    audit.record(actor, AuditAction.IMPORT, locked, step="确认导入", ticked=locked.ticked)
    return locked


def errors_of(upload: LedgerUpload) -> list[dict[str, Any]]:
    return [problem for problem in upload.problems if problem["severity"] == Severity.ERROR]


def _require(upload: LedgerUpload, *statuses: UploadStatus) -> None:
    if upload.status not in statuses:
        raise RuleViolation(f"该台账{UploadStatus(upload.status).label}，不能进行此操作。")


def apply_ledger(*, upload: LedgerUpload, actor: User, progress: Progress = silently) -> LedgerUpload:
    """Plan again and write everything in one transaction. Raises StalePlan, and goes back to the preview, if the world moved."""
    refuse(can_import(actor, upload.committee))
    try:
        return _apply(upload, actor, progress)
    except StalePlan:
        upload.refresh_from_db()
        check_ledger(upload=upload, actor=actor)
        raise


@transaction.atomic
def _apply(upload: LedgerUpload, actor: User, progress: Progress) -> LedgerUpload:
    upload = LedgerUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.status == UploadStatus.APPLIED:
        return upload  # delivered twice: the first time did it
    _require(upload, UploadStatus.APPLYING)
    # What was confirmed had nothing ticked yet: the preview's own plan must come out again before the ticks are added.
    ticked, upload.ticked = upload.ticked, []
    _, plan, _ = _plan(upload, silently if ticked else progress)
    if plan.digest != upload.digest:
        raise StalePlan("预览之后平台数据有变动，请重新核对变更后再确认。")
    upload.ticked = ticked
    if ticked:
        _, plan, _ = _plan(upload, progress)
    write_plan(plan, upload, progress)
    upload.status, upload.applied_at = UploadStatus.APPLIED, timezone.now()
    upload.plan["created"] = plan.totals(ChangeVerb.CREATE)
    upload.plan["changed"] = _sum(plan.totals(ChangeVerb.CHANGE), plan.totals(ChangeVerb.END))
    upload.save()
    audit.record(
        actor,
        AuditAction.IMPORT,
        upload,
        step="导入",
        created=upload.plan["created"],
        changed=upload.plan["changed"],
        skipped=len(errors_of(upload)),
    )
    return upload


def write_plan(plan: ChangePlan, upload: LedgerUpload, progress: Progress = silently) -> None:
    """Write every change in bulk and keep each with what stood before."""
    total, done = len(plan.changes), 0
    for model in WRITE_ORDER:
        changes = [change for change in plan.changes if change.model is model]
        created = [change.instance for change in changes if change.verb == ChangeVerb.CREATE]
        model._default_manager.bulk_create(created, batch_size=_BATCH)
        altered = [change for change in changes if change.verb != ChangeVerb.CREATE]
        names = sorted({name for change in altered for name in change.after})
        if names:
            update_rows(model, [change.instance for change in altered], names)
        done += len(changes)
        progress(done, total, f"写入{model._meta.verbose_name}")
    LedgerChange.objects.bulk_create((_kept(change, upload) for change in plan.changes), batch_size=_BATCH)
    _refresh_statistics()


def _refresh_statistics() -> None:
    """Tell PostgreSQL how large the tables have become: until it knows, a first figure takes it many seconds."""
    if connection.vendor == "postgresql":
        quoted = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in WRITE_ORDER)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {quoted}")


def _kept(change: Change, upload: LedgerUpload) -> LedgerChange:
    meta = change.model._meta
    columns = {field.name: field.attname for field in meta.concrete_fields}
    before = {columns.get(name, name): value for name, value in change.before.items()}
    names = before if change.verb != ChangeVerb.CREATE else [field.attname for field in meta.concrete_fields]
    return LedgerChange(
        upload=upload,
        verb=change.verb,
        model=change.model._meta.label_lower,
        object_id=change.instance.pk,
        association_id=change.association.pk if isinstance(change.association, Association) else None,
        before=before,
        after={name: plain(getattr(change.instance, name)) for name in names},
        cell=change.cell[:120],
    )
