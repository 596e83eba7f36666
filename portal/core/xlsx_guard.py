"""What a workbook may be before anything opens it: hostile and damaged files are refused with one sentence."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from portal.core.errors import UnreadableFile

# What a department's ledger never reaches and a hostile file does (security.md §5 and FLT-29).
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 160 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 1_000_000
MAX_AREA = 4_000_000  # cells within the used rectangle, empty ones included: that much is laid out in memory
MAX_MERGED = 50_000
MAX_RATIO, RATIO_MATTERS_FROM = 100, 8 * 1024 * 1024  # real sheets shrink to a tenth, a bomb to a thousandth
MAX_TEXT = 100 * 1024 * 1024  # characters of all cells together: one shared text may stand in many cells
_CHUNK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = re.compile(r"vba|macrosheets|dialogsheets|\bmacro", re.IGNORECASE)

_NOT_A_WORKBOOK = "文件不是 Excel 工作簿（.xlsx）。请选择用 WPS 或 Excel 保存的文件。"
BROKEN = "文件已损坏，无法打开。请用 WPS 或 Excel 打开后另存为 .xlsx 再上传。"
_LOCKED = "文件设有打开密码，无法读取。请取消密码后另存再上传。"
_TOO_LARGE = "文件解压后过大，不予接收。请只保留台账所需的工作表，另存后再上传。"


def inspect_workbook(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Refuse what must not be opened: look at the zip directory, then stream every part that a reader would parse.

    Returns for each sheet, by its name, the formulas that were saved without a value or with an error.
    """
    if len(data) > MAX_FILE_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB，请拆分后分别上传。")
    if not data:
        raise UnreadableFile("文件是空的。")
    if data.startswith(_OLE):
        raise UnreadableFile(
            _LOCKED if _ENCRYPTED in data else "文件是旧版格式（.xls 或 .et）。请用 WPS 或 Excel 另存为 .xlsx 再上传。"
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise UnreadableFile(_NOT_A_WORKBOOK) from fault
    with archive:
        _check_directory(archive)
        try:
            return _check_parts(archive)
        except (zipfile.BadZipFile, zlib.error, ExpatError, OSError, EOFError, LookupError, ValueError) as fault:
            raise UnreadableFile(BROKEN) from fault
        except NotImplementedError as fault:
            raise UnreadableFile(_NOT_A_WORKBOOK) from fault


def _check_directory(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(_NOT_A_WORKBOOK)
    if any(_MACROS.search(name) for name in names):
        raise UnreadableFile("文件含有宏，不予接收。请另存为不含宏的 .xlsx 再上传。")
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    is_bomb = unpacked > RATIO_MATTERS_FROM and unpacked > packed * MAX_RATIO
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or is_bomb:
        raise UnreadableFile(_TOO_LARGE)
    if len(names) < len(parts):
        raise UnreadableFile(BROKEN)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(_LOCKED)


def _check_parts(archive: zipfile.ZipFile) -> dict[str, frozenset[tuple[int, int]]]:
    texts = _TextScan()
    if "xl/sharedStrings.xml" in archive.namelist():
        texts.read(archive, "xl/sharedStrings.xml")
    titles = _sheet_titles(archive)
    uncalculated = {}
    cells = text = 0
    for part in archive.namelist():
        if part in titles or part.startswith("xl/worksheets/sheet"):
            scan = _SheetScan(texts.lengths)
            scan.read(archive, part)
            cells, text = cells + scan.cells, text + scan.text
            if cells > MAX_CELLS or text > MAX_TEXT:
                raise UnreadableFile(_TOO_LARGE)
            uncalculated[titles.get(part, part)] = frozenset(scan.uncalculated)
        elif part.endswith((".xml", ".rels", ".vml")) and part != "xl/sharedStrings.xml":
            _PartScan().read(archive, part)
    return uncalculated


def _sheet_titles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the sheets' names by their parts: files are numbered as sheets were made, not as they stand."""
    book = _RecordScan("sheet")
    book.read(archive, "xl/workbook.xml")
    relations = _RecordScan("Relationship")
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        relations.read(archive, "xl/_rels/workbook.xml.rels")
    parts = {
        attributes["Id"]: attributes["Target"].lstrip("/")
        if attributes["Target"].startswith("/")
        else f"xl/{attributes['Target']}"
        for attributes in relations.found
        if "Id" in attributes and "Target" in attributes
    }
    return {
        parts[attributes["id"]]: attributes.get("name", "")
        for attributes in book.found
        if attributes.get("id") in parts
    }


class _PartScan:
    """Streams one part through the XML parser: no document types, no entities, not more than the directory declares."""

    def read(self, archive: zipfile.ZipFile, name: str) -> None:
        parser = ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.buffer_text = True
        self.attach(parser)
        unpacked = 0
        with archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > MAX_UNPACKED_BYTES:
                    raise UnreadableFile(_TOO_LARGE)
                parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 -- the parser's own way to say that this was all

    def attach(self, parser: XMLParserType) -> None:
        """Attach to the parser what the part is read for; this base reads nothing, it only proves the part well formed."""

    @staticmethod
    def _refuse(*_: object) -> None:
        raise UnreadableFile("文件含有不允许的内容，不予接收。请用 WPS 或 Excel 另存后再上传。")


class _RecordScan(_PartScan):
    """Collects the attributes of every element of one name, whatever their prefixes."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def attach(self, parser: XMLParserType) -> None:
        parser.StartElementHandler = self._start

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == self.tag:
            self.found.append({_local(name): value for name, value in attributes.items()})


class _TextScan(_PartScan):
    """The lengths of the shared texts."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def attach(self, parser: XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._text

    def _start(self, tag: str, _: dict[str, str]) -> None:
        if _local(tag) == "si":
            self.lengths.append(0)

    def _text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _SheetScan(_PartScan):
    """The extent of a sheet, how much it holds, and which cells hold a formula without a value or an error."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = lengths
        self.cells = self.text = self.row = self.column = self.lowest = self.widest = self.merged = self.covered = 0
        self.uncalculated: set[tuple[int, int]] = set()
        self._kind, self._formula, self._value = "", False, ""

    def attach(self, parser: XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            reference = attributes.get("r", "")
            self.row, self.column = _position(reference) if reference else (self.row, self.column + 1)
            self._kind, self._formula, self._value = attributes.get("t", ""), False, ""
            self.cells += 1
            self.lowest, self.widest = max(self.lowest, self.row), max(self.widest, self.column)
            self._refuse_if_too_large()
        elif tag in {"v", "t"}:
            self.parser.CharacterDataHandler = self._text
        elif tag == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif tag == "f":
            self._formula = True
        elif tag in {"mergeCell", "hyperlink"}:
            self._cover(attributes.get("ref", "A1"))

    def _text(self, text: str) -> None:
        self._value += text

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag in {"v", "t"}:
            self.parser.CharacterDataHandler = None
        elif tag == "c":
            value = self._value.strip()
            if self._kind == "e" or (self._formula and not value and self._kind != "str"):
                self.uncalculated.add((self.row, self.column))
            shared = self._kind == "s" and value.isdecimal() and int(value) < len(self.lengths)
            self.text += self.lengths[int(value)] if shared else len(value)

    def _cover(self, reference: str) -> None:
        """Count what merged cells and links cover: marking a workbook lays all of it out."""
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = _position(first), _position(last or first)
        self.merged += 1
        self.covered += max(bottom - top + 1, 1) * max(right - left + 1, 1)
        if self.merged > MAX_MERGED or self.covered > MAX_AREA:
            raise UnreadableFile("工作表中合并的单元格过多，不予接收。请取消不需要的合并后再上传。")

    def _refuse_if_too_large(self) -> None:
        if self.lowest > MAX_ROWS:
            raise UnreadableFile(f"工作表超过 {MAX_ROWS // 10000} 万行，不予接收。请删去多余的空行，或者拆分后上传。")
        if self.widest > MAX_COLUMNS:
            raise UnreadableFile(f"工作表超过 {MAX_COLUMNS} 列，不予接收。请删去多余的列后再上传。")
        if self.cells > MAX_CELLS or self.lowest * self.widest > MAX_AREA:
            raise UnreadableFile(_TOO_LARGE)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _position(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return int(reference[len(letters) :]), number
