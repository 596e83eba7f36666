"""The way of a check from plan to publication: its steps, its state, its next act."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from portal.core.models import User
from reviews.checks.choices import CheckStatus, FindingStatus, Selection, VisitStatus
from reviews.checks.models.findings import Finding
from reviews.checks.models.plan import SpotCheck
from reviews.checks.models.visits import Visit
from reviews.checks.rules.states import CHECK

_DRAWN_ONLY = ("封存", "抽取")
_WAY = ("方案", "封存", "抽取", "下发", "检查", "整改", "结束", "公布")
# The step to be done in each state; a published check has none left.
_STANDS = {
    CheckStatus.DRAFT: "方案",
    CheckStatus.COMMITTED: "抽取",
    CheckStatus.DRAWN: "下发",
    CheckStatus.RELEASED: "结束",
    CheckStatus.CLOSED: "公布",
}


@dataclass(frozen=True)
class Tally:
    """Open work of a check: visits by status, findings that wait for a notice, an answer or a re-check."""

    visits: dict[str, int]
    raised: int = 0
    replied: int = 0
    noticed: int = 0
    # The one association whose findings wait for a notice, where it is one.
    to_notice: int | None = None

    @property
    def total(self) -> int:
        return sum(self.visits.values())

    @property
    def unmade(self) -> int:
        return self.visits.get(VisitStatus.PLANNED, 0) + self.visits.get(VisitStatus.OPEN, 0)


@dataclass(frozen=True)
class WayStep:
    words: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True)
class NextAct:
    """The next act: a page, or with `asks` a button that first asks for confirmation."""

    label: str
    url: str
    asks: str = ""


def tally_of(check: SpotCheck, user: User, today: datetime.date) -> Tally:
    """Count the open work of a check that this person sees; two queries."""
    visits = Visit.objects.visible_to(user).filter(spot_check=check)
    findings = Finding.objects.visible_to(user, today).filter(visit__spot_check=check)
    left = list(findings.order_by().values_list("status", "association").annotate(rows=Count("pk")))
    by_status = Counter[str]()
    for status, _, rows in left:
        by_status[status] += rows
    waiting = {association for status, association, _ in left if status == FindingStatus.RAISED}
    return Tally(
        visits=dict(visits.order_by().values_list("status").annotate(rows=Count("pk"))),
        raised=by_status[FindingStatus.RAISED],
        noticed=by_status[FindingStatus.NOTICED],
        replied=by_status[FindingStatus.REPLIED],
        to_notice=waiting.pop() if len(waiting) == 1 else None,
    )


def way_of(check: SpotCheck, tally: Tally) -> list[WayStep]:
    """Return the steps of a check, each with whether it is done and whether the check stands there."""
    way = [words for words in _WAY if check.selection == Selection.DRAW or words not in _DRAWN_ONLY]
    if check.status == CheckStatus.CANCELLED:
        return [WayStep(words, is_done=False, is_here=False) for words in way]
    here = _here(check, tally)
    place = way.index(here) if here else len(way)
    ended = {"结束"} if check.status == CheckStatus.CLOSED else set()
    return [WayStep(words, is_done=at < place or words in ended, is_here=at == place) for at, words in enumerate(way)]


def _here(check: SpotCheck, tally: Tally) -> str:
    if check.status == CheckStatus.RELEASED and tally.unmade:
        return "检查"
    if tally.raised or (check.status == CheckStatus.RELEASED and (tally.noticed or tally.replied)):
        return "整改"
    return _STANDS.get(CheckStatus(check.status), "")


def next_act(check: SpotCheck, tally: Tally, *, is_ready: bool) -> NextAct | None:
    """Return the next act of whoever keeps a check; None while it waits for others, and once all is done.

    `is_ready` says that no visit lacks anything that its release asks for (`unready_visits`).
    """
    if check.status == CheckStatus.DRAFT and check.selection == Selection.DRAW:
        return NextAct("封存名单", _of("spot-check-commit", check))
    if CHECK.may(check.status, "draw"):
        return NextAct("随机抽取", _of("spot-check-draw", check))
    if CHECK.may(check.status, "release"):
        return _to_release(check, tally, is_ready=is_ready)
    return _to_end(check, tally)


def _to_release(check: SpotCheck, tally: Tally, *, is_ready: bool) -> NextAct:
    if not tally.total:
        return NextAct("添加检查对象", _of("visit-add", check))
    if not is_ready:
        return NextAct("指派检查人员", _of("spot-check-visits", check))
    asks = "下发后检查人员收到通知，名单不能再抽取。确定下发？"
    return NextAct("下发检查人员", _of("spot-check-release", check), asks)


def _to_end(check: SpotCheck, tally: Tally) -> NextAct | None:
    if check.status not in {CheckStatus.RELEASED, CheckStatus.CLOSED}:
        return None
    if tally.raised:
        one = reverse("reviews:notice-create", args=[check.pk, tally.to_notice]) if tally.to_notice else ""
        return NextAct("下达整改通知", one or _of("check-results", check))
    if tally.replied and check.status == CheckStatus.RELEASED:
        waiting = f"?check={check.pk}&state={FindingStatus.REPLIED}"
        return NextAct("复核整改答复", f"{reverse('reviews:finding-list')}{waiting}")
    if check.status == CheckStatus.CLOSED:
        asks = "公布后下级机构可以看到结果名单，问题不能再增减。确定公布？"
        return NextAct("公布结果", _of("check-publish", check), asks)
    if tally.unmade:
        return None
    return NextAct("结束检查", _of("check-close", check), "结束后不能再检查，也不能改派。确定结束？")


def _of(page: str, check: SpotCheck) -> str:
    return reverse(f"reviews:{page}", args=[check.pk])


def words_of(check: SpotCheck, tally: Tally) -> str:
    """Return in one sentence what a released check waits for; empty where the page says it elsewhere."""
    if check.status == CheckStatus.PUBLISHED:
        open_ones = tally.noticed + tally.replied
        return f"结果已公布，还有 {open_ones} 项问题没有销号。" if open_ones else "结果已公布。"
    if check.status not in {CheckStatus.RELEASED, CheckStatus.CLOSED}:
        return ""
    parts = [
        (tally.unmade, f"还有 {tally.unmade} 家没有检查"),
        (tally.raised, f"{tally.raised} 项问题待下达整改"),
        (tally.replied, f"{tally.replied} 项整改答复待复核"),
        (tally.noticed, f"{tally.noticed} 项问题整改中"),
    ]
    sentences = [words for count, words in parts if count]
    return f"{'，'.join(sentences)}。" if sentences else "检查任务和发现的问题都已办结。"
