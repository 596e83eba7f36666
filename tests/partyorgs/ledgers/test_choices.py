"""Words of the ledger import that agree with those of the ground floor."""

from partyorgs.ledgers.choices import ProblemKind
from portal.core.choices import CellFaultKind


def test_every_fault_of_a_cell_is_a_problem_of_a_ledger_with_the_same_word() -> None:
    assert {kind.value: ProblemKind(kind).label for kind in CellFaultKind} == dict(CellFaultKind.choices)
