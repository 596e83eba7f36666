"""What an import would write, collected before anything is written: rows to create, fields to change, each with its cell."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from associations.models import (
    Association,
    AssociationPost,
    Authority,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    KnownAs,
    Oversight,
    PartyMembership,
    Person,
    Region,
)
from partyorgs.ledgers.choices import ChangeVerb
from partyorgs.organizations.models import (
    Affiliation,
    Election,
    Instructor,
    OrganizationSetup,
    PartyOrganization,
    PartyPost,
)
from portal.core.dated import Stated, spans, value_at
from portal.core.models import Committee

# Rows are written in this order and taken back in the opposite one: what is pointed at comes first.
WRITE_ORDER: tuple[type[Model], ...] = (
    Committee,
    Region,
    Authority,
    Association,
    Oversight,
    CharterClause,
    Decoupling,
    Headcount,
    Person,
    KnownAs,
    PartyMembership,
    AssociationPost,
    DailyWork,
    PartyOrganization,
    OrganizationSetup,
    Election,
    Affiliation,
    PartyPost,
    Instructor,
)
_ENDED_BY_TICK = "台账未列，经确认终止"
# Bookkeeping that a reader of the preview need not see: it follows from rows that are shown.
_SILENT: frozenset[type[Model]] = frozenset({KnownAs, DailyWork, PartyMembership, OrganizationSetup, Region, Authority})


class RowKey:
    """The identity of a row object, as a key: a row not yet written has no primary key to be compared by."""

    __slots__ = ("_row",)

    def __init__(self, row: Model) -> None:
        self._row = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowKey) and other._row is self._row

    def __hash__(self) -> int:
        return id(self._row)


@dataclass
class Change:
    """One row to be created or changed. `before` and `after` hold the changed fields by column."""

    verb: ChangeVerb
    instance: Model
    association: Association | None
    cell: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    silent: bool = False

    @property
    def model(self) -> type[Model]:
        return type(self.instance)


@dataclass
class Absent:
    """Something that an earlier ledger had and this one lacks: ended only where a person ticks it."""

    instance: Model
    association: Association
    sentence: str

    @property
    def key(self) -> str:
        return f"{self.instance._meta.label_lower}:{self.instance.pk}"


class ChangePlan:
    """Every change that a ledger makes, in the order of its rows, and what it lacks."""

    def __init__(self, as_of: datetime.date, ticked: Iterable[str] = ()) -> None:
        self.as_of = as_of
        self.ticked = frozenset(ticked)
        self.changes: list[Change] = []
        self.absent: list[Absent] = []
        self._by_row: dict[RowKey, Change] = {}

    def create(
        self, instance: Model, *, cell: str, association: Association | None = None, silent: bool | None = None
    ) -> None:
        """Add a row to be created; unless `silent` decides, a reader sees it where it belongs to an association."""
        if silent is None:
            silent = type(instance) in _SILENT or association is None
        change = Change(ChangeVerb.CREATE, instance, association, cell, silent=silent)
        self.changes.append(change)
        self._by_row[RowKey(instance)] = change

    def change(
        self,
        instance: Model,
        *,
        cell: str,
        association: Association | None = None,
        verb: ChangeVerb = ChangeVerb.CHANGE,
        silent: bool = False,
        **values: Any,
    ) -> None:
        """Set columns of a row; nothing happens for those that already hold the value."""
        differing = {name: value for name, value in values.items() if getattr(instance, name) != value}
        if not differing:
            return
        change = self._by_row.get(RowKey(instance))
        if change is not None and change.verb == ChangeVerb.CREATE:
            _assign(instance, differing)
            return
        if change is None:
            change = Change(verb, instance, association, cell, silent=silent)
            self.changes.append(change)
            self._by_row[RowKey(instance)] = change
        change.silent = change.silent and silent
        change.verb = verb if verb == ChangeVerb.END else change.verb
        for name in differing:
            change.before.setdefault(name, plain(getattr(instance, name)))
        _assign(instance, differing)
        change.after.update({name: plain(value) for name, value in differing.items()})

    def is_new(self, instance: Model) -> bool:
        change = self._by_row.get(RowKey(instance))
        return change is not None and change.verb == ChangeVerb.CREATE

    def state(
        self,
        rows: list[Any],
        new: Stated,
        value_name: str,
        *,
        described_on: datetime.date | None,
        cell: str,
        association: Association,
    ) -> None:
        """Add a statement to one thing's time line, unless it says what is already known to hold from then on.

        A later ledger that confirmed the old value keeps it: reading ledgers in another order ends at the same facts.
        """
        value, day = getattr(new, value_name), new.stated_on
        same_day = next((row for row in rows if row.stated_on == day), None)
        if same_day is not None:
            self.change(same_day, cell=cell, association=association, **{value_name: value})
            return
        statements = [(row.stated_on, getattr(row, value_name)) for row in rows]
        earlier = [value for stated_on, value in statements if stated_on < day]
        if earlier and value_at(statements, day) == value:
            return
        rows.append(new)
        self.create(new, cell=cell, association=association)
        if (
            statements
            and described_on
            and described_on > day
            and not any(day < on <= described_on for on, _ in statements)
        ):
            kept = type(new)(
                stated_on=described_on, **{**_owner_of(new), value_name: value_at(statements, described_on)}
            )
            rows.append(kept)
            self.create(kept, cell=cell, association=association)
        self._settle(rows, cell, association)

    def _settle(self, rows: list[Any], cell: str, association: Association) -> None:
        """Work out anew which span each statement of one thing's time line covers."""
        rows.sort(key=lambda row: row.stated_on)
        for row, span in zip(rows, spans(row.stated_on for row in rows), strict=True):
            covered: dict[str, Any] = {"begins_on": span.begins_on, "ends_on": span.ends_on}
            self.change(row, cell=cell, association=association, silent=True, **covered)

    def lack(self, instance: Model, association: Association, sentence: str, end_column: str = "ends_on") -> None:
        """List what this ledger lacks; end it on the ledger's date where that was ticked."""
        absent = Absent(instance, association, sentence)
        self.absent.append(absent)
        if absent.key in self.ticked:
            reason = "deregistration_reason" if isinstance(instance, Association) else "end_reason"
            ending: dict[str, Any] = {end_column: self.as_of, reason: _ENDED_BY_TICK}
            self.change(instance, cell=_ENDED_BY_TICK, association=association, verb=ChangeVerb.END, **ending)

    @property
    def digest(self) -> str:
        """Return the fingerprint of everything the plan would do: the confirmed preview and the plan applied must agree in it."""
        content = [
            [
                change.verb,
                change.model._meta.label_lower,
                _label(change.instance),
                change.before,
                change.after,
                change.cell,
            ]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False).encode()).hexdigest()

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows of each kind are created, changed and ended, by the model's Chinese name."""
        counted = {
            verb: Counter(
                str(change.model._meta.verbose_name)
                for change in self.changes
                if change.verb == verb and not change.silent
            )
            for verb in ChangeVerb
        }
        return {verb.value: dict(counter) for verb, counter in counted.items()}

    def totals(self, verb: ChangeVerb) -> dict[str, int]:
        """Return how many rows of each model have this verb, by model name: what the command prints."""
        counted = [change for change in self.changes if change.verb == verb]
        if verb != ChangeVerb.CREATE:
            counted = [change for change in counted if not change.silent]
        counter = Counter(change.model._meta.model_name or "" for change in counted)
        return dict(sorted(counter.items()))


def _assign(instance: Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(instance, name, value)


def _owner_of(statement: Stated) -> dict[str, Any]:
    return {
        relation.name: getattr(statement, relation.name)
        for relation in statement._meta.concrete_fields
        if relation.is_relation and relation.name in {"association", "person", "post", "organization"}
    }


def plain(value: Any) -> Any:
    """Return a column's value as JSON keeps it: dates as ISO text, a row as its key."""
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, datetime.date) else value


def _label(instance: Model) -> str:
    return f"{instance.pk or ''}{instance}"
