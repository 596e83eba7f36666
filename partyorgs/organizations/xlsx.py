"""Columns of the exports of associations, organizations, instructors and people: what their lists show."""

from __future__ import annotations

from typing import Any

from partyorgs.organizations.choices import CoverageState, Setup, TermState
from portal.core.xlsx import Column


def _label(choices: Any, value: str | None) -> str:
    return str(choices(value).label) if value else ""


ASSOCIATION_COLUMNS = (
    Column("名称", lambda row: row.name, 36),
    Column("统一社会信用代码", lambda row: row.uscc, 22),
    Column("类别", lambda row: row.get_kind_display()),
    Column("归口机构", lambda row: row.committee_name, 28),
    Column("覆盖情况", lambda row: _label(CoverageState, row.coverage)),
    Column("正式党员数", lambda row: row.formal_members, 12),
    Column("所在地", lambda row: row.region and row.region.name),
    Column("行业门类", lambda row: row.industry and row.industry.name, 24),
    Column("业务主管单位", lambda row: row.competent_authority and row.competent_authority.name, 24),
    Column("成立登记日期", lambda row: row.registered_on),
    Column("注销日期", lambda row: row.deregistered_on),
)
ORGANIZATION_COLUMNS = (
    Column("党组织名称", lambda row: row.name, 44),
    Column("层级", lambda row: row.get_level_display()),
    Column("组建方式", lambda row: _label(Setup, row.setup)),
    Column("覆盖协会数", lambda row: row.covered, 12),
    Column("成立日期", lambda row: row.begins_on),
    Column("任期届满日", lambda row: row.term),
    Column("任期", lambda row: _label(TermState, row.term_state), 18),
    Column("撤销日期", lambda row: row.ends_on),
)
INSTRUCTOR_COLUMNS = (
    Column("姓名", lambda row: row.person.name),
    Column("类型", lambda row: row.get_kind_display(), 18),
    Column("联系协会", lambda row: row.association.name, 36),
    Column("派出单位", lambda row: row.dispatched_by, 28),
    Column("选派日期", lambda row: row.begins_on),
    Column("终止日期", lambda row: row.ends_on),
)
PERSON_COLUMNS = (
    Column("编号", lambda row: row.pk, 8),
    Column("姓名", lambda row: row.name),
    Column("所在协会", lambda row: row.place, 36),
    Column("协会职务数", lambda row: row.posts_held, 12),
    Column("党内职务数", lambda row: row.party_posts_held, 12),
)
