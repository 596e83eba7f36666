"""A migrated database to start from: made once for a state of the migrations, copied by every test process.

Migrations are run as they are whenever one of them changes; what is saved is running a hundred of them in each process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import django
from django.apps import apps
from django.db import connection


def _fingerprint() -> str:
    """Return what the schema follows from: Django's version and every migration's text."""
    told = hashlib.sha256(django.get_version().encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            told.update(f"{app.name}/{path.name}".encode() + path.read_bytes())
    return told.hexdigest()[:24]


def _kept(folder: Path) -> Path:
    return folder / f"migrated-{_fingerprint()}.sqlite3"


def preload(folder: Path) -> bool:
    """Lay the migrated database, if there is one, where this process expects its test database."""
    kept = _kept(folder)
    if connection.vendor != "sqlite" or not kept.exists():
        return False
    own = Path(connection.creation._get_test_db_name())
    for leftover in own.parent.glob(f"{own.name}-*"):  # a log of writes belongs to another content
        leftover.unlink()
    shutil.copyfile(kept, own)
    return True


def keep(folder: Path) -> None:
    """Keep the migrated test database for the next process, whole or not at all, in place of those of other migrations."""
    kept = _kept(folder)
    if connection.vendor != "sqlite" or kept.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    own = kept.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(own)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
    for outdated in set(folder.glob("migrated-*.sqlite3")) - {kept}:
        outdated.unlink(missing_ok=True)
    own.replace(kept)
