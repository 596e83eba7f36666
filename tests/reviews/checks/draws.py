"""Draws out of nothing: a frozen pool of any size, its result, its file."""

from __future__ import annotations

from typing import Any

from reviews.checks.rules.draw_file import pool_hash, seed_hash, written
from reviews.checks.rules.replay import result_of

SEED, WORD = "a1" * 32, "二十三 七 四十"


def pool_of(
    associations: int = 12, inspectors: int = 4, quota: int = 5, avoidance: tuple[tuple[int, int], ...] = ()
) -> dict[str, Any]:
    """Return a pool in two strata of equal size; `avoidance` pairs an association's place with an inspector's number."""
    half = associations // 2
    rows = [
        {"code": f"5132{place:014d}", "name": f"第{place}协会", "stratum": "风险高" if place < half else "风险一般"}
        for place in range(associations)
    ]
    return {
        "check": {"name": "随机抽查", "scope": "省委社会工作部", "number": quota},
        "associations": rows,
        "excluded": [{"code": "513299999999999999", "name": "已注销协会", "reason": "已于2024-05-01注销"}],
        "strata": [
            {"stratum": "风险一般", "size": associations - half, "quota": quota - quota // 2},
            {"stratum": "风险高", "size": half, "quota": quota // 2},
        ],
        "inspectors": [
            {
                "number": number,
                "name": f"检查员{number}",
                "employer": "省委社会工作部",
                "skills": ["党务"],
                "capacity": 40,
            }
            for number in range(1, inspectors + 1)
        ],
        "avoidance": [
            {"code": rows[place]["code"], "inspector": number, "reasons": ["post"]} for place, number in avoidance
        ],
    }


def content_of(pool: dict[str, Any], seed: str = SEED, word: str = WORD) -> dict[str, Any]:
    return {
        **pool,
        "commitment": {
            "number": 1,
            "reason": "",
            "pool_hash": pool_hash(pool),
            "seed_hash": seed_hash(seed),
            "committed_by": "陈省",
            "committed_at": "2024-09-01 09:00:00",
        },
        "draw": {"seed": seed, "witness_word": word, "drawn_by": "陈省", "drawn_at": "2024-09-02 09:00:00"},
        **result_of(pool, seed, word),
    }


def file_of(pool: dict[str, Any]) -> bytes:
    return written(content_of(pool))
