import datetime

import pytest

from partyorgs.organizations.choices import Setup
from partyorgs.organizations.indicators import INDICATORS
from portal.core.access import Limit, Scope, scope_of, subtree_limit
from portal.core.choices import Role
from portal.core.measures import Rate
from portal.dashboard.panels import card, coverage, crossings, figures
from portal.dashboard.panels.coverage import Goal
from tests import recipes

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 12, 31)


def cover(association, **made):
    """Give an association an own branch founded in 2016, its term as `made` says."""
    organization = recipes.organization.make(**made)
    recipes.organization_setup.make(organization=organization)
    recipes.affiliation.make(organization=organization, association=association)
    return organization


def many(committee, count, covered):
    """Return `count` associations of a committee, the first `covered` of them with an own organization."""
    made = [recipes.association.make() for _ in range(count)]
    for association in made:
        recipes.oversight.make(association=association, committee=committee)
    for association in made[:covered]:
        cover(association)
    return made


def test_339_of_424_has_not_met_80_percent_and_lacks_one():
    target = recipes.target.prepare(value=80, due_on=datetime.date(2025, 12, 31))
    goal = Goal(target, Rate(339, 424), DAY)
    assert (goal.rate.percent, goal.met, goal.short_of, goal.days_left, goal.pace) == ("79.95", False, 1, 365, "0.1")


def test_340_of_424_has_met_80_percent_and_needs_no_pace():
    goal = Goal(recipes.target.prepare(value=80), Rate(340, 424), DAY)
    assert (goal.rate.percent, goal.met, goal.short_of, goal.pace) == ("80.18", True, 0, "")


def test_a_target_whose_day_is_over_tells_by_how_much_and_asks_for_no_pace():
    goal = Goal(recipes.target.prepare(value=80, due_on=datetime.date(2024, 6, 30)), Rate(1, 2), DAY)
    assert (goal.days_left, goal.days_over, goal.pace) == (-184, 184, "")


def test_the_province_sees_what_is_missing_to_its_target(province_user, province, own):
    many(own.committee, 3, 1)
    recipes.target.make(committee=province, value=80)
    found = coverage.overview(scope_of(province_user), DAY)
    assert (found.associations, found.lead.rate, found.lead.goal.short_of) == (4, Rate(2, 4), 2)


def test_kinds_of_organization_are_counted_apart_and_never_added(province_user, own):
    for setup in (Setup.JOINT, Setup.FUNCTIONAL):
        organization = recipes.organization.make()
        recipes.organization_setup.make(organization=organization, setup=setup)
        recipes.affiliation.make(organization=organization, association=own.association)
    found = coverage.overview(scope_of(province_user), DAY)
    assert [(setup.name, setup.count) for setup in found.setups] == [
        ("单独组建", 1),
        ("联合组建", 1),
        ("功能型", 1),
        ("依托组建", 0),
    ]


def test_ranking_compares_exact_results_and_equal_ones_share_a_place(province_user, province, own, other):
    third = recipes.committee.make(name="第三行业党委", parent=province, path=recipes.path(3, parent=province))
    many(third, 3, 2)
    found = coverage.overview(scope_of(province_user), DAY)
    assert [(ranked.place, ranked.name, str(ranked.rate)) for ranked in found.ranking] == [
        (1, "家具行业党委", "100.00 %（1/1）"),
        (1, "钟表行业党委", "100.00 %（1/1）"),
        (3, "第三行业党委", "66.66 %（2/3）"),
    ]


def test_a_committee_without_target_of_its_own_is_judged_by_its_nearest_superior(committee_user, province, own):
    own.target.delete()
    recipes.target.make(committee=province, value=90)
    found = coverage.overview(scope_of(committee_user), DAY)
    assert found.lead.goal.target.value == 90


def test_of_several_targets_the_next_due_applies_and_after_all_are_due_the_last(province_user, province, own):
    for year, value in ((2024, 70), (2025, 80), (2026, 90)):
        recipes.target.make(committee=province, due_on=datetime.date(year, 12, 31), value=value)
    scope = scope_of(province_user)
    days = (DAY, datetime.date(2025, 1, 1), datetime.date(2027, 1, 1))
    assert [coverage.overview(scope, day).lead.goal.target.value for day in days] == [70, 80, 90]


def test_what_asks_for_action_names_overdue_terms_first(committee_user, own):
    own.election.delete()
    poor = many(own.committee, 1, 0)[0]
    recipes.headcount.make(association=poor, formal=1)
    found = coverage.overview(scope_of(committee_user), DAY)
    assert [(action.name, action.count) for action in found.actions] == [
        ("党组织应换届未换届", 1),
        ("协会应换届未换届", 1),
        ("党员不足无法建", 1),
    ]


def test_a_viewer_is_asked_for_nothing(viewer_user):
    assert coverage.overview(scope_of(viewer_user), DAY).actions == ()


def test_the_trend_speaks_of_the_last_eight_quarters_and_the_day(province_user, own):
    chart = coverage.overview(scope_of(province_user), datetime.date(2024, 11, 15)).trend
    assert (chart.categories[0], chart.categories[-2:], len(chart.categories)) == (
        "2022-12-31",
        ("2024-09-30", "2024-11-15"),
        9,
    )


def test_a_chart_rounds_down_and_leaves_out_what_has_no_population():
    assert [
        coverage.Chart("a", "bar", "", DAY, ("x",), (series,)).data["series"][0]["values"]
        for series in (
            coverage.Series("", (Rate(339, 424),), ("",)),
            coverage.Series("", (Rate(0, 0),), ("",)),
        )
    ] == [[79.95], [None]]


def test_what_a_later_cycle_feeds_has_no_rate(province_user, own):
    others = coverage.overview(scope_of(province_user), DAY).others
    waiting = next(figure for figure in others if figure.indicator.code == "secretary_training_rate")
    assert (waiting.rate, waiting.computation) == (None, "培训记录启用后计算")


def test_before_any_report_was_due_effective_coverage_has_no_population(province_user, own):
    effective = coverage.overview(scope_of(province_user), DAY).trio[2]
    assert (effective.rate, effective.rate.percent) == (Rate(0, 0), "—")


# --- the five kinds of hard case ---


def test_joint_partners_are_named_for_associations_with_too_few_members(province_user, own):
    committee = own.committee
    names = {}
    for name, formal in (("甲", 1), ("乙", 2), ("丙", 0), ("丁", 1)):
        association = recipes.association.make(name=f"{name}协会")
        recipes.oversight.make(association=association, committee=committee)
        recipes.headcount.make(association=association, formal=formal)
        names[association.pk] = name
    limit = subtree_limit(committee)
    indicator = figures.HARD_CASE_COUNTS[figures.TOO_FEW_MEMBERS]
    rows = figures.rows_behind(indicator, DAY, limit).filter(indicator.numerator)
    lines = figures.with_partners(figures.lines_of(rows, province_user, DAY, DAY), DAY, limit)
    assert {names[line.fact.pk]: line.partners for line in lines} == {
        "甲": ("乙协会",),
        "乙": ("丁协会",),
        "丙": ("乙协会", "丁协会"),
        "丁": ("乙协会",),
    }


def test_without_enough_neighbours_a_functional_branch_or_an_instructor_is_proposed(province_user, own):
    alone = recipes.association.make(name="孤单协会")
    recipes.oversight.make(association=alone, committee=own.committee)
    recipes.headcount.make(association=alone, formal=2)
    limit = subtree_limit(own.committee)
    indicator = figures.HARD_CASE_COUNTS[figures.TOO_FEW_MEMBERS]
    rows = figures.rows_behind(indicator, DAY, limit).filter(indicator.numerator)
    (line,) = figures.with_partners(figures.lines_of(rows, province_user, DAY, DAY), DAY, limit)
    assert (line.partners, line.proposal) == ((), "附近没有可联合的协会，建立功能型党组织，或者选派党建工作指导员")


# --- cross-appointments ---


def test_the_matrix_counts_people_who_hold_both_posts(province_user, own, other):
    matrix = crossings.matrix(scope_of(province_user).limit, DAY, None, province_user, DAY)
    counts = {row.name: [cell.people for cell in row.cells] for row in matrix.rows}
    assert (counts["会长（理事长）"], counts["主持日常工作"], counts["秘书长"]) == (
        [2, 0, 0, 0, 0, 0],
        [2, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    )


def test_posts_at_two_associations_are_no_cross_appointment(province_user, own):
    person = recipes.person.make()
    recipes.party_post.make(organization=own.organization, association=own.association, person=person)
    elsewhere = recipes.association.make()
    recipes.oversight.make(association=elsewhere, committee=own.committee)
    recipes.association_post.make(association=elsewhere, person=person)
    matrix = crossings.matrix(scope_of(province_user).limit, DAY, None, province_user, DAY)
    assert matrix.rows[0].cells[0].people == 1


def test_a_post_that_ends_on_the_day_is_over_and_one_that_begins_on_it_counts(province_user, own):
    scope = scope_of(province_user)
    own.party_post.ends_on = DAY
    own.party_post.save()
    assert crossings.matrix(scope.limit, DAY, None, province_user, DAY).rows[0].cells[0].people == 0
    recipes.party_post.make(
        organization=own.organization, association=own.association, person=own.person, begins_on=DAY
    )
    assert crossings.matrix(scope.limit, DAY, None, province_user, DAY).rows[0].cells[0].people == 1


def test_every_cell_opens_to_as_many_people_as_it_shows(province_user, own, other):
    limit = scope_of(province_user).limit
    matrix = crossings.matrix(limit, DAY, None, province_user, DAY)
    for post, row in zip(crossings.POSTS, matrix.rows, strict=True):
        for party_post, cell in zip(crossings.PARTY_POSTS, row.cells, strict=True):
            holders = crossings.holders_of(limit, DAY, post, party_post, user=province_user, today=DAY)
            assert len({holder.person_id for holder in holders}) == cell.people


def test_who_could_cross_and_does_not_is_named(province_user, own):
    own.party_post.delete()
    matrix = crossings.matrix(scope_of(province_user).limit, DAY, None, province_user, DAY)
    assert [line.fact.name for line in matrix.could.lines] == [own.association.name]


# --- the secretary's card ---


def test_the_card_tells_what_is_known_and_what_is_due_next(secretary_user, own):
    own.post.begins_on = datetime.date(2022, 1, 1)
    own.post.save()
    own.headcount.as_of = datetime.date(2024, 12, 1)
    own.headcount.save()
    (found,) = card.cards(scope_of(secretary_user).limit, DAY)
    assert (found.name, found.missing, [(due.name, due.day) for due in found.due]) == (
        own.association.name,
        (),
        [
            ("报送党员与从业人员数", datetime.date(2025, 3, 1)),
            ("党组织换届", datetime.date(2026, 5, 1)),
            ("协会换届", datetime.date(2027, 1, 1)),
        ],
    )


def test_the_card_names_everything_that_is_missing(secretary_user, own):
    for row in (own.affiliation, own.instructor, own.charter_clause, own.headcount, own.daily_work, own.post):
        row.delete()
    (found,) = card.cards(scope_of(secretary_user).limit, DAY)
    assert found.missing == (
        "尚未被党组织覆盖：可联合组建或者建立功能型党组织。",
        "尚未选派党建工作指导员。",
        "没有登记在任会长（理事长）。",
        "党建内容尚未写入章程。",
        "还没有登记党员与从业人员数。",
    )


def test_a_term_over_and_an_old_headcount_are_missing_from_their_very_day(secretary_user, own):
    own.election.delete()
    (found,) = card.cards(scope_of(secretary_user).limit, DAY)
    assert found.missing == (
        "党组织任期已届满，应换届未换届。",
        "协会任期已届满五年，应换届未换届。",
        "党员与从业人员数已超过一个季度未更新。",
    )


def test_the_card_of_an_association_gone_says_so(secretary_user, own):
    own.association.deregistered_on = DAY
    own.association.save()
    (found,) = card.cards(scope_of(secretary_user).limit, DAY)
    assert (found.is_registered, found.missing) == (False, ())


# --- lists ---


def test_every_row_that_does_not_count_has_its_reason(province_user, own):
    bare = many(own.committee, 1, 0)[0]
    recipes.instructor.make(association=bare)
    rows = figures.rows_behind(INDICATORS["org_coverage"], DAY, scope_of(province_user).limit)
    assert {row.name: row.reason for row in rows} == {
        own.association.name: "",
        bare.name: "未建立党组织，仅选派党建工作指导员",
    }


def test_an_association_that_has_since_moved_is_named_without_a_link(committee_user, own, other):
    recipes.oversight.make(
        association=own.association,
        committee=other.committee,
        stated_on=datetime.date(2025, 1, 1),
        begins_on=datetime.date(2025, 1, 1),
    )
    own.oversight.ends_on = datetime.date(2025, 1, 1)
    own.oversight.save()
    rows = figures.rows_behind(INDICATORS["org_coverage"], DAY, scope_of(committee_user).limit)
    (line,) = figures.lines_of(rows, committee_user, DAY, datetime.date(2025, 6, 1))
    assert (line.fact.name, line.url) == (own.association.name, "")


def test_nobody_without_a_scope_is_shown_a_figure(own):
    found = coverage.overview(Scope(roles=frozenset({Role.VIEWER}), limit=Limit()), DAY)
    assert (found.associations, found.lead.rate) == (0, Rate(0, 0))
