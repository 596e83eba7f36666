import json
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.core.management.commands.licences import front_end_packages, python_licence, python_packages
from portal.staticfiles import VENDOR_FILES


def described(**fields: str) -> Message:
    """Return the metadata of a package with these fields, `_` in place of `-`."""
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


def node_modules(folder: Path, **licences: Any) -> Path:
    """Make a folder with the packages of the allow-list, those named with this licence and the others under MIT."""
    for name in {source.split("/")[0] for source in VENDOR_FILES.values()}:
        (folder / name).mkdir()
        text = {"name": name, "version": "1.0.0", "license": licences.get(name, "MIT")}
        (folder / name / "package.json").write_text(json.dumps(text), encoding="utf-8")
    return folder


def test_licences_lists_every_package_with_version_and_licence(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("licences")
    lines = capsys.readouterr().out.splitlines()
    rows = {line.split()[0].lower(): line.split()[1:] for line in lines}
    assert rows["名称"] == ["版本", "许可"]
    assert rows["django"][1:] == ["BSD-3-Clause"]
    assert rows["psycopg"][1:] == ["LGPL-3.0-only"]
    assert rows["echarts"][1:] == ["Apache-2.0"]
    assert {len(row) >= 2 for row in rows.values()} == {True}


def test_licences_names_what_a_built_file_contains() -> None:
    names = {package.name for package in front_end_packages(Path("node_modules").resolve())}
    assert names >= {"bootstrap", "@popperjs/core", "bootstrap-icons", "echarts", "zrender"}


@pytest.mark.parametrize("licence", (None, "", "UNLICENSED", {"type": "MIT"}))
def test_licences_says_which_licence_is_unknown_and_exits_with_1(
    licence: object, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.NODE_MODULES = node_modules(tmp_path, echarts=licence)
    with pytest.raises(SystemExit) as end:
        call_command("licences")
    assert (end.value.code, capsys.readouterr().err) == (1, "许可不明：echarts。请查看软件包自带的许可文件。\n")


@pytest.mark.parametrize(
    ("fields", "licence"),
    (
        ({"License_Expression": "MIT", "License": "other"}, "MIT"),
        ({"License": "BSD"}, "BSD"),
        (
            {"License": "A licence\nof many lines", "Classifier": "License :: OSI Approved :: BSD License"},
            "BSD License",
        ),
        ({"License": "Dual License", "Classifier": "License :: OSI Approved :: BSD License"}, "BSD License"),
        ({"License": "UNKNOWN"}, "未知"),
        ({"License": "A licence\nof many lines"}, "未知"),
        ({}, "未知"),
    ),
)
def test_the_licence_is_read_from_wherever_a_package_names_it(fields: dict[str, str], licence: str) -> None:
    assert python_licence(described(**fields)) == licence


def test_a_pinned_package_that_is_not_installed_is_a_fault_but_not_one_for_another_machine(tmp_path: Path) -> None:
    (tmp_path / "production.txt").write_text("never-made-b==1.0 \\\n", encoding="utf-8")
    (tmp_path / "runtime.txt").write_text("never-made-a==1.0 ; sys_platform == 'win32' \\\n", encoding="utf-8")
    assert python_packages(tmp_path / "runtime.txt", tmp_path / "production.txt") == []
    (tmp_path / "runtime.txt").write_text("never-made-a==1.0 \\\n", encoding="utf-8")
    with pytest.raises(CommandError, match="没有安装 never-made-a"):
        python_packages(tmp_path / "runtime.txt", tmp_path / "production.txt")
