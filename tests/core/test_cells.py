"""How cells are written by hand, and how each is read."""

import datetime
from typing import Any

import pytest

from partyorgs.ledgers.choices import ProblemKind
from portal.core.cells import CellFault, date_of, figure_of, flag_of, name_of, person_name_of, text_of

JUNE = datetime.date(2024, 6, 30)


@pytest.mark.parametrize(
    "cell",
    (
        *(
            "2024-06-30",
            "2024/6/30",
            "2024.6.30",
            "2024年06月30日",
            "2024年6月30",
            "2024、6、30",
            "2024 6 30",
            "'2024-06-30",
        ),
        *(
            "2024-6-30 00:00:00",
            " 2024 年 6 月 30 日 ",
            "２０２４．６．３０",  # noqa: RUF001
            "二〇二四年六月三十日",
            "20240630",
            "45473",
        ),
        *(20240630, 20240630.0, 45473, JUNE, datetime.datetime(2024, 6, 30, 8)),  # noqa: DTZ001
    ),
)
def test_a_date_is_read_however_it_is_written(cell: Any) -> None:
    assert date_of(cell) == JUNE


@pytest.mark.parametrize(
    ("cell", "kind"),
    (
        ("2023年2月30日", ProblemKind.IMPOSSIBLE_DATE),
        ("2024-13-01", ProblemKind.IMPOSSIBLE_DATE),
        ("1024-01-01", ProblemKind.IMPOSSIBLE_DATE),
        ("2024年6月", ProblemKind.UNREADABLE_DATE),
        ("24.6.30", ProblemKind.UNREADABLE_DATE),
        ("去年", ProblemKind.UNREADABLE_DATE),
        (12, ProblemKind.UNREADABLE_DATE),
    ),
)
def test_what_is_no_day_is_not_guessed(cell: Any, kind: ProblemKind) -> None:
    with pytest.raises(CellFault) as fault:
        date_of(cell)
    assert fault.value.kind == kind


@pytest.mark.parametrize("cell", (15, 15.0, "15", "15名", "15 人", "１５", "+15", "15.0", "'15"))  # noqa: RUF001
def test_a_figure_is_read_with_its_unit(cell: Any) -> None:
    assert figure_of(cell) == 15


def test_thousands_may_be_separated() -> None:
    assert {figure_of(cell) for cell in ("1,234", "1，234", "1 234", "1,234家")} == {1234}


@pytest.mark.parametrize("cell", (None, "", " ", "/", "无", "-", "——", "未评估"))
def test_none_in_a_figure_and_in_a_date_is_none(cell: Any) -> None:
    assert (figure_of(cell), date_of(cell)) == (None, None)


@pytest.mark.parametrize("cell", ("若干", "十五", "约15", "2.5", "-2.5", "15-20", True))
def test_a_word_is_no_figure(cell: Any) -> None:
    with pytest.raises(CellFault) as fault:
        figure_of(cell)
    assert fault.value.kind == ProblemKind.NOT_A_NUMBER


@pytest.mark.parametrize("cell", (-2, "-2", "－2", "-2人"))  # noqa: RUF001
def test_a_negative_figure_is_told_as_such(cell: Any) -> None:
    with pytest.raises(CellFault) as fault:
        figure_of(cell)
    assert fault.value.kind == ProblemKind.NEGATIVE


def test_yes_and_no_have_many_words() -> None:
    yes = ("是", "√", "有", "已建", "Y", "y", "已写入", "☑", "是（2020年）", "已完成脱钩", True, 1)
    no = ("否", "×", "无", "未建", "N", "/", "-", "没有", "尚未建立", "暂无", "不涉及", "已撤销", "", None, False, 0)
    assert ([flag_of(cell) for cell in yes], [flag_of(cell) for cell in no]) == ([True] * len(yes), [False] * len(no))


@pytest.mark.parametrize("cell", ("待定", "也许", "不详", "不清楚", "未知", "？", "单独组建", 12))
def test_neither_yes_nor_no_is_not_guessed(cell: Any) -> None:
    with pytest.raises(CellFault):
        flag_of(cell)


def test_names_have_one_form() -> None:
    assert name_of(" 江苏 省\n家具(集团) 协会 ") == "江苏省家具（集团）协会"
    assert [person_name_of(cell) for cell in ("张　三", "李 四 光", "John Smith")] == ["张三", "李四光", "John Smith"]
    assert text_of("’51320000\u200b") == "51320000"  # noqa: RUF001
