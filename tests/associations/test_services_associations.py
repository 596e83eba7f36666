import datetime

import pytest

from associations.choices import AssociationKind
from associations.models import Association, CharterClause, Decoupling, Oversight
from associations.services.associations import (
    correct_association,
    deregister_association,
    edit_association,
    move_association,
    move_associations,
    register_association,
)
from associations.services.statements import correct_statement, state_charter_clause
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry, Committee, User
from tests import recipes
from tests.conftest import Side

REGISTERED = datetime.date(2015, 1, 1)
MOVED = datetime.date(2024, 10, 1)


def register(actor: User, committee: Committee, **changed: object) -> Association:
    told = {
        "uscc": recipes.credit_code(),
        "name": "江苏省模具行业协会",
        "kind": AssociationKind.ASSOCIATION,
        "registered_on": REGISTERED,
        "charter_clause": True,
        "decoupled": False,
    }
    return register_association(actor=actor, committee=committee, **{**told, **changed})


def committee_at(association: Association, day: datetime.date) -> Committee:
    return Oversight.objects.live_at(day).get(association=association).committee


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


def test_register_association_states_oversight_clause_and_decoupling_for_as_long_as_anything_is_known(
    province_user: User, own: Side
) -> None:
    association = register(province_user, own.committee)
    before_registration = datetime.date(2010, 1, 1)
    assert committee_at(association, before_registration) == own.committee
    assert CharterClause.objects.live_at(before_registration).get(association=association).included is True
    assert Decoupling.objects.live_at(before_registration).get(association=association).decoupled is False


def test_register_association_leaves_unsaid_what_is_not_known(province_user: User, own: Side) -> None:
    association = register(province_user, own.committee, charter_clause=None, decoupled=None)
    assert (association.charter_clauses.count(), association.decouplings.count()) == (0, 0)


def test_register_association_refuses_a_wrong_check_digit(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        register(province_user, own.committee, uscc="513200005000002851")
    assert (refusal.value.field, refusal.value.message) == (
        "uscc",
        "统一社会信用代码的末位校验码不对，请核对是否抄错。",
    )


def test_register_association_refuses_a_code_that_is_registered(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        register(province_user, own.committee, uscc=own.association.uscc)
    assert refusal.value.message == "该统一社会信用代码已登记。"


def test_move_association_leaves_the_days_before_to_the_old_committee(
    province_user: User, own: Side, other: Side
) -> None:
    move_association(
        association=own.association, actor=province_user, committee=other.committee, from_date=MOVED, reason="调整"
    )
    assert committee_at(own.association, MOVED - datetime.timedelta(days=1)) == own.committee
    assert committee_at(own.association, MOVED) == other.committee


def test_move_association_says_from_where_to_where_in_the_log(province_user: User, own: Side, other: Side) -> None:
    move_association(
        association=own.association, actor=province_user, committee=other.committee, from_date=MOVED, reason="调整"
    )
    entry = last_entry()
    assert (entry.action, entry.target_id, entry.data["reason"]) == (AuditAction.CHANGE, own.association.pk, "调整")
    assert (entry.data["before"], entry.data["after"]) == (
        {"党建工作领导机构": "家具行业党委"},
        {"党建工作领导机构": "钟表行业党委", "说明日期": "2024-10-01"},
    )


def test_move_association_refuses_the_committee_it_answers_to_already(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation) as refusal:
        move_association(
            association=own.association, actor=province_user, committee=own.committee, from_date=MOVED, reason="调整"
        )
    assert refusal.value.field == "committee"


@pytest.mark.parametrize("day", (REGISTERED, MOVED))
def test_move_association_refuses_the_day_of_registration_and_a_day_used_already(
    province_user: User, own: Side, other: Side, day: datetime.date
) -> None:
    told = {"association": own.association, "actor": province_user, "committee": other.committee, "reason": "调整"}
    move_association(from_date=MOVED, **told)
    with pytest.raises(RuleViolation) as refusal:
        move_association(from_date=day, **told)
    assert refusal.value.field == "from_date"


def test_move_associations_moves_all_but_those_already_there(province_user: User, own: Side, other: Side) -> None:
    moved = move_associations(
        associations=[own.association, other.association],
        actor=province_user,
        committee=other.committee,
        from_date=MOVED,
        reason="调整",
    )
    assert moved == 1
    assert committee_at(own.association, MOVED) == other.committee


def test_move_associations_moves_none_where_one_is_refused(province_user: User, own: Side, other: Side) -> None:
    young = register(province_user, own.committee, name="江苏省新协会", registered_on=MOVED)
    with pytest.raises(RuleViolation, match="江苏省新协会"):
        move_associations(
            associations=[own.association, young],
            actor=province_user,
            committee=other.committee,
            from_date=MOVED,
            reason="调整",
        )
    assert committee_at(own.association, MOVED) == own.committee


def test_correct_statement_rewrites_the_day_and_settles_all_spans(province_user: User, own: Side, other: Side) -> None:
    moved = move_association(
        association=own.association, actor=province_user, committee=other.committee, from_date=MOVED, reason="调整"
    )
    correct_statement(
        statement=moved,
        actor=province_user,
        reason="日期抄错",
        values={"stated_on": datetime.date(2024, 7, 1)},
    )
    assert committee_at(own.association, datetime.date(2024, 6, 30)) == own.committee
    assert committee_at(own.association, datetime.date(2024, 7, 1)) == other.committee
    assert last_entry().action == AuditAction.CORRECT


def test_a_second_clause_holds_from_its_day_and_the_first_before_it(province_user: User, own: Side) -> None:
    state_charter_clause(
        association=own.association, actor=province_user, included=False, stated_on=datetime.date(2025, 3, 1), reason=""
    )
    included = [
        CharterClause.objects.live_at(day).get(association=own.association).included
        for day in (datetime.date(2025, 2, 28), datetime.date(2025, 3, 1))
    ]
    assert included == [True, False]


def test_deregister_association_ends_it_on_the_first_day_without_it(province_user: User, own: Side) -> None:
    deregister_association(association=own.association, actor=province_user, on=MOVED, reason="解散")
    assert Association.objects.live_at(MOVED - datetime.timedelta(days=1)).filter(pk=own.association.pk).exists()
    assert not Association.objects.live_at(MOVED).filter(pk=own.association.pk).exists()


@pytest.mark.parametrize("day", (datetime.date(2014, 12, 31), datetime.date(2025, 1, 1)))
def test_deregister_association_refuses_a_day_before_registration_and_a_second_time(
    province_user: User, own: Side, day: datetime.date
) -> None:
    if day.year == 2025:
        deregister_association(association=own.association, actor=province_user, on=MOVED, reason="解散")
    with pytest.raises(RuleViolation):
        deregister_association(association=own.association, actor=province_user, on=day, reason="解散")


def test_correct_association_takes_a_deregistration_back(province_user: User, own: Side) -> None:
    deregister_association(association=own.association, actor=province_user, on=MOVED, reason="解散")
    correct_association(
        association=own.association, actor=province_user, reason="误登记", values={"deregistered_on": None}
    )
    own.association.refresh_from_db()
    assert (own.association.deregistered_on, own.association.deregistration_reason) == (None, "")


def test_correct_association_keeps_before_after_and_reason_and_the_keys_of_search(
    province_user: User, own: Side
) -> None:
    correct_association(
        association=own.association, actor=province_user, reason="抄错", values={"name": "江苏省木业协会"}
    )
    own.association.refresh_from_db()
    entry = last_entry()
    assert own.association.initials == "jssmyxh"
    assert (entry.action, entry.data["reason"]) == (AuditAction.CORRECT, "抄错")
    assert (entry.data["before"], entry.data["after"]) == ({"名称": "江苏省家具行业协会"}, {"名称": "江苏省木业协会"})


def test_correct_association_wants_a_reason_and_a_difference(province_user: User, own: Side) -> None:
    with pytest.raises(RuleViolation, match="请写明更正的原因"):
        correct_association(association=own.association, actor=province_user, reason=" ", values={"name": "乙"})
    with pytest.raises(RuleViolation, match="没有改动任何内容"):
        correct_association(
            association=own.association, actor=province_user, reason="抄错", values={"name": own.association.name}
        )


def test_edit_association_changes_what_describes_it_and_nothing_else(province_user: User, own: Side) -> None:
    region = recipes.region.make(name="测试地区")
    edit_association(
        association=own.association, actor=province_user, values={"region": region, "grade": "5A", "name": "乙"}
    )
    own.association.refresh_from_db()
    assert (own.association.region, own.association.grade, own.association.name) == (
        region,
        "5A",
        "江苏省家具行业协会",
    )
    assert last_entry().data["after"] == {"所在地": "测试地区", "评估等级": "5A"}
