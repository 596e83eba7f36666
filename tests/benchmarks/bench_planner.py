"""The planner at three sizes in one run: how far from the lower bound, and how time grows with the associations.

A figure here is a ratio; the machine's own speed says nothing. Run with `make bench`.
"""

import random
import time

import pytest

from partyorgs.planning.choices import PlanForm
from partyorgs.planning.rules.joining import Unit
from partyorgs.planning.rules.plans import make_plan

SIZES = (500, 1000, 5000)
COMMITTEES, CITIES, INDUSTRIES = 14, 13, 19
SHARES = (30, 60, 90)


def province(associations: int) -> list[Unit]:
    """Return so many associations without organization, one in twelve without a city."""
    chance = random.Random(associations)
    return [
        Unit(
            key,
            chance.choice((0, 0, 1, 1, 2, 2, 3, 6)),
            chance.randrange(COMMITTEES),
            chance.randrange(CITIES) if chance.random() > 1 / 12 else None,
            chance.randrange(INDUSTRIES),
        )
        for key in range(associations)
    ]


@pytest.mark.parametrize("indicator", ("org_coverage", "work_coverage"))
def test_plans_of_many_associations_stay_near_the_bound(indicator: str) -> None:
    print(f"\n{indicator}: associations, target share, organizations / lower bound, CPU against {SIZES[0]}")
    base = 0.0
    for size in SIZES:
        units = province(size)
        for share in SHARES:
            started = time.process_time()
            plan = make_plan(
                units, size * share // 100, tuple(PlanForm), instructors_count=indicator == "work_coverage"
            )
            seconds = time.process_time() - started
            base = base or seconds
            print(
                f"{size:6} {share:3} %  {plan.organizations:5} / {plan.lower_bound:<5} "
                f"× {plan.organizations / plan.lower_bound:.3f}   × {seconds / base:.1f}"
            )
            assert plan.organizations >= plan.lower_bound
