"""Templates as values: conditions, answers, the one judge of them, what may be published, what the portal already knows."""

import datetime
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from portal.core.errors import RuleViolation
from reviews.questionnaires.choices import ItemType, RuleSeverity
from reviews.questionnaires.rules import edits
from reviews.questionnaires.rules.answers import changes_between, check_answer, parse_answer, show_answer, typed_answer
from reviews.questionnaires.rules.conditions import Answers, condition_from, holds, spoken
from reviews.questionnaires.rules.content import Content, Item, Rule, Section, content_of, json_of
from reviews.questionnaires.rules.cost import cost_of
from reviews.questionnaires.rules.expressions import ExpressionFault, parse, written
from reviews.questionnaires.rules.known import PROVIDERS, refusal_of
from reviews.questionnaires.rules.problems import Known, asked_of, completed, problems_of
from reviews.questionnaires.rules.soundness import faults_of
from reviews.questionnaires.services.versions import PRESETS
from reviews.reports.rules.preset import QUARTERLY

WHOLE, MONEY, TABLE = ItemType.WHOLE, ItemType.MONEY, ItemType.TABLE
SMALL = Content(
    (
        Section(
            "a",
            "甲栏",
            items=(
                Item("meetings", "支部党员大会", WHOLE, required=True),
                Item("members", "党员甲数", WHOLE),
                Item("fee", "经费", MONEY),
                Item("held", "已召开", ItemType.YES_NO),
                Item("day", "召开日期", ItemType.DATE),
                Item("kind", "形式", ItemType.CHOICE, options=("现场", "线上")),
                Item("ways", "途径", ItemType.CHOICES, options=("会议", "文件", "走访")),
                Item("short", "题目", ItemType.SHORT_TEXT, max_length=5),
                Item("matters", "事项表", TABLE, columns=(Item("n", "件数", WHOLE), Item("cost", "花费", MONEY))),
            ),
        ),
    )
)


def item(code: str) -> Item:
    found = SMALL.item(code)
    assert found is not None
    return found


# --- conditions ---

NOW = {
    "meetings": 2,
    "members": 13,
    "fee": 123450,
    "held": True,
    "day": "2026-03-01",
    "kind": "现场",
    "matters": [{"n": 2, "cost": 5000}, {"n": 3}],
}
LAST = {"members": 10, "meetings": 0, "day": "2026-02-01"}
CONDITIONS = (
    ("meetings >= 1", True),
    ("meetings >= 3", False),
    ("members - last(members) == 3", True),
    ("change(members) <= 30%", True),
    ("abs(change(members)) < 30%", False),
    ("change(meetings) <= 1000%", False),  # from nothing to something is without bound
    ("fee == 1234.5", True),
    ("fee / 0 > 1", None),
    ("sum(matters.n) == 5", True),
    ("sum(matters.cost) == 50", True),
    ("held", True),
    ("not held or meetings == 2", True),
    ('held == yes and kind == "现场"', True),
    ('kind != "线上"', True),
    ("day - last(day) == 28", True),
    ("1 + 2 * 3 - 4 / 2 == 5", True),
    ("-(1 - 3) == 2", True),
    ("given(short)", False),
    ("given(kind)", True),
    ("last(fee) >= 1", None),
    ("last(fee) >= 1 or held", True),
    ("last(fee) >= 1 and not held", False),
    ("last(fee) >= 1 and held", None),
    ("not (last(fee) >= 1)", None),
    ("1" + "+1" * 90 + " == 91", True),
)


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_a_condition_is_true_false_or_unknown(condition: str, expected: bool | None) -> None:  # noqa: FBT001
    assert holds(condition, Answers(SMALL, NOW, LAST)) is expected


@pytest.mark.parametrize("condition", [condition for condition, _ in CONDITIONS])
def test_a_condition_is_written_in_chinese_and_read_again_the_same(condition: str) -> None:
    kept = condition_from(condition, SMALL)
    assert condition_from(spoken(kept, SMALL), SMALL) == kept
    assert written(parse(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    (
        (
            "「支部党员大会」≥1 且 绝对值（变化率（「党员甲数」））<=30％",  # noqa: RUF001
            "meetings >= 1 and abs(change(members)) <= 30%",
        ),
        ("合计(「事项表」.「件数」) ＞ 0 或 非 「已召开」", "sum(matters.n) > 0 or not held"),  # noqa: RUF001
        ("（1＋2）×3 ＝ 9", "(1 + 2) * 3 == 9"),  # noqa: RUF001
        ("「形式」≠“线上”", 'kind != "线上"'),
        ("上期(「经费」) ÷ 2 ≤ 「经费」", "last(fee) / 2 <= fee"),
        ("1 - (2 - 3) == 2", "1 - (2 - 3) == 2"),
    ),
)
def test_a_condition_may_be_typed_as_officials_write(typed: str, kept: str) -> None:
    assert condition_from(typed, SMALL) == kept


@pytest.mark.parametrize(
    ("typed", "sentence"),
    (
        ("", "请填写条件。"),
        ("meetings >=", "条件不完整。"),
        ("meetings", "条件应是一个判断，例如：「支部党员大会」 ≥ 1。"),
        ("nothing >= 1", "没有编号为“nothing”的项目。"),
        ("「没有的」 >= 1", "没有名称为“没有的”的项目。"),
        ("held >= 1", "「已召开」 的类型是“是否”，这里应是“数”。"),
        ("kind == 1", "“文字”不能与“数”比较。"),
        ("1 < meetings < 3", "一次只能比较两个数，请用“且”连接。"),
        ("meetings >= 1 1", "“1”处有多余的内容。"),
        ("(meetings >= 1", "缺少“)”。"),
        ("sum(matters.x) > 1", "“事项表”没有可以合计的列“x”。"),
        ("sum(matters) > 1", "缺少“.”。"),
        ("ways == 1", "“途径”是多选，不能这样比较。"),
        ("change(day) > 1", "“召开日期”不是数，没有变化率。"),
        ("last(1) > 1", "括号里应是项目名称。"),
        ("__import__('os')", "“__import__”无法识别。"),
        ("meetings.__class__ == 1", "“__class__ ”无法识别。"),
        ("(" * 60 + "held" + ")" * 60, "条件嵌套过深，请拆成几条规则。"),
        ("not " * 60 + "held", "条件嵌套过深，请拆成几条规则。"),
        ("-" * 60 + "1 == 1", "条件嵌套过深，请拆成几条规则。"),
        ("held or " * 120 + "held", "条件过长，请拆成几条规则。"),
        ("1" * 3001, "条件不能超过 3000 个字符。"),
    ),
)
def test_a_condition_that_cannot_be_used_is_refused_with_a_reason(typed: str, sentence: str) -> None:
    with pytest.raises(ExpressionFault) as fault:
        condition_from(typed, SMALL)
    assert str(fault.value) == sentence


def test_numbers_are_exact() -> None:
    thirds = Content((Section("a", "甲", items=(Item("x", "数甲", WHOLE),)),))
    state = Answers(thirds, {"x": 13}, {"x": 10})
    assert holds("change(x) == 30%", state) is True
    assert Fraction("0.3") == Fraction(3, 10)


# --- one answer ---


@pytest.mark.parametrize(
    ("code", "raw", "answer", "sentence"),
    (
        ("meetings", "3", 3, ""),
        ("meetings", " 1,200 ", 1200, ""),
        ("meetings", 12.0, 12, ""),
        ("meetings", "３次", "３次", "应填不小于0的整数，没有的填0。"),
        ("meetings", "12人", 12, ""),
        ("meetings", "", None, ""),
        ("meetings", "无", None, ""),
        ("meetings", 0, 0, ""),
        ("meetings", "若干", "若干", "应填不小于0的整数，没有的填0。"),
        ("meetings", 1.5, "1.5", "应填不小于0的整数，没有的填0。"),
        ("meetings", "-1", "-1", "应填不小于0的整数。"),
        ("fee", "1234.5", 123450, ""),
        ("fee", 0.1 + 0.2, 30, ""),
        ("fee", "￥1,000元", 100000, ""),
        ("fee", "1.2万元", 1200000, ""),
        ("fee", "0", 0, ""),
        ("fee", "1.234", "1.234", "应填不小于0的金额，以元为单位，最多两位小数，没有的填0。"),
        ("fee", "约一千", "约一千", "应填不小于0的金额，以元为单位，最多两位小数，没有的填0。"),
        ("held", "是", True, ""),
        ("held", "否", False, ""),
        ("held", True, True, ""),
        ("held", "大概", "大概", "应填“是”或者“否”。"),
        ("day", "2026年3月1日", "2026-03-01", ""),
        ("day", datetime.datetime(2026, 3, 1), "2026-03-01", ""),  # noqa: DTZ001 -- what a workbook holds
        ("day", "2026-02-30", "2026-02-30", "没有这一天，应填实际日期，例如 2024-06-30。"),
        ("day", "2026-W01-1", "2026-W01-1", "应填完整的年月日，例如 2024-06-30。"),
        ("kind", "线上", "线上", ""),
        ("kind", "电话", "电话", "应从列表中选择：现场、线上。"),
        ("ways", ["走访", "会议"], ["会议", "走访"], ""),
        ("ways", "走访、会议", ["会议", "走访"], ""),
        ("ways", "走访、电话", "走访、电话", "应从列表中选择：会议、文件、走访。"),
        ("short", "一二三", "一二三", ""),
        ("short", "一二三四五六", "一二三四五六", "不能超过 5 个字，现有 6 个字。"),
        ("short", "a\x00b", "a\x00b", "含有无法识别的字符，请重新填写。"),
        ("matters", [{"n": "2", "cost": "1"}, {"n": "", "cost": ""}], [{"n": 2, "cost": 100}], ""),
        ("matters", [{"n": "多"}], [{"n": "多"}], "第1行“件数”：应填不小于0的整数，没有的填0。"),
        ("matters", [], None, ""),
    ),
)
def test_an_answer_is_read_or_told_what_was_expected(code: str, raw: Any, answer: Any, sentence: str) -> None:
    assert parse_answer(item(code), raw) == (answer, sentence)
    if answer is not None:
        assert check_answer(item(code), answer) == sentence


@pytest.mark.parametrize("code", sorted(NOW.keys() - {"matters"}))
def test_an_answer_in_its_field_is_read_again_the_same(code: str) -> None:
    answer = NOW[code]
    assert parse_answer(item(code), typed_answer(item(code), answer)) == (answer, "")


@pytest.mark.parametrize(
    ("code", "answer"),
    (
        ("meetings", "x"),
        ("meetings", 1.5),
        ("meetings", True),
        ("held", 1),
        ("day", 5),
        ("ways", "会议"),
        ("matters", "x"),
        ("matters", [1]),
        ("kind", ["现场"]),
    ),
)
def test_a_kept_answer_of_another_shape_is_never_taken(code: str, answer: Any) -> None:
    assert check_answer(item(code), answer) != ""
    assert problems_of(SMALL, {"meetings": 1, code: answer}, {}, {})[0].item == code


@pytest.mark.parametrize(
    ("code", "shown"),
    (
        ("fee", "1,234.50"),
        ("held", "是"),
        ("matters", "件数 2，花费 50；件数 3"),
        ("day", "2026-03-01"),
        ("short", "—"),
    ),
)
def test_an_answer_is_shown_as_it_is_read(code: str, shown: str) -> None:
    assert show_answer(item(code), NOW.get(code)) == shown


def test_bounds_are_told_in_the_measure_of_the_item() -> None:
    fee = Item("fee", "经费", MONEY, minimum=100, maximum=1000000)
    assert parse_answer(fee, "0.5") == (50, "不能小于 1。")
    assert parse_answer(fee, "20000") == (2000000, "不能大于 10,000。")


def test_what_changed_is_told_by_code_with_the_difference() -> None:
    before, after = {"meetings": 3, "fee": 100, "kind": "现场", "gone": 1}, {"meetings": 1, "fee": 100, "held": False}
    found = [
        (each.item.code, each.before, each.after, each.difference) for each in changes_between(SMALL, before, after)
    ]
    assert found == [("meetings", "3", "1", "−2"), ("held", "—", "否", ""), ("kind", "现场", "—", "")]  # noqa: RUF001


# --- what is known, asked, costs ---


def test_what_the_portal_knows_stands_unless_corrected() -> None:
    known = {"headcount.formal": Known(12), "organization.exists": Known(value=True)}
    told = completed(QUARTERLY, {"members_formal": 13, "has_organization": False}, known)
    assert (told["members_formal"], told["has_organization"]) == (13, True)
    assert completed(QUARTERLY, {}, known)["members_formal"] == 12


def test_an_association_without_an_organization_is_asked_nothing_about_one() -> None:
    asked = [each.code for each in asked_of(QUARTERLY, {"has_organization": False, "members_meetings": 3}, {})]
    assert asked == [
        "members_formal",
        "members_probationary",
        "staff",
        "member_firms",
        "has_organization",
        "instructor",
        "member_service",
        "region_service",
        "difficulties",
    ]


@pytest.mark.parametrize(("formal", "is_asked"), ((6, False), (7, True)))
def test_a_branch_committee_is_asked_about_from_seven_members(formal: int, is_asked: bool) -> None:  # noqa: FBT001
    asked = asked_of(QUARTERLY, {"has_organization": True, "members_formal": formal}, {})
    assert ("committee_meetings" in {each.code for each in asked}) is is_asked


def test_the_preset_is_sound_and_says_what_it_costs() -> None:
    assert faults_of(QUARTERLY) == []
    assert content_of(json_of(QUARTERLY)) == QUARTERLY
    assert PRESETS["quarterly"] is QUARTERLY
    cost = cost_of(QUARTERLY)
    assert (cost.asked, cost.required, cost.conditional, cost.shown) == (17, 11, 14, 9)


def test_every_rule_of_the_preset_names_its_source() -> None:
    assert [rule.code for rule in QUARTERLY.rules if not rule.basis] == []


@pytest.mark.parametrize(
    "label",
    (
        "正式党员数",
        "本季度末正式党员人数（人）",
        "现有正式党员",
        "党组织书记姓名",
        "协会名称",
        "从业人员数量",
        "是否建立党组织",
        "会长",
    ),
)
def test_what_the_portal_knows_is_not_asked_for_under_another_name(label: str) -> None:
    assert refusal_of(Item("q1", label, WHOLE)).startswith("“")


def test_the_refusal_names_where_the_portal_has_it_from() -> None:
    assert refusal_of(Item("q1", "正式党员数", WHOLE)) == (
        "“正式党员数”平台已有，来自台账或者已通过的季报，请改为“平台已知”项。"
    )
    assert refusal_of(Item("headcount_formal", "人数甲", WHOLE)) != ""
    assert refusal_of(Item("q1", "正式党员数", WHOLE, known_from="headcount.formal")) == ""


@pytest.mark.parametrize("label", ("发展党员数", "党员培训人数", "书记参加轮训", "协会年会次数", "班子成员有变动"))
def test_other_questions_are_not_taken_for_known_ones(label: str) -> None:
    assert refusal_of(Item("q1", label, WHOLE)) == ""


def test_examples_of_what_is_known_fit_their_types() -> None:
    for provider in PROVIDERS.values():
        assert check_answer(Item("x", provider.label, provider.type), provider.example) == ""


# --- what may be published ---


def changed(**told: Any) -> Content:
    """Return the small content with its first item changed."""
    first, *rest = SMALL.sections[0].items
    section = replace(SMALL.sections[0], items=(replace(first, **told), *rest))
    return replace(SMALL, sections=(section,))


@pytest.mark.parametrize(
    ("content", "field"),
    (
        (Content(), "items"),
        (changed(code="党员"), "code"),
        (changed(code="sum"), "code"),
        (changed(code="members"), "code"),
        (changed(label="党员甲数"), "label"),
        (changed(label=""), "label"),
        (changed(type="number"), "type"),
        (changed(minimum=5, maximum=1), "maximum"),
        (changed(max_length=5), "max_length"),
        (changed(options=("甲",)), "options"),
        (changed(type=ItemType.CHOICE), "options"),
        (changed(type=ItemType.CHOICE, options=("甲、乙", "丙")), "options"),
        (changed(type=TABLE), "columns"),
        (changed(known_from="nowhere"), "known_from"),
        (changed(known_from="posts.secretary"), "type"),
        (changed(correctable=True), "correctable"),
        (changed(asked_if="nothing > 1"), "asked_if"),
        (replace(SMALL, rules=(Rule("r1", "nothing > 1", "hint", "话", "meetings"),)), "condition"),
        (replace(SMALL, rules=(Rule("r1", "meetings > 1", "stop", "话", "meetings"),)), "severity"),
        (replace(SMALL, rules=(Rule("r1", "meetings > 1", "hint", "", "meetings"),)), "sentence"),
        (replace(SMALL, rules=(Rule("r1", "meetings > 1", "hint", "话", "gone"),)), "item"),
    ),
)
def test_what_is_not_sound_is_told_at_its_field(content: Content, field: str) -> None:
    assert field in {fault.field for fault in faults_of(content)}


def test_a_code_keeps_its_type_in_all_versions() -> None:
    faults = faults_of(changed(type=MONEY), before=SMALL)
    assert [(fault.code, fault.field) for fault in faults] == [("meetings", "type")]


# --- editing ---


def test_an_item_moves_within_its_section_and_on_to_the_next() -> None:
    content = Content(
        (Section("a", "甲", items=(Item("x", "数甲", WHOLE), Item("y", "数乙", WHOLE))), Section("b", "乙"))
    )
    up = edits.moved(content, "item", "y", -1)
    down = edits.moved(content, "item", "y", 1)
    assert [each.code for each in up.items] == ["y", "x"]
    assert [[each.code for each in section.items] for section in down.sections] == [["x"], ["y"]]
    assert edits.moved(content, "item", "x", -1) == content


def test_an_item_that_a_rule_speaks_of_is_not_taken_out() -> None:
    content = replace(SMALL, rules=(Rule("r1", "meetings >= 1", RuleSeverity.HINT, "请开会。", "members"),))
    with pytest.raises(RuleViolation) as refusal:
        edits.without(content, "item", "meetings")
    assert refusal.value.message == "“支部党员大会”还用于规则“请开会。”，请先修改这些地方。"
    assert SMALL.item("meetings") not in edits.without(SMALL, "item", "meetings").items
