"""Files that people hand in or are handed: each is there whole or not at all, and a full disk is told in words."""

from __future__ import annotations

import contextlib
import os
from pathlib import PurePosixPath
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile

from portal.core.errors import RuleViolation


class WholeFileStorage(FileSystemStorage):
    """Written under a name of its own, on the disk, and only then given the name asked for: no half of a file is left (FLT-11)."""

    def _save(self, name: str, content: Any) -> str:
        unfinished = str(PurePosixPath(name).with_name(f".{uuid4().hex}"))
        try:
            super()._save(unfinished, content)  # type: ignore[misc]  # the hook that storages override; the stubs leave it out
            with open(self.path(unfinished), "rb") as file:  # noqa: PTH123 -- a file of the storage, by its path
                os.fsync(file.fileno())
            while True:
                try:
                    os.link(self.path(unfinished), self.path(name))
                except FileExistsError:  # somebody took the name meanwhile
                    name = self.get_available_name(name)
                else:
                    return name
        finally:
            with contextlib.suppress(OSError):
                os.unlink(self.path(unfinished))  # noqa: PTH108


def keep_file(file: FieldFile, name: str, data: bytes, *, otherwise: str, field: str | None = None) -> None:
    """Store the bytes of a row's file; the row itself is saved by whoever asks.

    Raises RuleViolation where the disk is full or may not be written to; `otherwise` says what therefore was not done. Where
    the transaction fails afterwards the file stays, and no row names it.
    """
    try:
        file.save(name, ContentFile(data), save=False)
    except OSError as fault:
        raise RuleViolation(f"存储空间不足或者不可写，{otherwise}。请联系系统管理员。", field) from fault
