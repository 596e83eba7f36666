"""List the third-party packages that the portal runs on, with version and licence: exit 0, or 1 where a licence is unknown."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.staticfiles import VENDOR_FILES

UNKNOWN = "未知"
LONGEST_NAME = 80  # some packages write the whole text of their licence where its name belongs
NAMES_NOTHING = frozenset({"", "UNKNOWN", "DUAL LICENSE"})
_PINNED = re.compile(r"^(?P<name>[\w.-]+)==[^\s;]+(?P<marker> ;)?", re.MULTILINE)
_HEADINGS = ("名称", "版本", "许可")


class Package(NamedTuple):
    """One package of somebody else's."""

    name: str
    version: str
    licence: str


class Command(BaseCommand):
    help = "列出所用第三方软件的名称、版本和许可；有许可不明的，退出码为 1"

    def handle(self, *_: Any, **__: Any) -> None:
        requirements = settings.BASE_DIR / "requirements"
        python = python_packages(requirements / "runtime.txt", requirements / "production.txt")
        packages = [*python, *front_end_packages(settings.NODE_MODULES)]
        for line in table_of(packages):
            self.stdout.write(line)
        unknown = [package.name for package in packages if package.licence == UNKNOWN]
        if unknown:
            self.stderr.write(f"许可不明：{'、'.join(unknown)}。请查看软件包自带的许可文件。")
            sys.exit(1)


def python_packages(runtime: Path, production: Path) -> list[Package]:
    """Return the packages of the pinned list that are installed, and those of `production` where they are.

    A line of `runtime` with a marker may be for another machine; one without a marker that is not installed is a fault.
    """
    needed = {line["name"]: not line["marker"] for line in _PINNED.finditer(runtime.read_text(encoding="utf-8"))}
    added = {line["name"]: False for line in _PINNED.finditer(production.read_text(encoding="utf-8"))}
    packages = []
    for name, is_needed in sorted({**added, **needed}.items()):
        try:
            described = metadata(name)
        except PackageNotFoundError:
            if is_needed:
                raise CommandError(f"没有安装 {name}：先运行 make setup。", returncode=2) from None
            continue
        packages.append(Package(described["Name"], described["Version"], python_licence(described)))
    return packages


def python_licence(described: Any) -> str:
    """Return the name of a licence as the metadata of a Python package give it, else what its classifiers say."""
    for field in ("License-Expression", "License"):
        words = (described[field] or "").strip()
        if words.upper() not in NAMES_NOTHING and "\n" not in words and len(words) <= LONGEST_NAME:
            return str(words)
    classifiers = [line for line in described.get_all("Classifier") or () if line.startswith("License :: ")]
    return "；".join(line.rpartition(" :: ")[2] for line in classifiers) or UNKNOWN


def front_end_packages(node_modules: Path) -> list[Package]:
    """Return the packages whose files are collected, and those that their built files contain."""
    waiting = sorted({source.split("/")[0] for source in VENDOR_FILES.values()})
    packages: dict[str, Package] = {}
    while waiting:
        name = waiting.pop()
        if name in packages:
            continue
        described = described_by_npm(name, node_modules)
        packages[name] = Package(name, described.get("version", ""), npm_licence(described))
        waiting += {**described.get("dependencies", {}), **described.get("peerDependencies", {})}
    return sorted(packages.values())


def described_by_npm(name: str, node_modules: Path) -> dict[str, Any]:
    """Return what an installed package says of itself."""
    file = node_modules / name / "package.json"
    if not file.exists():
        raise CommandError(f"没有安装 {name}：先运行 make setup。", returncode=2)
    described: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return described


def npm_licence(described: dict[str, Any]) -> str:
    """Return the name of a licence as a package.json gives it."""
    licence = described.get("license")
    return licence if isinstance(licence, str) and licence and licence != "UNLICENSED" else UNKNOWN


def table_of(packages: list[Package]) -> Iterator[str]:
    """Yield the lines of a table whose columns stand under each other on a terminal, where a Chinese character is two wide."""
    rows = [_HEADINGS, *packages]
    widths = [max(width(row[place]) for row in rows) for place in range(2)]
    for name, version, licence in rows:
        yield f"{padded(name, widths[0])}  {padded(version, widths[1])}  {licence}"


def padded(text: str, wanted: int) -> str:
    """Return the text with blanks up to a width."""
    return text + " " * (wanted - width(text))


def width(text: str) -> int:
    """Return how many places a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
