"""Snapshots: three ways to one figure, never a stale one, and a frozen copy that never changes."""

import datetime
import logging
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from associations.choices import Membership
from associations.models import Association, Authority, Headcount
from associations.services.headcounts import correct_headcount, record_headcount
from associations.services.people import state_membership
from partyorgs.ledgers.models import LedgerUpload
from partyorgs.ledgers.services.importing import apply_ledger, check_ledger, confirm_ledger, stage_ledger
from partyorgs.ledgers.services.undo import undo_ledger
from partyorgs.organizations.choices import Setup, SnapshotJobKind
from partyorgs.organizations.indicators import COMPUTED, INDICATORS
from partyorgs.organizations.models import StoredFact
from partyorgs.organizations.services import snapshots
from partyorgs.organizations.services.officers import end_party_post
from partyorgs.organizations.services.snapshots import (
    build_snapshot,
    check_snapshots,
    days_to_keep,
    ensure_snapshots,
    freeze_quarter,
    freeze_snapshot,
    in_use,
    keep_snapshots,
    refresh_snapshots,
)
from partyorgs.planning.services.targets import set_target
from portal.core import audit, measures
from portal.core.access import EVERYTHING, Limit
from portal.core.choices import AuditAction, CommitteeKind, JobStatus
from portal.core.measures import GROUPINGS, KEPT, Measurement, current_snapshot, measure, rows_at
from portal.core.models import Committee, Job, Snapshot, SnapshotTotal, User
from portal.core.operator_account import operator_at_work
from portal.core.outbox import enqueue_job
from tests import recipes
from tests.partyorgs.changes import Changes
from tests.partyorgs.worlds import DAYS, PROVINCE, World, seed_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"
DAY, OTHER_DAY = datetime.date(2024, 6, 30), datetime.date(2023, 12, 31)
KEPT_DAYS = (*DAYS[1::2], datetime.date(2025, 6, 1))
GROUPED = (None, *GROUPINGS)


@pytest.fixture
def actor(db: None) -> User:
    return operator_at_work()


def limits(world: World) -> list[Limit]:
    """Return whole subtrees, several of them, one within another, and what totals cannot answer."""
    first, *_ = world.associations
    return [
        EVERYTHING,
        *(Limit(paths=(committee.path,)) for committee in world.committees[:4]),
        Limit(paths=(world.committees[1].path, world.committees[2].path)),
        Limit(paths=(PROVINCE, world.committees[3].path)),
        Limit(association_ids=(first.pk, world.associations[-1].pk)),
        Limit(paths=(world.committees[2].path,), association_ids=(first.pk,)),
        Limit(authority_ids=(first.competent_authority_id or 0,)),
        Limit(),
    ]


def told(found: Measurement) -> tuple[Any, ...]:
    groups = {group.key: (group.associations, dict(group.rates)) for group in found.groups}
    return found.as_of, found.associations, dict(found.rates), groups


def live(day: datetime.date, limit: Limit, by: str | None) -> tuple[Any, ...]:
    return told(measures._measure(list(KEPT.values()), day, limit, GROUPINGS[by] if by else None, None))


def asked(day: datetime.date, limit: Limit, by: str | None, frozen: int | None = None) -> tuple[Any, ...]:
    cache.clear()
    return told(measure(list(KEPT.values()), day, limit, by, frozen))


def assert_three_ways_agree(day: datetime.date, limit: Limit, by: str | None) -> None:
    """The question over the data, the question over the rows that are kept, the totals."""
    snapshot = current_snapshot(day)[1]
    assert snapshot is not None
    computed = live(day, limit, by)
    indicators = list(KEPT.values())
    kept = measures._measure(indicators, day, limit, GROUPINGS[by] if by else None, snapshot)
    assert told(kept) == computed, (day, limit, by)
    added = measures._from_totals(indicators, day, limit, by, snapshot=snapshot, codes=tuple(KEPT))
    whole = bool(limit.paths) and not limit.association_ids
    assert (added is not None, told(added) if added else computed) == (whole, computed), (day, limit, by)
    assert asked(day, limit, by) == computed


def oversee(world: World) -> None:
    world.associations[0].competent_authority = Authority.objects.create(name="省工业和信息化厅")
    world.associations[0].save()


# --- three ways to one figure ---


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_figure_is_the_same_from_the_data_the_kept_rows_and_the_totals(actor: User) -> None:
    """Ask for every limit in every grouping at every day."""
    world = World(1)
    oversee(world)
    for day in KEPT_DAYS:
        build_snapshot(as_of=day, actor=actor)
    for day, limit, by in product(KEPT_DAYS, limits(world), GROUPED):
        assert_three_ways_agree(day, limit, by)


def test_every_list_names_the_same_associations_from_the_kept_rows() -> None:
    World(3)
    for day in KEPT_DAYS[:2]:
        lists = {code: listed(code, day) for code in KEPT}
        build_snapshot(as_of=day, actor=operator_at_work())
        with CaptureQueriesContext(connection) as queries:
            assert {code: listed(code, day) for code in KEPT} == lists
        assert {"partyorgs_affiliation" in query["sql"] for query in queries} == {False}


def listed(code: str, day: datetime.date) -> list[tuple[Any, ...]]:
    rows = KEPT[code].rows(day, EVERYTHING).filter(KEPT[code].denominator & KEPT[code].numerator)
    return [
        (row.pk, str(row.committee), str(row.region), row.formal_members, row.own_term_ends_on, row.chair_since)
        for row in rows.select_related("committee", "region").order_by("pinyin", "pk")
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", (5, 6))
def test_after_any_changes_every_figure_is_right_at_once_and_every_kept_row_after_the_refresh(
    number: int, actor: User
) -> None:
    world = World(seed_of(number), associations=12)
    oversee(world)
    changes = Changes(world, actor)
    for day in KEPT_DAYS:
        build_snapshot(as_of=day, actor=actor)
    built = set(in_use().values_list("pk", flat=True))
    for _ in range(10):
        for _ in range(world.pick((1, 10, 20))):
            changes.make()
        day, limit, by = world.pick(KEPT_DAYS), world.pick(limits(world)), world.pick(GROUPED)
        assert asked(day, limit, by) == live(day, limit, by), changes.happened
        refresh_snapshots(actor=actor)
        assert set(in_use().values_list("pk", flat=True)) == built, "built anew instead of worked in"
        assert [check_snapshots(as_of=one, actor=actor) for one in KEPT_DAYS] == [[]] * len(KEPT_DAYS), changes.happened
        assert_three_ways_agree(day, limit, by)
    for limit, by in product(limits(world), GROUPED):
        assert_three_ways_agree(KEPT_DAYS[-2], limit, by)


def test_a_secretary_who_leaves_is_missed_by_all_whom_the_joint_branch_covers(actor: User) -> None:
    organization = recipes.organization.make()
    recipes.organization_setup.make(organization=organization, setup=Setup.JOINT)
    through, other = recipes.association.make(), recipes.association.make()
    for association in (through, other):
        recipes.affiliation.make(organization=organization, association=association)
    post = recipes.party_post.make(organization=organization, association=through)
    build_snapshot(as_of=DAY, actor=actor)
    end_party_post(post=post, actor=actor, on=DAY, reason="调动")
    refresh_snapshots(actor=actor)
    assert StoredFact.objects.filter(has_secretary=False).count() == 2


def test_what_is_learnt_of_a_person_is_learnt_at_every_association_of_the_person(actor: User) -> None:
    person = recipes.person.make()
    for _ in range(2):
        recipes.association_post.make(person=person)
    build_snapshot(as_of=DAY, actor=actor)
    state_membership(person=person, actor=actor, membership=Membership.FORMAL, stated_on=DAY)
    refresh_snapshots(actor=actor)
    assert StoredFact.objects.filter(leader_party_posts=1).count() == 2


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_an_import_and_its_undoing_reach_whom_they_touched(actor: User) -> None:
    root = Committee.objects.create(name="省委社会工作部", kind=CommitteeKind.DEPARTMENT, path=PROVINCE)
    days = (DAY, datetime.date(2024, 12, 31))
    apply(root, "边界台账-2024-06-30")
    ensure_snapshots(days=days, actor=actor)
    built = set(in_use().values_list("pk", flat=True))
    later = apply(root, "边界台账-2024-12-31")
    for follow in (lambda: None, lambda: undo_ledger(upload=later, reason="核对", actor=actor)):
        follow()
        refresh_snapshots(actor=actor)
        assert [check_snapshots(as_of=day, actor=actor) for day in days] == [[], []]
        for by in GROUPED:
            assert_three_ways_agree(days[1], EVERYTHING, by)
    assert set(in_use().values_list("pk", flat=True)) == built


def apply(root: Committee, name: str) -> LedgerUpload:
    upload = stage_ledger(
        content=(DATA / f"{name}.xlsx").read_bytes(),
        file_name=f"{name}.xlsx",
        as_of=datetime.date.fromisoformat(name[-10:]),
        committee=root,
        actor=operator_at_work(),
        create_committees=True,
    )
    upload = check_ledger(upload=upload, actor=operator_at_work())
    upload = confirm_ledger(
        upload=upload, ticked=(), skip_bad_rows=False, seen_digest=upload.digest, actor=operator_at_work()
    )
    return apply_ledger(upload=upload, actor=operator_at_work())


# --- never stale ---


@pytest.fixture
def counted(db: None) -> Iterator[Association]:
    """An association that should build, in a province with a snapshot of one day."""
    committee = recipes.committee.make(name="省委社会工作部", parent=None, path=PROVINCE)
    association = recipes.association.make()
    recipes.oversight.make(association=association, committee=committee)
    recipes.headcount.make(association=association, as_of=DAY, formal=3)
    build_snapshot(as_of=DAY, actor=operator_at_work())
    return association


def should_build(day: datetime.date = DAY, frozen: int | None = None) -> int:
    return measure([INDICATORS["should_build_rate"]], day, EVERYTHING, frozen=frozen)["should_build_rate"].denominator


def recount(association: Association, formal: int, actor: User) -> None:
    headcount = Headcount.objects.get(association=association)
    correct_headcount(headcount=headcount, actor=actor, reason="核对", values={"formal": formal})


def test_between_a_change_and_the_refresh_the_new_figure_is_worked_out(counted: Association, actor: User) -> None:
    assert (should_build(), current_snapshot(DAY)[1]) == (1, in_use().get().pk)
    recount(counted, 2, actor)
    assert (should_build(), current_snapshot(DAY)[1]) == (0, None)
    refresh_snapshots(actor=operator_at_work())
    assert (should_build(), current_snapshot(DAY)[1]) == (0, in_use().get().pk)


def test_a_list_between_a_change_and_the_refresh_names_whom_it_should(counted: Association, actor: User) -> None:
    due = INDICATORS["should_build_rate"]
    before = due.rows(DAY, EVERYTHING).filter(due.denominator).count()
    recount(counted, 2, actor)
    assert (before, due.rows(DAY, EVERYTHING).filter(due.denominator).count()) == (1, 0)


def test_a_fact_learnt_late_shows_at_the_past_days_it_belongs_to(counted: Association, actor: User) -> None:
    later = DAY + datetime.timedelta(days=90)
    build_snapshot(as_of=later, actor=operator_at_work())
    record_headcount(association=counted, actor=actor, as_of=DAY + datetime.timedelta(days=1), source="来函", formal=1)
    refresh_snapshots(actor=operator_at_work())
    assert (should_build(DAY), should_build(later)) == (1, 0)
    assert [current_snapshot(day)[1] is None for day in (DAY, later)] == [False, False]


def test_a_commit_that_changed_something_is_followed_by_one_refresh(
    counted: Association, actor: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        recount(counted, 2, actor)
        recount(counted, 5, actor)
    assert (len(callbacks), Job.objects.get(kind=SnapshotJobKind.REFRESH_SNAPSHOTS).status) == (2, JobStatus.DONE)
    assert current_snapshot(DAY)[1] == in_use().get().pk
    assert StoredFact.objects.get().formal_members == 5


def test_without_a_snapshot_no_job_follows_a_write(actor: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        record_headcount(association=recipes.association.make(), actor=actor, as_of=DAY, source="来函", formal=1)
    assert not Job.objects.exists()


def test_one_waiting_job_does_for_many_writes(
    counted: Association, actor: User, django_capture_on_commit_callbacks: Any
) -> None:
    waiting = recipes.job.make(kind=SnapshotJobKind.REFRESH_SNAPSHOTS, status=JobStatus.QUEUED)
    with django_capture_on_commit_callbacks(execute=True):
        recount(counted, 2, actor)
    assert Job.objects.get() == waiting


def test_what_is_rolled_back_asks_for_nothing_and_what_follows_it_does(
    counted: Association, actor: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            recount(counted, 2, actor)
            transaction.set_rollback(True)
        counted.refresh_from_db()
        recount(counted, 7, actor)
    assert StoredFact.objects.get().formal_members == 7


def test_a_change_that_alters_no_figure_leaves_the_rows_alone(counted: Association, actor: User) -> None:
    set_target(
        committee=Committee.objects.get(), indicator="org_coverage", due_on=DAY, value=80, source="要点", actor=actor
    )
    with CaptureQueriesContext(connection) as queries:
        refresh_snapshots(actor=operator_at_work())
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "DELETE"))]
    assert (written, current_snapshot(DAY)[1]) == ([], in_use().get().pk)


def test_a_write_that_nobody_speaks_for_has_everything_built_anew(
    counted: Association, caplog: pytest.LogCaptureFixture
) -> None:
    first = in_use().get()
    Headcount.objects.update(formal=1)
    audit.record(None, AuditAction.IMPORT, what="模拟数据")
    refresh_snapshots(actor=operator_at_work())
    assert (should_build(), in_use().get() == first) == (0, False)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_release_that_asks_otherwise_reads_no_old_answer(counted: Association) -> None:
    Snapshot.objects.update(definition="of another release")
    Headcount.objects.update(formal=1)
    assert (should_build(), current_snapshot(DAY)[1]) == (0, None)
    ensure_snapshots(days=[DAY], actor=operator_at_work())
    assert current_snapshot(DAY)[1] == in_use().get().pk


def test_an_indicator_that_the_totals_do_not_keep_is_counted_from_the_rows(counted: Association) -> None:
    other = measures.Indicator("other", "", "", "", INDICATORS["org_coverage"].facts, numerator=Q(formal_members=3))
    same_code = measures.Indicator(
        "org_coverage", "", "", "", INDICATORS["org_coverage"].facts, numerator=Q(formal_members=3)
    )
    found = measure([other, same_code], DAY, EVERYTHING)
    assert [found["other"].numerator, found["org_coverage"].numerator] == [1, 1]


def test_a_snapshot_that_is_not_finished_is_not_read(counted: Association) -> None:
    Snapshot.objects.update(built_at=None)
    assert current_snapshot(DAY)[1] is None


def test_a_list_that_is_being_read_while_its_snapshot_is_replaced_is_still_whole(counted: Association) -> None:
    rows = rows_at(INDICATORS["org_coverage"].facts, DAY, EVERYTHING)  # type: ignore[arg-type]
    build_snapshot(as_of=DAY, actor=operator_at_work())
    assert [row.pk for row in rows] == [counted.pk]


# --- frozen ---


@pytest.mark.slow
def test_a_frozen_copy_reads_as_it_was_whatever_is_learnt_later(actor: User) -> None:
    world = World(21, associations=12)
    oversee(world)
    asked_for = list(product(limits(world), GROUPED))
    before = {(limit, by): live(DAY, limit, by) for limit, by in asked_for}
    names = listed("org_coverage", DAY)
    frozen = freeze_snapshot(as_of=DAY, actor=actor)
    assert {one: asked(DAY, *one, frozen.pk) for one in asked_for} == before
    rows = list(StoredFact.objects.filter(snapshot=frozen).order_by("association_id").values())
    totals = list(SnapshotTotal.objects.filter(snapshot=frozen).order_by("pk").values())

    changes = Changes(world, actor)
    for _ in range(20):
        changes.make()
    refresh_snapshots(actor=actor)
    keep_snapshots(today=DAY, actor=actor)
    assert list(StoredFact.objects.filter(snapshot=frozen).order_by("association_id").values()) == rows
    assert list(SnapshotTotal.objects.filter(snapshot=frozen).order_by("pk").values()) == totals
    assert {one: asked(DAY, *one, frozen.pk) for one in asked_for} == before
    kept = INDICATORS["org_coverage"].rows(DAY, EVERYTHING, frozen.pk).filter(has_organization=True)
    assert set(kept.values_list("pk", flat=True)) == {pk for pk, *_ in names}


def test_a_frozen_copy_takes_in_what_was_written_last(counted: Association, actor: User) -> None:
    recount(counted, 2, actor)
    frozen = freeze_snapshot(as_of=DAY, actor=actor)
    recount(counted, 9, actor)
    assert (should_build(frozen=frozen.pk), should_build()) == (0, 1)


def test_freezing_is_on_record_and_makes_no_figure_stale_for_long(counted: Association, actor: User) -> None:
    frozen = freeze_snapshot(as_of=DAY, actor=actor)
    assert audit.changes_of(frozen).get().actor == actor
    refresh_snapshots(actor=operator_at_work())
    assert current_snapshot(DAY)[1] == in_use().get().pk


def test_a_frozen_copy_is_read_by_its_number_and_day_only(counted: Association, actor: User) -> None:
    frozen = freeze_snapshot(as_of=DAY, actor=actor)
    current = in_use().get()
    for number, day in ((frozen.pk, OTHER_DAY), (current.pk, DAY), (frozen.pk + 99, DAY)):
        with pytest.raises(Snapshot.DoesNotExist):
            measure(COMPUTED, day, EVERYTHING, frozen=number)


def test_the_last_quarter_is_frozen_once(counted: Association) -> None:
    today = datetime.date(2024, 7, 3)
    first = freeze_quarter(today=today, actor=operator_at_work())
    assert (first and first.as_of, freeze_quarter(today=today, actor=operator_at_work())) == (DAY, None)


# --- every night ---


def test_the_days_that_are_read_often_are_today_and_the_ends_of_quarters_and_their_months() -> None:
    days = days_to_keep(today=datetime.date(2024, 7, 3))
    assert days[:5] == [
        datetime.date(2024, 7, 3),
        datetime.date(2024, 6, 30),
        datetime.date(2024, 5, 31),
        datetime.date(2024, 4, 30),
        datetime.date(2024, 3, 31),
    ]
    assert (len(days), days[-1]) == (25, datetime.date(2022, 7, 31))


def test_every_night_today_gets_a_snapshot_and_yesterday_loses_its(
    counted: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "MONTHS", 2)
    monkeypatch.setattr(snapshots, "QUARTERS", 2)
    yesterday, today = datetime.date(2024, 7, 3), datetime.date(2024, 7, 4)
    keep_snapshots(today=yesterday, actor=operator_at_work())
    unchanged = in_use().get(as_of=DAY)
    keep_snapshots(today=today, actor=operator_at_work())
    assert sorted(in_use().values_list("as_of", flat=True)) == [
        datetime.date(2024, 3, 31),
        datetime.date(2024, 5, 31),
        DAY,
        today,
    ]
    assert in_use().get(as_of=DAY) == unchanged
    Snapshot.objects.filter(as_of=yesterday).update(retired_at=timezone.now() - datetime.timedelta(hours=2))
    keep_snapshots(today=today, actor=operator_at_work())
    assert not Snapshot.objects.filter(as_of=yesterday).exists()


@pytest.mark.parametrize("what", ("a row", "a row too many", "a row too few", "a total"))
def test_a_snapshot_that_differs_from_the_data_is_told_and_built_anew(
    counted: Association, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = StoredFact.objects.get()
    if what == "a row":
        StoredFact.objects.update(formal_members=0)
    elif what == "a row too many":
        row.association_id = row.association_id + 1
        row.save(force_insert=True)
    elif what == "a row too few":
        StoredFact.objects.all().delete()
    else:
        SnapshotTotal.objects.filter(dimension="region").update(associations=7)
    with caplog.at_level(logging.ERROR):
        found = check_snapshots(as_of=DAY, actor=operator_at_work())
    assert (len(found) > 0, [record.levelname for record in caplog.records]) == (True, ["ERROR"])
    assert (should_build(), check_snapshots(as_of=DAY, actor=operator_at_work())) == (1, [])


def test_the_three_jobs_do_the_work(
    counted: Association, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(snapshots, "MONTHS", 1)
    monkeypatch.setattr(snapshots, "QUARTERS", 1)
    for kind in SnapshotJobKind:
        with django_capture_on_commit_callbacks(execute=True):
            enqueue_job(kind=kind, key=kind, payload={}, owner=None)
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.DONE}
    assert in_use().filter(as_of=timezone.localdate()).count() == 1
    assert Snapshot.objects.filter(is_frozen=True).count() == 1


def test_a_process_that_serves_no_page_keeps_the_same_as_one_that_does() -> None:
    """A worker imports no page: what it did not know of it would leave out of every snapshot it builds."""
    asked = "import django; django.setup(); from portal.core.measures import *; print(len(KEPT), definition())"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.split() == [str(len(KEPT)), measures.definition()]


# --- what it costs ---


def statements_to_correct_one(associations: int, actor: User) -> int:
    """Return how many statements it takes to work one correction into a snapshot."""
    committee = Committee.objects.get()
    for _ in range(associations):
        association = recipes.association.make()
        recipes.oversight.make(association=association, committee=committee)
        recipes.headcount.make(association=association, as_of=DAY, formal=3)
    build_snapshot(as_of=DAY, actor=operator_at_work())
    recount(association, 2, actor)
    with CaptureQueriesContext(connection) as queries:
        refresh_snapshots(actor=operator_at_work())
    assert check_snapshots(as_of=DAY, actor=operator_at_work()) == []
    return len(queries)


def test_correcting_one_association_takes_as_many_statements_among_many_as_among_few(actor: User) -> None:
    recipes.committee.make(name="省委社会工作部", parent=None, path=PROVINCE)
    few, many = statements_to_correct_one(2, actor), statements_to_correct_one(40, actor)
    assert few == many
    assert few <= 36  # two tables of facts: the registry's, and beside it what the quarterly reports add


def test_batches_make_one_whole(counted: Association, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(snapshots._BATCHES, connection.vendor, 2)
    for _ in range(5):
        recipes.association.make()
    build_snapshot(as_of=DAY, actor=operator_at_work())
    assert (measure(COMPUTED, DAY, EVERYTHING).associations, check_snapshots(as_of=DAY, actor=operator_at_work())) == (
        6,
        [],
    )


def test_a_figure_read_from_totals_asks_twice(counted: Association) -> None:
    measure(COMPUTED, DAY, EVERYTHING)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        measure(COMPUTED, DAY, EVERYTHING, by="committee")
    assert len(queries) == 2
