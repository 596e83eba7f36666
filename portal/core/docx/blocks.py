"""What an official document is made of, as frozen values: the writer decides how it looks, the caller only what it says.

Every string is plain text. A line break inside a `Paragraph` begins a new paragraph, inside a cell a new line;
elsewhere it counts as nothing. Control characters never reach the file.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Run:
    """A stretch of a paragraph that is set apart: bold."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4. Its number (一、（一）1.（1）) follows from its place and is not part of `text`."""

    level: Literal[1, 2, 3, 4]
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Body text, two characters in unless `indent` is False."""

    text: str | Sequence[Run]
    indent: bool = True


@dataclass(frozen=True)
class TableColumn:
    """One column: `share` is its width relative to the others."""

    heading: str
    share: float = 1
    align: Align = "center"


@dataclass(frozen=True)
class TableBlock:
    """A table as wide as the text. The heading row stands on every page it reaches; a row is never torn apart."""

    caption: str
    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A PNG or JPEG, `width` in mm (156 is as wide as the text); `alt` is what a screen reader says instead."""

    image: bytes
    alt: str
    width: float = 150
    caption: str = ""


@dataclass(frozen=True)
class PageBreak:
    """A mark after which a new page begins."""


Block = Heading | Paragraph | TableBlock | Picture | PageBreak


@dataclass(frozen=True)
class OfficialDocument:
    """An official document. What is empty is not drawn; a seal or a signature by hand is never drawn."""

    title: str | Sequence[str]  # one string is broken into lines by the writer, several are the lines themselves
    body: Sequence[Block]
    red_head: str = ""  # 发文机关标志; empty: a plain draft without red head and rule
    number: str = ""  # 发文字号, already formed: 苏社工督〔2026〕5号
    secrecy: str = ""  # 密级和保密期限
    urgency: str = ""  # 紧急程度
    draft_mark: str = ""  # 征求意见稿, in brackets below the title
    addressees: str = ""  # 主送机关, with or without its colon
    attachments: Sequence[str] = ()
    signer: str = ""
    signed_on: datetime.date | None = None
    note: str = ""  # 附注, with or without its brackets
    copies_to: str = ""  # 抄送机关, with or without its full stop
    printed_by: str = ""
    printed_on: datetime.date | None = None
