"""The walk of a ledger in the browser: each step that takes time is a job that somebody can leave and come back to."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from partyorgs.ledgers.access import can_import
from partyorgs.ledgers.choices import LedgerJobKind
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import confirm_ledger, remap_ledger, stage_ledger
from portal.core.errors import refuse
from portal.core.models import Committee, User
from portal.core.outbox import enqueue_job


@transaction.atomic
def hand_in_ledger(
    *,
    content: bytes,
    file_name: str,
    as_of: datetime.date,
    committee: Committee,
    create_committees: bool,
    actor: User,
    result_url: str,
) -> LedgerUpload:
    """Keep the file and have it checked in the background; `result_url` holds `{pk}` for the upload's number."""
    refuse(can_import(actor, committee))
    upload = stage_ledger(
        content=content,
        file_name=file_name,
        as_of=as_of,
        committee=committee,
        actor=actor,
        create_committees=create_committees,
    )
    return _enqueue(upload, LedgerJobKind.CHECK_LEDGER, actor, result_url.format(pk=upload.pk))


@transaction.atomic
def recheck_ledger(
    *, upload: LedgerUpload, mapping: list[dict[str, Any]], create_committees: bool, actor: User, result_url: str
) -> LedgerUpload:
    """Read the same file anew with corrected headings."""
    refuse(can_import(actor, upload.committee))
    upload = remap_ledger(upload=upload, mapping=mapping, create_committees=create_committees, actor=actor)
    return _enqueue(upload, LedgerJobKind.CHECK_LEDGER, actor, result_url)


@transaction.atomic
def request_apply(
    *,
    upload: LedgerUpload,
    ticked: Iterable[str],
    skip_bad_rows: bool,
    seen_digest: str,
    actor: User,
    result_url: str,
) -> LedgerUpload:
    """Decide for what the preview showed and have it written in the background."""
    refuse(can_import(actor, upload.committee))
    upload = confirm_ledger(
        upload=upload, ticked=ticked, skip_bad_rows=skip_bad_rows, seen_digest=seen_digest, actor=actor
    )
    return _enqueue(upload, LedgerJobKind.APPLY_LEDGER, actor, result_url)


def _enqueue(upload: LedgerUpload, kind: LedgerJobKind, actor: User, result_url: str) -> LedgerUpload:
    content = [upload.mapping, upload.create_committees, upload.digest, upload.ticked]
    fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    upload.job = enqueue_job(
        kind=kind,
        key=f"{kind}:{upload.pk}:{fingerprint}",
        payload={"upload": upload.pk, "result_url": result_url},
        owner=actor,
    )
    upload.save(update_fields=["job"])
    return upload
