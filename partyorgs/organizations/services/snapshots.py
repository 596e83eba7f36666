"""Snapshots: built for the days that are read often, kept true after every write, copied and frozen for what is issued.

None of it is business: what is kept follows from the data, and a figure is right without it, only slower.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from associations.models import Association
from partyorgs.organizations.access import can_freeze_snapshot
from partyorgs.organizations.choices import SnapshotJobKind
from portal.core import audit
from portal.core.access import can_work_unattended
from portal.core.choices import AuditAction, JobStatus
from portal.core.errors import RuleViolation, refuse
from portal.core.measures import KEPT, definition
from portal.core.models import Job, Snapshot, User
from portal.core.outbox import enqueue_job
from portal.core.progress import Progress, silently
from portal.core.quarters import Quarter, months_after, quarter_ends
from portal.core.snapshots import STORES, Store, position, reach_between
from portal.core.totals import adjust_totals, tally, totals_of, write_totals

logger = logging.getLogger(__name__)

QUARTERS = 8  # what the trend of a dashboard shows
MONTHS = 3 * QUARTERS
# Above it the rows of months take more room than they save time: a third of a kilobyte each, for every day kept.
MONTHLY_UP_TO = 20_000
# How many associations one statement takes in. PostgreSQL reads whole tables for each statement, so few of them; SQLite asks row
# by row and lets nobody write meanwhile, so short ones.
_BATCHES = {"postgresql": 200_000, "sqlite": 10_000}
_ATTEMPTS = 3
_STILL_READ = datetime.timedelta(hours=1)  # a page may be reading what was replaced under it
_ABANDONED = datetime.timedelta(days=1)


def in_use() -> QuerySet[Snapshot]:
    """Return the built snapshots that follow the data."""
    return Snapshot.objects.filter(is_frozen=False, built_at__isnull=False, retired_at=None)


def build_snapshot(*, as_of: datetime.date, actor: User, progress: Progress = silently) -> Snapshot:
    """Keep the facts and totals of a day, in place of an earlier snapshot of it.

    Batches are committed one by one: nobody reads an unfinished snapshot, and writers wait for one batch at most. What is
    written meanwhile is worked in at the end.
    """
    refuse(can_work_unattended(actor))
    return _build(as_of, progress)


def _build(as_of: datetime.date, progress: Progress = silently) -> Snapshot:
    for _ in range(_ATTEMPTS):
        snapshot = _begin(as_of)
        total = Association.objects.count()
        for done, batch in _batches():
            progress(min(done, total), total, f"计算 {as_of:%Y-%m-%d} 的数据")
            for store in STORES:
                with transaction.atomic():
                    store.fill(snapshot.pk, store.facts(as_of).filter(batch))
        _finish(snapshot)
        if _bring_up(snapshot.pk, {}):
            break
        # So much was written meanwhile that it has to be built again; until it is true, figures are worked out.
        logger.warning("snapshot of %s overtaken while it was built", as_of)
    progress(total, total, f"已完成 {as_of:%Y-%m-%d}")
    snapshot.refresh_from_db()
    return snapshot


@transaction.atomic
def _begin(as_of: datetime.date) -> Snapshot:
    version, entry = position()
    return Snapshot.objects.create(
        as_of=as_of, data_version=version, entry_id=entry, definition=definition(), codes=list(KEPT)
    )


@transaction.atomic
def _finish(snapshot: Snapshot) -> None:
    _refresh_statistics()
    write_totals(snapshot, tally(lambda store: store.kept(snapshot.pk), snapshot.as_of))
    snapshot.built_at = timezone.now()
    snapshot.save(update_fields=["built_at"])
    in_use().filter(as_of=snapshot.as_of, pk__lt=snapshot.pk).update(retired_at=snapshot.built_at)


def _batches() -> Iterator[tuple[int, Q]]:
    """Yield conditions that cut all associations into parts of one size, each with how many came before."""
    last, done, size = 0, 0, _BATCHES[connection.vendor]
    while True:
        following = Association.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        end = following[size - 1 : size].first()
        if end is None:
            yield done, Q(association_id__gt=last)
            return
        yield done, Q(association_id__gt=last, association_id__lte=end)
        last, done = end, done + size


def _refresh_statistics() -> None:
    """Tell PostgreSQL what was just kept: it plans the totals by it."""
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(table._meta.db_table) for store in STORES for table in store.own)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


# --- after a write ---


@audit.after_write
def request_refresh() -> None:
    """Ask for the snapshots to be brought up to the newest write, where there are any; one waiting job does for many writes."""
    if (
        not in_use().exists()
        or Job.objects.filter(kind=SnapshotJobKind.REFRESH_SNAPSHOTS, status=JobStatus.QUEUED).exists()
    ):
        return
    enqueue_job(
        kind=SnapshotJobKind.REFRESH_SNAPSHOTS,
        key=f"{SnapshotJobKind.REFRESH_SNAPSHOTS}:{audit.data_version()}",
        payload={},
        owner=None,
    )


def refresh_snapshots(*, actor: User, progress: Progress = silently) -> None:
    """Bring every snapshot in use up to the newest write: what the writes since can have reached is worked out anew."""
    refuse(can_work_unattended(actor))
    waiting = list(in_use().order_by("-as_of", "-pk").values_list("pk", "as_of"))
    known: dict[tuple[int, int], set[int] | None] = {}
    for done, (pk, as_of) in enumerate(waiting):
        progress(done, len(waiting), f"更新 {as_of:%Y-%m-%d} 的数据")
        if not _bring_up(pk, known):
            _build(as_of)
    progress(len(waiting), len(waiting), "已完成")


@transaction.atomic
def _bring_up(pk: int, known: dict[tuple[int, int], set[int] | None]) -> bool:
    """Work the newest writes into one snapshot; tell whether that was possible, or it has to be built anew.

    `known` remembers whom the writes between two entries reached. Whoever comes second waits and finds nothing to do.
    """
    snapshot = in_use().select_for_update().filter(pk=pk).first()
    if snapshot is None:
        return True  # retired meanwhile
    if snapshot.definition != definition():
        return False
    version, entry = position()
    if snapshot.data_version == version:
        return True
    since = (snapshot.entry_id, entry)
    if since not in known:
        known[since] = reach_between(*since)
    reached = known[since]
    if reached is None:
        return False
    if reached:
        _work_in(snapshot, reached)
    snapshot.data_version, snapshot.entry_id = version, entry
    snapshot.save(update_fields=["data_version", "entry_id"])
    return True


def _work_in(snapshot: Snapshot, reached: set[int]) -> None:
    """Replace the rows that differ from what the data now say, and move the totals by the difference.

    A table none of whose columns differs is left as it is.
    """
    differing: set[int] = set()
    outdated: dict[type[Model], set[int]] = {}
    for store in STORES:
        own = Q(association_id__in=reached)
        for table, associations in _differing(store, snapshot, own).items():
            outdated[table] = associations
            differing |= associations
    if not differing:
        return
    own = Q(association_id__in=differing)
    before = tally(lambda store: store.kept(snapshot.pk).filter(own), snapshot.as_of)
    for store in STORES:
        for table in store.own:
            if associations := outdated[table]:
                these = Q(association_id__in=associations)
                table._default_manager.filter(these, snapshot_id=snapshot.pk).delete()
                store.fill(snapshot.pk, store.facts(snapshot.as_of).filter(these), (table,))
    adjust_totals(snapshot, before, tally(lambda store: store.kept(snapshot.pk).filter(own), snapshot.as_of))


def _differing(store: Store, snapshot: Snapshot, which: Q) -> dict[type[Model], set[int]]:
    """Return, for each table that a store writes, the associations whose columns in it are not what the data now say."""
    sides = (store.facts(snapshot.as_of).filter(which), store.kept(snapshot.pk).filter(which))
    new, old = ({row[0]: row[1:] for row in rows.values_list("association_id", *store.columns)} for rows in sides)
    found: dict[type[Model], set[int]] = {}
    first = 0
    for table, columns in store.own.items():
        part = slice(first, first + len(columns))
        first += len(columns)
        missing = (None,) * len(columns)
        found[table] = {
            association
            for association in new.keys() | old.keys()
            if new.get(association, missing)[part] != old.get(association, missing)[part]
        }
    return found


# --- frozen ---


@transaction.atomic
def freeze_snapshot(*, as_of: datetime.date, actor: User) -> Snapshot:
    """Copy the facts and totals of a day as they are now known; the copy never changes, and is read by its number alone."""
    refuse(can_freeze_snapshot(actor))
    source = _locked_source(as_of)
    if source is None:
        _build(as_of)
        source = _locked_source(as_of)
    if source is None:
        raise RuleViolation("数据正在大量变动，暂时不能固定快照，请稍后再试。")
    frozen = Snapshot.objects.create(
        as_of=as_of,
        is_frozen=True,
        data_version=source.data_version,
        entry_id=source.entry_id,
        definition=source.definition,
        codes=source.codes,
        built_at=timezone.now(),
    )
    for store in STORES:
        store.fill(frozen.pk, store.kept(source.pk))
    write_totals(frozen, totals_of(source))
    audit.record(actor, AuditAction.CREATE, frozen, what="数据快照", as_of=as_of)
    return frozen


def _locked_source(as_of: datetime.date) -> Snapshot | None:
    """Return the snapshot of a day, brought up to the newest write and locked; None where it has to be built."""
    source = in_use().select_for_update().filter(as_of=as_of).order_by("-pk").first()
    if source is None or not _bring_up(source.pk, {}):
        return None
    source.refresh_from_db()
    return source


def freeze_quarter(*, today: datetime.date, actor: User) -> Snapshot | None:
    """Freeze the end of the last finished quarter, once; None where that was done before."""
    refuse(can_work_unattended(actor))
    day = Quarter.of(today).previous.last_day
    if Snapshot.objects.filter(as_of=day, is_frozen=True).exists():
        return None
    return freeze_snapshot(as_of=day, actor=actor)


# --- every night ---


def days_to_keep(*, today: datetime.date) -> list[datetime.date]:
    """Return the days that are read often: today, the last quarters' ends, and the ends of their months where rows are few."""
    days = {today, *quarter_ends(today, QUARTERS)}
    if Association.objects.count() <= MONTHLY_UP_TO:
        first = today.replace(day=1)
        days |= {months_after(first, -month) - datetime.timedelta(days=1) for month in range(MONTHS)}
    return sorted(days, reverse=True)


def keep_snapshots(*, today: datetime.date, actor: User, progress: Progress = silently) -> None:
    """Let the days that are read often have snapshots, today's first, and no other day; then check today's and one more."""
    refuse(can_work_unattended(actor))
    days = days_to_keep(today=today)
    in_use().exclude(as_of__in=days).update(retired_at=timezone.now())
    refresh_snapshots(actor=actor)
    ensure_snapshots(days=days, actor=actor, progress=progress)
    for day in dict.fromkeys((today, days[today.toordinal() % len(days)])):
        check_snapshots(as_of=day, actor=actor)
    _purge()


def ensure_snapshots(*, days: Iterable[datetime.date], actor: User, progress: Progress = silently) -> None:
    """Build the snapshots of those `days` that have none, or one that answers other questions than are asked today."""
    refuse(can_work_unattended(actor))
    known = set(in_use().filter(definition=definition()).values_list("as_of", flat=True))
    missing = [day for day in dict.fromkeys(days) if day not in known]
    for done, day in enumerate(missing):
        progress(done, len(missing), f"计算 {day:%Y-%m-%d} 的数据")
        _build(day)


def check_snapshots(*, as_of: datetime.date, actor: User) -> list[str]:
    """Hold a day's snapshot against the facts worked out anew, and its totals against its rows; return what differs.

    A difference is logged as an error, and the snapshot built anew: a figure must never differ from the data.
    """
    refuse(can_work_unattended(actor))
    snapshot = in_use().filter(as_of=as_of).order_by("-pk").first()
    if snapshot is None or not _bring_up(snapshot.pk, {}):
        return []
    found = list(_differences(snapshot))
    if audit.data_version() != Snapshot.objects.get(pk=snapshot.pk).data_version:
        return []  # somebody wrote meanwhile: what differs may be true, and the next night looks again
    if found:
        logger.error("snapshot of %s is not what the data say: %s", as_of, "; ".join(found))
        _build(as_of)
    return found


def _differences(snapshot: Snapshot) -> Iterator[str]:
    for store in STORES:
        for _, batch in _batches():
            for what, rows, others in (
                ("rows missing or different", store.facts(snapshot.as_of), store.kept(snapshot.pk)),
                ("rows too many or different", store.kept(snapshot.pk), store.facts(snapshot.as_of)),
            ):
                if differing := _without(store, rows.filter(batch), others.filter(batch)).count():
                    yield f"{' + '.join(str(table._meta.model_name) for table in store.own)}: {differing} {what}"
    totals = {place: counts for place, counts in totals_of(snapshot).items() if any(counts)}
    if totals != tally(lambda store: store.kept(snapshot.pk), snapshot.as_of):
        yield "totals are not the sum of the rows"


def _without(store: Store, rows: QuerySet[Any], others: QuerySet[Any]) -> QuerySet[Any]:
    columns = ("association_id", *store.columns)
    return rows.order_by().values_list(*columns).difference(others.order_by().values_list(*columns))


def _purge() -> None:
    """Delete what was replaced a while ago, and what was never finished."""
    now = timezone.now()
    unused = Q(retired_at__lt=now - _STILL_READ) | Q(built_at=None, started_at__lt=now - _ABANDONED)
    Snapshot.objects.filter(unused, is_frozen=False).delete()
