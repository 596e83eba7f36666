"""What the entries of several phones come to: for each item what stands now, and where two people said different things.

The same reckoning as static/js/visits/merging.js, which a phone does without a signal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One entry of an item. `bases` are the keys of the entries that whoever made it had seen standing."""

    key: str
    item: str
    value: Any = None
    note: str = ""
    bases: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Standing:
    """What an item comes to: the entries upon which no later one is based, in the order in which they were received."""

    heads: tuple[Entry, ...] = ()

    @property
    def is_conflict(self) -> bool:
        """Two people said different things, neither knowing of the other; words beside no words are no contradiction."""
        first = self.heads[0] if self.heads else None
        return any(head.value != first.value for head in self.heads if first) or len(self._notes) > 1

    @property
    def _notes(self) -> list[str]:
        return list(dict.fromkeys(head.note for head in self.heads if head.note))

    @property
    def value(self) -> Any:
        """The answer that stands; None while it is in conflict."""
        return None if self.is_conflict or not self.heads else self.heads[0].value

    @property
    def note(self) -> str:
        return "" if self.is_conflict or not self._notes else self._notes[0]


def standings_of(entries: Iterable[Entry]) -> dict[str, Standing]:
    """Return by item what stands, from the entries in the order in which they were received.

    An entry takes the place only of what came before it, so that of two which name each other the later one stands.
    """
    standings: dict[str, Standing] = {}
    for entry in entries:
        standings[entry.item] = _after(standings.get(entry.item, Standing()), entry)
    return standings


def _after(standing: Standing, entry: Entry) -> Standing:
    return Standing((*(head for head in standing.heads if head.key not in entry.bases), entry))


def was_in_conflict(entries: Iterable[Entry]) -> bool:
    """Tell of one item's entries whether two people's ever contradicted each other, settled since or not."""
    standing = Standing()
    for entry in entries:
        standing = _after(standing, entry)
        if standing.is_conflict:
            return True
    return False
