import pytest

from partyorgs.organizations.rules import joint_partners


@pytest.mark.parametrize(
    ("formal", "neighbours", "partners"),
    (
        (2, [("甲", 1)], ["甲"]),
        (1, [("甲", 1), ("乙", 2)], ["乙"]),
        (0, [("甲", 1), ("乙", 1), ("丙", 1)], ["甲", "乙", "丙"]),
        (0, [("甲", 1), ("乙", 1)], []),
        (2, [("甲", 0)], []),
        (2, [], []),
        (1, [("近", 1), ("远", 1), ("更远", 1)], ["近", "远"]),
    ),
)
def test_as_few_neighbours_as_make_three_formal_members_are_named(formal, neighbours, partners):
    assert joint_partners(formal, neighbours) == partners


def test_a_joint_branch_has_at_most_five_units():
    assert len(joint_partners(0, [(str(number), 1) for number in range(9)])) <= 4
