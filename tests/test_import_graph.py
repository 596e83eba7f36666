"""The graph that `make graph` prints, of a house of four modules and of ours."""

from pathlib import Path

import pytest

from portal.import_graph import ROOT, circles_in, files_of, graph_lines, imports_of, main

SMALL = {
    "associations/__init__.py": "",
    "associations/models.py": "from __future__ import annotations\nimport os\n",
    "reviews/__init__.py": "",
    "reviews/checks/__init__.py": "",
    "reviews/checks/models.py": "from associations import models\n",
    "reviews/checks/services.py": "from .models import Visit\n\ndef visit():\n    from reviews.checks.tasks import KIND\n",
    "reviews/checks/tasks.py": "import reviews.checks.services\n",
    "reviews/checks/rules.py": "from reviews.checks.views import page\n",
    "reviews/checks/views.py": "",
    "reviews/checks/migrations/0001_initial.py": "import reviews.checks.views\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in SMALL.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_graph_of_a_small_house(house: Path) -> None:
    assert list(graph_lines(house)) == [
        "Imports between subjects (⇄ both import each other)",
        "  associations (2 modules): none",
        "  reviews (1 modules): none",
        "  reviews.checks (6 modules): associations 1",
        "",
        "Imports between the rooms of a subject (↑ against their order; a room's own are left out)",
        "  reviews.checks: services > tasks 1 models 1; tasks > services 1; rules > views 1↑",
        "",
        "Circles of modules: 1, with 2 modules",
        "  reviews.checks.services, reviews.checks.tasks",
    ]


def test_the_graph_of_our_house_fits_a_screen_or_two_and_has_one_circle() -> None:
    lines = list(graph_lines(ROOT))
    modules = files_of(ROOT)
    circles = circles_in({name: imports_of(name, path, modules) for name, path in modules.items()})
    assert (len(lines) < 80, circles) == (True, [["portal.core.access", "portal.core.models"]])


def test_a_path_without_our_packages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="没有 associations"):
        main([str(tmp_path)])
