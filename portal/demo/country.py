"""A made-up province, for the demo and at any size for measurement: deterministic for a seed and day, written in bulk."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from associations.choices import PostTitle
from associations.models import Association, Authority, Industry, Person, Region
from partyorgs.organizations.choices import Setup
from partyorgs.organizations.models import FoundingTalk
from partyorgs.planning.models import CoverageTarget
from portal.core import audit
from portal.core.choices import AuditAction, CommitteeKind
from portal.core.models import PATH_STEP, Committee
from portal.core.quarters import Quarter
from portal.demo.names import HOMES, SUFFIXES, TRADES
from portal.demo.rows import (
    Country,
    Day,
    add_association,
    add_instructor,
    add_joint_organizations,
    add_leaders,
    add_organization,
    count_heads,
    oversee,
)

_BATCH = 1000
# Where associations stand today, in thousandths; 339 of 424 covered is what the demo opens on.
_OWN, _JOINT, _FUNCTIONAL, _HOSTED, _INSTRUCTOR = 590, 90, 100, 20, 80
_CITY_LEVEL_FROM = 5000
CHAMBERS, COMPREHENSIVE = "工商联商会", "综合"


@transaction.atomic
def build_country(*, associations: int, today: Day, seed: int = 1, history: int = 9) -> Committee:
    """Write a country with so many associations registered on `today` and return its root.

    `history` is how many quarter ends have headcounts. Raises nothing: the callers refuse on a database that has data.
    """
    country = Country(today, random.Random(seed), list(itertools.islice(_quarter_ends(today), history))[::-1])  # noqa: S311 -- made-up data, not a secret
    root, committees = _tree(country, associations)
    leaves = [leaf for below in committees.values() for leaf in below]
    regions = _cities()
    industries = {industry.code: industry for industry in Industry.objects.all()}
    letters = dict(TRADES.keys())
    authorities = {sector: country.add(Authority(name=f"省{sector}厅")) for sector, _ in TRADES}
    civil = country.add(Authority(name="省民政厅"))
    gone = max(3, associations // 35)
    names = _names(regions, associations + gone)
    states = _states(country, associations)
    joint: dict[int, list[Association]] = {}
    for number in range(associations + gone):
        name, sector = next(names)
        overseer = sector if sector == CHAMBERS or country.chance.random() < 0.66 else COMPREHENSIVE  # noqa: PLR2004
        committee = country.chance.choice(committees[overseer])
        association = add_association(country, number, name, is_gone=number >= associations)
        association.region = country.chance.choice(regions) if regions else None
        association.industry = industries.get(letters.get(sector, "S"))
        association.competent_authority = authorities.get(sector) if country.chance.random() < 0.5 else None  # noqa: PLR2004
        association.registration_authority = civil
        oversee(country, association, committee, leaves)
        state = states[number] if number < associations else Setup.OWN
        count_heads(country, association, state)
        people = add_leaders(country, association)
        if state == Setup.JOINT:
            joint.setdefault(id(committee), []).append(association)
        else:
            _add_state(country, association, committee, state, people)
    for committee in leaves:
        add_joint_organizations(country, committee, joint.get(id(committee), []))
    _write(country)
    _targets(root, leaves, today)
    audit.record(None, AuditAction.IMPORT, what="模拟数据", associations=associations)  # no figure of before stands
    return root


def _add_state(
    country: Country, association: Association, committee: Committee, state: Any, people: dict[PostTitle, Person]
) -> None:
    """Add an own organization or an instructor as the state says; to some of the uncovered a talk about founding."""
    if isinstance(state, Setup):
        add_organization(country, association, committee, state, people)
    elif state == "instructor":
        add_instructor(country, association, committee)
    elif country.chance.random() < 0.3:  # noqa: PLR2004 -- three in ten
        held_on = country.day_between(country.years_ago(1), country.today)
        country.add(FoundingTalk(association=association, held_on=held_on, summary="约谈会长，动员组建党组织。"))


def _quarter_ends(today: Day) -> Iterator[Day]:
    quarter = Quarter.of(today)
    quarter = quarter if quarter.last_day <= today else quarter.previous
    while True:
        yield quarter.last_day
        quarter = quarter.previous


def _cities() -> list[Region]:
    return list(Region.objects.filter(code__endswith="00").exclude(code__endswith="0000").order_by("code"))


def _tree(country: Country, associations: int) -> tuple[Committee, dict[str, list[Committee]]]:
    """Return the root and {sector: committees that associations answer to}; in a large country these are the cities'."""
    root = country.add(Committee(name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, path="1".zfill(PATH_STEP)))
    kinds = [(sector, f"省{sector}行业党委", CommitteeKind.INDUSTRY) for sector, _ in TRADES]
    kinds += [(CHAMBERS, "省工商联商会党委", CommitteeKind.INDUSTRY)]
    kinds += [(COMPREHENSIVE, "省社会组织综合党委", CommitteeKind.COMPREHENSIVE)]
    committees = {
        sector: [
            country.add(Committee(name=name, kind=kind, parent=root, path=root.path + str(place).zfill(PATH_STEP)))
        ]
        for place, (sector, name, kind) in enumerate(kinds, start=1)
    }
    if associations < _CITY_LEVEL_FROM:
        return root, committees
    return root, {
        sector: [
            country.add(
                Committee(
                    name=f"{city.name}{parent.name.removeprefix('省')}",
                    kind=CommitteeKind.CITY,
                    parent=parent,
                    path=parent.path + str(place).zfill(PATH_STEP),
                )
            )
            for place, city in enumerate(_cities(), start=1)
        ]
        for sector, (parent,) in committees.items()
    }


def _names(regions: list[Region], count: int) -> Iterator[tuple[str, str]]:
    """Yield names with their sectors: the province's first, then its cities', then numbered ones."""
    words = [(word, sector) for (sector, _), trade in TRADES.items() for word in trade.split()]
    plain = [(f"江苏省{word}{suffix}", sector) for suffix, (word, sector) in itertools.product(SUFFIXES, words)]
    random.Random(7).shuffle(plain)  # noqa: S311 -- made-up names
    homes = [(f"江苏省{home}商会", CHAMBERS) for home in HOMES.split()]
    cities = [region.name for region in regions] or ["南京市"]
    local = (
        (f"{city}{word}{suffix}", sector) for suffix, (word, sector), city in itertools.product(SUFFIXES, words, cities)
    )
    numbered = (
        (f"江苏省{word}{suffix}（{number}）", sector)
        for number in itertools.count(2)
        for suffix, (word, sector) in itertools.product(SUFFIXES, words)
    )
    return itertools.islice(itertools.chain(homes, plain, local, numbered), count)


def _states(country: Country, count: int) -> list[Any]:
    """Return the coverage state of each association today: exact shares in shuffled order."""
    covered = count * 339 // 424
    joint = count * _JOINT // 1000
    functional, hosted = count * _FUNCTIONAL // 1000, count * _HOSTED // 1000
    states: list[Any] = [Setup.JOINT] * joint + [Setup.FUNCTIONAL] * functional + [Setup.HOSTED] * hosted
    states += [Setup.OWN] * (covered - len(states))
    states += ["instructor"] * (count * _INSTRUCTOR // 1000)
    states += [None] * (count - len(states))
    country.chance.shuffle(states)
    return states


def _write(country: Country) -> None:
    for model, rows in country.rows.items():
        levels = itertools.groupby(rows, key=lambda row: row.level) if model is Committee else [(1, rows)]
        for _, level in levels:
            model._default_manager.bulk_create(list(level), batch_size=_BATCH)


def _targets(root: Committee, leaves: Iterable[Committee], today: Day) -> None:
    source = "省委社会工作部年度工作要点（演示数据）"
    due = Day(today.year, 12, 31)
    values = (("org_coverage", 80), ("work_coverage", 90), ("should_build_rate", 90), ("charter_rate", 95))
    targets = [
        CoverageTarget(committee=root, indicator=code, due_on=due, value=value, source=source) for code, value in values
    ]
    targets += [
        CoverageTarget(committee=committee, indicator="org_coverage", due_on=due, value=value, source=source)
        for committee, value in zip(leaves, (85, 82, 80), strict=False)
    ]
    CoverageTarget.objects.bulk_create(targets)
