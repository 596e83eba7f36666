"""The nightly check of draws: each is drawn again from its own file, so that a list changed past the portal is found (SEC-34)."""

from __future__ import annotations

import logging

from django.urls import reverse

from portal.core.choices import NoticeKind
from portal.core.notices import notify, staff_of
from portal.core.progress import Progress
from reviews.checks.models.plan import Draw
from reviews.checks.rules.draw_file import sha256
from reviews.checks.services.drawing import fault_of

logger = logging.getLogger(__name__)


def verify_draws(*, progress: Progress) -> int:
    """Draw every draw again and notify the committee of each altered list; return how many lists are altered.

    A fault is notified once, and again when it changes. The original list stands in the exported file and can be restored from it.
    """
    draws = Draw.objects.filter(drawn_at__isnull=False)
    total, altered = draws.count(), 0
    related = ("spot_check__committee", "committed_by", "drawn_by")
    for place, row in enumerate(draws.select_related(*related).order_by("pk").iterator(chunk_size=100)):
        progress(place, total, "核对抽取结果")
        if fault := fault_of(row):
            altered += 1
            logger.error("draw %s of check %s was altered: %s", row.number, row.spot_check_id, fault)
            _tell(row, fault)
    return altered


def _tell(row: Draw, fault: str) -> None:
    check = row.spot_check
    notify(
        users=staff_of([check.committee_id])[check.committee_id],
        kind=NoticeKind.REMINDER,
        key=f"draw:{row.pk}:altered:{sha256(fault)[:16]}",
        text=f"“{check.name}”第 {row.number} 次抽取的结果核对没有通过：{fault}请停用该名单并查明原因。",
        url=f"{reverse('reviews:spot-check-result', args=[check.pk, row.number])}?replay=1",
    )
