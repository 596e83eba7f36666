"""Rows of facts: worked out by a question, or kept with a snapshot of their day. Where they lie is nobody else's business.

A facts function answers for a day with a QuerySet of an unmanaged model, a row an association. `keep_facts` names the table
that keeps such rows; `derive_facts` tells of a function that only annotates those of another. A kept row is read through the
same unmanaged model, so that every predicate, grouping and list takes it for a computed one.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Collection, Iterable
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
    written: dict[str, tuple[str, tuple[Any, ...]]] = {}  # by database; writing `inner` costs more than answering it

    class Inner(BaseTable):
        def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
            if connection.alias not in written:
                sql, params = inner.query.get_compiler(connection=connection).as_sql()
                written[connection.alias] = sql, tuple(params)
            sql, params = written[connection.alias]
            fence = " OFFSET 0" if once and connection.vendor == "postgresql" else ""
            return f"({sql}{fence}) {compiler.quote_name_unless_alias(self.table_alias)}", params

        def relabeled_clone(self, change_map: dict[str | None, str]) -> Inner:
            return Inner(self.table_name, change_map.get(self.table_alias, self.table_alias))

    query = Query(model)
    query.base_table_class = Inner
    return QuerySet(model, query)


@dataclass(frozen=True)
class Addition:
    """The table in which one subject keeps the columns that it adds to the rows of a floor below.

    `relation` leads from the lower table to this one; `named` are the lower columns that the subject's indicators name.
    """

    table: type[models.Model]
    relation: str
    named: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> list[str]:
        return _columns_of(self.table)


def _columns_of(table: type[models.Model]) -> list[str]:
    """Return the columns of facts that a table keeps: all but its key."""
    return [column.attname for column in table._meta.concrete_fields if column.name not in _KEY]


_KEY = {"pk", "snapshot", "association_id"}


@dataclass
class Store:
    """A table that keeps the rows of `facts`, and the annotations that other facts functions add to them.

    A floor above adds columns to the rows of a lower one: the lower `table` keeps the row, and each subject of that floor the
    columns it adds, in a table of its own (`additions`). They are worked out, read and counted by one question all the same.
    """

    facts: Facts
    table: type[models.Model]
    additions: list[Addition] = field(default_factory=list)
    annotations: dict[Facts, Annotation] = field(default_factory=dict)

    @property
    def own(self) -> dict[type[models.Model], list[str]]:
        """Return the tables that this store writes, each with the columns of facts in it."""
        if self.additions:
            return {addition.table: addition.columns for addition in self.additions}
        return {self.table: _columns_of(self.table)}

    @property
    def columns(self) -> list[str]:
        """Return the columns of facts that this store writes, whatever table they are in."""
        return [column for columns in self.own.values() for column in columns]

    @property
    def named(self) -> list[str]:
        """Return the columns of the lower rows by which rows of this store are narrowed, grouped and counted."""
        return list(dict.fromkeys(column for addition in self.additions for column in addition.named))

    @cached_property
    def row(self) -> type[models.Model]:
        """Return the unmanaged model that rows are read through."""
        return self.facts(SOME_DAY).model

    def kept(self, snapshot: int) -> QuerySet[Any]:
        """Return the rows kept with a snapshot, as the facts function would return them."""
        rows = self.table._default_manager.filter(snapshot_id=snapshot).order_by()
        added = {
            column: F(f"{addition.relation}__{column}") for addition in self.additions for column in addition.columns
        }
        return rows_of(self.row, rows.values("association_id", *_columns_of(self.table), **added))

    def annotated(self, rows: QuerySet[Any], as_of: AsOf) -> QuerySet[Any]:
        """Add what any facts function adds, so that every kept indicator can be counted over one set of rows."""
        for annotate in self.annotations.values():
            rows = annotate(rows, as_of)
        return rows

    def countable(self, rows: QuerySet[Any], as_of: AsOf) -> QuerySet[Any]:
        """Return narrowed `rows` for a question that names most of their columns, many of them often."""
        if connection.vendor == "postgresql":
            columns = rows.order_by().values("association_id", *self.columns, *self.named)
            rows = rows_of(self.row, columns, once=True)
        return self.annotated(rows, as_of)

    def fill(self, snapshot: int, rows: QuerySet[Any], tables: Collection[type[models.Model]] | None = None) -> None:
        """Keep `rows` with a snapshot, in all of the store's own tables or in some: the database copies its own answer."""
        quote = connection.ops.quote_name
        for table, columns in self.own.items():
            if tables is not None and table not in tables:
                continue
            kept = rows.order_by().annotate(kept_with=Value(snapshot, output_field=BigIntegerField()))
            sql, params = kept.values_list("kept_with", "association_id", *columns).query.sql_with_params()
            quoted = ", ".join(quote(column) for column in ("snapshot_id", "association_id", *columns))
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {quote(table._meta.db_table)} ({quoted}) {sql}", params)


STORES: list[Store] = []


def keep_facts(facts: Facts, table: type[models.Model]) -> None:
    """Let snapshots keep the rows of `facts` in `table`, which has their columns and a snapshot's number."""
    STORES.append(Store(facts, table))


def keep_additions(facts: Facts, lower: type[models.Model], additions: list[Addition]) -> None:
    """Let snapshots keep what the rows of `facts` have beyond those in the table `lower`, a table a subject.

    `additions` may grow until the first figure is asked for. To be told after the lower rows are kept.
    """
    STORES.append(Store(facts, lower, additions))


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
    newest = heads.values_list("data_version", "snapshot", "definition").first()
    return Standing(*newest) if newest else Standing(0)


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
