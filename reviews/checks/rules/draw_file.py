"""The file of a draw: everything needed to draw again, with digests, so that no byte can change unseen.

Every row carries its own digest, every section one of its rows, the file one of all sections. Last, writing the content again must
give exactly the same bytes. The file also holds the digests of pool and seed that were published before the draw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from reviews.checks.rules.drawing import STEPS

FORMAT = "spot-check-draw/1"
# 部分 -> its Chinese name, in the order of the file. The pool is what is frozen before the draw.
POOL = {
    "check": "抽查方案",
    "associations": "抽查对象名单",
    "excluded": "排除名单",
    "strata": "分层和名额",
    "inspectors": "抽查人员名单",
    "avoidance": "回避情形",
}
SECTIONS = {
    "steps": "抽取办法",
    **POOL,
    "commitment": "封存公布内容",
    "draw": "抽取记录",
    "sample": "抽中名单",
    "pairs": "检查人员安排",
    "unpaired": "没有检查人员的协会",
}
_ONE_ROW = frozenset({"check", "commitment", "draw"})
_KEYS = ("format", *SECTIONS, "sections", "digest")
_SHORT = 16  # hexadecimal digits of a row's digest; the section's is whole


class Altered(Exception):  # noqa: N818 -- a finding, not a fault
    """The first place where a file differs from what was exported; the message says where, in words."""


class NotADrawFile(Exception):  # noqa: N818 -- as above
    """A file that is no file of a draw at all."""


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same content: keys sorted, no space, characters as they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def pool_hash(pool: dict[str, Any]) -> str:
    """Return the digest of the frozen pool that is published before the draw."""
    return sha256({name: pool[name] for name in POOL})


def seed_hash(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest()


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a file with a digest beside every row, section and the whole."""
    data: dict[str, Any] = {"format": FORMAT}
    for name in SECTIONS:
        rows: Any = [{"step": step} for step in STEPS] if name == "steps" else content[name]
        data[name] = _with_digest(rows) if name in _ONE_ROW else [_with_digest(row) for row in rows]
    data["sections"] = {name: sha256(data[name]) for name in SECTIONS}
    data["digest"] = sha256({"format": FORMAT, "sections": data["sections"]})
    return data


def _with_digest(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "digest": sha256(row)[:_SHORT]}


def written(content: dict[str, Any]) -> bytes:
    """Return the bytes of the file: one row a line."""
    return _bytes_of(sealed(content))


def _bytes_of(data: dict[str, Any]) -> bytes:
    return ("{\n" + ",\n".join(_lines(data)) + "\n}\n").encode("utf-8", "surrogatepass")


def _lines(data: dict[str, Any]) -> Iterator[str]:
    for name in _KEYS:
        value = data[name]
        if isinstance(value, list):
            rows = ",\n".join(canonical(row) for row in value)
            yield f"{canonical(name)}:[\n{rows}\n]" if rows else f"{canonical(name)}:[]"
        else:
            yield f"{canonical(name)}:{canonical(value)}"


def read(content: bytes) -> dict[str, Any]:
    """Return the content of a file, without digests, once all of them hold. Raises Altered at the first place that was changed."""
    data = _parsed(content)
    _refuse_other_keys(data)
    for name, words in SECTIONS.items():
        _refuse_changed_rows(name, words, data[name])
    for name, words in SECTIONS.items():
        if data["sections"].get(name) != sha256(data[name]):
            raise Altered(f"“{words}”部分被改动：有行被增加、删除、调换，或者该部分的校验值被改动。")
    if data["digest"] != sha256({"format": FORMAT, "sections": data["sections"]}):
        raise Altered("整个文件的校验值被改动。")
    _refuse_other_bytes(content, _bytes_of(data))
    return {name: _bare(data[name]) for name in SECTIONS}


def _parsed(content: bytes) -> dict[str, Any]:
    looks_like_one = b"spot-check-draw" in content or b'"pool_hash"' in content
    try:
        text = content.decode()
        data = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant, parse_float=_no_constant)
    except UnicodeDecodeError as fault:
        if not looks_like_one:
            raise NotADrawFile("文件不是抽取文件。") from fault
        raise Altered(f"{_place(content, fault.start)}的字节被改动，不是有效的文字。") from fault
    except json.JSONDecodeError as fault:
        if not looks_like_one:
            raise NotADrawFile("文件不是抽取文件。") from fault
        raise Altered(f"第{fault.lineno}行第{fault.colno}列附近的格式被改动，无法读取。") from fault
    except RecursionError as fault:
        raise NotADrawFile("文件不是抽取文件。") from fault
    except Altered:
        if not looks_like_one:
            raise NotADrawFile("文件不是抽取文件。") from None
        raise
    if not isinstance(data, dict) or not looks_like_one:
        raise NotADrawFile("文件不是抽取文件。")
    return data


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Altered(f"“{twice}”出现了两次：{canonical([list(pair) for pair in pairs])[:80]}")
    return row


def _no_constant(text: str) -> Any:
    raise Altered(f"出现了不应有的数值“{text}”。")


def _refuse_other_keys(data: dict[str, Any]) -> None:
    for name in _KEYS:
        if name not in data:
            raise Altered(f"缺少“{SECTIONS.get(name, name)}”（{name}）部分，或者其名称被改动。")
    if more := sorted(set(data) - set(_KEYS)):
        raise Altered(f"多出“{more[0]}”部分。")
    if data["format"] != FORMAT:
        raise Altered("文件格式标记（format）被改动。")
    for name, words in SECTIONS.items():
        is_right = isinstance(data[name], dict if name in _ONE_ROW else list)
        if not is_right:
            raise Altered(f"“{words}”部分的格式被改动。")
    if not isinstance(data["sections"], dict) or sorted(data["sections"]) != sorted(SECTIONS):
        raise Altered("各部分校验值（sections）的名称被改动。")


def _refuse_changed_rows(name: str, words: str, rows: Any) -> None:
    for place, row in enumerate([rows] if name in _ONE_ROW else rows, start=1):
        if not isinstance(row, dict) or row.get("digest") != sha256(_bare(row))[:_SHORT]:
            raise Altered(f"“{words}”{'' if name in _ONE_ROW else f'第{place}行'}{_named(row)}被改动。")


def _bare(rows: Any) -> Any:
    if isinstance(rows, list):
        return [_bare(row) for row in rows]
    return {key: value for key, value in rows.items() if key != "digest"} if isinstance(rows, dict) else rows


def _named(row: Any) -> str:
    """Return in brackets whom a row is about; empty where the row does not say."""
    words = [str(row[key]) for key in ("name", "code", "inspector") if key in row] if isinstance(row, dict) else []
    return f"（{'，'.join(words)}）" if words else ""


def _refuse_other_bytes(content: bytes, expected: bytes) -> None:
    if content == expected:
        return
    at = next(
        (place for place, pair in enumerate(zip(content, expected, strict=False)) if pair[0] != pair[1]),
        min(len(content), len(expected)),
    )
    raise Altered(f"{_place(content, at)}的字节与导出时不同（内容相同，写法被改动）。")


def _place(content: bytes, at: int) -> str:
    """Return line and column of a byte, counted from 1; columns in characters."""
    before = content[:at]
    line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return f"第{line}行第{column}列"
