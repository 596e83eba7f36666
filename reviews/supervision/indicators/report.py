"""The content of a supervision report, from figures to first wording; a module a section, this is their order."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from partyorgs.planning.models import CoverageTarget
from portal.core.models import Committee
from portal.core.progress import Progress, silently
from reviews.supervision.indicators.content import ReportContent, SectionText
from reviews.supervision.indicators.figures import Draft, Moment
from reviews.supervision.indicators.sections import (
    checks,
    crossings,
    elections,
    hard_cases,
    improved,
    next_steps,
    overview,
    quality,
    ranking,
    reports,
    setups,
    targets,
)

# A section that has nothing to say returns None and is not there: no empty headings.
SECTIONS: tuple[Callable[[Draft], SectionText | None], ...] = (
    overview.build,
    targets.build,
    setups.build,
    quality.build,
    ranking.build,
    hard_cases.build,
    crossings.build,
    elections.build,
    reports.build,
    checks.build,
    improved.build,
    next_steps.build,
)


def supervision_content(
    *,
    committee: Committee,
    as_of: datetime.date,
    frozen: int | None,
    base: Moment | None,
    base_number: str = "",
    progress: Progress = silently,
) -> ReportContent:
    """Return the report about `committee`'s subtree on `as_of`, compared with `base` (`base_number` its 发文字号, if issued).

    With `frozen` every number is read from that snapshot. Equal data give an equal content.
    """
    below = Committee.objects.filter(path__startswith=committee.path)
    draft = Draft(
        now=Moment(committee, as_of, frozen),
        base=base if base and base.associations else None,
        targets=list(CoverageTarget.objects.select_related("committee")),
        committees={each.path: each for each in below},
    )
    sections = []
    for number, build in enumerate(SECTIONS):
        if section := build(draft):
            sections.append(section)
        progress(number + 1, len(SECTIONS), f"撰写{section.title}" if section else "撰写正文")
    opening = SectionText("opening", "", (_opening(draft, base_number),))
    return ReportContent(
        title=f"关于{draft.whose}行业协会商会党建工作情况的通报",
        addressees=_addressees(draft),
        signer=committee.name,
        fields=draft.fields,
        sections=(opening, *sections),
    )


def _opening(draft: Draft, base_number: str) -> str:
    sentence = f"根据党建工作督查安排，现将截至{draft.day}{draft.whose}行业协会商会党建工作情况通报如下。"
    if draft.base is None:
        return sentence
    if base_number:
        return f"{sentence}文中“上期”指{base_number}通报的截至{draft.base_day}的情况。"
    return f"{sentence}文中“上期”指上季度末即{draft.base_day}的情况。"


def _addressees(draft: Draft) -> str:
    return "各行业党委、综合党委：" if draft.committee.parent_id is None else "各下级党组织、各协会商会党组织："
