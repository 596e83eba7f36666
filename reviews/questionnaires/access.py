"""Who may edit questionnaires."""

from __future__ import annotations

from portal.core.access import scope_of, verb
from portal.core.choices import Role
from portal.core.errors import Denial
from portal.core.models import User


@verb
def can_edit_questionnaires(user: User) -> Denial | None:
    """Questionnaires are edited by the province, since they ask everybody."""
    return None if scope_of(user).has(Role.PROVINCE) else Denial("只有省级可以编辑模板。")
