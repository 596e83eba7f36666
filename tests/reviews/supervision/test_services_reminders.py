import datetime

import pytest
from django.utils import timezone

from portal.core.choices import NoticeKind
from portal.core.models import Notice, User
from portal.core.notices import digest_of, escalate, send_reminders
from reviews.supervision.models import Receipt
from tests.conftest import Side
from tests.reviews.supervision.worlds import small_receipt

ISSUED = datetime.datetime(2026, 11, 2, 10, 0, tzinfo=timezone.get_default_timezone())  # a Monday


@pytest.fixture
def receipt(own: Side, committee_user: User, province_user: User) -> Receipt:
    """A report issued on a Monday to the committee of `committee_user` by `province_user`."""
    receipt = small_receipt(own.committee)
    receipt.report.issued_at, receipt.report.issued_by = ISSUED, province_user
    receipt.report.save()
    return receipt


def told(user: User) -> list[str]:
    kinds = (NoticeKind.REMINDER,)
    return list(
        Notice.objects.filter(user=user, kind__in=kinds, key__startswith="receipt").values_list("text", flat=True)
    )


@pytest.mark.parametrize(("day", "times"), ((4, 0), (5, 1), (30, 1)))
def test_a_committee_is_reminded_once_of_a_receipt_after_three_working_days(
    receipt: Receipt, committee_user: User, day: int, times: int
) -> None:
    for _ in range(2):
        send_reminders(today=datetime.date(2026, 11, day))
    number = receipt.report.number
    assert told(committee_user) == [f"{number}印发已满 3 个工作日，请签收。"] * times


@pytest.mark.parametrize(("day", "times"), ((10, 0), (11, 1), (30, 1)))
def test_who_issued_it_learns_once_after_seven_working_days_who_has_not_signed(
    receipt: Receipt, province_user: User, day: int, times: int
) -> None:
    for _ in range(2):
        escalate(today=datetime.date(2026, 11, day))
    number = receipt.report.number
    assert told(province_user) == [f"{number}印发已满 7 个工作日，仍有 1 个机构未签收。"] * times


def test_a_signed_receipt_troubles_nobody(receipt: Receipt, committee_user: User, province_user: User) -> None:
    receipt.signed_by, receipt.signed_at = committee_user, timezone.now()
    receipt.save()
    send_reminders(today=datetime.date(2026, 11, 30))
    escalate(today=datetime.date(2026, 11, 30))
    assert (told(committee_user), told(province_user)) == ([], [])


def test_the_digest_of_a_committee_lists_what_is_to_be_signed_for(receipt: Receipt, committee_user: User) -> None:
    digest = digest_of(committee_user, "digest:2026-45", datetime.date(2026, 11, 2))
    assert digest is not None
    lines = [line["text"] for line in digest.lines] or [digest.text]
    assert f"{receipt.report.number}待签收" in lines
