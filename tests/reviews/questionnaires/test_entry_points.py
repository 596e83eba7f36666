"""The same answers, typed in the form, written in the workbook, or kept: the same problems each time."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from portal.core.errors import UnreadableFile
from reviews.questionnaires.choices import RuleSeverity
from reviews.questionnaires.forms.answers import answer_form, typed_answers, typed_explanations
from reviews.questionnaires.rules.answers import parse_answer
from reviews.questionnaires.rules.known import PROVIDERS
from reviews.questionnaires.rules.problems import Known, completed, problems_of
from reviews.questionnaires.xlsx.filling import SHEET, answers_workbook
from reviews.questionnaires.xlsx.reading import read_answers
from reviews.reports.rules.preset import QUARTERLY

KNOWN = {
    "headcount.formal": Known(12),
    "headcount.probationary": Known(1),
    "headcount.staff": Known(8),
    "headcount.member_firms": Known(86),
    "organization.exists": Known(value=True),
    "organization.name": Known("中共江苏省家具行业协会支部委员会"),
    "posts.secretary": Known("王建国"),
    "posts.committee": Known("书记王建国"),
}
# What a branch that did everything writes: item code -> as it is typed.
GOOD: dict[str, Any] = {
    "posts_changed": "否",
    "members_meetings": "1",
    "committee_meetings": "3",
    "group_meetings": "3",
    "lectures": "1",
    "theme_days": "3",
    "organization_meeting": "否",
    "appraisal": "否",
    "fee_expenses": "3000",
    "dues_returned": "0",
    "secretary_trained": "是",
    "workers_trained": "0",
}
LAST = {"members_formal": 12, "staff": 8, "fee_expenses": 100000}
ONE_MATTER = {"kind": "重大活动", "matters": "1", "before": "1", "during": "1", "after": "1"}

# What differs from GOOD, explanations -> what stands against it.
CASES: tuple[tuple[str, dict[str, Any], dict[str, str], list[tuple[str, str, str]]], ...] = (
    ("all well", {}, {}, []),
    ("nothing held", {"members_meetings": "0"}, {}, [("members_meetings", "explain", "members_meetings_minimum")]),
    (
        "nothing held, explained",
        {"members_meetings": "0"},
        {"members_meetings": "换届筹备，下季度补开。"},
        [("members_meetings", "explained", "members_meetings_minimum")],
    ),
    ("missing", {"lectures": ""}, {}, [("lectures", "refuse", "missing")]),
    ("not a number", {"lectures": "若干"}, {}, [("lectures", "refuse", "unfit")]),
    ("too large", {"lectures": "201"}, {}, [("lectures", "refuse", "unfit")]),
    ("a fraction", {"theme_days": "2.5"}, {}, [("theme_days", "refuse", "unfit")]),
    ("no yes and no no", {"appraisal": "也许"}, {}, [("appraisal", "refuse", "unfit")]),
    ("three decimals", {"fee_expenses": "1.234"}, {}, [("fee_expenses", "refuse", "unfit")]),
    ("a sum grown", {"fee_expenses": "60000"}, {}, [("fee_expenses", "hint", "funds_change")]),
    ("an optional one left out", {"group_meetings": ""}, {}, []),
    (
        "too few groups' meetings",
        {"group_meetings": "2"},
        {},
        [("group_meetings", "explain", "group_meetings_minimum")],
    ),
    ("a figure corrected", {"members_formal": "20"}, {}, [("members_formal", "explain", "formal_change")]),
    ("a figure corrected a little", {"members_formal": "13"}, {}, []),
    (
        "more probationary",
        {"members_probationary": "13"},
        {},
        [("members_probationary", "explain", "probationary_within_formal")],
    ),
    (
        "too few for a committee",
        {"members_formal": "6", "committee_meetings": ""},
        {},
        [("members_formal", "explain", "formal_change")],
    ),
    ("changes said and not told", {"posts_changed": "是"}, {}, [("post_changes", "refuse", "posts_told")]),
    (
        "changes told",
        {
            "posts_changed": "是",
            "post_changes": [{"person": "李红", "title": "书记", "act": "任职", "since": "2026-08-01"}],
        },
        {},
        [],
    ),
    ("a matter", {"decisions": [ONE_MATTER]}, {}, []),
    (
        "heard more than there was",
        {"decisions": [{**ONE_MATTER, "before": "2"}]},
        {},
        [("decisions", "refuse", "decisions_before"), ("decisions", "hint", "decisions_heard")],
    ),
    (
        "a matter not heard",
        {"decisions": [{**ONE_MATTER, "before": "0"}]},
        {},
        [("decisions", "hint", "decisions_heard")],
    ),
    ("a bad row", {"decisions": [{**ONE_MATTER, "kind": "其他"}]}, {}, [("decisions", "refuse", "unfit")]),
    ("a row half filled", {"decisions": [{"kind": "重大活动"}]}, {}, [("decisions", "refuse", "unfit")]),
    ("a long text", {"member_service": "字" * 501}, {}, [("member_service", "refuse", "unfit")]),
)


def told(problems: Any) -> list[tuple[str, str, str]]:
    return [
        (
            problem.item,
            "explained" if problem.severity == RuleSeverity.EXPLAIN and not problem.is_open else problem.severity,
            problem.rule,
        )
        for problem in problems
    ]


def posted(answers: Mapping[str, Any], explanations: Mapping[str, str]) -> QueryDict:
    """Return what a browser would send of the whole form."""
    data = QueryDict(mutable=True)
    for item in QUARTERLY.items:
        if item.known_from and not item.correctable:
            continue
        data.appendlist("asked", item.code)
        raw = answers.get(item.code, "")
        if isinstance(raw, list):
            for place, row in enumerate(raw):
                for code, cell in row.items():
                    data[f"a-{item.code}-{place}-{code}"] = cell
        else:
            data[f"a-{item.code}"] = raw
    for code, text in explanations.items():
        data[f"e-{code}"] = text
    return data


def in_cells(answers: Mapping[str, Any], explanations: Mapping[str, str]) -> bytes:
    """Return the blank workbook with what somebody wrote into it, as text and as numbers."""
    book = load_workbook(io.BytesIO(answers_workbook(QUARTERLY, {}, LAST, KNOWN, title="季报", watermark="某人")))
    sheet = book[SHEET]
    for row in range(5, sheet.max_row + 1):
        code = sheet.cell(row, 1).value
        raw = answers.get(code, "") if code else ""
        item = QUARTERLY.item(code or "")
        if item is None:
            continue
        if isinstance(raw, list):
            table = book[item.label]
            for place, cells in enumerate(raw):
                for number, column in enumerate(item.columns, start=1):
                    table.cell(4 + place, number).value = _cell(cells.get(column.code, ""))
        elif raw != "":
            sheet.cell(row, 6).value = _cell(raw)
        sheet.cell(row, 7).value = explanations.get(code)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(raw: str) -> Any:
    try:
        return float(raw) if "." in raw else int(raw)
    except ValueError:
        return raw or None


@pytest.mark.parametrize(("name", "changes", "explanations", "expected"), CASES, ids=[case[0] for case in CASES])
def test_form_workbook_and_review_say_the_same(
    name: str, changes: dict[str, Any], explanations: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    raw = {**GOOD, **changes}

    data = posted(raw, explanations)
    answers = typed_answers(QUARTERLY, data, {}, KNOWN)
    form = answer_form(QUARTERLY, answers, LAST, KNOWN, explanations=typed_explanations(QUARTERLY, data, {}))

    filled = read_answers(QUARTERLY, in_cells(raw, explanations), KNOWN)
    judged = filled.judged(QUARTERLY, LAST, KNOWN)

    kept = {item.code: parse_answer(item, raw.get(item.code))[0] for item in QUARTERLY.items}
    stored = problems_of(QUARTERLY, completed(QUARTERLY, kept, KNOWN), LAST, explanations)

    assert told(stored) == expected
    assert told(form.problems) == expected
    # In the workbook each cell of a table is told apart: one problem of the form may be several there.
    assert sorted(set(told(each.problem for each in judged))) == sorted(expected)
    sentences = {problem.sentence for problem in stored if QUARTERLY.item(problem.item).type != "table"}  # type: ignore[union-attr]
    assert {problem.sentence for problem in form.problems} == {problem.sentence for problem in stored}
    assert {each.problem.sentence for each in judged if QUARTERLY.item(each.problem.item).type != "table"} == sentences  # type: ignore[union-attr]


def test_a_problem_of_the_workbook_is_told_at_its_cell() -> None:
    rows = [{"kind": "重大活动", "matters": "多", "before": "1", "during": "1"}]
    filled = read_answers(QUARTERLY, in_cells({**GOOD, "lectures": "若干", "decisions": rows}, {}), KNOWN)
    found = [
        (each.at.sheet, each.at.name, each.value, each.problem.sentence)
        for each in filled.judged(QUARTERLY, LAST, KNOWN)
    ]
    assert found == [
        ("参与决策事项", "B4", "多", "应填不小于0的整数，没有的填0。"),
        ("参与决策事项", "E4", "", "请填写。"),
        (SHEET, filled.places["lectures"].name, "若干", "应填不小于0的整数，没有的填0。"),
    ]


def test_a_first_report_has_nothing_to_compare_with() -> None:
    answers = {
        item.code: parse_answer(item, {**GOOD, "members_formal": "99"}.get(item.code))[0] for item in QUARTERLY.items
    }
    assert problems_of(QUARTERLY, completed(QUARTERLY, answers, KNOWN), {}, {})[0].rule == "branch_size"


def test_an_answers_workbook_reads_back_equal() -> None:
    answers = {
        **{code: parse_answer(QUARTERLY.item(code), raw)[0] for code, raw in GOOD.items()},  # type: ignore[arg-type]
        "posts_changed": True,
        "post_changes": [{"person": "李红", "title": "书记", "act": "任职", "since": "2026-08-01"}],
        "staff": 9,
        "fee_expenses": 123456,
        "member_service": "=1+1\n“第二行”，（全角）",
        "difficulties": [{"kind": "活动经费", "text": "经费不足"}],
    }
    why = {"staff": "新聘一人，（见附件）"}
    data = answers_workbook(QUARTERLY, answers, LAST, KNOWN, title="家具协会季报", watermark="某人", explanations=why)
    filled = read_answers(QUARTERLY, data, KNOWN)
    assert filled.explanations == why
    assert (filled.title, filled.answers, filled.problems) == ("家具协会季报", answers, [])
    assert load_workbook(io.BytesIO(data))[SHEET]["A1"].value == "家具协会季报"


def test_what_the_portal_knows_and_nobody_may_correct_is_not_written_in_a_workbook() -> None:
    filled = read_answers(QUARTERLY, in_cells({**GOOD, "secretary": "张三"}, {}), KNOWN)
    assert [(each.problem.item, each.problem.sentence) for each in filled.problems] == [
        ("secretary", "平台已有这一项，不用填写。")
    ]
    assert "secretary" not in filled.answers


def test_a_workbook_of_other_items_is_refused_whole() -> None:
    book = load_workbook(io.BytesIO(in_cells(GOOD, {})))
    book[SHEET]["A6"].value = "elsewhere"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(UnreadableFile) as refusal:
        read_answers(QUARTERLY, out.getvalue())
    assert refusal.value.message.startswith("填报表与本期模板不符：没有编号为“elsewhere”的项目。")


def test_an_unknown_item_of_the_portal_is_asked_for() -> None:
    form = answer_form(QUARTERLY, {}, {}, {}, tells_missing=False)
    assert [line.item.code for line in form.sections[0].lines if line.field and line.known is None] == [
        "members_formal",
        "members_probationary",
        "staff",
        "member_firms",
    ]
    assert form.problems == ()


def test_a_section_saved_alone_leaves_the_others() -> None:
    data = QueryDict("asked=lectures&a-lectures=2")
    assert typed_answers(QUARTERLY, data, {"theme_days": 3, "lectures": 1}, KNOWN) == {"theme_days": 3, "lectures": 2}


def test_a_correction_that_says_what_is_known_is_none() -> None:
    data = QueryDict("asked=staff&a-staff=8&asked=secretary&a-secretary=张三")
    assert typed_answers(QUARTERLY, data, {"staff": 9}, KNOWN) == {}


def test_the_difference_to_the_period_before_stands_beside_the_field() -> None:
    form = answer_form(QUARTERLY, {"lectures": 1}, {"lectures": 3, "staff": 8}, KNOWN)
    lines = {line.item.code: line for section in form.sections for line in section.lines}
    assert (lines["lectures"].last, lines["lectures"].difference) == ("3", "−2")  # noqa: RUF001
    assert (lines["staff"].last, lines["staff"].difference) == ("8", "0")


def test_every_provider_of_the_preset_is_one_that_the_portal_has() -> None:
    assert {item.known_from for item in QUARTERLY.items} - {""} <= set(PROVIDERS)
