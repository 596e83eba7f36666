"""What figures cost from the data, from kept rows and from totals, as ratios to SQL written by hand in the same run.

The goals are those of performance.md, section 9: G1, G2, G3, G5. `BENCH_ASSOCIATIONS` sets the size of the country, and
`DATABASE_URL` the database. Variants take turns; a figure is the median of the rounds' ratios.
"""

import gc
import os
import resource
import time
from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, Q, Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from associations.models import Association, Headcount
from associations.services.headcounts import correct_headcount
from partyorgs.organizations.facts import association_facts_at
from partyorgs.organizations.indicators import COMPUTED, HARD_CASE_COUNTS, SETUP_COUNTS, TERM_COUNTS
from partyorgs.organizations.models import StoredFact
from partyorgs.organizations.services.snapshots import build_snapshot, check_snapshots, in_use, refresh_snapshots
from portal.core import measures
from portal.core.access import EVERYTHING, Limit
from portal.core.measures import GROUPINGS, KEPT, measure
from portal.core.models import Committee, Snapshot, SnapshotTotal, User
from portal.core.operator_account import operator_at_work
from portal.core.quarters import quarter_ends
from tests.benchmarks.one_pass import DATES, FLAGS, SUMS, everything

ASSOCIATIONS = int(os.environ.get("BENCH_ASSOCIATIONS", "5000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
IS_LARGE = ASSOCIATIONS >= 20_000
TREND = 8


@pytest.fixture
def country(db: None) -> Iterator[date]:
    started = time.monotonic()
    call_command("seed_scale", associations=ASSOCIATIONS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("SET max_parallel_workers_per_gather = 0")  # one process a question, as the goals were set
    print(f"\n{ASSOCIATIONS:,} associations on {connection.vendor}, written in {time.monotonic() - started:.0f} s")
    yield timezone.localdate()
    cache.clear()


def seconds(work: Callable[[], Any]) -> float:
    cache.clear()
    gc.collect()
    started = time.monotonic()
    work()
    return time.monotonic() - started


def by_hand(sql: str, day: date) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(":day", f"DATE '{day}'" if connection.vendor == "postgresql" else f"'{day}'"))
        return list(cursor.fetchall())


def told(name: str, ratios: list[float], goal: str, absolute: float) -> None:
    spread = f"{min(ratios):.4g}–{max(ratios):.4g}"
    print(f"{name:66} × {median(ratios):<8.4g} ({spread})  goal {goal:12} {absolute * 1000:9.1f} ms")


def agree(day: date) -> None:
    """The text written by hand counts what the facts count: else the ratios compare nothing."""
    flags = {flag: Count("pk", filter=Q((flag, True))) for flag in FLAGS}
    sums = {column: Sum(column) for column in SUMS}
    dates = {column: Count("pk", filter=Q((f"{column}__gt", day))) for column in DATES}
    found = association_facts_at(day).aggregate(n=Count("pk"), **flags, **sums, **dates)
    rows = by_hand(everything(grouping_sets=False), day)
    summed = [sum(row[4 + place] or 0 for row in rows) for place in range(len(found))]
    assert summed == [found[name] for name in ("n", *FLAGS, *SUMS, *DATES)]


def dashboard(day: date) -> None:
    """Ask what the province's first page asks."""
    within = Limit(paths=(Committee.objects.get(parent=None).path,))
    measure(COMPUTED, day, within, by="committee")
    measure((*SETUP_COUNTS.values(), *HARD_CASE_COUNTS.values(), *TERM_COUNTS), day, within)


def test_figures_from_the_data_from_kept_rows_and_from_totals(country: date) -> None:
    agree(country)
    measure_ways(country)
    three_ways(country)
    correct_one(country)


def measure_ways(day: date) -> None:
    one_pass = everything(grouping_sets=connection.vendor == "postgresql")
    within = Limit(paths=(Committee.objects.get(parent=None).path,))
    kept = list(KEPT.values())
    build_snapshot(as_of=day, actor=operator_at_work())

    def bare(snapshot: int) -> None:
        """The bare question over the kept rows: the flags and sums, by committee."""
        rows = StoredFact.objects.filter(snapshot_id=snapshot).order_by().values("committee_id")
        flags = {f"n_{flag}": Count("association_id", filter=Q((flag, True))) for flag in FLAGS}
        list(rows.annotate(n=Count("association_id"), **flags, **{f"sum_{column}": Sum(column) for column in SUMS}))

    def from_the_data(indicators: Any) -> None:
        measures._measure(list(indicators), day, within, GROUPINGS["committee"], None)

    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        snapshot = in_use().get().pk
        for name, work in {
            "one pass": lambda: by_hand(one_pass, day),
            "live computed": lambda: from_the_data(COMPUTED),
            "live all": lambda: from_the_data(kept),
            "kept rows": lambda: measures._measure(kept, day, within, GROUPINGS["committee"], snapshot),  # noqa: B023
            "bare": lambda: bare(snapshot),  # noqa: B023
            "dashboard": lambda: dashboard(day),
            "build": lambda: build_snapshot(as_of=day, actor=operator_at_work()),
        }.items():
            times.setdefault(name, []).append(seconds(work))
        Snapshot.objects.filter(retired_at__isnull=False).delete()

    def ratios(name: str, anchor: str = "one pass") -> list[float]:
        return [mine / its for mine, its in zip(times[name], times[anchor], strict=True)]

    print(f"hand-written one pass S: {median(times['one pass']) * 1000:.0f} ms, medians of {ROUNDS} rounds")
    for name, label, goal in (
        ("live computed", "G1  ten indicators by committee from the data ÷ S", "≤ 1.3"),
        ("live all", "G1  all 26 counts by committee from the data ÷ S", "≤ 1.3"),
        ("build", "G2  build: facts kept and all totals ÷ S", "≤ 1.4" if IS_LARGE else "≤ 1.8"),
        ("kept rows", "    all 26 counts by committee from kept rows ÷ S", ""),
        ("bare", "    bare GROUP BY over kept rows ÷ S", ""),
        ("dashboard", "G3  all numbers of the first page's day ÷ S", "≤ 0.03" if IS_LARGE else "≤ 0.2"),
    ):
        told(label, ratios(name), goal, median(times[name]))
    told("    all numbers of the first page's day ÷ bare GROUP BY", ratios("dashboard", "bare"), "", 0)
    print(
        f"{StoredFact.objects.count():,} rows, {SnapshotTotal.objects.count():,} totals; "
        f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
    )


def correct_one(day: date) -> None:
    """G5: the same number of statements at every size; afterwards everything agrees."""
    days = quarter_ends(day, TREND)[-2:]
    for one in days:
        build_snapshot(as_of=one, actor=operator_at_work())
    user = User.objects.create(username="bench", name="测量")
    rounds, statements = [], set()
    for number, association in enumerate(Association.objects.live_at(days[0]).order_by("?")[: ROUNDS * 2]):
        headcount = Headcount.objects.filter(association=association).order_by("as_of").last()
        assert headcount
        values = {"formal": (headcount.formal or 0) + 5 + number}
        correct_headcount(headcount=headcount, actor=user, reason="核对", values=values)
        with CaptureQueriesContext(connection) as queries:
            rounds.append(seconds(lambda: refresh_snapshots(actor=operator_at_work())))
        statements.add(len(queries))
    print(
        f"\nG5  correcting one association at {len(days)} days: {sorted(statements)} statements, "
        f"median {median(rounds) * 1000:.0f} ms"
    )
    assert [check_snapshots(as_of=one, actor=operator_at_work()) for one in days] == [[]] * len(days)


def three_ways(day: date) -> None:
    """Not a measurement: at this size too the three ways agree."""
    snapshot = in_use().get().pk
    kept = list(KEPT.values())
    for by in (None, *GROUPINGS):
        column = GROUPINGS[by] if by else None
        found = [
            measures._measure(kept, day, EVERYTHING, column, None),
            measures._measure(kept, day, EVERYTHING, column, snapshot),
            measures._from_totals(kept, day, EVERYTHING, by, snapshot=snapshot, codes=tuple(KEPT)),
        ]
        assert all(one is not None for one in found)
        groups = [{group.key: group for group in one.groups} for one in found if one]
        assert groups[0] == groups[1] == groups[2]
        assert len({repr(one.rates) for one in found if one}) == 1
