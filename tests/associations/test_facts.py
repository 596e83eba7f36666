import datetime

import pytest

from associations.facts import belongs_within
from associations.models import Association, AssociationPost, Oversight
from portal.core.access import Limit
from portal.core.dated import settle
from tests import recipes
from tests.conftest import Side

DAYS = (datetime.date(2024, 9, 30), datetime.date(2024, 10, 1))


@pytest.mark.parametrize("day", DAYS)
def test_belongs_within_keeps_the_rows_that_within_keeps(world: dict[str, Side], day: datetime.date) -> None:
    own, other = world["own"], world["other"]
    recipes.oversight.make(association=own.association, committee=other.committee, stated_on=DAYS[1])
    settle(Oversight.objects.filter(association=own.association))
    limits = (
        Limit(),
        Limit(paths=(own.committee.path,)),
        Limit(paths=(own.committee.path, other.committee.path)),
        Limit(association_ids=(other.association.pk,)),
        Limit(authority_ids=(own.authority.pk,)),
        Limit(paths=(other.committee.path,), association_ids=(own.association.pk,)),
    )
    for limit in limits:
        seen = AssociationPost.objects.filter(association__in=Association.objects.within(limit, day)).order_by("pk")
        asked = AssociationPost.objects.filter(belongs_within(limit, day)).order_by("pk")
        assert list(asked) == list(seen)
