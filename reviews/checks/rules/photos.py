"""Photos of a visit: which files are accepted, what is read from them, and the shown copy without place and time (SEC-41).

The first bytes decide what a file is, not its name; its header tells the size before a pixel is unpacked (SEC-44).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any

from PIL import ExifTags, Image, ImageOps

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000  # no phone takes more by itself; unpacked it is 150 MB
SHOWN_SIDE = 1600
SHOWN_QUALITY = 82
ACCEPT = "image/jpeg,image/png,image/webp"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, struct.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PhotoFault(Exception):  # noqa: N818
    """A file that is refused; the message is the sentence for the person who sent it."""


@dataclass(frozen=True)
class Photo:
    """A photo that was read: the copy to be shown, and when and where it was taken as far as the file says."""

    kind: str
    shown: bytes
    taken_at: str = ""
    latitude: float | None = None
    longitude: float | None = None


def kind_of(data: bytes) -> str:
    """Return JPEG, PNG or WEBP by the first bytes. Raises PhotoFault for anything else."""
    if not data:
        raise PhotoFault("照片是空的，请重新拍摄。")
    if len(data) > MAX_BYTES:
        raise PhotoFault(f"照片超过 {MAX_BYTES // 1024 // 1024} MB，请调低相机的分辨率后重新拍摄。")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise PhotoFault("不接收 HEIC 格式的照片。请在相机设置中把格式改为 JPEG（“兼容性最佳”），重新拍摄。")
    raise PhotoFault("只接收 JPG、PNG、WebP 格式的照片。")


def read_photo(data: bytes) -> Photo:
    """Read a photo and draw its copy. Raises PhotoFault with a sentence for a file that is refused."""
    kind = kind_of(data)
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
        if image.width * image.height > MAX_PIXELS:
            raise PhotoFault(_too_large())
        taken_at, latitude, longitude = _taken_when_and_where(image)
        image.draft("RGB", (SHOWN_SIDE, SHOWN_SIDE))  # a JPEG is unpacked no larger than it is shown
        return Photo(kind, _shown(image), taken_at, latitude, longitude)
    except _TOO_LARGE as fault:
        raise PhotoFault(_too_large()) from fault
    except _UNREADABLE as fault:
        raise PhotoFault("照片不完整或者已损坏，请重新拍摄。") from fault


def _too_large() -> str:
    return f"照片超过 {MAX_PIXELS // 10_000} 万像素，请调低相机的分辨率后重新拍摄。"


def _shown(image: Image.Image) -> bytes:
    """Return the picture drawn upright onto a new image: nothing but pixels is copied."""
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    upright = ImageOps.exif_transpose(image)
    clean = Image.new("RGB", upright.size, "white")
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        clean.paste(layer, mask=layer)
    else:
        clean.paste(upright.convert("RGB"))
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=SHOWN_QUALITY, optimize=True)
    return buffer.getvalue()


def _taken_when_and_where(image: Image.Image) -> tuple[str, float | None, float | None]:
    """Return when and where a photo says it was taken; empty where that cannot be read."""
    try:
        exif = image.getexif()
        own = exif.get_ifd(ExifTags.IFD.Exif)
        taken = own.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or ""
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except _UNREADABLE:
        return "", None, None
    text = "".join(letter for letter in str(taken) if letter.isprintable())[:40]
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef) == "S", 90)
    longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef) == "W", 180)
    return (text, None, None) if latitude is None or longitude is None else (text, latitude, longitude)


def _degrees(parts: Any, is_negative: bool, most: int) -> float | None:  # noqa: FBT001 -- which half of the globe
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (*_UNREADABLE, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    return (-value if is_negative else value) if 0 <= value <= most else None
