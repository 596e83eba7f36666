"""Merging the entries of several phones: the answer that stands at each item, and where two people contradict each other.

static/js/visits/merging.js does the same on a phone without a signal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ItemEntry:
    """One entry of an item. `bases` are the keys of the entries that its author had seen standing."""

    key: str
    item: str
    value: Any = None
    note: str = ""
    bases: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class ItemStanding:
    """The state of an item: the entries that no later entry is based on, in the order received."""

    heads: tuple[ItemEntry, ...] = ()

    @property
    def is_conflict(self) -> bool:
        """Tell whether two people entered different things without knowing of each other; a note beside no note is no conflict."""
        first = self.heads[0] if self.heads else None
        return any(head.value != first.value for head in self.heads if first) or len(self._notes) > 1

    @property
    def _notes(self) -> list[str]:
        return list(dict.fromkeys(head.note for head in self.heads if head.note))

    @property
    def value(self) -> Any:
        """Return the answer that stands; None while it is in conflict."""
        return None if self.is_conflict or not self.heads else self.heads[0].value

    @property
    def note(self) -> str:
        return "" if self.is_conflict or not self._notes else self._notes[0]


def standings_of(entries: Iterable[ItemEntry]) -> dict[str, ItemStanding]:
    """Return {item: its standing} from entries in the order in which they were received.

    An entry replaces only entries received before it: of two that name each other as base, the later one stands.
    """
    standings: dict[str, ItemStanding] = {}
    for entry in entries:
        standings[entry.item] = _after(standings.get(entry.item, ItemStanding()), entry)
    return standings


def _after(standing: ItemStanding, entry: ItemEntry) -> ItemStanding:
    return ItemStanding((*(head for head in standing.heads if head.key not in entry.bases), entry))


def was_in_conflict(entries: Iterable[ItemEntry]) -> bool:
    """Tell whether entries of one item ever contradicted each other, settled since or not."""
    standing = ItemStanding()
    for entry in entries:
        standing = _after(standing, entry)
        if standing.is_conflict:
            return True
    return False
