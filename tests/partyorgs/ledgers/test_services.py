"""A department's ledgers in, the right answers out: what an import promises, on the ledgers that a department really keeps."""

import datetime
import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from associations.models import Association, AssociationPost, CharterClause, Headcount, Oversight, Person
from partyorgs.ledgers.choices import UploadStatus
from partyorgs.ledgers.models import LedgerChange, LedgerUpload
from partyorgs.ledgers.services.importing import apply_ledger, check_ledger, confirm_ledger, stage_ledger
from partyorgs.ledgers.services.undo import undo_ledger
from partyorgs.organizations.models import Affiliation, PartyOrganization
from portal.core.choices import CommitteeKind
from portal.core.errors import RuleViolation, StalePlan
from portal.core.models import Committee
from portal.core.operator_account import operator_at_work

DATA = Path(__file__).parents[2] / "data"
JUNE, DECEMBER = datetime.date(2024, 6, 30), datetime.date(2024, 12, 31)
COUNTED = ("core", "associations", "partyorgs")

pytestmark = pytest.mark.django_db


def run_import(name: str, *options: str) -> tuple[dict[str, Any], int]:
    """Run the command; return what it prints as JSON and how it exits."""
    out = StringIO()
    try:
        call_command("import_ledger", str(DATA / f"{name}.xlsx"), "--as-of", name[-10:], *options, "--json", stdout=out)
    except SystemExit as ending:
        return json.loads(out.getvalue()), int(ending.code or 0)
    return json.loads(out.getvalue()), 0


def coverage(day: str) -> dict[str, Any]:
    out = StringIO()
    call_command("coverage", "--as-of", day, "--by", "committee", "--format", "json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def assert_equals_truth(base: str) -> None:
    for truth in json.loads((DATA / f"{base}-truth.json").read_text(encoding="utf-8")):
        found = coverage(truth["as_of"])
        assert {code: found["total"][code] for code in truth["all"]} == truth["all"]
        groups = {group["name"]: group for group in found["groups"]}
        expected = truth["by_committee"]
        assert {
            name: {code: groups[name][code] for code in codes} for name, codes in expected.items() if name in groups
        } == expected
        assert set(groups) == set(expected)


def business_rows() -> dict[str, int]:
    """Return how many rows every business table has."""
    left_out = {LedgerUpload, LedgerChange, apps.get_model("core.AuditEntry"), apps.get_model("core.AuditHead")}
    return {
        model._meta.label: model._default_manager.count()
        for label in COUNTED
        for model in apps.get_app_config(label).get_models()
        if model._meta.managed and model not in left_out
    }


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("base", (pytest.param("台账", marks=pytest.mark.once), "边界台账"))
@pytest.mark.parametrize(
    "order", (("2024-06-30", "2024-12-31"), ("2024-12-31", "2024-06-30")), ids=("in order", "reversed")
)
def test_both_ledgers_give_the_right_answers_at_both_dates_in_either_order_and_twice_changes_nothing(
    base: str, order: tuple[str, str]
) -> None:
    for day in order:
        told, ending = run_import(f"{base}-{day}", "--create-committees")
        assert (told["applied"], ending) == (True, 0)
    assert_equals_truth(base)

    before = business_rows()
    for day in order:
        told, ending = run_import(f"{base}-{day}")
        assert (told["applied"], ending, sum(told["created"].values()), sum(told["changed"].values())) == (
            True,
            0,
            0,
            0,
        )
    assert business_rows() == before
    assert_equals_truth(base)


def test_exactly_the_planted_problems_are_found_each_at_its_cell_and_nothing_is_written(tmp_path: Path) -> None:
    before = business_rows()
    marked = tmp_path / "marked.xlsx"
    told, ending = run_bad("--create-committees", "--problems", str(marked))

    planted = json.loads((DATA / "有错台账-visible-problems.json").read_text(encoding="utf-8"))
    place = ("sheet", "row", "column", "kind")
    errors = [problem for problem in told["problems"] if problem["severity"] == "error"]
    assert Counter(tuple(error[key] for key in place) for error in errors) == Counter(
        tuple(error[key] for key in place) for error in planted
    )
    assert (told["applied"], ending) == (False, 1)
    # The root that the command makes where there is none is all that it leaves.
    assert business_rows() == {**before, "core.Committee": 1}
    book = load_workbook(marked)
    assert book.sheetnames[0] == "问题清单"
    assert book["台账"]["C17"].comment is not None
    assert book["台账"]["C17"].fill.fgColor.rgb == "00FFC7CE"


def run_bad(*options: str) -> tuple[dict[str, Any], int]:
    out = StringIO()
    try:
        call_command(
            "import_ledger",
            str(DATA / "有错台账-visible.xlsx"),
            "--as-of",
            "2024-06-30",
            *options,
            "--json",
            stdout=out,
        )
    except SystemExit as ending:
        return json.loads(out.getvalue()), int(ending.code or 0)
    return json.loads(out.getvalue()), 0


def test_with_skip_bad_rows_everything_else_is_applied_and_the_exit_still_says_error() -> None:
    told, ending = run_bad("--create-committees", "--skip-bad-rows")
    assert (told["applied"], ending) == (True, 1)
    # 60 rows; ten hold an error and one is the second of two with one code.
    assert Association.objects.count() == 49
    assert told["created"]["association"] == 49


def test_a_dry_run_tells_everything_and_writes_nothing() -> None:
    told, ending = run_import("边界台账-2024-06-30", "--create-committees", "--dry-run")
    assert (told["applied"], ending) == (False, 0)
    assert told["created"]["association"] == 120
    assert Association.objects.count() == 0


@pytest.mark.parametrize(("name", "content"), (("a.xlsx", b""), ("a.xlsx", b"%PDF-1.7"), ("a.csv", "名称".encode())))
def test_what_is_no_workbook_ends_with_two_and_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        call_command("import_ledger", str(file), "--as-of", "2024-06-30", stdout=StringIO())
    assert refusal.value.returncode == 2
    assert "。" in str(refusal.value)


@pytest.fixture
def root(db: None) -> Committee:
    return Committee.objects.create(name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, path="0001")


def staged(root: Committee, name: str) -> LedgerUpload:
    upload = stage_ledger(
        content=(DATA / f"{name}.xlsx").read_bytes(),
        file_name=f"{name}.xlsx",
        as_of=datetime.date.fromisoformat(name[-10:]),
        committee=root,
        actor=operator_at_work(),
        create_committees=True,
    )
    return check_ledger(upload=upload, actor=operator_at_work())


def applied(root: Committee, name: str, ticked: tuple[str, ...] = ()) -> LedgerUpload:
    upload = staged(root, name)
    confirmed = confirm_ledger(
        upload=upload, ticked=ticked, skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work()
    )
    return apply_ledger(upload=confirmed, actor=operator_at_work())


@pytest.mark.slow
def test_undoing_an_import_brings_back_every_row_and_every_figure(root: Committee) -> None:
    applied(root, "边界台账-2024-06-30")
    rows = business_rows()
    figures = coverage("2024-06-30"), coverage("2024-12-31")
    spans = list(Oversight.objects.order_by("pk").values_list("pk", "begins_on", "ends_on"))
    described = list(Person.objects.order_by("pk").values_list("pk", "sex", "political_wording", "described_on"))

    second = applied(root, "边界台账-2024-12-31")
    assert business_rows() != rows
    undo_ledger(upload=second, reason="传错文件", actor=operator_at_work())

    assert business_rows() == rows
    assert (coverage("2024-06-30"), coverage("2024-12-31")) == figures
    assert list(Oversight.objects.order_by("pk").values_list("pk", "begins_on", "ends_on")) == spans
    assert (
        list(Person.objects.order_by("pk").values_list("pk", "sex", "political_wording", "described_on")) == described
    )


@pytest.mark.slow
def test_an_import_that_a_later_one_stands_on_is_not_undone(root: Committee) -> None:
    first = applied(root, "边界台账-2024-06-30")
    applied(root, "边界台账-2024-12-31")
    with pytest.raises(RuleViolation, match="此后又导入过"):
        undo_ledger(upload=first, reason="传错文件", actor=operator_at_work())


@pytest.mark.slow
def test_an_import_is_not_undone_when_somebody_has_changed_what_it_wrote(root: Committee) -> None:
    first = applied(root, "边界台账-2024-06-30")
    Association.objects.filter(pk=Association.objects.first().pk).update(grade="1A")  # type: ignore[union-attr]
    with pytest.raises(RuleViolation, match="被改动过"):
        undo_ledger(upload=first, reason="传错文件", actor=operator_at_work())


@pytest.mark.slow
def test_an_import_is_not_undone_when_somebody_has_built_on_what_it_wrote(root: Committee) -> None:
    first = applied(root, "边界台账-2024-06-30")
    association = Association.objects.first()
    Headcount.objects.create(association=association, as_of=datetime.date(2024, 9, 30), formal=3, source="补录")
    with pytest.raises(RuleViolation, match="又登记了党员与从业人员数"):
        undo_ledger(upload=first, reason="传错文件", actor=operator_at_work())


@pytest.mark.slow
def test_a_plan_is_stale_when_the_world_moved_after_the_preview(root: Committee) -> None:
    applied(root, "边界台账-2024-06-30")
    upload = staged(root, "边界台账-2024-12-31")
    confirmed = confirm_ledger(
        upload=upload, ticked=(), skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work()
    )
    CharterClause.objects.filter(included=False).update(included=True)
    with pytest.raises(StalePlan):
        apply_ledger(upload=confirmed, actor=operator_at_work())
    confirmed.refresh_from_db()
    assert confirmed.status == UploadStatus.CHECKED
    assert confirmed.digest != upload.digest


@pytest.mark.slow
def test_what_a_later_ledger_lacks_is_listed_and_ended_only_where_it_was_ticked(
    root: Committee, tmp_path: Path
) -> None:
    applied(root, "边界台账-2024-06-30")
    book = load_workbook(DATA / "边界台账-2024-12-31.xlsx")
    sheet = book["台账"]
    covered = next(row for row in range(6, 140) if sheet.cell(row, 14).value and sheet.cell(row, 13).value == "是")
    name = str(sheet.cell(covered, 14).value)
    code = "".join(str(sheet.cell(covered, 3).value).split()).upper()
    for column in range(13, 18):
        sheet.cell(covered, column).value = None
    file = tmp_path / "later.xlsx"
    book.save(file)
    upload = stage_ledger(
        content=file.read_bytes(),
        file_name="later.xlsx",
        as_of=DECEMBER,
        committee=root,
        actor=operator_at_work(),
        create_committees=True,
    )
    upload = check_ledger(upload=upload, actor=operator_at_work())
    affiliation = Affiliation.objects.get(association__uscc=code, organization__name=name)
    offered = [absent["key"] for absent in upload.plan["absent"] if f"“{name}”" in absent["sentence"]]
    assert f"partyorgs.affiliation:{affiliation.pk}" in offered

    confirmed = confirm_ledger(
        upload=upload, ticked=offered, skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work()
    )
    apply_ledger(upload=confirmed, actor=operator_at_work())
    affiliation.refresh_from_db()
    assert affiliation.ends_on == DECEMBER
    assert AssociationPost.objects.filter(ends_on=None).exists()
    assert PartyOrganization.objects.get(name=name).ends_on is None


def test_a_confirmation_of_an_outdated_preview_is_refused(root: Committee) -> None:
    upload = staged(root, "边界台账-2024-06-30")
    with pytest.raises(StalePlan):
        confirm_ledger(
            upload=upload, ticked=(), skip_bad_rows=False, seen_digest="an older one", actor=operator_at_work()
        )


def test_a_ledger_of_a_day_to_come_is_refused(root: Committee) -> None:
    with pytest.raises(RuleViolation, match="不能晚于今天"):
        stage_ledger(
            content=b"", file_name="a.xlsx", as_of=datetime.date(2999, 1, 1), committee=root, actor=operator_at_work()
        )


def test_applying_twice_has_one_effect(root: Committee) -> None:
    upload = applied(root, "边界台账-2024-06-30")
    rows = business_rows()
    apply_ledger(upload=upload, actor=operator_at_work())
    assert business_rows() == rows
