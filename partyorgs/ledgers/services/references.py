"""The rows that a ledger names in words: regions, industries, authorities, committees. What is not known yet is planned."""

from __future__ import annotations

import re
from typing import Any

from associations.choices import AssociationKind
from associations.models import Authority, Industry, Region
from partyorgs.ledgers.choices import ProblemKind
from partyorgs.ledgers.services.world import LedgerWorld
from partyorgs.ledgers.xlsx.reader import Row
from portal.core.cells import name_of
from portal.core.choices import CommitteeKind
from portal.core.models import PATH_STEP, Committee

_LONGEST = {"grade": 10, "note": 400}  # as the columns of Association
_DIRECTLY_REGISTERED = re.compile(r"^(无.*|直接登记.*|.*直接登记.*|/|-+)$")


def description_of(world: LedgerWorld, row: Row) -> dict[str, Any]:
    """Return an association's undated fields that the ledger has a column for and says something about."""
    fields: dict[str, Any] = {}
    if row["region"]:
        fields["region"] = region_of(world, row["region"])
    if row["industry"]:
        fields["industry"] = industry_of(world, row["industry"])
    for key in ("competent_authority", "industry_authority", "registration_authority"):
        if text := row.values.get(key):
            fields[key] = None if _DIRECTLY_REGISTERED.match(text) else authority_of(world, text)
    for key in ("grade", "note"):
        if row.has(key):
            fields[key] = (row[key] or "")[: _LONGEST[key]]
    return fields


def stated_kind(row: Row) -> AssociationKind | None:
    """Return the kind that the ledger's own column states; None where it states none, or both."""
    text = row["kind"] or ""
    if "商会" in text and "协会" not in text:
        return AssociationKind.CHAMBER
    return AssociationKind.ASSOCIATION if "协会" in text and "商会" not in text else None


def region_of(world: LedgerWorld, text: str) -> Region:
    """Return the region that a text names, the most exact one where it names several."""
    name = name_of(text)
    regions = world.registry.regions
    for spelling in (name, f"{name}市", f"{name}省"):
        if spelling in regions:
            return regions[spelling]
    contained = [region for region_name, region in regions.items() if name.endswith(region_name)]
    if contained:
        return max(contained, key=lambda region: len(region.name))
    regions[name] = Region(name=name[:40])
    world.plan.create(regions[name], cell="")
    return regions[name]


def industry_of(world: LedgerWorld, text: str) -> Industry | None:
    """Return the industry that a text names by its letter or its name; none is ever added."""
    letter = re.match(r"^\s*([A-Ta-t])(?![A-Za-z])", text)
    for industry in world.registry.industries.values():
        if (letter and industry.code == letter[1].upper()) or industry.name == name_of(text):
            return industry
    return None


def authority_of(world: LedgerWorld, text: str) -> Authority:
    """Return the authority of this name."""
    name = name_of(text)[:100]
    authorities = world.registry.authorities
    if name not in authorities:
        authorities[name] = Authority(name=name)
        world.plan.create(authorities[name], cell="")
    return authorities[name]


def committee_of(world: LedgerWorld, row: Row) -> Committee:
    """Return the committee that a row names; the ledger's own where it names none, or one that may not be added."""
    name = row["committee"]
    if not name:
        return world.root
    if name in world.committees:
        return world.committees[name]
    if not world.create_committees:
        sentence = f"“{name}”未登记，暂归口{world.root}；请先登记该机构，或者选择自动建立"
        world.warn(row, "committee" if row.has("committee") else "name", ProblemKind.UNKNOWN_COMMITTEE, sentence)
        return world.root
    return _add_committee(world, name, row.cell("name"))


def _add_committee(world: LedgerWorld, name: str, cell: str) -> Committee:
    root = world.root
    kind = CommitteeKind.COMPREHENSIVE if "综合" in name else CommitteeKind.INDUSTRY
    siblings = (child.path for child in world.committees.values() if child.path[:-PATH_STEP] == root.path)
    last = max((int(path[-PATH_STEP:]) for path in siblings), default=0)
    committee = Committee(name=name, kind=kind, parent=root, path=f"{root.path}{last + 1:0{PATH_STEP}d}")
    world.committees[name] = committee
    world.plan.create(committee, cell=cell, silent=False)
    return committee
