"""Prints who imports whom, between subjects and between the rooms of each: `python3 portal/bootstrap.py graph [PATH]`.

It reads the files alone, with the standard library, so that it also tells of a checkout of an older commit (PATH). An import is
counted once for each pair of modules, wherever it stands: at the top, inside a function, or for types alone.
"""

from __future__ import annotations

import ast
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("associations", "partyorgs", "portal", "reviews")
# Top imports bottom; what is no room (the mechanics of portal.core, set-up, commands) counts as "other".
ROOMS = (
    "urls",
    "views",
    "admin",
    "forms",
    "filters",
    "services",
    "tasks",
    "xlsx",
    "docx",
    "indicators",
    "access",
    "facts",
    "models",
    "rules",
    "choices",
)
BESIDE = ({"views", "admin"}, {"forms", "filters"}, {"services", "tasks"}, {"xlsx", "docx"}, {"indicators", "access"})
OTHER = "other"
WIDTH = 150
Pairs = Counter[tuple[str, str]]


def files_of(root: Path) -> dict[str, Path]:
    """Return every module of our packages by its dotted name, without migrations."""
    modules = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts:
                modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def imports_of(name: str, path: Path, modules: Iterable[str]) -> set[str]:
    """Return the modules of ours that one module imports."""
    known = set(modules)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                source = ".".join((*above, *filter(None, [source])))
            submodules = {f"{source}.{alias.name}" for alias in node.names} & known
            imported |= submodules
            if len(submodules) < len(node.names):
                imported.add(source)
    return (imported & known) - {name}


def subject_of(name: str, modules: Mapping[str, Path]) -> str:
    """Return the folder that holds a module's rooms, or the app: `reviews.checks`, `portal.demo`; else the package."""
    parts = name.split(".")
    inner = ".".join(parts[:2])
    has_rooms = any(f"{inner}.{room}" in modules for room in (*ROOMS, "apps"))
    return inner if len(parts) > 1 and parts[1] not in ROOMS and has_rooms else parts[0]


def room_of(name: str, subject: str) -> str:
    """Return the room of a module within its subject."""
    first = name.removeprefix(subject).strip(".").split(".")[0]
    return first if first in ROOMS else OTHER


def goes_up(importer: str, imported: str) -> bool:
    """Tell whether an import between two rooms of one subject goes against their order."""
    if OTHER in {importer, imported} or {importer, imported} in BESIDE:
        return False
    return ROOMS.index(importer) > ROOMS.index(imported)


def circles_in(imports: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the groups of modules that reach each other."""
    reached = {name: _reachable(name, imports) for name in imports}
    groups = {tuple(sorted(other for other in reached[name] if name in reached[other])) for name in imports}
    return sorted(list(group) for group in groups if len(group) > 1)


def _reachable(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        for name in imports[waiting.pop()] - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def graph_lines(root: Path) -> Iterator[str]:
    """Yield the graph of a checkout as lines of text, sorted by name, rooms in their order."""
    modules = files_of(root)
    imports = {name: imports_of(name, path, modules) for name, path in modules.items()}
    subjects = {name: subject_of(name, modules) for name in modules}
    outer: Pairs = Counter()
    inner: dict[str, Pairs] = defaultdict(Counter)
    for importer, imported in ((name, other) for name, others in imports.items() for other in others):
        subject = subjects[importer]
        if subjects[imported] == subject:
            inner[subject][room_of(importer, subject), room_of(imported, subject)] += 1
        else:
            outer[subject, subjects[imported]] += 1
    yield "Imports between subjects (⇄ both import each other)"
    for subject in sorted(set(subjects.values())):
        others = [
            f"{other} {count}{' ⇄' if outer[other, subject] else ''}"
            for (source, other), count in sorted(outer.items())
            if source == subject
        ]
        yield from wrapped(f"{subject} ({sum(each == subject for each in subjects.values())} modules)", others)
    yield ""
    yield "Imports between the rooms of a subject (↑ against their order; a room's own are left out)"
    for subject, pairs in sorted(inner.items()):
        yield from wrapped(subject, _room_parts(pairs))
    yield ""
    circles = circles_in(imports)
    yield f"Circles of modules: {len(circles)}, with {sum(map(len, circles))} modules"
    for circle in circles:
        yield "  " + textwrap.shorten(", ".join(circle), WIDTH, placeholder=" …")


def _room_parts(pairs: Pairs) -> list[str]:
    order = {room: place for place, room in enumerate((*ROOMS, OTHER))}
    parts = []
    for importer in sorted({source for source, _ in pairs}, key=order.__getitem__):
        targets = sorted((other for source, other in pairs if source == importer != other), key=order.__getitem__)
        if targets:
            counts = " ".join(
                f"{other} {pairs[importer, other]}{'↑' if goes_up(importer, other) else ''}" for other in targets
            )
            parts.append(f"{importer} > {counts}")
    return parts


def wrapped(name: str, parts: list[str]) -> list[str]:
    """Return a name and its parts on as few lines as hold them."""
    text = f"{name}: {'; '.join(parts) or 'none'}"
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="      ")


def main(arguments: list[str]) -> None:
    """Print the graph of this checkout, or of the one at the path given."""
    root = Path(arguments[0]) if arguments else ROOT
    if not any((root / package).is_dir() for package in PACKAGES):
        sys.exit(f"✗ {root} 中没有 {'、'.join(PACKAGES)} 中的任何一个。")
    sys.stdout.writelines(f"{line}\n" for line in graph_lines(root))


if __name__ == "__main__":
    main(sys.argv[1:])
