"""What a row of the access matrix holds; the tables are matrix_<app>.py beside it, the test is addresses/test_access_matrix.py."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ROLES = ("province", "committee", "secretary", "inspector", "viewer", "sysadmin", "secadmin", "auditor")
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


def nothing(world: Any, side: str) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """The status that each role gets at one address, for a thing of the own subtree and one of the other subtree.

    A role that is not named gets 403 (`own`), or what it gets for an own thing (`other`). Anonymous visitors are always
    sent to sign in, unless the page is public. `world` is {"own": Side, "other": Side} of tests/conftest.py.
    """

    url_name: str
    own: Mapping[str, int]
    other: Mapping[str, int] | None = None
    kwargs: Callable[[Any, str], dict[str, Any]] = nothing
    method: str = "get"
    data: Mapping[str, Any] = field(default_factory=dict)
    is_public: bool = False

    def expected(self, role: str, side: str) -> int:
        own = self.own.get(role, 403)
        return own if side == "own" or self.other is None else self.other.get(role, own)
