"""A draw repeated from its file alone: the same list and the same pairs, or the first thing that is wrong."""

from __future__ import annotations

from typing import Any

from reviews.checks.rules.draw_file import SECTIONS, Altered, pool_hash, read, seed_hash
from reviews.checks.rules.drawing import (
    Drawable,
    PoolInspector,
    draw_sample,
    effective_seed,
    pair_inspectors,
    reason_words,
)


def result_of(pool: dict[str, Any], seed: str, witness_word: str) -> dict[str, Any]:
    """Draw from a frozen pool: `sample`, `pairs` and `unpaired` as the file lists them."""
    effective = effective_seed(seed, witness_word)
    names = {row["code"]: row["name"] for row in pool["associations"]}
    people = {row["number"]: row["name"] for row in pool["inspectors"]}
    quotas = {row["stratum"]: row["quota"] for row in pool["strata"]}
    drawn = draw_sample(
        [Drawable(row["code"], row["name"], row["stratum"]) for row in pool["associations"]], quotas, effective
    )
    pairing = pair_inspectors(
        drawn,
        [PoolInspector(row["number"], row["name"], row["capacity"]) for row in pool["inspectors"]],
        {(row["code"], row["inspector"]): tuple(row["reasons"]) for row in pool["avoidance"]},
        effective,
    )
    return {
        "sample": [
            {"place": place, "code": each.code, "name": each.name, "stratum": each.stratum}
            for place, each in enumerate(drawn, start=1)
        ],
        "pairs": [
            {"code": code, "name": names[code], "inspectors": list(pair), "people": [people[each] for each in pair]}
            for code, pair in pairing.pairs.items()
        ],
        "unpaired": [
            {
                "code": each.code,
                "name": names[each.code],
                "reasons": [
                    {
                        "inspector": number,
                        "person": people[number],
                        "words": [reason_words(reason) for reason in reasons],
                    }
                    for number, reasons in each.reasons
                ],
            }
            for each in pairing.unpaired
        ],
    }


def verified(content: bytes) -> dict[str, Any]:
    """Return the content of a draw's file once drawing from it again has given the same result.

    Raises Altered with the first thing that is wrong, NotADrawFile for any other file.
    """
    file = read(content)
    try:
        return _drawn_again(file)
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Altered(f"文件内容不完整，无法重新抽取：{fault}") from fault


def _drawn_again(file: dict[str, Any]) -> dict[str, Any]:
    commitment, draw = file["commitment"], file["draw"]
    if pool_hash(file) != commitment["pool_hash"]:
        raise Altered("封存名单的校验值与封存时公布的不符：名单、名额、人员或者回避情形被改动。")
    if seed_hash(draw["seed"]) != commitment["seed_hash"]:
        raise Altered("种子的校验值与封存时公布的不符：种子被改动。")
    if not draw["witness_word"]:
        raise Altered("没有现场见证内容。")
    again = result_of(file, draw["seed"], draw["witness_word"])
    for name in ("sample", "pairs", "unpaired"):
        if again[name] != file[name]:
            place = _first_difference(again[name], file[name])
            raise Altered(f"重新抽取的结果与文件不同：“{SECTIONS[name]}”第{place}行。")
    return file


def _first_difference(again: list[Any], listed: list[Any]) -> int:
    for place, (mine, theirs) in enumerate(zip(again, listed, strict=False), start=1):
        if mine != theirs:
            return place
    return min(len(again), len(listed)) + 1
