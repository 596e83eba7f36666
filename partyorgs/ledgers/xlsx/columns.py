"""All tables of a ledger. These specs match headings, read uploads, name the cells of problems and draw the blank ledger."""

from __future__ import annotations

from partyorgs.ledgers.xlsx.association_columns import ASSOCIATIONS
from partyorgs.ledgers.xlsx.people_columns import INSTRUCTORS, PEOPLE

# Words in a merged heading that tell which section the headings below it belong to.
SECTIONS = {
    "organization": r"党组织|党支部|党建组织|组建|组织覆盖|党的组织",
    "headcount": r"党员(情况|人数|数|队伍)|人员|人数|从业",
    "association": r"社会组织|协会|商会|基本|单位(情况|信息)|登记(情况|信息)|法人",
    "state": r"状态|注销",
    "party": r"党内|党组织|党务|支部",
    "post": r"协会|社会组织|商会|任职|负责人",
}

# In this order a sheet is asked what it is: people and instructors both name an association, so the fullest match wins.
TABLES = (ASSOCIATIONS, PEOPLE, INSTRUCTORS)
TABLE_BY_KEY = {table.key: table for table in TABLES}
