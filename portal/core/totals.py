"""What facts add up to: for every subtree whole and by region, industry and kind, and for every committee by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, F, QuerySet

from portal.core.measures import GROUPINGS, KEPT, aggregates_of, kept_of
from portal.core.models import Snapshot, SnapshotTotal, lineage
from portal.core.snapshots import STORES, AsOf, Store

Place = tuple[str, str, str]  # dimension, path, key
Totals = dict[Place, list[int]]  # associations, then numerator and denominator of each kept indicator
_CROSSED = ("region", "industry", "kind")
_BATCH = 1000


def tally(rows_of_store: Callable[[Store], QuerySet[Any]], as_of: AsOf) -> Totals:
    """Add up the rows of every store. The database counts by committee and one dimension more; the tree is climbed here."""
    totals: Totals = {}
    for number, store in enumerate(STORES):
        indicators = kept_of((store.facts, *store.annotations))
        aggregates: dict[str, Any] = {"associations": Count("pk")}
        for indicator in indicators:
            aggregates |= aggregates_of(indicator)
        rows = store.annotated(rows_of_store(store), as_of)
        layout = _layout([indicator.code for indicator in indicators], is_first=number == 0)
        for dimension in _CROSSED:
            grouped = rows.values("committee_id", "committee_path", group=F(GROUPINGS[dimension]))
            counted = grouped.annotate(**aggregates).order_by()
            for row in counted.values_list("committee_id", "committee_path", "group", *aggregates).iterator():
                committee, path, group, *counts = row
                vector = [counts[place] or 0 if place is not None else 0 for place in layout]
                for place in _places(dimension, committee, path, group):
                    held = totals.get(place)
                    totals[place] = vector if held is None else [a + b for a, b in zip(held, vector, strict=True)]
    return totals


def _layout(codes: list[str], *, is_first: bool) -> list[int | None]:
    """Return where each number of a total stands in a row of counts; associations come with the first store alone."""
    places = {code: 1 + 2 * place for place, code in enumerate(codes)}
    layout: list[int | None] = [0 if is_first else None]
    for code in KEPT:
        numerator = places.get(code)
        layout += [numerator, None if numerator is None else numerator + 1]
    return layout


def _places(dimension: str, committee: int | None, path: str, group: Any) -> Iterable[Place]:
    """Yield every total that associations of one committee and group belong to."""
    for above in ("", *lineage(path)):
        yield dimension, above, "" if group is None else str(group)
        if dimension == _CROSSED[0]:  # once is enough for what has no such dimension
            yield "", above, ""
    if dimension == _CROSSED[0]:
        yield "committee", path, "" if committee is None else str(committee)


def write_totals(snapshot: Snapshot, totals: Totals) -> None:
    """Keep all totals of a snapshot, in place of any it has. What holds nothing is not kept but for the total of all."""
    snapshot.totals.all().delete()
    kept = {("", "", ""): [0] * (1 + 2 * len(KEPT)), **totals}
    _insert(snapshot, kept)


def adjust_totals(snapshot: Snapshot, before: Totals, after: Totals) -> None:
    """Move a snapshot's totals by the difference between what some of its rows added up to and what they do now."""
    nothing = [0] * (1 + 2 * len(KEPT))
    moved = {}
    for place in {**before, **after}:
        difference = [new - old for new, old in zip(after.get(place, nothing), before.get(place, nothing), strict=True)]
        if any(difference):
            moved[place] = difference
    if not moved:
        return
    keys = {key for _, _, key in moved}
    paths = {path for _, path, _ in moved}
    rows = snapshot.totals.filter(path__in=paths, key__in=keys)
    gone = []
    for row in rows:
        place = (row.dimension, row.path, row.key)
        if place in moved:
            moved[place] = [a + b for a, b in zip(moved[place], (row.associations, *row.counts), strict=True)]
            gone.append(row.pk)
    SnapshotTotal.objects.filter(pk__in=gone).delete()
    _insert(snapshot, {place: counts for place, counts in moved.items() if any(counts) or place == ("", "", "")})


def _insert(snapshot: Snapshot, totals: Totals) -> None:
    SnapshotTotal.objects.bulk_create(
        (
            SnapshotTotal(
                snapshot=snapshot,
                dimension=dimension,
                path=path,
                key=key,
                associations=associations,
                counts=counts,
            )
            for (dimension, path, key), (associations, *counts) in totals.items()
        ),
        batch_size=_BATCH,
    )


def totals_of(snapshot: Snapshot) -> Totals:
    """Return all totals that a snapshot keeps."""
    columns = ("dimension", "path", "key", "associations", "counts")
    return {
        (dimension, path, key): [associations, *counts]
        for dimension, path, key, associations, counts in snapshot.totals.values_list(*columns)
    }
