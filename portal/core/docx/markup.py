"""The elements of a Word file as text. Whatever a user typed passes through `plain` and is escaped: it stays text."""

import re
from xml.sax.saxutils import escape

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.xmlchemy import BaseOxmlElement

# Control and surrogate characters, those that turn the reading direction, and what XML cannot hold.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_NAMESPACES = nsdecls("w", "r")


def lines(text: str) -> list[str]:
    """Return the lines of `text` that hold anything, without control characters."""
    cleaned = (_NOT_TEXT.sub("", line).replace("\t", " ").strip() for line in _LINE_ENDS.split(text))
    return [line for line in cleaned if line]


def plain(text: str) -> str:
    """Return `text` as one line without control characters."""
    return "".join(lines(text))


def run(text: str, look: str = "") -> str:
    """Return `text` with the looks `look`; quotation marks and dashes count as Chinese, digits keep the Latin font."""
    look = f'<w:rFonts w:hint="eastAsia"/>{look}'
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(style: str, content: str, settings: str = "") -> str:
    """Return a paragraph; `settings` are its own, in the order that the schema asks for."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{settings}</w:pPr>{content}</w:p>'


def kept_with_next(markup: str) -> str:
    """Return a paragraph of body text so that its end stays on the page of what follows; anything else as it is."""
    start = '<w:p><w:pPr><w:pStyle w:val="Body"/>'
    return f"{start}<w:keepNext/>{markup.removeprefix(start)}" if markup.startswith(start) else markup


def elements(markup: str) -> list[BaseOxmlElement]:
    """Return the elements that `markup` holds side by side."""
    return list(parse_xml(f"<w:body {_NAMESPACES}>{markup}</w:body>"))
