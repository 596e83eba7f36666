"""A migrated database to start from: made once for a state of the migrations, copied into memory by every test process.

Migrations are run as they are whenever one of them changes; what is saved is running a hundred of them in each process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
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


def preload(folder: Path) -> sqlite3.Connection | None:
    """Fill the test database in memory with the migrated one, if there is one; the connection keeps it there until closed."""
    kept = _kept(folder)
    name = connection.creation._get_test_db_name()
    if connection.vendor != "sqlite" or "mode=memory" not in name or not kept.exists():
        return None
    memory = sqlite3.connect(name, uri=True)
    with contextlib.closing(sqlite3.connect(kept)) as source:
        source.backup(memory)
    return memory


def keep(folder: Path) -> None:
    """Keep the migrated test database for the next process, whole or not at all."""
    kept = _kept(folder)
    if connection.vendor != "sqlite" or kept.exists() or "mode=memory" not in str(connection.settings_dict["NAME"]):
        return
    folder.mkdir(parents=True, exist_ok=True)
    own = kept.with_suffix(f".{os.getpid()}")
    with contextlib.closing(sqlite3.connect(own)) as target:
        connection.ensure_connection()
        connection.connection.backup(target)
    own.replace(kept)
