"""Organization life of a quarter: which minimums were not met. The minimums stand in the template's rules, a row each.

依据：《中国共产党支部工作条例（试行）》第十三条至第十九条; provinces differ, so a province changes the rule in its template.
"""

from __future__ import annotations

from collections.abc import Iterable

from reviews.questionnaires.rules.problems import Problem

# 三会一课: members' meeting, branch committee, group, Party lecture. 主题党日 counts towards the quarter's minimum beside them.
MEETINGS = ("members_meetings", "committee_meetings", "group_meetings", "lectures")
LIFE = (*MEETINGS, "theme_days")


def shortfalls(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return the items of organization life, in their order, whose minimum a report does not meet, explained or not."""
    short = {problem.item for problem in problems}
    return tuple(code for code in LIFE if code in short)


def meets_meetings(short: Iterable[str]) -> bool:
    """Tell whether 三会一课 was met, given the items that fell short."""
    return not any(code in MEETINGS for code in short)
