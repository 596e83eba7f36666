"""Reminding those who have not filed: each person once a day, whatever the cycle."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.core.choices import NoticeKind
from portal.core.models import User
from portal.core.notices import notify


@dataclass(frozen=True)
class Reminded:
    """The numbers of a reminder: people told now, owners who owe a sheet, owners without anybody to tell."""

    people: int
    owners: int
    without_account: int

    @property
    def sentence(self) -> str:
        if not self.owners:
            return "范围内的协会都已填报，没有需要提醒的。"
        words = f"已提醒 {self.people} 人。" if self.people else "今天已经提醒过，不再重复。"
        if self.without_account:
            words += f"另有 {self.without_account} 家协会没有可用账户，请另行联系。"
        return words


def remind_filers(
    *,
    due: Mapping[int, datetime.date],
    filers: Mapping[int, Iterable[User | int]],
    key: str,
    text: Callable[[datetime.date], str],
    url: str,
) -> Reminded:
    """Tell the filers of what is owed, by owner: `due` gives the deadline, `filers` the people, `text` the words for a deadline.

    Whoever was told under the same `key` is not told again.
    """
    people = 0
    for day in sorted(set(due.values())):  # a deadline or two: who was given a later one is told that
        people += notify(
            users={user for owner, users in filers.items() if due[owner] == day for user in users},
            kind=NoticeKind.TASK,
            key=key,
            text=text(day),
            url=url,
        )
    return Reminded(people, len(due), len(due) - len(filers))
