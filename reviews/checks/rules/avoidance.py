"""回避: reasons that keep an inspector away from an association, computed from posts and employers instead of asked for.

依据：民发〔2017〕45号第五条（与检查对象有利害关系的应当回避）。
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reviews.checks.choices import Avoidance


@dataclass(frozen=True)
class Checker:
    """An inspector as avoidance sees one: employer, posts ever held, ties declared. Associations are given by code."""

    number: int
    name: str
    employer: str
    authority: str = ""
    employer_association: str = ""
    posts: frozenset[str] = frozenset()
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Checked:
    """An association as avoidance sees it: holders of its posts now and before, its departments, its last checkers."""

    code: str
    name: str
    people: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()
    last_checkers: frozenset[int] = field(default_factory=frozenset)


def avoidances(checker: Checker, checked: Checked) -> tuple[Avoidance, ...]:
    """Return every reason that keeps `checker` away from `checked`; none where the visit may be made."""
    holds = checked.code in checker.posts
    applies = {
        Avoidance.POST: holds,
        Avoidance.SAME_NAME: not holds and checker.name in checked.people,
        Avoidance.EMPLOYER: checked.code == checker.employer_association or checker.employer == checked.name,
        Avoidance.AUTHORITY: not checked.authorities.isdisjoint({checker.authority, checker.employer} - {""}),
        Avoidance.LAST_TIME: checker.number in checked.last_checkers,
        Avoidance.DECLARED: checked.code in checker.declared,
    }
    return tuple(reason for reason, is_so in applies.items() if is_so)
