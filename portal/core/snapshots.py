"""Rows of facts: worked out by a question, or kept with a snapshot of their day. Where they lie is nobody else's business.

A facts function answers for a day with a QuerySet of an unmanaged model, a row an association. `keep_facts` names the table
that keeps such rows; `derive_facts` tells of a function that only annotates those of another. A kept row is read through the
same unmanaged model, so that every predicate, grouping and list takes it for a computed one.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.sql import Query
from django.db.models.sql.datastructures import BaseTable

from portal.core import audit
from portal.core.models import AuditEntry, AuditHead, Snapshot

logger = logging.getLogger(__name__)

AsOf = datetime.date
Facts = Callable[[AsOf], QuerySet[Any]]
Annotation = Callable[[QuerySet[Any], AsOf], QuerySet[Any]]
SOME_DAY = datetime.date(2024, 6, 30)  # any: a facts function puts the same question for every day


def rows_of(model: type[models.Model], inner: QuerySet[Any], *, once: bool = False) -> QuerySet[Any]:
    """Return a QuerySet of `model` whose table is the subquery `inner`; its columns carry the model's column names.

    PostgreSQL merges the subquery with the question asked of it and works a column out at each place that names it; `once`
    keeps it from that, for questions that name columns often. What narrows the rows must then stand within `inner`.
    """

    class Inner(BaseTable):
        def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
            sql, params = inner.query.get_compiler(connection=connection).as_sql()
            fence = " OFFSET 0" if once and connection.vendor == "postgresql" else ""
            return f"({sql}{fence}) {compiler.quote_name_unless_alias(self.table_alias)}", params

        def relabeled_clone(self, change_map: dict[str | None, str]) -> Inner:
            return Inner(self.table_name, change_map.get(self.table_alias, self.table_alias))

    query = Query(model)
    query.base_table_class = Inner
    return QuerySet(model, query)


@dataclass
class Store:
    """A table that keeps the rows of `facts`, and the annotations that other facts functions add to them.

    A floor above keeps only what it adds to the rows of a lower one: its table reaches those of the same snapshot through the
    relation `beside`, and its rows have the columns of both. `named` are the lower columns that its indicators name.
    """

    facts: Facts
    table: type[models.Model]
    beside: str = ""
    named: tuple[str, ...] = ()
    annotations: dict[Facts, Annotation] = field(default_factory=dict)

    @cached_property
    def columns(self) -> list[str]:
        """The columns that both the table and the facts have: all but the snapshot's number."""
        return [column.attname for column in self.table._meta.concrete_fields if column.name not in {"pk", "snapshot"}]

    @cached_property
    def row(self) -> type[models.Model]:
        """The unmanaged model that rows are read through."""
        return self.facts(SOME_DAY).model

    @cached_property
    def _lower(self) -> list[str]:
        """The columns of the rows that lie in the table beside; none where there is none."""
        told = [column.attname for column in self.row._meta.concrete_fields]
        return [name for name in told if name not in self.columns] if self.beside else []

    def kept(self, snapshot: int) -> QuerySet[Any]:
        """Return the rows kept with a snapshot, as the facts function would return them."""
        rows = self.table._default_manager.filter(snapshot_id=snapshot).order_by()
        lower = {name: F(f"{self.beside}__{name}") for name in self._lower}
        return rows_of(self.row, rows.values(*self.columns, **lower))

    def annotated(self, rows: QuerySet[Any], as_of: AsOf) -> QuerySet[Any]:
        """Add what any facts function adds, so that every kept indicator can be counted over one set of rows."""
        for annotate in self.annotations.values():
            rows = annotate(rows, as_of)
        return rows

    def countable(self, rows: QuerySet[Any], as_of: AsOf) -> QuerySet[Any]:
        """Return narrowed `rows` for a question that names most of their columns, many of them often."""
        if connection.vendor == "postgresql":
            rows = rows_of(self.row, rows.order_by().values(*self.columns, *self.named), once=True)
        return self.annotated(rows, as_of)

    def fill(self, snapshot: int, rows: QuerySet[Any]) -> int:
        """Keep `rows` with a snapshot: the database copies them from its own answer. Return how many they were."""
        columns = self.columns
        told = rows.order_by().annotate(kept_with=Value(snapshot, output_field=BigIntegerField()))
        sql, params = told.values_list("kept_with", *columns).query.sql_with_params()
        quoted = ", ".join(connection.ops.quote_name(column) for column in ("snapshot_id", *columns))
        table = connection.ops.quote_name(self.table._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({quoted}) {sql}", params)
            return int(cursor.rowcount)


STORES: list[Store] = []


def keep_facts(facts: Facts, table: type[models.Model], *, beside: str = "", named: tuple[str, ...] = ()) -> None:
    """Let snapshots keep the rows of `facts` in `table`, which has their columns and a snapshot's number.

    For `beside` and `named` see `Store`; whoever keeps rows beside others is told of after them.
    """
    STORES.append(Store(facts, table, beside, named))


def derive_facts(facts: Facts, base: Facts, annotate: Annotation) -> None:
    """Let snapshots answer `facts` too: it is `annotate` over the rows of `base`, which are kept."""
    next(store for store in STORES if store.facts == base).annotations[facts] = annotate


def store_of(facts: Facts) -> Store | None:
    """Return where the rows behind a facts function are kept; None where they never are."""
    return next((store for store in STORES if facts in (store.facts, *store.annotations)), None)


def facts_at(facts: Facts, as_of: AsOf, snapshot: int | None) -> QuerySet[Any]:
    """Return the rows of `facts`: those kept with `snapshot` where there is one, else worked out."""
    store = store_of(facts) if snapshot is not None else None
    if store is None or snapshot is None:
        return facts(as_of)
    annotate = store.annotations.get(facts)
    rows = store.kept(snapshot)
    return annotate(rows, as_of) if annotate else rows


# --- which snapshot speaks for a day ---


@dataclass(frozen=True)
class Standing:
    """Where the data stand now, and the snapshot of a day that is true there with the fingerprint of what it answers."""

    data_version: int
    snapshot: int | None = None
    definition: str = ""


def standing(as_of: AsOf) -> Standing:
    """Ask once for the data version and for the snapshot of a day that is true at just this version."""
    built = Snapshot.objects.filter(as_of=as_of, is_frozen=False, built_at__isnull=False, retired_at=None)
    current = built.filter(data_version=OuterRef("data_version")).order_by("-pk")
    heads = AuditHead.objects.filter(pk=1).annotate(
        snapshot=Subquery(current.values("pk")[:1]), definition=Subquery(current.values("definition")[:1])
    )
    found = heads.values_list("data_version", "snapshot", "definition").first()
    return Standing(*found) if found else Standing(0)


def position() -> tuple[int, int]:
    """Return where the audit chain stands: the data version and the newest entry. To be asked before rows are read."""
    head, _ = AuditHead.objects.get_or_create(pk=1)
    return head.data_version, AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# --- whom a write reaches ---

Reach = Callable[[set[int]], Iterable[int]]
R = TypeVar("R", bound=Reach)
MOST_REACHED = 2000  # beyond it a snapshot is built anew: a pass over everything costs less than so many by number
_REACHES: dict[str, Reach] = {}


def reaches(target_type: str) -> Callable[[R], R]:
    """Let the decorated function tell whose facts a change of such targets can alter: it takes their numbers."""

    def register(reach: R) -> R:
        _REACHES[target_type] = reach
        return reach

    return register


def reaches_nothing(*target_types: str) -> None:
    """Tell of targets whose changes alter no fact. Of a target that nobody speaks for, everything has to be worked out anew."""
    for target_type in target_types:
        _REACHES[target_type] = _nobody


def _nobody(ids: set[int]) -> Iterable[int]:
    return ()


def reach_between(entry: int, newest: int) -> set[int] | None:
    """Return the associations whose facts may differ since `entry`, by what the audit chain says; None for all of them."""
    entries = AuditEntry.objects.filter(pk__gt=entry, pk__lte=newest).exclude(action__in=audit.READ_ONLY).order_by()
    targets: dict[str, set[int]] = {}
    for target_type, target_id in entries.values_list("target_type", "target_id").distinct().iterator():
        if target_type not in _REACHES or target_id is None:
            logger.warning("whom a change of %r reaches is not known: snapshots are built anew", target_type)
            return None
        targets.setdefault(target_type, set()).add(target_id)
    if sum(len(ids) for ids in targets.values()) > MOST_REACHED:
        return None
    reached = {association for kind, ids in targets.items() for association in _REACHES[kind](ids)}
    return reached if len(reached) <= MOST_REACHED else None
