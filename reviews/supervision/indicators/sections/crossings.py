"""双向进入、交叉任职和负责人队伍: people who serve on both sides, and Party members among the leaders."""

from __future__ import annotations

from reviews.supervision.indicators.content import SectionText
from reviews.supervision.indicators.figures import Draft
from reviews.supervision.indicators.phrases import compared, rate_with_counts


def build(draft: Draft) -> SectionText | None:
    sentences = []
    if draft.now.rate("cross_appointment_rate").denominator:
        sentences.append(
            f"单独组建党组织的{draft.count('cross_appointment_rate', 'all')}家协会商会中，"
            f"有党组织成员与协会负责人、理事、监事等交叉任职的{draft.count('cross_appointment_rate')}家，"
            f"交叉任职率{draft.percent('cross_appointment_rate')}{compared(draft, 'cross_appointment_rate')}；"
            f"主要负责人担任党组织书记的{draft.count('head_secretary_rate')}家，"
            f"占{draft.percent('head_secretary_rate')}{compared(draft, 'head_secretary_rate')}。"
        )
    if draft.now.rate("supervisor_cross_rate").denominator:
        sentences.append(
            f"纪检委员与监事交叉任职率{rate_with_counts(draft, 'supervisor_cross_rate')}"
            f"{compared(draft, 'supervisor_cross_rate')}。"
        )
    if draft.now.rate("leader_party_ratio").denominator:
        sentences.append(
            f"负责人职务共{draft.count('leader_party_ratio', 'all')}个，由中共党员（含预备党员）担任的"
            f"{draft.count('leader_party_ratio')}个，占{draft.percent('leader_party_ratio')}"
            f"{compared(draft, 'leader_party_ratio')}。"
        )
    return SectionText("crossings", "交叉任职和负责人队伍", tuple(sentences)) if sentences else None
