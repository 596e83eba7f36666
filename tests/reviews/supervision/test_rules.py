import datetime

import pytest

from portal.core.errors import RuleViolation
from portal.core.measures import Rate
from reviews.supervision.choices import ReportStatus
from reviews.supervision.rules.numbers import document_number, refuse_bad_prefix
from reviews.supervision.rules.states import ALLOWED, may, next_status
from reviews.supervision.rules.texts import TextPart, fault_of, fields_of, filled, parts_of
from reviews.supervision.rules.words import listed, numeral, points, points_between, sentence_day, spelled

KNOWN = frozenset({"党的组织覆盖率", "还差"})


@pytest.mark.parametrize(
    ("status", "verb"),
    (
        (ReportStatus.BUILDING, "submit"),
        (ReportStatus.DRAFT, "sign off"),
        (ReportStatus.DRAFT, "issue"),
        (ReportStatus.SUBMITTED, "edit"),
        (ReportStatus.SIGNED, "edit"),
        (ReportStatus.ISSUED, "edit"),
        (ReportStatus.ISSUED, "discard"),
        (ReportStatus.WITHDRAWN, "issue"),
        (ReportStatus.DISCARDED, "edit"),
    ),
)
def test_a_report_skips_no_step_and_goes_no_way_back_but_by_return(status: ReportStatus, verb: str) -> None:
    assert may(status, verb) is False
    with pytest.raises(RuleViolation):
        next_status(status, verb)


def test_nothing_leads_out_of_withdrawn_and_discarded() -> None:
    closed = {ReportStatus.WITHDRAWN, ReportStatus.DISCARDED}
    assert [step for step in ALLOWED if step[0] in closed] == []


def test_a_paragraph_is_words_and_fields_in_order() -> None:
    paragraph = "覆盖率{党的组织覆盖率}，{还差}家"
    assert parts_of(paragraph) == [
        TextPart("覆盖率", is_field=False),
        TextPart("党的组织覆盖率", is_field=True),
        TextPart("，", is_field=False),
        TextPart("还差", is_field=True),
        TextPart("家", is_field=False),
    ]
    assert fields_of(paragraph) == ["党的组织覆盖率", "还差"]
    assert filled(paragraph, {"党的组织覆盖率": "79.95 %", "还差": "1"}) == "覆盖率79.95 %，1家"


@pytest.mark.parametrize(
    "words",
    (
        "党的组织覆盖率{党的组织覆盖率}，还差{还差}家。",
        "请于2026年12月31日前完成。",
        "请于12月31日前完成，2027年1月起抽查。",
        "根据《支部工作条例（2018年）》第4条和苏社工发〔2026〕12号文件要求",
        "一要压实责任，二要注重协同。",
        "（一）补齐覆盖缺口。正式党员三名以上的协会应建必建。",
        "各机构要取得更大成效，形成工作合力。",
    ),
)
def test_words_dates_and_document_numbers_may_be_typed(words: str) -> None:
    assert fault_of(words, KNOWN) is None


@pytest.mark.parametrize(
    ("words", "named"),
    (
        ("已覆盖340家", "340"),
        ("覆盖率80.00%", "80.00%"),
        ("覆盖率８０％", "８０％"),  # noqa: RUF001 -- typed with the Chinese keyboard
        ("还差一家", "一家"),
        ("占比百分之八十", "百分之八十"),
        ("上升两个百分点", "两个百分点"),
        ("占八成", "八成"),
    ),
)
def test_numbers_cannot_be_typed(words: str, named: str) -> None:
    fault = fault_of(words, KNOWN)
    assert fault is not None
    assert fault.split("”")[0] == f"“{named}"


@pytest.mark.parametrize(
    ("words", "fault"),
    (
        ("{党的组织覆盖率", "数据项不完整，请不要改动花括号里的内容。"),
        ("党的组织覆盖率}", "数据项不完整，请不要改动花括号里的内容。"),
        ("{总覆盖率}", "报告中没有“总覆盖率”这一数据项。"),
    ),
)
def test_a_field_is_whole_and_known(words: str, fault: str) -> None:
    assert fault_of(words, KNOWN) == fault


def test_a_change_is_that_of_the_printed_figures() -> None:
    # Exactly 339/424 - 332/424 is 1.6509 points; on paper 79.95 less 78.30 is 1.65.
    assert points_between(Rate(332, 424), Rate(339, 424)) == 165
    assert points(165) == "1.65"
    assert points(-5) == "0.05"
    assert points_between(Rate(1, 2), Rate(1, 2)) == 0
    assert points_between(Rate(0, 0), Rate(1, 2)) is None


def test_words_are_written_as_a_department_writes_them() -> None:
    assert [numeral(number) for number in (1, 9, 10, 11, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    assert sentence_day(datetime.date(2026, 9, 5)) == "2026年9月5日"
    assert [listed([]), listed(["甲"]), listed(["甲", "乙"]), listed(["甲", "乙", "丙"])] == [
        "",
        "甲",
        "甲和乙",
        "甲、乙和丙",
    ]
    assert spelled("正式党员不足3名，延期1年") == "正式党员不足三名，延期一年"


def test_a_document_number_is_formed_by_the_standard() -> None:
    assert document_number("苏社工督", 2026, 5) == "苏社工督〔2026〕5号"


@pytest.mark.parametrize("prefix", ("", "苏", "苏社工督2", "abc", "苏社工督〔"))
def test_a_prefix_is_a_few_chinese_characters(prefix: str) -> None:
    with pytest.raises(RuleViolation):
        refuse_bad_prefix(prefix)
