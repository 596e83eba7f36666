"""Loaded by pytest before Django's settings are: the tests choose their own environment and clean up after it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["PORTAL_ENV"] = "test"
for name in ("ALLOWED_HOSTS", "DEBUG", "DEMO_PASSWORD", "REDIS_URL", "SECRET_KEY"):
    os.environ.pop(name, None)
if "PORTAL_TEST_DIR" not in os.environ:  # the first process makes it; its workers inherit it
    directory = Path(tempfile.mkdtemp(prefix="portal-test-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    os.environ["PORTAL_TEST_DIR"] = str(directory)
    os.environ["MEDIA_ROOT"] = str(directory / "media")
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{directory / 'portal.sqlite3'}")
