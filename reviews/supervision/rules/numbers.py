"""Document numbers (发文字号) and their 代字."""

from __future__ import annotations

import re

from portal.core.errors import RuleViolation

# 代字: what stands before the year, 《党政机关公文格式》GB/T 9704-2012, 7.2.5: 发文机关代字、年份、发文顺序号.
_PREFIX = re.compile(r"[\u4e00-\u9fff]{2,12}")


def document_number(prefix: str, year: int, serial: int) -> str:
    """Return 发文字号: 苏社工督〔2026〕5号; the year in full between 〔〕, no 第, no leading zero (GB/T 9704-2012, 7.2.5)."""
    return f"{prefix}〔{year}〕{serial}号"


def refuse_bad_prefix(prefix: str) -> None:
    """Raise RuleViolation unless `prefix` is 2 to 12 Chinese characters."""
    if not _PREFIX.fullmatch(prefix):
        raise RuleViolation("发文机关代字为 2 至 12 个汉字，例如：苏社工督。", "prefix")
