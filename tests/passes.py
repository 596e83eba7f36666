"""The passes behind `make test` and `make quick`, once `portal/bootstrap.py` has installed what they need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal.bootstrap import PYTHON, ROOT, VENV, attempt, find_browser, find_node, find_redis, run, say, stop
from tests.postgres import postgres

TESTS = ROOT / "tests"
CORES = os.cpu_count() or 1
QUICK_SECONDS = 72  # when the last test of `quick` begins; the whole took 93 s with 80, and 90 are promised
QUICK = "not (browser or redis or postgres or slow)"


def test_everything(arguments: Sequence[str]) -> int:
    """Run JavaScript's tests, all but Redis's on SQLite, then all but the browser's on PostgreSQL; pytest's words come last.

    The first pass measures the coverage of branches, and fails below the floor in pyproject.toml; a part of the tests,
    which is what arguments ask for, has no floor.
    """
    browser = find_browser() or stop("没有 Chromium，浏览器测试不能运行：请安装 chromium，或用 CHROMIUM_PATH 指出它。")
    redis = find_redis() or stop("没有 redis-server：请安装 Debian 的 redis-server 包。")
    environment = {**os.environ, "CHROMIUM_PATH": browser, "TEST_REDIS_SERVER": redis}
    pytest = (PYTHON, "-m", "pytest", "--dist", "worksteal", "--timeout", "600", *arguments)
    coverage = () if arguments else ("--cov", "--cov-report=")
    on_node = test_scripts()
    # Redis comes with PostgreSQL: workers on several machines never share an embedded database.
    say("· 第一遍：SQLite，Redis 以外的测试")
    on_sqlite = run(*pytest, *coverage, "-n", CORES, "-m", "not redis", environment=environment)
    with postgres() as address:
        say("· 第二遍：PostgreSQL，浏览器以外的测试")
        # One process more than cores: a test with Redis waits most of the time.
        on_postgres = run(
            *pytest, "-n", CORES + 1, "-m", "not browser", environment={**environment, "DATABASE_URL": address}
        )
    return on_node or on_sqlite or on_postgres


def test_scripts() -> int:
    """Run the unit tests of JavaScript."""
    say("· JavaScript 单元测试")
    return run(find_node(), "--test", "--test-reporter", "spec", *sorted((TESTS / "js").glob("*.test.js")))


# --- quick ---


def test_quickly(arguments: Sequence[str]) -> int:
    """Run what a commit needs: the quick half of the static gate, then the tests of what changed, then others that fit."""
    until = time.time() + QUICK_SECONDS
    first = sorted({folder for path in changed_files() if (folder := subject_tests(path))})
    with ThreadPoolExecutor() as pool:
        types = pool.submit(attempt, VENV / "bin/mypy", "--no-error-summary")  # it takes a while, beside the tests
        failed = [
            tell(name, attempt(VENV / "bin" / command[0], *command[1:]))
            for name, command in (
                ("ruff format", ("ruff", "format", "--check", "--quiet", ".")),
                ("ruff check", ("ruff", "check", "--quiet", ".")),
                ("lint-imports", ("lint-imports",)),
            )
        ]
        subjects = sorted({place if (ROOT / place).is_dir() else str(Path(place).parent) for place in first})
        failed.append(test_scripts() != 0)
        say(f"· 先运行有改动的部分：{'、'.join(subjects) or '没有'}；其余的测试能跑多少跑多少")
        environment = {**os.environ, "QUICK_FIRST": os.pathsep.join(first), "QUICK_UNTIL": str(until)}
        failed.append(run_quick_tests(arguments, environment))
        failed.append(tell("mypy", types.result()))
    return int(any(failed))


def tell(name: str, trouble: str | None) -> bool:
    """Say how a check ended; True where it failed."""
    say(f"✗ {name}\n{trouble}" if trouble else f"✓ {name}")
    return trouble is not None


def run_quick_tests(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Run the tests that `tests/quick.py` puts in order, a file at a time, up to the first failure; True where one failed."""
    order = ("-p", "tests.quick", "--dist", "loadfile", "--no-loadscope-reorder", "-n", CORES)
    return run(PYTHON, "-m", "pytest", "-q", "-x", *order, "-m", QUICK, *arguments, environment=environment) != 0


def changed_files() -> list[str]:
    """Return the files that differ from where this branch left the one it follows, and those that git does not know."""
    base = git("merge-base", "HEAD", "@{upstream}") or git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    return [*git("diff", "--name-only", base[0]), *git("ls-files", "--others", "--exclude-standard")]


def git(*words: str) -> list[str]:
    """Return the lines that git answers with; none where there is no git, or nothing of that name."""
    command = ("git", "-c", "core.quotePath=off", *words)
    try:
        return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def subject_tests(path: str) -> str:
    """Return the tests of a changed file: a test module itself, else the folder that mirrors its subject; "" without one."""
    parts = [part for part in Path(path).parts if part not in {"portal", "templates", "tests"}]
    if Path(path).name.startswith("test_") and (ROOT / path).exists():
        return path
    for length in range(len(parts) - 1, 0, -1):
        if (folder := TESTS.joinpath(*parts[:length])).is_dir():
            return str(folder.relative_to(ROOT))
    return ""


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that our own server is stopped too
    verb, *rest = sys.argv[1:]
    sys.exit(test_quickly(rest) if verb == "quick" else test_everything(rest))
