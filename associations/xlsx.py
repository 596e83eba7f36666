"""Columns of the registry's exports."""

from __future__ import annotations

from portal.core.xlsx import Column

REGION_COLUMNS = (Column("代码", lambda region: region.code), Column("名称", lambda region: region.name, 24))
INDUSTRY_COLUMNS = (Column("门类", lambda industry: industry.code), Column("名称", lambda industry: industry.name, 40))
AUTHORITY_COLUMNS = (Column("名称", lambda authority: authority.name, 40),)
