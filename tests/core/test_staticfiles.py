"""Files for the browser under names that say their contents, also where one module imports another."""

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import Storage

from portal.staticfiles import VENDOR_FILES, HashedStorage

IMPORT = re.compile(r"^import [^;]* from \"([^\"]+)\";$", re.MULTILINE)


def depth_of(module: Path) -> int:
    """Return the length of the longest chain of imports below a module."""
    targets = [(module.parent / name).resolve() for name in IMPORT.findall(module.read_text(encoding="utf-8"))]
    return 1 + max(map(depth_of, targets), default=-1)


@pytest.fixture
def collected(tmp_path: Path) -> HashedStorage:
    """Return a server's storage after collecting every file that any finder lists, as `collectstatic` does."""
    storage = HashedStorage(location=tmp_path, base_url="/static/")
    paths: dict[str, tuple[Storage, str]] = {}
    for finder in get_finders():
        for name, source in finder.list([]):
            with source.open(name) as file:
                storage.save(name, file)
            paths[name] = (storage, name)
    faults = [processed for _, _, processed in storage.post_process(paths) if isinstance(processed, Exception)]
    assert faults == []
    return storage


def test_modules_import_each_other_by_names_that_say_their_contents(collected: HashedStorage, tmp_path: Path) -> None:
    modules = [name for name in collected.hashed_files if name.startswith("js/")]
    served = [tmp_path / collected.stored_name(name) for name in modules]
    addresses = [(path, address) for path in served for address in IMPORT.findall(path.read_text(encoding="utf-8"))]
    assert len(addresses) > len(modules) / 2
    missing = [address for path, address in addresses if not (path.parent / address).is_file()]
    assert missing == []
    assert [address for _, address in addresses if not re.search(r"\.[0-9a-f]{12}\.js$", address)] == []


def test_collecting_does_not_depend_on_the_order_in_which_a_disk_lists_files(tmp_path: Path) -> None:
    static = settings.BASE_DIR / "static"
    shutil.copytree(static, tmp_path, dirs_exist_ok=True)
    (tmp_path / "js/pages/charts.js").unlink()  # it needs a package
    modules = sorted((tmp_path / "js").rglob("*.js"), key=depth_of, reverse=True)
    names = [path.relative_to(tmp_path).as_posix() for path in modules]
    storage = HashedStorage(location=tmp_path, base_url="/static/")
    outcomes = [outcome for _, _, outcome in storage.post_process({name: (storage, name) for name in names})]
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []


def test_the_name_of_a_module_changes_with_what_it_imports(collected: HashedStorage, tmp_path: Path) -> None:
    before = {name: collected.stored_name(name) for name in ("js/pages/visits.js", "js/pages/charts.js")}
    merging = tmp_path / "js/visits/merging.js"
    merging.write_text(merging.read_text(encoding="utf-8") + "// changed\n", encoding="utf-8")
    names = [name for name in collected.hashed_files if name.startswith("js/")] + list(VENDOR_FILES)
    assert list(collected.post_process({name: (collected, name) for name in names})) != []
    assert collected.stored_name("js/pages/visits.js") != before["js/pages/visits.js"]
    assert collected.stored_name("js/pages/charts.js") == before["js/pages/charts.js"]
