"""An association's facts on a day with all that the work cycles add: one row, one question, a table a subject.

Each subject says what it adds (`add_columns`) and reads what the others added through the joined row, without knowing them.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import QuerySet

from associations.facts import association_facts
from partyorgs.organizations.facts import fact_rows, with_party_facts, with_terms
from partyorgs.organizations.models import AssociationFact, FactRow, StoredFact
from portal.core.snapshots import Addition, Annotation, derive_facts, keep_additions

# Those of the registry's columns by which any rows are narrowed and grouped.
NARROWING = (
    "committee_id",
    "committee_path",
    "region_id",
    "industry_id",
    "kind",
    "competent_authority_id",
    "industry_authority_id",
    "registration_authority_id",
)
_ADDITIONS: list[Addition] = []
_ANNOTATIONS: dict[str, Annotation] = {}
_ROWS: list[type[FactRow]] = []


def add_columns(annotate: Annotation, table: type[models.Model], relation: str, *, named: tuple[str, ...] = ()) -> None:
    """Let a subject add columns to every association's facts.

    `annotate` works them out over associations; `table` keeps them with a snapshot, and is reached from the registry's
    stored facts by `relation`; `named` are the registry's columns that the subject's indicators name.
    """
    _ADDITIONS.append(Addition(table, relation, (*NARROWING, *named)))
    _ADDITIONS.sort(key=lambda addition: addition.relation)  # whatever is imported first, every process asks the same
    _ANNOTATIONS[relation] = annotate


def read_through(row: type[FactRow]) -> None:
    """Read the joined rows through an unmanaged model that has the columns of every subject."""
    _ROWS[:] = [row]


def reviewed_facts_at(as_of: datetime.date) -> QuerySet[Any]:
    """Return the facts of every association in S on `as_of` with what the work cycles add, one row each."""
    return _asked_at(as_of).all()


@lru_cache(maxsize=64)
def _asked_at(as_of: datetime.date) -> QuerySet[Any]:
    """Write the question once for a day, as the lower floor does. Nothing is read here."""
    associations = with_party_facts(association_facts(as_of), as_of)
    for relation in sorted(_ANNOTATIONS):
        associations = _ANNOTATIONS[relation](associations, as_of)
    return fact_rows(_ROWS[0], associations)


def reviewed_facts_with_terms(as_of: datetime.date) -> QuerySet[AssociationFact]:
    """Return the same rows with both term clocks: every column that any indicator names."""
    return with_terms(reviewed_facts_at(as_of), as_of)


keep_additions(reviewed_facts_at, StoredFact, _ADDITIONS)
derive_facts(reviewed_facts_with_terms, reviewed_facts_at, with_terms)
