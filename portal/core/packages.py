"""Office files are zip archives that note when they were made: written anew, equal content gives equal bytes."""

import io
import zipfile
from collections.abc import Mapping

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive can tell


def repacked(data: bytes, replace: Mapping[str, bytes] | None = None) -> bytes:
    """Return the archive with the same members in the same order, all of one fixed date, some with other content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            new.writestr(member, (replace or {}).get(name, old.read(name)))
    return out.getvalue()
