"""Layout of a draw for reading: its steps in words, each association with its hash, its pair, and the inspectors kept away."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from reviews.checks.models.plan import Draw
from reviews.checks.rules.drawing import digest, effective_seed, reason_words

_MARK = 12  # digits of a hash that are shown: enough to see the order


@dataclass(frozen=True)
class DrawnRow:
    place: int
    code: str
    name: str
    mark: str
    people: str
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DrawnStratum:
    """One stratum: size and quota, the drawn rows in order, the hash of the first one not drawn."""

    name: str
    size: int
    quota: int
    rows: tuple[DrawnRow, ...]
    next_mark: str


@dataclass(frozen=True)
class DrawnLoad:
    name: str
    employer: str
    capacity: int
    visits: int
    kept: int


def effective_of(row: Draw) -> str:
    return effective_seed(row.seed, row.witness_word)


def strata_of(row: Draw) -> list[DrawnStratum]:
    """Return the strata of a completed draw with their drawn rows."""
    effective, pool, result = effective_of(row), row.pool, row.result
    people = {each["code"]: "、".join(each["people"]) for each in result["pairs"]}
    kept = kept_by_code(row)
    drawn: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in result["sample"]:
        drawn[each["stratum"]].append(each)
    marks: dict[str, list[str]] = defaultdict(list)
    for each in pool["associations"]:
        marks[each["stratum"]].append(digest(effective, "sample", each["code"]))
    return [
        DrawnStratum(
            name=stratum["stratum"],
            size=stratum["size"],
            quota=stratum["quota"],
            rows=tuple(
                DrawnRow(
                    each["place"],
                    each["code"],
                    each["name"],
                    digest(effective, "sample", each["code"])[:_MARK],
                    people.get(each["code"], ""),
                    tuple(kept.get(each["code"], ())),
                )
                for each in drawn[stratum["stratum"]]
            ),
            next_mark=next(iter(sorted(marks[stratum["stratum"]])[stratum["quota"] :]), "")[:_MARK],
        )
        for stratum in pool["strata"]
    ]


def kept_by_code(row: Draw) -> dict[str, list[tuple[str, str]]]:
    """Return {association's code: [(inspector, reasons to stay away)]}."""
    names = {each["number"]: each["name"] for each in row.pool["inspectors"]}
    kept: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in row.pool["avoidance"]:
        kept[each["code"]].append(
            (names[each["inspector"]], "；".join(reason_words(reason) for reason in each["reasons"]))
        )
    return kept


def loads_of(row: Draw) -> list[DrawnLoad]:
    """Return the visits that a draw gave to each inspector of its pool."""
    visits: dict[int, int] = defaultdict(int)
    kept: dict[int, int] = defaultdict(int)
    for each in row.result.get("pairs", ()):
        for number in each["inspectors"]:
            visits[number] += 1
    for each in row.pool["avoidance"]:
        kept[each["inspector"]] += 1
    return [
        DrawnLoad(each["name"], each["employer"], each["capacity"], visits[each["number"]], kept[each["number"]])
        for each in row.pool["inspectors"]
    ]
