"""A plugin for pytest behind `make quick`: changed subjects first, then the others in any order until the time is up.

pytest-randomly shuffles the files, so that from one commit to the next every test has its turn. What itself was changed
runs however late it is; what else has no turn is counted at the end.
"""

import os
import time

import pytest

LEFT_OUT = "left out"
NO_TIME = {1: "没有轮到：有改动的部分", 2: "没有轮到：其他部分"}


def rank(item: pytest.Item) -> int:
    """Return 0 for changed test modules and the house rules, 1 for other tests of changed subjects, 2 for all others."""
    first = [place for place in os.environ["QUICK_FIRST"].split(os.pathsep) if place]
    module = item.nodeid.split("::")[0]
    if module in (*first, "tests/test_house.py"):
        return 0
    return 1 if any(module.startswith(f"{folder}/") for folder in first) else 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in their order, once they are shuffled."""
    items.sort(key=rank)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out what would begin too late."""
    place = rank(item)
    if place and time.time() > float(os.environ["QUICK_UNTIL"]):
        pytest.skip(NO_TIME[place])


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Count what was left out by itself, without a letter for each."""
    is_late = report.skipped and any(reason in str(report.longrepr) for reason in NO_TIME.values())
    return (LEFT_OUT, "", "") if is_late else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    terminalreporter.write_line("没有运行：浏览器、Redis、PostgreSQL 的测试和标记为 slow 的测试，由 make test 运行。")
    late = [str(report.longrepr) for report in terminalreporter.stats.get(LEFT_OUT, [])]
    for reason in NO_TIME.values():
        if number := sum(reason in one for one in late):
            terminalreporter.write_line(f"{reason} {number} 项，时间用完了。")
