"""Rules of Party organizations: pure functions and constants, each with its source."""

import datetime
import re
from collections.abc import Sequence
from typing import TypeVar

from partyorgs.organizations.choices import InstructorKind, OrganizationLevel, PartyTitle, Setup
from portal.core.quarters import months_after, years_after

T = TypeVar("T")

OWN_ORGANIZATION_MIN_FORMAL_MEMBERS = 3  # 《中国共产党支部工作条例（试行）》第四条
JOINT_BRANCH_MAX_UNITS = 5  # 《支部工作条例》第四条：联合党支部覆盖单位一般不超过5个
BRANCH_MAX_MEMBERS = 50  # 《支部工作条例》第四条：党支部党员人数一般不超过50人
GENERAL_BRANCH_MAX_MEMBERS = 100  # 《中国共产党章程》第三十条的实践口径：超过100人可设党委，须经批准
BRANCH_COMMITTEE_MIN_MEMBERS = 7  # 《支部工作条例》第二十条：有正式党员7人以上的设支部委员会

# 《关于党的基层组织任期的意见》（2018）：党委每届5年，总支和支部每届3年。
TERM_YEARS = {OrganizationLevel.COMMITTEE: 5, OrganizationLevel.GENERAL_BRANCH: 3, OrganizationLevel.BRANCH: 3}
MAX_DELAY_YEARS = 1  # 《中国共产党基层组织选举工作条例》第四条：延期一般不超过1年
REMINDER_MONTHS = (6, 3, 1)  # domain.md, "Rules": remind 6, 3 and 1 months before
TARGET_REMINDER_DAYS = 30  # 临期: a target due within a month and not met is told to those who answer for it

SECRETARY_TITLES = (PartyTitle.SECRETARY,)
DISCIPLINE_TITLES = (PartyTitle.DISCIPLINE, PartyTitle.DISCIPLINE_SECRETARY)

DEFAULT_TARGET = 80  # percent, only a form's first suggestion: a target is a dated row with its source


def should_build(formal_members: int) -> bool:
    """应建必建: three or more formal members found an own Party organization. 《支部工作条例》第四条."""
    return formal_members >= OWN_ORGANIZATION_MIN_FORMAL_MEMBERS


def joint_partners(formal: int, neighbours: Sequence[tuple[T, int]]) -> list[T]:
    """Return whom of `neighbours` (nearest first, each with its formal members) to found a joint branch with; [] if none do.

    As few as make three formal members together, and with the association itself at most five units. 《支部工作条例》第四条.
    """
    able = sorted((pair for pair in neighbours if pair[1] > 0), key=lambda pair: -pair[1])
    chosen = []
    for partner, members in able[: JOINT_BRANCH_MAX_UNITS - 1]:
        if formal >= OWN_ORGANIZATION_MIN_FORMAL_MEMBERS:
            break
        chosen.append(partner)
        formal += members
    return chosen if formal >= OWN_ORGANIZATION_MIN_FORMAL_MEMBERS else []


def level_of(name: str) -> OrganizationLevel:
    """Return the level that an organization's name tells: …总支部委员会, …支部委员会, …委员会."""
    if "总支" in name:
        return OrganizationLevel.GENERAL_BRANCH
    if "支部" in name:
        return OrganizationLevel.BRANCH
    return (
        OrganizationLevel.COMMITTEE if re.search(r"党委|党的委员会|委员会$|工委$", name) else OrganizationLevel.BRANCH
    )


def term_ends_on(elected_on: datetime.date, level: OrganizationLevel | str) -> datetime.date:
    """Return the day from which a term begun on `elected_on` is over: 3 years for branches, 5 for a 党委."""
    return years_after(elected_on, TERM_YEARS[OrganizationLevel(level)])


def term_reminder(term_ends_on: datetime.date, today: datetime.date) -> int | None:
    """Return the step of reminding that a term has reached: its months before the end, 0 once over, None where none is due."""
    if term_ends_on <= today:
        return 0
    return min((months for months in REMINDER_MONTHS if term_ends_on <= months_after(today, months)), default=None)


_SETUPS: tuple[tuple[str, Setup], ...] = (
    (r"^(单独|独立|单建|独建|自建)(组建|建立|成立|设立)?(党组织|党支部)?$", Setup.OWN),
    (r"^(联合|联建)(组建|建立|成立|设立|共建)?(党组织|党支部|支部)?$", Setup.JOINT),
    (r"^功能(型|性)(党组织|党支部|支部|组建)?$", Setup.FUNCTIONAL),
    (r"^(依托|挂靠|依附|托管)(组建|建立|设立)?(党组织|党支部)?$", Setup.HOSTED),
)


def setup_of(text: str) -> Setup | None:
    """Return the setup that a wording names; None for an unknown one, which is a mistake and not a guess."""
    return next((setup for pattern, setup in _SETUPS if re.search(pattern, text)), None)


_TITLES: tuple[tuple[str, PartyTitle], ...] = (
    (r"纪委书记|纪检书记", PartyTitle.DISCIPLINE_SECRETARY),
    (r"副书记", PartyTitle.DEPUTY_SECRETARY),
    (r"书记", PartyTitle.SECRETARY),
    (r"纪检|纪律", PartyTitle.DISCIPLINE),
    (r"组织", PartyTitle.ORGANIZATION),
    (r"宣传", PartyTitle.PUBLICITY),
    (r"青年", PartyTitle.YOUTH),
    (r"委员", PartyTitle.MEMBER),
)


def party_title_of(text: str) -> PartyTitle:
    """Return the post inside the Party that a wording names: 第一书记 and 书记 are secretaries, a 组织员 none."""
    return next((title for pattern, title in _TITLES if re.search(pattern, text)), PartyTitle.OTHER)


def instructor_kind_of(text: str) -> InstructorKind:
    """Return the kind of a person assigned from outside; what is not said is an instructor."""
    if "联络" in text:
        return InstructorKind.LIAISON
    return InstructorKind.ORGANIZER if "组织员" in text else InstructorKind.INSTRUCTOR
