"""Whether a file may be handed in: what it is by its first bytes, not by its name; no macros, no more than 20 MB (SEC-44)."""

from __future__ import annotations

import io
import re
import zipfile

MAX_BYTES = 20 * 1024 * 1024
MAX_PARTS, MAX_UNPACKED_BYTES = 2000, 200 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# What an old Office file that holds macros always names in its directory: VBA projects, and Excel 4 macro sheets' storage.
_OLE_MACROS = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "Macros", "VBA"))
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets|dialogsheets|activex", re.IGNORECASE)
_PACKAGES = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_IMAGES = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_OLD_OFFICE = frozenset({"doc", "xls", "ppt", "wps", "et"})
_PDF_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_SAME = {"jpeg": "jpg"}
ALLOWED = (*_PACKAGES, *sorted(_OLD_OFFICE), "pdf", "jpg", "jpeg", "png")
ACCEPT = ",".join(f".{ending}" for ending in ALLOWED)
ALLOWED_WORDS = "Word、Excel、WPS、PPT、PDF 文件和 JPG、PNG 图片"


def attachment_fault(name: str, data: bytes) -> str:  # noqa: PLR0911 -- one for each kind of file
    """Return the sentence that refuses a file; empty where it may be handed in."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    ending = _SAME.get(ending, ending)
    if not data:
        return "文件是空的，请重新选择。"
    if len(data) > MAX_BYTES:
        return f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩后重新选择。"
    if ending not in ALLOWED:
        return f"只接收{ALLOWED_WORDS}。"
    if ending in _PACKAGES:
        return _package_fault(ending, data)
    if ending in _OLD_OFFICE:
        return _old_office_fault(data)
    if ending == "pdf":
        return _pdf_fault(data)
    return "" if data.startswith(_IMAGES[ending]) else _disguised(ending)


def _disguised(ending: str) -> str:
    return f"文件内容不是 {ending.upper()} 格式，请用原来的程序打开后重新保存。"


def _package_fault(ending: str, data: bytes) -> str:
    if data.startswith(_OLE):
        return "文件设有打开密码，请取消密码后重新选择。" if _ENCRYPTED in data else _disguised(ending)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return _disguised(ending)
    names = [part.filename for part in parts]
    if _PACKAGES[ending] not in names:
        return _disguised(ending)
    if any(_MACRO_PARTS.search(name) for name in names):
        return "文件含有宏，不予接收。请另存为不含宏的文件。"
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        return "文件解压后过大，不予接收。"
    return "文件设有打开密码，请取消密码后重新选择。" if any(part.flag_bits & 1 for part in parts) else ""


def _old_office_fault(data: bytes) -> str:
    if not data.startswith(_OLE):
        return "文件内容不是 Office 格式，请用 WPS 或 Office 打开后重新保存。"
    if _ENCRYPTED in data:
        return "文件设有打开密码，请取消密码后重新选择。"
    return "文件含有宏，不予接收。请另存为不含宏的文件。" if any(each in data for each in _OLE_MACROS) else ""


def _pdf_fault(data: bytes) -> str:
    if not data.startswith(b"%PDF-"):
        return _disguised("pdf")
    return "PDF 含有脚本或者内嵌文件，不予接收。请重新打印为 PDF。" if _PDF_ACTIVE.search(data) else ""
