"""Who may import a ledger."""

from __future__ import annotations

from portal.core.access import scope_of, verb
from portal.core.choices import Role
from portal.core.errors import Denial
from portal.core.models import Committee, User


@verb
def can_import(user: User, committee: Committee) -> Denial | None:
    """Allow the province alone to import a ledger and to take it back: a ledger speaks of the whole tree."""
    scope = scope_of(user)
    if not scope.has(Role.PROVINCE):
        return Denial("台账由省委社会工作部导入，请将台账报送省委社会工作部。")
    return None if scope.oversees(committee) else Denial("台账的导入范围超出您的管理范围，不能办理。")
