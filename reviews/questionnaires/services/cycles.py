"""What a work cycle says of its sheets: who may do what, what is known beforehand, what a confirmation writes.

The machine does the rest. A cycle registers itself once (`register_cycle`), in a module that every process imports.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.errors import Denial
from portal.core.models import User
from reviews.questionnaires.models import FiledSheet
from reviews.questionnaires.rules.problems import Known

Verb = Callable[[User, Any], Denial | None]
DatedVerb = Callable[[User, Any, datetime.date], Denial | None]


def nothing_known(sheet: Any) -> Mapping[str, Known]:
    """The portal knows none of the answers."""
    return {}


def nothing_before(sheet: Any) -> Mapping[str, Any]:
    """There is no earlier sheet to compare with."""
    return {}


def _by_its_filer(user: User, sheet: Any) -> bool:
    return False


def _one_level(sheet: Any) -> bool:
    return False


def _nobody_is_told(sheet: Any, step: str, text: str, *, is_result: bool = False) -> object:
    return None


def _writes_nothing(sheet: Any, actor: User) -> object:
    return None


@dataclass(frozen=True)
class SheetCycle:
    """One work cycle whose sheets are filed and decided.

    The verbs say who may open sheets for many and review any of them, and who may file, take back, decide, unlock or extend
    this one. `noun` is what a sheet is called in sentences (季报). `known` answers by provider what the portal knows of the owner;
    `before` gives the complete answers of the sheet before. `confirm` writes what an approval means; `has_second_level` tells
    whether a first approval only passes the sheet on; `is_substitute` whether somebody who may file does so in place of the
    owner's filer (代报). `unchanged` are the words of the tap that repeats a section.
    """

    model: type[FiledSheet]
    noun: str
    can_file: Verb
    can_withdraw: Verb
    can_decide: DatedVerb
    can_unlock: DatedVerb
    can_extend: DatedVerb
    can_open: Callable[[User], Denial | None]
    can_review: Callable[[User], Denial | None]
    known: Callable[[Any], Mapping[str, Known]] = nothing_known
    before: Callable[[Any], Mapping[str, Any]] = nothing_before
    confirm: Callable[[Any, User], object] = _writes_nothing
    has_second_level: Callable[[Any], bool] = _one_level
    tell_filers: Callable[..., object] = _nobody_is_told
    is_substitute: Callable[[User, Any], bool] = _by_its_filer
    unchanged: str = "本期无变化"
    # Items whose rows stand for changes that somebody has to carry out: a sheet with any needs a look.
    change_items: tuple[str, ...] = ()


_CYCLES: dict[type[FiledSheet], SheetCycle] = {}


def register_cycle(cycle: SheetCycle) -> SheetCycle:
    """Let the machine serve the sheets of a cycle."""
    _CYCLES[cycle.model] = cycle
    return cycle


def every_cycle() -> list[SheetCycle]:
    """Return all registered cycles."""
    return list(_CYCLES.values())


def cycle_for(model: type[FiledSheet]) -> SheetCycle:
    """Return the cycle of a kind of sheet. Raises KeyError for a model that no cycle registered."""
    return _CYCLES[model]


def cycle_of(sheet: FiledSheet) -> SheetCycle:
    """Return the cycle that a sheet belongs to."""
    return cycle_for(type(sheet))
