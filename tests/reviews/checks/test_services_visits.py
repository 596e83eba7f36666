"""A visit as phones make it: once, in order, together; photos sealed; finished, excused, and late."""

import hashlib
import io
import uuid

import pytest
from django.utils import timezone
from PIL import Image

from portal.core import audit
from portal.core.errors import RuleViolation
from portal.core.models import AuditEntry
from portal.core.quarters import months_after
from reviews.checks.choices import AssignmentStatus, CheckStatus, FindingStatus, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.visits import Visit
from reviews.checks.rules.preset import CHECK_LIST
from reviews.checks.services import visits as visiting
from reviews.checks.services.raising import raise_findings
from reviews.checks.services.visits import (
    AnotherPerson,
    Unfinished,
    VisitOver,
    excuse_visit,
    finish_visit,
    keep_photo,
    receive_entries,
    resume_visit,
    standings_at,
)
from tests import recipes
from tests.reviews.checks.visits import MOMENT, TAKEN, batch, entry, jpeg, signature
from tests.reviews.checks.worlds import BEGINS, check_of, finding_of, inspector_of, visit_of

TODAY = BEGINS


@pytest.fixture
def pair(own):
    return inspector_of(own.committee), inspector_of(own.committee)


@pytest.fixture
def visit(own, pair):
    return visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), inspectors=pair)


@pytest.fixture
def first(pair):
    return pair[0].user


@pytest.fixture
def second(pair):
    return pair[1].user


def receive(visit, user, *entries, signatures=()):
    return receive_entries(visit=visit, actor=user, batch=batch(user, *entries, signatures=signatures))


def fill(visit, user, **changed):
    """Answer every required item, sign."""
    told = {item.code: (True, "") for item in CHECK_LIST.items if item.required} | changed
    entries = [
        entry(place, code, value=value, note=note) for place, (code, (value, note)) in enumerate(told.items(), start=1)
    ]
    return receive(visit, user, *entries, signatures=(signature(),))


# --- once and in order ---


def test_what_is_sent_three_times_is_there_once(visit, first):
    told = (entry(1), entry(2, "term", value=False))
    signed = (signature(),)
    answers = [receive(visit, first, *told, signatures=signed).acknowledged for _ in range(3)]
    assert answers == [[told[0].client_id, told[1].client_id, signed[0].client_id]] * 3
    assert (visit.entries.count(), visit.signatures.count()) == (2, 1)
    assert AuditEntry.objects.filter(target_type="reviews.visit", target_id=visit.pk).count() == 1


def test_part_of_a_batch_that_arrived_before_is_acknowledged_with_the_rest(visit, first):
    one, two = entry(1), entry(2)
    receive(visit, first, one)
    assert receive(visit, first, one, two).acknowledged == [one.client_id, two.client_id]
    assert list(visit.entries.values_list("sequence", flat=True)) == [1, 2]


def test_entries_of_one_device_are_kept_in_their_order_and_none_before_its_turn(visit, first):
    one, two, four = entry(1), entry(2, "term"), entry(4, "dues")
    received = receive(visit, first, four, two, one)
    assert (received.acknowledged, received.has_gap) == ([one.client_id, two.client_id], True)
    assert list(visit.entries.values_list("item", flat=True)) == ["built", "term"]


def test_both_times_are_kept_and_the_portals_own_decides_the_order(visit, first, second):
    late_clock = entry(1, entered_at=MOMENT.replace(year=2031))
    receive(visit, first, late_clock)
    receive(visit, second, entry(1, value=False, device=uuid.UUID(int=8), bases=(str(late_clock.client_id),)))
    kept = list(visit.entries.order_by("pk"))
    assert [each.entered_at.year for each in kept] == [2031, 2024]
    assert abs((timezone.now() - kept[0].received_at).total_seconds()) < 60
    assert standings_at(visit)["built"].value is False


def test_nobody_sends_in_another_persons_name(visit, first, second):
    with pytest.raises(AnotherPerson):
        receive_entries(visit=visit, actor=second, batch=batch(first, entry(1)))
    receive(visit, first, entry(1))
    with pytest.raises(AnotherPerson):
        receive(visit, second, entry(2))  # from the same device
    assert visit.entries.count() == 1


def test_an_item_that_is_not_in_the_list_is_refused_and_nothing_is_kept(visit, first):
    with pytest.raises(RuleViolation):
        receive(visit, first, entry(1), entry(2, "unknown"))
    assert visit.entries.count() == 0


def test_a_number_that_another_thing_has_is_refused(own, other, visit, first):
    elsewhere = visit_of(
        other.association, visit.spot_check, inspectors=(first.inspector,)
    )  # the same person at another association
    told = entry(1)
    receive(visit, first, told)
    with pytest.raises(RuleViolation):
        receive(elsewhere, first, told)


def test_only_those_who_were_sent_fill_in(visit, pair, province_user):
    with pytest.raises(RuleViolation):
        receive(visit, province_user, entry(1))
    visit.assignments.filter(inspector=pair[0]).update(status=AssignmentStatus.DECLINED, reason="出差")
    with pytest.raises(RuleViolation):
        receive(visit, pair[0].user, entry(1))


def test_a_signature_is_drawn_or_its_lack_explained(visit, first):
    with pytest.raises(RuleViolation):
        receive(visit, first, signatures=(signature(strokes=()),))
    receive(visit, first, signatures=(signature(name="", strokes=(), refusal="负责人拒绝签字"),))
    assert list(visit.signatures.values_list("name", "refusal")) == [("", "负责人拒绝签字")]


# --- photos ---


def photo(visit, user, data=None, client_id=None, item="built"):
    return keep_photo(
        visit=visit,
        actor=user,
        user=user.pk,
        client_id=client_id or uuid.uuid4(),
        item=item,
        data=data or jpeg((400, 300)),
    )


def test_the_original_is_sealed_as_it_came_and_the_shown_copy_tells_no_place(visit, first):
    data = jpeg((2400, 1800))
    kept = photo(visit, first, data)
    with kept.original.open("rb") as original:
        assert hashlib.sha256(original.read()).hexdigest() == hashlib.sha256(data).hexdigest() == kept.sha256
    with kept.shown.open("rb") as shown:
        picture = Image.open(io.BytesIO(shown.read()))
    assert (dict(picture.getexif()), max(picture.size)) == ({}, 1600)
    assert (kept.taken_at, round(kept.latitude, 2), round(kept.longitude, 2)) == (TAKEN, 32.06, 118.78)


def test_a_photo_sent_three_times_is_there_once(visit, first):
    client_id, data = uuid.uuid4(), jpeg((400, 300))
    assert len({photo(visit, first, data, client_id).pk for _ in range(3)}) == 1
    assert visit.photos.count() == 1


def test_a_photo_that_is_none_is_refused_with_a_sentence_and_nothing_is_kept(visit, first):
    with pytest.raises(RuleViolation, match="只接收 JPG、PNG、WebP 格式的照片。"):
        photo(visit, first, b"<svg/>")
    assert visit.photos.count() == 0


def test_photos_of_a_visit_are_counted(visit, first, monkeypatch):
    monkeypatch.setattr(visiting, "MOST_PHOTOS", 1)
    photo(visit, first)
    with pytest.raises(RuleViolation, match="一次检查最多 1 张照片。"):
        photo(visit, first)


# --- the end ---


def test_a_finished_visit_keeps_what_stands_and_raises_a_finding_for_each_no(visit, first):
    fill(visit, first, meetings=(False, "第三季度没有召开"), dues=("不适用", "没有党员"))
    done = finish_visit(visit=visit, actor=first, today=TODAY)
    assert (done.status, done.done_by, done.answers["meetings"], done.answers["built"]) == (
        VisitStatus.DONE,
        first,
        {"value": False, "note": "第三季度没有召开"},
        {"value": True, "note": ""},
    )
    assert list(
        Finding.objects.values_list("item", "title", "severity", "detail", "basis", "status", "found_on", "association")
    ) == [
        (
            "meetings",
            "未做到：三会一课按规定召开",
            "major",
            "第三季度没有召开",
            "《中国共产党支部工作条例（试行）》第十三条至第十六条",
            FindingStatus.RAISED,
            TODAY,
            visit.association_id,
        )
    ]
    assert finish_visit(visit=visit, actor=first, today=TODAY).pk == visit.pk
    assert raise_findings(visit=done, actor=first, today=TODAY) == []
    assert Finding.objects.count() == 1


def test_what_is_found_again_within_24_months_is_marked_as_a_repeat_when_the_visit_is_finished(
    own, other, visit, first
):
    check = visit.spot_check
    long_ago, before = (
        visit_of(own.association, check_of(own.committee, CheckStatus.PUBLISHED), VisitStatus.DONE) for _ in range(2)
    )
    elsewhere = visit_of(other.association, check_of(other.committee, CheckStatus.PUBLISHED), VisitStatus.DONE)
    finding_of(long_ago, FindingStatus.CLOSED, "term", found_on=months_after(TODAY, -25))
    finding_of(elsewhere, FindingStatus.CLOSED, "dues", found_on=months_after(TODAY, -6))
    earlier = finding_of(before, FindingStatus.CLOSED, "meetings", found_on=months_after(TODAY, -24))
    fill(visit, first, meetings=(False, "没有会议记录"), term=(False, "没有换届"), dues=(False, "没有收缴"))
    finish_visit(visit=visit, actor=first, today=TODAY)
    raised = Finding.objects.filter(visit__spot_check=check).order_by("item")
    assert list(raised.values_list("item", "repeats")) == [("dues", None), ("meetings", earlier.pk), ("term", None)]


def test_what_is_missing_or_in_conflict_keeps_a_visit_open(visit, first, second):
    receive(visit, first, entry(1))
    receive(visit, second, entry(1, value=False, device=uuid.UUID(int=8)))
    with pytest.raises(Unfinished) as refusal:
        finish_visit(visit=visit, actor=first, today=TODAY)
    assert refusal.value.message == (
        "还不能完成，请先处理：应建的党组织已经建立、书记在任并实际履职、按期换届、党建内容写入协会章程、三会一课按规定召开等 15 项。"
    )
    visit.refresh_from_db()
    assert (visit.status, Finding.objects.count()) == (VisitStatus.OPEN, 0)


def test_what_arrives_after_the_end_changes_nothing_and_what_arrived_before_is_acknowledged(visit, first, second):
    fill(visit, first)
    early = entry(1, "remarks", value="电梯停用", device=uuid.UUID(int=8))
    receive(visit, second, early)
    finish_visit(visit=visit, actor=first, today=TODAY)
    assert receive(visit, second, early).acknowledged == [early.client_id]
    late = entry(2, value=False, device=uuid.UUID(int=8))
    with pytest.raises(VisitOver) as refusal:
        receive(visit, second, early, late)
    assert refusal.value.acknowledged == (early.client_id,)
    with pytest.raises(VisitOver):
        photo(visit, second)
    assert Visit.objects.get(pk=visit.pk).answers["built"]["value"] is True


def test_a_visit_is_excused_with_a_reason_by_the_pair_or_by_the_committee_of_the_check(
    visit, first, own, committee_user, other
):
    stranger = recipes.user.make()
    stranger.grants.create(role="committee", committee=other.committee)
    with pytest.raises(RuleViolation):
        excuse_visit(visit=visit, actor=stranger, reason="不想去")
    with pytest.raises(RuleViolation, match="请写明未检查的原因。"):
        excuse_visit(visit=visit, actor=first, reason="  ")
    excused = excuse_visit(visit=visit, actor=committee_user, reason="协会已停止办公")
    assert (excused.status, excused.excuse) == (VisitStatus.EXCUSED, "协会已停止办公")
    with pytest.raises(VisitOver):
        excuse_visit(visit=visit, actor=first, reason="重复登记")


def test_an_excused_visit_is_made_after_all_when_the_committee_of_the_check_says_so_and_why(
    visit, first, committee_user
):
    excuse_visit(visit=visit, actor=first, reason="大门紧闭")
    with pytest.raises(RuleViolation, match="由组织抽查的机构恢复检查。"):
        resume_visit(visit=visit, actor=first, reason="协会恢复办公")
    with pytest.raises(RuleViolation, match="请写明恢复检查的原因。"):
        resume_visit(visit=visit, actor=committee_user, reason=" ")
    resumed = resume_visit(visit=visit, actor=committee_user, reason="协会恢复办公")
    assert (resumed.status, resumed.excuse) == (VisitStatus.OPEN, "")
    told = audit.changes_of(visit).filter(data__step="恢复检查").get().data
    assert (told["reason"], told["excuse"]) == ("协会恢复办公", "大门紧闭")
    assert receive(visit, first, entry(1)).acknowledged != []
    with pytest.raises(VisitOver, match="检查任务待检查，不能恢复检查。"):
        resume_visit(visit=visit, actor=committee_user, reason="重复")
