"""What holds for posts on both sides and for instructors: which known one a row speaks of, and since when a new one holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, TypeVar

from partyorgs.ledgers.choices import ChangeVerb, ProblemKind
from partyorgs.ledgers.services.records import LedgerAssociation, LedgerInstructor, LedgerPartyPost, LedgerPost
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Row
from portal.core.dated import Dated

P = TypeVar("P", LedgerPost, LedgerPartyPost, LedgerInstructor)


def match_post(
    world: LedgerWorld, records: Iterable[P], row: Row, keys: tuple[str, str], association: LedgerAssociation
) -> P | None:
    """Return the known post that the row speaks of, its end taken over; None when the row tells a new one.

    One post is the same when it begins on the same day, or when the two spans overlap: a date that differs is listed, never
    written over.
    """
    begins, ends = keys
    begins_on, ends_on = row[begins], row[ends]
    candidates = list(records)
    exact = next((each for each in candidates if begins_on is not None and each.row.begins_on == begins_on), None)
    overlapping = (each for each in candidates if _overlaps(each.row, begins_on or world.as_of, ends_on))
    record = exact or next(overlapping, None)
    if record is None:
        return None
    record.is_listed = True
    post = record.row
    if exact is None and begins_on is not None:
        world.warn(row, begins, ProblemKind.DATE_DIFFERS, f"平台登记为 {post.begins_on:%Y-%m-%d} 起任职，未改动")
    if ends_on is not None and post.ends_on is None:
        ending: dict[str, Any] = {"ends_on": max(ends_on, post.begins_on), "end_reason": "据台账"}
        world.plan.change(post, cell=row.cell(ends), association=association.row, verb=ChangeVerb.END, **ending)
    elif ends_on is not None and post.ends_on != ends_on:
        world.warn(row, ends, ProblemKind.DATE_DIFFERS, f"平台登记的离任时间为 {post.ends_on:%Y-%m-%d}，未改动")
    return record


def _overlaps(post: Dated, begins_on: datetime.date, ends_on: datetime.date | None) -> bool:
    before_end = post.ends_on is None or begins_on < post.ends_on
    return before_end and (ends_on is None or post.begins_on < ends_on)


def beginning_of(
    world: LedgerWorld, row: Row, key: str, association: LedgerAssociation, first_day: datetime.date
) -> datetime.date:
    """Return the day from which a post holds; without one in the ledger from `first_day`, or the ledger's date if known before."""
    stated: datetime.date | None = row[key]
    if stated is not None:
        if stated > world.as_of:
            world.warn(row, key, ProblemKind.LATER_THAN_LEDGER, "任职时间晚于台账截止日期")
        return stated
    before = association.described_before
    begins_on = world.as_of if before is not None and before < world.as_of else first_day
    ends_on = row["party_ends_on" if key.startswith("party") else "ends_on"]
    begins_on = min(begins_on, ends_on) if ends_on else begins_on
    world.warn(row, key, ProblemKind.NO_DATE, f"没有填开始时间，按 {begins_on:%Y-%m-%d} 处理")
    return begins_on
