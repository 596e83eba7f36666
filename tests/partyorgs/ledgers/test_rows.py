"""Ledgers laid out in other ways say the same, and each mistake is told once, at its cell."""

import datetime
import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from associations.models import Association, AssociationPost
from partyorgs.ledgers.choices import ProblemKind, Severity, UploadStatus
from partyorgs.ledgers.services.importing import apply_ledger, check_ledger, confirm_ledger, stage_ledger
from partyorgs.ledgers.xlsx.association_columns import ASSOCIATIONS
from partyorgs.ledgers.xlsx.people_columns import INSTRUCTORS, PEOPLE
from partyorgs.ledgers.xlsx.writer import blank_ledger, marked_ledger
from portal.core.choices import CommitteeKind
from portal.core.models import Committee
from portal.core.operator_account import operator_at_work
from portal.core.xlsx import read_sheets
from tests import recipes
from tests.partyorgs.ledger_files import association, grid_book, instructor, ledger_book, person, read, saved

JUNE = datetime.date(2024, 6, 30)
GOOD, OTHER = "513200005000002850", "91350100M000100Y43"
FOOT = (
    ["合计", None, None, 12],
    ["全省总计：2家"],
    ["注：1.本表由各行业党委汇总填报。"],
    ["2.“组建方式”填单独组建、联合组建或功能型。"],
    ["填表人：张三", None, "审核人：李四", "填表日期：2024年7月1日"],
    ["单位负责人（签字）：", None, "（公章）"],
)


# --- rows ---


@pytest.mark.parametrize(
    "line",
    (
        ["一、省甲行业党委（14家）"],
        ["（一）省甲行业党委"],
        ["1. 省甲行业党委（共14家）"],
        ["1、省甲行业党委[14]"],
        ["第一部分 省甲行业党委：14家"],
        ["省甲行业党委"],
        ["①省甲行业党委"],
        ["省甲行业党委——14家"],
        ["归口党委：省甲行业党委"],
        ["一、", "省甲行业党委", "14家"],
        [None, "省甲行业党委（共十四家协会）"],
        [None, None, "壹、省甲行业党委"],
        ["省甲行业党委", None, None, 360],
    ),
)
def test_a_line_within_the_table_names_the_committee(line: list[Any]) -> None:
    rows = [
        ["序号", "协会名称", "统一社会信用代码", "会员数"],
        line,
        [1, "江苏省甲行业协会", GOOD, 3],
        *FOOT,
    ]
    ledger = read(grid_book(("台账", rows)), JUNE)
    assert [(row["name"], row["committee"], row["member_firms"]) for row in ledger.associations] == [
        ("江苏省甲行业协会", "省甲行业党委", 3)
    ]
    assert ledger.problems == []


def test_headings_titles_totals_and_blank_rows_within_the_table_are_no_data() -> None:
    heading = ["序号", "社会组织\n名称", "*统一社会信用代码", "会员数（家）"]
    rows = [
        ["附件2"],
        ["全省性行业协会商会台账"],
        ["填报单位：省综合党委", None, "联系电话：025-1"],
        heading,
        [1, 2, 3, 4],
        [1, "江苏省甲行业协会", GOOD, "1,234家"],
        ["小计", None, None, 1234],
        [None, "  "],
        ["全省性行业协会商会台账"],
        heading,
        [2, "江苏省乙商会", OTHER, "１５"],  # noqa: RUF001
        [3],
        *FOOT,
    ]
    ledger = read(grid_book(("Sheet1", rows)), JUNE)
    assert [(row.number, row["uscc"], row["member_firms"]) for row in ledger.associations] == [
        (6, GOOD, 1234),
        (11, OTHER, 15),
    ]
    assert ledger.problems == []


def test_a_sheet_named_after_a_committee_is_its_ledger() -> None:
    heading = ["协会名称", "信用代码"]
    sheets = [
        ("一、省甲行业党委（1家）", [heading, ["江苏省甲行业协会", GOOD]]),
        ("省乙行业党委", [heading, ["江苏省乙商会", OTHER]]),
    ]
    ledger = read(grid_book(*sheets), JUNE)
    assert [(row["uscc"], row["committee"]) for row in ledger.associations] == [
        (GOOD, "省甲行业党委"),
        (OTHER, "省乙行业党委"),
    ]


def test_what_is_merged_downwards_is_said_in_every_row() -> None:
    def merge(book: Workbook) -> None:
        sheet = book["台账"]
        sheet.insert_cols(1)
        sheet["A1"], sheet["A2"] = "党建归口单位", "省甲行业党委"
        sheet.merge_cells("A2:A3")
        sheet["O3"] = None
        sheet.merge_cells("O2:O3")

    ledger = read(ledger_book([association(1), association(2)], change=merge), JUNE)
    told = [(row["committee"], row["organization_name"]) for row in ledger.associations]
    assert told == [("省甲行业党委", "中共江苏省甲行业协会支部委员会")] * 2


def test_hidden_sheets_are_not_read_and_hidden_rows_are() -> None:
    def hide(book: Workbook) -> None:
        book["台账"].row_dimensions[2].hidden = True
        old = book.create_sheet("旧台账", 0)
        old.append(["社会组织名称", "统一社会信用代码"])
        old.append(["坏", "坏"])
        old.sheet_state = "hidden"
        book.active = 1

    ledger = read(ledger_book([association()], change=hide), JUNE)
    assert ([row["uscc"] for row in ledger.associations], ledger.problems) == ([GOOD], [])


# --- mistakes: each at its cell, once, and nothing more ---

MISTAKES: tuple[tuple[dict[str, Any], str, ProblemKind], ...] = (
    ({"uscc": "513200005000002851"}, "统一社会信用代码", ProblemKind.CODE_CHECK),
    ({"uscc": "5132000050000028"}, "统一社会信用代码", ProblemKind.CODE_LENGTH),
    ({"uscc": "51320000500000285O"}, "统一社会信用代码", ProblemKind.CODE_CHARACTER),
    ({"uscc": None}, "统一社会信用代码", ProblemKind.MISSING_CODE),
    ({"uscc": "无"}, "统一社会信用代码", ProblemKind.MISSING_CODE),
    ({"uscc": "=A1&B1"}, "统一社会信用代码", ProblemKind.UNCALCULATED),
    ({"name": None}, "社会组织名称", ProblemKind.MISSING_NAME),
    ({"name": "#REF!"}, "社会组织名称", ProblemKind.UNCALCULATED),
    ({"registered_on": "2023年2月30日"}, "成立时间", ProblemKind.IMPOSSIBLE_DATE),
    ({"registered_on": "约2010年"}, "成立时间", ProblemKind.UNREADABLE_DATE),
    ({"registered_on": "2031-01-01"}, "成立时间", ProblemKind.FUTURE),
    ({"registered_on": "=TODAY()"}, "成立时间", ProblemKind.UNCALCULATED),
    ({"deregistered_on": "2009-01-01"}, "注销时间", ProblemKind.ENDS_BEFORE),
    ({"deregistered_on": "去年"}, "注销时间", ProblemKind.UNREADABLE_DATE),
    ({"founded_on": "2016年"}, "党组织成立时间", ProblemKind.UNREADABLE_DATE),
    ({"elected_on": "第三届"}, "本届选举时间", ProblemKind.UNREADABLE_DATE),
    ({"formal": "若干"}, "正式党员数", ProblemKind.NOT_A_NUMBER),
    ({"formal": -2}, "正式党员数", ProblemKind.NEGATIVE),
    ({"formal": 2.5}, "正式党员数", ProblemKind.NOT_A_NUMBER),
    ({"formal": "=SUM(B1:B2)"}, "正式党员数", ProblemKind.UNCALCULATED),
    ({"probationary": "－1"}, "预备党员数", ProblemKind.NEGATIVE),  # noqa: RUF001
    ({"staff": "-3人"}, "专职人员数", ProblemKind.NEGATIVE),
    ({"member_firms": "百余家"}, "会员单位数", ProblemKind.NOT_A_NUMBER),
    ({"has_organization": "待定"}, "是否建立党组织", ProblemKind.NOT_YES_OR_NO),
    ({"has_organization": "=1"}, "是否建立党组织", ProblemKind.UNCALCULATED),
    ({"charter": "不清楚"}, "党建是否写入章程", ProblemKind.NOT_YES_OR_NO),
    ({"decoupled": "部分"}, "是否脱钩", ProblemKind.NOT_YES_OR_NO),
    ({"setup": "合并"}, "组建方式", ProblemKind.UNKNOWN_SETUP),
    ({"organization_name": None}, "党组织名称", ProblemKind.NOT_NAMED),
    ({"organization_name": "/"}, "党组织名称", ProblemKind.NOT_NAMED),
)


@pytest.mark.parametrize(("cells", "column", "kind"), MISTAKES)
def test_a_mistake_in_the_main_table_is_told_once_at_its_cell(
    cells: dict[str, Any], column: str, kind: ProblemKind
) -> None:
    ledger = read(ledger_book([association(2), association(1, **cells)]), JUNE)
    assert [(told.row, told.column, told.kind) for told in ledger.errors] == [(3, column, kind)]
    assert [row.refused for row in ledger.associations] == [False, True]


PEOPLE_MISTAKES: tuple[tuple[dict[str, Any], str, ProblemKind], ...] = (
    ({"name": None}, "姓名", ProblemKind.MISSING_NAME),
    ({"association": None}, "社会组织名称", ProblemKind.MISSING_ASSOCIATION),
    ({"begins_on": "2022年6月"}, "协会任职时间", ProblemKind.UNREADABLE_DATE),
    ({"ends_on": "2021-01-01"}, "协会离任时间", ProblemKind.ENDS_BEFORE),
    ({"party_begins_on": "2023-13-01"}, "党内任职时间", ProblemKind.IMPOSSIBLE_DATE),
    ({"party_ends_on": "2022-01-01"}, "党内离任时间", ProblemKind.ENDS_BEFORE),
    ({"runs_daily": "轮流"}, "是否主持日常工作", ProblemKind.NOT_YES_OR_NO),
)


@pytest.mark.parametrize(("cells", "column", "kind"), PEOPLE_MISTAKES)
def test_a_mistake_about_a_person_is_told_once_at_its_cell(
    cells: dict[str, Any], column: str, kind: ProblemKind
) -> None:
    ledger = read(ledger_book([association()], [person(**cells)]), JUNE)
    assert [(told.sheet, told.row, told.column, told.kind) for told in ledger.errors] == [
        ("负责人及班子成员", 2, column, kind)
    ]


def test_an_instructor_cannot_end_before_the_beginning() -> None:
    ledger = read(ledger_book([association()], [], [instructor(ends_on="2023-01-01")]), JUNE)
    assert [(told.column, told.kind) for told in ledger.errors] == [("结束时间", ProblemKind.ENDS_BEFORE)]


def test_rows_with_one_code_are_all_refused_and_one_error_names_the_others() -> None:
    rows = [association(1), association(2, uscc=GOOD), association(3), association(4, uscc=f"'{GOOD.lower()}")]
    ledger = read(ledger_book(rows), JUNE)
    assert [row.refused for row in ledger.associations] == [True, True, False, True]
    assert [(told.row, told.kind, told.message) for told in ledger.errors] == [
        (2, ProblemKind.DUPLICATE_CODE, "与台账第3行、台账第5行的统一社会信用代码相同，每家协会只能有一行")
    ]


@pytest.mark.parametrize(
    "cells",
    (
        {"setup": None},
        {"organization_name": None, "has_organization": "否", "setup": "未建"},
        {"organization_name": None, "has_organization": "否", "setup": "选派指导员"},
        {"founded_on": "2001-01-01"},
        {"has_organization": None},
        {"state": "已注销"},
        {"elected_on": "2015-01-01"},
        {"founded_on": "2024-12-01"},
        {"grade": "未评估", "staff": "/", "probationary": "无", "deregistered_on": "-"},
    ),
)
def test_what_is_merely_odd_is_no_error(cells: dict[str, Any]) -> None:
    assert read(ledger_book([association(**cells)]), JUNE).errors == []


# --- through the whole import ---


@pytest.fixture
def root(db: None, settings: Any, tmp_path: Any) -> Committee:
    settings.MEDIA_ROOT = tmp_path
    return recipes.committee.make(
        name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, parent=None, path=recipes.path(1)
    )


def hand_in(content: bytes, root: Committee, *, skip: bool = False) -> Any:
    upload = stage_ledger(
        content=content,
        file_name="台账.xlsx",
        as_of=JUNE,
        committee=root,
        actor=operator_at_work(),
        create_committees=True,
    )
    upload = check_ledger(upload=upload, actor=operator_at_work())
    if upload.status == UploadStatus.CHECKED and (skip or not errors(upload)):
        upload = confirm_ledger(
            upload=upload, ticked=(), skip_bad_rows=skip, seen_digest=upload.digest, actor=operator_at_work()
        )
        upload = apply_ledger(upload=upload, actor=operator_at_work())
    return upload


def errors(upload: Any) -> list[tuple[Any, ...]]:
    return [
        (told["sheet"], told["row"], told["kind"]) for told in upload.problems if told["severity"] == Severity.ERROR
    ]


def test_a_row_that_hangs_on_a_refused_one_is_set_aside_and_its_own_mistakes_are_still_told(root: Committee) -> None:
    people = [person(), person(name=None), person(association="江苏省第2行业协会", party_title=None)]
    upload = hand_in(ledger_book([association(formal="若干"), association(2)], people), root, skip=True)
    assert errors(upload) == [("台账", 2, "not a number"), ("负责人及班子成员", 3, "missing name")]
    aside = [told["row"] for told in upload.problems if told["kind"] == ProblemKind.SET_ASIDE]
    assert aside == [2]
    assert AssociationPost.objects.get().association.name == "江苏省第2行业协会"


def test_people_may_name_their_association_by_its_code(root: Committee) -> None:
    content = grid_book(
        ("台账", [["协会名称", "信用代码", "成立日期"], ["江苏省甲行业协会", GOOD, 20100518]]),
        ("负责人", [["统一社会信用代码", "姓名", "职务", "任职时间"], [GOOD.lower(), "张三", "会长", 45000]]),
        ("指导员", [["联系协会", "姓名", "人员类别", "选派时间"], [GOOD, "李四", "联络员", "2024、1、10"]]),
    )
    upload = hand_in(content, root)
    assert (upload.status, errors(upload)) == (UploadStatus.APPLIED, [])
    association_row = Association.objects.get()
    assert [str(post.person.name) for post in association_row.posts.all()] == ["张三"]
    assert association_row.instructors.get().begins_on == datetime.date(2024, 1, 10)


def test_the_blank_ledger_filled_with_its_own_samples_imports_without_a_word(root: Committee) -> None:
    book = load_workbook(io.BytesIO(blank_ledger()))
    for table, heading in ((ASSOCIATIONS, 4), (PEOPLE, 1), (INSTRUCTORS, 1)):
        sheet = book["台账" if table is ASSOCIATIONS else table.name]
        keys = {column.heading: column for column in table.columns}
        for cell in sheet[heading]:
            for place, sample in enumerate(keys[cell.value].sample, start=1):
                sheet.cell(heading + place, cell.column, sample)
    upload = hand_in(saved(book), root)
    assert (upload.status, upload.problems) == (UploadStatus.APPLIED, [])
    assert Association.objects.count() == 2
    assert hand_in(blank_ledger(), root).problems == []


def test_the_marked_ledger_can_be_read_again(root: Committee) -> None:
    upload = hand_in(ledger_book([association(formal="若干", name=None)]), root)
    sheets = read_sheets(marked_ledger(upload, watermark="张三 2024-07-01"))
    assert [sheet.title for sheet in sheets] == ["问题清单", "台账"]
