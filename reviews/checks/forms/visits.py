"""Entries and signatures that a phone sends, read into values."""

from __future__ import annotations

import datetime
import json
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from portal.core.errors import RuleViolation
from reviews.checks.rules.batches import Batch, SentEntry, SentSignature
from reviews.questionnaires.rules.content import CODE

MOST_AT_ONCE = 100  # entries and signatures of one batch: a phone sends the rest in the next
LONGEST_NOTE, LONGEST_NAME, LONGEST_REASON = 1000, 60, 200
LONGEST_VALUE = 20_000  # characters of JSON: a table of fifty rows
MOST_POINTS, WIDTH, HEIGHT = 20_000, 1000, 400  # of a signature, and the box it is drawn in
MOST_BASES = 50
UNREADABLE = "手机发来的内容无法识别，没有保存。请刷新页面后重试。"


def read_batch(text: str) -> Batch:
    """Read what a phone sent. Raises RuleViolation where the visit page could not have sent it; then nothing of it is kept."""
    try:
        data = json.loads(
            text, parse_float=_refuse, parse_constant=_refuse
        )  # no answer is one, not every database keeps them
        entries = data.get("entries", [])
        signatures = data.get("signatures", [])
        if len(entries) + len(signatures) > MOST_AT_ONCE:
            raise ValueError  # noqa: TRY301 -- one sentence for all that the page never sends
        return Batch(
            user=int(data.get("user", 0)),
            entries=tuple(_entry(entry) for entry in entries),
            signatures=tuple(_signature(signature) for signature in signatures),
        )
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError) as fault:
        raise RuleViolation(UNREADABLE) from fault


def _refuse(number: str) -> None:
    raise ValueError(number)


def _entry(data: dict[str, Any]) -> SentEntry:
    value = data.get("value")
    if len(json.dumps(value, ensure_ascii=False)) > LONGEST_VALUE or not CODE.fullmatch(data["item"]):
        raise ValueError
    bases = tuple(str(UUID(base)) for base in data.get("bases", []))
    sequence = data["sequence"]
    if len(bases) > MOST_BASES or not isinstance(sequence, int) or not 0 < sequence < 2**31:
        raise ValueError
    return SentEntry(
        client_id=UUID(data["client_id"]),
        device=UUID(data["device"]),
        sequence=sequence,
        item=data["item"],
        value=_without_nul(value),
        note=_text(data.get("note", ""), LONGEST_NOTE),
        bases=bases,
        entered_at=_moment(data["entered_at"]),
    )


def _signature(data: dict[str, Any]) -> SentSignature:
    strokes = [[(_within(x, WIDTH), _within(y, HEIGHT)) for x, y in stroke] for stroke in data.get("strokes", [])]
    if sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        raise ValueError
    return SentSignature(
        client_id=UUID(data["client_id"]),
        name=_text(data.get("name", ""), LONGEST_NAME),
        post=_text(data.get("post", ""), LONGEST_NAME),
        strokes=tuple(tuple(stroke) for stroke in strokes if stroke),
        refusal=_text(data.get("refusal", ""), LONGEST_REASON),
    )


def _within(part: Any, most: int) -> int:
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part <= most:
        raise ValueError
    return part


def _text(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError
    return str(_without_nul(text)).strip()


def _without_nul(value: Any) -> Any:
    """Drop characters that no database keeps: NUL and unpaired surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(each) for name, each in value.items()}
    return value


def _moment(text: str) -> datetime.datetime:
    moment = parse_datetime(text)
    if moment is None or moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(datetime.UTC)
