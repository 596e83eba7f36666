"""How files for the browser are found and named.

The allow-list names the files taken from npm packages: whole packages would add 28 MB that no page asks for.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Address below STATIC_URL -> file below node_modules. A file that names its source map needs the map beside it, and the
# icons' style sheet names both fonts: collecting with hashed names follows every such reference.
VENDOR_FILES = {
    "vendor/bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/bootstrap/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    "vendor/bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "vendor/bootstrap/bootstrap.bundle.min.js.map": "bootstrap/dist/js/bootstrap.bundle.min.js.map",
    "vendor/bootstrap-icons/bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "vendor/bootstrap-icons/fonts/bootstrap-icons.woff": "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    "vendor/bootstrap-icons/fonts/bootstrap-icons.woff2": "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
    # One file that imports nothing; the Chinese locale is built in: "ZH".
    "vendor/echarts/echarts.esm.min.js": "echarts/dist/echarts.esm.min.js",
}


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Collects files under names that say their contents, and names them so where one of our modules imports another.

    Django's own `support_js_module_import_aggregation` reads everybody's files, and stumbles over imports in their comments.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r"""(?m)(?P<matched>^(?P<names>import\b[^"';]*)"(?P<url>\.[^"]+)";)""", '%(names)s"%(url)s";'),)),
    )
    # A changed name goes up one import a pass where the importing file comes first, which the disk decides; Django stops at 5.
    max_post_process_passes = 20


class VendorStorage(FileSystemStorage):
    """Reads a file of the allow-list under its address; anything else does not exist."""

    def path(self, name: str) -> str:
        """Translate the address; whatever is not on the list leads to a file that is never there."""
        return str(Path(self.location, VENDOR_FILES.get(name.replace("\\", "/"), "not-listed")))


class VendorFinder(BaseFinder):
    """Hands the allow-list to `collectstatic`, to the development server and to whitenoise."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        """Look where `npm ci` put the packages."""
        self.storage = VendorStorage(location=settings.NODE_MODULES)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Say which file is missing before a page does."""
        return [
            Error(f"缺少前端文件 {source}", hint="先运行 make setup。", id="portal.E001")
            for address, source in VENDOR_FILES.items()
            if not self.storage.exists(address)
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 (Django's signature)
        """Answer with the file's place on disk, or with nothing."""
        found = [self.storage.path(path)] if path in VENDOR_FILES and self.storage.exists(path) else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """List every file, present or not: a missing one stops the collecting."""
        for address in VENDOR_FILES:
            yield address, self.storage
