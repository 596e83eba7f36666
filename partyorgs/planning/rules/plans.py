"""覆盖推演: reach a coverage target with the fewest new Party organizations.

**The model.** Within one committee's subtree on one day there are n associations of which k count for the indicator. To
reach the share t, `needed` = ⌈t·n⌉ less k more must count. A plan founds new organizations for associations that have none;
existing organizations stay as they are. Its forms:

- own branch: an association with three or more formal members founds its own (应建必建) and is never put into another form.
- joint branch: two to five associations with fewer than three each, together at least three, all of one committee or all of
  one city (`joining.may_unite`). One without any formal member may be among them: the rule asks for three members together
  and for nearness, and a functional branch or an instructor may only be where no legal joint branch is left.
- functional branch: covers one association that has a formal member, where no legal joint branch is left for it.
- instructor: no organization at all. Counts for work coverage, never for organization coverage. Only where no legal joint
  branch is left. Somebody who already has one counts already, but may still lend members to a joint branch.

"No legal joint branch is left" for x: neither together with others that the plan leaves without branch, nor by joining a
branch of the plan that has room. Were one left, joining it would cover at least as many with no more organizations: so the
rule never costs an organization, and the optimum with it is the optimum without it.

**The algorithm.** What may be united shares a committee or a city, so the associations fall into parts that have nothing to
do with each other. A part of at most twelve is solved exactly (`ExactPart`); a larger one is assigned, improved and divided
(`LargePart`). Every part tells how much it gains with 0, 1, 2 … organizations; these tables and the own branches are added
up exactly, so that a plan of exact parts is the optimum. Of plans with equally few organizations the one with most own
branches is taken: those must be founded anyhow.

**The bound.** Every part also tells what so many organizations cannot exceed (exact parts: their very table; large ones: five
for a branch, three members for a branch, wherever they are). The fewest organizations by these tables is the lower bound: no
plan, however clever, has fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from partyorgs.planning.choices import PlanForm
from partyorgs.planning.rules.exact_parts import EXACT_UNITS, ExactPart, Means, Share
from partyorgs.planning.rules.joining import Group, Unit, components, gain_of
from partyorgs.planning.rules.large_parts import LargePart
from partyorgs.planning.rules.leftovers import with_others

PlanProgress = Callable[[int, int], None]


class Part(Protocol):
    gains: list[int]
    is_exact: bool

    def bound(self, organizations: int) -> int: ...

    def realize(self, organizations: int) -> Share: ...


@dataclass(frozen=True)
class Step:
    """One thing to do: the form and whom it covers; `gain` is how many of them newly count."""

    form: PlanForm
    units: Group
    gain: int

    @property
    def organizations(self) -> int:
        return 0 if self.form == PlanForm.INSTRUCTOR else 1


@dataclass(frozen=True)
class Plan:
    """Steps in their order, how many were needed, the fewest organizations that any plan of the same gain must have."""

    needed: int
    steps: tuple[Step, ...] = ()
    left: Group = ()
    lower_bound: int = 0

    @property
    def gain(self) -> int:
        return sum(step.gain for step in self.steps)

    @property
    def organizations(self) -> int:
        return sum(step.organizations for step in self.steps)

    @property
    def is_reached(self) -> bool:
        return self.gain >= self.needed

    @property
    def gap(self) -> int:
        """Return how many organizations more than the lower bound the plan has: 0 means that no plan has fewer."""
        return self.organizations - self.lower_bound


def make_plan(
    units: Iterable[Unit],
    needed: int,
    forms: Iterable[PlanForm],
    *,
    instructors_count: bool,
    progress: PlanProgress | None = None,
) -> Plan:
    """Return the plan for `units`, the associations without organization; the same for the same units in any order.

    Where the target cannot be reached the plan gains as much as its forms can, with the fewest organizations for that.
    """
    allowed = set(forms)
    means = Means(
        joint=PlanForm.JOINT in allowed,
        functional=PlanForm.FUNCTIONAL in allowed,
        instructor=PlanForm.INSTRUCTOR in allowed and instructors_count,
    )
    ordered = sorted(units)
    large_first = sorted((unit for unit in ordered if not unit.is_small), key=lambda unit: (unit.is_counted, unit.key))
    own = [unit for unit in large_first if not unit.is_counted] if PlanForm.OWN in allowed else []
    small = [unit for unit in ordered if unit.is_small]
    parts = _parts_of(small, means, progress)
    if needed <= 0:
        return Plan(0, left=tuple(ordered))
    choice = _fewest([_options(part.gains) for part in parts], len(own), needed)
    shares = [part.realize(count) for part, count in zip(parts, choice.counts, strict=True)]
    steps = _steps(own[: choice.own], shares, small if means.joint else [], needed)
    gained = sum(step.gain for step in steps)
    bounds = [_options(_bounds(part, len(own) + len(small))) for part in parts]
    taken = {unit for step in steps for unit in step.units}
    return Plan(
        needed,
        steps,
        tuple(unit for unit in ordered if unit not in taken and not unit.is_counted),
        _fewest(bounds, len(own), min(needed, gained)).organizations,
    )


def _parts_of(small: Sequence[Unit], means: Means, progress: PlanProgress | None) -> list[Part]:
    """Return the small associations cut into parts that cannot share an organization, those that stand alone last."""
    joint_parts = components(small) if means.joint else []
    joined = {unit for members in joint_parts for unit in members}
    alone = [[unit] for unit in small if unit not in joined]
    parts: list[Part] = []
    done = 0
    for members in (*joint_parts, *alone):
        within = partial(_tell, progress, (done, len(members), len(small))) if progress else None
        parts.append(ExactPart(members, means) if len(members) <= EXACT_UNITS else LargePart(members, means, within))
        done += len(members)
        if progress:
            progress(done, len(small))
    return parts


def _tell(progress: PlanProgress, place: tuple[int, int, int], looked_at: int, beginnings: int) -> None:
    """Tell how far a large part is: by how many of its beginnings have been looked at."""
    done, members, total = place
    progress(done + members * looked_at // (beginnings + 1), total)


@dataclass(frozen=True)
class _Choice:
    organizations: int
    own: int
    counts: tuple[int, ...]


def _options(gains: Sequence[int]) -> list[tuple[int, int]]:
    """Return organizations and gain, only where one more organization gains more."""
    options = [(0, gains[0])]
    for organizations, gain in enumerate(gains):
        if gain > options[-1][1]:
            options.append((organizations, gain))
    return options


def _bounds(part: Part, most: int) -> list[int]:
    bounds = [part.bound(0)]
    while len(bounds) <= most:
        bounds.append(part.bound(len(bounds)))
        if part.is_exact and len(bounds) >= len(part.gains):
            break
        if not part.is_exact and bounds[-1] == bounds[-2] and len(bounds) > len(part.gains):
            break
    return bounds


def _fewest(options: Sequence[Sequence[tuple[int, int]]], own: int, needed: int) -> _Choice:
    """Return how many organizations each part gets so that together they gain `needed` with the fewest; the most if none do."""
    table: list[int] = [0]  # organizations -> the most that the parts so far gain with at most so many
    chosen: list[list[int]] = []
    for part in options:
        size = min(len(table) - 1 + part[-1][0], needed) + 1
        grown, picks = [-1] * size, [0] * size
        for before, gained in enumerate(table):
            for organizations, gain in part:
                total = before + organizations
                if total < size and gained + gain > grown[total]:
                    grown[total], picks[total] = gained + gain, organizations
        for total in range(1, size):
            if grown[total] < grown[total - 1]:
                grown[total], picks[total] = grown[total - 1], -1  # as with one fewer
        chosen.append(picks)
        table = grown
    best = _fewest_in(table, own, needed)
    counts, left = [], best[1]
    for picks in reversed(chosen):
        while picks[left] == -1:
            left -= 1
        counts.append(picks[left])
        left -= picks[left]
    return _Choice(best[0] + best[1], best[0], tuple(counts[::-1]))


def _fewest_in(table: Sequence[int], own: int, needed: int) -> tuple[int, int]:
    """Return how many own branches and how many organizations of the parts: the fewest together, of these most own."""
    ways = []
    for others, gained in enumerate(table):
        alone = min(own, max(0, needed - gained))
        ways.append((-min(needed, gained + alone), others + alone, others))
    _, total, others = min(ways)
    return total - others, others


def _steps(own: Sequence[Unit], shares: Sequence[Share], unitable: Sequence[Unit], needed: int) -> tuple[Step, ...]:
    """Put what is to be done in order: what gains most first; drop instructors that the target does not need."""
    groups = [group for share in shares for group in share.groups]
    alone = [unit for share in shares for unit in share.functional]
    sent = [unit for share in shares for unit in share.instructors]
    if unitable:
        groups = with_others(groups, [*alone, *sent], unitable)
        joined = {unit for group in groups for unit in group}
        alone = [unit for unit in alone if unit not in joined]
        sent = [unit for unit in sent if unit not in joined]
    steps = [Step(PlanForm.OWN, (unit,), 1) for unit in own]
    steps += [Step(PlanForm.JOINT, group, gain_of(group)) for group in groups]
    steps += [Step(PlanForm.FUNCTIONAL, (unit,), 1) for unit in alone]
    forms = list(PlanForm)
    steps.sort(key=lambda step: (-step.gain, forms.index(step.form), step.units[0].key))
    missing = max(0, needed - sum(step.gain for step in steps))
    return (*steps, *(Step(PlanForm.INSTRUCTOR, (unit,), 1) for unit in sorted(sent)[:missing]))
