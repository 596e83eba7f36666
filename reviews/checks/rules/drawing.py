"""双随机: the associations that are drawn and the two inspectors of each, decided by the frozen pool and the seed alone.

1. Effective seed: SHA-256 of the committed seed, a bar and the witness word. Whoever made the seed could not know the word, and
   the witness could not know the seed.
2. Each association gets the SHA-256 of effective seed, "sample" and credit code. In each stratum the smallest are drawn, as
   many as the quota says.
3. Pairs: the association with the fewest pairs allowed goes first, then by SHA-256 of effective seed, "order" and code. Of the
   pairs that nothing keeps away and that have a visit left, it gets the one whose busier member has the fewest visits, then the
   one with the fewest visits together, then by SHA-256 of effective seed, "pair", code and the two numbers.
4. Where no pair is left, the list says so, with the reasons that keep each inspector away.

No clock, no rows, no floating point, no order but the one by hash: the same on every machine and database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from reviews.checks.choices import Avoidance

# 抽取步骤, as the file, the page and the command print them.
STEPS = (
    "有效种子为 SHA-256（种子|现场见证内容）。种子的校验值在抽取前公布，现场见证内容在抽取时当众给出。",
    "每家协会的抽取码为 SHA-256（有效种子|sample|统一社会信用代码）。在每个分层内按抽取码从小到大排列，取前若干家，若干为该层名额。",
    "确定检查人员：可用的两人组合最少的协会先排；同样多的，按 SHA-256（有效种子|order|统一社会信用代码）从小到大排。",
    "在没有回避情形、还有可检查次数的两人组合中，选任务较多的一人任务最少的，再选两人任务之和最少的。",
    "仍有多个组合的，选 SHA-256（有效种子|pair|统一社会信用代码|较小的编号|较大的编号）最小的。",
    "没有可用组合的协会单独列出，并逐人列明原因。",
)
FULL = "full"  # beside the codes of `Avoidance`: nothing keeps the inspector away, but no visit is left


@dataclass(frozen=True)
class Drawable:
    """One association of the pool."""

    code: str
    name: str
    stratum: str


@dataclass(frozen=True)
class PoolInspector:
    """One inspector of the pool; `capacity` is the number of visits that the period has days for."""

    number: int
    name: str
    capacity: int


@dataclass(frozen=True)
class Unpaired:
    """An association that no two inspectors can visit, with the reasons of each inspector of the pool."""

    code: str
    reasons: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Pairing:
    pairs: dict[str, tuple[int, int]]
    unpaired: tuple[Unpaired, ...]


Kept = Mapping[tuple[str, int], tuple[str, ...]]  # (association, inspector) -> reasons to stay away


def effective_seed(seed: str, witness_word: str) -> str:
    return digest(seed, witness_word)


def digest(*parts: object) -> str:
    return hashlib.sha256("|".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).hexdigest()


def draw_sample(associations: Iterable[Drawable], quotas: Mapping[str, int], effective: str) -> list[Drawable]:
    """Return the drawn associations, strata in the order of their names, each stratum in the order drawn."""
    by_stratum: dict[str, list[Drawable]] = {}
    for association in associations:
        by_stratum.setdefault(association.stratum, []).append(association)
    return [
        association
        for stratum in sorted(by_stratum)
        for association in sorted(
            by_stratum[stratum], key=lambda each: (digest(effective, "sample", each.code), each.code)
        )[: quotas.get(stratum, 0)]
    ]


def allowed(code: str, inspectors: Iterable[PoolInspector], kept: Kept) -> list[int]:
    """Return the numbers of the inspectors that nothing keeps away from an association."""
    return sorted(inspector.number for inspector in inspectors if not kept.get((code, inspector.number)))


def pair_inspectors(
    drawn: Iterable[Drawable], inspectors: Iterable[PoolInspector], kept: Kept, effective: str
) -> Pairing:
    """Give every drawn association two inspectors, loads as even as avoidance allows."""
    pool = sorted(inspectors, key=lambda inspector: inspector.number)
    capacity = {inspector.number: inspector.capacity for inspector in pool}
    loads = dict.fromkeys(capacity, 0)
    legal = {association.code: allowed(association.code, pool, kept) for association in drawn}
    order = sorted(legal, key=lambda code: (len(legal[code]), digest(effective, "order", code), code))
    pairs: dict[str, tuple[int, int]] = {}
    unpaired = []
    for code in order:
        free = [number for number in legal[code] if loads[number] < capacity[number]]
        chosen = _least_loaded(code, free, loads, effective)
        if chosen is None:
            unpaired.append(
                Unpaired(code, tuple((number, kept.get((code, number)) or _full(number, free)) for number in capacity))
            )
            continue
        pairs[code] = chosen
        for number in chosen:
            loads[number] += 1
    return Pairing(pairs, tuple(unpaired))


def _full(number: int, free: list[int]) -> tuple[str, ...]:
    return () if number in free else (FULL,)


def _least_loaded(code: str, free: list[int], loads: Mapping[int, int], effective: str) -> tuple[int, int] | None:
    """Return the pair with the least load, of equal pairs the one with the smallest hash; None where two are not free."""
    if len(free) < 2:  # noqa: PLR2004 -- a pair
        return None
    least, second = sorted(loads[number] for number in free)[:2]
    able = [number for number in free if loads[number] <= second]
    pairs = [pair for pair in combinations(able, 2) if sorted(loads[number] for number in pair) == [least, second]]
    return min(pairs, key=lambda pair: (digest(effective, "pair", code, *pair), pair))


def reason_words(reason: str) -> str:
    """Return a reason to stay away in words."""
    return "可检查次数已排满" if reason == FULL else str(Avoidance(reason).label)
