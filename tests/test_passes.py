"""Which tests `make quick` begins with."""

import re

import pytest

from tests.passes import QUICK, subject_tests
from tests.test_house import ROOT


@pytest.mark.parametrize(
    ("changed", "tests"),
    (
        ("reviews/checks/services/drawing.py", "tests/reviews/checks"),
        ("templates/reviews/reports/round_list.html", "tests/reviews/reports"),
        ("portal/core/views/__init__.py", "tests/core"),
        ("portal/dashboard/panels.py", "tests/dashboard"),
        ("reviews/urls.py", "tests/reviews"),
        ("tests/reviews/reports/rounds.py", "tests/reviews/reports"),
        ("tests/core/test_quarters.py", "tests/core/test_quarters.py"),
        ("tests/core/test_that_was_deleted.py", "tests/core"),
        ("portal/settings.py", ""),
        ("templates/components/_badge.html", ""),
        ("README.md", ""),
    ),
)
def test_a_changed_file_leads_to_the_tests_of_its_subject(changed: str, tests: str) -> None:
    assert subject_tests(changed) == tests


def test_quick_leaves_out_only_markers_that_are_declared() -> None:
    declared = re.findall(r'^  "(\w+): ', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\w+", QUICK)) - {"not", "or"} - set(declared) == set()
