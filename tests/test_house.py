"""What the linters cannot see: the house rules of templates, views, services and addresses."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from reviews.checks.views.visits import MODULES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("associations", "partyorgs", "portal", "reviews")
MODULE_CEILING, TEMPLATE_CEILING, FUNCTION_CEILING = 400, 200, 40


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def modules() -> list[Path]:
    """Return our own Python files, without migrations."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path for path in files if "migrations" not in path.parts)


def rooms(name: str) -> list[Path]:
    """Return the files of one room in every app, whether it is a module or a package."""
    return [path for path in modules() if path.stem == name or name in path.relative_to(ROOT).parts[:-1]]


def places(paths: list[Path], pattern: str) -> list[str]:
    """Return file, line and text wherever `pattern` is found."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]


@pytest.mark.parametrize(
    "pattern",
    (
        r"\|\s*safe\b",
        r"autoescape\s+off",
        r"\sstyle\s*=",
        r"<style\b",
        r"<script(?![^>]*\bsrc=)",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"hx-on",
        r"(?:https?:)?//(?!www\.w3\.org)[\w.-]+\.\w+",
    ),
)
def test_templates_hold_nothing_inline_unescaped_or_from_another_host(pattern: str) -> None:
    assert places(templates(), pattern) == []


def test_templates_say_what_they_need() -> None:
    silent = [path for path in templates() if "{% comment %}" not in path.read_text(encoding="utf-8")[:200]]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_scripts_and_styles_name_no_other_host() -> None:
    ours = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    assert places(ours, r"(?:https?:)?//[\w-]+\.[\w.-]+/") == []


def test_scripts_never_evaluate_text() -> None:
    assert places(sorted((ROOT / "static").rglob("*.js")), r"\beval\(|new Function|innerHTML|document\.write") == []


SCRIPTS = ROOT / "static/js"
ENTRIES = sorted((SCRIPTS / "pages").glob("*.js"))
CLASSIC = "js/theme.js"  # runs before the page is drawn, which no module does
IMPORT = re.compile(r"^import [^;]* from \"(\.[^\"]+)\";$", re.MULTILINE)
SCRIPT = re.compile(r"<script([^>]*)\bsrc=\"\{% static '(js/[^']+)' %\}\"")


def imported_by(entry: Path) -> set[Path]:
    """Return the modules of ours that an entry stands on, itself among them."""
    seen: set[Path] = set()
    ahead = {entry}
    while ahead:
        module = ahead.pop()
        seen.add(module)
        targets = {(module.parent / target).resolve() for target in IMPORT.findall(module.read_text(encoding="utf-8"))}
        ahead |= {target for target in targets if "vendor" not in target.parts} - seen
    return seen


def test_every_script_is_imported_by_the_entry_of_some_page() -> None:
    used = set().union(*map(imported_by, ENTRIES))
    assert {path for path in SCRIPTS.rglob("*.js") if path.relative_to(ROOT / "static").as_posix() != CLASSIC} == used


def test_every_entry_is_a_module_of_some_page_and_pages_load_entries_alone() -> None:
    tags = [tag for path in templates() for tag in SCRIPT.findall(path.read_text(encoding="utf-8"))]
    assert {name for attributes, name in tags if 'type="module"' in attributes} == {
        path.relative_to(ROOT / "static").as_posix() for path in ENTRIES
    }
    assert {name for attributes, name in tags if 'type="module"' not in attributes} == {CLASSIC}


def test_scripts_share_nothing_through_the_window() -> None:
    shared = r"\b(window|globalThis|self)(\.\w+|\[[^\]]+\])\s*(=(?!=)|\|\|=|\?\?=)|Object\.assign\((window|globalThis|self)\b"
    assert places(sorted(SCRIPTS.rglob("*.js")), shared) == []


def test_the_phone_keeps_every_module_of_its_page() -> None:
    needed = imported_by(SCRIPTS / "pages/visits.js")
    assert set(MODULES) == {path.relative_to(ROOT / "static").as_posix() for path in needed}


def test_no_script_is_longer_than_the_ceiling() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SCRIPTS.rglob("*.js")}
    assert {path.name: length for path, length in lengths.items() if length > MODULE_CEILING} == {}


def test_no_module_is_longer_than_the_ceiling() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > MODULE_CEILING} == {}


def test_no_template_is_longer_than_the_ceiling() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in templates()}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > TEMPLATE_CEILING} == {}


def test_no_function_is_longer_than_the_ceiling() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_CEILING} == {}


# Names that hold a code of `choices`; a bare variable of such a name may hold something else (the state of a sort heading).
CODES = "status|state|kind|severity|selection|setup|type|verb|role|table|grade"
# What compares them asks a property of the model or of the line instead: `report.is_draft`, `line.is_table`.
COMPARED_IN_TEMPLATES = rf"""\.(?:{CODES})\s*(?:==|!=)\s*["']|["']\s*(?:==|!=)\s*[\w.]+\.(?:{CODES})\b"""


def test_templates_compare_no_status_kind_or_code_with_a_literal() -> None:
    assert places(templates(), COMPARED_IN_TEMPLATES) == []


def literals_compared(path: Path) -> Iterator[str]:
    """Yield where a status, kind or code is compared with a literal, or a query filters by one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            names = [side.attr for side in sides if isinstance(side, ast.Attribute)]
            is_compared = any(re.fullmatch(CODES, name) for name in names) and any(map(holds_text, sides))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {
            "filter",
            "exclude",
            "get",
            "Q",
        }:
            filtered = [word for word in node.keywords if re.search(rf"(?:^|__)(?:{CODES})(?:__in)?$", word.arg or "")]
            is_compared = any(holds_text(word.value) for word in filtered)
        else:
            continue
        if is_compared:
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)[:100]}"


def holds_text(node: ast.expr) -> bool:
    """Tell whether an expression is a text, or a tuple, list or set of texts."""
    parts_of_it = node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value for part in parts_of_it)


def test_no_status_kind_or_code_is_compared_with_a_literal() -> None:
    assert [place for path in modules() for place in literals_compared(path)] == []


def parts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every function, and of every statement of a class that is not one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.ClassDef):
            for statement in node.body:
                if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                    yield statement.lineno, ast.unparse(statement)


# Tables that everybody may read, and `none()`, which holds no row.
REFERENCE_ROWS = r"\b(?:Region|Industry|Authority)\.objects\.|\.objects\.none\(\)"


def test_views_take_business_rows_only_by_what_the_user_may_see() -> None:
    unscoped = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in rooms("views")
        for line, text in parts(path)
        if ".objects." in re.sub(REFERENCE_ROWS, "", text) and ".visible_to(" not in text
    ]
    assert unscoped == []


def test_services_that_write_take_their_arguments_by_name() -> None:
    positional = [
        f"{path.relative_to(ROOT)}:{function.lineno}: {function.name}"
        for path in rooms("services")
        for function in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(function, ast.FunctionDef)
        and (function.decorator_list or any(argument.arg == "actor" for argument in function.args.args))
        and not function.name.startswith("_")
        and (function.args.args or function.args.posonlyargs)
    ]
    assert positional == []


def test_nobody_reads_the_clock_below_views_and_tasks() -> None:
    pure = [path for room in ("rules", "facts", "indicators", "access") for path in rooms(room)]
    assert places(pure, r"\b(localdate|date\.today|datetime\.now|timezone\.now)\(") == []


def test_only_the_settings_read_the_environment() -> None:
    readers = [path for path in modules() if path.name not in {"settings.py", "bootstrap.py", "celery.py", "wsgi.py"}]
    assert places(readers, r"\bos\.environ\b|\bos\.getenv\b") == []


def test_no_signals_and_no_logic_in_save() -> None:
    assert places(modules(), r"^from django\.db\.models\.signals|@receiver\(|^    def save\(") == []


def test_nothing_prints() -> None:
    assert places([path for path in modules() if path.name != "bootstrap.py"], r"^\s*print\(") == []


# --- who imports whom; floors, subjects and rooms are contracts in pyproject.toml ---


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle of imports; nothing where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        return list(circle.args[1])
    return []


def test_the_import_graph_has_no_circle_but_access_and_models_for_types() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert circle_in(imports) in (
        ["portal.core.access", "portal.core.models", "portal.core.access"],
        ["portal.core.models", "portal.core.access", "portal.core.models"],
    )
    imports["portal.core.access"].remove("portal.core.models")
    assert circle_in(imports) == []


def test_no_import_waits_inside_a_function_but_those_of_matplotlib() -> None:
    inside = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path in modules()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    # What matplotlib draws the characters with belongs to it.
    assert sorted(line for line in inside if not re.search(r"from (matplotlib|pylopdf_fonts_zh_cn)\b", line)) == []


def test_the_ground_floor_names_no_address_table_or_template_of_a_floor_above() -> None:
    ground = [path for path in modules() if path.is_relative_to(ROOT / "portal/core")]
    assert places(ground, r"[\"'](associations|partyorgs|reviews|dashboard)[:./]") == []


def lint_imports_with(folder: Path, planted: dict[str, str]) -> str:
    """Return what lint-imports says of a copy of our packages into which these files are planted."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, text in planted.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stdout


@pytest.mark.once
def test_a_sideways_import_and_a_module_that_is_no_room_break_the_contracts(tmp_path: Path) -> None:
    report = lint_imports_with(
        tmp_path,
        {
            "reviews/reports/access.py": "import reviews.checks.choices",
            "reviews/reports/utils.py": "",
            "portal/core/utils.py": "",
        },
    )
    broken = re.findall(r"^(Floors|Subjects of \w+|Rooms|Ground floor)\b.* BROKEN", report, flags=re.MULTILINE)
    assert broken == ["Subjects of reviews", "Rooms", "Ground floor"]
    planted = ("reviews.reports.access -> reviews.checks.choices", "reviews.reports.utils", "portal.core.utils")
    assert [name for name in planted if f"- {name}" not in report] == []
