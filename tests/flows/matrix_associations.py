"""Who may open which page of `associations`: one row for each URL name. See tests/flows/matrix.py for what a row holds.

Row(
    "associations:thing-detail",
    kwargs=lambda world, side: {"pk": world[side].association.pk},
    own={"province": 200, "committee": 200, "secretary": 200},  # roles not named: 403
    other={"province": 200, "committee": 404, "secretary": 404},  # the row of the other committee; roles not named: as own
)
Row("associations:thing-create", own={"province": 200})  # no row behind it: `own` alone
Row("associations:thing-end", method="post", kwargs=..., data={"day": "2024-06-30"}, own={"province": 302}, other={...})
"""

from tests.flows.matrix import Row

ROWS: list[Row] = []
