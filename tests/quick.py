"""A plugin for pytest behind `make quick`: changed subjects first, then the others in any order until the time is up.

pytest-randomly shuffles the files, so that from one commit to the next every test has its turn.
"""

import os
import time

import pytest

NO_TIME = "make quick 的时间用完了"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the changed test modules first, then those of changed subjects and the house rules, then all others."""
    first = [place for place in os.environ["QUICK_FIRST"].split(os.pathsep) if place]

    def rank(item: pytest.Item) -> int:
        module = item.nodeid.split("::")[0]
        if module in first:
            return 0
        is_near = module == "tests/test_house.py" or any(module.startswith(f"{folder}/") for folder in first)
        return 1 if is_near else 2

    items.sort(key=rank)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Leave out what would begin too late."""
    if time.time() > float(os.environ["QUICK_UNTIL"]):
        pytest.skip(NO_TIME)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    late = sum(NO_TIME in str(report.longrepr) for report in skipped)
    terminalreporter.write_line("没有运行：浏览器、Redis、PostgreSQL 的测试和标记为 slow 的测试，由 make test 运行。")
    if late:
        terminalreporter.write_line(f"没有运行：另有 {late} 项没有轮到，时间用完了。")
