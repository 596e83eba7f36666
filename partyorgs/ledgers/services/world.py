"""What the parts of the planner share: the ledger, what the portal knows of it, and the changes planned so far."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from partyorgs.ledgers.choices import ProblemKind
from partyorgs.ledgers.services.changes import ChangePlan
from partyorgs.ledgers.services.records import LedgerAssociation, LedgerOrganization
from partyorgs.ledgers.services.registry import Registry
from partyorgs.ledgers.xlsx.reader import Ledger, Row
from portal.core.dated import Stated
from portal.core.models import Committee


@dataclass
class LedgerWorld:
    """One ledger being planned. Each part of the planner reads `registry` and adds to `plan` and to the ledger's problems."""

    ledger: Ledger
    root: Committee
    create_committees: bool
    registry: Registry
    plan: ChangePlan
    committees: dict[str, Committee]  # below `root`, by the name that a ledger writes
    named_organizations: list[LedgerOrganization] = field(default_factory=list)  # in the order of the ledger's rows

    @classmethod
    def of(cls, ledger: Ledger, root: Committee, *, create_committees: bool, ticked: tuple[str, ...]) -> LedgerWorld:
        """Read what the portal knows of a ledger's associations; nothing is planned yet."""
        registry = Registry(ledger)
        plan = ChangePlan(ledger.as_of, ticked)
        return cls(ledger, root, create_committees, registry, plan, registry.committees_below(root))

    @property
    def as_of(self) -> datetime.date:
        return self.ledger.as_of

    def warn(self, row: Row, key: str, kind: ProblemKind, message: str) -> None:
        """Note something odd at a cell of the ledger."""
        self.ledger.warn(row, key, kind, message)

    def state(
        self,
        association: LedgerAssociation,
        statements: list[Any],
        new: Stated,
        value_name: str,
        *,
        cell: str,
        described_before: datetime.date | None,
    ) -> None:
        """Plan a statement; `described_before` is the ledger that described its thing last."""
        self.plan.state(
            statements, new, value_name, described_on=described_before, cell=cell, association=association.row
        )
