"""A file is there whole or not at all, and a disk that is full is told in words."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from portal.core.errors import RuleViolation
from portal.core.files import WholeFileStorage, keep_file
from reviews.reports.models.filing import ReportAttachment


class FullAfterHalf(ContentFile):
    """What is written when the disk runs full in the middle."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError(errno.ENOSPC, "No space left on device")


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_has_the_name_and_the_bytes_it_was_given(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=tmp_path)
    assert storage.save("a/file.pdf", ContentFile(b"whole")) == "a/file.pdf"
    assert ((tmp_path / "a/file.pdf").read_bytes(), names_in(tmp_path)) == (b"whole", ["file.pdf"])


def test_a_disk_that_runs_full_in_the_middle_leaves_no_half(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=tmp_path)
    with pytest.raises(OSError, match="No space left"):
        storage.save("a/file.pdf", FullAfterHalf(b""))
    assert names_in(tmp_path) == []


def test_a_name_that_is_taken_stays_whose_it_was(tmp_path: Path) -> None:
    storage = WholeFileStorage(location=tmp_path)
    storage.save("file.pdf", ContentFile(b"first"))
    name = storage._save("file.pdf", ContentFile(b"second"))  # as when another took it after it was found free
    assert name != "file.pdf"
    assert ((tmp_path / "file.pdf").read_bytes(), (tmp_path / name).read_bytes()) == (b"first", b"second")


def test_what_a_full_disk_keeps_from_being_done_is_said(tmp_path: Path, settings: object) -> None:
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = str(tmp_path / "file" / "media")  # type: ignore[attr-defined]  # no folder below a file
    with pytest.raises(RuleViolation) as refusal:
        keep_file(ReportAttachment().file, "名册.pdf", b"%PDF", otherwise="文件没有保存", field="roster")
    assert (refusal.value.message, refusal.value.field) == (
        "存储空间不足或者不可写，文件没有保存。请联系系统管理员。",
        "roster",
    )
