"""Who may open which page of `portal.core`."""

from tests.flows.matrix import ADMINISTRATORS, ROLES, Row

EVERYBODY = dict.fromkeys(ROLES, 200)

ROWS: list[Row] = [
    Row("core:sign-in", own=dict.fromkeys(ROLES, 302), is_public=True),
    Row("core:sign-out", method="post", own=dict.fromkeys(ROLES, 302)),
    Row("core:password-change", own=EVERYBODY),
]
