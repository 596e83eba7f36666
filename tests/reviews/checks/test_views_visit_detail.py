"""A visit as the committees read it, and the way of a check with its next act."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.core.models import User
from reviews.checks.choices import AssignmentStatus, CheckStatus, FindingStatus, Selection, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.filling import NOT_APPLICABLE
from reviews.checks.services.visits import finish_visit, receive_entries
from tests.conftest import ClientOf, Side
from tests.reviews.checks.test_services_visits import fill
from tests.reviews.checks.visits import batch, entry, photo_of, signature
from tests.reviews.checks.worlds import check_of, finding_of, inspector_of, visit_of

Lines = dict[str, Any]


@pytest.fixture
def visit(own: Side, inspector_user: User) -> Visit:
    pair = inspector_of(own.committee, inspector_user), inspector_of(own.committee)
    return visit_of(own.association, check_of(own.committee, CheckStatus.RELEASED), inspectors=pair)


def second_of(visit: Visit) -> User:
    last = visit.assignments.order_by("pk").last()
    assert last is not None
    return last.inspector.user


def read(client: Client, visit: Visit) -> Any:
    return client.get(reverse("reviews:visit-detail", args=[visit.pk]))


def lines(answer: Any) -> Lines:
    return {line.item.code: line for section in answer.context["sections"] for line in section.lines}


def test_a_finished_visit_is_read_item_by_item_with_who_entered_it_when(
    client_of: ClientOf, visit: Visit, inspector_user: User
) -> None:
    fill(visit, inspector_user, meetings=(False, "没有会议记录"), dues=(NOT_APPLICABLE, "没有党员"))
    photo = photo_of(visit)
    finish_visit(visit=visit, actor=inspector_user, today=visit.spot_check.begins_on)
    answer = read(client_of("committee"), visit)
    found = lines(answer)
    told = {code: (found[code].text, found[code].note, found[code].tone) for code in ("built", "meetings", "dues")}
    assert told == {
        "built": ("是", "", "good"),
        "meetings": ("否", "没有会议记录", "bad"),
        "dues": ("不适用", "没有党员", "none"),
    }
    assert found["meetings"].finding == visit.findings.get()
    assert found["built"].photos == (photo,)
    row = visit.entries.get(item="meetings")
    text = answer.content.decode()
    entered, received = (
        timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S") for moment in (row.entered_at, row.received_at)
    )
    assert f"钱查 {entered} 记录，{received} 收到" in text
    assert "《中国共产党支部工作条例（试行）》第十三条至第十六条" in text
    assert 'alt="应建的党组织已经建立，现场照片 1"' in text
    assert '<polyline points="100,200 300,120"' in text
    assert reverse("reviews:finding-detail", args=[visit.findings.get().pk]) in text


def test_a_settled_conflict_shows_all_entries_in_their_order(
    client_of: ClientOf, visit: Visit, inspector_user: User
) -> None:
    first, second = entry(1), entry(1, value=False, note="没有批复", device=photo_of(visit).client_id)
    receive_entries(visit=visit, actor=inspector_user, batch=batch(inspector_user, first))
    receive_entries(visit=visit, actor=second_of(visit), batch=batch(second_of(visit), second))
    line = lines(read(client_of("committee"), visit))["built"]
    assert (line.is_conflict, line.was_conflict, line.text) == (True, False, "")
    settled = entry(2, value=True, bases=(str(first.client_id), str(second.client_id)))
    receive_entries(visit=visit, actor=inspector_user, batch=batch(inspector_user, settled))
    line = lines(read(client_of("committee"), visit))["built"]
    assert (line.is_conflict, line.was_conflict, line.text) == (False, True, "是")
    assert [(each.text, each.stands) for each in line.entries] == [("是", False), ("否", False), ("是", True)]


def test_why_nobody_signed_who_declined_and_why_a_visit_was_not_made_are_told(
    client_of: ClientOf, visit: Visit, inspector_user: User
) -> None:
    refused = signature(name="", post="", strokes=(), refusal="负责人不在场")
    receive_entries(visit=visit, actor=inspector_user, batch=batch(inspector_user, signatures=(refused,)))
    part = visit.assignments.order_by("pk").last()
    assert part is not None
    part.status, part.reason, part.ended_at = AssignmentStatus.DECLINED, "出差", timezone.now()
    part.save()
    client = client_of("committee")
    answer = client.post(reverse("reviews:visit-excuse", args=[visit.pk]), {"reason": "正在搬迁"}, follow=True)
    assert answer.redirect_chain == [(reverse("reviews:visit-detail", args=[visit.pk]), 302)]
    text = answer.content.decode()
    told = ("未签字，原因：负责人不在场", "原因：出差", "原因：正在搬迁")
    assert [words for words in told if words not in text] == []

    address = reverse("reviews:visit-resume", args=[visit.pk])
    assert f'href="{address}"' in text
    text = client.post(address, {"reason": "已搬到新址"}, follow=True).content.decode()
    assert ("已恢复检查。" in text, "正在搬迁" in text, f'href="{address}"' in text) == (True, False, False)


def test_a_visit_nobody_has_begun_says_so(client_of: ClientOf, visit: Visit) -> None:
    assert "还没有收到检查记录" in read(client_of("committee"), visit).content.decode()


def test_strokes_are_written_as_whole_numbers_whatever_is_stored(client_of: ClientOf, visit: Visit) -> None:
    taken_by = second_of(visit)
    visit.signatures.create(
        client_id=photo_of(visit).client_id, name="王", strokes=[[[1.5, "7"]], [[3, 4], [5, 6]]], taken_by=taken_by
    )
    (line,) = read(client_of("committee"), visit).context["signatures"]
    assert line.strokes == ("1,7 2,7", "3,4 5,6")


@pytest.mark.parametrize("rows", (1, 4))
def test_a_visit_is_read_with_the_same_number_of_queries_however_much_was_entered(
    client_of: ClientOf, visit: Visit, rows: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    codes = ("built", "term", "charter", "dues")[:rows]
    for code in codes:
        inspector = inspector_of(visit.spot_check.committee)
        visit.assignments.create(inspector=inspector, assigned_by=inspector.user)
        told = batch(inspector.user, entry(1, code, device=photo_of(visit).client_id), signatures=(signature(),))
        receive_entries(visit=visit, actor=inspector.user, batch=told)
        finding_of(visit, item=code)
    client = client_of("committee")
    read(client, visit)
    with django_assert_max_num_queries(22):
        assert read(client, visit).status_code == 200


def test_a_visit_is_reached_from_its_check_its_results_and_its_finding(
    client_of: ClientOf, own: Side, visit: Visit
) -> None:
    finding, client = finding_of(visit), client_of("committee")
    address = reverse("reviews:visit-detail", args=[visit.pk])
    pages = (
        reverse("reviews:spot-check-visits", args=[visit.spot_check_id]),
        reverse("reviews:check-results", args=[visit.spot_check_id]),
        reverse("reviews:finding-detail", args=[finding.pk]),
    )
    assert [page for page in pages if f'href="{address}"' not in client.get(page).content.decode()] == []


def test_of_a_published_check_from_above_only_own_visits_are_linked(
    client_of: ClientOf, own: Side, other: Side
) -> None:
    check = check_of(own.committee.parent, CheckStatus.PUBLISHED)
    near, far = (visit_of(side.association, check, VisitStatus.DONE) for side in (own, other))
    text = client_of("committee").get(reverse("reviews:spot-check-visits", args=[check.pk])).content.decode()
    links = [reverse("reviews:visit-detail", args=[each.pk]) in text for each in (near, far)]
    assert (links, far.association.name in text) == ([True, False], True)


# --- the way of a check ---


def stands(client: Client, check: SpotCheck) -> tuple[str, str]:
    """Return the step at which a check stands and the label of its next act."""
    context = client.get(reverse("reviews:spot-check-detail", args=[check.pk])).context
    here = [step.words for step in context["steps"] if step.is_here]
    return "".join(here), context["next"].label if context["next"] else ""


def test_a_drawn_check_stands_where_its_state_says_with_one_next_act(client_of: ClientOf, own: Side) -> None:
    client = client_of("committee")
    told = {status: stands(client, check_of(own.committee, status)) for status in CheckStatus}
    assert told == {
        CheckStatus.DRAFT: ("方案", "封存名单"),
        CheckStatus.COMMITTED: ("抽取", "随机抽取"),
        CheckStatus.DRAWN: ("下发", "添加检查对象"),
        CheckStatus.RELEASED: ("结束", "结束检查"),
        CheckStatus.CLOSED: ("公布", "公布结果"),
        CheckStatus.PUBLISHED: ("", ""),
        CheckStatus.CANCELLED: ("", ""),
    }


def test_from_the_visits_to_the_end_the_next_act_follows_what_is_left(client_of: ClientOf, visit: Visit) -> None:
    client, check = client_of("committee"), visit.spot_check
    assert stands(client, check) == ("检查", "")
    visit.status, visit.done_by, visit.done_at = VisitStatus.DONE, second_of(visit), timezone.now()
    visit.save()
    assert stands(client, check) == ("结束", "结束检查")
    finding = finding_of(visit)
    assert stands(client, check) == ("整改", "下达整改通知")
    due_on = timezone.localdate() + datetime.timedelta(days=9)
    Finding.objects.all().delete()
    finding = finding_of(visit, FindingStatus.NOTICED, due_on=due_on)
    assert stands(client, check) == ("整改", "结束检查")
    finding.status = FindingStatus.REPLIED
    finding.save()
    assert stands(client, check) == ("整改", "复核整改答复")


def test_a_check_by_hand_is_neither_sealed_nor_drawn(client_of: ClientOf, own: Side) -> None:
    check = check_of(own.committee, kind="routine", selection=Selection.HAND)
    client = client_of("committee")
    answer = client.get(reverse("reviews:spot-check-detail", args=[check.pk]))
    assert [step.words for step in answer.context["steps"]] == ["方案", "下发", "检查", "整改", "结束", "公布"]
    assert stands(client, check) == ("方案", "添加检查对象")
    visit_of(own.association, check, VisitStatus.PLANNED)
    assert stands(client, check) == ("方案", "指派检查人员")


def test_whoever_only_reads_a_check_from_above_gets_no_act(client_of: ClientOf, own: Side) -> None:
    check = check_of(own.committee.parent, CheckStatus.PUBLISHED)
    answer = client_of("committee").get(reverse("reviews:spot-check-detail", args=[check.pk]))
    assert (answer.context["next"], answer.context["has_results"]) == (None, True)
