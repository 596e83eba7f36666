"""Who may open which page of `dashboard`: one row for each URL name. See tests/flows/matrix.py for what a row holds."""

from collections.abc import Callable

from tests.flows.matrix import ADMINISTRATORS, Row

READERS = {"province": 200, "committee": 200, "viewer": 200}
STAFF = {"province": 200, "committee": 200}


def coded(code: str) -> Callable[..., dict[str, str]]:
    return lambda *_: {"code": code}


ROWS: list[Row] = [
    # Administrators see no business data, inspectors their own visits: they are led to their own page.
    Row(
        "dashboard:home",
        own={**READERS, "secretary": 200, "inspector": 302, **dict.fromkeys(ADMINISTRATORS, 302)},
    ),
    Row("dashboard:coverage", own=READERS),
    Row("dashboard:figure", kwargs=coded("org_coverage"), own=READERS),
    Row("dashboard:hard-case", kwargs=coded("too_few_members"), own=READERS),
    Row("dashboard:setup-list", kwargs=coded("joint"), own=READERS),
    Row("dashboard:condition", kwargs=coded("without_secretary"), own=READERS),
    Row("dashboard:elections", own=READERS),
    Row("dashboard:matrix", own=STAFF),
    Row("dashboard:matrix-people", data={"post": "chair", "party_post": "secretary"}, own=STAFF),
]
