"""Entries and signatures that one phone sends at once, as values, and the order in which entries are kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class SentEntry:
    client_id: UUID
    device: UUID
    sequence: int
    item: str
    value: Any
    note: str
    bases: tuple[str, ...]
    entered_at: datetime.datetime


@dataclass(frozen=True)
class SentSignature:
    client_id: UUID
    name: str
    post: str
    strokes: tuple[tuple[tuple[int, int], ...], ...]
    refusal: str


@dataclass(frozen=True)
class Batch:
    """One sending of a phone. `user` is the person who entered it: nobody sends in another person's name."""

    user: int = 0
    entries: tuple[SentEntry, ...] = ()
    signatures: tuple[SentSignature, ...] = ()

    @property
    def client_ids(self) -> list[UUID]:
        return [entry.client_id for entry in self.entries] + [signature.client_id for signature in self.signatures]


def in_order(entries: Iterable[SentEntry], last: Mapping[UUID, int]) -> tuple[list[SentEntry], list[SentEntry]]:
    """Return the entries that follow without a gap on the last number received from their device, and the rest.

    An entry that comes before its turn waits on the phone until the missing ones have arrived.
    """
    reached = dict(last)
    follow, rest = [], []
    for entry in sorted(entries, key=lambda entry: (entry.device, entry.sequence)):
        if entry.sequence == reached.get(entry.device, 0) + 1:
            reached[entry.device] = entry.sequence
            follow.append(entry)
        else:
            rest.append(entry)
    return follow, rest
