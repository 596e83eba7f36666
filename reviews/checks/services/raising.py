"""Findings raised from a check list: each 否 becomes one."""

from __future__ import annotations

import datetime

from django.db import transaction

from portal.core import audit
from portal.core.choices import AuditAction
from portal.core.errors import refuse
from portal.core.models import User
from reviews.checks.access.findings import can_raise
from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit
from reviews.checks.rules.filling import is_found_wrong
from reviews.checks.services.findings import mark_repeats
from reviews.questionnaires.choices import ItemSeverity
from reviews.questionnaires.rules.content import Item


@transaction.atomic
def raise_findings(*, visit: Visit, actor: User, today: datetime.date) -> list[Finding]:
    """Raise a finding for each item of a finished visit answered 否; an item that already has one is skipped.

    A finding is marked as 反复出现 where the same item was found wrong there within 24 months before.
    """
    refuse(can_raise(actor, visit))
    raised = []
    kept = set(visit.findings.exclude(item="").values_list("item", flat=True))
    answers, notes = visit.values_by_item, visit.notes_by_item
    for item in visit.content.items:
        if item.code in kept or not is_found_wrong(item, answers.get(item.code)):
            continue
        finding = Finding.objects.create(
            visit=visit,
            association=visit.association,
            item=item.code,
            title=title_of(item),
            severity=item.severity or ItemSeverity.MINOR,
            detail=notes.get(item.code, "")[:1000],
            basis=item.basis[:200],
            found_on=today,
            found_by=actor,
        )
        audit.record(actor, AuditAction.CREATE, finding, visit=visit.pk, item=item.code)
        raised.append(finding)
    mark_repeats(findings=raised)
    return raised


def title_of(item: Item) -> str:
    """Return the title of a finding: the item, which says what should be so, as not done."""
    return f"未做到：{item.label}"[:200]
