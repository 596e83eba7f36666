"""The papers hold what they say: every name, file, command and address that they mention is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("associations", "partyorgs", "portal", "reviews", "tests")
README_CEILING = 120
PAPERS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/operations.md",
    *(f"docs/decisions/{path.name}" for path in sorted((ROOT / "docs/decisions").glob("*.md"))),
)
# Papers whose every code span is a name of ours, a file, a command or an address, or stands in OTHERS.
WALKED = ("README.md", "CONTRIBUTING.md")
# Code spans that are nobody's name: commands, variables and marks that are not ours to define.
OTHERS = frozenset({"make", "DEMO_PASSWORD=", "pre-commit install", "urlpatterns", "containers", "require_POST"})


def text_of(paper: str) -> str:
    """Return the text of a paper without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", (ROOT / paper).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def spans_of(paper: str) -> list[str]:
    """Return the code spans of a paper, each once."""
    return sorted(set(re.findall(r"`([^`\n]+)`", text_of(paper))))


def links_of(paper: str) -> list[str]:
    """Return the targets of a paper's links and pictures, without the part after #."""
    return [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text_of(paper))]


def defined_in(body: list[ast.stmt], prefix: str) -> set[str]:
    """Return the dotted names of functions, classes, their members and variables that statements define."""
    names = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(f"{prefix}.{node.name}")
        if isinstance(node, ast.ClassDef):
            names |= defined_in(node.body, f"{prefix}.{node.name}")
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        names |= {f"{prefix}.{target.id}" for target in targets if isinstance(target, ast.Name)}
    return names


@cache
def endings() -> frozenset[str]:
    """Return every way to name a module or a definition of ours: the dotted name, or its last parts."""
    names: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            names |= {module, *defined_in(ast.parse(path.read_text(encoding="utf-8")).body, module)}
    return frozenset(
        ".".join(parts[start:]) for name in names for parts in [name.split(".")] for start in range(len(parts))
    )


def is_there(span: str) -> bool:
    """Tell whether a code span names something that exists; names with " | " or " : " between them all have to."""
    if " | " in span or " : " in span:
        return all(is_there(part) for part in re.split(r" [|:] ", span))
    if span in OTHERS:
        return True
    if command := command_of(span):
        return command_exists(*command)
    if span.startswith("/"):
        return leads_somewhere(span)
    if re.fullmatch(r"[A-Za-z_][\w.]*(\([^()]*\))?", span) and span.partition("(")[0] in endings():
        return True
    pattern = re.sub(r"<\w+>", "*", span)
    return not pattern.startswith("*") and any(ROOT.glob(pattern))


def command_of(span: str) -> tuple[str, str] | None:
    """Return the program and the verb of a command line of ours; nothing where a span is none."""
    line = re.match(r"(make|manage\.py|python3 portal/bootstrap\.py) (\w+)", span)
    return (line[1], line[2]) if line else None


def command_exists(program: str, verb: str) -> bool:
    """Tell whether one of the three programs knows a verb."""
    if program == "manage.py":
        return verb in get_commands()
    if program == "make":
        return f"\n{verb}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    return f'"{verb}"' in (ROOT / "portal/bootstrap.py").read_text(encoding="utf-8")


def leads_somewhere(address: str) -> bool:
    """Tell whether an address, or one that begins with it, is ours."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


@pytest.mark.parametrize("paper", WALKED)
def test_every_name_in_the_walks_exists(paper: str) -> None:
    assert [span for span in spans_of(paper) if not is_there(span)] == []


@pytest.mark.parametrize(
    "invented", ("approve_everything", "reviews.checks.drawing", "make lunch", "manage.py nap", "/nowhere/")
)
def test_an_invented_name_is_noticed(invented: str) -> None:
    assert not is_there(invented)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_linked_file_exists(paper: str) -> None:
    folder = (ROOT / paper).parent
    assert [target for target in links_of(paper) if target and not (folder / target).exists()] == []


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_name_no_other_host_and_no_folder_of_one_machine(paper: str) -> None:
    pattern = r"https?://(?!127\.0\.0\.1|\$host)[\w.-]+|(?<!\w)/(?:tmp|home|root|work|Users)/\S+"
    assert re.findall(pattern, (ROOT / paper).read_text(encoding="utf-8")) == []


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < README_CEILING


def test_the_change_log_begins_with_the_version_in_use() -> None:
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert versions[0] == settings.VERSION
