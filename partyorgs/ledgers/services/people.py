"""From a ledger's rows to a plan: leaders, Party officers and instructors. In a ledger a person is association + name."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from associations.choices import PostTitle, Sex
from associations.models import Association, AssociationPost, DailyWork, KnownAs, PartyMembership, Person
from associations.rules import membership_of, title_of
from partyorgs.ledgers.choices import ChangeVerb, ProblemKind
from partyorgs.ledgers.xlsx.reader import Row
from partyorgs.organizations.choices import PartyTitle
from partyorgs.organizations.models import Instructor, PartyOrganization, PartyPost
from partyorgs.organizations.rules import SECRETARY_TITLES, instructor_kind_of, party_title_of
from portal.core.cells import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partyorgs.ledgers.services.planner import LedgerPlanner
    from portal.core.dated import Dated


def plan_people(planner: LedgerPlanner) -> bool:
    """Plan the posts on both sides; tell whether the ledger has such a sheet at all."""
    rows = planner.ledger.people
    finder = _Finder(planner)
    described: dict[int, datetime.date | None] = {}
    for row in rows:
        association = finder.association_of(row)
        if association is None or row.refused:
            continue
        person = finder.person(association, row)
        described.setdefault(id(person), person.described_on)
        _describe(planner, association, person, row, described[id(person)])
        if not row["title"] and not row["party_title"]:
            planner.ledger.warn(row, "title", ProblemKind.NO_POST, "没有填协会职务，也没有填党内职务，只登记人员")
        if row["title"]:
            _plan_post(planner, association, person, row, described[id(person)])
        if row["party_title"]:
            _plan_party_post(planner, association, person, row)
    if rows:
        _check_secretaries(planner)
    return bool(rows)


def plan_instructors(planner: LedgerPlanner) -> bool:
    """Plan the instructors; tell whether the ledger has such a sheet at all."""
    rows = planner.ledger.instructors
    finder = _Finder(planner)
    for row in rows:
        association = finder.association_of(row)
        if association is None or row.refused:
            continue
        person = finder.person(association, row)
        known = planner.registry.instructors[id(association), id(person)]
        described: dict[str, Any] = {
            "kind": instructor_kind_of(row["kind"] or ""),
            "dispatched_by": (row["dispatched_by"] or "")[:100],
        }
        found = _match(planner, known, row, ("begins_on", "ends_on"), association)
        if found is not None:
            if found.described_on is None or found.described_on <= planner.as_of:
                planner.plan.change(found, cell=row.cell("name"), association=association, **described)
                planner.plan.change(
                    found, cell=row.cell("name"), association=association, silent=True, described_on=planner.as_of
                )
            continue
        instructor = Instructor(
            association=association,
            person=person,
            begins_on=_beginning(planner, row, "begins_on", association, association.registered_on),
            ends_on=row["ends_on"],
            described_on=planner.as_of,
            **described,
        )
        known.append(instructor)
        planner.named.add(id(instructor))
        planner.plan.create(instructor, cell=row.cell("name"), association=association)
    return bool(rows)


class _Finder:
    """Which association and which person a row speaks of."""

    def __init__(self, planner: LedgerPlanner) -> None:
        self.planner = planner
        self.refused: set[str] = set()
        for row in planner.ledger.associations:
            if row.refused:
                known = planner.registry.by_code.get(row["uscc"] or "")
                self.refused |= {row["name"], row["uscc"], name_of(known.name) if known else ""} - {"", None}
        self.listed: dict[str, list[Association]] = defaultdict(list)
        for row in planner.ledger.associations:
            if not row.refused and row["uscc"] in planner.registry.by_code:
                self.listed[row["name"]].append(planner.registry.by_code[row["uscc"]])

    def association_of(self, row: Row) -> Association | None:
        """Return the row's association; None when it is unknown (an error), refused or one of several (set aside)."""
        planner, name, code = self.planner, row["association"] or "", row["uscc"] or ""
        by_code = planner.registry.by_code.get(code) if code else None
        if by_code is not None and code not in self.refused:
            return by_code
        found = self.listed.get(name) or ([] if name in self.refused else planner.registry.by_name.get(name, []))
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            planner.ledger.warn(
                row,
                "association",
                ProblemKind.SAME_NAME,
                f"“{name}”有 {len(found)} 家，请填统一社会信用代码，本行暂不导入",
            )
        elif name in self.refused or code in self.refused:
            if not row.refused:
                planner.ledger.warn(row, "association", ProblemKind.SET_ASIDE, f"“{name}”所在行有错误，改正后一并导入")
        elif name or code:
            planner.ledger.refuse(
                row, "association", ProblemKind.UNKNOWN_ASSOCIATION, "台账和平台中都没有这家协会，请核对名称"
            )
        return None

    def person(self, association: Association, row: Row) -> Person:
        key = (id(association), row["name"])
        people = self.planner.registry.people
        if key not in people:
            people[key] = Person(name=row["name"][:60])
            known = KnownAs(association=association, name=row["name"][:60], person=people[key])
            self.planner.plan.create(people[key], cell=row.cell("name"), association=association)
            self.planner.plan.create(known, cell=row.cell("name"), association=association)
        return people[key]


def _describe(
    planner: LedgerPlanner, association: Association, person: Person, row: Row, described: datetime.date | None
) -> None:
    if person.described_on is None or person.described_on <= planner.as_of:
        told: dict[str, Any] = {}
        if row["sex"]:
            told["sex"] = Sex.MALE if "男" in row["sex"] else Sex.FEMALE if "女" in row["sex"] else person.sex
        if row["politics"]:
            told["political_wording"] = row["politics"][:40]
        planner.plan.change(person, cell=row.cell("name"), association=association, **told)
        planner.plan.change(
            person, cell=row.cell("name"), association=association, silent=True, described_on=planner.as_of
        )
    if row["politics"]:
        stated = PartyMembership(person=person, stated_on=planner.as_of, membership=membership_of(row["politics"]))
        planner.plan.state(
            planner.registry.memberships[id(person)],
            stated,
            "membership",
            described_on=described,
            cell=row.cell("politics"),
            association=association,
        )


def _plan_post(
    planner: LedgerPlanner, association: Association, person: Person, row: Row, described: datetime.date | None
) -> None:
    title, wording = title_of(row["title"]), row["title"][:60]
    held = planner.registry.posts[id(association), id(person)]
    same = [post for post in held if post.title == title and (title != PostTitle.OTHER or post.wording == wording)]
    post = _match(planner, same, row, ("begins_on", "ends_on"), association)
    if post is None:
        begins_on = _beginning(planner, row, "begins_on", association, association.registered_on)
        post = AssociationPost(
            association=association,
            person=person,
            title=title,
            wording=wording,
            begins_on=begins_on,
            ends_on=row["ends_on"],
            end_reason="据台账" if row["ends_on"] else "",
        )
        held.append(post)
        planner.named.add(id(post))
        planner.plan.create(post, cell=row.cell("title"), association=association)
        if begins_on < association.registered_on:
            planner.ledger.warn(row, "begins_on", ProblemKind.OLDER_THAN_ASSOCIATION, "任职时间早于协会成立时间")
    if row.has("runs_daily"):
        duty = DailyWork(post=post, stated_on=planner.as_of, runs_daily=row["runs_daily"])
        planner.plan.state(
            planner.registry.daily_work[id(post)],
            duty,
            "runs_daily",
            described_on=described,
            cell=row.cell("runs_daily"),
            association=association,
        )


def _plan_party_post(planner: LedgerPlanner, association: Association, person: Person, row: Row) -> None:
    organization = planner.organizations.get(id(association)) or planner.registry.organization_at(
        association, planner.as_of
    )
    if organization is None:
        told = f"“{association}”没有党组织，党内职务暂不导入"
        planner.ledger.warn(row, "party_title", ProblemKind.WITHOUT_ORGANIZATION, told)
        return
    title, wording = party_title_of(row["party_title"]), row["party_title"][:60]
    held = planner.registry.party_posts[id(association), id(person)]
    same = [
        post
        for post in held
        if post.organization is organization
        and post.title == title
        and (title != PartyTitle.OTHER or post.wording == wording)
    ]
    if _match(planner, same, row, ("party_begins_on", "party_ends_on"), association) is not None:
        return
    begins_on = _beginning(planner, row, "party_begins_on", association, organization.begins_on)
    post = PartyPost(
        organization=organization,
        association=association,
        person=person,
        title=title,
        wording=wording,
        begins_on=begins_on,
        ends_on=row["party_ends_on"],
        end_reason="据台账" if row["party_ends_on"] else "",
    )
    held.append(post)
    planner.named.add(id(post))
    planner.plan.create(post, cell=row.cell("party_title"), association=association)
    if begins_on < organization.begins_on:
        planner.ledger.warn(
            row, "party_begins_on", ProblemKind.OLDER_THAN_ORGANIZATION, "党内任职时间早于党组织成立时间"
        )


def _match(
    planner: LedgerPlanner, known: Iterable[Any], row: Row, keys: tuple[str, str], association: Association
) -> Any:
    """Return the post already known that the row speaks of, its end taken over; None when the row tells a new one.

    One post is the same when it begins on the same day, or when the two spans overlap: a date that differs is listed, never
    written over.
    """
    begins, ends = keys
    begins_on, ends_on = row[begins], row[ends]
    exact = next((post for post in known if begins_on is not None and post.begins_on == begins_on), None)
    overlapping = next((post for post in known if _overlaps(post, begins_on or planner.as_of, ends_on)), None)
    post = exact or overlapping
    if post is None:
        return None
    planner.named.add(id(post))
    if exact is None and begins_on is not None:
        told = f"平台登记为 {post.begins_on:%Y-%m-%d} 起任职，未改动"
        planner.ledger.warn(row, begins, ProblemKind.DATE_DIFFERS, told)
    if ends_on is not None and post.ends_on is None:
        ending: dict[str, Any] = {"ends_on": max(ends_on, post.begins_on), "end_reason": "据台账"}
        planner.plan.change(post, cell=row.cell(ends), association=association, verb=ChangeVerb.END, **ending)
    elif ends_on is not None and post.ends_on != ends_on:
        planner.ledger.warn(
            row, ends, ProblemKind.DATE_DIFFERS, f"平台登记的离任时间为 {post.ends_on:%Y-%m-%d}，未改动"
        )
    return post


def _overlaps(post: Dated, begins_on: datetime.date, ends_on: datetime.date | None) -> bool:
    before_end = post.ends_on is None or begins_on < post.ends_on
    return before_end and (ends_on is None or post.begins_on < ends_on)


def _beginning(
    planner: LedgerPlanner, row: Row, key: str, association: Association, first_day: datetime.date
) -> datetime.date:
    """Return the day from which a post holds; without one in the ledger from `first_day`, or the ledger's date if known before."""
    if row[key] is not None:
        if row[key] > planner.as_of:
            planner.ledger.warn(row, key, ProblemKind.LATER_THAN_LEDGER, "任职时间晚于台账截止日期")
        return row[key]  # type: ignore[no-any-return]
    before = planner.described_before.get(id(association))
    begins_on = planner.as_of if before is not None and before < planner.as_of else first_day
    ends_on = row["party_ends_on" if key.startswith("party") else "ends_on"]
    begins_on = min(begins_on, ends_on) if ends_on else begins_on
    planner.ledger.warn(row, key, ProblemKind.NO_DATE, f"没有填开始时间，按 {begins_on:%Y-%m-%d} 处理")
    return begins_on


def _check_secretaries(planner: LedgerPlanner) -> None:
    with_secretary: set[int] = set()
    for posts in planner.registry.party_posts.values():
        with_secretary |= {
            id(post.organization) for post in posts if post.title in SECRETARY_TITLES and post.is_live(planner.as_of)
        }
    for covered in planner.covered.values():
        row, association = covered[0]
        organization: PartyOrganization = planner.organizations[id(association)]
        if id(organization) not in with_secretary:
            planner.ledger.warn(
                row, "organization_name", ProblemKind.WITHOUT_SECRETARY, f"“{organization}”没有在任书记"
            )
