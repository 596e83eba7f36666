"""Progress of long work, told to whoever started it: how much is done, of how much, and what is being done."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int, str], None]


def silently(done: int, total: int, note: str) -> None:
    """Tell nobody."""
