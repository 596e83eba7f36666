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
    heads: dict[str, list[Entry]] = {}
    for entry in entries:
        before = heads.get(entry.item, [])
        heads[entry.item] = [*(head for head in before if head.key not in entry.bases), entry]
    return {item: Standing(tuple(found)) for item, found in heads.items()}
