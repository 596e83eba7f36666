"""党组织组建情况: the kinds of organization, always shown apart."""

from __future__ import annotations

from partyorgs.organizations.indicators import SETUP_COUNTS
from reviews.supervision.indicators.content import SectionText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import compared, rate_with_counts


def build(draft: Draft) -> SectionText:
    if not draft.now.rate("org_coverage").numerator:
        return SectionText("setups", "党组织组建情况", (f"{draft.whose}行业协会商会尚未建立党组织。",))
    kinds = [
        f"{setup.name}{draft.count(setup.code)}家"
        for setup in SETUP_COUNTS.values()
        if draft.now.rate(setup.code).numerator
    ]
    first = (
        f"已被党组织覆盖的{draft.count('org_coverage')}家协会商会中，{'，'.join(kinds)}。"
        f"单独组建率{rate_with_counts(draft, 'own_org_rate')}{compared(draft, 'own_org_rate')}。"
    )
    if draft.now.rate("should_build_rate").missing:
        first += (
            f"符合单独组建条件的{draft.count('should_build_rate', 'all')}家协会商会中，"
            f"尚有{draft.count('should_build_rate', 'out')}家没有单独组建党组织。"
        )
    return SectionText("setups", "党组织组建情况", (first,))
