import datetime
from decimal import Decimal

import pytest

from partyorgs.planning.indicators import target_at, target_lines
from partyorgs.planning.models import CoverageTarget
from partyorgs.planning.services.targets import change_target, delete_target, set_target
from portal.core.access import subtree_limit
from portal.core.choices import AuditAction
from portal.core.errors import RuleViolation
from portal.core.measures import Rate
from portal.core.models import AuditEntry
from tests import recipes

pytestmark = pytest.mark.django_db
DUE = datetime.date(2025, 12, 31)


def told(**changed):
    return {
        "indicator": "org_coverage",
        "due_on": DUE,
        "value": Decimal("80.00"),
        "source": "2025年工作要点",
        **changed,
    }


def test_set_target_keeps_the_document_it_comes_from(province, province_user):
    target = set_target(committee=province, actor=province_user, **told(source=" 2025年工作要点 "))
    entry = AuditEntry.objects.get(action=AuditAction.CREATE, target_type="partyorgs.coveragetarget")
    assert (target.source, entry.target_id, entry.actor) == ("2025年工作要点", target.pk, province_user)


@pytest.mark.parametrize(
    ("changed", "field"),
    (
        ({"source": "  "}, "source"),
        ({"indicator": "nothing"}, "indicator"),
        ({"value": Decimal("100.01")}, "value"),
        ({"value": Decimal(-1)}, "value"),
    ),
)
def test_set_target_refuses_what_cannot_be_judged_by(province, province_user, changed, field):
    with pytest.raises(RuleViolation) as refusal:
        set_target(committee=province, actor=province_user, **told(**changed))
    assert (refusal.value.field, CoverageTarget.objects.count()) == (field, 0)


def test_set_target_refuses_a_second_one_for_the_same_day(province, province_user):
    set_target(committee=province, actor=province_user, **told())
    with pytest.raises(RuleViolation, match="该机构、指标和期限的目标已存在"):
        set_target(committee=province, actor=province_user, **told(value=Decimal(90)))


def test_change_target_records_what_stood_there(province, province_user):
    target = recipes.target.make(committee=province)
    change_target(target=target, committee=province, actor=province_user, **told(value=Decimal("85.00")))
    entry = AuditEntry.objects.get(action=AuditAction.CORRECT)
    assert (CoverageTarget.objects.get().value, entry.data["before"] != entry.data["after"]) == (Decimal("85.00"), True)


def test_delete_target_keeps_the_reason(province, province_user):
    delete_target(target=recipes.target.make(committee=province), reason="录重了", actor=province_user)
    assert (CoverageTarget.objects.count(), AuditEntry.objects.get(action=AuditAction.END).data["reason"]) == (
        0,
        "录重了",
    )


def test_the_nearest_ancestors_target_applies_where_there_is_no_own(province, own):
    own.target.delete()
    above = recipes.target.make(committee=province)
    assert target_at([above], own.committee.path, "org_coverage", DUE) == above


def test_an_own_target_comes_before_the_ancestors_even_when_it_is_past(province, own):
    above = recipes.target.make(committee=province, due_on=DUE)
    own.target.due_on = datetime.date(2023, 12, 31)
    assert target_at([above, own.target], own.committee.path, "org_coverage", DUE) == own.target


def test_a_target_applies_until_its_very_day(province):
    first = recipes.target.prepare(committee=province, due_on=datetime.date(2024, 12, 31))
    second = recipes.target.prepare(committee=province, due_on=DUE)
    days = (datetime.date(2024, 12, 31), datetime.date(2025, 1, 1))
    assert [target_at([second, first], province.path, "org_coverage", day) for day in days] == [first, second]


def test_another_committees_target_never_applies(own, other):
    assert target_at([other.target], own.committee.path, "org_coverage", DUE) is None


def test_each_target_stands_beside_the_figure_of_its_own_subtree(province, own, other):
    other.affiliation.delete()
    lines = target_lines([own.target, other.target], datetime.date(2024, 12, 31), subtree_limit(province))
    assert [(line.rate, line.met, line.short_of) for line in lines] == [(Rate(1, 1), True, 0), (Rate(0, 1), False, 1)]


def test_what_a_later_cycle_feeds_has_a_target_but_no_figure(province):
    target = recipes.target.make(committee=province, indicator="secretary_training_rate")
    (line,) = target_lines([target], DUE, subtree_limit(province))
    assert (line.rate, line.met, line.short_of, line.waits_for) == (None, None, None, "培训记录启用后计算")


# --- the pages ---


def posted(committee, **changed):
    return {"committee": committee.pk, **{name: str(value) for name, value in told(**changed).items()}}


def test_the_province_sets_a_target_in_the_browser(client_of, province):
    answer = client_of("province").post("/targets/new/", posted(province))
    assert (answer.status_code, CoverageTarget.objects.get().value) == (302, Decimal("80.00"))


def test_a_refused_target_keeps_what_was_typed_and_says_why(client_of, province):
    recipes.target.make(committee=province)
    answer = client_of("province").post("/targets/new/", posted(province, source="另一个文件"))
    text = answer.content.decode()
    assert ("该机构、指标和期限的目标已存在" in text, "另一个文件" in text) == (True, True)


def test_deleting_asks_for_a_reason(client_of, own):
    address = f"/targets/{own.target.pk}/delete/"
    client = client_of("province")
    assert client.post(address, {"reason": ""}).status_code == 200
    assert client.post(address, {"reason": "录错了"}).status_code == 302
    assert CoverageTarget.objects.filter(pk=own.target.pk).exists() is False


def test_a_committee_reads_its_own_targets_and_nobody_elses(client_of, own, other):
    page = client_of("committee").get("/targets/").context["page_obj"]
    assert [line.target for line in page] == [own.target]
