"""Layout of a visit for reading: the check list item by item, with entries, authors and conflicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit, VisitEntry, VisitPhoto, VisitSignature
from reviews.checks.rules.filling import is_applicable, is_found_wrong
from reviews.checks.rules.merging import ItemEntry, ItemStanding, standings_of, was_in_conflict
from reviews.questionnaires.choices import ItemType
from reviews.questionnaires.rules.answers import is_nothing, show_answer
from reviews.questionnaires.rules.content import Item

_WRONG = "bad"  # the badge of an answer that is a finding


@dataclass(frozen=True)
class EntryLine:
    """One entry from a phone; `stands` where it is the answer in the end."""

    entry: VisitEntry
    text: str
    stands: bool


@dataclass(frozen=True)
class ItemLine:
    """One item: its answer and authors, all its entries, its photos and finding."""

    item: Item
    text: str
    note: str
    tone: str
    by: tuple[VisitEntry, ...]
    entries: tuple[EntryLine, ...]
    is_conflict: bool
    was_conflict: bool
    photos: tuple[VisitPhoto, ...]
    finding: Finding | None

    @property
    def is_attachment(self) -> bool:
        return self.item.type == ItemType.ATTACHMENT

    @property
    def is_wrong(self) -> bool:
        return self.tone == _WRONG


@dataclass(frozen=True)
class VisitSectionLines:
    title: str
    lines: tuple[ItemLine, ...]


@dataclass(frozen=True)
class SignatureLine:
    """A signature as lines of plain numbers, in a box of 1000 × 400."""

    signature: VisitSignature
    strokes: tuple[str, ...]


def sections_of(
    visit: Visit, entries: Iterable[VisitEntry], photos: Iterable[VisitPhoto], findings: Iterable[Finding]
) -> list[VisitSectionLines]:
    """Return the check list with its answers; of a visit that is done, those fixed then."""
    by_item: dict[str, list[VisitEntry]] = defaultdict(list)
    for entry in entries:
        by_item[entry.item].append(entry)
    pictures: dict[str, list[VisitPhoto]] = defaultdict(list)
    for photo in photos:
        pictures[photo.item].append(photo)
    by_code = {finding.item: finding for finding in findings if finding.item}
    return [
        VisitSectionLines(
            section.title,
            tuple(
                _line(visit, item, by_item[item.code], pictures[item.code], by_code.get(item.code))
                for item in section.items
            ),
        )
        for section in visit.content.sections
    ]


def _line(
    visit: Visit, item: Item, rows: list[VisitEntry], photos: list[VisitPhoto], finding: Finding | None
) -> ItemLine:
    item_entries = [ItemEntry(str(row.client_id), row.item, row.value, row.note, frozenset(row.bases)) for row in rows]
    standing = standings_of(item_entries).get(item.code, ItemStanding())
    kept = visit.answers.get(item.code, {}) if visit.is_done else {}
    value = kept.get("value", standing.value)
    heads = {head.key for head in standing.heads}
    return ItemLine(
        item=item,
        text="" if standing.is_conflict else show_answer(item, value),
        note=kept.get("note", standing.note),
        tone=_tone(item, value),
        by=tuple(row for row in rows if str(row.client_id) in heads),
        entries=tuple(EntryLine(row, show_answer(item, row.value), str(row.client_id) in heads) for row in rows),
        is_conflict=standing.is_conflict,
        was_conflict=was_in_conflict(item_entries) and not standing.is_conflict,
        photos=tuple(photos),
        finding=finding,
    )


def _tone(item: Item, value: Any) -> str:
    """Return the badge of an answer to an item of 是 or 否; other answers have none."""
    if is_found_wrong(item, value):
        return _WRONG
    if value is True:
        return "good"
    return "" if is_nothing(value) or is_applicable(value) else "none"


def signature_lines(signatures: Iterable[VisitSignature]) -> list[SignatureLine]:
    return [SignatureLine(each, tuple(_points(stroke) for stroke in each.strokes)) for each in signatures]


def _points(stroke: Collection[Collection[float]]) -> str:
    """Return a stroke in the form of an SVG polyline, in whole numbers only."""
    points = [(int(x), int(y)) for x, y in stroke]
    if len(points) == 1:  # a dot is a line as well
        points.append((points[0][0] + 1, points[0][1]))
    return " ".join(f"{x},{y}" for x, y in points)
