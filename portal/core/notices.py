"""Notices inside the portal: each thing is told once, a date on its day, and everything else in one digest a week.

Open work goes into the weekly digest, which is written only where there is any. A reminder concerns a date; where many reminders
fall on one morning, one summary line is unread. Apps above register the sources of digests and reminders.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from portal.core.access import can_read_notice
from portal.core.choices import COMMITTEE_ROLES, NoticeKind, Role
from portal.core.errors import refuse
from portal.core.models import Grant, Notice, User
from portal.core.navigation import start_url

KEPT_AFTER_READING = datetime.timedelta(days=180)  # half a year: the work of the next quarter may refer to them
REMINDERS_A_MORNING = 3  # more than these are summed up in one unread line; domain.md, "Anti-formalism"
MOST_COUNTED = 100  # the bell says 99+
_AT_ONCE = 500  # rows of a statement


@dataclass(frozen=True)
class DigestLine:
    """A piece of open work of a person, and the page where it is done."""

    text: str
    url: str


@dataclass(frozen=True)
class Reminder:
    """A date that comes near or has passed, and the ids of the users to remind. `key` names the thing, its date and the step."""

    users: frozenset[int]
    key: str
    text: str
    url: str


DigestSource = Callable[[User, datetime.date], Iterable[DigestLine]]
ReminderSource = Callable[[datetime.date], Iterable[Reminder]]
D = TypeVar("D", bound=DigestSource)
R = TypeVar("R", bound=ReminderSource)
_DIGESTS: list[DigestSource] = []
_REMINDERS: list[ReminderSource] = []
_ESCALATIONS: list[ReminderSource] = []


def digest_source(source: D) -> D:
    """Register a source of a person's open work on a day; the weekly digest gathers all sources in order of registration."""
    _DIGESTS.append(source)
    return source


def reminder_source(source: R) -> R:
    """Register a source of dates that are near on a day. It runs every morning and may repeat itself: keys keep notices single."""
    _REMINDERS.append(source)
    return source


def escalation_source(source: R) -> R:
    """Register a source of reminders that tell committees what is overdue below them."""
    _ESCALATIONS.append(source)
    return source


# --- writing and reading notices; none of it goes into the audit log, for a notice changes nothing that it speaks of ---


def notify(*, users: Iterable[User | int], kind: NoticeKind, key: str, text: str, url: str) -> int:
    """Write one notice to each of these users (rows or ids) who has none under this key yet; return how many were written.

    Closed accounts get no notice. `url` is a page of the portal.
    """
    readers = {user.pk if isinstance(user, User) else user for user in users}
    return _deliver([Notice(user_id=user, kind=kind, key=key, text=text[:400], url=url) for user in sorted(readers)])


def _deliver(notices: list[Notice]) -> int:
    """Write the notices that are new to people with an open account, batch by batch."""
    return sum(_deliver_batch(notices[start : start + _AT_ONCE]) for start in range(0, len(notices), _AT_ONCE))


@transaction.atomic
def _deliver_batch(notices: list[Notice]) -> int:
    # With ignore_conflicts SQLite passes over broken check constraints too, so that this one is checked here.
    if astray := [
        n.url for n in notices if not (n.url.startswith("/") and url_has_allowed_host_and_scheme(n.url, None))
    ]:
        message = f"a notice leads out of the portal: {astray[0]!r}"
        raise ValueError(message)
    people = {notice.user_id for notice in notices}
    open_accounts = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    same_keys = Notice.objects.filter(user__in=people, key__in={notice.key for notice in notices})
    known = set(same_keys.values_list("user", "key"))
    new = [n for n in notices if n.user_id in open_accounts and (n.user_id, n.key) not in known]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def read_notice(*, notice: Notice, actor: User) -> Notice:
    """Mark a person's own notice as read; read before, it keeps its first moment."""
    refuse(can_read_notice(actor, notice))
    Notice.objects.visible_to(actor).unread().filter(pk=notice.pk).update(read_at=timezone.now())
    notice.refresh_from_db()
    return notice


@transaction.atomic
def read_all_notices(*, actor: User, until: int) -> int:
    """Mark a person's notices as read, up to the one that was the newest on the page: a later one was not seen yet."""
    return Notice.objects.visible_to(actor).unread().filter(pk__lte=until).update(read_at=timezone.now())


def secretaries_of(associations: Iterable[int]) -> dict[int, set[int]]:
    """Return {association id: ids of the open accounts of its secretaries and liaisons}. One query."""
    over = Grant.objects.filter(role=Role.SECRETARY, association_id__in=set(associations))
    return _holders(over, "association_id")


def staff_of(committees: Iterable[int], *roles: Role) -> dict[int, set[int]]:
    """Return {committee id: ids of its active staff}, of `roles` where these are given. One query."""
    over = Grant.objects.filter(role__in=roles or COMMITTEE_ROLES, committee__in=set(committees))
    return _holders(over, "committee")


def _holders(grants: QuerySet[Grant], over: str) -> dict[int, set[int]]:
    holders: dict[int, set[int]] = defaultdict(set)
    for thing, user in grants.filter(user__is_active=True).values_list(over, "user"):
        holders[thing].add(user)
    return holders


def unread_count(user: User | AnonymousUser) -> int:
    """Return the number that the bell shows: a person's unread notices, up to `MOST_COUNTED`. One query by its own index."""
    return Notice.objects.visible_to(user).unread().order_by()[:MOST_COUNTED].count()


def forget_read_notices() -> int:
    """Delete notices that were read long ago; unread ones stay."""
    deleted, _ = Notice.objects.filter(read_at__lt=timezone.now() - KEPT_AFTER_READING).delete()
    return deleted


# --- by the clock ---


def write_digests(*, week_of: datetime.date, today: datetime.date, progress: Callable[[int, int, str], None]) -> int:
    """Write each person's digest of the ISO week of `week_of`: one notice that lists the open work of `today`, none without any.

    Each batch of people is committed by itself; begun again, people who have the week's digest are passed over.
    """
    year, week, _ = week_of.isocalendar()
    key = f"digest:{year}-{week:02d}"
    left = User.objects.filter(is_active=True).exclude(notices__key=key).order_by("pk").values_list("pk", flat=True)
    people, written = list(left), 0
    for start in range(0, len(people), _AT_ONCE):
        progress(start, len(people), "汇总待办")
        batch = User.objects.filter(pk__in=people[start : start + _AT_ONCE]).order_by("pk")
        written += _deliver([digest for user in batch if (digest := digest_of(user, key, today))])
    return written


def digest_of(user: User, key: str, today: datetime.date) -> Notice | None:
    """Return a person's digest, not yet written; None for people without open work or without a role."""
    if not user.scope.roles:
        return None
    lines = [line for source in _DIGESTS for line in source(user, today)]
    if not lines:
        return None
    alone = lines[0] if len(lines) == 1 else None
    return Notice(
        user=user,
        kind=NoticeKind.DIGEST,
        key=key,
        text=f"本周待办：{alone.text}" if alone else f"本周待办 {len(lines)} 类",
        lines=[] if alone else [{"text": line.text, "url": line.url} for line in lines],
        url=alone.url if alone else start_url(),
    )


def send_reminders(*, today: datetime.date) -> int:
    """Remind each person of the dates that have come near since the last time. Return how many notices were new.

    More than `REMINDERS_A_MORNING` to one person are listed as read, under one unread line that says how many they are.
    """
    return _deliver_reminders(_REMINDERS, today)


def escalate(*, today: datetime.date) -> int:
    """Remind committees once of each thing that is overdue below them. Return how many notices were new."""
    return _deliver_reminders(_ESCALATIONS, today)


def _deliver_reminders(sources: Iterable[ReminderSource], today: datetime.date) -> int:
    due: dict[int, list[Notice]] = defaultdict(list)
    for reminder in (reminder for source in sources for reminder in source(today)):
        for user in reminder.users:
            due[user].append(
                Notice(user_id=user, kind=NoticeKind.REMINDER, key=reminder.key, text=reminder.text, url=reminder.url)
            )
    return _deliver([notice for notices in _only_new(due) for notice in _bundled(notices, today)])


def _only_new(due: dict[int, list[Notice]]) -> Iterator[list[Notice]]:
    people = sorted(due)
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        written = set(
            Notice.objects.filter(user__in=some, kind=NoticeKind.REMINDER).values_list("user", "key").iterator()
        )
        for user in some:
            if new := [notice for notice in due[user] if (user, notice.key) not in written]:
                yield new


def _bundled(notices: list[Notice], today: datetime.date) -> list[Notice]:
    if len(notices) <= REMINDERS_A_MORNING:
        return notices
    now = timezone.now()
    for notice in notices:
        notice.read_at = now
    return [
        *notices,
        Notice(
            user_id=notices[0].user_id,
            kind=NoticeKind.REMINDER,
            key=f"reminders:{today}",
            text=f"{today.month}月{today.day}日有 {len(notices)} 项到期提醒，已逐项列在通知中。",
            url=f"{reverse('core:notice-list')}?kind={NoticeKind.REMINDER}",
        ),
    ]
