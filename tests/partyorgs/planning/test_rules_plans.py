"""The planner against an independent search through every plan of a small province."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partyorgs.planning.choices import PlanForm
from partyorgs.planning.rules.exact_parts import Means
from partyorgs.planning.rules.joining import Unit, joinable, may_unite
from partyorgs.planning.rules.large_parts import LargePart
from partyorgs.planning.rules.plans import make_plan

FORMS = tuple(PlanForm)
NOBODY = frozenset()


def is_legal(group):
    """The rule of a joint branch, written down anew."""
    one_committee = {unit.committee for unit in group}
    one_city = {unit.region for unit in group}
    return (
        2 <= len(group) <= 5
        and max(unit.formal for unit in group) <= 2
        and sum(unit.formal for unit in group) >= 3
        and ((len(one_committee) == 1 and None not in one_committee) or (len(one_city) == 1 and None not in one_city))
    )


def legal_groups(units):
    return [frozenset(group) for size in range(2, 6) for group in combinations(units, size) if is_legal(group)]


def divisions(units):
    """Every set of associations that legal branches cover, with the fewest branches that do."""
    groups, known, level = legal_groups(units), {NOBODY: 0}, {NOBODY}
    while level:
        level = {covered | group for covered in level for group in groups if not covered & group} - known.keys()
        known |= dict.fromkeys(level, max(known.values()) + 1)
    return known


def best(units, needed, *, work):
    """The gain up to `needed` and the fewest organizations for it, by trying everything."""
    groups, found = legal_groups(units), []
    for covered, branches in divisions(units).items():
        rest = [unit for unit in units if unit not in covered]
        stuck = {unit for group in groups if not group & covered for unit in group}  # a legal branch is left for them
        alone = [unit for unit in rest if unit.formal <= 2 and unit not in stuck and not unit.is_counted]
        large = [unit for unit in rest if unit.formal >= 3 and not unit.is_counted]
        gain = sum(not unit.is_counted for unit in covered) + (len(alone) if work else 0)
        singles = len(large) + (0 if work else sum(unit.formal > 0 for unit in alone))
        found += [(-min(needed, gain + number), branches + number) for number in range(singles + 1)]
    return min(found)


@st.composite
def provinces(draw, most=12):
    work = draw(st.booleans())
    unit = st.builds(
        Unit,
        key=st.just(0),
        formal=st.sampled_from((0, 0, 1, 1, 2, 2, 3, 7)),
        committee=st.sampled_from((1, 2, 3, None)),
        region=st.sampled_from((1, 2, 3, None)),
        industry=st.sampled_from((1, 2)),
        is_counted=st.booleans() if work else st.just(False),  # noqa: FBT003
    )
    drawn = draw(st.lists(unit, min_size=1, max_size=most))
    units = [
        Unit(key, one.formal, one.committee, one.region, one.industry, one.is_counted)
        for key, one in enumerate(drawn, start=1)
    ]
    return units, draw(st.integers(1, len(units))), work


@settings(max_examples=150, deadline=None)
@given(provinces())
def test_a_plan_has_as_few_organizations_as_the_best_of_all_plans(province):
    units, needed, work = province
    plan = make_plan(units, needed, FORMS, instructors_count=work)
    assert (-min(plan.gain, needed), plan.organizations) == best(units, needed, work=work)
    assert plan.gap == 0


@settings(max_examples=150, deadline=None)
@given(provinces(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(province, chance):
    units, needed, work = province
    mixed = chance.sample(units, len(units))
    assert make_plan(mixed, needed, FORMS, instructors_count=work) == make_plan(
        units, needed, FORMS, instructors_count=work
    )


def faults(plan, units):
    """Every rule that a plan breaks."""
    covered = [unit for step in plan.steps for unit in step.units]
    joint = [set(step.units) for step in plan.steps if step.form == PlanForm.JOINT]
    without_branch = [unit for unit in units if not any(unit in group for group in joint)]
    found = [] if len(covered) == len(set(covered)) else ["covered twice"]
    for step in plan.steps:
        (first, *others) = step.units
        if step.form == PlanForm.JOINT:
            found += [] if is_legal(step.units) else ["illegal branch"]
            continue
        found += ["several in one"] if others else []
        found += ["counts already"] if first.is_counted else []
        if (step.form == PlanForm.OWN) != (first.formal >= 3):
            found.append("own branch for too few, or another form for enough")
        if step.form in (PlanForm.FUNCTIONAL, PlanForm.INSTRUCTOR):
            found += ["a branch had room"] if any(is_legal((*group, first)) for group in joint) else []
            found += ["a branch was left"] if any(first in group for group in legal_groups(without_branch)) else []
        if step.form == PlanForm.FUNCTIONAL and not first.formal:
            found.append("functional branch without a member")
    return found


@settings(max_examples=150, deadline=None)
@given(provinces())
def test_a_plan_keeps_every_rule(province):
    units, needed, work = province
    assert faults(make_plan(units, needed, FORMS, instructors_count=work), units) == []


@settings(max_examples=60, deadline=None)
@given(provinces(most=11))
def test_the_bound_of_a_large_part_is_never_beaten_and_its_division_never_better_than_the_best(province):
    units, _, work = province
    small = [unit for unit in units if unit.is_small and unit.places]
    part = LargePart(small, Means(instructor=work))
    most = len(part.gains) - 1
    for organizations, gain in enumerate(part.gains):
        assert gain <= part.bound(organizations)
        reached, fewest = best(small, gain, work=work) if gain else (0, 0)
        assert (-reached, fewest <= organizations) == (gain, True)
    whole = best(small, len(small), work=work) if small else (0, 0)
    assert -whole[0] <= part.bound(max(most, whole[1]))


def test_no_association_is_planned_twice_in_a_province_of_one_thousand():
    units = [Unit(key, key % 4, key % 12, key * 7 % 13 or None, key % 5) for key in range(1000)]
    plan = make_plan(units, 600, FORMS, instructors_count=False)
    covered = [unit for step in plan.steps for unit in step.units]
    assert (len(covered) - len(set(covered)), plan.gain >= 600, plan.organizations, plan.gap) == (0, True, 120, 0)


def test_progress_is_told_until_all_associations_have_been_looked_at():
    told = []
    units = [Unit(key, 1, key // 5, None) for key in range(20)]
    make_plan(units, 9, FORMS, instructors_count=False, progress=lambda *pair: told.append(pair))
    assert told == [(5, 20), (10, 20), (15, 20), (20, 20)]


def test_progress_within_a_large_part_grows_to_the_end():
    told = []
    units = [Unit(key, key % 3, key % 7, key % 5) for key in range(60)]
    make_plan(units, 30, FORMS, instructors_count=False, progress=lambda *pair: told.append(pair))
    assert (told == sorted(told), told[-1], len(told) > 1) == (True, (60, 60), True)


# --- single rules ---


def place(key, formal, committee=1, region=1):
    return Unit(key, formal, committee, region)


@pytest.mark.parametrize(
    ("units", "may"),
    (
        ([place(1, 2), place(2, 1)], True),
        ([place(1, 1), place(2, 1)], False),
        ([place(1, 2)], False),
        ([place(1, 3), place(2, 2)], False),
        ([place(1, 2), place(2, 1), place(3, 0)], True),
        ([place(key, 1) for key in range(6)], False),
        ([place(1, 2, committee=1, region=1), place(2, 2, committee=2, region=1)], True),
        ([place(1, 2, committee=1, region=1), place(2, 2, committee=1, region=2)], True),
        ([place(1, 2, committee=1, region=1), place(2, 2, committee=2, region=2)], False),
        ([place(1, 2, None, None), place(2, 2, None, None)], False),
    ),
)
def test_two_to_five_of_one_committee_or_city_with_three_members_together_may_unite(units, may):
    assert may_unite(units) is may


@settings(max_examples=100, deadline=None)
@given(provinces())
def test_joinable_are_those_in_some_legal_branch(province):
    units, _, _ = province
    assert joinable(units) == {unit for group in legal_groups(units) for unit in group}


def test_a_met_target_needs_no_plan():
    plan = make_plan([place(1, 5)], 0, FORMS, instructors_count=False)
    assert (plan.steps, plan.organizations, plan.is_reached, plan.left) == ((), 0, True, (place(1, 5),))


def test_of_equally_few_organizations_those_with_most_own_branches_are_taken():
    units = [place(1, 5), *(place(key, 1) for key in range(2, 7))]
    assert [step.form for step in make_plan(units, 1, FORMS, instructors_count=False).steps] == [PlanForm.OWN]


def test_forms_that_are_not_wanted_are_not_used():
    units = [place(1, 5), *(place(key, 1) for key in range(2, 7))]
    plan = make_plan(units, 6, [PlanForm.OWN], instructors_count=False)
    assert ([step.form for step in plan.steps], plan.is_reached) == ([PlanForm.OWN], False)


def test_an_instructor_founds_nothing_and_counts_for_work_coverage_alone():
    lonely = [place(1, 0)]
    work = make_plan(lonely, 1, FORMS, instructors_count=True)
    organization = make_plan(lonely, 1, FORMS, instructors_count=False)
    assert (work.gain, work.organizations, organization.gain) == (1, 0, 0)
