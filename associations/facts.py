"""What holds of each association on a day, as far as the registry alone can tell."""

from __future__ import annotations

import datetime

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from associations.models import (
    AUTHORITY_COLUMNS,
    Association,
    AssociationPost,
    CharterClause,
    DailyWork,
    Decoupling,
    Headcount,
    Oversight,
    PartyMembership,
)
from associations.rules import PARTY_MEMBERSHIPS, SUPERVISOR_TITLES
from portal.core.access import Limit


def association_facts(as_of: datetime.date) -> QuerySet[Association]:
    """Return one row for each association in S on `as_of` with committee, headcounts, charter clause and counts of leaders."""
    own = OuterRef("pk")
    overseen = Oversight.objects.live_at(as_of).filter(association=own).order_by("-stated_on")
    leaders = AssociationPost.objects.live_at(as_of).leaders().filter(association=own)
    in_the_party = PartyMembership.objects.live_at(as_of).filter(
        person=OuterRef("person"), membership__in=PARTY_MEMBERSHIPS
    )
    return Association.objects.live_at(as_of).annotate(
        committee_id=Subquery(overseen.values("committee_id")[:1]),
        committee_path=Coalesce(Subquery(overseen.values("committee__path")[:1]), Value("")),
        formal_members=headcount_at(as_of, "formal"),
        probationary_members=headcount_at(as_of, "probationary"),
        has_charter_clause=Exists(CharterClause.objects.live_at(as_of).filter(association=own, included=True)),
        is_decoupled=Exists(Decoupling.objects.live_at(as_of).filter(association=own, decoupled=True)),
        has_supervisors=Exists(
            AssociationPost.objects.live_at(as_of).filter(association=own, title__in=SUPERVISOR_TITLES)
        ),
        leader_posts=counted(leaders),
        leader_party_posts=counted(leaders.filter(Exists(in_the_party))),
    )


def headcount_at(as_of: datetime.date, column: str) -> Coalesce:
    """Return the expression for one figure of the headcount in force on `as_of`: the latest, else the earliest, else 0."""
    figures = Headcount.objects.at(as_of).filter(association=OuterRef("pk"), **{f"{column}__isnull": False})
    return Coalesce(Subquery(figures.values(column)[:1]), Value(0), output_field=IntegerField())


def counted(rows: QuerySet[AssociationPost]) -> Coalesce:
    """Return the number of correlated `rows` of the outer association as an expression."""
    counts = rows.order_by().values("association").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counts), Value(0), output_field=IntegerField())


def belongs_within(limit: Limit, day: datetime.date) -> Q:
    """Return the condition that a row's association lies within `limit` on `day`, asked row by row.

    The same rows as `association__in=Association.objects.within(limit, day)`; inside a correlated subquery that one would
    be worked out for the whole province once for each outer row.
    """
    condition = Q(association__in=limit.association_ids)
    for column in AUTHORITY_COLUMNS if limit.authority_ids else ():
        condition |= Q((f"association__{column}__in", limit.authority_ids))
    overseen = Oversight.objects.live_at(day).filter(association=OuterRef("association"))
    for path in limit.paths:
        condition |= Q(Exists(overseen.filter(committee__path__startswith=path)))
    return condition


def marked_posts(posts: QuerySet[AssociationPost], as_of: datetime.date) -> QuerySet[AssociationPost]:
    """Annotate posts with `is_daily`, whether the holder runs the daily work, and `membership`, the holder's on `as_of`."""
    running = DailyWork.objects.live_at(as_of).filter(post=OuterRef("pk"), runs_daily=True)
    stated = PartyMembership.objects.live_at(as_of).filter(person=OuterRef("person"))
    return posts.annotate(is_daily=Exists(running), membership=Subquery(stated.values("membership")[:1]))
