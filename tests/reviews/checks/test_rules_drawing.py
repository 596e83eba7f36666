"""双随机: fair, spread evenly, a function of pool and seed alone; a file in which no byte changes unseen."""

import json
import random
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reviews.checks.rules.days import spread_days
from reviews.checks.rules.draw_file import SECTIONS, Altered, pool_hash, written
from reviews.checks.rules.drawing import Drawable, PoolInspector, draw_sample, effective_seed, pair_inspectors
from reviews.checks.rules.quotas import floor_of, number_of, quotas_of
from reviews.checks.rules.replay import result_of, verified
from tests.reviews.checks.draws import SEED, WORD, content_of, file_of, pool_of
from tests.reviews.checks.worlds import BEGINS

DRAWS = 2000
# Quantiles of chi-square at 99.9 %: a fair draw is beyond them once in a thousand; the seeds are fixed.
CHI_SQUARE = {9: 27.88, 14: 36.12, 19: 43.82}


def chi_square(counts: Counter[Any], cells: int) -> float:
    expected = counts.total() / cells
    return sum((count - expected) ** 2 / expected for count in counts.values()) + (cells - len(counts)) * expected


# --- fairness ---


def test_in_2000_draws_each_association_of_a_stratum_is_drawn_equally_often() -> None:
    pool = [Drawable(f"code{place}", f"协会{place}", "甲" if place < 20 else "乙") for place in range(30)]
    drawn: dict[str, Counter[str]] = {"甲": Counter(), "乙": Counter()}
    for number in range(DRAWS):
        for each in draw_sample(pool, {"甲": 5, "乙": 3}, effective_seed(f"seed{number}", WORD)):
            drawn[each.stratum][each.code] += 1
    for stratum, size, quota in (("甲", 20, 5), ("乙", 10, 3)):
        assert drawn[stratum].total() == DRAWS * quota
        # Without replacement counts vary less than freely thrown ones: scaled up to chi-square.
        assert chi_square(drawn[stratum], size) * (size - 1) / (size - quota) < CHI_SQUARE[size - 1]


def test_in_2000_draws_each_pair_goes_equally_often_and_within_a_draw_loads_differ_by_one_at_most() -> None:
    drawn = [Drawable(f"code{place}", f"协会{place}", "甲") for place in range(8)]
    inspectors = [PoolInspector(number, f"检查员{number}", 40) for number in range(6)]
    pairs: Counter[tuple[int, int]] = Counter()
    for number in range(DRAWS):
        pairing = pair_inspectors(drawn, inspectors, {}, effective_seed(f"seed{number}", WORD))
        pairs.update(pairing.pairs.values())
        loads = Counter(each for pair in pairing.pairs.values() for each in pair)
        assert max(loads.values()) - min(loads.values()) <= 1
    assert pairs.total() == DRAWS * 8
    assert chi_square(pairs, 15) < CHI_SQUARE[14]


def test_the_same_pool_seed_and_word_give_the_same_result_and_the_order_of_rows_does_not_matter() -> None:
    pool = pool_of(avoidance=((0, 1), (3, 2)))
    turned = {**pool, "associations": pool["associations"][::-1], "inspectors": pool["inspectors"][::-1]}
    assert result_of(pool, SEED, WORD) == result_of(turned, SEED, WORD)
    assert result_of(pool, SEED, WORD) != result_of(pool, SEED, WORD + "。")


def test_one_known_draw_stays_what_it_is() -> None:
    """The algorithm is published: whoever changes it changes the format's number with it."""
    result = result_of(pool_of(), "00" * 32, "见证")
    assert pool_hash(pool_of()) == "cadc79e0d6499e3554b7a0fdf77ac89ff44c565ddcc2873b2aa20682dbdb712c"
    assert [(row["code"][-2:], row["inspectors"]) for row in result["pairs"]] == [
        ("06", [2, 3]),
        ("02", [1, 4]),
        ("07", [3, 4]),
        ("05", [1, 2]),
        ("10", [1, 2]),
    ]


# --- pairs ---


def test_nobody_goes_where_avoidance_keeps_them_away_nor_more_often_than_there_are_days() -> None:
    chance = random.Random(7)
    for _ in range(200):
        pool = pool_of(associations=20, inspectors=6, quota=10)
        pool["avoidance"] = [
            {"code": row["code"], "inspector": number, "reasons": ["post"]}
            for row in pool["associations"]
            for number in range(1, 7)
            if chance.random() < 0.4
        ]
        for inspector in pool["inspectors"]:
            inspector["capacity"] = chance.randrange(1, 6)
        result = result_of(pool, str(chance.random()), WORD)
        kept = {(row["code"], row["inspector"]) for row in pool["avoidance"]}
        sent = [(row["code"], number) for row in result["pairs"] for number in row["inspectors"]]
        assert kept.isdisjoint(sent)
        loads = Counter(number for _, number in sent)
        assert all(loads[each["number"]] <= each["capacity"] for each in pool["inspectors"])
        assert len(result["pairs"]) + len(result["unpaired"]) == 10


def test_an_association_without_a_legal_pair_is_told_with_what_keeps_each_away() -> None:
    pool = pool_of(associations=2, inspectors=3, quota=2, avoidance=((0, 1), (0, 2)))
    pool["inspectors"][2]["capacity"] = 0
    result = result_of(pool, SEED, WORD)
    told = {row["code"]: [(each["person"], each["words"]) for each in row["reasons"]] for row in result["unpaired"]}
    assert told == {
        pool["associations"][0]["code"]: [
            ("检查员1", ["在该协会任职或者曾经任职"]),
            ("检查员2", ["在该协会任职或者曾经任职"]),
            ("检查员3", ["可检查次数已排满"]),
        ]
    }


# --- quotas ---


@pytest.mark.parametrize(
    ("sizes", "number", "quotas"),
    (
        ({"甲": 334, "乙": 60, "丙": 30}, 22, {"甲": 17, "乙": 3, "丙": 2}),
        ({"甲": 90, "乙": 5, "丙": 5}, 3, {"甲": 1, "乙": 1, "丙": 1}),
        ({"甲": 90, "乙": 5, "丙": 5}, 2, {"甲": 2, "乙": 0, "丙": 0}),
        ({"甲": 2, "乙": 2}, 9, {"甲": 2, "乙": 2}),
        ({"甲": 3, "乙": 0}, 1, {"甲": 1}),
    ),
)
def test_quotas_follow_the_sizes_with_at_least_one_each_where_the_number_allows(
    sizes: dict[str, int], number: int, quotas: dict[str, int]
) -> None:
    assert quotas_of(sizes, number) == quotas


def test_quotas_always_sum_to_the_number_and_never_ask_for_more_than_there_are() -> None:
    chance = random.Random(1)
    for _ in range(3000):
        sizes = {f"层{place}": chance.randrange(30) for place in range(chance.randrange(1, 8))}
        number = chance.randrange(sum(sizes.values()) + 3)
        quotas = quotas_of(sizes, number)
        assert sum(quotas.values()) == min(number, sum(sizes.values()))
        assert all(quota <= sizes[name] for name, quota in quotas.items())


@pytest.mark.parametrize(
    ("registered", "drawn", "floor"), ((424, 0, 22), (424, 10, 12), (424, 22, 0), (400, 0, 20), (401, 0, 21), (1, 0, 1))
)
def test_a_province_owes_five_per_cent_a_year_rounded_up(registered: int, drawn: int, floor: int) -> None:
    assert floor_of(registered, drawn) == floor


def test_a_rate_is_rounded_up_and_nobody_is_drawn_twice() -> None:
    assert [number_of(424, Decimal("5.00"), None), number_of(7, None, 20), number_of(0, Decimal(5), None)] == [22, 7, 0]


# --- days ---


def test_visits_are_spread_over_the_days_and_nobody_is_sent_when_away_or_full() -> None:
    days = [BEGINS.replace(day=day) for day in (2, 3)]
    pairs = {"甲": (1, 2), "乙": (1, 3), "丙": (2, 3), "丁": (1, 2), "戊": (1, 2)}
    planned = spread_days(pairs, days, {3: {days[0]}}, {(2, days[1]): 1})
    assert planned == {"甲": days[0], "乙": days[1], "丙": days[1], "丁": days[0], "戊": None}
    loads = Counter((each, day) for code, day in planned.items() if day for each in pairs[code])
    assert max(loads.values()) <= 2


# --- the file ---


def test_a_file_as_exported_is_verified_and_says_what_went_in() -> None:
    pool = pool_of(avoidance=((0, 1),))
    assert {name: verified(file_of(pool))[name] for name in pool} == pool


FILE = file_of(pool_of(avoidance=((0, 1), (2, 3), (5, 4))))
LINES = FILE.split(b"\n")


def positions() -> list[int]:
    """Return places in every line of the file: its first and last byte, and some within."""
    chance, found, at = random.Random(3), [], 0
    for line in LINES[:-1]:
        found += sorted({at, at + len(line), *(at + chance.randrange(len(line)) for _ in range(6))})
        at += len(line) + 1
    return found


@pytest.mark.parametrize("turned", (0x01, 0x02, 0x10, 0x80), ids=hex)
def test_one_byte_changed_anywhere_is_found(turned: int) -> None:
    unseen = []
    for at in positions():
        changed = FILE[:at] + bytes([FILE[at] ^ turned]) + FILE[at + 1 :]
        try:
            verified(changed)
        except Altered:
            continue
        unseen.append((at, FILE[max(at - 20, 0) : at + 20]))
    assert unseen == []


def test_one_byte_added_or_lost_anywhere_is_found() -> None:
    for at in positions():
        for changed in (FILE[:at] + FILE[at + 1 :], FILE[:at] + b" " + FILE[at:]):
            with pytest.raises(Altered):
                verified(changed)


WHERE = {
    "steps": "“抽取办法”第1行被改动。",
    "check": "“抽查方案”（随机抽查）被改动。",
    "associations": "“抽查对象名单”第1行（第0协会，51320000000000000X）被改动。",
    "excluded": "“排除名单”第1行（已注销协会，51329999999999999X）被改动。",
    "strata": "“分层和名额”第1行被改动。",
    "inspectors": "“抽查人员名单”第1行（检查员1）被改动。",
    "avoidance": "“回避情形”第1行（51320000000000000X，1）被改动。",
    "commitment": "“封存公布内容”被改动。",
    "draw": "“抽取记录”被改动。",
    "sample": "“抽中名单”第1行",
    "pairs": "“检查人员安排”第1行",
    "unpaired": "“没有检查人员的协会”第1行被改动。",
}
CHANGES = {
    "steps": (b"SHA-256", b"SHA-257"),
    "check": (b'"number":5', b'"number":6'),
    "associations": (b"513200000000000000", b"51320000000000000X"),
    "excluded": (b"513299999999999999", b"51329999999999999X"),
    "strata": (b'"quota":3', b'"quota":4'),
    "inspectors": (b'"capacity":40', b'"capacity":41'),
    "avoidance": (b"513200000000000000", b"51320000000000000X"),
    "commitment": (b'"number":1', b'"number":2'),
    "draw": (b"a1a1", b"a1a2"),
    "sample": (b'"place":1', b'"place":7'),
    "pairs": (b'"inspectors":[', b'"inspectors":[9,'),
    "unpaired": (b'"unpaired":[]', b'"unpaired":[1]'),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_the_first_thing_wrong_is_told_with_section_and_row(section: str) -> None:
    old, new = CHANGES[section]
    start = FILE.index(f'"{section}":'.encode())
    at = FILE.index(old, start)
    with pytest.raises(Altered) as found:
        verified(FILE[:at] + new + FILE[at + len(old) :])
    assert str(found.value)[: len(WHERE[section])] == WHERE[section]


def test_a_row_taken_out_is_told_with_its_section() -> None:
    lines = [line for line in LINES if b"\xe7\xac\xac7\xe5\x8d\x8f\xe4\xbc\x9a" not in line]
    with pytest.raises(Altered, match=r"^“抽查对象名单”部分被改动"):
        verified(b"\n".join(lines))


def test_the_same_content_written_otherwise_is_told_with_line_and_column() -> None:
    with pytest.raises(Altered) as found:
        verified(FILE.replace("检查员1".encode(), b"\\u68c0\\u67e5\\u54581", 1))
    line = next(number for number, text in enumerate(LINES, start=1) if "检查员1".encode() in text)
    column = LINES[line - 1].decode().index("检查员1") + 1
    assert str(found.value) == f"第{line}行第{column}列的字节与导出时不同（内容相同，写法被改动）。"


def test_broken_text_is_told_with_line_and_column() -> None:
    at = FILE.index("检查员1".encode())
    line, column = FILE[:at].count(b"\n") + 1, len(FILE[:at].split(b"\n")[-1].decode()) + 1
    with pytest.raises(Altered) as found:
        verified(FILE[:at] + b"\xff" + FILE[at + 1 :])
    assert str(found.value) == f"第{line}行第{column}列的字节被改动，不是有效的文字。"


def forged(**changes: Any) -> bytes:
    """Return a file whose digests all hold, made by somebody who changed what it says."""
    return written({**content_of(pool_of()), **changes})


def test_a_file_made_up_with_digests_of_its_own_fails_against_what_was_published() -> None:
    told = content_of(pool_of())
    cases = {
        "名单": forged(associations=told["associations"][1:]),
        "种子": forged(draw={**told["draw"], "seed": "b2" * 32}),
        "结果": forged(sample=told["sample"][::-1]),
        "不全": forged(draw={"seed": SEED}),
    }
    sentences = {}
    for name, content in cases.items():
        with pytest.raises(Altered) as found:
            verified(content)
        sentences[name] = str(found.value)
    assert sentences == {
        "名单": "封存名单的校验值与封存时公布的不符：名单、名额、人员或者回避情形被改动。",
        "种子": "种子的校验值与封存时公布的不符：种子被改动。",
        "结果": "重新抽取的结果与文件不同：“抽中名单”第1行。",
        "不全": "文件内容不完整，无法重新抽取：'witness_word'",
    }


# --- the command ---


def test_verify_draw_needs_nothing_but_the_file(tmp_path: Path) -> None:
    """A database that cannot be reached does not matter."""
    path = tmp_path / "draw.json"
    path.write_bytes(FILE)
    answer = subprocess.run(
        [sys.executable, "manage.py", "verify_draw", str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PORTAL_ENV": "test", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
    )
    assert (answer.returncode, answer.stdout.splitlines()[:3], answer.stderr) == (
        0,
        [
            "核对通过：按文件重新抽取，结果与文件完全一致。",
            "随机抽查（省委社会工作部）",
            "第1次抽取，12 家中抽取 5 家，抽查人员 4 人。",
        ],
        "",
    )


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    (
        (
            FILE.replace(b'"capacity":40', b'"capacity":41', 1),
            1,
            "核对没有通过：“抽查人员名单”第1行（检查员1）被改动。\n",
        ),
        (b"PK\x03\x04", 2, "文件不是抽取文件。\n"),
        (json.dumps({"a": 1}).encode(), 2, "文件不是抽取文件。\n"),
        (b"\xff\xfe", 2, "文件不是抽取文件。\n"),
        (b"[" * 100_000, 2, "文件不是抽取文件。\n"),
        (b"", 2, "文件不是抽取文件。\n"),
    ),
)
def test_verify_draw_says_the_first_thing_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, code: int, sentence: str
) -> None:
    path = tmp_path / "draw.json"
    path.write_bytes(content)
    with pytest.raises(SystemExit) as end:
        call_command("verify_draw", str(path))
    assert (end.value.code, capsys.readouterr().err) == (code, sentence)


def test_verify_draw_says_that_it_cannot_open_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("verify_draw", str(tmp_path / "none.json"))
    assert (end.value.code, capsys.readouterr().err[:6]) == (2, "无法打开文件")
