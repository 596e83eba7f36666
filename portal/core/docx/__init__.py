"""Word documents in official layout (GB/T 9704-2012), mechanics only: values in, bytes out, equal values give equal bytes.

There is no template language: whatever a user typed is text (SEC-48). Fonts are named, never embedded.
"""

import datetime
import io

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.package import OpcPackage
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm

from portal.core.docx.blocks import OfficialDocument, Picture
from portal.core.docx.bodies import body_markup
from portal.core.docx.markup import elements, kept_with_next, paragraph, plain
from portal.core.docx.official import after_body, before_body, imprint
from portal.core.docx.styles import FONT_TABLE, SECTION, SETTINGS, STYLES, page_number
from portal.core.packages import repacked

WORD_TYPE = CONTENT_TYPE.WML_DOCUMENT

_KEPT_PARTS = (RELATIONSHIP_TYPE.STYLES, RELATIONSHIP_TYPE.SETTINGS)


def official_document(document: OfficialDocument, *, author: str, created: datetime.datetime) -> bytes:
    """Return the document as a Word file. `author` and `created` go into its properties and make it reproducible."""
    word = _blank_document()
    pictures = _Pictures(word)
    ending = [*after_body(document), imprint(document)]
    text = list(body_markup(document.body, pictures.place))
    if text and not document.attachments:
        text[-1] = kept_with_next(text[-1])
    markup = "".join([*before_body(document), *text, *ending])
    _tell_properties(word, document, plain(author), created)
    out = io.BytesIO()
    word.save(out)
    # Moved into a finished tree, ten times the cells take fifty times as long; as text they go straight into the file.
    start, opening, rest = word.part.blob.partition(b"<w:body>")
    return repacked(out.getvalue(), {"word/document.xml": b"".join((start, opening, markup.encode(), rest))})


def document_text(data: bytes) -> list[str]:
    """Return the paragraphs of a Word file in their order, those of table cells among them; empty ones are left out."""
    word = Document(io.BytesIO(data))
    paragraphs = ("".join(_letters(element)) for element in word.element.body.iter(qn("w:p")))
    return [text for text in paragraphs if text.strip()]


def _letters(element: BaseOxmlElement) -> list[str]:
    spoken = {qn("w:tab"): " ", qn("w:br"): "\n"}
    return [
        (piece.text or "") if piece.tag == qn("w:t") else spoken[piece.tag]
        for run in element.iter(qn("w:r"))
        for piece in run
        if piece.tag == qn("w:t") or piece.tag in spoken
    ]


def _blank_document() -> WordDocument:
    """Return an empty document with our page, styles and fonts and without what the library's template brings along."""
    word = Document()
    _drop_parts(word.part, _KEPT_PARTS)
    package = word.part.package
    _drop_parts(package, (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES))
    fonts = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, FONT_TABLE.encode(), package)
    word.part.relate_to(fonts, RELATIONSHIP_TYPE.FONT_TABLE)
    _refill(word.styles.element, STYLES)
    _refill(word.settings.element, SETTINGS)
    section = word.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _refill(footer.part.element, page_number(side))
    marks = word.element.body.sectPr
    for child in list(marks):
        if child.tag != qn("w:footerReference"):
            marks.remove(child)
    marks.extend(elements(SECTION))
    return word


def _drop_parts(owner: Part | OpcPackage, kept: tuple[str, ...]) -> None:
    for ident, relationship in list(owner.rels.items()):
        if relationship.reltype not in kept:
            del owner.rels[ident]


def _refill(element: BaseOxmlElement, markup: str) -> None:
    for child in list(element):
        element.remove(child)
    element.extend(elements(markup))


def _tell_properties(word: WordDocument, document: OfficialDocument, author: str, created: datetime.datetime) -> None:
    title = document.title if isinstance(document.title, str) else "".join(document.title)
    properties = word.core_properties
    properties.title, properties.author, properties.last_modified_by = plain(title)[:255], author[:255], author[:255]
    properties.created = properties.modified = created
    properties.language, properties.revision = "zh-CN", 1
    properties.comments = properties.keywords = properties.subject = ""


class _Pictures:
    """Puts pictures into the file, one copy of each, numbered in the order in which they are shown."""

    def __init__(self, word: WordDocument) -> None:
        self._part = word.part
        self._shown = 0

    def place(self, picture: Picture) -> str:
        self._shown += 1
        inline = self._part.new_pic_inline(io.BytesIO(picture.image), width=Mm(picture.width))
        for name, value in (("id", str(self._shown)), ("name", f"图片{self._shown}"), ("descr", plain(picture.alt))):
            inline.docPr.set(name, value)
        keep = "<w:keepNext/>" if picture.caption else ""
        return paragraph("PictureLine", f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>", keep)
